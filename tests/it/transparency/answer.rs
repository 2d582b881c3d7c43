//! The head of an answer on its way back to the sender.

use crate::support::{Hooksieve, Upstream, post};
use crate::support::{answer_to, exchange, get, passed_back};

fn assert_unchanged(answer: &str) {
    let received = passed_back(answer);
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
    assert_eq!((received.head.as_str(), received.text()), (head, body));
}

#[test]
fn an_answer_head_comes_back_byte_for_byte() {
    assert_unchanged(
        "HTTP/1.1 200 OK\r\nServer: nginx/1.18.0\r\nDate: Mon, 01 Jan 2001 00:00:00 GMT\r\n\
         Content-Type: application/json\r\nContent-Length: 2\r\nX-Powered-By: PHP/5.6.40\r\n\
         Set-Cookie: a=1; Path=/\r\nSet-Cookie: b=2\r\nVary: Accept-Encoding\r\n\r\n{}",
    );
}

#[test]
fn nothing_is_added_to_an_answer() {
    assert_unchanged("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
}

#[test]
fn an_empty_answer_comes_back_as_it_was() {
    assert_unchanged("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX-After: 1\r\n\r\n");
}

#[test]
fn header_names_keep_their_case() {
    assert_unchanged(
        "HTTP/1.1 200 OK\r\ncontent-length: 2\r\nX-ODD-name: 1\r\netag: \"x\"\r\nETag: \"y\"\r\n\r\nok",
    );
}

#[test]
fn a_header_added_for_the_upstream_is_in_title_case() {
    let received = passed_back("HTTP/1.1 200 OK\r\nx-a: 1\r\n\r\nuntil I close");
    assert_eq!(received.lines(), ["x-a: 1", "Transfer-Encoding: chunked"]);
}

#[test]
fn repeated_headers_keep_their_lines_and_their_order() {
    assert_unchanged(
        "HTTP/1.1 200 OK\r\nSet-Cookie: b\r\nSet-Cookie: a\r\nSet-Cookie: b\r\nContent-Length: 2\r\n\r\nok",
    );
}

#[test]
fn headers_keep_their_order_when_others_are_removed_between_them() {
    let received = passed_back(
        "HTTP/1.1 200 OK\r\nX-1: a\r\nConnection: close, x-gone\r\nX-2: b\r\nKeep-Alive: 5\r\nX-Gone: c\r\n\
         X-3: d\r\nX-3: e\r\nContent-Length: 2\r\nX-4: f\r\n\r\nok",
    );
    let expected = [
        "X-1: a",
        "X-2: b",
        "X-3: d",
        "X-3: e",
        "Content-Length: 2",
        "X-4: f",
    ];
    assert_eq!(received.lines(), expected);
}

#[test]
fn empty_values_stay() {
    assert_unchanged("HTTP/1.1 200 OK\r\nX-Empty: \r\nContent-Length: 2\r\n\r\nok");
}

#[test]
fn bytes_above_0x7f_in_values_stay() {
    let answer = b"HTTP/1.1 200 OK\r\nX-Name: J\xC3\xB6rg \xE9\xFF\r\nContent-Length: 0\r\n\r\n";
    let received = passed_back(answer);
    assert_eq!(received.lines()[0], "X-Name: J\u{c3}\u{b6}rg \u{e9}\u{ff}");
}

#[test]
fn status_codes_stay() {
    let codes = [
        200, 201, 202, 203, 205, 206, 299, 300, 301, 302, 307, 308, 399, 400, 401, 404, 408, 410,
        417, 418, 422, 429, 451, 499, 500, 502, 503, 504, 511, 599, 600, 999,
    ];
    let upstream = Upstream::new(|mut connection| {
        while let Some(request) = connection.request() {
            let code = request.text();
            connection.write(format!(
                "HTTP/1.1 {code} Whatever\r\nContent-Length: 2\r\n\r\nok"
            ));
        }
    });
    let hooksieve = Hooksieve::before(&upstream);
    for code in codes {
        let answer = exchange(hooksieve.address(), post(&code.to_string()));
        assert_eq!(answer.start_line(), format!("HTTP/1.1 {code} Whatever"));
        assert_eq!(answer.text(), "ok");
    }
}

#[test]
fn reason_phrases_stay() {
    for line in [
        "HTTP/1.1 200 Fine, thanks",
        "HTTP/1.1 404 ",
        "HTTP/1.1 299 ",
        "HTTP/1.1 500 Not OK",
    ] {
        let answer = passed_back(format!("{line}\r\nContent-Length: 2\r\n\r\nok"));
        assert_eq!(answer.start_line(), line);
    }
}

/// A deviation: hyper's parser gives no reason phrase with bytes above 0x7F, so it is left empty. Nobody acts
/// on it (RFC 9112 §4).
#[test]
fn a_reason_phrase_above_0x7f_is_left_empty() {
    let answer = passed_back(b"HTTP/1.1 200 Tr\xE8s bien\r\nContent-Length: 2\r\n\r\nok");
    assert_eq!(answer.start_line(), "HTTP/1.1 200 ");
}

#[test]
fn an_answer_without_content_has_no_body_and_no_framing() {
    for line in ["HTTP/1.1 204 No Content", "HTTP/1.1 304 Not Modified"] {
        let answer = passed_back(format!("{line}\r\nETag: \"x\"\r\n\r\n"));
        assert_eq!(answer.head, format!("{line}\r\nETag: \"x\""));
    }
}

#[test]
fn the_answer_to_a_head_request_keeps_its_length_and_has_no_body() {
    let answer = "HTTP/1.1 200 OK\r\nX-A: 1\r\nContent-Length: 1234\r\nX-B: 2\r\n\r\n";
    let head = get("/").replace("GET", "HEAD");
    let received = answer_to(head, answer).expect("a head");
    assert_eq!(format!("{}\r\n\r\n", received.head), answer);
}

#[test]
fn the_length_of_a_304_stays() {
    let answer = "HTTP/1.1 304 Not Modified\r\nContent-Length: 1234\r\nETag: \"x\"\r\n\r\n";
    let received = answer_to(get("/"), answer).expect("a head");
    assert_eq!(format!("{}\r\n\r\n", received.head), answer);
}

#[test]
fn an_answer_may_have_more_fields_than_most_and_not_without_end() {
    for (fields, status) in [(100, 200), (101, 200), (256, 200), (257, 502)] {
        // Content-Length is one more.
        let lines: String = (1..fields).fold(String::new(), |lines, number| {
            lines + &format!("X-Field-{number}: {number}\r\n")
        });
        let answer = passed_back(format!(
            "HTTP/1.1 200 OK\r\n{lines}Content-Length: 0\r\n\r\n"
        ));
        assert_eq!(answer.status, status, "{fields} fields");
        if status == 200 {
            assert_eq!(answer.lines().len(), fields);
            assert_eq!(answer.field("x-field-99"), ["99"]);
        }
    }
}
