//! What TLS sends for itself is neither an event nor a close.

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::sleep;
use std::time::Duration;

use crate::support::{
    Files, Gate, Hooksieve, OK, TlsUpstream, Upstream, exchange, post, read_message, tls_ask,
    tls_connect, wait_until,
};

/// Longer than a connection must have been silent to be used again, and shorter than it is kept.
const A_WHILE: Duration = Duration::from_millis(60);

/// The upstream says something of its keys on a connection that idles. That is no reason not to use it again.
#[test]
fn an_upstream_that_updates_its_keys_keeps_its_connection() {
    let files = Files::for_localhost();
    let requests = Arc::new(AtomicUsize::new(0));
    let counted = requests.clone();
    let issued = files.authority.issue(&["localhost"]);
    let upstream = TlsUpstream::new(issued.shown(), move |mut stream| {
        while read_message(&mut stream, false).is_ok() {
            counted.fetch_add(1, Ordering::SeqCst);
            stream.write_all(OK.as_bytes()).expect("it is read");
            // It comes behind the answer, when that has been passed back.
            sleep(A_WHILE / 3);
            stream.conn.refresh_traffic_keys().expect("it is TLS 1.3");
            stream.flush().expect("it is open");
        }
    });
    let config = format!(
        "upstream = {:?}\ntimeouts.reuse = \"10m\"\n{}",
        upstream.url(),
        files.upstream_tls()
    );
    let hooksieve = Hooksieve::alone(&config);
    let mut sender = crate::support::connect(hooksieve.address());
    for number in 1..=5 {
        let answer = crate::support::ask(&mut sender, post("{}"));
        assert_eq!(answer.status, 200);
        assert_eq!(requests.load(Ordering::SeqCst), number);
        sleep(A_WHILE);
    }
    assert_eq!(upstream.connections(), 1);
}

/// The upstream ends a connection that idles, with a word or without. No event is lost to it.
#[test]
fn a_connection_that_the_upstream_has_closed_is_not_used_again() {
    let files = Files::for_localhost();
    for is_told in [true, false] {
        let issued = files.authority.issue(&["localhost"]);
        let (may_close, closed) = (Gate::default(), Arc::new(AtomicUsize::new(0)));
        let (waits, counted) = (may_close.clone(), closed.clone());
        let upstream = TlsUpstream::new(issued.shown(), move |mut stream| {
            let _ = read_message(&mut stream, false);
            let _ = stream.write_all(OK.as_bytes());
            waits.pass();
            if is_told {
                stream.conn.send_close_notify();
                let _ = stream.flush();
                // Only the word: the connection below stays.
                std::mem::forget(stream.sock.try_clone());
            }
            counted.fetch_add(1, Ordering::SeqCst);
        });
        let config = format!(
            "upstream = {:?}\ntimeouts.reuse = \"10m\"\n{}",
            upstream.url(),
            files.upstream_tls()
        );
        let hooksieve = Hooksieve::alone(&config);
        assert_eq!(exchange(hooksieve.address(), post("{}")).status, 200);
        sleep(A_WHILE);
        may_close.open();
        wait_until("it is closed", || closed.load(Ordering::SeqCst) == 1);
        assert_eq!(
            exchange(hooksieve.address(), post("{}")).status,
            200,
            "{is_told}"
        );
        assert_eq!(upstream.connections(), 2);
    }
}

/// A connection between two events is watched by nobody but the socket. Keys are no event, and an event behind them is.
#[test]
fn a_sender_that_updates_its_keys_between_events_is_served() {
    let files = Files::for_localhost();
    let upstream = Upstream::answering(OK);
    let config = format!("timeouts.header = \"100ms\"\n{}", files.tls("a"));
    let mut hooksieve = Hooksieve::with(&upstream, &config);
    let mut stream = tls_connect(hooksieve.address(), &files.sender()).expect("hands are shaken");
    for _ in 0..3 {
        assert_eq!(
            tls_ask(&mut stream, post("{}")).expect("an answer").status,
            200
        );
        sleep(A_WHILE);
        stream.conn.refresh_traffic_keys().expect("it is TLS 1.3");
        stream.flush().expect("it is open");
        // For longer than a head may take: what was sent is none.
        sleep(A_WHILE * 3);
    }
    assert_eq!(upstream.count(), 3);
    drop(stream);
    assert_eq!(hooksieve.stop().len(), 3);
}

/// Two requests in one record: the second waits decrypted where no socket tells of it.
#[test]
fn what_is_decrypted_already_is_not_waited_for() {
    let files = Files::for_localhost();
    let upstream = Upstream::answering(OK);
    let hooksieve = Hooksieve::with(&upstream, &files.tls("a"));
    let mut stream = tls_connect(hooksieve.address(), &files.sender()).expect("hands are shaken");
    let both = post("{}") + &post("[]");
    stream.write_all(both.as_bytes()).expect("it can be sent");
    for _ in 0..2 {
        assert_eq!(
            read_message(&mut stream, false).expect("an answer").status,
            200
        );
    }
    // A large body and the next request behind it, over many records.
    let large = "x".repeat(100_000);
    let both = post(&large) + &post("{}");
    stream.write_all(both.as_bytes()).expect("it can be sent");
    for _ in 0..2 {
        assert_eq!(
            read_message(&mut stream, false).expect("an answer").status,
            200
        );
    }
    assert_eq!(upstream.count(), 4);
}
