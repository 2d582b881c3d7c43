//! What the page on reports shows is what they say.

use super::Place;

const PAGE: &str = include_str!("../../../docs/report.md");

/// The log of the examples: each line a minute after the one before.
fn log() -> String {
    let events = [
        (
            28,
            r#""verdict":"forward","type":"invoice.paid","status":200,"bytes":340"#,
        ),
        (
            2,
            r#""verdict":"fail","type":"invoice.paid","status":502,"bytes":340,"error":"the upstream did not answer in time""#,
        ),
        (
            10,
            r#""verdict":"forward","type":"batch.created","status":500,"bytes":330"#,
        ),
        (
            5,
            r#""verdict":"drop","rule":"deny \"customer.*\"","type":"customer.created","status":200,"bytes":330"#,
        ),
        (3, r#""verdict":"forward","status":200,"bytes":0"#),
        (
            2,
            r#""verdict":"forward","rule":"unreadable: not JSON at line 1 column 1","status":200,"bytes":18"#,
        ),
        (
            1,
            r#""verdict":"refuse","status":400,"bytes":0,"error":"the request needs exactly one valid Host header""#,
        ),
    ];
    let events = events
        .iter()
        .flat_map(|(count, fields)| vec![fields; *count]);
    let lines = events.enumerate().map(|(minute, fields)| {
        format!(
            "{{\"time\":\"2026-11-22T15:{minute:02}:00.000000Z\",\"level\":\"info\",\"message\":\"event\",{fields}}}\n"
        )
    });
    lines.collect::<String>() + "{\"time\":\"2026-11-22T15:51"
}

/// The block that begins with `first`.
fn block(first: &str) -> &'static str {
    let blocks = PAGE.split("```text\n").skip(1);
    let mut blocks = blocks.filter_map(|block| block.split_once("```").map(|(block, _)| block));
    blocks
        .find(|block| block.starts_with(first))
        .expect("the page has it")
}

#[test]
fn the_examples_are_what_it_says() {
    let place = Place::with(&log());
    place.write(
        "new.toml",
        "upstream = \"http://127.0.0.1:3000\"\n[filter]\ndeny = [\"batch.*\"]\n",
    );
    let command = "$ hooksieve report --config new.toml hooksieve.log\n";
    let told = place.report(&["--config", "new.toml", "hooksieve.log"]);
    assert_eq!(format!("{command}{told}"), block("$ "));
    assert!(
        told.lines().all(|line| line.chars().count() <= 100),
        "{told}"
    );
    let part = place.report(&["--format", "toml", "hooksieve.log"]);
    assert_eq!(part, block("# The types"));
}

#[test]
fn every_field_of_the_object_is_listed() {
    let place = Place::with(&log());
    place.write("new.toml", "upstream = \"http://127.0.0.1:3000\"\n");
    let report = place.json(&["--config", "new.toml", "hooksieve.log"]);
    let (_, section) = PAGE.split_once("## For programs").expect("the page has it");
    let mut objects = vec![&report];
    while let Some(value) = objects.pop() {
        for (name, value) in value.as_object().into_iter().flatten() {
            assert!(section.contains(&format!("`{name}`")), "{name}");
            objects.push(value);
        }
        objects.extend(value.as_array().into_iter().flatten());
    }
}
