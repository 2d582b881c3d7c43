//! The types that came, as an allow list to start from.

use std::io::{self, Write};

use super::entry::{day, entry};
use super::order::{pairs, routes};
use super::text::counted;
use super::{MOST_PAIRS, Pair, Route, Subject, Tally};
use crate::telemetry::in_toml;

/// Writes a part of a config: for the top level and for each route, the types that came there and were passed on.
/// Those that were not, and those that no pattern stands for, are comments.
///
/// # Errors
///
/// When it can't be written.
pub fn write(out: &mut impl Write, tally: &Tally) -> io::Result<()> {
    match tally.span {
        None => writeln!(out, "# No events")?,
        Some((first, last)) => writeln!(
            out,
            "# The types of {} from {} to {}, as an allow list to start from.",
            counted(tally.events, "event"),
            day(first),
            day(last)
        )?,
    }
    if tally.left_out > 0 {
        let left_out = tally.left_out;
        writeln!(
            out,
            "# {left_out} events are of types beyond the first {MOST_PAIRS}, which are left out."
        )?;
    }
    for (path, route) in routes(tally) {
        list(out, path, route)?;
    }
    Ok(())
}

/// The list of one route.
fn list(out: &mut impl Write, path: Option<&str>, route: &Route) -> io::Result<()> {
    let pairs = pairs(route);
    let types: Vec<_> = pairs
        .iter()
        .filter_map(|(subject, pair)| match subject {
            Subject::Type(name) => Some((*name, *pair)),
            _ => None,
        })
        .collect();
    let notes: Vec<_> = pairs.iter().filter_map(|came| note(*came)).collect();
    let lines: Vec<_> = types.iter().map(|(name, pair)| entry(name, pair)).collect();
    if lines.is_empty() && notes.is_empty() {
        return Ok(());
    }
    head(out, path)?;
    notes.iter().try_for_each(|note| writeln!(out, "{note}"))?;
    if lines.iter().all(|line| line.starts_with('#')) {
        // An empty list would let all pass.
        writeln!(out, "# No type was passed on, so there is no list")?;
        return lines.iter().try_for_each(|line| writeln!(out, "{line}"));
    }
    writeln!(out, "allow = [")?;
    lines
        .iter()
        .try_for_each(|line| writeln!(out, "    {line}"))?;
    writeln!(out, "]")
}

/// The table that the list is in.
fn head(out: &mut impl Write, path: Option<&str>) -> io::Result<()> {
    writeln!(out)?;
    let Some(name) = path else {
        return writeln!(out, "[filter]");
    };
    writeln!(out, "[[route]]")?;
    // As the log calls a route: its path, with its host in front where there is one.
    let (host, path) = name.split_at(name.find('/').unwrap_or_default());
    if !host.is_empty() {
        writeln!(out, "host = {}", in_toml(host))?;
    }
    writeln!(out, "path = {}\n[route.filter]", in_toml(path))
}

/// What to know of events without a type before there is a list.
fn note((subject, pair): (Subject<'_>, &Pair)) -> Option<String> {
    let what = match subject {
        Subject::Untyped => "had no type: an allow list drops those",
        Subject::Unreadable => "could not be read for certain: see `unreadable`",
        Subject::Type(_) | Subject::Bodiless | Subject::Unjudged => return None,
    };
    Some(format!("# {} {what}", counted(pair.counted.count, "event")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::policy::Policy;

    fn written(lines: &str) -> String {
        let mut tally = Tally::default();
        for line in lines.lines().map(str::trim) {
            let line = format!(
                "{{\"time\":\"2026-11-22T15:04:05.000001Z\",\"level\":\"info\",\"message\":\"event\",{line}}}\n"
            );
            tally.read(line.as_bytes()).unwrap();
        }
        assert_eq!(tally.skipped.foreign, 0);
        let mut out = Vec::new();
        write(&mut out, &tally).unwrap();
        String::from_utf8(out).unwrap()
    }

    fn config(text: &str) -> Config {
        let text = format!("upstream = \"http://app\"\n{text}");
        match Config::parse(&text) {
            Ok(config) => config,
            Err(problems) => panic!("{}\n{text}", problems.display_with("x".as_ref())),
        }
    }

    fn top(config: &Config) -> Policy {
        config.routes.named(None).unwrap().policy.clone()
    }

    #[test]
    fn what_was_passed_on_is_allowed_and_the_rest_is_a_comment() {
        let text = written(
            r#""verdict":"forward","type":"a","status":200
            "verdict":"forward","type":"b","status":500
            "verdict":"fail","type":"b","status":502
            "verdict":"drop","rule":"deny \"c*\"","type":"c"
            "verdict":"would drop","rule":"not in allow","type":"d"
            "verdict":"forward","bytes":9
            "verdict":"forward","bytes":0
            "verdict":"refuse""#,
        );
        let expected = "\
# The types of 8 events from 2026-11-22 to 2026-11-22, as an allow list to start from.

[filter]
# 1 event had no type: an allow list drops those
allow = [
    \"b\",  # 2, last 2026-11-22
    \"a\",  # 1, last 2026-11-22
    # \"c\",  # 1, last 2026-11-22, drop: deny \"c*\"
    # \"d\",  # 1, last 2026-11-22, would drop: not in allow
]
";
        assert_eq!(text, expected);
        let policy = top(&config(&text));
        assert_eq!(policy.allow.len(), 2);
        assert!(
            ["a", "b"]
                .iter()
                .all(|name| policy.allow.find(name).is_some())
        );
    }

    #[test]
    fn whatever_a_type_is_the_list_is_one_and_allows_no_other() {
        let hostile = [
            "\"]\ndeny = [\"x",
            "a\", \"*",
            "\\",
            "\\u0041",
            "#",
            "x\r\n[filter]",
            "\u{1b}[2J",
            "\u{202e}diap",
            "\u{e0041}",
            "a*",
            "*",
            "",
            " a",
            "a?",
            "“a”",
            "'''",
            "\"\"\"",
            "é",
            "\u{feff}a",
            "\0",
        ];
        let lines: Vec<_> = hostile
            .iter()
            .map(|name| {
                let name = serde_json::to_string(name).unwrap();
                format!("\"verdict\":\"forward\",\"type\":{name}")
            })
            .collect();
        let text = written(&lines.join("\n"));
        assert!(
            !text.contains(|char: char| char.is_control() && char != '\n'),
            "{text}"
        );
        let policy = top(&config(&text));
        let allowed: Vec<_> = hostile
            .iter()
            .filter(|name| policy.allow.find(name).is_some())
            .collect();
        assert_eq!(policy.allow.len(), allowed.len(), "{text}");
        let comments = text.lines().filter(|line| line.trim().starts_with("# \""));
        assert_eq!(allowed.len() + comments.count(), hostile.len(), "{text}");
        assert!(policy.deny.is_empty() && policy.allow.find("other").is_none());
    }

    #[test]
    fn a_list_that_would_be_empty_is_none() {
        let dropped = r#""verdict":"drop","rule":"deny \"*\"","type":"c""#;
        let text = written(dropped);
        assert!(top(&config(&text)).allow.is_empty());
        assert!(!text.contains("allow ="), "{text}");
        assert!(text.contains("# \"c\""), "{text}");
    }

    #[test]
    fn each_route_has_its_own() {
        let text = written(
            r#""verdict":"forward","route":"/b/*","type":"x"
            "verdict":"forward","route":"a.example/b/*","type":"y"
            "verdict":"forward","type":"a"
            "verdict":"refuse","route":"/c""#,
        );
        let routes = config(&text).routes;
        for (name, allowed) in [
            (Some("/b/*"), "x"),
            (Some("a.example/b/*"), "y"),
            (None, "a"),
        ] {
            let allow = &routes.named(name).unwrap().policy.allow;
            assert!(allow.len() == 1 && allow.find(allowed).is_some(), "{text}");
        }
        // Nothing came there that a list could name.
        assert!(routes.named(Some("/c")).is_none());
    }

    #[test]
    fn whatever_a_route_is_called_it_stays_in_its_string() {
        let text = written(r#""verdict":"forward","route":"a\"\n[b]/c\"\u001b","type":"x""#);
        let table = ::toml::de::DeTable::parse(&text).unwrap();
        let route = table.get_ref()["route"].get_ref().as_array().unwrap()[0].get_ref();
        let string = |key| route.get(key).unwrap().get_ref().as_str();
        assert_eq!(string("host"), Some("a\"\n[b]"));
        assert_eq!(string("path"), Some("/c\"\u{1b}"));
    }
}
