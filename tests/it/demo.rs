//! `hooksieve demo`, as a user sees it.

use std::env;
use std::net::TcpListener;

use crate::support::run;

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
fn it_tells_of_every_event_what_was_sent_received_and_told() {
    let run = run(&env::current_dir().expect("it is there"), &["demo"]);
    let (_, table) = run
        .stdout
        .split_once("\n\n")
        .expect("a table after the first lines");
    let (table, _) = table
        .split_once("\n\n")
        .expect("a conclusion after the table");
    let expected = r#"
EVENT                           SENT   ENDPOINT RECEIVED           SENDER WAS TOLD
batch.created                  330 B   nothing                     200 ""
batch.updated                  330 B   nothing                     200 ""
invoice.paid                   335 B   335 B, signature verifies   200 "endpoint: thank you"
charge.failed                  327 B   327 B, signature verifies   500 "endpoint: no such charge"
type=batch.created, no JSON     18 B    18 B, signature verifies   200 "endpoint: thank you"
[batch.created, invoice.paid]  669 B   669 B, signature verifies   200 "endpoint: thank you"
[batch.created, batch.updated] 664 B   nothing                     200 ""
"#;
    assert_eq!(table, expected.trim());
}
