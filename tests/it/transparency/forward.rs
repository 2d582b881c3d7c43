//! What `[forward]` adds when it is asked to, and only then.

use crate::support::{Hooksieve, Message, OK, Upstream, ask, connect, get, passed_on_with};

/// What the upstream gets of a GET with `lines`, under `[forward]` with `keys`.
fn forwarded(keys: &str, lines: &str) -> Message {
    let request = format!("GET / HTTP/1.1\r\nHost: example.com\r\n{lines}\r\n");
    passed_on_with(&format!("[forward]\n{keys}\n"), request)
}

#[test]
fn host_upstream_writes_the_upstreams_host_where_the_senders_was() {
    let upstream = Upstream::answering(OK);
    let hooksieve = Hooksieve::with(&upstream, "[forward]\nhost = \"upstream\"\n");
    let request = "GET / HTTP/1.1\r\nX-A: 1\r\nHost: example.com\r\nX-B: 2\r\n\r\n";
    ask(&mut connect(hooksieve.address()), request);
    let host = format!("Host: {}", upstream.address());
    assert_eq!(upstream.requests()[0].lines(), ["X-A: 1", &host, "X-B: 2"]);
}

#[test]
fn x_forwarded_adds_who_how_and_for_whom() {
    let received = forwarded("x_forwarded = true", "");
    let expected = [
        "Host: example.com",
        "X-Forwarded-For: 127.0.0.1",
        "X-Forwarded-Proto: http",
        "X-Forwarded-Host: example.com",
    ];
    assert_eq!(received.lines(), expected);
}

#[test]
fn x_forwarded_host_is_the_senders_even_when_host_is_the_upstreams() {
    let received = forwarded("x_forwarded = true\nhost = \"upstream\"", "");
    assert_eq!(received.field("x-forwarded-host"), ["example.com"]);
}

#[test]
fn forwarded_adds_the_same_in_one_header() {
    let received = forwarded("forwarded = true", "");
    let expected = [
        "Host: example.com",
        "Forwarded: for=127.0.0.1;host=\"example.com\";proto=http",
    ];
    assert_eq!(received.lines(), expected);
}

#[test]
fn via_is_added_behind_those_that_are_there() {
    let received = forwarded("via = true", "Via: 1.0 fred, 1.1 p.example\r\n");
    assert_eq!(
        received.field("via"),
        ["1.0 fred, 1.1 p.example", "1.1 hooksieve"]
    );
}

#[test]
fn via_names_the_version_that_was_received() {
    let request = "GET / HTTP/1.0\r\nHost: example.com\r\n\r\n";
    let received = passed_on_with("[forward]\nvia = true\n", request);
    assert_eq!(received.field("via"), ["1.0 hooksieve"]);
}

#[test]
fn via_is_added_to_answers() {
    let upstream =
        Upstream::answering("HTTP/1.1 200 OK\r\nVia: 1.1 behind\r\nContent-Length: 0\r\n\r\n");
    let hooksieve = Hooksieve::with(&upstream, "[forward]\nvia = true\n");
    let answer = ask(&mut connect(hooksieve.address()), get("/"));
    assert_eq!(answer.field("via"), ["1.1 behind", "1.1 hooksieve"]);
}

#[test]
fn the_words_of_a_trusted_peer_are_kept_and_added_to() {
    let said = "X-Forwarded-For: 1.2.3.4\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: public.example\r\n\
                X-Real-IP: 1.2.3.4\r\nForwarded: for=1.2.3.4\r\n";
    let keys = "x_forwarded = true\nforwarded = true\ntrusted = [\"127.0.0.0/8\"]";
    let received = forwarded(keys, said);
    assert_eq!(received.field("x-forwarded-for"), ["1.2.3.4, 127.0.0.1"]);
    assert_eq!(received.field("x-forwarded-proto"), ["https"]);
    assert_eq!(received.field("x-forwarded-host"), ["public.example"]);
    assert_eq!(received.field("x-real-ip"), ["1.2.3.4"]);
    let forwarded = "for=1.2.3.4, for=127.0.0.1;host=\"example.com\";proto=http";
    assert_eq!(received.field("forwarded"), [forwarded]);
}

/// CGI, WSGI and the like make one name of both spellings.
#[test]
fn a_field_that_differs_only_in_underscores_does_not_stand_beside_ours() {
    let said = "X_Forwarded_For: 6.6.6.6\r\nX-Forwarded_Proto: https\r\nX_Real_IP: 6.6.6.6\r\nX_Other: 1\r\n";
    let ours = [
        "Host: example.com",
        "X_Other: 1",
        "X-Forwarded-For: 127.0.0.1",
        "X-Forwarded-Proto: http",
        "X-Forwarded-Host: example.com",
    ];
    for trusted in ["", "trusted = [\"127.0.0.1\"]"] {
        let received = forwarded(&format!("x_forwarded = true\n{trusted}"), said);
        assert_eq!(received.lines(), ours, "{trusted}");
    }
    let untouched = forwarded("", said);
    assert_eq!(untouched.lines().len(), 5, "nothing is touched unasked");
}

#[test]
fn a_trusted_address_may_be_written_as_ipv6_clothes_it() {
    for trusted in ["::ffff:127.0.0.1", "::ffff:127.0.0.0/104"] {
        let keys = format!("x_forwarded = true\ntrusted = [\"{trusted}\"]");
        let received = forwarded(&keys, "X-Forwarded-For: 1.2.3.4\r\n");
        let list = received.field("x-forwarded-for");
        assert_eq!(list, ["1.2.3.4, 127.0.0.1"], "{trusted}");
    }
}
