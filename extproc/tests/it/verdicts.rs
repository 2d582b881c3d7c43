//! The tables of verdicts in `tests/verdicts`, row by row through a real Envoy.

#[path = "../../../tests/it/verdicts/proxy.rs"]
#[allow(dead_code, reason = "it is the proxy's tests that use all of it")]
mod proxy;
#[path = "../../../tests/it/verdicts/table.rs"]
mod table;

use std::io::BufReader;
use std::io::Write;
use std::net::TcpStream;
use std::sync::{Arc, Mutex};
use std::thread;

use table::{Found, Group, Row, files};

use crate::support::{Envoy, Message, connect, read_message};

/// Fields of which Envoy makes one line where the sender wrote several. It is decided as if they were several; the endpoint
/// gets one. That is all that is otherwise than in the tables: Envoy itself refuses no row, and none is left out.
const JOINED: [&str; 2] = ["Content-Encoding", "Content-Type"];

#[test]
#[ignore = "needs Envoy"]
fn envoy_does_with_each_row_what_it_says() {
    let groups: Vec<_> = files().into_iter().flat_map(|(_, groups)| groups).collect();
    let threads = 2;
    let found = thread::scope(|scope| {
        let started: Vec<_> = (0..threads)
            .map(|first| {
                let groups = groups.iter().skip(first).step_by(threads);
                scope.spawn(move || {
                    let mut found = Found::default();
                    let arrived = Arc::new(Mutex::new(Vec::new()));
                    let upstream = proxy::recording(arrived.clone());
                    let envoy = Envoy::before(upstream.address());
                    for group in groups {
                        check(&envoy, &arrived, group, &mut found);
                    }
                    found
                })
            })
            .collect();
        let joined = started.into_iter().map(thread::ScopedJoinHandle::join);
        joined
            .map(|found| found.expect("all rows can be tried"))
            .collect::<Vec<_>>()
    });
    let wrong: Vec<_> = found.iter().flat_map(|found| &found.wrong).collect();
    let first: Vec<_> = wrong.iter().take(40).map(|wrong| wrong.as_str()).collect();
    assert!(
        wrong.is_empty(),
        "{} rows:\n{}",
        wrong.len(),
        first.join("\n")
    );
    let rows: usize = found.iter().map(|found| found.rows).sum();
    assert!(rows >= 5_000, "{rows}");
}

/// Sends the rows of a group through Envoy, with a process of its own beside it.
fn check(envoy: &Envoy, arrived: &Mutex<Vec<Message>>, group: &Group, found: &mut Found) {
    let config = group.config_before("127.0.0.1:3000");
    let mut hooksieve = envoy.beside(&config);
    arrived.lock().expect("no panic").clear();
    let mut stream: Option<BufReader<TcpStream>> = None;
    let mut answers = Vec::new();
    for row in &group.rows {
        let mut connection = stream
            .take()
            .unwrap_or_else(|| BufReader::new(connect(envoy.address)));
        let sent = connection.get_mut().write_all(&proxy::written(row));
        sent.expect("the request can be sent");
        let answer = read_message(&mut connection, row.method == "HEAD");
        let answer = answer.unwrap_or_else(|error| panic!("{error}: {row:#?}"));
        if answer.field("connection") != ["close"] {
            stream = Some(connection);
        }
        answers.push(answer);
        // The line of what went on is written when Envoy has done with it, and may come behind that of the next.
        hooksieve.events(answers.len());
    }
    drop(stream);
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
