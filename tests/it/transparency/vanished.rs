//! A sender that sends a whole event and goes away has its event delivered.

use std::io::Write;

use crate::support::{Hooksieve, OK, Upstream, connect, exchange_closing, post, wait_until};

const TIMES: usize = 50;

#[test]
fn an_event_is_delivered_and_answered_when_its_sender_closes_its_side() {
    let upstream = Upstream::answering("HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\n\r\nok");
    let hooksieve = Hooksieve::before(&upstream);
    for number in 0..TIMES {
        let answer = exchange_closing(hooksieve.address(), post(&number.to_string()));
        assert_eq!((answer.status, answer.text()), (202, "ok"));
    }
    assert_eq!(upstream.requests().len(), TIMES);
}

#[test]
fn an_event_is_delivered_when_its_sender_closes_altogether() {
    let upstream = Upstream::answering(OK);
    let hooksieve = Hooksieve::before(&upstream);
    for number in 0..TIMES {
        let mut stream = connect(hooksieve.address());
        stream
            .write_all(post(&number.to_string()).as_bytes())
            .expect("it can be sent");
    }
    wait_until("all are delivered", || upstream.requests().len() == TIMES);
    let mut delivered: Vec<usize> = upstream
        .requests()
        .iter()
        .map(|request| request.text().parse().expect("a number"))
        .collect();
    delivered.sort_unstable();
    assert!(delivered.into_iter().eq(0..TIMES), "each of them once");
    for event in hooksieve.events(TIMES) {
        assert_eq!(event["verdict"], "forward", "{event}");
    }
}

#[test]
fn a_chunked_event_is_delivered_when_its_sender_closes_its_side() {
    let upstream = Upstream::answering(OK);
    let hooksieve = Hooksieve::before(&upstream);
    let request =
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n";
    let answer = exchange_closing(hooksieve.address(), request);
    assert_eq!(answer.status, 200);
    assert_eq!(upstream.requests()[0].text(), "{}");
}
