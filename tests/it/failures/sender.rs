//! Senders that are slow, break off, or leave.

use std::io::Write;
use std::net::Shutdown;
use std::thread;
use std::time::{Duration, Instant};

use super::{DENIED, EVENT, OK, assert_logged, assert_own};
use crate::support::{
    Hooksieve, PATIENCE, Upstream, connect, exchange, post, read_message, wait_until,
};

const SLOW: &str =
    "[filter]\ndeny = [\"batch.*\"]\n[limits]\ninspect = \"1 KiB\"\n[timeouts]\nbody = \"300ms\"\n";

#[test]
fn a_body_that_does_not_arrive_in_time_is_a_408() {
    let upstream = Upstream::answering(OK);
    let hooksieve = Hooksieve::with(&upstream, SLOW);
    let begun = Instant::now();
    let answer = exchange(hooksieve.address(), &post(EVENT)[..60 + EVENT.len()]);
    assert!(begun.elapsed() >= Duration::from_millis(300));
    assert!(begun.elapsed() < PATIENCE / 2);
    assert_own(&answer, 408, "the event was not delivered");
    assert_eq!(answer.field("connection"), ["close"]);
    assert_logged(&hooksieve, "fail", "did not arrive in time");
    assert_eq!(upstream.connections(), 0);
}

#[test]
fn a_body_that_drips_is_a_408() {
    let upstream = Upstream::answering(OK);
    let hooksieve = Hooksieve::with(&upstream, SLOW);
    let mut stream = connect(hooksieve.address());
    let mut drips = stream.try_clone().expect("it can be cloned");
    thread::spawn(move || {
        let _ = drips.write_all(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n");
        while drips.write_all(b" ").is_ok() {
            thread::sleep(Duration::from_millis(20));
        }
    });
    let answer = read_message(&mut stream, false).expect("there is an answer");
    assert_own(&answer, 408, "the event was not delivered");
    assert_eq!(upstream.connections(), 0);
}

#[test]
fn a_streamed_body_that_pauses_is_a_408_and_never_whole() {
    let upstream = Upstream::answering(OK);
    let hooksieve = Hooksieve::with(&upstream, SLOW);
    let head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4000\r\n\r\n";
    let answer = exchange(hooksieve.address(), format!("{head}{}", "x".repeat(3000)));
    assert_own(&answer, 408, "the event was not delivered");
    assert_eq!((upstream.connections(), upstream.count()), (1, 0));
}

#[test]
fn of_a_sender_that_goes_away_within_the_body_nothing_is_forwarded() {
    let upstream = Upstream::answering(OK);
    for (number, body) in [EVENT, DENIED, r#"{"type":"#].into_iter().enumerate() {
        let hooksieve = Hooksieve::before(&upstream);
        let mut stream = connect(hooksieve.address());
        let head = format!(
            "POST /{number} HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n\r\n",
            body.len() + 1
        );
        stream
            .write_all((head + body).as_bytes())
            .expect("it can be sent");
        drop(stream);
        assert_logged(&hooksieve, "fail", "the body broke off");
    }
    assert_eq!(upstream.connections(), 0);
}

#[test]
fn of_a_sender_that_goes_away_within_a_streamed_body_nothing_whole_is_forwarded() {
    let upstream = Upstream::answering(OK);
    let hooksieve = Hooksieve::with(&upstream, SLOW);
    for framing in ["Content-Length: 4000", "Transfer-Encoding: chunked"] {
        let mut stream = connect(hooksieve.address());
        let head = format!("POST / HTTP/1.1\r\nHost: a\r\n{framing}\r\n\r\n7D0\r\n");
        let request = head + &"x".repeat(2000) + "\r\n";
        stream
            .write_all(request.as_bytes())
            .expect("it can be sent");
        drop(stream);
    }
    for event in hooksieve.events(2) {
        assert_eq!(event["verdict"], "fail", "{event}");
    }
    assert_eq!(upstream.count(), 0);
}

#[test]
fn a_badly_framed_body_is_a_400_and_not_forwarded() {
    let upstream = Upstream::answering(OK);
    for body in [
        "nonsense\r\n",
        "-1\r\n",
        "17\r\nfar too long",
        "FFFFFFFFFFFFFFFFF\r\n",
    ] {
        let hooksieve = Hooksieve::before(&upstream);
        let head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
        let mut stream = connect(hooksieve.address());
        stream
            .write_all(format!("{head}17\r\n{EVENT}\r\n{body}").as_bytes())
            .expect("it can be sent");
        stream.shutdown(Shutdown::Write).expect("it is open");
        let answer = read_message(&mut stream, false).expect("there is an answer");
        assert_own(&answer, 400, "the event was not delivered");
    }
    assert_eq!(upstream.connections(), 0);
}

#[test]
fn the_event_of_a_sender_that_closes_its_side_or_leaves_is_delivered() {
    let upstream = Upstream::answering(OK);
    let hooksieve = Hooksieve::before(&upstream);
    let mut stream = connect(hooksieve.address());
    stream
        .write_all(post(EVENT).as_bytes())
        .expect("it can be sent");
    stream.shutdown(Shutdown::Write).expect("it is open");
    let answer = read_message(&mut stream, false).expect("there is an answer");
    assert_eq!(answer.status, 200);

    for left in 0..20 {
        let mut stream = connect(hooksieve.address());
        stream
            .write_all(post(EVENT).as_bytes())
            .expect("it can be sent");
        drop(stream);
        wait_until("the event has come", || upstream.count() == left + 2);
    }
}

#[test]
fn who_speaks_tls_is_named_in_the_log() {
    let upstream = Upstream::answering(OK);
    let hooksieve = Hooksieve::before(&upstream);
    // The beginning of what curl sends to an https:// URL: a record, its version and length, a ClientHello.
    let hello = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n";
    assert_eq!(exchange(hooksieve.address(), hello).status, 400);
    assert_logged(
        &hooksieve,
        "refuse",
        "the sender speaks TLS (https), but this port takes plain HTTP",
    );
    // What only looks a little like it is as malformed as ever.
    assert_eq!(
        exchange(hooksieve.address(), b"\x16\x02\r\n\r\n").status,
        400
    );
    let events = hooksieve.events(2);
    assert!(events.iter().all(|event| event["status"] == 400));
    let error = events[1]["error"].as_str().expect("an error");
    assert!(!error.contains("TLS"), "{error}");
}
