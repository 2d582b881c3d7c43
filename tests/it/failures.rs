//! What goes wrong, and what the sender is told then: the table of failures, row by row.

mod answer;
mod refused;
mod sender;
mod upstream;

use crate::support::{Hooksieve, Message};

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
const EVENT: &str = r#"{"type":"invoice.paid"}"#;
const DENIED: &str = r#"{"type":"batch.created"}"#;

/// The answer is hooksieve's own: one short plain sentence with `says` in it, and nothing of what is behind.
fn assert_own(answer: &Message, status: u16, says: &str) {
    assert_eq!(answer.status, status, "{}", answer.head);
    assert_eq!(answer.field("content-type"), ["text/plain; charset=utf-8"]);
    let text = answer.text();
    assert!(text.starts_with("hooksieve: ") && text.ends_with('\n'));
    assert!(text.len() < 120 && text.lines().count() == 1, "{text}");
    assert!(text.contains(says), "{text:?} does not say {says:?}");
    for internal in ["127.0.0", "/", "os error", "hyper", "upstream"] {
        assert!(!text.contains(internal), "{text:?} tells of {internal:?}");
    }
}

/// The first event in the log has this verdict, and an error that says so.
fn assert_logged(hooksieve: &Hooksieve, verdict: &str, error: &str) {
    let event = hooksieve.events(1).remove(0);
    assert_eq!(event["verdict"], verdict, "{event}");
    let said = event["error"].as_str().expect("the event has an error");
    assert!(said.contains(error), "{said:?} does not say {error:?}");
}
