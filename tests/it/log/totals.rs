//! The totals: each request is counted exactly once, whatever becomes of it.

use std::io::Write;
use std::sync::{Mutex, mpsc};

use rustix::process::Signal;
use serde_json::Value;

use super::{DENY, OK, all, event};
use crate::support::{Hooksieve, Upstream, connect, exchange, get, post, post_with, read_message};

#[test]
fn every_request_is_counted_exactly_once() {
    let (left, has_left) = mpsc::channel::<()>();
    let has_left = Mutex::new(has_left);
    let upstream = Upstream::new(move |mut connection| {
        while let Some(request) = connection.request() {
            match request.start_line().split(' ').nth(1) {
                Some("/reset") => return connection.reset(),
                Some("/breaks-off") => {
                    connection.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf");
                    return;
                }
                Some("/left") => {
                    let has_left = has_left.lock().expect("no panic");
                    has_left.recv().expect("the test says when");
                    connection.write(OK);
                }
                _ => connection.write(OK),
            }
        }
    });
    let config = format!("{DENY}unreadable = \"reject\"\n");
    let mut hooksieve = Hooksieve::with(&upstream, &config);
    let address = hooksieve.address();
    let to = |path: &str, body: &str| post(body).replace("/webhook", path);

    let told = |request: String| exchange(address, request).status;
    assert_eq!(told(to("/forward", &event("a", "1"))), 200);
    assert_eq!(told(get("/no-body")), 200);
    assert_eq!(told(to("/drop", &event("batch.a", "1"))), 200);
    assert_eq!(told(to("/reject", "no JSON")), 422);
    assert_eq!(told(get("/no-host").replace("Host", "Ghost")), 400);
    assert_eq!(
        told("TRACE /trace HTTP/1.1\r\nHost: a\r\n\r\n".to_owned()),
        405
    );
    assert_eq!(told("no HTTP at all\r\n\r\n".to_owned()), 400);
    assert_eq!(told(to("/reset", &event("a", "1"))), 502);
    let options = "OPTIONS /options HTTP/1.1\r\nHost: a\r\nMax-Forwards: 0\r\n\r\n";
    assert_eq!(told(options.to_owned()), 200);
    // An answer that breaks off.
    let mut sender = connect(address);
    let request = to("/breaks-off", &event("a", "1"));
    sender
        .write_all(request.as_bytes())
        .expect("it can be sent");
    read_message(&mut sender, false).expect_err("it breaks off");
    // A sender that leaves within its body, and one that leaves before the answer.
    let mut sender = connect(address);
    let request = to("/half", &event("a", "1"));
    let half = &request.as_bytes()[..request.len() - 1];
    sender.write_all(half).expect("it can be sent");
    drop(sender);
    let mut sender = connect(address);
    let request = to("/left", &event("a", "1"));
    sender
        .write_all(request.as_bytes())
        .expect("it can be sent");
    drop(sender);
    left.send(()).expect("the upstream waits for it");

    let expected = [
        ("", "refuse"),
        ("/breaks-off", "fail"),
        ("/drop", "drop"),
        ("/forward", "forward"),
        ("/half", "fail"),
        ("/left", "forward"),
        ("/no-body", "forward"),
        ("/no-host", "refuse"),
        ("/options", "answer"),
        ("/reject", "reject"),
        ("/reset", "fail"),
        ("/trace", "refuse"),
    ];
    hooksieve.events(expected.len());
    hooksieve.signal(Signal::TERM);
    assert!(hooksieve.wait().success());
    let totals = hooksieve.line("totals");
    let counted = ["forwarded", "dropped", "refused", "failed"].map(|name| &totals[name]);
    assert_eq!(counted, [3, 1, 5, 3]);
    let lines = hooksieve.lines();
    let mut events: Vec<_> = lines
        .iter()
        .filter(|line| line["message"] == "event")
        .map(|line| {
            let path = line["path"].as_str().unwrap_or_default();
            (path, line["verdict"].as_str().expect("a verdict"))
        })
        .collect();
    events.sort_unstable();
    assert_eq!(events, expected);
}

#[test]
fn who_is_cut_off_by_the_end_is_counted_too() {
    let (arrived, has_arrived) = mpsc::channel();
    let upstream = Upstream::new(move |mut connection| {
        connection.request().expect("an event");
        arrived.send(()).expect("the test waits for it");
        let _ = connection.rest();
    });
    let mut hooksieve = Hooksieve::with(&upstream, "[timeouts]\ndrain = \"1ms\"\n");
    // One waits for its answer.
    let mut waiting = connect(hooksieve.address());
    waiting
        .write_all(post(&event("a", "1")).as_bytes())
        .expect("it can be sent");
    has_arrived.recv().expect("it arrives");
    // One was asked to send its body.
    let mut sending = connect(hooksieve.address());
    let request = post_with("Expect: 100-continue\r\n", "body");
    let (head, _) = request.split_at(request.len() - 4);
    sending.write_all(head.as_bytes()).expect("it can be sent");
    let go_on = read_message(&mut sending, false).expect("an answer");
    assert_eq!(go_on.status, 100);

    hooksieve.signal(Signal::TERM);
    assert_eq!(hooksieve.wait().code(), Some(1));
    let lines = hooksieve.events(2);
    assert_eq!(all(&lines, "verdict"), ["abandoned", "abandoned"]);
    assert_eq!(all(&lines, "status"), [&Value::Null, &Value::Null]);
    let totals = hooksieve.line("totals");
    let counted = ["forwarded", "dropped", "refused", "failed"].map(|name| &totals[name]);
    assert_eq!(counted, [0, 0, 0, 2]);
}
