//! The schema that editors are given, and what it was made to agree with.

use std::process::Command;

use hooksieve::config::{Config, schema};
use serde_json::Value;

/// Configs that the schema takes and refuses; tests/schema/run.py holds it to that.
const RIGHT: &str = include_str!("../schema/right.txt");
const WRONG: &str = include_str!("../schema/wrong.txt");

/// What each config shows, and the config.
fn configs(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let cases = text.split("\n## ").skip(1);
    cases.map(|case| case.split_once('\n').expect("a name and a config"))
}

#[test]
fn it_is_printed() {
    let printed = Command::new(env!("CARGO_BIN_EXE_hooksieve"))
        .arg("schema")
        .output()
        .expect("it runs");
    assert!(printed.status.success());
    let printed: Value = serde_json::from_slice(&printed.stdout).expect("it is JSON");
    assert_eq!(printed, schema());
}

#[test]
fn what_it_takes_is_taken() {
    for (shows, config) in configs(RIGHT) {
        if let Err(problems) = Config::parse(config) {
            panic!("{shows}: {}", problems.display_with("config.toml".as_ref()));
        }
    }
}

#[test]
fn what_it_refuses_is_refused() {
    for (is_wrong, config) in configs(WRONG) {
        assert!(Config::parse(config).is_err(), "{is_wrong}");
    }
}
