//! Who speaks when: `Expect`, interim answers and early ones (RFC 9110 §10.1.1, §15.2).

use std::io::Write;

use super::again_and_again;
use crate::support::{
    Connection, Hooksieve, OK, Upstream, answer_to, ask, assert_refused, connect, exchange, get,
    passed_back, post_with, read_message, rest,
};

const CONTINUE: &str = "HTTP/1.1 100 Continue";
const SMALL: &str = "[limits]\ninspect = \"1 KiB\"\n";

fn expecting(lines: &str) -> String {
    format!("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n{lines}\r\n")
}

#[test]
fn a_sender_that_waits_is_told_to_continue_and_the_upstream_does_not_hear_of_it() {
    let body = "x".repeat(2000);
    let large = format!("Content-Length: {}\r\n", body.len());
    let chunked = (
        "Transfer-Encoding: chunked\r\n".to_owned(),
        "2\r\n{}\r\n0\r\n\r\n".to_owned(),
    );
    let length = ("Content-Length: 2\r\n".to_owned(), "{}".to_owned());
    for (lines, body) in [length, chunked, (large, body)] {
        let upstream = Upstream::answering(OK);
        let hooksieve = Hooksieve::with(&upstream, SMALL);
        let mut stream = connect(hooksieve.address());
        assert_eq!(ask(&mut stream, expecting(&lines)).head, CONTINUE);
        assert_eq!(ask(&mut stream, body).head, OK.trim_end());
        assert!(upstream.requests()[0].field("expect").is_empty());
    }
}

#[test]
fn a_sender_that_does_not_wait_is_served_as_well() {
    let upstream = Upstream::answering(OK);
    let hooksieve = Hooksieve::before(&upstream);
    let mut stream = connect(hooksieve.address());
    stream
        .write_all((expecting("Content-Length: 2\r\n") + "{}").as_bytes())
        .expect("it can be sent");
    let mut answer = read_message(&mut stream, false).expect("an answer");
    if answer.status == 100 {
        answer = read_message(&mut stream, false).expect("an answer");
    }
    assert_eq!(answer.status, 200);
    assert_eq!(upstream.requests()[0].text(), "{}");
}

#[test]
fn a_request_that_is_refused_is_not_told_to_continue() {
    assert_refused(400, &[expecting("Host: b\r\nContent-Length: 2\r\n")]);
    assert_refused(
        405,
        &[expecting("Content-Length: 2\r\n").replace("POST", "TRACE")],
    );
}

#[test]
fn a_request_without_a_body_is_not_told_to_continue() {
    assert_eq!(
        answer_to(expecting(""), OK).expect("an answer").head,
        OK.trim_end()
    );
}

#[test]
fn http_1_0_is_never_told_to_continue() {
    let request = expecting("Content-Length: 2\r\n").replace("HTTP/1.1", "HTTP/1.0");
    let answer = answer_to(request + "{}", OK).expect("an answer");
    assert_eq!(answer.status, 200);
}

#[test]
fn other_expectations_are_a_417() {
    let expectations = [
        "a-miracle",
        "100-continue, a-miracle",
        "100-continue=1",
        "100-continue\r\nExpect: b",
    ];
    assert_refused(
        417,
        &expectations.map(|expected| post_with(&format!("Expect: {expected}\r\n"), "{}")),
    );
}

#[test]
fn an_interim_answer_is_not_taken_for_the_final_one() {
    for interim in [
        "HTTP/1.1 100 Continue\r\n\r\n",
        "HTTP/1.1 102 Processing\r\nX-A: 1\r\n\r\n",
        "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 199 Odd\r\n\r\n",
    ] {
        let answer = passed_back(format!(
            "{interim}HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\nok"
        ));
        assert_eq!(answer.head, "HTTP/1.1 201 Created\r\nContent-Length: 2");
        assert_eq!(answer.text(), "ok");
    }
}

#[test]
fn an_interim_answer_and_nothing_more_is_a_502() {
    assert_eq!(passed_back("HTTP/1.1 103 Early Hints\r\n\r\n").status, 502);
}

/// An upstream that answers 413 as soon as it has the head of a request, and then does `with_it`.
fn answering_early(with_it: impl Fn(Connection) + Send + Sync + 'static) -> Upstream {
    Upstream::new(move |mut connection| {
        let Some(head) = connection.head() else {
            return;
        };
        if head.start_line().contains("/next") {
            connection.write(OK);
            return;
        }
        connection.write("HTTP/1.1 413 Too much\r\nContent-Length: 4\r\n\r\nstop");
        with_it(connection);
    })
}

#[test]
fn an_early_answer_is_passed_on_while_the_body_still_streams() {
    let upstream = answering_early(|mut connection| {
        let _ = connection.rest();
    });
    let hooksieve = Hooksieve::with(&upstream, SMALL);
    let mut stream = connect(hooksieve.address());
    let length = "Content-Length: 100000\r\n\r\n";
    let part = format!("POST / HTTP/1.1\r\nHost: a\r\n{length}{}", "x".repeat(5000));
    let answer = ask(&mut stream, part);
    assert_eq!(answer.head, "HTTP/1.1 413 Too much\r\nContent-Length: 4");
    assert_eq!(answer.text(), "stop");
    // Nobody is going to read the rest (RFC 9112 §9.3).
    assert!(rest(&mut stream).expect("a clean end").is_empty());
}

#[test]
fn the_upstreams_connection_is_not_used_again_after_an_early_answer() {
    let upstream = answering_early(|mut connection| {
        let rest = connection.rest().unwrap_or_default();
        assert!(
            !rest.windows(5).any(|part| part == b"/next"),
            "another request came"
        );
    });
    let hooksieve = Hooksieve::with(&upstream, SMALL);
    let times = again_and_again(|| {
        let mut stream = connect(hooksieve.address());
        let part = format!(
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n{}",
            "x".repeat(5000)
        );
        assert_eq!(ask(&mut stream, part).status, 413);
        assert_eq!(exchange(hooksieve.address(), get("/next")).status, 200);
    });
    assert_eq!(upstream.connections(), times * 2);
}

#[test]
fn an_early_answer_survives_a_reset_behind_it() {
    let upstream = answering_early(drop);
    let hooksieve = Hooksieve::with(&upstream, SMALL);
    for _ in 0..20 {
        let mut stream = connect(hooksieve.address());
        let head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 50000\r\n\r\n";
        let _ = stream
            .write_all(head.as_bytes())
            .and_then(|()| stream.write_all(&vec![b'x'; 50_000]));
        let answer = read_message(&mut stream, false).expect("an answer");
        assert_eq!(answer.status, 413);
    }
}
