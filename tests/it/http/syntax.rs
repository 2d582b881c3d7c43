//! What a message looks like (RFC 9112 §2 to §5, RFC 9110 §5).

use std::io::Write;

use crate::support::{
    Hooksieve, OK, Upstream, answer_to, ask, assert_refused, connect, exchange, get, passed_back,
    passed_on, post, rest,
};

fn with_line(line: &str) -> String {
    format!("GET / HTTP/1.1\r\nHost: a\r\n{line}\r\nX-Last: 1\r\n\r\n")
}

fn status_for_answer_with(line: &str) -> u16 {
    passed_back(format!(
        "HTTP/1.1 200 OK\r\n{line}\r\nContent-Length: 2\r\n\r\nok"
    ))
    .status
}

#[test]
fn a_space_before_the_colon_is_a_400() {
    assert_refused(
        400,
        &["X-A : 1", "X-A\t: 1", "Transfer-Encoding : chunked"].map(with_line),
    );
}

#[test]
fn a_space_before_the_colon_in_an_answer_is_a_502() {
    assert_eq!(status_for_answer_with("X-A : 1"), 502);
    assert_eq!(status_for_answer_with("Content-Length : 5"), 502);
}

#[test]
fn a_folded_line_is_a_400() {
    assert_refused(
        400,
        &["X-A: 1\r\n 2", "X-A: 1\r\n\t2", "X-A:\r\n 2"].map(with_line),
    );
}

#[test]
fn a_folded_line_in_an_answer_is_a_502() {
    assert_eq!(status_for_answer_with("X-A: 1\r\n 2"), 502);
}

#[test]
fn a_bare_cr_or_a_nul_is_a_400() {
    let mut requests = [
        "X-A: 1\r2",
        "X-A: \0",
        "X-A: 1\0",
        "X\0A: 1",
        "X\rA: 1",
        "X-A: 1\r\r",
    ]
    .map(with_line)
    .to_vec();
    requests.push("GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n".to_owned());
    requests.push("GET /\r HTTP/1.1\r\nHost: a\r\n\r\n".to_owned());
    requests.push("GET / HTTP/1.1\rHost: a\r\n\r\n".to_owned());
    assert_refused(400, &requests);
}

#[test]
fn other_control_characters_are_a_400_as_well() {
    assert_refused(
        400,
        &["X-A: \x01", "X-A: \x7f", "X-A: \x0b1", "X-A: \x1b[31m"].map(with_line),
    );
}

#[test]
fn a_bare_cr_or_a_nul_in_an_answer_is_a_502() {
    for line in ["X-A: 1\r2", "X-A: \0", "X\0A: 1"] {
        assert_eq!(status_for_answer_with(line), 502, "{line:?}");
    }
    assert_eq!(
        passed_back("HTTP/1.1 200 O\0K\r\nContent-Length: 2\r\n\r\nok").status,
        502
    );
}

#[test]
fn white_space_before_the_first_field_is_a_400() {
    assert_refused(
        400,
        &[
            "GET / HTTP/1.1\r\n Host: a\r\n\r\n",
            "GET / HTTP/1.1\r\n\tHost: a\r\n\r\n",
            "GET / HTTP/1.1\r\n \r\nHost: a\r\n\r\n",
        ],
    );
}

#[test]
fn an_invalid_request_line_is_a_400() {
    let lines = [
        "GET  / HTTP/1.1",
        "GET /  HTTP/1.1",
        "GET\t/ HTTP/1.1",
        " GET / HTTP/1.1",
        "GET / HTTP/1.1 ",
        "GET / x HTTP/1.1",
        "GET /",
        "GET / ",
        "GET HTTP/1.1",
        "G(T / HTTP/1.1",
        "GET / http/1.1",
        "GET / HTTP/1.1x",
        "GET / HTTP/11",
        "{\"type\": \"x\"}",
        "\x16\x03\x01\x02",
    ];
    assert_refused(400, &lines.map(|line| format!("{line}\r\nHost: a\r\n\r\n")));
}

#[test]
fn a_target_of_the_wrong_form_is_a_400() {
    let lines = [
        "GET a HTTP/1.1",
        "POST example.com HTTP/1.1",
        "POST example.com:80 HTTP/1.1",
        "GET * HTTP/1.1",
        "GET ?x=1 HTTP/1.1",
        "GET a/b HTTP/1.1",
        "GET http:///a HTTP/1.1",
        "GET http://:80/a HTTP/1.1",
        "GET http://user@b/a HTTP/1.1",
        "GET mailto:a@b HTTP/1.1",
    ];
    assert_refused(400, &lines.map(|line| format!("{line}\r\nHost: a\r\n\r\n")));
}

#[test]
fn bytes_that_no_target_may_have_are_a_400() {
    assert_refused(400, &["/\x7f", "/\x01", "/a<b", "/a>b", "/a`b"].map(get));
}

#[test]
fn another_version_is_a_400() {
    let versions = ["0.9", "1.2", "2.0", "3.0", "2", "9.9"];
    assert_refused(
        400,
        &versions.map(|version| format!("GET / HTTP/{version}\r\nHost: a\r\n\r\n")),
    );
}

/// hyper closes without a word, which RFC 9113 §3.4 takes for "no HTTP/2 here".
#[test]
fn the_preface_of_http_2_ends_the_connection() {
    let upstream = Upstream::answering(OK);
    let mut hooksieve = Hooksieve::before(&upstream);
    let mut stream = connect(hooksieve.address());
    stream
        .write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
        .expect("it can be sent");
    assert!(rest(&mut stream).expect("a clean end").is_empty());
    drop(stream);
    let events = hooksieve.stop();
    assert_eq!(events.len(), 1, "{events:#?}");
    assert_eq!(events[0]["verdict"], "refuse");
    assert!(
        events[0]["status"].is_null(),
        "nothing was answered: {}",
        events[0]
    );
}

/// hyper reads the head up to its limit before it looks at the request line: a 431, where a 414 would say more.
#[test]
fn a_target_beyond_the_limit_of_the_head_is_a_431() {
    assert_refused(431, &[get(&format!("/{}", "x".repeat(70_000)))]);
}

#[test]
fn a_target_too_long_is_a_414() {
    let upstream = Upstream::answering(OK);
    let mut hooksieve = Hooksieve::with(&upstream, "[limits]\nheader_size = \"128 KiB\"\n");
    let answer = exchange(
        hooksieve.address(),
        get(&format!("/{}", "x".repeat(70_000))),
    );
    assert_eq!(answer.status, 414);
    assert_eq!(hooksieve.stop()[0]["status"], 414);
}

#[test]
fn more_fields_or_longer_ones_than_the_limits_allow_are_a_431() {
    let many = "X-A: 1\r\n".repeat(101);
    let long = format!("X-Long: {}\r\n", "x".repeat(40_000));
    assert_refused(
        431,
        &[many, long].map(|lines| format!("GET / HTTP/1.1\r\nHost: a\r\n{lines}\r\n")),
    );
}

#[test]
fn the_upstream_is_spoken_to_in_http_1_1() {
    let received = passed_on("GET /a HTTP/1.0\r\nHost: a\r\n\r\n");
    assert_eq!(received.start_line(), "GET /a HTTP/1.1");
}

#[test]
fn the_answer_of_an_http_1_0_upstream_comes_back_as_http_1_1() {
    let answer = passed_back("HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok");
    assert_eq!(answer.head, "HTTP/1.1 200 OK\r\nContent-Length: 2");
}

/// A deviation from RFC 9110 §2.5, which would have HTTP/1.1 here too: hyper answers in the sender's version.
#[test]
fn an_http_1_0_sender_is_answered_in_http_1_0() {
    let answer = answer_to("GET / HTTP/1.0\r\nHost: a\r\n\r\n", OK).expect("an answer");
    assert_eq!(answer.head, "HTTP/1.0 200 OK\r\nContent-Length: 0");
}

#[test]
fn unknown_fields_pass_byte_for_byte_and_same_names_in_order() {
    let lines =
        "X-B: 2\r\nx-UNKNOWN: \"a\\\"b\", (c)\r\nx-UNKNOWN: \t=\r\nx-UNKNOWN: \u{e9}\r\nX-A: 1";
    let expected =
        "X-B: 2\r\nx-UNKNOWN: \"a\\\"b\", (c)\r\nx-UNKNOWN: =\r\nx-UNKNOWN: \u{c3}\u{a9}\r\nX-A: 1";
    let received = passed_on(format!("GET / HTTP/1.1\r\nHost: a\r\n{lines}\r\n\r\n"));
    assert_eq!(received.lines()[1..].join("\r\n"), expected);
    let answer = passed_back(format!(
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n{lines}\r\n\r\n"
    ));
    assert_eq!(answer.lines()[1..].join("\r\n"), expected);
}

#[test]
fn an_http_1_0_sender_keeps_its_connection_where_it_can_tell_the_end_of_the_answer() {
    let keeping = |request: String| {
        let request = request.replace("HTTP/1.1", "HTTP/1.0");
        request.replacen("\r\n", "\r\nConnection: keep-alive\r\n", 1)
    };
    let upstream = Upstream::new(|mut connection| {
        let Some(request) = connection.request() else {
            return;
        };
        if request.start_line().contains("/webhook") {
            connection.write("HTTP/1.1 200 OK\r\n\r\nto the end");
        } else {
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        }
    });
    let hooksieve = Hooksieve::before(&upstream);
    let mut stream = connect(hooksieve.address());
    for _ in 0..2 {
        let answer = ask(&mut stream, keeping(get("/a")));
        assert_eq!(
            (answer.field("connection"), answer.text()),
            (vec!["keep-alive"], "ok")
        );
        let dropped = ask(&mut stream, keeping(post(r#"{"type":"batch.created"}"#)));
        assert_eq!(dropped.field("connection"), ["keep-alive"]);
    }
    let answer = ask(&mut stream, keeping(post("{}")));
    assert_eq!(answer.text(), "to the end");
    assert!(answer.field("connection").is_empty(), "{}", answer.head);

    let refused =
        keeping(post("{}")).replace("HTTP/1.0\r\n", "HTTP/1.0\r\nExpect: x\r\nHost: b\r\n");
    let answer = ask(&mut connect(hooksieve.address()), refused);
    assert_eq!(answer.status, 400);
    assert!(
        !answer.field("connection").contains(&"keep-alive"),
        "{}",
        answer.head
    );
}
