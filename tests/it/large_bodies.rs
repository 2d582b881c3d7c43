//! Bodies that are too large to hold, and what many of them leave to others.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::support::{
    Connection, Hooksieve, PATIENCE, Upstream, ask, connect, exchange, post, read_message,
    wait_until,
};

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
const EVENT: &str = r#"{"type":"invoice.paid"}"#;
const MIB: usize = 1 << 20;

/// An upstream that answers each event once it has it all, however large.
fn patient() -> Upstream {
    Upstream::new(|mut connection| {
        while connection.request().is_some() {
            connection.write(OK);
        }
    })
}

/// Reads whatever comes, for as long as something comes.
fn swallow(mut connection: Connection) {
    let _ = std::io::copy(&mut connection.stream, &mut std::io::sink());
}

fn head(length: usize) -> String {
    format!("POST /webhook HTTP/1.1\r\nHost: example.com\r\nContent-Length: {length}\r\n\r\n")
}

/// A sender that has sent the first `sent` bytes of a body of `length`.
fn begun(hooksieve: &Hooksieve, length: usize, sent: usize) -> TcpStream {
    let mut stream = connect(hooksieve.address());
    let request = head(length) + &" ".repeat(sent);
    // One that is refused may be cut off before all is sent.
    let _ = stream.write_all(request.as_bytes());
    stream
}

#[test]
fn what_has_moved_on_takes_no_memory_any_more() {
    let moved = Arc::new(AtomicUsize::new(0));
    let counted = moved.clone();
    let upstream = Upstream::new(move |mut connection| {
        let mut piece = vec![0; MIB / 16];
        while let Ok(bytes @ 1..) = connection.stream.read(&mut piece) {
            counted.fetch_add(bytes, Ordering::SeqCst);
        }
    });
    let limits = "[limits]\ninspect = \"1 MiB\"\nmemory = \"4 MiB\"\n";
    let hooksieve = Hooksieve::with(&upstream, limits);
    // Chunked, so that each is held until it turns out to be too large.
    let chunk = format!("{:x}\r\n{}\r\n", MIB + 1, " ".repeat(MIB + 1));
    let begin =
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n".to_owned() + &chunk;
    let mut streams = Vec::new();
    for number in 1..=12 {
        let mut stream = connect(hooksieve.address());
        stream.write_all(begin.as_bytes()).expect("it is read");
        streams.push(stream);
        // All that came so far, its head not counted: before that it holds what has yet to move.
        let all = number * (MIB + 1);
        wait_until("it is passed on", || moved.load(Ordering::SeqCst) >= all);
    }
    // They all go on, and hold nothing: a body that takes a quarter of the memory finds room.
    wait_until("there is room", || {
        let mut large = begun(&hooksieve, MIB, MIB - 1);
        large
            .set_read_timeout(Some(Duration::from_millis(100)))
            .expect("a timeout");
        // Nobody answers: it is being read, and not refused with a 503.
        large.read(&mut [0; 12]).is_err()
    });
}

#[test]
fn senders_of_large_bodies_leave_room_for_small_events() {
    let upstream = patient();
    let limits = "[limits]\ninspect = \"1 MiB\"\nmemory = \"8 MiB\"\n";
    let hooksieve = Hooksieve::with(&upstream, limits);
    let mut large: Vec<_> = (0..20).map(|_| begun(&hooksieve, MIB, MIB - 1)).collect();
    let refused = |stream: &mut TcpStream| {
        let soon = Some(Duration::from_millis(10));
        stream.set_read_timeout(soon).expect("a timeout");
        let answer = read_message(stream, false);
        answer.is_ok_and(|answer| answer.status == 503)
    };
    // At most eight of them can be held; once all others were told so, the memory is used up.
    let mut told = 0;
    wait_until("the memory is used up", || {
        let before = large.len();
        large.retain_mut(|stream| !refused(stream));
        told += before - large.len();
        told >= 12
    });
    for _ in 0..200 {
        assert_eq!(exchange(hooksieve.address(), post(EVENT)).status, 200);
    }
    assert!(!large.is_empty(), "some are still held");
}

#[test]
fn small_events_do_not_wait_until_large_ones_are_judged() {
    const LARGE: usize = 12;
    let upstream = patient();
    let hooksieve = Hooksieve::before(&upstream);
    let address = hooksieve.address();
    let event = r#"{"type":"batch.created"},"#;
    let batch = format!("[{}{{}}]", event.repeat(3 * MIB / event.len()));
    let batch = Arc::new(head(batch.len()) + &batch);
    // On connections that are there already: a new one would go to whichever worker has time for it.
    let mut small: Vec<_> = (0..16).map(|_| connect(address)).collect();
    for stream in &mut small {
        assert_eq!(ask(stream, post(EVENT)).status, 200);
    }
    let judged = Arc::new(AtomicUsize::new(0));
    let senders: Vec<_> = (0..LARGE)
        .map(|_| {
            let (batch, judged) = (batch.clone(), judged.clone());
            thread::spawn(move || {
                let status = exchange(address, &*batch).status;
                judged.fetch_add(1, Ordering::SeqCst);
                status
            })
        })
        .collect();
    wait_until("the first is judged", || judged.load(Ordering::SeqCst) > 0);
    for stream in &mut small {
        assert_eq!(ask(stream, post(EVENT)).status, 200);
    }
    let judged = judged.load(Ordering::SeqCst);
    assert!(judged < LARGE / 2, "{judged} of {LARGE} came first");
    for sender in senders {
        assert_eq!(sender.join().expect("no panic"), 200);
    }
}

#[test]
fn a_body_that_trickles_is_cut_off_however_steadily_it_does() {
    let upstream = Upstream::new(swallow);
    let config = "[limits]\ninspect = \"1 KiB\"\n[timeouts]\nbody = \"500ms\"\n";
    let hooksieve = Hooksieve::with(&upstream, config);
    let begin = Instant::now();
    let trickling: Vec<_> = (0..10)
        .map(|_| {
            let mut stream = begun(&hooksieve, MIB, 2_000);
            thread::spawn(move || {
                let mut drips = stream.try_clone().expect("a socket can be cloned");
                thread::spawn(move || {
                    while begin.elapsed() < PATIENCE && drips.write_all(b" ").is_ok() {
                        thread::sleep(Duration::from_millis(50));
                    }
                });
                read_message(&mut stream, false).expect("an answer").status
            })
        })
        .collect();
    for sender in trickling {
        assert_eq!(sender.join().expect("no panic"), 408);
    }
    assert!(begin.elapsed() >= Duration::from_millis(500));
    assert!(begin.elapsed() < PATIENCE / 2);
    wait_until("the endpoint has its connections back", || {
        upstream.open() == 0
    });
}

#[test]
fn a_body_that_comes_at_a_fair_pace_may_take_as_long_as_it_likes() {
    let upstream = patient();
    let config = "[limits]\ninspect = \"1 KiB\"\n[timeouts]\nbody = \"1s\"\n";
    let hooksieve = Hooksieve::with(&upstream, config);
    let mut stream = connect(hooksieve.address());
    stream
        .write_all(head(4 * MIB).as_bytes())
        .expect("it is read");
    let begin = Instant::now();
    for _ in 0..16 {
        stream.write_all(&vec![b' '; MIB / 4]).expect("it is read");
        thread::sleep(Duration::from_millis(100));
    }
    assert_eq!(
        read_message(&mut stream, false).expect("an answer").status,
        200
    );
    assert!(
        begin.elapsed() > Duration::from_secs(1),
        "longer than a whole body may take"
    );
}

#[test]
fn the_endpoint_hears_nothing_of_a_sender_who_has_not_begun() {
    let upstream = patient();
    let hooksieve = Hooksieve::with(&upstream, "[limits]\ninspect = \"1 KiB\"\n");
    let mut waiting: Vec<_> = (0..20).map(|_| begun(&hooksieve, 2_000, 0)).collect();
    // Behind the others, on both sides.
    assert_eq!(exchange(hooksieve.address(), post(EVENT)).status, 200);
    assert_eq!(upstream.connections(), 1);
    for stream in &mut waiting {
        stream.write_all(&[b' '; 2_000]).expect("it is read");
        assert_eq!(read_message(stream, false).expect("an answer").status, 200);
    }
}
