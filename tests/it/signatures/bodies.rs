//! Bodies that are encoded, large or too large.

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};

use super::{BATCH, PAID, SECRET, STRIPE, github, hex, now, sent, stripe};
use crate::codings::gzip;
use crate::support::{Hooksieve, OK, Upstream, ask, connect, exchange, post_with, rest};

#[test]
fn the_signature_is_over_the_body_as_it_was_sent() {
    let upstream = Upstream::answering(OK);
    let config = STRIPE.replace("stripe", "github");
    let mut hooksieve = Hooksieve::knowing(&upstream, &config, "STRIPE", SECRET);
    let large = format!("{{\"type\":\"a\",\"b\":\"{}\"}}", "x".repeat(400_000));
    for (body, signed, status) in [
        (gzip(PAID), gzip(PAID), 200),
        (gzip(PAID), PAID.into(), 401),
        (gzip(BATCH), gzip(BATCH), 200),
        (gzip(&large), gzip(&large), 200),
    ] {
        let lines = github(SECRET, &signed) + "Content-Encoding: gzip\r\n";
        let answer = exchange(hooksieve.address(), sent(&lines, &body));
        assert_eq!(answer.status, status);
    }
    for (signed, status) in [(large.as_bytes(), 200), (&large.as_bytes()[1..], 401)] {
        let answer = exchange(
            hooksieve.address(),
            sent(&github(SECRET, signed), large.as_bytes()),
        );
        assert_eq!(answer.status, status);
    }
    let events = hooksieve.stop();
    let verdicts: Vec<_> = events.iter().map(|event| &event["verdict"]).collect();
    assert_eq!(
        verdicts,
        ["forward", "refuse", "drop", "forward", "forward", "refuse"]
    );
}

#[test]
fn what_is_too_large_to_be_verified_is_refused_whatever_unreadable_says() {
    let upstream = Upstream::answering(OK);
    let config = format!("limits.inspect = \"1 KiB\"\n{STRIPE}");
    let mut hooksieve = Hooksieve::knowing(&upstream, &config, "STRIPE", SECRET);
    let body = format!("{{\"type\":\"a\",\"b\":\"{}\"}}", "x".repeat(2_000));
    let line = stripe(SECRET, &body);
    let length = body.len();
    let chunked = format!(
        "POST / HTTP/1.1\r\nHost: a\r\n{line}Transfer-Encoding: chunked\r\n\r\n{length:x}\r\n{body}\r\n0\r\n\r\n"
    );
    for request in [post_with(&line, &body), chunked] {
        let mut sender = connect(hooksieve.address());
        let answer = ask(&mut sender, &request);
        assert_eq!(answer.status, 413);
        assert!(answer.text().starts_with("hooksieve: "));
        assert!(rest(&mut sender).expect("a clean end").is_empty());
    }
    assert_eq!(upstream.count(), 0);
    for event in hooksieve.stop() {
        assert_eq!(event["verdict"], "refuse");
        assert_eq!(
            event["error"],
            "not verified: the body is larger than limits.inspect"
        );
    }
}

#[test]
fn a_large_body_under_a_public_key_is_verified_too() {
    let pair = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).expect("it is a seed");
    let upstream = Upstream::answering(OK);
    let config = STRIPE.replace("stripe", "discord");
    let key = hex(pair.public_key());
    let hooksieve = Hooksieve::knowing(&upstream, &config, "STRIPE", &key);
    let time = now();
    let body = format!("{{\"type\":\"a\",\"b\":\"{}\"}}", "x".repeat(1_000_000));
    let signature = hex(pair.sign(format!("{time}{body}").as_bytes()));
    for (time, status) in [(time, 200), (time - 1, 401)] {
        let lines =
            format!("X-Signature-Ed25519: {signature}\r\nX-Signature-Timestamp: {time}\r\n");
        let answer = exchange(hooksieve.address(), post_with(&lines, &body));
        assert_eq!(answer.status, status);
    }
}
