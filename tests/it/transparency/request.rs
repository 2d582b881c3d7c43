//! The head of a request on its way to the upstream.

use crate::support::{Hooksieve, OK, Upstream, ask, connect, get, passed_on, post, post_with};

/// The head of a request, without its body and the empty line.
fn head(request: &str) -> &str {
    request.split_once("\r\n\r\n").expect("a head").0
}

fn assert_unchanged(request: &str) {
    assert_eq!(passed_on(request).head, head(request));
}

#[test]
fn a_request_head_arrives_byte_for_byte() {
    let body = r#"{"id": "evt_1", "type": "invoice.paid"}"#;
    let length = body.len();
    assert_unchanged(&format!(
        "POST /hooks/stripe?tenant=7 HTTP/1.1\r\n\
         Content-Type: application/json; charset=utf-8\r\n\
         User-Agent: Stripe/1.0 (+https://stripe.com/docs/webhooks)\r\n\
         Accept: */*; q=0.5, application/xml\r\n\
         Cache-Control: no-cache\r\n\
         Stripe-Signature: t=1492774577,v1=5257a869e7ece,v0=6ffbb59b2300aae\r\n\
         Content-Length: {length}\r\n\
         Accept-Encoding: gzip\r\n\
         Host: hooks.example.com\r\n\r\n{body}"
    ));
}

#[test]
fn header_names_keep_their_case() {
    assert_unchanged(
        "POST / HTTP/1.1\r\nhost: a\r\nX-GitHub-Event: ping\r\nx-lower: 1\r\nX-UPPER: 2\r\n\
         cOnTeNt-LeNgTh: 2\r\n\r\n{}",
    );
}

#[test]
fn each_line_of_a_repeated_header_keeps_its_case() {
    assert_unchanged("GET / HTTP/1.1\r\nHost: a\r\nX-A: 1\r\nx-a: 2\r\nX-a: 3\r\n\r\n");
}

#[test]
fn a_header_added_for_the_sender_is_in_title_case() {
    let received = passed_on(
        "POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    );
    assert_eq!(received.lines(), ["host: a", "Content-Length: 2"]);
}

#[test]
fn repeated_headers_keep_their_lines_and_their_order() {
    assert_unchanged(
        "GET / HTTP/1.1\r\nHost: a\r\nX-A: b\r\nX-A: a\r\nX-A: b\r\nX-A: a, b\r\n\r\n",
    );
}

/// A deviation that RFC 9110 §5.3 allows: hyper keeps headers by name, so the lines of one name come together.
#[test]
fn repeated_headers_with_another_in_between_come_together() {
    let received = passed_on("GET / HTTP/1.1\r\nHost: a\r\nX-A: 1\r\nX-B: 2\r\nX-A: 3\r\n\r\n");
    assert_eq!(received.lines(), ["Host: a", "X-A: 1", "X-A: 3", "X-B: 2"]);
}

#[test]
fn different_headers_keep_their_order() {
    let names = (0..60).map(|n| n * 7919 % 61);
    let lines = names
        .map(|n| format!("X-{n}: {n}\r\n"))
        .collect::<Vec<_>>()
        .concat();
    assert_unchanged(&format!("GET / HTTP/1.1\r\n{lines}Host: a\r\n\r\n"));
}

#[test]
fn headers_keep_their_order_when_others_are_removed_between_them() {
    let received = passed_on(
        "GET / HTTP/1.1\r\nX-1: a\r\nConnection: x-gone\r\nX-2: b\r\nTE: trailers\r\nX-3: c\r\n\
         X-Gone: d\r\nX-4: e\r\nKeep-Alive: 5\r\nHost: h\r\nX-5: f\r\nX-5: g\r\n\r\n",
    );
    let expected = [
        "X-1: a", "X-2: b", "X-3: c", "X-4: e", "Host: h", "X-5: f", "X-5: g",
    ];
    assert_eq!(received.lines(), expected);
}

#[test]
fn empty_values_stay() {
    assert_unchanged("GET / HTTP/1.1\r\nHost: a\r\nX-Empty:\r\nX-Empty:\r\nX-Full: 1\r\n\r\n");
}

#[test]
fn bytes_above_0x7f_in_values_stay() {
    let request = b"GET / HTTP/1.1\r\nHost: a\r\nX-Name: J\xC3\xB6rg \xE9 \xFF\x80\r\n\r\n";
    let received = passed_on(request);
    assert_eq!(
        received.lines()[1],
        "X-Name: J\u{c3}\u{b6}rg \u{e9} \u{ff}\u{80}"
    );
}

#[test]
fn spaces_and_tabs_within_a_value_stay() {
    assert_unchanged("GET / HTTP/1.1\r\nHost: a\r\nX-A: one  two\t three , four\r\n\r\n");
}

/// A deviation that RFC 9112 §5.1 allows: the white space around a value is no part of it.
#[test]
fn white_space_around_a_value_becomes_one_space() {
    let received = passed_on("GET / HTTP/1.1\r\nHost: a\r\nX-A:1\r\nX-B: \t 2 \t\r\n\r\n");
    assert_eq!(received.lines(), ["Host: a", "X-A: 1", "X-B: 2"]);
}

#[test]
fn host_stays_as_written() {
    assert_unchanged(
        "POST / HTTP/1.1\r\nHost: Hooks.EXAMPLE.com:8443\r\nContent-Length: 2\r\n\r\n{}",
    );
}

#[test]
fn any_method_stays_as_written() {
    for method in [
        "PUT",
        "PATCH",
        "DELETE",
        "OPTIONS",
        "PROPFIND",
        "post",
        "X-!#$%&'*+.^_`|~9",
    ] {
        assert_unchanged(&format!(
            "{method} /a HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{{}}"
        ));
    }
}

#[test]
fn a_request_without_a_body_gets_no_length() {
    assert_unchanged(&get("/webhooks/mailchimp"));
    assert_unchanged("POST / HTTP/1.1\r\nHost: a\r\n\r\n");
}

#[test]
fn a_length_of_zero_stays() {
    assert_unchanged("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nX-A: 1\r\n\r\n");
}

#[test]
fn headers_that_speak_of_forwarding_stay() {
    assert_unchanged(&post_with(
        "X-Forwarded-For: 1.2.3.4, 5.6.7.8\r\nX-Forwarded-Proto: https\r\nX-Real-IP: 1.2.3.4\r\n\
         Forwarded: for=1.2.3.4\r\nVia: 1.1 sender\r\n",
        "{}",
    ));
}

#[test]
fn headers_of_tracing_and_of_coding_stay() {
    assert_unchanged(&post_with(
        "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\nCookie: a=b\r\n\
         Content-Encoding: gzip\r\nContent-MD5: x\r\nAuthorization: Basic eDp5\r\nTrailer: X-T\r\n",
        "not gzip",
    ));
}

#[test]
fn as_many_headers_as_the_limit_allows_pass() {
    let lines = "X-A: 1\r\n".repeat(98);
    assert_unchanged(&post_with(&lines, "{}"));
}

#[test]
fn a_long_header_passes() {
    let long = "x".repeat(30_000);
    assert_unchanged(&post_with(&format!("X-Long: {long}\r\n"), "{}"));
}

#[test]
fn a_second_request_on_a_connection_is_treated_alike() {
    let upstream = Upstream::answering(OK);
    let hooksieve = Hooksieve::before(&upstream);
    let mut stream = connect(hooksieve.address());
    let requests = [
        post_with("X-First: 1\r\nx-shared: a\r\n", "{}"),
        post_with("X-SHARED: b\r\nX-Second: 2\r\n", "[]"),
        post(""),
    ];
    for request in &requests {
        assert_eq!(ask(&mut stream, request).status, 200);
    }
    let received = upstream.requests();
    assert_eq!(received.len(), 3);
    for (received, sent) in received.iter().zip(&requests) {
        assert_eq!(received.head, head(sent));
    }
}
