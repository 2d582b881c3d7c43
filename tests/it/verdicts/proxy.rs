//! What the running proxy does, and logs.

use std::io::{BufReader, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::{Arc, Mutex};

use hooksieve::telemetry::cut;
use serde_json::Value;

use super::table::{Found, Group, Row, Said};
use crate::support::{Hooksieve, Message, Upstream, connect, read_message};

/// The status of the upstream: none of our own.
pub const UP: u16 = 299;

/// Sends the rows of a group through one process.
pub fn check(group: &Group, found: &mut Found) {
    let arrived = Arc::new(Mutex::new(Vec::new()));
    let upstream = recording(arrived.clone());
    let config = group.config_before(&upstream.address().to_string());
    let mut hooksieve = Hooksieve::alone(&config);
    let answers = answers(group, hooksieve.address(), |_| {});
    let events = hooksieve.stop();
    assert_eq!(events.len(), group.rows.len(), "{}", group.config);
    for ((row, answer), event) in group.rows.iter().zip(&answers).zip(&events) {
        assert_eq!(event["status"], answer.status, "{event}");
        found.hear(group, row, said(row, answer, event));
    }
    let arrived = arrived.lock().expect("no panic");
    hear_arrived(group, &events, &arrived, found);
}

/// The answers to the rows of a group, sent one behind another on connections that are kept while they may be. `answered` hears
/// after each how many there are.
pub fn answers(group: &Group, address: SocketAddr, answered: impl Fn(usize)) -> Vec<Message> {
    let mut stream: Option<BufReader<TcpStream>> = None;
    let mut answers = Vec::new();
    for row in &group.rows {
        let connect = || BufReader::new(connect(address));
        let mut connection = stream.take().unwrap_or_else(connect);
        let sent = connection.get_mut().write_all(&written(row));
        sent.expect("the request can be sent");
        let answer = read_message(&mut connection, row.method == "HEAD");
        let answer = answer.unwrap_or_else(|error| panic!("{error}: {row:#?}"));
        if answer.field("connection") != ["close"] {
            stream = Some(connection);
        }
        answers.push(answer);
        answered(answers.len());
    }
    answers
}

/// An upstream that reads in larger pieces than others do, since so much comes here.
pub fn recording(arrived: Arc<Mutex<Vec<Message>>>) -> Upstream {
    Upstream::new(move |mut connection| {
        let same = connection.stream.try_clone();
        let mut reader = BufReader::new(same.expect("a socket can be cloned"));
        while let Ok(request) = read_message(&mut reader, false) {
            arrived.lock().expect("no panic").push(request);
            connection.write(format!("HTTP/1.1 {UP} Up\r\nContent-Length: 0\r\n\r\n"));
        }
    })
}

/// The request as it is sent.
pub fn written(row: &Row) -> Vec<u8> {
    let body = row.body();
    let mut request = format!("{} {} HTTP/1.1\r\n", row.method, row.target).into_bytes();
    if !row.has_host() {
        request.extend(b"Host: example.com\r\n");
    }
    for (name, value) in &row.headers {
        request.extend([name.as_bytes(), b": ", &Row::bytes_of(value), b"\r\n"].concat());
    }
    if !body.is_empty() {
        request.extend(format!("Content-Length: {}\r\n", body.len()).into_bytes());
    }
    request.extend(b"\r\n");
    request.extend(body);
    request
}

pub fn said(row: &Row, answer: &Message, event: &Value) -> Said {
    let text = |field: &str| event[field].as_str().map(str::to_owned);
    let verdict = text("verdict").unwrap_or_default();
    let mut said = Said {
        status: Some(answer.status).filter(|status| *status != UP),
        answer: match verdict.as_str() {
            "drop" => answer.text().to_owned(),
            _ => String::new(),
        },
        verdict,
        rule: text("rule"),
        r#type: text("type"),
        shadow: text("shadow"),
        shadow_rule: text("shadow_rule"),
        route: text("route"),
    };
    // The log has no more of a long type.
    if let Some(whole) = &row.r#type
        && said.r#type.as_deref() == Some(&cut(whole))
    {
        said.r#type = Some(whole.clone());
    }
    said
}

/// What is forwarded arrives as it was sent, and nothing else does.
fn hear_arrived(group: &Group, events: &[Value], arrived: &[Message], found: &mut Found) {
    let rows = group.rows.iter().zip(events);
    let forwarded = rows.filter(|(_, event)| event["status"] == UP);
    let forwarded: Vec<_> = forwarded.map(|(row, _)| row).collect();
    assert_eq!(arrived.len(), forwarded.len());
    for (row, message) in forwarded.into_iter().zip(arrived) {
        if !came_as_sent(row, message) {
            found
                .wrong
                .push(format!("{row:?}\narrives as {message:?}\n"));
        }
    }
}

pub fn came_as_sent(row: &Row, message: &Message) -> bool {
    let line = format!("{} {} HTTP/1.1", row.method, row.target);
    // A whole URL becomes a path, and its authority the `Host`.
    let is_head_same = !row.target.starts_with('/')
        || message.start_line() == line
            && row
                .headers
                .iter()
                .all(|(name, value)| message.field(name).contains(&value.trim()));
    is_head_same && message.body == row.body()
}
