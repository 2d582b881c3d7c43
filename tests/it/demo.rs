//! `hooksieve demo`, as a user sees it.

use std::env;
use std::net::TcpListener;

use crate::support::run;

const README: &str = include_str!("../../README.md");

#[test]
fn it_runs_to_its_end_although_its_ports_are_taken() {
    // Taken by this test, or by somebody else already.
    let _taken = [8080, 3000].map(|port| TcpListener::bind(("127.0.0.1", port)));
    let run = run(&env::current_dir().expect("it is there"), &["demo"]);
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
    let said: Vec<_> = run.stdout.lines().take(4).collect();
    assert!(
        said[0].starts_with("hooksieve   http://127.0.0.1:"),
        "{said:?}"
    );
    assert!(
        said[2].starts_with("endpoint    http://127.0.0.1:"),
        "{said:?}"
    );
    assert!(
        !said[0].ends_with(":8080") && !said[2].ends_with(":3000"),
        "{said:?}"
    );
}

#[test]
fn it_tells_of_every_event_what_the_readme_shows() {
    let run = run(&env::current_dir().expect("it is there"), &["demo"]);
    let (_, table) = run
        .stdout
        .split_once("\n\n")
        .expect("a table after the first lines");
    let (table, _) = table
        .split_once("\n\n")
        .expect("a conclusion after the table");
    let (_, shown) = README
        .split_once("```text\nEVENT")
        .expect("the README shows it");
    let (shown, _) = shown.split_once("\n```").expect("the block ends");
    assert_eq!(table, format!("EVENT{shown}"));
}
