//! What is refused: for want of room, and because the config says so.

use std::io::{ErrorKind, Write};
use std::net::TcpStream;
use std::time::Duration;

use super::{DENIED, EVENT, OK, assert_logged, assert_own};
use crate::support::{
    Hooksieve, Message, Upstream, ask, connect, exchange, post, post_with, read_message, wait_until,
};

/// A filter that denies batch.*, with a small inspection limit.
fn filter(unreadable: &str) -> String {
    format!(
        "[filter]\ndeny = [\"batch.*\"]\nunreadable = \"{unreadable}\"\n[limits]\ninspect = \"1 KiB\"\n"
    )
}

#[test]
fn when_the_memory_for_bodies_is_used_up_it_is_a_503_with_retry_after() {
    let upstream = Upstream::answering(OK);
    let limits = "[limits]\ninspect = \"1 KiB\"\nmemory = \"1 KiB\"\n";
    let hooksieve = Hooksieve::with(&upstream, limits);
    let mut answer = Message::default();
    wait_until("half a body takes up the memory", || {
        // Anew each time: it may have come while the last attempt had the memory.
        let mut half = connect(hooksieve.address());
        half.write_all(&post(&"x".repeat(1000)).as_bytes()[..1000])
            .expect("it can be sent");
        answer = exchange(hooksieve.address(), post(&"y".repeat(900)));
        answer.status != 200
    });
    assert_own(&answer, 503, "the event was not delivered");
    assert_eq!(answer.field("retry-after"), ["1"]);
    assert_eq!(answer.field("connection"), ["close"]);
}

#[test]
fn too_many_connections_are_a_503_with_retry_after() {
    let upstream = Upstream::answering(OK);
    let hooksieve = Hooksieve::with(&upstream, "[limits]\nconnections = 1\n");
    let mut first = connect(hooksieve.address());
    first
        .write_all(post(EVENT).as_bytes())
        .expect("it can be sent");
    read_message(&mut first, false).expect("there is an answer");

    let answer = exchange(hooksieve.address(), post(EVENT));
    assert_own(&answer, 503, "the event was not delivered");
    assert_eq!(answer.field("retry-after"), ["1"]);
    assert_eq!(answer.field("connection"), ["close"]);
    assert_eq!(hooksieve.events(2)[1]["verdict"], "refuse");
    assert_eq!(upstream.count(), 1);
}

#[test]
fn who_finds_no_place_is_not_answered_before_asking() {
    let upstream = Upstream::answering(OK);
    let hooksieve = Hooksieve::with(&upstream, "[limits]\nconnections = 1\n");
    let mut first = connect(hooksieve.address());
    assert_eq!(ask(&mut first, post(DENIED)).status, 200);
    let mut second = connect(hooksieve.address());
    assert_silent(&second);
    assert_own(
        &ask(&mut second, post(DENIED)),
        503,
        "the event was not delivered",
    );
}

#[test]
fn what_is_unreadable_is_refused_where_the_config_says_so() {
    let upstream = Upstream::answering(OK);
    let hooksieve = Hooksieve::with(&upstream, &filter("reject"));
    let large = format!("{{\"a\":\"{}\"}}", "x".repeat(2000));
    let coded = |coding| post_with(&format!("Content-Encoding: {coding}\r\n"), DENIED);
    for (status, request) in [
        (422, post("{\"type\": nonsense}")),
        (422, post("{\"type\": 1.5}")),
        (413, post(&large)),
        (
            413,
            format!(
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n7D8\r\n{large}\r\n0\r\n\r\n"
            ),
        ),
        (415, coded("compress")),
        (422, coded("gzip")),
    ] {
        let answer = exchange(hooksieve.address(), request);
        assert_own(&answer, status, "the event was refused: ");
    }
    let verdicts = hooksieve.events(6);
    assert!(verdicts.iter().all(|event| event["verdict"] == "reject"));
    assert_eq!(upstream.connections(), 0);
}

#[test]
fn what_is_unreadable_is_dropped_only_where_the_config_says_so() {
    let upstream = Upstream::answering("HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n");
    for (unreadable, status) in [("drop", 200), ("forward", 500)] {
        let hooksieve = Hooksieve::with(&upstream, &filter(unreadable));
        let answer = exchange(hooksieve.address(), post("nonsense"));
        assert_eq!(answer.status, status, "{unreadable}");
    }
    assert_eq!(upstream.count(), 1);
}

#[test]
fn a_drop_is_acknowledged_only_after_the_whole_body() {
    let upstream = Upstream::answering(OK);
    let large = "x".repeat(100_000);
    for body in ["nonsense", DENIED, &large] {
        let hooksieve = Hooksieve::with(&upstream, &filter("drop"));
        let request = post(body);
        let (most, last) = request.split_at(request.len() - 1);
        let mut stream = connect(hooksieve.address());
        stream.write_all(most.as_bytes()).expect("it can be sent");
        assert_silent(&stream);
        stream.write_all(last.as_bytes()).expect("it can be sent");
        let answer = read_message(&mut stream, false).expect("there is an answer");
        assert_eq!((answer.status, answer.text()), (200, ""));
        assert_eq!(hooksieve.events(1)[0]["verdict"], "drop");
    }
    assert_eq!(upstream.connections(), 0);
}

#[test]
fn a_drop_is_not_acknowledged_when_the_body_breaks_off() {
    let upstream = Upstream::answering(OK);
    for body in ["nonsense".to_owned(), "x".repeat(100_000)] {
        let hooksieve = Hooksieve::with(&upstream, &filter("drop"));
        let request = post(&body);
        let mut stream = connect(hooksieve.address());
        stream
            .write_all(&request.as_bytes()[..request.len() - 1])
            .expect("it can be sent");
        stream
            .shutdown(std::net::Shutdown::Write)
            .expect("it is open");
        let answer = read_message(&mut stream, false).expect("there is an answer");
        assert_own(&answer, 400, "the event was not delivered");
        assert_logged(&hooksieve, "fail", "the body broke off");
    }
    assert_eq!(upstream.connections(), 0);
}

#[test]
fn a_body_in_another_character_set_is_neither_dropped_nor_taken_for_what_it_seems() {
    let upstream = Upstream::answering(OK);
    for rules in ["deny = [\"batch.*\"]", "allow = [\"invoice.*\"]"] {
        let hooksieve = Hooksieve::with(&upstream, &format!("[filter]\n{rules}\n"));
        let ask = |lines: &str| {
            exchange(hooksieve.address(), post_with(lines, DENIED))
                .text()
                .to_owned()
        };
        assert_eq!(ask("Content-Type: application/json; charset=utf-8\r\n"), "");
        assert_eq!(
            ask("Content-Type: application/json; charset=utf-7\r\n"),
            "ok"
        );
        let rule = "unreadable: in a character set other than UTF-8";
        assert_eq!(hooksieve.events(2)[1]["rule"], rule);
    }
    let hooksieve = Hooksieve::with(&upstream, &filter("reject"));
    let utf_7 = "Content-Type: application/json; charset=utf-7\r\n";
    let answer = exchange(hooksieve.address(), post_with(utf_7, EVENT));
    assert_own(&answer, 415, "character set");
}

#[test]
fn observing_forwards_everything_and_says_what_would_happen() {
    let upstream = Upstream::answering("HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\n\r\nok");
    let config = format!("mode = \"observe\"\n{}", filter("reject"));
    let hooksieve = Hooksieve::with(&upstream, &config);
    let large = "x".repeat(2000);
    for (body, verdict) in [
        (DENIED, "would drop"),
        (EVENT, "forward"),
        ("nonsense", "would reject"),
        (&large, "would reject"),
    ] {
        let before = upstream.count();
        let answer = exchange(hooksieve.address(), post(body));
        assert_eq!((answer.status, answer.text()), (202, "ok"));
        assert_eq!(upstream.requests()[before].body, body.as_bytes());
        assert_eq!(hooksieve.events(before + 1)[before]["verdict"], verdict);
    }
}

fn assert_silent(stream: &TcpStream) {
    let before = stream.read_timeout().expect("it is open");
    let short = Some(Duration::from_millis(150));
    stream.set_read_timeout(short).expect("it can be set");
    let peeked = stream.peek(&mut [0]).expect_err("nothing comes yet");
    assert_eq!(peeked.kind(), ErrorKind::WouldBlock);
    stream.set_read_timeout(before).expect("it can be set");
}
