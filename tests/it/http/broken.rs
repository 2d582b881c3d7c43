//! What breaks off is never taken for whole (RFC 9112 §8).

use std::io::{self, Read, Write};

use super::{chunked, raw};

use crate::support::{
    Gate, Hooksieve, OK, Upstream, connect, exchange_closing, passed_back, post, read_message,
};

/// Sends `request` and closes that side; nothing may reach the upstream, be dropped, or be passed back.
fn assert_incomplete(config: &str, request: &str) {
    let upstream = Upstream::answering(OK);
    let mut hooksieve = Hooksieve::with(&upstream, config);
    let answer = exchange_closing(hooksieve.address(), request);
    assert_eq!(answer.status, 400);
    let events = hooksieve.stop();
    assert_eq!(events.len(), 1, "{events:#?}");
    assert_eq!(
        (&events[0]["verdict"], &events[0]["status"]),
        (&"fail".into(), &400.into())
    );
    assert!(upstream.requests().is_empty(), "it is not forwarded");
}

#[test]
fn a_body_shorter_than_announced_is_neither_forwarded_nor_dropped() {
    let deny = "[filter]\ndeny = [\"batch.*\"]\n";
    let whole = r#"{"type": "batch.created"}"#;
    for body in [&whole[..10], whole] {
        let length = whole.len() + 1;
        assert_incomplete(deny, &raw(&format!("Content-Length: {length}\r\n"), body));
        assert_incomplete(deny, &chunked(&format!("{length:x}\r\n{body}")));
        assert_incomplete(deny, &chunked(&format!("{:x}\r\n{body}\r\n", body.len())));
        assert_incomplete(
            deny,
            &chunked(&format!("{:x}\r\n{body}\r\n0\r\n", body.len())),
        );
    }
}

#[test]
fn a_large_body_that_breaks_off_ends_the_upstreams_connection_before_its_end() {
    let config = "[limits]\ninspect = \"1 KiB\"\n";
    let part = "x".repeat(5000);
    for request in [
        raw("Content-Length: 5001\r\n", &part),
        chunked(&format!("1388\r\n{part}\r\n")),
    ] {
        assert_incomplete(config, &request);
    }
}

#[test]
fn a_large_body_that_breaks_off_is_not_dropped() {
    let config = "[limits]\ninspect = \"1 KiB\"\n[filter]\nunreadable = \"drop\"\n";
    assert_incomplete(config, &raw("Content-Length: 5001\r\n", &"x".repeat(5000)));
}

/// What a sender sees of `answer` when the upstream ends it by a reset or by an ordinary close.
fn broken_off(request: &str, answer: &'static str, by_reset: bool) -> io::Result<Vec<u8>> {
    let seen = Gate::default();
    let upstream = Upstream::new({
        let seen = seen.clone();
        move |mut connection| {
            connection.request();
            connection.write(answer);
            if by_reset {
                // A reset may destroy what is still on its way, so the sender sees the beginning first.
                seen.pass();
                connection.reset();
            }
        }
    });
    let hooksieve = Hooksieve::before(&upstream);
    let mut stream = connect(hooksieve.address());
    stream.write_all(request.as_bytes())?;
    let mut whole = Vec::new();
    while !whole.ends_with(b"half") {
        let mut byte = [0];
        stream.read_exact(&mut byte)?;
        whole.extend(byte);
    }
    seen.open();
    let ended = stream.read_to_end(&mut whole);
    assert_eq!(hooksieve.events(1)[0]["verdict"], "fail");
    ended.map(|_| whole)
}

#[test]
fn an_answer_that_ends_before_its_length_cuts_the_senders_connection() {
    let answer = "HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nhalf";
    for by_reset in [false, true] {
        let error = broken_off(&post("{}"), answer, by_reset).expect_err("no clean end");
        assert_eq!(error.kind(), io::ErrorKind::ConnectionReset);
    }
}

#[test]
fn a_chunked_answer_that_breaks_off_cuts_the_senders_connection() {
    for answer in [
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\nhalf",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\nx\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n0\r\n",
    ] {
        let error = broken_off(&post("{}"), answer, false).expect_err("no clean end");
        assert_eq!(error.kind(), io::ErrorKind::ConnectionReset, "{answer}");
    }
}

#[test]
fn an_answer_up_to_the_end_of_the_connection_that_is_reset_cuts_the_senders_connection() {
    for answer in ["HTTP/1.0 200 OK\r\n\r\nhalf", "HTTP/1.1 200 OK\r\n\r\nhalf"] {
        let error = broken_off(&post("{}"), answer, true).expect_err("no clean end");
        assert_eq!(error.kind(), io::ErrorKind::ConnectionReset, "{answer}");
    }
}

/// Where the end of the connection is the end of the answer, only a reset can tell.
#[test]
fn an_http_1_0_sender_sees_a_reset_when_an_answer_breaks_off() {
    let request = post("{}").replace("HTTP/1.1", "HTTP/1.0");
    for answer in [
        "HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nhalf",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
    ] {
        let error = broken_off(&request, answer, false).expect_err("no clean end");
        assert_eq!(error.kind(), io::ErrorKind::ConnectionReset, "{answer}");
    }
}

#[test]
fn a_reset_behind_an_answer_is_seen_although_the_body_still_streams() {
    let upstream = Upstream::new(|mut connection| {
        connection.head();
        connection.write("HTTP/1.1 200 OK\r\n\r\nhalf");
        connection.reset();
    });
    let hooksieve = Hooksieve::with(&upstream, "[limits]\ninspect = \"1 KiB\"\n");
    for _ in 0..50 {
        let mut stream = connect(hooksieve.address());
        let head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 50000\r\n\r\n";
        let _ = stream
            .write_all(head.as_bytes())
            .and_then(|()| stream.write_all(&vec![b'x'; 50_000]));
        if let Ok(answer) = read_message(&mut stream, false) {
            assert_eq!(answer.status, 502, "not a whole answer");
        }
    }
}

#[test]
fn an_answer_whose_head_breaks_off_is_a_502() {
    for answer in [
        "",
        "HTTP/1.1 20",
        "HTTP/1.1 200 OK\r\nContent-Le",
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n",
    ] {
        assert_eq!(passed_back(answer).status, 502, "{answer}");
    }
}

#[test]
fn what_is_no_http_is_a_502() {
    for answer in [
        "\x16\x03\x01",
        "SSH-2.0-OpenSSH\r\n\r\n",
        "200 OK\r\n\r\n",
        "HTTP/2.0 200 OK\r\n\r\n",
        "HTTP/1.1 99 OK\r\n\r\n",
    ] {
        assert_eq!(passed_back(answer).status, 502, "{answer}");
    }
}
