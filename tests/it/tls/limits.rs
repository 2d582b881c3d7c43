//! Handshakes have a deadline, and count.

use std::io::{Read, Write};

use rustix::process::Signal;

use crate::support::{
    Files, Hooksieve, OK, Upstream, connect, get, post, tls_ask, tls_connect, tls_on, wait_until,
};

/// What a handshake begins with.
const BEGUN: &[u8] = &[0x16, 3, 1, 2, 0, 1];

fn is_closed(mut stream: &std::net::TcpStream) -> bool {
    !matches!(stream.read(&mut [0; 64]), Ok(1..))
}

#[test]
fn a_handshake_that_does_not_go_on_is_ended_and_told() {
    let files = Files::for_localhost();
    let config = format!("timeouts.header = \"100ms\"\n{}", files.tls("a"));
    let upstream = Upstream::answering(OK);
    let mut hooksieve = Hooksieve::with(&upstream, &config);
    let mut stream = connect(hooksieve.address());
    stream.write_all(BEGUN).expect("it can be sent");
    assert!(is_closed(&stream));
    let events = hooksieve.stop();
    assert_eq!(events.len(), 1);
    assert_eq!(events[0]["error"], "the TLS handshake did not end in time");
}

#[test]
fn a_connection_on_which_nothing_comes_is_idle() {
    let files = Files::for_localhost();
    let config = format!("timeouts.idle = \"100ms\"\n{}", files.tls("a"));
    let upstream = Upstream::answering(OK);
    let mut hooksieve = Hooksieve::with(&upstream, &config);
    assert!(is_closed(&connect(hooksieve.address())));
    let mut stream = tls_connect(hooksieve.address(), &files.sender()).expect("hands are shaken");
    let mut rest = Vec::new();
    // The end is told, so it is no truncation.
    assert_eq!(stream.read_to_end(&mut rest).expect("a clean end"), 0);
    assert_eq!(hooksieve.stop().len(), 0);
}

/// A drain waits for what is in flight. A connection on which nothing has begun is not.
#[test]
fn a_connection_without_a_handshake_holds_no_stop_up() {
    let files = Files::for_localhost();
    let upstream = Upstream::answering(OK);
    let mut hooksieve = Hooksieve::with(&upstream, &files.tls("a"));
    let silent = connect(hooksieve.address());
    let mut idle = tls_connect(hooksieve.address(), &files.sender()).expect("hands are shaken");
    assert_eq!(tls_ask(&mut idle, get("/")).expect("an answer").status, 200);
    assert_eq!(hooksieve.stop().len(), 1);
    assert!(is_closed(&silent));
    let mut rest = Vec::new();
    // This one is told so.
    assert_eq!(idle.read_to_end(&mut rest).expect("a clean end"), 0);
}

#[test]
fn the_first_request_of_a_connection_that_was_accepted_just_before_a_stop_is_answered() {
    let files = Files::for_localhost();
    let upstream = Upstream::answering(OK);
    let mut hooksieve = Hooksieve::with(&upstream, &files.tls("a"));
    let fresh = connect(hooksieve.address());
    let mut used = tls_connect(hooksieve.address(), &files.sender()).expect("hands are shaken");
    // `fresh` was accepted before `used`, and `used` has been served.
    assert_eq!(tls_ask(&mut used, get("/")).expect("an answer").status, 200);
    hooksieve.signal(Signal::TERM);
    hooksieve.line("stopping: what is in flight is finished, a second signal ends it at once");
    let fresh = tls_on(fresh, "localhost", &files.sender());
    let mut fresh = fresh.expect("hands are shaken");
    assert_eq!(
        tls_ask(&mut fresh, get("/")).expect("an answer").status,
        200
    );
    assert_eq!(hooksieve.wait().code(), Some(0));
}

#[test]
fn handshakes_take_their_memory_out_of_what_all_have() {
    let files = Files::for_localhost();
    // Half of it is for bodies, and a handshake takes 16 KiB.
    let config = format!(
        "limits = {{ inspect = \"1 KiB\", memory = \"64 KiB\" }}\n{}",
        files.tls("a")
    );
    let upstream = Upstream::answering(OK);
    let mut hooksieve = Hooksieve::with(&upstream, &config);
    let begun: Vec<_> = (0..3)
        .map(|_| {
            let mut stream = connect(hooksieve.address());
            stream.write_all(BEGUN).expect("it can be sent");
            stream
        })
        .collect();
    let told = hooksieve.events(1).remove(0);
    assert_eq!(told["error"], "there was no memory for a TLS handshake");
    assert_eq!(told["level"], "warn");
    drop(begun);
    wait_until("there is memory again", || {
        let stream = tls_connect(hooksieve.address(), &files.sender());
        stream.is_ok_and(|mut stream| tls_ask(&mut stream, post("{}")).is_ok())
    });
    hooksieve.stop();
}

#[test]
fn one_too_many_is_told_so_by_tls() {
    let files = Files::for_localhost();
    let config = format!("limits.connections = 1\n{}", files.tls("a"));
    let upstream = Upstream::answering(OK);
    let hooksieve = Hooksieve::with(&upstream, &config);
    let mut first = tls_connect(hooksieve.address(), &files.sender()).expect("hands are shaken");
    assert_eq!(
        tls_ask(&mut first, get("/")).expect("an answer").status,
        200
    );
    let mut second = tls_connect(hooksieve.address(), &files.sender()).expect("hands are shaken");
    let answer = tls_ask(&mut second, get("/")).expect("an answer");
    assert_eq!(answer.status, 503);
    assert_eq!(answer.field("retry-after"), ["1"]);
}

#[test]
fn a_handshake_longer_than_any_is_ended() {
    let files = Files::for_localhost();
    let upstream = Upstream::answering(OK);
    let mut hooksieve = Hooksieve::with(&upstream, &files.tls("a"));
    let mut stream = connect(hooksieve.address());
    // A message of 60,000 bytes, in records of 16 KiB.
    let mut message = vec![1, 0, 0xea, 0x60];
    message.resize(4 + 60_000, 0);
    for part in message.chunks(16 * 1024) {
        let length = u16::try_from(part.len())
            .expect("a short record")
            .to_be_bytes();
        let record = [&[0x16, 3, 1][..], &length, part].concat();
        if stream.write_all(&record).is_err() {
            break;
        }
    }
    assert!(is_closed(&stream));
    let events = hooksieve.stop();
    assert_eq!(events[0]["error"], "more came than any TLS handshake has");
}
