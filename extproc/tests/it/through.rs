//! A real Envoy by the shipped config, and what senders and the endpoint see of it.

use std::io::Write;
use std::net::Shutdown;

use crate::support::{
    Envoy, Hooksieve, Message, Upstream, connect, exchange, post, post_with, read_message, rest,
    wait_until,
};

const OK: &str = "HTTP/1.1 299 Up\r\nContent-Length: 2\r\n\r\nup";
const DENY: &str = "[filter]\ndeny = [\"batch.*\"]\n";
const PAID: &str = r#"{"type":"invoice.paid"}"#;
const BATCH: &str = r#"{"type":"batch.created"}"#;

fn with(config: &str) -> (Upstream, Envoy, Hooksieve) {
    let upstream = Upstream::answering(OK);
    let envoy = Envoy::before(upstream.address());
    let hooksieve = envoy.beside(config);
    (upstream, envoy, hooksieve)
}

/// The lines of a head without the one that Envoy always adds.
fn lines(message: &Message) -> Vec<&str> {
    let mut lines = message.lines();
    lines.retain(|line| *line != "x-forwarded-proto: http");
    lines
}

#[test]
#[ignore = "needs Envoy"]
fn what_goes_on_arrives_as_it_was_sent_and_its_answer_comes_back() {
    let (upstream, envoy, _hooksieve) = with(DENY);
    let head = "X-STRANGE-Case: a, b\r\nCookie: one\r\nX-Twice: 1\r\nx-other: \u{e9}\r\nX-Twice: 2\r\n\
                Content-Type: application/json; charset=utf-8\r\nStripe-Signature: t=1,v1=2\r\n";
    let body = "{ \"a\" : 1.0e5,\t\"type\":\"invoice.p\\u0061id\"}\n";
    let length = body.len();
    let request = format!(
        "POST /hooks//a/../b?x=%2F&y HTTP/1.1\r\nHost: example.com:81\r\n{head}Content-Length: {length}\r\n\r\n{body}"
    );
    let request: Vec<u8> = request
        .chars()
        .map(|char| u8::try_from(char).expect("one byte"))
        .collect();
    let answer = exchange(envoy.address, request);
    assert_eq!((answer.status, answer.text()), (299, "up"));
    let requests = upstream.requests();
    let [arrived] = &requests[..] else {
        panic!("{requests:?}");
    };
    assert_eq!(arrived.start_line(), "POST /hooks//a/../b?x=%2F&y HTTP/1.1");
    assert_eq!(arrived.text(), body);
    let mut expected = vec!["Host: example.com:81"];
    expected.extend(head.lines());
    let length = format!("Content-Length: {length}");
    expected.push(&length);
    let mut found = lines(arrived);
    found.sort_unstable();
    expected.sort_unstable();
    assert_eq!(found, expected);
}

#[test]
#[ignore = "needs Envoy"]
fn a_drop_and_a_refusal_are_answered_with_status_fields_and_body_of_the_proxy() {
    let config = format!("[drop]\nstatus = 299\nbody = \"seen\"\n{DENY}unreadable = \"reject\"\n");
    let (upstream, envoy, _hooksieve) = with(&config);
    let dropped = exchange(envoy.address, post(BATCH));
    assert_eq!((dropped.status, dropped.text()), (299, "seen"));
    let refused = exchange(envoy.address, post("{"));
    assert_eq!(refused.status, 422);
    assert_eq!(refused.field("content-type"), ["text/plain; charset=utf-8"]);
    assert!(
        refused
            .text()
            .starts_with("hooksieve: the event was refused: unreadable")
    );
    assert_eq!(upstream.count(), 0);
}

#[test]
#[ignore = "needs Envoy"]
fn chunks_and_trailers_are_judged_and_go_on() {
    let (upstream, envoy, _hooksieve) = with(DENY);
    let chunked = |body: &str, trailers: &str| {
        let (first, rest) = body.split_at(5);
        let rest = format!("{:x}\r\n{rest}\r\n0\r\n{trailers}\r\n", rest.len());
        format!(
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{first}\r\n{rest}"
        )
    };
    for trailers in ["", "X-Checksum: 1\r\n"] {
        assert_eq!(
            exchange(envoy.address, chunked(BATCH, trailers)).status,
            200
        );
        assert_eq!(exchange(envoy.address, chunked(PAID, trailers)).status, 299);
    }
    let bodies: Vec<_> = upstream
        .requests()
        .iter()
        .map(|message| message.text().to_owned())
        .collect();
    assert_eq!(bodies, [PAID, PAID]);
}

#[test]
#[ignore = "needs Envoy"]
fn large_bodies_are_judged_up_to_the_inspection_limit_and_stream_on_beyond_it() {
    let (upstream, envoy, mut hooksieve) = with(DENY);
    let of = |mib: usize| {
        format!(
            "{{\"a\":\"{}\",\"type\":\"batch.a\"}}",
            "x".repeat(mib << 20)
        )
    };
    assert_eq!(exchange(envoy.address, post(&of(7))).status, 200);
    let beyond = of(20);
    assert_eq!(exchange(envoy.address, post(&beyond)).status, 299);
    let requests = upstream.requests();
    assert_eq!(requests.len(), 1);
    assert_eq!(
        requests[0].field("content-length"),
        [beyond.len().to_string()]
    );
    assert!(requests[0].body == beyond.as_bytes());
    // Of one that does not say how long it is Envoy holds no more than it has room for.
    let mut stream = connect(envoy.address);
    let head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    let chunk = format!("{:x}\r\n{beyond}\r\n0\r\n\r\n", beyond.len());
    // It may have answered before all is written.
    let _ = stream.write_all(head.as_bytes());
    let _ = stream.write_all(chunk.as_bytes());
    let answer = read_message(&mut stream, false).expect("it is answered");
    assert_eq!(answer.status, 413);
    assert_eq!(upstream.count(), 1);
    drop(stream);
    let events = hooksieve.stop();
    let rules: Vec<_> = events
        .iter()
        .map(|event| event["verdict"].clone())
        .collect();
    assert_eq!(rules, ["drop", "forward", "fail"]);
    assert_eq!(events[2]["status"], 413);
}

#[test]
#[ignore = "needs Envoy"]
fn while_nobody_decides_the_sender_is_told_to_try_again() {
    let (upstream, envoy, hooksieve) = with(DENY);
    assert_eq!(exchange(envoy.address, post(PAID)).status, 299);
    // SIGKILL.
    drop(hooksieve);
    assert_eq!(exchange(envoy.address, post(PAID)).status, 500);
    assert_eq!(exchange(envoy.address, post(BATCH)).status, 500);
    let mut hooksieve = envoy.beside(DENY);
    wait_until("Envoy has found it again", || {
        exchange(envoy.address, post(PAID)).status == 299
    });
    assert_eq!(upstream.count(), 2);
    hooksieve.stop();
}

#[test]
#[ignore = "needs Envoy"]
fn a_body_that_breaks_off_is_neither_dropped_nor_passed_on() {
    let (upstream, envoy, mut hooksieve) =
        with(&format!("{DENY}[admin]\nlisten = \"127.0.0.1:0\"\n"));
    let admin = hooksieve.line("admin ready");
    let admin = admin["listen"]
        .as_str()
        .and_then(|listen| listen.parse().ok());
    let admin = admin.expect("it says where it listens");
    let whole = post(BATCH);
    let mut stream = connect(envoy.address);
    let sent = stream.write_all(&whole.as_bytes()[..whole.len() - 1]);
    sent.expect("it can be sent");
    wait_until("it is in hand", || {
        let metrics = exchange(admin, "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n");
        metrics
            .text()
            .contains("hooksieve_connections{side=\"sender\"} 1\n")
    });
    stream.shutdown(Shutdown::Write).expect("it can be closed");
    let said = rest(&mut stream).expect("it closes");
    assert!(!said.starts_with(b"HTTP/1.1 2"), "{said:?}");
    let events = hooksieve.events(1);
    assert_ne!(events[0]["verdict"], "drop");
    assert_eq!(upstream.count(), 0);
    hooksieve.stop();
}

#[test]
#[ignore = "needs Envoy"]
fn the_record_of_drops_has_the_senders_address() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("dropped.jsonl");
    let (_upstream, envoy, _hooksieve) = with(&format!("{DENY}[audit]\npath = {path:?}\n"));
    let mut stream = connect(envoy.address);
    let sender = stream.local_addr().expect("it is connected").to_string();
    stream
        .write_all(post_with("X-A: 1\r\n", BATCH).as_bytes())
        .expect("it can be sent");
    assert_eq!(
        read_message(&mut stream, false)
            .expect("it is answered")
            .status,
        200
    );
    let record = std::fs::read_to_string(path).expect("it is there");
    assert!(
        record.contains(&format!("\"peer\":\"{sender}\"")),
        "{record}"
    );
}
