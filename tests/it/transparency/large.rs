//! What is too large to hold streams through.

use std::io::{Read, Write};
use std::net::Shutdown;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::support::{
    Gate, Hooksieve, OK, Upstream, connect, passed_on_with, post, read_message, rest, wait_until,
};

const SMALL: &str = "[limits]\ninspect = \"1 KiB\"\nmemory = \"16 KiB\"\n";
const MIB: usize = 1024 * 1024;

/// The same byte never stands in two neighbouring blocks at the same place.
fn block(number: usize) -> Vec<u8> {
    let period: Vec<u8> = (0..=250).collect();
    period.repeat(MIB / 251 + 2)[number % 251..][..MIB].to_vec()
}

#[test]
fn a_body_beyond_the_limit_arrives_with_its_length() {
    let body = block(1);
    let head = format!("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {MIB}");
    let received = passed_on_with(SMALL, [head.as_bytes(), b"\r\n\r\n", &body].concat());
    assert_eq!(received.head, head);
    assert!(received.body == body);
}

#[test]
fn a_chunked_body_beyond_the_limit_stays_chunked() {
    for method in ["POST", "GET", "DELETE"] {
        let body = block(1);
        let head =
            format!("{method} / HTTP/1.1\r\nHost: a\r\ntransfer-encoding: chunked\r\nX-A: 1");
        let framed = [
            head.as_bytes(),
            b"\r\n\r\n100000\r\n",
            &body,
            b"\r\n0\r\n\r\n",
        ]
        .concat();
        let received = passed_on_with(SMALL, framed);
        assert_eq!(received.head, head);
        assert!(received.body == body, "{method}");
    }
}

#[test]
fn the_beginning_of_a_large_body_arrives_before_its_end_is_sent() {
    let arrived = Gate::default();
    let upstream = Upstream::new({
        let arrived = arrived.clone();
        move |mut connection| {
            connection.head();
            let mut beginning = vec![0; MIB];
            connection
                .stream
                .read_exact(&mut beginning)
                .expect("the beginning comes");
            arrived.open();
            connection
                .stream
                .read_exact(&mut beginning)
                .expect("the rest comes");
            connection.write(OK);
        }
    });
    let hooksieve = Hooksieve::with(&upstream, SMALL);
    let mut stream = connect(hooksieve.address());
    let head = format!(
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n\r\n",
        2 * MIB
    );
    stream.write_all(head.as_bytes()).expect("it can be sent");
    stream.write_all(&block(1)).expect("it can be sent");
    arrived.pass();
    stream.write_all(&block(2)).expect("it can be sent");
    assert_eq!(
        read_message(&mut stream, false).expect("an answer").status,
        200
    );
}

#[test]
fn the_beginning_of_an_answer_comes_back_before_its_end_is_sent() {
    for framing in [
        "Content-Length: 8",
        "Transfer-Encoding: chunked",
        "X-Until: the end",
    ] {
        let came = Gate::default();
        let upstream = Upstream::new({
            let came = came.clone();
            move |mut connection| {
                let is_chunked = framing.ends_with("chunked");
                let piece = if is_chunked { "4\r\nhalf\r\n" } else { "half" };
                connection.request();
                connection.write(format!("HTTP/1.1 200 OK\r\n{framing}\r\n\r\n{piece}"));
                came.pass();
                connection.write(piece);
                connection.write(if is_chunked { "0\r\n\r\n" } else { "" });
            }
        });
        let hooksieve = Hooksieve::before(&upstream);
        let mut stream = connect(hooksieve.address());
        stream
            .write_all(post("{}").as_bytes())
            .expect("it can be sent");
        let mut seen = Vec::new();
        while !seen.windows(4).any(|piece| piece == b"half") {
            let mut byte = [0];
            stream.read_exact(&mut byte).expect("the beginning comes");
            seen.extend(byte);
        }
        came.open();
    }
}

#[test]
fn a_large_answer_comes_back_whole_and_is_not_collected() {
    const BLOCKS: usize = 50;
    let upstream = Upstream::new(|mut connection| {
        connection.request();
        let length = BLOCKS * MIB;
        connection.write(format!(
            "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n"
        ));
        for number in 0..BLOCKS {
            connection.write(block(number));
        }
    });
    let hooksieve = Hooksieve::before(&upstream);
    let (before, _) = hooksieve.memory();
    let mut stream = connect(hooksieve.address());
    stream
        .write_all(post("{}").as_bytes())
        .expect("it can be sent");
    read_message(&mut stream, true).expect("a head");
    let mut received = vec![0; MIB];
    for number in 0..BLOCKS {
        stream
            .read_exact(&mut received)
            .expect("the answer goes on");
        assert!(received == block(number), "block {number}");
    }
    let (_, peak) = hooksieve.memory();
    assert!(
        peak - before < 8 * 1024,
        "{before} KiB have become {peak} KiB"
    );
}

#[test]
fn a_large_answer_that_nobody_reads_waits_at_the_upstream() {
    const BLOCKS: usize = 64;
    let written = Arc::new(AtomicUsize::new(0));
    let upstream = Upstream::new({
        let written = written.clone();
        move |mut connection| {
            connection.request();
            let length = BLOCKS * MIB;
            connection.write(format!(
                "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n"
            ));
            for number in 0..BLOCKS {
                connection.write(block(number));
                written.fetch_add(1, Ordering::SeqCst);
            }
        }
    });
    let hooksieve = Hooksieve::before(&upstream);
    let mut stream = connect(hooksieve.address());
    stream
        .write_all(post("{}").as_bytes())
        .expect("it can be sent");
    read_message(&mut stream, true).expect("a head");
    let (mut seen, mut since) = (0, Instant::now());
    wait_until("nothing moves any more", || {
        let now = written.load(Ordering::SeqCst);
        if now != seen {
            (seen, since) = (now, Instant::now());
        }
        since.elapsed() > Duration::from_millis(200)
    });
    assert!(seen < BLOCKS / 2, "{seen} blocks were taken");
    assert_eq!(rest_of(&mut stream, BLOCKS * MIB), BLOCKS * MIB);
}

/// Reads up to `length` bytes and counts them.
fn rest_of(stream: &mut impl Read, length: usize) -> usize {
    let mut scrap = vec![0; MIB];
    let mut count = 0;
    while count < length {
        match stream.read(&mut scrap).expect("it goes on") {
            0 => break,
            read => count += read,
        }
    }
    count
}

#[test]
fn a_large_answer_to_a_sender_that_closed_its_side_comes_back_whole() {
    let body = block(3);
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {MIB}\r\n\r\n");
    let upstream = Upstream::answering([head.as_bytes(), &body].concat());
    let hooksieve = Hooksieve::before(&upstream);
    let mut stream = connect(hooksieve.address());
    stream
        .write_all(post("{}").as_bytes())
        .expect("it can be sent");
    stream.shutdown(Shutdown::Write).expect("it can be closed");
    let answer = read_message(&mut stream, false).expect("an answer");
    assert!(answer.body == body);
}

/// `cargo test --release --test it -- --ignored 2_gb`
#[test]
#[ignore = "moves 4 GB through loopback"]
fn a_2_gb_body_goes_through_in_under_64_mib() {
    const BLOCKS: usize = 2048;
    let upstream = Upstream::new(|mut connection| {
        let head = connection.head().expect("a request");
        assert_eq!(head.field("content-length"), [(BLOCKS * MIB).to_string()]);
        let count = rest_of(&mut connection.stream, BLOCKS * MIB);
        connection.write(format!(
            "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{count}"
        ));
        connection.rest().expect("a clean end");
    });
    let hooksieve = Hooksieve::before(&upstream);
    let mut stream = connect(hooksieve.address());
    let sender = thread::spawn({
        let mut stream = stream.try_clone().expect("it can be cloned");
        let length = BLOCKS * MIB;
        move || {
            let head = format!(
                "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n"
            );
            stream.write_all(head.as_bytes()).expect("it can be sent");
            let block = block(0);
            for _ in 0..BLOCKS {
                stream.write_all(&block).expect("it can be sent");
            }
        }
    });
    let answer = read_message(&mut stream, false).expect("an answer");
    sender.join().expect("all is sent");
    assert_eq!(answer.text(), (BLOCKS * MIB).to_string());
    assert!(rest(&mut stream).expect("a clean end").is_empty());
    let (_, peak) = hooksieve.memory();
    println!("peak: {peak} KiB");
    assert!(peak < 64 * 1024, "{peak} KiB");
}
