//! The tables of verdicts in `tests/verdicts`, row by row through a real Envoy.

#[path = "../../../tests/it/verdicts/proxy.rs"]
#[allow(dead_code, reason = "it is the proxy's tests that use all of it")]
mod proxy;
#[path = "../../../tests/it/verdicts/table.rs"]
mod table;

use std::sync::{Arc, Mutex};

use table::{Found, Group, Row, assert_agreed};

use crate::support::{Envoy, Message};

/// Fields of which Envoy makes one line where the sender wrote several. It is decided as if they were several; the endpoint
/// gets one. That is all that is otherwise than in the tables: Envoy itself refuses no row, and none is left out.
const JOINED: [&str; 2] = ["Content-Encoding", "Content-Type"];

#[test]
#[ignore = "needs Envoy"]
fn envoy_does_with_each_row_what_it_says() {
    let rows = assert_agreed(2, || {
        let arrived = Arc::new(Mutex::new(Vec::new()));
        let upstream = proxy::recording(arrived.clone());
        let envoy = Envoy::before(upstream.address());
        move |group: &Group, found: &mut Found| {
            // As long as there are rows.
            let _serves = &upstream;
            check(&envoy, &arrived, group, found);
        }
    });
    assert!(rows >= 5_000, "{rows}");
}

/// Sends the rows of a group through Envoy, with a process of its own beside it.
fn check(envoy: &Envoy, arrived: &Mutex<Vec<Message>>, group: &Group, found: &mut Found) {
    let config = group.config_before("127.0.0.1:3000");
    let mut hooksieve = envoy.beside(&config);
    arrived.lock().expect("no panic").clear();
    // The line of what went on is written when Envoy has done with it, and may come behind that of the next.
    let answers = proxy::answers(group, envoy.address, |count| {
        hooksieve.events(count);
    });
    let events = hooksieve.stop();
    assert_eq!(events.len(), group.rows.len(), "{}", group.config);
    let mut forwarded = Vec::new();
    for ((row, answer), event) in group.rows.iter().zip(&answers).zip(&events) {
        assert_eq!(event["status"], answer.status, "{event}");
        if event["status"] == proxy::UP {
            forwarded.push(row);
        }
        found.hear(group, row, proxy::said(row, answer, event));
    }
    let arrived = arrived.lock().expect("no panic");
    assert_eq!(arrived.len(), forwarded.len());
    for (row, message) in forwarded.into_iter().zip(arrived.iter()) {
        if !came(row, message) {
            found
                .wrong
                .push(format!("{row:?}\narrives as {message:?}\n"));
        }
    }
}

/// Whether what Envoy has passed on is what was sent.
fn came(row: &Row, message: &Message) -> bool {
    let values = |name: &'static str| {
        let named = row.headers.iter().filter(move |(key, _)| *key == name);
        named.map(|(_, value)| value.trim()).collect::<Vec<_>>()
    };
    match JOINED.into_iter().find(|name| values(name).len() > 1) {
        Some(name) => {
            let joined = values(name).join(",");
            message.field(name) == [joined.as_str()] && message.body == row.body()
        }
        None => proxy::came_as_sent(row, message),
    }
}
