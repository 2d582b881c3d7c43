//! Answers that end before their end, and senders that don't read them.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use super::{EVENT, OK, assert_logged};
use crate::support::{Hooksieve, PATIENCE, Upstream, connect, exchange, post, read_message};

/// The sender's connection after it has sent an event.
fn send(hooksieve: &Hooksieve) -> TcpStream {
    let mut stream = connect(hooksieve.address());
    stream
        .write_all(post(EVENT).as_bytes())
        .expect("it can be sent");
    stream
}

fn assert_cut(answer: &'static str) {
    let upstream = Upstream::new(move |mut connection| {
        let _ = connection.request();
        connection.write(answer);
    });
    let hooksieve = Hooksieve::before(&upstream);
    let mut stream = send(&hooksieve);
    let cut = read_message(&mut stream, false).expect_err("the answer is not whole");
    let kinds = [ErrorKind::UnexpectedEof, ErrorKind::ConnectionReset];
    assert!(kinds.contains(&cut.kind()), "{answer:?}: {cut}");
    assert_logged(&hooksieve, "fail", "the answer broke off");
}

#[test]
fn an_answer_that_breaks_off_is_cut_and_not_taken_for_whole() {
    assert_cut("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
    assert_cut("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n");
    assert_cut("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n0\r\n");
    assert_cut(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\nnonsense\r\n\r\n",
    );
}

#[test]
fn an_upstream_that_stalls_within_its_answer_has_it_cut_after_the_response_timeout() {
    let upstream = Upstream::new(|mut connection| {
        let _ = connection.request();
        connection.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
        assert_eq!(
            connection.rest().expect("it is closed"),
            b"",
            "and no more is sent"
        );
    });
    let hooksieve = Hooksieve::with(&upstream, "[timeouts]\nresponse = \"300ms\"\n");
    let begun = Instant::now();
    let mut stream = send(&hooksieve);
    read_message(&mut stream, false).expect_err("the answer is not whole");
    assert!(begun.elapsed() >= Duration::from_millis(300));
    assert!(begun.elapsed() < PATIENCE / 2);
    assert_logged(&hooksieve, "fail", "paused within the answer");
}

#[test]
fn an_answer_that_takes_longer_than_the_response_timeout_passes_while_it_gets_on() {
    let upstream = Upstream::new(|mut connection| {
        let _ = connection.request();
        connection.write("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n");
        for _ in 0..8 {
            std::thread::sleep(Duration::from_millis(250));
            connection.write("x");
        }
    });
    let hooksieve = Hooksieve::with(&upstream, "[timeouts]\nresponse = \"1500ms\"\n");
    assert_eq!(
        exchange(hooksieve.address(), post(EVENT)).text(),
        "xxxxxxxx"
    );
}

#[test]
fn a_sender_that_does_not_read_its_answer_is_cut_off_and_slows_nobody() {
    let (told, ended) = mpsc::channel();
    let upstream = Upstream::new(move |mut connection| {
        while let Some(request) = connection.request() {
            if !request.text().contains("large") {
                connection.write(OK);
                continue;
            }
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n");
            let piece = vec![b'x'; 1 << 16];
            let mut written = 0_usize;
            while written < 1 << 30 && connection.try_write(&piece).is_ok() {
                written += piece.len();
            }
            told.send(written).expect("the test still waits");
            return;
        }
    });
    let hooksieve = Hooksieve::with(&upstream, "[timeouts]\nresponse = \"400ms\"\n");
    let begun = Instant::now();
    let mut stuck = connect(hooksieve.address());
    stuck
        .write_all(post(r#"{"type":"large"}"#).as_bytes())
        .expect("it can be sent");
    for _ in 0..5 {
        assert_eq!(exchange(hooksieve.address(), post(EVENT)).status, 200);
    }
    let written = ended.recv_timeout(PATIENCE).expect("it is cut off");
    assert!(begun.elapsed() >= Duration::from_millis(400));
    assert!(begun.elapsed() < PATIENCE / 2, "400 ms, not 30 s");
    assert!(written < 64 << 20, "{written} bytes were taken for nobody");
    let mut rest = Vec::new();
    let cut = stuck.read_to_end(&mut rest).expect_err("it is reset");
    assert_eq!(cut.kind(), ErrorKind::ConnectionReset);
    let (_, memory) = hooksieve.memory();
    assert!(memory < 64 * 1024, "{memory} KiB");
}
