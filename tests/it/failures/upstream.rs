//! Upstreams that give no answer, or none that can be passed back.

use std::net::TcpListener;
use std::thread;
use std::time::{Duration, Instant};

use super::{EVENT, OK, assert_logged, assert_own};
use crate::support::{Connection, Hooksieve, PATIENCE, Upstream, exchange, post, wait_until};

/// What the sender gets from behind an upstream that does this with every connection.
fn assert_bad_gateway(says: &str, serve: impl Fn(Connection) + Send + Sync + 'static) {
    let upstream = Upstream::new(serve);
    let hooksieve = Hooksieve::before(&upstream);
    let answer = exchange(hooksieve.address(), post(EVENT));
    assert_own(&answer, 502, says);
    assert_logged(&hooksieve, "fail", "");
    assert_eq!(upstream.connections(), 1, "an event is sent once");
}

fn answers_with(bytes: impl AsRef<[u8]>) -> impl Fn(Connection) {
    move |mut connection| {
        let _ = connection.request();
        connection.write(&bytes);
        let _ = connection.rest();
    }
}

#[test]
fn an_upstream_that_is_down_is_a_502_within_the_connect_timeout() {
    // An address that no other test takes meanwhile.
    let listener = TcpListener::bind("127.0.0.3:0").expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    drop(listener);
    let hooksieve = Hooksieve::at(address, "[timeouts]\nconnect = \"300ms\"\n");
    let begun = Instant::now();
    let answer = exchange(hooksieve.address(), post(EVENT));
    assert!(begun.elapsed() < Duration::from_secs(4), "300 ms, not 5 s");
    assert_own(&answer, 502, "the event was not delivered");
    assert_logged(&hooksieve, "fail", "could not connect");
}

#[test]
fn an_upstream_that_comes_up_within_the_connect_timeout_gets_the_event() {
    let listener = TcpListener::bind("127.0.0.4:0").expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    drop(listener);
    let hooksieve = Hooksieve::at(address, "[timeouts]\nconnect = \"15s\"\n");
    let to = hooksieve.address();
    let sender = thread::spawn(move || exchange(to, post(EVENT)));
    thread::sleep(Duration::from_millis(100));
    let listener = TcpListener::bind(address).expect("the port is still free");
    let upstream = Upstream::on(listener, answers_with(OK));
    assert_eq!(sender.join().expect("there is an answer").status, 200);
    assert_eq!(upstream.requests().len(), 1);
}

#[test]
fn a_connection_that_is_lost_before_the_answer_is_a_502() {
    const SAYS: &str = "may or may not have the event";
    assert_bad_gateway(SAYS, drop);
    assert_bad_gateway(SAYS, |mut connection| {
        let _ = connection.head();
        connection.reset();
    });
    assert_bad_gateway(SAYS, |mut connection| {
        let _ = connection.request();
        connection.reset();
    });
    assert_bad_gateway(SAYS, |mut connection| {
        let _ = connection.request();
    });
}

#[test]
fn connections_that_are_reset_at_once_are_a_502() {
    // Some are reset before hooksieve knows that they are made: those it tries again, since nothing was sent.
    let upstream = Upstream::new(Connection::reset);
    let hooksieve = Hooksieve::with(&upstream, "[timeouts]\nconnect = \"300ms\"\n");
    let answer = exchange(hooksieve.address(), post(EVENT));
    assert_own(&answer, 502, "the event");
}

#[test]
fn a_connection_that_is_lost_within_the_head_of_the_answer_is_a_502() {
    let head = OK.len() - "ok".len();
    for at in [1, 9, 12, 20, head - 1] {
        assert_bad_gateway("may or may not have the event", move |mut connection| {
            let _ = connection.request();
            connection.write(&OK[..at]);
        });
    }
}

#[test]
fn an_answer_that_is_no_http_is_a_502() {
    for garbage in [
        "SSH-2.0-OpenSSH_9.6\r\n",
        "220 mail.example.com ESMTP\r\n",
        "\0\0\0\0\r\n\r\n",
        "<html>\r\n\r\n",
        "HTTP/1.1 2OO OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
    ] {
        assert_bad_gateway(
            "the endpoint's answer makes no sense",
            answers_with(garbage),
        );
    }
}

#[test]
fn a_head_without_an_end_is_a_502() {
    assert_bad_gateway("makes no sense", |mut connection| {
        let _ = connection.request();
        connection.write("HTTP/1.1 200 OK\r\nX-Endless: ");
        connection.write(vec![b'a'; 1 << 20]);
    });
}

#[test]
fn an_answer_with_bad_framing_is_a_502() {
    for framing in [
        "Content-Length: two",
        "Content-Length: -2",
        "Content-Length: +2",
        "Content-Length: 2, 2",
        "Content-Length: 2\r\nContent-Length: 3",
        "Transfer-Encoding: gzip",
        "Transfer-Encoding: chunked, gzip",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
    ] {
        let answer = format!("HTTP/1.1 200 OK\r\n{framing}\r\n\r\nok");
        assert_bad_gateway("the endpoint's answer makes no sense", answers_with(answer));
    }
}

#[test]
fn a_101_that_nobody_asked_for_is_a_502() {
    assert_bad_gateway(
        "the endpoint's answer makes no sense",
        answers_with(
            "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n",
        ),
    );
}

#[test]
fn an_upstream_that_never_answers_is_a_504() {
    let upstream = Upstream::new(answers_with(""));
    let hooksieve = Hooksieve::with(&upstream, "[timeouts]\nresponse = \"300ms\"\n");
    let begun = Instant::now();
    let answer = exchange(hooksieve.address(), post(EVENT));
    assert!(begun.elapsed() >= Duration::from_millis(300));
    assert!(begun.elapsed() < PATIENCE / 2);
    assert_own(&answer, 504, "may or may not have the event");
    assert_logged(&hooksieve, "fail", "did not answer in time");
    assert_eq!(upstream.connections(), 1, "an event is sent once");
}

#[test]
fn interim_answers_now_and_then_buy_no_time() {
    let upstream = Upstream::new(|mut connection| {
        let _ = connection.request();
        while connection
            .try_write("HTTP/1.1 103 Early Hints\r\n\r\n")
            .is_ok()
        {
            thread::sleep(Duration::from_millis(20));
        }
    });
    let hooksieve = Hooksieve::with(&upstream, "[timeouts]\nresponse = \"300ms\"\n");
    let begun = Instant::now();
    let answer = exchange(hooksieve.address(), post(EVENT));
    assert!(begun.elapsed() < PATIENCE / 2);
    assert_own(&answer, 504, "may or may not have the event");
}

#[test]
fn a_flood_of_interim_answers_is_a_504_and_slows_nobody() {
    let upstream = Upstream::new(|mut connection| {
        let hints = "HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n".repeat(1000);
        while let Some(request) = connection.request() {
            if !request.text().contains("flood") {
                connection.write(OK);
                continue;
            }
            while connection.try_write(&hints).is_ok() {}
            return;
        }
    });
    let hooksieve = Hooksieve::with(&upstream, "[timeouts]\nresponse = \"500ms\"\n");
    let to = hooksieve.address();
    let (_, before) = hooksieve.memory();
    let begun = Instant::now();
    let floods: Vec<_> = (0..2)
        .map(|_| thread::spawn(move || exchange(to, post(r#"{"type":"flood"}"#))))
        .collect();
    wait_until("the floods have begun", || upstream.count() == 2);
    for _ in 0..5 {
        assert_eq!(exchange(to, post(EVENT)).status, 200);
    }
    for flood in floods {
        let answer = flood.join().expect("there is an answer");
        assert_own(&answer, 504, "may or may not have the event");
    }
    assert!(begun.elapsed() < PATIENCE / 2, "500 ms, not 30 s");
    let (_, after) = hooksieve.memory();
    assert!(after - before < 16 * 1024, "{} KiB more", after - before);
}
