//! Types are chosen by strangers: they break no format, steer no terminal, and open no list.

use hooksieve::config::Config;

use super::{Place, config, event, list, log, text, upstream};
use crate::support::{Raw, Upstream, exchange, post};

/// With what could end a line, a string, a list or a table, steer a terminal, or be a pattern.
const TYPES: [&str; 22] = [
    "invoice.paid",
    "é",
    "a b",
    "\u{1b}[2J\u{1b}]0;owned\u{7}",
    "\u{202e}diap",
    "\u{e0041}",
    "\u{9b}31m",
    "\n[filter]\ndeny = []",
    "\"]\nallow = [\"*",
    "\", \"*",
    "\\",
    "\\u002a",
    "'",
    "'''",
    "\"\"\"",
    "#",
    "*",
    "batch.*",
    "",
    "a?",
    "(no type)",
    "“quoted”",
];

/// A log with all of them, as hooksieve writes it.
fn hostile(upstream: &Upstream) -> Place {
    let requests: Vec<_> = TYPES.iter().map(|name| post(&event(name))).collect();
    Place::with(&log(upstream, "[filter]\ndeny = [\"denied\"]\n", &requests))
}

#[test]
fn nothing_in_a_report_steers_a_terminal_or_breaks_a_line() {
    let upstream = upstream();
    let place = hostile(&upstream);
    place.write(
        "new.toml",
        config(&upstream, "[filter]\ndeny = [\"*a*\"]\n"),
    );
    let of = |arguments: &[&str]| place.report(&[arguments, &["hooksieve.log"]].concat());
    for said in [
        of(&[]),
        of(&["--config", "new.toml"]),
        of(&["--format", "json"]),
        of(&["--format", "json", "--config", "new.toml"]),
        of(&["--format", "toml"]),
    ] {
        let hides = |char: char| match char {
            '\n' => false,
            '\u{202e}' | '\u{e0041}' => true,
            char => char.is_control(),
        };
        assert!(!said.contains(hides), "{said:?}");
    }
    // A line for each type, below those for the whole.
    let text = of(&[]);
    assert_eq!(text.lines().count(), 4 + TYPES.len(), "{text}");
    assert!(text.contains("  \"(no type)\"\n"), "{text}");
    assert_eq!(of(&["--format", "json"]).lines().count(), 1);
}

#[test]
fn as_json_every_type_is_what_it_was() {
    let upstream = upstream();
    let report = hostile(&upstream).json(&["hooksieve.log"]);
    let mut types: Vec<_> = list(&report["routes"][0]["types"])
        .iter()
        .filter_map(|kind| text(&kind["type"]))
        .collect();
    let mut expected = TYPES;
    types.sort_unstable();
    expected.sort_unstable();
    assert_eq!(types, expected);
}

#[test]
fn the_list_made_of_them_works_and_allows_exactly_those_in_it() {
    let upstream = upstream();
    let place = hostile(&upstream);
    let part = place.report(&["--format", "toml", "hooksieve.log"]);
    let text = config(&upstream, &part);
    let allow = match Config::parse(&text) {
        Ok(config) => config
            .routes
            .named(None)
            .expect("it has a top level")
            .policy
            .allow
            .clone(),
        Err(problems) => panic!("{}\n{text}", problems.display_with("part.toml".as_ref())),
    };
    // Those in which nothing is a pattern, or can't be in one.
    let expressible = [
        "invoice.paid",
        "é",
        "a b",
        "\u{202e}diap",
        "\u{e0041}",
        "\\u002a",
        "'",
        "'''",
        "\"\"\"",
        "#",
        "(no type)",
    ];
    for name in TYPES {
        assert_eq!(
            allow.find(name).is_some(),
            expressible.contains(&name),
            "{name:?}: {part}"
        );
        if !expressible.contains(&name) {
            let comments = part.lines().filter(|line| line.trim().starts_with("# \""));
            assert_eq!(comments.count(), TYPES.len() - expressible.len(), "{part}");
        }
    }
    assert_eq!(allow.len(), expressible.len());

    let seen = upstream.count();
    let hooksieve = Raw::start(&text);
    let sent = TYPES
        .into_iter()
        .chain(["other", "invoice.paid2", "x", "batch.created"]);
    for name in sent {
        exchange(hooksieve.address(), post(&event(name)));
    }
    let passed = upstream.requests().split_off(seen);
    let passed: Vec<_> = passed
        .iter()
        .map(|request| request.text().to_owned())
        .collect();
    let expected = TYPES.into_iter().filter(|name| expressible.contains(name));
    assert_eq!(passed, expected.map(event).collect::<Vec<_>>());
    assert_eq!(hooksieve.stop().code, Some(0));
}
