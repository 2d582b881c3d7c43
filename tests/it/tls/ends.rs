//! What is over is told to be over, and what was cut off is not.

use std::io::{ErrorKind, Read, Write};
use std::net::Shutdown;

use crate::support::{
    Files, Hooksieve, OK, TlsUpstream, Upstream, post, read_message, tls_ask, tls_connect,
    wait_until,
};

const CLOSING: &str =
    "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}";

#[test]
fn behind_the_last_answer_the_end_is_told() {
    let files = Files::for_localhost();
    let upstream = Upstream::answering(OK);
    let hooksieve = Hooksieve::with(&upstream, &files.tls("a"));
    let mut stream = tls_connect(hooksieve.address(), &files.sender()).expect("hands are shaken");
    assert_eq!(
        tls_ask(&mut stream, CLOSING).expect("an answer").status,
        200
    );
    let mut rest = Vec::new();
    assert_eq!(stream.read_to_end(&mut rest).expect("a clean end"), 0);
}

#[test]
fn an_answer_that_is_cut_off_has_no_end() {
    let files = Files::for_localhost();
    let upstream = Upstream::new(|mut connection| {
        connection.request();
        connection.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
    });
    let hooksieve = Hooksieve::with(&upstream, &files.tls("a"));
    let mut stream = tls_connect(hooksieve.address(), &files.sender()).expect("hands are shaken");
    stream
        .write_all(post("{}").as_bytes())
        .expect("it can be sent");
    let mut all = Vec::new();
    let error = stream.read_to_end(&mut all).expect_err("it is cut");
    let kinds = [ErrorKind::ConnectionReset, ErrorKind::UnexpectedEof];
    assert!(kinds.contains(&error.kind()), "{error}");
}

/// An answer without a length ends with the connection, and so may be cut by whoever can cut that.
#[test]
fn an_answer_that_ends_with_its_connection_is_whole_only_if_the_end_is_told() {
    let files = Files::for_localhost();
    for is_told in [true, false] {
        let issued = files.authority.issue(&["localhost"]);
        let upstream = TlsUpstream::new(issued.shown(), move |mut stream| {
            let _ = read_message(&mut stream, false);
            let _ = stream.write_all(b"HTTP/1.0 200 OK\r\n\r\nall of it");
            if is_told {
                stream.conn.send_close_notify();
            }
            let _ = stream.flush();
            let _ = stream.sock.shutdown(Shutdown::Write);
            let _ = stream.sock.read(&mut [0; 64]);
        });
        let config = format!("upstream = {:?}\n{}", upstream.url(), files.upstream_tls());
        let mut hooksieve = Hooksieve::alone(&config);
        let mut stream = crate::support::connect(hooksieve.address());
        stream
            .write_all(post("{}").as_bytes())
            .expect("it can be sent");
        let answer = read_message(&mut stream, false);
        match answer {
            Ok(answer) if is_told => assert_eq!(answer.text(), "all of it"),
            Err(_) if !is_told => {}
            other => panic!("{is_told}: {other:?}"),
        }
        let told = hooksieve.stop().remove(0);
        assert_eq!(told["verdict"] == "fail", !is_told, "{told}");
    }
}

#[test]
fn a_sender_that_closes_its_side_has_its_event_delivered_and_its_answer() {
    let files = Files::for_localhost();
    let upstream = Upstream::answering(OK);
    let hooksieve = Hooksieve::with(&upstream, &files.tls("a"));
    // By the word of TLS, by that of TCP alone, and by both.
    for (by_tls, by_tcp) in [(true, false), (false, true), (true, true)] {
        let mut stream =
            tls_connect(hooksieve.address(), &files.sender()).expect("hands are shaken");
        stream
            .write_all(post("{}").as_bytes())
            .expect("it can be sent");
        if by_tls {
            stream.conn.send_close_notify();
        }
        stream.flush().expect("it can be sent");
        if by_tcp {
            stream
                .sock
                .shutdown(Shutdown::Write)
                .expect("it can be closed");
        }
        let answer = read_message(&mut stream, false).expect("an answer");
        assert_eq!(answer.status, 200, "{by_tls} {by_tcp}");
        // No reset comes behind it, which could destroy an answer on its way.
        let mut rest = Vec::new();
        let length = stream.read_to_end(&mut rest).expect("a clean end");
        assert_eq!(length, 0, "{by_tls} {by_tcp}");
    }
    assert_eq!(upstream.count(), 3);
}

#[test]
fn a_sender_that_is_gone_has_its_event_delivered() {
    let files = Files::for_localhost();
    let upstream = Upstream::answering(OK);
    let hooksieve = Hooksieve::with(&upstream, &files.tls("a"));
    let mut stream = tls_connect(hooksieve.address(), &files.sender()).expect("hands are shaken");
    stream
        .write_all(post("{}").as_bytes())
        .expect("it can be sent");
    drop(stream);
    wait_until("it is delivered", || upstream.count() == 1);
}

#[test]
fn half_an_event_is_none_whichever_way_it_ends() {
    let files = Files::for_localhost();
    let upstream = Upstream::answering(OK);
    let mut hooksieve = Hooksieve::with(&upstream, &files.tls("a"));
    for is_told in [true, false] {
        let mut stream =
            tls_connect(hooksieve.address(), &files.sender()).expect("hands are shaken");
        let half = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf";
        stream.write_all(half.as_bytes()).expect("it can be sent");
        if is_told {
            stream.conn.send_close_notify();
        }
        stream.flush().expect("it can be sent");
        stream
            .sock
            .shutdown(Shutdown::Write)
            .expect("it can be closed");
        let answer = read_message(&mut stream, false).expect("an answer");
        assert_eq!(answer.status, 400, "{is_told}");
    }
    assert_eq!(hooksieve.stop().len(), 2);
    assert_eq!(upstream.count(), 0);
}
