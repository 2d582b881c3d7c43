//! Memory: what strangers can make it hold, and when that is free again.
//!
//! Resident memory is at most `limits.memory`, a fixed amount for each connection and for each event in flight, and what
//! the program takes itself.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::num::NonZero;
use std::thread;
use std::time::{Duration, Instant};

use socket2::{Domain, Socket, Type};

use crate::support::{
    Gate, Hooksieve, PATIENCE, Upstream, connect, exchange, post, post_with, read_message,
    wait_until,
};

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
const EVENT: &str = r#"{"type":"invoice.paid"}"#;
const DENIED: &str = r#"{"type":"batch.created"}"#;
const KIB: usize = 1024;
const MIB: usize = 1024 * KIB;

/// What a connection may take, in KiB.
const CONNECTION: usize = 16;
/// What an event in flight may take, in KiB.
const IN_FLIGHT: usize = 32;
/// What the allocator, the log and the runtime may take meanwhile, in KiB.
const SLACK: usize = 5 * KIB;

/// A hooksieve with so many MiB of `limits.memory`, and what it takes at rest.
struct Measured {
    hooksieve: Hooksieve,
    memory: usize,
    at_rest: usize,
}

impl Measured {
    fn new(upstream: &Upstream, memory: usize, config: &str) -> Self {
        let limits = format!(
            "[limits]\ninspect = \"{memory} MiB\"\nmemory = \"{memory} MiB\"\n\
             [filter]\ndeny = [\"batch.*\"]\n{config}"
        );
        let hooksieve = Hooksieve::with(upstream, &limits);
        assert_eq!(exchange(hooksieve.address(), post(DENIED)).status, 200);
        let at_rest = kib(hooksieve.memory().0);
        Self {
            hooksieve,
            memory: memory * KIB,
            at_rest,
        }
    }

    fn address(&self) -> SocketAddr {
        self.hooksieve.address()
    }

    /// Waits until it has read whatever it is going to.
    fn settle(&self) {
        let (mut peak, mut since) = (0, Instant::now());
        wait_until("nothing changes any more", || {
            let (_, now) = self.hooksieve.memory();
            if now != peak {
                (peak, since) = (now, Instant::now());
            }
            since.elapsed() > Duration::from_millis(300)
        });
    }

    fn assert_peak(&self, connections: usize, in_flight: usize) {
        self.settle();
        let peak = kib(self.hooksieve.memory().1) - self.at_rest;
        // What one worker has given back stays with its part of the allocator, and another takes the same anew.
        let workers = thread::available_parallelism().map_or(1, NonZero::get);
        let memory = self.memory * workers;
        let most = memory + connections * CONNECTION + in_flight * IN_FLIGHT + SLACK;
        assert!(peak <= most, "{peak} KiB, and {most} would do");
    }

    /// Asserts that everything is free again within a second.
    fn assert_free(&self) {
        let whole = post(&" ".repeat(self.memory * KIB));
        let begun = Instant::now();
        wait_until("the memory is free", || {
            exchange(self.address(), &whole).status == 200
        });
        assert!(begun.elapsed() < Duration::from_secs(1) * slow());
    }
}

/// How much slower than usual this machine may be: the test also sends a whole budget.
fn slow() -> u32 {
    5
}

fn kib(kib: u64) -> usize {
    usize::try_from(kib).expect("it fits")
}

/// Lets this process have the sockets it needs.
fn many_files() {
    rlimit::increase_nofile_limit(u64::MAX).expect("the limit can be raised");
}

#[test]
fn an_idle_connection_takes_4_kib() {
    const SENDERS: usize = 1500;
    many_files();
    let upstream = Upstream::answering(OK);
    let measured = Measured::new(&upstream, 8, "");
    let used = |stream: &mut TcpStream| {
        let sent = stream.write_all(post(DENIED).as_bytes());
        sent.expect("it can be sent");
        let answer = read_message(stream, false).expect("an answer");
        assert_eq!(answer.status, 200);
    };
    let streams: Vec<_> = (0..SENDERS)
        .map(|_| {
            let mut stream = connect(measured.address());
            used(&mut stream);
            stream
        })
        .collect();
    measured.settle();
    let each = (kib(measured.hooksieve.memory().0) - measured.at_rest) / SENDERS;
    assert!(each < 4, "{each} KiB");
    drop(streams);
    measured.assert_free();
}

#[test]
fn an_event_in_flight_takes_32_kib() {
    const SENDERS: usize = 300;
    many_files();
    let gate = Gate::default();
    let passed = gate.clone();
    let upstream = Upstream::new(move |mut connection| {
        let _ = connection.request();
        passed.pass();
        connection.write(OK);
    });
    let measured = Measured::new(&upstream, 8, "");
    let streams: Vec<_> = (0..SENDERS)
        .map(|_| {
            let mut stream = connect(measured.address());
            let sent = stream.write_all(post(EVENT).as_bytes());
            sent.expect("it can be sent");
            stream
        })
        .collect();
    wait_until("all are in flight", || upstream.count() == SENDERS);
    let each = (kib(measured.hooksieve.memory().0) - measured.at_rest) / SENDERS;
    assert!(each <= IN_FLIGHT, "{each} KiB");
    gate.open();
    drop(streams);
}

#[test]
fn heads_that_never_end_take_no_more_than_the_memory() {
    const SENDERS: usize = 600;
    many_files();
    let upstream = Upstream::answering(OK);
    let measured = Measured::new(&upstream, 8, "");
    let begun = format!(
        "POST / HTTP/1.1\r\nHost: a\r\nX-Endless: {}",
        "x".repeat(31 * KIB)
    );
    let mut streams: Vec<_> = (0..SENDERS).map(|_| connect(measured.address())).collect();
    for stream in &mut streams {
        stream.write_all(begun.as_bytes()).expect("it can be sent");
    }
    measured.assert_peak(SENDERS, 0);
    // Some are read on, and more are told that there is no room.
    let refused = measured.hooksieve.events(SENDERS / 2);
    let refused: Vec<_> = refused.iter().skip(1).collect();
    assert!(
        refused
            .iter()
            .all(|line| line["verdict"] == "refuse" && line["status"] == 503)
    );
    // Those leave room for events.
    assert_eq!(exchange(measured.address(), post(EVENT)).status, 200);
    drop(streams);
    measured.assert_free();
}

#[test]
fn a_long_head_that_there_is_no_memory_for_is_a_503_and_one_that_there_is_passes() {
    let upstream = Upstream::answering(OK);
    let measured = Measured::new(&upstream, 1, "");
    let long = |size| post_with(&format!("X-Long: {}\r\n", "x".repeat(size)), EVENT);
    let begun = &long(31 * KIB)[..30 * KIB];
    let mut streams = Vec::new();
    wait_until("the memory is used up", || {
        let mut stream = connect(measured.address());
        stream.write_all(begun.as_bytes()).expect("it can be sent");
        stream.set_nonblocking(true).expect("an option can be set");
        streams.push(stream);
        exchange(measured.address(), long(20 * KIB)).status == 503
    });
    let answer = exchange(measured.address(), long(20 * KIB));
    assert_eq!(answer.field("retry-after"), ["1"]);
    assert_eq!(answer.field("connection"), ["close"]);
    assert_eq!(
        answer.text(),
        "hooksieve: too much is in flight; the event was not delivered, send it again\n"
    );
    assert_eq!(exchange(measured.address(), long(7 * KIB)).status, 200);
    drop(streams);
    wait_until("the memory is free", || {
        exchange(measured.address(), long(31 * KIB)).status == 200
    });
}

#[test]
fn what_is_pipelined_behind_a_slow_endpoint_stays_with_its_sender() {
    const SENDERS: usize = 60;
    let gate = Gate::default();
    let passed = gate.clone();
    let upstream = Upstream::new(move |mut connection| {
        let _ = connection.request();
        passed.pass();
        connection.write(OK);
    });
    let measured = Measured::new(&upstream, 1, "");
    // A large body first, for which much is read at once.
    let large = format!("{DENIED}{}", " ".repeat(MIB / 2));
    let request = post(&large) + &post(EVENT).repeat(2500);
    let streams: Vec<_> = (0..SENDERS)
        .map(|_| {
            let mut stream = connect(measured.address());
            // What nobody reads may not fit into the buffers between.
            let mut writing = stream.try_clone().expect("it can be cloned");
            let request = request.clone();
            thread::spawn(move || writing.write_all(request.as_bytes()));
            let answer = read_message(&mut stream, false);
            assert_eq!(answer.expect("an answer").status, 200);
            stream
        })
        .collect();
    wait_until("all are in flight", || upstream.connections() >= SENDERS);
    measured.assert_peak(SENDERS, SENDERS);
    drop(streams);
    gate.open();
    measured.assert_free();
}

#[test]
fn answers_that_nobody_reads_stay_with_the_endpoint() {
    const SENDERS: usize = 40;
    let length = 16 * MIB;
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n");
    let upstream = Upstream::new(move |mut connection| {
        let _ = connection.request();
        connection.write(&head);
        let piece = vec![b' '; 64 * KIB];
        while connection.try_write(&piece).is_ok() {}
    });
    let measured = Measured::new(&upstream, 1, "[timeouts]\nresponse = \"3s\"\n");
    let mut streams: Vec<_> = (0..SENDERS)
        .map(|_| {
            let mut stream = deaf(measured.address());
            let sent = stream.write_all(post(EVENT).as_bytes());
            sent.expect("it can be sent");
            stream
        })
        .collect();
    measured.assert_peak(SENDERS, SENDERS);
    for stream in &mut streams {
        assert!(is_cut_off(stream));
    }
    measured.assert_free();
}

/// A connection whose own buffer is small, so that what is not read stays with whoever sends it.
fn deaf(address: SocketAddr) -> TcpStream {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket");
    socket
        .set_recv_buffer_size(4 * KIB)
        .expect("an option can be set");
    socket.connect(&address.into()).expect("it listens");
    TcpStream::from(socket)
}

/// Whether the connection ends before the answer does, without a look at what there is of it.
fn is_cut_off(stream: &mut TcpStream) -> bool {
    let begun = Instant::now();
    while begun.elapsed() < PATIENCE {
        if let Ok(Some(error)) = stream.take_error() {
            return error.kind() == ErrorKind::ConnectionReset;
        }
        thread::sleep(Duration::from_millis(5));
    }
    false
}

#[test]
fn a_body_takes_no_more_memory_than_it_has_bytes_however_it_comes() {
    let upstream = Upstream::answering(OK);
    for piece in [4 * KIB, 5 * KIB, 8 * KIB, 12 * KIB, 33 * KIB] {
        for chunked in [true, false] {
            let measured = Measured::new(&upstream, 8, "");
            let mut stream = connect(measured.address());
            let body = 6 * MIB / piece * piece;
            let length = if chunked {
                "Transfer-Encoding: chunked".to_owned()
            } else {
                format!("Content-Length: {}", body + 1)
            };
            let head = format!("POST / HTTP/1.1\r\nHost: a\r\n{length}\r\n\r\n");
            stream.write_all(head.as_bytes()).expect("it can be sent");
            let bytes = " ".repeat(piece);
            for _ in 0..body / piece {
                let bytes = if chunked {
                    format!("{piece:x}\r\n{bytes}\r\n")
                } else {
                    // One at a time, as a slow line brings them.
                    thread::sleep(Duration::from_micros(200));
                    bytes.clone()
                };
                stream.write_all(bytes.as_bytes()).expect("it is read");
            }
            measured.settle();
            let peak = kib(measured.hooksieve.memory().1) - measured.at_rest;
            let most = body / KIB + CONNECTION + SLACK / 2;
            assert!(
                peak <= most,
                "{peak} KiB in pieces of {piece}, chunked: {chunked}"
            );
            let end = if chunked { "0\r\n\r\n" } else { " " };
            stream.write_all(end.as_bytes()).expect("it is read");
            assert_eq!(
                read_message(&mut stream, false).expect("an answer").status,
                200
            );
        }
    }
}

#[test]
fn an_event_stays_in_the_memory_until_the_endpoint_has_read_it() {
    const SENDERS: usize = 40;
    let gate = Gate::default();
    let passed = gate.clone();
    let upstream = Upstream::new(move |mut connection| {
        passed.pass();
        while connection.request().is_some() {
            connection.write(OK);
        }
    });
    let measured = Measured::new(&upstream, 8, "");
    let mut event = String::with_capacity(2 * MIB);
    event.push_str(EVENT);
    event.push_str(&" ".repeat(2 * MIB - EVENT.len()));
    let event = post(&event);
    let mut streams = Vec::new();
    let mut full = 0;
    for _ in 0..SENDERS {
        let mut stream = connect(measured.address());
        // One that is refused may be cut off before all is sent.
        let _ = stream.write_all(event.as_bytes());
        streams.push(stream);
    }
    measured.assert_peak(SENDERS, SENDERS);
    gate.open();
    for stream in &mut streams {
        let mut status = [0; 12];
        full += usize::from(stream.read_exact(&mut status).is_ok() && status.ends_with(b"503"));
    }
    assert!(full > 0, "not all found room");
    measured.assert_free();
}
