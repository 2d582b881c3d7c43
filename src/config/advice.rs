//! What is legal in a file, and surely not meant.
//!
//! Nothing here is a guess: what is said to change nothing changes nothing, whatever comes.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use http::StatusCode;

use super::problem::{Problem, in_order};
use super::{Config, Places};
use crate::policy::{Action, Pattern, Patterns};
use crate::route::{Mode, Route};
use crate::telemetry::quoted;

/// A day.
const DAY: Duration = Duration::from_hours(24);
/// So long is enough to see what rules would do: most senders have sent all that they send in two weeks.
const LONG: Duration = Duration::from_hours(14 * 24);

impl Config {
    /// What in the file is probably meant otherwise, in its order: the [`warnings`](Self::warnings), and what shows
    /// only when its lists and keys are seen together. `text` is what this was read from, and `age` how long the file
    /// has been as it is, where that is known.
    #[must_use]
    pub fn advice(&self, text: &str, age: Option<Duration>) -> Vec<Problem> {
        let places = Places::of(text);
        let mut advice = self.warnings.clone();
        for (line, route) in self.all_routes() {
            let about = About {
                places: &places,
                line,
                route,
            };
            advice.extend(about.lists());
            advice.extend(about.keys(age));
        }
        advice.extend(self.case(&places));
        let mut advice = in_order(advice);
        // What a route takes from above is told once.
        advice.dedup();
        advice
    }

    /// The routes, each with the line of its `[[route]]`; the top level has none.
    fn all_routes(&self) -> impl Iterator<Item = (Option<usize>, &Route)> {
        [(None, &self.routes.top)].into_iter()
    }

    /// Patterns that are another one in the file but for their case.
    fn case(&self, places: &Places<'_>) -> Vec<Problem> {
        let mut seen: HashMap<String, (&str, Option<usize>)> = HashMap::new();
        let mut told = Vec::new();
        for (route, key, pattern) in self.all_routes().flat_map(|(line, route)| {
            let lists = [("deny", &route.policy.deny), ("allow", &route.policy.allow)];
            let entries = lists
                .into_iter()
                .flat_map(|(key, list)| list.iter().map(move |one| (key, one)));
            entries.map(move |(key, pattern)| (line, key, pattern.as_str()))
        }) {
            let place = || places.entry(route, "filter", key, pattern);
            let (first, first_line) = *seen
                .entry(pattern.to_lowercase())
                .or_insert_with(|| (pattern, place()));
            if first != pattern {
                let (pattern, first, line) = (quoted(pattern), quoted(first), in_line(first_line));
                let text = format!(
                    "[filter] {key}: {pattern} differs from {first}{line} only in case, and case matters; write it as \
                     the sender does"
                );
                told.push(Problem::at(place(), text));
            }
        }
        told
    }
}

/// One route, and where it is written.
struct About<'a> {
    places: &'a Places<'a>,
    line: Option<usize>,
    route: &'a Route,
}

impl<'a> About<'a> {
    /// What is odd about patterns beside others; of each the first thing.
    fn lists(&self) -> Vec<Problem> {
        let mut told: Vec<(&str, Problem)> = Vec::new();
        told.extend(self.shadowed("deny", &self.route.policy.deny));
        told.extend(self.shadowed("allow", &self.route.policy.allow));
        told.extend(self.denied());
        told.extend(self.pointless());
        let mut seen = HashSet::new();
        told.retain(|(pattern, _)| seen.insert(*pattern));
        told.into_iter().map(|(_, problem)| problem).collect()
    }

    /// Patterns of a list that another one covers.
    fn shadowed(&self, key: &str, list: &'a Patterns) -> Vec<(&'a str, Problem)> {
        let shadowed = list.shadowed().map(|(pattern, other)| {
            let why = format!(
                "changes nothing, since {}{} matches all that it matches; take one of them out",
                quoted(other.as_str()),
                in_line(self.entry(key, other.as_str()))
            );
            self.about(key, pattern, &why)
        });
        shadowed.collect()
    }

    /// Allowed patterns that are always denied.
    fn denied(&self) -> Vec<(&'a str, Problem)> {
        let (deny, allow) = (&self.route.policy.deny, &self.route.policy.allow);
        let lets_any_through = allow.iter().any(|pattern| deny.covering(pattern).is_none());
        // Without its last entry an allow list lets everything through.
        let right = if lets_any_through {
            "take one of them out"
        } else {
            "narrow that one, since nothing passes at all"
        };
        let denied = allow.iter().filter_map(|pattern| {
            let denied = deny.covering(pattern)?;
            let why = format!(
                "lets nothing through, since {} of deny{} matches all that it matches; {right}",
                quoted(denied),
                in_line(self.entry("deny", denied))
            );
            Some(self.about("allow", pattern, &why))
        });
        denied.collect()
    }

    /// Denied patterns that would not pass anyway.
    fn pointless(&self) -> Vec<(&'a str, Problem)> {
        let (deny, allow) = (&self.route.policy.deny, &self.route.policy.allow);
        let line = in_line(self.places.key(self.line, "filter", "allow"));
        let why =
            format!("changes nothing, since allow{line} has no type that it matches; take it out");
        let meets_none = |pattern: &&Pattern| !allow.iter().any(|allowed| allowed.meets(pattern));
        let pointless = deny.iter().filter(|_| !allow.is_empty()).filter(meets_none);
        pointless
            .map(|pattern| self.about("deny", pattern, &why))
            .collect()
    }

    /// What is odd about keys beside others.
    fn keys(&self, age: Option<Duration>) -> Vec<Problem> {
        let Route {
            policy, mode, drop, ..
        } = self.route;
        let mut told = Vec::new();
        let mut tell = |section, key, text: String| {
            told.push(Problem::at(self.places.key(self.line, section, key), text));
        };
        if policy.unreadable == Action::Drop {
            let text = "[filter] unreadable = \"drop\" loses events whose type can't be told for certain, wanted ones \
                        too; write \"reject\", so that their senders try again and the log says why";
            tell("filter", "unreadable", text.to_owned());
        }
        if policy.unreadable == Action::Forward && !policy.allow.is_empty() {
            let text = "[filter] allow lets pass what can't be read for certain, whatever is in it, since unreadable is \
                        \"forward\"; write unreadable = \"reject\" to keep that out";
            tell("filter", "allow", text.to_owned());
        }
        if drop.status != StatusCode::OK {
            let status = drop.status.as_u16();
            let text = format!(
                "[drop] status = {status} is a failure to senders that take nothing but 200; write 200 unless yours \
                 asks for {status}"
            );
            tell("drop", "status", text);
        }
        let days = age.map_or(0, |age| age.as_secs() / DAY.as_secs());
        let has_rules = !policy.deny.is_empty() || !policy.allow.is_empty();
        if *mode == Mode::Observe && has_rules && age.is_some_and(|age| age > LONG) {
            let text = format!(
                "mode = \"observe\" has dropped nothing for {days} days, by the time of the file, though there are \
                 rules; write \"enforce\" if the log shows what you want"
            );
            tell("", "mode", text);
        }
        told
    }

    fn about(&self, key: &str, pattern: &'a Pattern, why: &str) -> (&'a str, Problem) {
        let pattern = pattern.as_str();
        let text = format!("[filter] {key}: {} {why}", quoted(pattern));
        (pattern, Problem::at(self.entry(key, pattern), text))
    }

    fn entry(&self, key: &str, pattern: &str) -> Option<usize> {
        self.places.entry(self.line, "filter", key, pattern)
    }
}

fn in_line(line: Option<usize>) -> String {
    line.map(|line| format!(" in line {line}"))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::collection::{hash_set, vec};
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;

    /// What is said of these lines, which begin in line 2.
    fn told(lines: &str, days: u64) -> Vec<String> {
        let text = format!("upstream = \"http://app\"\n{lines}");
        let config = Config::parse(&text).unwrap();
        let age = DAY * u32::try_from(days).unwrap() + Duration::from_secs(1);
        let advice = config.advice(&text, Some(age));
        advice.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_is_surely_not_meant_is_told_with_its_line_and_what_would_be_right() {
        let table = [
            (
                "[filter]\ndeny = [\n\"batch.created\",\n\"batch.*\"]",
                r#"line 4: [filter] deny: "batch.created" changes nothing, since "batch.*" in line 5 matches all that it matches; take one of them out"#,
            ),
            (
                "[filter]\nallow = ['*', 'a*']\nunreadable = 'reject'",
                r#"line 3: [filter] allow: "a*" changes nothing, since "*" in line 3 matches all that it matches; take one of them out"#,
            ),
            (
                "[filter]\nunreadable = 'reject'\ndeny = ['*.draft']\nallow = ['invoice.*',\n'a.draft']",
                r#"line 6: [filter] allow: "a.draft" lets nothing through, since "*.draft" of deny in line 4 matches all that it matches; take one of them out"#,
            ),
            (
                "[filter]\nunreadable = 'reject'\ndeny = ['a*']\nallow = ['ab']",
                r#"line 5: [filter] allow: "ab" lets nothing through, since "a*" of deny in line 4 matches all that it matches; narrow that one, since nothing passes at all"#,
            ),
            (
                "[filter]\nunreadable = 'reject'\ndeny = ['batch.*', '*.draft']\n\nallow = ['invoice.*']",
                r#"line 4: [filter] deny: "batch.*" changes nothing, since allow in line 6 has no type that it matches; take it out"#,
            ),
            (
                "[filter]\ndeny = ['Batch.*',\n'é', 'É', 'batch.*']",
                "line 4: [filter] deny: \"É\" differs from \"é\" in line 4 only in case, and case matters; write it as the sender does\n\
                 line 4: [filter] deny: \"batch.*\" differs from \"Batch.*\" in line 3 only in case, and case matters; write it as the sender does",
            ),
            (
                "[filter]\nunreadable = 'drop'",
                r#"line 3: [filter] unreadable = "drop" loses events whose type can't be told for certain, wanted ones too; write "reject", so that their senders try again and the log says why"#,
            ),
            (
                "filter.allow = ['a']",
                r#"line 2: [filter] allow lets pass what can't be read for certain, whatever is in it, since unreadable is "forward"; write unreadable = "reject" to keep that out"#,
            ),
            (
                "[drop]\nstatus = 202",
                "line 3: [drop] status = 202 is a failure to senders that take nothing but 200; write 200 unless yours asks for 202",
            ),
            (
                "mode = 'observe'\n[filter]\ndeny = ['a']",
                r#"line 2: mode = "observe" has dropped nothing for 20 days, by the time of the file, though there are rules; write "enforce" if the log shows what you want"#,
            ),
            // What is said at the start is among them.
            (
                "[filter]\ndeny = ['batch.[ab]']",
                "line 3: [filter] deny: 'batch.[ab]' has brackets, which stand for themselves; for one of several characters write one entry for each",
            ),
        ];
        for (lines, expected) in table {
            assert_eq!(told(lines, 20).join("\n"), expected, "{lines}");
        }
    }

    #[test]
    fn what_may_well_be_meant_is_not_told() {
        for (lines, days) in [
            ("", 100),
            (
                "[filter]\ndeny = ['batch.*', 'batch', '*.draft', 'b*.x']",
                100,
            ),
            (
                "[filter]\ndeny = ['a.b']\nallow = ['a.*', 'b.*']\nunreadable = 'reject'",
                100,
            ),
            (
                "[filter]\ndeny = ['*.draft']\nallow = ['a.*']\nunreadable = 'reject'",
                100,
            ),
            ("mode = 'observe'\n[filter]\ndeny = ['a']", 13),
            ("mode = 'observe'", 100),
            ("[drop]\nstatus = 200\nbody = 'ok'", 100),
        ] {
            assert_eq!(told(lines, days), [""; 0], "{lines}");
        }
        let text = "upstream = 'http://app'\nmode = 'observe'\nfilter.deny = ['a']";
        let config = Config::parse(text).unwrap();
        assert!(
            config.advice(text, None).is_empty(),
            "of a pipe no age is known"
        );
    }

    #[test]
    fn the_shipped_file_needs_none() {
        let text = include_str!("../../config.toml");
        let advice = Config::parse(text).unwrap().advice(text, Some(LONG * 2));
        assert_eq!(advice, []);
    }

    fn any_list() -> impl Strategy<Value = Vec<String>> {
        let text =
            vec(select(vec!['a', 'b', '*']), 1..4).prop_map(|text| text.into_iter().collect());
        let text = text.prop_filter("it is refused", |text: &String| !text.contains("**"));
        hash_set(text, 0..5).prop_map(|list| list.into_iter().collect())
    }

    /// All names of two letters up to this length.
    fn names(longest: usize) -> Vec<String> {
        let of_length = |length: usize| {
            (0..1_u32 << length).map(move |bits| {
                let letters = (0..length).map(|at| if bits >> at & 1 == 0 { 'a' } else { 'b' });
                letters.collect::<String>()
            })
        };
        (0..=longest).flat_map(of_length).collect()
    }

    proptest! {
        #[test]
        fn what_changes_nothing_can_be_taken_out(deny in any_list(), allow in any_list()) {
            let mut allow = allow;
            allow.retain(|pattern| !deny.contains(pattern));
            let text = |deny: &[String], allow: &[String]| {
                format!("upstream = 'http://app'\n[filter]\ndeny = {deny:?}\nallow = {allow:?}")
            };
            let with = text(&deny, &allow);
            let config = Config::parse(&with).unwrap();
            let advice = config.advice(&with, None);
            let stays = |key: &str, list: &[String]| -> Vec<String> {
                let changes_nothing = |pattern: &String| advice.iter().any(|problem| {
                    let label = format!("[filter] {key}: \"{pattern}\" ");
                    let why = problem.text().strip_prefix(&label);
                    why.is_some_and(|why| {
                        why.starts_with("changes nothing") || why.ends_with("; take one of them out")
                    })
                });
                list.iter().filter(|pattern| !changes_nothing(pattern)).cloned().collect()
            };
            let without = text(&stays("deny", &deny), &stays("allow", &allow));
            let less = Config::parse(&without).unwrap();
            for name in names(6) {
                let body = [format!("{{\"type\":\"{name}\"}}")];
                let action = |config: &Config| config.routes.top.policy.judge(&body).verdict.action;
                prop_assert_eq!(action(&config), action(&less), "{}\n{}\n{}", name, with, without);
            }
        }
    }
}
