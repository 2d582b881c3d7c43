//! Limits: what is more than there is room for, and who takes longer than there is time for.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use crate::support::{
    Deaf, Hooksieve, PATIENCE, Upstream, connect, exchange, post, post_with, read_message,
    wait_until,
};

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
const EVENT: &str = r#"{"type":"invoice.paid"}"#;

/// Waits until hooksieve closes the connection, which it must not do earlier than after `least`.
fn assert_closed_after(stream: &mut TcpStream, begun: Instant, least: Duration) {
    let rest = stream.read_to_end(&mut Vec::new());
    let is_reset = |error: &std::io::Error| error.kind() == ErrorKind::ConnectionReset;
    assert!(rest.as_ref().is_ok_and(|rest| *rest == 0) || rest.as_ref().is_err_and(is_reset));
    // Deadlines are kept in whole milliseconds.
    let elapsed = begun.elapsed();
    assert!(
        elapsed + Duration::from_millis(1) >= least,
        "{elapsed:?} is too early"
    );
    assert!(elapsed < PATIENCE / 2, "{elapsed:?} is too late");
}

#[test]
fn a_head_that_does_not_arrive_in_time_ends_the_connection_and_drips_buy_no_time() {
    let upstream = Upstream::answering(OK);
    let hooksieve = Hooksieve::with(&upstream, "[timeouts]\nheader = \"300ms\"\n");
    let address = hooksieve.address();
    let slow: Vec<_> = (0..50)
        .map(|number| {
            thread::spawn(move || {
                let begun = Instant::now();
                let mut stream = connect(address);
                let mut drips = stream.try_clone().expect("it can be cloned");
                if number % 2 == 0 {
                    thread::spawn(move || {
                        while drips.write_all(b"X").is_ok() {
                            thread::sleep(Duration::from_millis(30));
                        }
                    });
                } else {
                    drips
                        .write_all(b"POST / HTTP/1.1\r\nHost:")
                        .expect("it can be sent");
                }
                assert_closed_after(&mut stream, begun, Duration::from_millis(300));
            })
        })
        .collect();
    for _ in 0..20 {
        let begun = Instant::now();
        assert_eq!(exchange(address, post(EVENT)).status, 200);
        assert!(
            begun.elapsed() < Duration::from_secs(5),
            "others are not slowed"
        );
    }
    for slow in slow {
        slow.join().expect("it was cut off");
    }
    wait_until("all are accounted for", || {
        let lines = hooksieve.lines();
        let refused = lines.iter().filter(|line| line["verdict"] == "refuse");
        refused.count() == 50
    });
}

#[test]
fn a_head_behind_an_answer_has_the_same_time() {
    let upstream = Upstream::answering(OK);
    let hooksieve = Hooksieve::with(&upstream, "[timeouts]\nheader = \"300ms\"\n");
    let mut stream = connect(hooksieve.address());
    stream
        .write_all(post(EVENT).as_bytes())
        .expect("it can be sent");
    assert_eq!(
        read_message(&mut stream, false).expect("an answer").status,
        200
    );
    let begun = Instant::now();
    stream.write_all(b"POST / HT").expect("it can be sent");
    assert_closed_after(&mut stream, begun, Duration::from_millis(300));
}

#[test]
fn a_connection_without_a_request_is_closed_after_the_idle_timeout() {
    let upstream = Upstream::answering(OK);
    let hooksieve = Hooksieve::with(&upstream, "[timeouts]\nidle = \"300ms\"\n");
    let begun = Instant::now();
    let mut fresh = connect(hooksieve.address());
    let mut used = connect(hooksieve.address());
    used.write_all(post(EVENT).as_bytes())
        .expect("it can be sent");
    assert_eq!(
        read_message(&mut used, false).expect("an answer").status,
        200
    );
    assert_closed_after(&mut fresh, begun, Duration::from_millis(300));
    assert_closed_after(&mut used, begun, Duration::from_millis(300));
    let lines = hooksieve.lines();
    let events = lines.iter().filter(|line| line["message"] == "event");
    assert_eq!(events.count(), 1, "an idle connection is no event");
}

#[test]
fn neither_the_head_nor_the_idle_timeout_ends_a_request_that_is_in_flight() {
    let upstream = Upstream::new(|mut connection| {
        while connection.request().is_some() {
            thread::sleep(Duration::from_millis(600));
            connection.write(OK);
        }
    });
    let timeouts = "[timeouts]\nheader = \"200ms\"\nidle = \"200ms\"\n";
    let hooksieve = Hooksieve::with(&upstream, timeouts);
    let request = post(EVENT);
    let (head, body) = request.split_at(request.len() - EVENT.len());
    let mut stream = connect(hooksieve.address());
    stream.write_all(head.as_bytes()).expect("it can be sent");
    thread::sleep(Duration::from_millis(400));
    stream.write_all(body.as_bytes()).expect("it can be sent");
    assert_eq!(
        read_message(&mut stream, false).expect("an answer").status,
        200
    );
}

#[test]
fn an_answer_that_pauses_while_the_sender_still_sends_is_no_idle_connection() {
    let upstream = Upstream::new(|mut connection| {
        let _ = connection.head();
        connection.write("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n");
        for _ in 0..8 {
            thread::sleep(Duration::from_millis(50));
            connection.write("x");
        }
        let _ = connection.rest();
    });
    let config = "[limits]\ninspect = \"1 KiB\"\n[timeouts]\nidle = \"200ms\"\n";
    let hooksieve = Hooksieve::with(&upstream, config);
    let request = post(&" ".repeat(10_000));
    let mut stream = connect(hooksieve.address());
    let begun = &request.as_bytes()[..request.len() - 1];
    stream.write_all(begun).expect("it can be sent");
    let answer = read_message(&mut stream, false).expect("an answer");
    assert_eq!((answer.status, answer.text()), (200, "xxxxxxxx"));
}

#[test]
fn more_header_fields_than_the_limit_are_a_431() {
    let upstream = Upstream::answering(OK);
    let hooksieve = Hooksieve::with(&upstream, "[limits]\nheaders = 10\n");
    // Host and Content-Length are two more.
    for (fields, status) in [(8, 200), (9, 431), (500, 431)] {
        let lines = "X-Many: 1\r\n".repeat(fields);
        let answer = exchange(hooksieve.address(), post_with(&lines, EVENT));
        assert_eq!(answer.status, status, "{fields} fields");
    }
    assert_eq!(hooksieve.events(3)[1]["status"], 431);
    assert_eq!(upstream.count(), 1);
}

#[test]
fn a_larger_head_than_the_limit_is_a_431() {
    let upstream = Upstream::answering(OK);
    let hooksieve = Hooksieve::with(&upstream, "[limits]\nheader_size = \"8 KiB\"\n");
    for (size, status) in [(8_000, 200), (8_200, 431), (1_000_000, 431)] {
        let line = format!("X-Long: {}\r\n", "x".repeat(size));
        let answer = exchange(hooksieve.address(), post_with(&line, EVENT));
        assert_eq!(answer.status, status, "{size} bytes");
    }
    assert_eq!(upstream.count(), 1);
}

#[test]
fn a_connection_that_ends_makes_room_for_another() {
    let upstream = Upstream::answering(OK);
    let hooksieve = Hooksieve::with(&upstream, "[limits]\nconnections = 2\n");
    let mut streams = [(); 2].map(|()| connect(hooksieve.address()));
    for stream in &mut streams {
        stream
            .write_all(post(EVENT).as_bytes())
            .expect("it can be sent");
        assert_eq!(read_message(stream, false).expect("an answer").status, 200);
    }
    assert_eq!(exchange(hooksieve.address(), post(EVENT)).status, 503);
    drop(streams);
    wait_until("there is room again", || {
        exchange(hooksieve.address(), post(EVENT)).status == 200
    });
}

#[test]
fn the_memory_of_bodies_is_free_again_however_they_end() {
    let upstream = Upstream::answering(OK);
    let config =
        "[limits]\ninspect = \"4 KiB\"\nmemory = \"4 KiB\"\n[timeouts]\nbody = \"300ms\"\n";
    let hooksieve = Hooksieve::with(&upstream, config);
    let request = post(&"x".repeat(4000));
    let begun = &request.as_bytes()[..3900];
    let is_full = || exchange(hooksieve.address(), &request).status == 503;
    for is_late in [true, false] {
        let mut half = connect(hooksieve.address());
        wait_until("the memory is used up", || {
            // Anew each time: it may have come while the last attempt had the memory.
            half = connect(hooksieve.address());
            half.write_all(begun).expect("it can be sent");
            is_full()
        });
        if is_late {
            read_message(&mut half, false).expect("it is told that it is late");
        }
        drop(half);
        wait_until("it is free", || !is_full());
    }
    for _ in 0..20 {
        assert_eq!(exchange(hooksieve.address(), &request).status, 200);
    }
}

#[test]
fn a_connection_that_is_never_made_is_a_502_after_the_connect_timeout() {
    let deaf = Deaf::at(([127, 0, 0, 1], 0));
    let hooksieve = Hooksieve::at(deaf.address(), "[timeouts]\nconnect = \"300ms\"\n");
    let begun = Instant::now();
    assert_eq!(exchange(hooksieve.address(), post(EVENT)).status, 502);
    assert!(begun.elapsed() >= Duration::from_millis(300));
    assert!(begun.elapsed() < Duration::from_secs(4), "300 ms, not 5 s");
}

#[test]
fn an_answer_whose_head_drips_is_a_504_after_the_response_timeout() {
    let upstream = Upstream::new(|mut connection| {
        let _ = connection.request();
        connection.write("HTTP/1.1 200 OK\r\nX-Drip: ");
        while connection.try_write("x").is_ok() {
            thread::sleep(Duration::from_millis(20));
        }
    });
    let hooksieve = Hooksieve::with(&upstream, "[timeouts]\nresponse = \"300ms\"\n");
    let begun = Instant::now();
    assert_eq!(exchange(hooksieve.address(), post(EVENT)).status, 504);
    assert!(begun.elapsed() >= Duration::from_millis(300));
    assert!(begun.elapsed() < PATIENCE / 2);
}

/// Each byte is a piece of its own here, and a piece has a handle of 32 bytes that no budget counts.
#[test]
fn a_body_that_comes_byte_by_byte_takes_little_more_memory_than_its_bytes() {
    const LENGTH: usize = 500_000;
    let upstream = Upstream::answering(OK);
    let hooksieve = Hooksieve::before(&upstream);
    let head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    let request = head.to_owned() + &"1\r\n \r\n".repeat(LENGTH) + "0\r\n\r\n";
    assert_eq!(exchange(hooksieve.address(), request).status, 200);
    assert_eq!(upstream.requests()[0].body, vec![b' '; LENGTH]);
    let (_, peak) = hooksieve.memory();
    assert!(peak < 24 * 1024, "{peak} KiB");
}
