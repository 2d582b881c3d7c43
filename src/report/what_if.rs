//! What other rules would have made of it, and what the log can't tell of that.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::said::{Decided, Said, Untold, decided, say};
use super::{Subject, Tally};
use crate::route::Routes;

/// What other rules would have made of what came.
///
/// Each event is judged as if it had the one type that its line names, and nothing else: whether it was one of a list
/// the line does not say.
#[derive(Clone, Debug, Default)]
pub struct WhatIf<'t> {
    /// What would be decided otherwise, largest first.
    pub changes: Vec<Changed<'t>>,
    /// What would be decided as it was, largest first.
    pub same: Vec<Changed<'t>>,
    /// How many events the log does not tell enough of, largest first.
    pub untold: Vec<(Untold, u64)>,
    /// How many events no rules decide on, whatever they are.
    pub unjudged: u64,
}

/// What was decided of some events, and what would be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed<'t> {
    /// The route they came by; none at top level.
    pub route: Option<&'t str>,
    /// What they were.
    pub subject: Subject<'t>,
    /// What was decided.
    pub was: Decided,
    /// What would be.
    pub would_be: Decided,
    /// The rule that would decide.
    pub rule: Option<String>,
    /// How many there were.
    pub count: u64,
}

impl<'t> WhatIf<'t> {
    /// Judges what came by `routes`.
    #[must_use]
    pub fn judge(tally: &'t Tally, routes: &Routes) -> Self {
        let mut judged = BTreeMap::new();
        let mut untold = BTreeMap::from([(Untold::LeftOut, tally.left_out)]);
        let mut unjudged = 0;
        let named = tally
            .routes
            .iter()
            .map(|(path, route)| (Some(&**path), route));
        for (path, came) in named.chain([(None, &tally.top)]) {
            let new = routes.named(path);
            for (subject, pair) in came.iter() {
                for case in &pair.cases {
                    let count = case.counted.count;
                    let Some(was) = decided(case).filter(|_| subject != Subject::Unjudged) else {
                        unjudged += count;
                        continue;
                    };
                    match new.map_or(Said::Untold(Untold::NoSuchRoute), |new| {
                        say(new, subject, case)
                    }) {
                        Said::Untold(why) => *untold.entry(why).or_default() += count,
                        Said::Told(would_be, rule) => {
                            let key = (path, subject, was, would_be);
                            judged.entry(key).or_insert((rule, 0)).1 += count;
                        }
                    }
                }
                *untold.entry(Untold::LeftOut).or_default() += pair.other_cases;
            }
        }
        let judged = judged
            .into_iter()
            .map(|((route, subject, was, would_be), (rule, count))| Changed {
                route,
                subject,
                was,
                would_be,
                rule,
                count,
            });
        let (mut changes, mut same): (Vec<_>, Vec<_>) =
            judged.partition(|judged| judged.was != judged.would_be);
        changes.sort_by_key(|changed| Reverse(changed.count));
        same.sort_by_key(|same| Reverse(same.count));
        let mut untold: Vec<_> = untold.into_iter().filter(|(_, count)| *count > 0).collect();
        untold.sort_by_key(|(_, count)| Reverse(*count));
        Self {
            changes,
            same,
            untold,
            unjudged,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    fn tally(lines: &str) -> Tally {
        let mut tally = Tally::default();
        for line in lines.lines() {
            let line = format!("{OPEN},{line}}}\n");
            tally.read(line.as_bytes()).unwrap();
        }
        assert_eq!(tally.skipped.foreign, 0);
        tally
    }

    fn routes(rules: &str) -> Routes {
        let top = if rules == ROUTES {
            ""
        } else {
            "upstream = \"http://app\""
        };
        let text = format!("{top}\n{rules}");
        Config::parse(&text).unwrap().routes
    }

    const OPEN: &str = r#"{"time":"2026-11-22T15:04:05.000001Z","level":"info","message":"event""#;

    /// New rules, a line, and what is said of it: what was and would be and by which rule, or why that can't be told.
    const TABLE: &str = r#"
deny    | "verdict":"forward","type":"batch.a","bytes":9 | forward > drop deny "batch.*"
deny    | "verdict":"forward","type":"invoice.paid","bytes":9 | forward > forward
deny    | "verdict":"would drop","rule":"deny \"batch.*\"","type":"batch.a" | would drop > drop deny "batch.*"
deny    | "verdict":"drop","rule":"deny \"*\"","type":"a" | drop > forward
deny    | "verdict":"fail","type":"batch.a","status":502 | forward > drop deny "batch.*"
deny    | "verdict":"fail","rule":"deny \"b*\"","type":"batch.a","status":502 | would drop > drop deny "batch.*"
deny    | "verdict":"fail","rule":"not in allow","type":"a","status":502 | would drop > forward
deny    | "verdict":"abandoned","type":"a","bytes":3 | forward > forward
observe | "verdict":"drop","rule":"deny \"b*\"","type":"batch.a" | drop > would drop deny "batch.*"
observe | "verdict":"would drop","rule":"deny \"b*\"","type":"batch.a" | would drop > would drop deny "batch.*"
allow   | "verdict":"forward","type":"invoice.paid" | forward > forward allow "invoice.*"
allow   | "verdict":"forward","type":"a" | forward > drop not in allow
allow   | "verdict":"forward","bytes":0 | forward > forward

deny    | "verdict":"forward","type":"batch.\u0000" | forward > drop deny "batch.*"
exact   | "verdict":"forward","type":"batch\u0000" | forward > would reject unreadable: several types, and not one verdict

deny    | "verdict":"forward","bytes":9 | forward > forward
allow   | "verdict":"forward","bytes":9 | Untyped
reject  | "verdict":"forward","bytes":9 | Untyped
allow   | "verdict":"drop","rule":"not in allow","bytes":9 | drop > drop not in allow
deny    | "verdict":"drop","rule":"not in allow","bytes":9 | drop > forward

deny    | "verdict":"forward","type":"batch.{cut}" | Cut
deny    | "verdict":"forward","rule":"unreadable: not JSON at line 1 column 2","bytes":9 | Unreadable
reject  | "verdict":"reject","rule":"unreadable: larger than the inspection limit","bytes":9 | Unreadable
deny    | "verdict":"forward","rule":"unreadable: several types, and not one verdict","type":"batch.a" | SeveralReadings
deny    | "verdict":"fail","rule":"unreadable: several types, and not one verdict","status":502 | SeveralReadings
deny    | "verdict":"forward","rule":"unreadable: the type in another case would change the verdict","type":"a" | Unreadable
deny    | "verdict":"forward","route":"/gone","type":"batch.a" | NoSuchRoute
routes  | "verdict":"forward","route":"/b","type":"batch.a" | forward > would drop deny "batch.*"
routes  | "verdict":"forward","route":"a.example/b","type":"batch.a" | forward > forward
routes  | "verdict":"forward","route":"/c","type":"batch.a" | NoSuchRoute
routes  | "verdict":"forward","type":"batch.a" | NoSuchRoute

deny    | "verdict":"refuse","status":400 | unjudged
deny    | "verdict":"answer","status":200 | unjudged
deny    | "verdict":"fail","status":408,"bytes":0 | unjudged
deny    | "verdict":"abandoned","bytes":0 | unjudged
"#;

    /// Without a top level that takes events.
    const ROUTES: &str = r#"
        [[route]]
        path = "/b"
        mode = "observe"
        upstream = "http://app"
        filter.deny = ["batch.*"]
        [[route]]
        path = "/b"
        host = "a.example"
        upstream = "http://app"
    "#;

    /// The rules by these names.
    fn rules(name: &str) -> &'static str {
        match name {
            "deny" => "[filter]\ndeny = [\"batch.*\"]",
            "allow" => "[filter]\nallow = [\"invoice.*\"]",
            "observe" => "mode = \"observe\"\n[filter]\ndeny = [\"batch.*\"]",
            "reject" => "[filter]\nunreadable = \"reject\"",
            "exact" => "mode = \"observe\"\n[filter]\ndeny = [\"batch\"]\nunreadable = \"reject\"",
            "routes" => ROUTES,
            _ => panic!("{name}"),
        }
    }

    #[test]
    fn each_line_is_judged_or_said_to_be_untold() {
        for row in TABLE.lines().filter(|row| !row.is_empty()) {
            let cells: Vec<_> = row.split(" | ").map(str::trim).collect();
            let [name, line, expected] = cells[..] else {
                panic!("{row}");
            };
            let line = line.replace("{cut}", &format!("{}…", "x".repeat(194)));
            let (tally, routes) = (tally(&line), routes(rules(name)));
            assert_eq!(said(&WhatIf::judge(&tally, &routes)), expected, "{row}");
        }
    }

    /// What is said of one event.
    fn said(what_if: &WhatIf<'_>) -> String {
        match (&what_if.changes[..], &what_if.same[..], &what_if.untold[..]) {
            ([judged], [], []) | ([], [judged], []) => {
                assert_eq!(judged.was == judged.would_be, what_if.changes.is_empty());
                let (was, would_be) = (judged.was.word(), judged.would_be.word());
                let rule = judged.rule.as_deref().unwrap_or_default();
                format!("{was} > {would_be} {rule}").trim().to_owned()
            }
            ([], [], [(why, 1)]) => format!("{why:?}"),
            ([], [], []) if what_if.unjudged == 1 => "unjudged".to_owned(),
            _ => panic!("{what_if:?}"),
        }
    }

    #[test]
    fn largest_first_and_nothing_is_lost() {
        let lines = "\"verdict\":\"forward\",\"type\":\"batch.a\"\n".to_owned()
            + &"\"verdict\":\"forward\",\"type\":\"batch.b\"\n".repeat(3)
            + &"\"verdict\":\"would drop\",\"rule\":\"deny \\\"b*\\\"\",\"type\":\"batch.b\"\n"
                .repeat(2)
            + &"\"verdict\":\"forward\",\"type\":\"c\"\n".repeat(4)
            + "\"verdict\":\"fail\",\"status\":502,\"type\":\"c\"\n"
            + &"\"verdict\":\"forward\",\"rule\":\"unreadable: UTF-16, not UTF-8\"\n".repeat(2)
            + "\"verdict\":\"refuse\",\"status\":400\n";
        let tally = tally(&lines);
        let routes = routes(rules("deny"));
        let what_if = WhatIf::judge(&tally, &routes);
        let short = |judged: &[Changed<'_>]| {
            let short = judged.iter().map(|judged| (judged.was, judged.count));
            short.collect::<Vec<_>>()
        };
        let expected = [
            (Decided::Forward, 3),
            (Decided::WouldDrop, 2),
            (Decided::Forward, 1),
        ];
        assert_eq!(short(&what_if.changes), expected);
        assert_eq!(short(&what_if.same), [(Decided::Forward, 5)]);
        assert_eq!(what_if.untold, [(Untold::Unreadable, 2)]);
        assert_eq!(what_if.unjudged, 1);
        assert_eq!(tally.events, 6 + 5 + 2 + 1);
    }
    #[test]
    fn what_is_not_told_apart_is_untold() {
        let rules_of =
            |number| format!(r#""verdict":"forward","rule":"allow \"{number}\"","type":"a""#);
        let lines: Vec<_> = (0..40).map(rules_of).collect();
        let mut tally = tally(&lines.join("\n"));
        tally.left_out += 3;
        let routes = routes(rules("deny"));
        let what_if = WhatIf::judge(&tally, &routes);
        assert_eq!(what_if.same[0].count, 16);
        assert_eq!(what_if.untold, [(Untold::LeftOut, 24 + 3)]);
    }
}
