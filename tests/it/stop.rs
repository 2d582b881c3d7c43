//! Starting and stopping.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::Signal;

use crate::support::{
    Hooksieve, Message, PATIENCE, Upstream, connect, exchange, post, read_message, wait_until,
};

const EVENT: &str = r#"{"type":"invoice.paid"}"#;

/// An upstream that answers one request for each word that it is given.
fn held() -> (Upstream, Sender<()>) {
    let (answer, held) = channel();
    let held: Arc<Mutex<Receiver<()>>> = Arc::new(Mutex::new(held));
    let upstream = Upstream::new(move |mut connection| {
        while connection.request().is_some() {
            if held.lock().expect("no panic").recv().is_ok() {
                connection.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            }
        }
    });
    (upstream, answer)
}

/// A connection on which an event was sent that the upstream has by now.
fn in_flight(hooksieve: &Hooksieve, upstream: &Upstream, request: &str) -> TcpStream {
    let before = upstream.count();
    let mut stream = connect(hooksieve.address());
    stream
        .write_all(request.as_bytes())
        .expect("it can be sent");
    wait_until("the event has come", || upstream.count() > before);
    stream
}

fn stop(hooksieve: &Hooksieve, signal: Signal) {
    hooksieve.signal(signal);
    hooksieve.line("stopping: what is in flight is finished, a second signal ends it at once");
}

/// A connection that was accepted and has sent nothing, and one behind it that has been served.
fn fresh_and_used(hooksieve: &Hooksieve) -> (TcpStream, TcpStream) {
    let fresh = connect(hooksieve.address());
    let mut used = connect(hooksieve.address());
    used.write_all(post(EVENT).as_bytes())
        .expect("it can be sent");
    assert_eq!(answer(&mut used).status, 200);
    (fresh, used)
}

fn answer(stream: &mut TcpStream) -> Message {
    read_message(stream, false).expect("there is an answer")
}

fn assert_finishes_what_is_in_flight(signal: Signal) {
    let (upstream, release) = held();
    let mut hooksieve = Hooksieve::with(&upstream, "[filter]\ndeny = [\"batch.*\"]\n");
    let dropped = exchange(hooksieve.address(), post(r#"{"type":"batch.created"}"#));
    assert_eq!(dropped.status, 200);
    let mut sender = in_flight(&hooksieve, &upstream, &post(EVENT));

    stop(&hooksieve, signal);
    wait_until("new connections are refused", || {
        let refused = TcpStream::connect(hooksieve.address());
        refused.is_err_and(|error| error.kind() == ErrorKind::ConnectionRefused)
    });
    release.send(()).expect("the upstream waits");
    let answer = answer(&mut sender);
    assert_eq!((answer.status, answer.text()), (200, "ok"));
    assert_eq!(answer.field("connection"), ["close"]);
    assert_eq!(sender.read(&mut [0]).expect("it is closed in order"), 0);
    drop(sender);

    assert_eq!(hooksieve.wait().code(), Some(0));
    hooksieve.line("stopped, everything in flight was finished");
    let totals = hooksieve.line("totals");
    assert_eq!(
        (&totals["forwarded"], &totals["dropped"]),
        (&1.into(), &1.into())
    );
    assert_eq!(
        (&totals["refused"], &totals["failed"]),
        (&0.into(), &0.into())
    );
}

#[test]
fn sigterm_finishes_what_is_in_flight_and_exits_with_0() {
    assert_finishes_what_is_in_flight(Signal::TERM);
}

#[test]
fn sigint_finishes_what_is_in_flight_and_exits_with_0() {
    assert_finishes_what_is_in_flight(Signal::INT);
}

#[test]
fn sigquit_finishes_what_is_in_flight_and_exits_with_0() {
    assert_finishes_what_is_in_flight(Signal::QUIT);
}

#[test]
fn a_body_that_is_still_arriving_is_in_flight() {
    let upstream = Upstream::answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    let mut hooksieve = Hooksieve::before(&upstream);
    let request = post(EVENT);
    let (most, last) = request.split_at(request.len() - 1);
    let mut sender = connect(hooksieve.address());
    sender
        .write_all(
            most.replace("\r\n\r\n", "\r\nExpect: 100-continue\r\n\r\n")
                .as_bytes(),
        )
        .expect("it can be sent");
    assert_eq!(answer(&mut sender).status, 100, "the head has arrived");
    stop(&hooksieve, Signal::TERM);
    sender.write_all(last.as_bytes()).expect("it can be sent");
    let answer = answer(&mut sender);
    assert_eq!(
        (answer.status, answer.field("connection")),
        (200, vec!["close"])
    );
    drop(sender);
    assert_eq!(hooksieve.wait().code(), Some(0));
}

#[test]
fn the_first_request_of_a_connection_that_was_accepted_just_before_is_answered() {
    let upstream = Upstream::answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    for _ in 0..5 {
        let mut hooksieve = Hooksieve::before(&upstream);
        let (mut fresh, _used) = fresh_and_used(&hooksieve);
        stop(&hooksieve, Signal::TERM);
        fresh
            .write_all(post(EVENT).as_bytes())
            .expect("it can be sent");
        let answer = answer(&mut fresh);
        assert_eq!(
            (answer.status, answer.field("connection")),
            (200, vec!["close"])
        );
        assert_eq!(hooksieve.wait().code(), Some(0));
    }
}

#[test]
fn connections_without_a_request_are_closed_soon_and_hold_nothing_up() {
    let upstream = Upstream::answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    let mut hooksieve = Hooksieve::with(&upstream, "[timeouts]\ndrain = \"1s\"\n");
    let (mut fresh, mut used) = fresh_and_used(&hooksieve);
    stop(&hooksieve, Signal::TERM);
    assert_eq!(used.read(&mut [0]).expect("it is closed in order"), 0);
    assert_eq!(fresh.read(&mut [0]).expect("it is closed in order"), 0);
    // Neither closes its side, which hooksieve does not wait for.
    assert_eq!(hooksieve.wait().code(), Some(0));
}

#[test]
fn a_drain_that_hits_its_deadline_ends_with_1_and_says_so() {
    let (upstream, _release) = held();
    let mut hooksieve = Hooksieve::with(&upstream, "[timeouts]\ndrain = \"300ms\"\n");
    let mut sender = in_flight(&hooksieve, &upstream, &post(EVENT));
    let begun = Instant::now();
    stop(&hooksieve, Signal::TERM);
    assert_eq!(hooksieve.wait().code(), Some(1));
    assert!(begun.elapsed() >= Duration::from_millis(300));
    assert!(begun.elapsed() < PATIENCE / 2, "300 ms, not 30 s");
    let line = hooksieve.line("stopped, but the drain deadline cut off what was in flight");
    assert_eq!(line["level"], "warn");
    assert_eq!(hooksieve.line("totals")["failed"], 1);
    assert_eq!(hooksieve.events(1)[0]["verdict"], "abandoned");
    read_message(&mut sender, false).expect_err("it got no answer");
}

#[test]
fn a_second_signal_ends_it_at_once_with_1() {
    for second in [Signal::TERM, Signal::INT, Signal::QUIT] {
        let (upstream, _release) = held();
        let mut hooksieve = Hooksieve::before(&upstream);
        let _sender = in_flight(&hooksieve, &upstream, &post(EVENT));
        let begun = Instant::now();
        stop(&hooksieve, Signal::TERM);
        hooksieve.signal(second);
        assert_eq!(hooksieve.wait().code(), Some(1));
        assert!(begun.elapsed() < PATIENCE / 2, "at once, not after 30 s");
        hooksieve.line("a second signal: what is in flight is cut off");
        hooksieve.line("stopped, and what was in flight was cut off");
        assert_eq!(hooksieve.line("totals")["failed"], 1);
        assert_eq!(hooksieve.events(1)[0]["verdict"], "abandoned");
    }
}

#[test]
fn of_pipelined_requests_the_one_in_flight_is_answered_and_the_next_not_begun() {
    let (upstream, release) = held();
    let mut hooksieve = Hooksieve::before(&upstream);
    let two = post(EVENT) + &post(r#"{"type":"batch.created"}"#);
    let mut sender = in_flight(&hooksieve, &upstream, &two);
    stop(&hooksieve, Signal::TERM);
    // More than fits in any buffer: what is not read must not destroy the answer on its way.
    let mut more = sender.try_clone().expect("it can be cloned");
    let more = thread::spawn(move || {
        let request = post(&" ".repeat(100_000));
        for _ in 0..100 {
            if more.write_all(request.as_bytes()).is_err() {
                return;
            }
        }
    });
    release.send(()).expect("the upstream waits");
    let first = answer(&mut sender);
    assert_eq!((first.status, first.text()), (200, "ok"));
    assert_eq!(first.field("connection"), ["close"]);
    assert_eq!(sender.read(&mut [0]).expect("it is closed in order"), 0);
    more.join().expect("it has sent what it could");
    drop(sender);
    assert_eq!(hooksieve.wait().code(), Some(0));
    assert_eq!(upstream.count(), 1);
    assert_eq!(hooksieve.line("totals")["dropped"], 0);
}

#[test]
fn it_listens_before_it_says_that_it_is_ready() {
    let upstream = Upstream::answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    for _ in 0..5 {
        let hooksieve = Hooksieve::before(&upstream);
        assert_eq!(exchange(hooksieve.address(), post(EVENT)).status, 200);
    }
}
