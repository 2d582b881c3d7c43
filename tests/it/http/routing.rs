//! Where a message goes, and what is said of its way (RFC 9112 §3.2, RFC 9110 §7.6 and §7.7).

use crate::support::{
    Hooksieve, OK, Upstream, assert_refused, exchange, get, passed_on, passed_on_with,
};

fn with_host(lines: &str) -> String {
    format!("POST / HTTP/1.1\r\n{lines}Content-Length: 2\r\n\r\n{{}}")
}

#[test]
fn http_1_1_without_host_is_a_400() {
    assert_refused(
        400,
        &[with_host(""), "GET http://a/ HTTP/1.1\r\n\r\n".to_owned()],
    );
}

#[test]
fn two_hosts_are_a_400() {
    assert_refused(
        400,
        &["Host: a\r\nHost: b\r\n", "Host: a\r\nX: y\r\nhost: a\r\n"].map(with_host),
    );
}

#[test]
fn an_invalid_host_is_a_400() {
    let hosts = [
        "", "a b", "a/b", "u@a", "a:b", "[::1", "a:99999", "a?b", "a#b", ":80",
    ];
    assert_refused(
        400,
        &hosts.map(|host| with_host(&format!("Host: {host}\r\n"))),
    );
}

#[test]
fn http_1_0_without_host_gets_that_of_the_upstream() {
    let upstream = Upstream::answering(OK);
    let hooksieve = Hooksieve::before(&upstream);
    assert_eq!(
        exchange(hooksieve.address(), "GET /a HTTP/1.0\r\n\r\n").status,
        200
    );
    let host = format!("Host: {}", upstream.address());
    assert_eq!(upstream.requests()[0].lines(), [host]);
}

#[test]
fn of_an_absolute_target_the_authority_is_the_host_and_the_rest_goes_on() {
    for (target, host, expected) in [
        (
            "http://b.example:81/x//y?z=%2F",
            "b.example:81",
            "/x//y?z=%2F",
        ),
        ("HTTP://B.example", "B.example", "/"),
        ("https://b?q", "b", "/?q"),
        ("http://[::1]:80/", "[::1]:80", "/"),
    ] {
        let received = passed_on(format!(
            "GET {target} HTTP/1.1\r\nX-A: 1\r\nHost: a\r\nX-B: 2\r\n\r\n"
        ));
        assert_eq!(received.start_line(), format!("GET {expected} HTTP/1.1"));
        assert_eq!(
            received.lines(),
            ["X-A: 1", &format!("Host: {host}"), "X-B: 2"]
        );
    }
}

#[test]
fn path_and_query_are_not_rewritten() {
    let upstream = Upstream::answering(OK);
    let hooksieve = Hooksieve::before(&upstream);
    let targets = [
        "/",
        "//",
        "//a.example/b",
        "/a//b/../%2e%2F?x=%zz&&=;",
        "/./a/.././../b/",
        "/%41%c3%a9%C3%A9%00%",
        "/a+b%20c;v=1,2:3@!$&'()*~_-.|",
        "/?",
        "/a?",
        "/a??b=?/&c",
        "/a?b=http://c/d?e&f[]=1&f[0]=`{}|\\^",
        "/A?Z=1&a=2&Z=3",
        "/{\"a\"}\\^|",
        "/a&b=c",
        "/\u{e9}?\u{e9}",
    ];
    for target in targets {
        assert_eq!(
            exchange(hooksieve.address(), get(target)).status,
            200,
            "{target}"
        );
    }
    for (received, target) in upstream.requests().iter().zip(targets) {
        let target: String = target.bytes().map(char::from).collect();
        assert_eq!(received.start_line(), format!("GET {target} HTTP/1.1"));
    }
}

/// A deviation: no target may have a fragment (RFC 9112 §3.2), and hyper cuts it off instead of refusing it.
#[test]
fn a_fragment_is_cut_off() {
    assert_eq!(
        passed_on(get("/a?b=c#d?e")).start_line(),
        "GET /a?b=c HTTP/1.1"
    );
}

#[test]
fn an_asterisk_goes_on_as_it_is() {
    let received = passed_on("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_eq!(received.start_line(), "OPTIONS * HTTP/1.1");
}

#[test]
fn connect_and_trace_are_a_405() {
    assert_refused(
        405,
        &[
            "CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n",
            "TRACE / HTTP/1.1\r\nHost: a\r\n\r\n",
        ],
    );
}

#[test]
fn a_405_says_what_is_allowed() {
    let upstream = Upstream::answering(OK);
    let hooksieve = Hooksieve::before(&upstream);
    let answer = exchange(hooksieve.address(), "TRACE / HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_eq!(
        answer.field("allow"),
        ["GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"]
    );
}

fn options(hops: &str) -> String {
    format!("OPTIONS /a HTTP/1.1\r\nHost: a\r\nMax-Forwards: {hops}\r\nX-A: 1\r\n\r\n")
}

#[test]
fn options_with_no_hops_left_is_answered_here() {
    let upstream = Upstream::answering(OK);
    let hooksieve = Hooksieve::before(&upstream);
    let answer = exchange(hooksieve.address(), options("0"));
    assert_eq!((answer.status, answer.text()), (200, ""));
    assert_eq!(answer.field("allow").len(), 1);
    assert_eq!(upstream.connections(), 0);
    assert_eq!(hooksieve.events(1)[0]["verdict"], "answer");
}

#[test]
fn options_with_hops_left_goes_on_with_one_less() {
    let received = passed_on(options("10"));
    assert_eq!(received.lines(), ["Host: a", "Max-Forwards: 9", "X-A: 1"]);
}

#[test]
fn max_forwards_of_other_methods_is_left_alone() {
    let received = passed_on(options("0").replace("OPTIONS", "GET"));
    assert_eq!(received.field("max-forwards"), ["0"]);
}

#[test]
fn max_forwards_that_is_no_number_is_left_alone() {
    assert_eq!(passed_on(options("many")).field("max-forwards"), ["many"]);
}

/// A deviation: RFC 9110 §7.6.3 would have Via in every message.
#[test]
fn there_is_no_via_unless_asked_for() {
    let upstream = Upstream::answering(OK);
    let hooksieve = Hooksieve::before(&upstream);
    let answer = exchange(hooksieve.address(), get("/"));
    assert!(answer.field("via").is_empty());
    assert!(upstream.requests()[0].field("via").is_empty());
}

#[test]
fn via_is_added_to_request_and_answer_when_asked_for() {
    let upstream = Upstream::answering(OK);
    let hooksieve = Hooksieve::with(&upstream, "[forward]\nvia = true\n");
    let answer = exchange(hooksieve.address(), get("/"));
    assert_eq!(answer.field("via"), ["1.1 hooksieve"]);
    assert_eq!(upstream.requests()[0].field("via"), ["1.1 hooksieve"]);
}

const SAID: &str = "X-Forwarded-For: 1.2.3.4\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Port: 443\r\n\
                    X-Real-IP: 1.2.3.4\r\nForwarded: for=1.2.3.4\r\n";

fn said(config: &str) -> Vec<String> {
    let received = passed_on_with(config, format!("GET / HTTP/1.1\r\nHost: a\r\n{SAID}\r\n"));
    received.lines().into_iter().map(str::to_owned).collect()
}

#[test]
fn a_strangers_words_on_forwarding_are_replaced_when_ours_are_added() {
    let x_forwarded = [
        "X-Forwarded-For: 127.0.0.1",
        "X-Forwarded-Proto: http",
        "X-Forwarded-Host: a",
    ];
    assert_eq!(said("[forward]\nx_forwarded = true\n")[1..], x_forwarded);
    let forwarded = ["Forwarded: for=127.0.0.1;host=\"a\";proto=http"];
    assert_eq!(said("[forward]\nforwarded = true\n")[1..], forwarded);
    assert_eq!(
        said("[forward]\nforwarded = true\ntrusted = [\"10.0.0.0/8\"]\n")[1..],
        forwarded
    );
}

#[test]
fn a_strangers_words_on_forwarding_pass_when_none_are_added() {
    assert_eq!(format!("{}\r\n", said("")[1..].join("\r\n")), SAID);
}

#[test]
fn who_is_trusted_is_the_peer_and_not_who_it_says_it_is() {
    let config = "[forward]\nx_forwarded = true\ntrusted = [\"1.2.3.4\"]\n";
    assert_eq!(said(config)[1], "X-Forwarded-For: 127.0.0.1");
}
