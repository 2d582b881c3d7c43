//! What ends at a hop (RFC 9110 §7.6.1, §7.8).

use std::time::Duration;

use crate::support::{
    Hooksieve, OK, Upstream, answer_to, ask, assert_refused, connect, passed_back, passed_on, post,
    post_with, rest,
};

const HOP_BY_HOP: &str = "Keep-Alive: timeout=5\r\nProxy-Connection: keep-alive\r\n\
                          Proxy-Authenticate: Basic\r\nProxy-Authorization: Basic eDp5\r\nTE: trailers\r\n\
                          Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n";

#[test]
fn every_connection_line_is_read_and_what_it_names_removed_and_itself() {
    let received = passed_on(
        "GET / HTTP/1.1\r\nHost: a\r\nConnection: X-One ,, keep-alive\r\nX-One: 1\r\nX-Two: 2\r\n\
         x-one: 3\r\nX-Three: 4\r\nconnection: close, x-two\r\nX-Four: 5\r\n\r\n",
    );
    assert_eq!(received.lines(), ["Host: a", "X-Three: 4", "X-Four: 5"]);
}

#[test]
fn every_connection_line_of_an_answer_is_read_as_well() {
    let answer = passed_back(
        "HTTP/1.1 200 OK\r\nConnection: x-one\r\nX-One: 1\r\nX-Two: 2\r\nContent-Length: 0\r\n\
         Connection: X-TWO, close\r\nX-Three: 3\r\n\r\n",
    );
    assert_eq!(answer.lines(), ["Content-Length: 0", "X-Three: 3"]);
}

#[test]
fn a_connection_option_that_is_no_field_changes_nothing() {
    let received = passed_on(
        "GET / HTTP/1.1\r\nHost: a\r\nConnection: a b, \"x\", keep-alive\r\nX-A: 1\r\n\r\n",
    );
    assert_eq!(received.lines(), ["Host: a", "X-A: 1"]);
}

#[test]
fn fields_of_one_hop_go_even_when_not_named() {
    let received = passed_on(post_with(HOP_BY_HOP, "{}"));
    assert_eq!(received.lines(), ["Host: example.com", "Content-Length: 2"]);
}

#[test]
fn fields_of_one_hop_go_from_answers_too() {
    let answer = passed_back(format!(
        "HTTP/1.1 200 OK\r\n{HOP_BY_HOP}Content-Length: 0\r\n\r\n"
    ));
    assert_eq!(answer.lines(), ["Content-Length: 0"]);
}

#[test]
fn connection_naming_what_carries_meaning_is_a_400() {
    let names = [
        "Host",
        "Content-Length",
        "Transfer-Encoding",
        "content-type",
        "Content-Encoding",
        "Authorization",
        "Cookie",
        "Stripe-Signature",
        "X-Hub-Signature-256",
        "X-Shopify-Hmac-Sha256",
        "Paypal-Transmission-Sig",
        "webhook-timestamp",
        "Digest",
    ];
    assert_refused(
        400,
        &names.map(|name| post_with(&format!("Connection: close, {name}\r\n"), "{}")),
    );
}

/// Behind a proxy that adds such a field and passes `Connection` on, a sender could take the proxy's word away.
#[test]
fn connection_naming_what_speaks_of_forwarding_is_a_400() {
    let names = [
        "X-Forwarded-For",
        "x-forwarded-proto",
        "X-Forwarded-Anything",
        "X-Real-IP",
        "Forwarded",
        "Via",
        "X_Forwarded_For",
        "X_Real-IP",
    ];
    assert_refused(
        400,
        &names.map(|name| post_with(&format!("Connection: close, {name}\r\n"), "{}")),
    );
}

#[test]
fn connection_of_an_answer_cannot_strip_what_carries_meaning() {
    let answer = passed_back(
        "HTTP/1.1 200 OK\r\nConnection: content-length, Content-Type, set-cookie, location, via\r\n\
         Via: 1.1 e\r\nContent-Type: a/b\r\nSet-Cookie: c\r\nLocation: /d\r\nContent-Length: 2\r\n\r\nok",
    );
    let expected = [
        "Via: 1.1 e",
        "Content-Type: a/b",
        "Set-Cookie: c",
        "Location: /d",
        "Content-Length: 2",
    ];
    assert_eq!((answer.lines(), answer.text()), (expected.to_vec(), "ok"));
}

#[test]
fn an_upgrade_that_a_sender_asks_for_does_not_happen() {
    let asks = "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c, websocket\r\nHTTP2-Settings: AAMA\r\n";
    let received = passed_on(post_with(asks, "{}"));
    assert_eq!(received.lines(), ["Host: example.com", "Content-Length: 2"]);
}

#[test]
fn a_connection_on_which_an_upgrade_was_asked_for_ends_like_any_other() {
    let upstream = Upstream::answering(OK);
    let hooksieve = Hooksieve::before(&upstream);
    let mut stream = connect(hooksieve.address());
    // Less than the time for which a closed connection lingers.
    let second = Some(Duration::from_secs(1));
    stream
        .set_read_timeout(second)
        .expect("a timeout can be set");
    let asks = post_with("Connection: Upgrade, close\r\nUpgrade: x\r\n", "{}");
    assert_eq!(ask(&mut stream, asks).status, 200);
    assert!(rest(&mut stream).expect("a clean end").is_empty());
}

#[test]
fn a_101_is_a_502() {
    let switching = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nbytes";
    let asks = post_with("Connection: Upgrade\r\nUpgrade: websocket\r\n", "{}");
    for request in [post("{}"), asks] {
        assert_eq!(
            answer_to(request, switching).expect("an answer").status,
            502
        );
    }
}
