//! A report on a log that hooksieve wrote tells what was in it, and what other rules do with the same events.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Place, config, count, event, events, line, list, log, number, text, upstream};
use crate::support::{get, post};

const OLD: &str = "[filter]\ndeny = [\"batch.*\"]\n";
const NEW: &str =
    "[filter]\ndeny = [\"invoice.*\", \"batch.updated\"]\nallow = [\"inv*\", \"batch.*\"]\n";

/// Events of many kinds, and what is no event.
fn requests() -> Vec<String> {
    let types =
        "invoice.paid*5 invoice.fails*2 batch.created*3 batch.updated*4 other.lost*2 other*1";
    let of_types = types.split(' ').flat_map(|many| {
        let (name, count) = many.split_once('*').expect("a count");
        vec![post(&event(name)); count.parse().expect("a number")]
    });
    let long = "batch.".to_owned() + &"x".repeat(300);
    let others = [
        post(r#"{"id":"untyped"}"#),
        post("{"),
        post("{"),
        post(r#"{"type":"batch.created","type":"invoice.paid"}"#),
        post(&format!(
            "[{},{}]",
            event("batch.created"),
            event("batch.updated")
        )),
        post(&event(&long)),
        post(&event(&long.replace("batch", "invoice"))),
        get("/health"),
        get("/").replace("GET", "TRACE"),
    ];
    of_types.chain(others).collect()
}

#[test]
fn it_tells_what_was_in_the_log() {
    let upstream = upstream();
    let log = log(&upstream, OLD, &requests());
    let events = events(&log);
    let place = Place::with(&log);
    let report = place.json(&["hooksieve.log"]);
    assert_eq!(number(&report["events"]), events.len() as u64);
    let others = log.lines().count() - events.len();
    assert_eq!(number(&report["other_lines"]), others as u64);
    assert_eq!(report["first"], events[0]["time"]);
    let [top] = list(&report["routes"]) else {
        panic!("not only the top level: {report}");
    };
    assert_eq!(top["route"], Value::Null);

    let expected = count(&events, |line| {
        Some((text(&line["type"])?, text(&line["verdict"])?))
    });
    let mut reported = BTreeMap::new();
    let mut sum = 0;
    for kind in list(&top["types"]) {
        sum += number(&kind["count"]);
        let verdicts = list(&kind["verdicts"]);
        let of_verdicts: u64 = verdicts
            .iter()
            .map(|verdict| number(&verdict["count"]))
            .sum();
        assert_eq!(of_verdicts, number(&kind["count"]), "{kind}");
        for verdict in verdicts.iter().filter(|_| kind["type"].is_string()) {
            let key = (
                text(&kind["type"]).expect("it has one"),
                text(&verdict["verdict"]),
            );
            let key = (key.0, key.1.expect("it has one"));
            *reported.entry(key).or_default() += number(&verdict["count"]);
        }
    }
    assert_eq!(sum, events.len() as u64);
    assert_eq!(reported, expected);

    let kinds = |kind: &str| {
        let kinds = list(&top["types"]).iter().filter(|of| of["kind"] == kind);
        kinds.map(|of| number(&of["count"])).sum::<u64>()
    };
    let table = [
        ("cut type", 2),
        ("no type", 1),
        ("unreadable", 2),
        ("no body", 1),
        ("not judged", 1),
    ];
    for (kind, count) in table {
        assert_eq!(kinds(kind), count, "{kind}: {report}");
    }
    let failures = |name: &str| {
        let of = list(&top["types"]).iter().find(|of| of["type"] == name);
        of.expect("it came")["failures"].clone()
    };
    assert_eq!(failures("invoice.paid"), Value::Null);
    assert_eq!(failures("invoice.fails")[0]["status"], 500);
    assert_eq!(failures("other.lost")[0]["status"], 502);
    let error = text(&failures("other.lost")[0]["error"]).expect("a reason");
    assert!(
        error.starts_with("the upstream closed the connection"),
        "{error}"
    );
}

#[test]
fn what_the_new_rules_would_do_is_what_they_do() {
    let upstream = upstream();
    let requests = requests();
    let before = log(&upstream, OLD, &requests);
    for mode in ["enforce", "observe"] {
        let rules = format!("mode = \"{mode}\"\n{NEW}");
        let place = Place::with(&before);
        place.write("new.toml", config(&upstream, &rules));
        let report = place.json(&["--config", "new.toml", "hooksieve.log"]);
        let what_if = &report["what_if"];

        let sum = |lists: &[&Value]| {
            let all = lists.iter().flat_map(|all| list(all));
            all.map(|one| number(&one["count"])).sum::<u64>()
        };
        let judged = [&what_if["changes"], &what_if["same"]];
        let untold = sum(&[&what_if["untold"]]) + number(&what_if["unjudged"]);
        assert_eq!(
            sum(&judged) + untold,
            number(&report["events"]),
            "{what_if}"
        );

        // The same events again, by the new rules. The log has `fail` for what failed when it was passed on.
        let after = events(&log(&upstream, &rules, &requests));
        let verdicts = count(&after, |line| {
            let verdict = text(&line["verdict"]).filter(|verdict| verdict != "fail");
            let verdict = verdict.unwrap_or_else(|| match text(&line["rule"]) {
                Some(rule) if rule == "not in allow" => "would drop".to_owned(),
                _ => "forward".to_owned(),
            });
            let is_doubt = text(&line["rule"]).is_some_and(|rule| rule.starts_with("unreadable"));
            let name = text(&line["type"]).filter(|name| !name.ends_with('…') && !is_doubt)?;
            Some((name, verdict))
        });
        let mut expected = BTreeMap::new();
        for one in judged.iter().flat_map(|all| list(all)) {
            if let Some(name) = text(&one["type"]) {
                let would_be = text(&one["would_be"]).expect("a verdict");
                *expected.entry((name, would_be)).or_default() += number(&one["count"]);
            }
        }
        assert_eq!(expected, verdicts, "{mode}");
        for (why, count) in [
            ("cut type", 2),
            ("unreadable", 2),
            ("no type", 1),
            ("several types", 1),
        ] {
            let of = list(&what_if["untold"]).iter().find(|of| of["why"] == why);
            assert_eq!(
                of.map(|of| number(&of["count"])),
                Some(count),
                "{why}: {what_if}"
            );
        }
    }
}

#[test]
fn a_route_that_the_new_rules_do_not_have_is_told() {
    let log = line(r#""verdict":"forward","route":"/hooks/\u001b","type":"a""#)
        + &line(r#""verdict":"forward","type":"b""#);
    let place = Place::with(&log);
    place.write("new.toml", "upstream = \"http://127.0.0.1:1\"\n");
    let text = place.report(&["--config", "new.toml", "hooksieve.log"]);
    assert!(
        text.contains("\nRoute \"/hooks/\\u001b\": 1 event\n"),
        "{text}"
    );
    assert!(
        text.contains("      1  they came by a route that the new rules do not have\n"),
        "{text}"
    );
    let json = place.json(&["hooksieve.log"]);
    assert_eq!(json["routes"][0]["route"], Value::Null);
    assert_eq!(json["routes"][1]["route"], "/hooks/\u{1b}");
}
