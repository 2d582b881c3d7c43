//! Chunks and trailers (RFC 9112 §7.1, RFC 9110 §6.5).

use super::chunked;

use crate::support::{answer_to, assert_refused, passed_on, passed_on_with, post_with};

#[test]
fn a_malformed_chunk_is_a_400() {
    let bodies = [
        "+2\r\n{}\r\n0\r\n\r\n",
        "-2\r\n{}\r\n0\r\n\r\n",
        "0x2\r\n{}\r\n0\r\n\r\n",
        "g\r\n{}\r\n0\r\n\r\n",
        "\r\n{}\r\n0\r\n\r\n",
        ";a=b\r\n{}\r\n0\r\n\r\n",
        "2 2\r\n{}\r\n0\r\n\r\n",
        "2\r\n{}0\r\n\r\n",
        "2\r\n{}\n0\r\n\r\n",
        "2\r\n{}xx0\r\n\r\n",
        "2\n{}\r\n0\r\n\r\n",
        "2;\n{}\r\n0\r\n\r\n",
        "10000000000000002\r\n{}\r\n0\r\n\r\n",
        "fffffffffffffffff\r\n{}\r\n0\r\n\r\n",
        "2\r\n{}\r\n0\r\nno colon\r\n\r\n",
    ];
    assert_refused(400, &bodies.map(chunked));
}

#[test]
fn unknown_chunk_extensions_are_ignored() {
    let received = passed_on(chunked("2;a=b;c=\"d\" ; e\r\n{}\r\n0;last\r\n\r\n"));
    assert_eq!(
        (received.text(), received.field("content-length")),
        ("{}", vec!["2"])
    );
}

#[test]
fn chunk_extensions_are_limited_in_total() {
    let extension = "x".repeat(1000);
    let chunks = format!("1;{extension}\r\n \r\n").repeat(20);
    assert_refused(400, &[chunked(&format!("{chunks}0\r\n\r\n"))]);
}

#[test]
fn trailers_of_a_request_go_no_further() {
    let trailers = "X-Trailer: 1\r\nHost: b\r\nContent-Length: 9\r\nAuthorization: c\r\n";
    let request = chunked(&format!("2\r\n{{}}\r\n0\r\n{trailers}\r\n"));
    let received = passed_on(&request);
    assert_eq!(received.lines(), ["Host: a", "Content-Length: 2"]);

    let part = "x".repeat(0x1000);
    let large = chunked(&format!("1000\r\n{part}\r\n0\r\n{trailers}\r\n"));
    let received = passed_on_with("[limits]\ninspect = \"1 KiB\"\n", large);
    assert_eq!(received.lines(), ["Host: a", "Transfer-Encoding: chunked"]);
    assert_eq!(
        (received.body.len(), received.trailers.as_str()),
        (0x1000, "")
    );
}

#[test]
fn trailers_of_an_answer_go_no_further() {
    let head = "HTTP/1.1 200 OK\r\nTrailer: X-Trailer\r\nTransfer-Encoding: chunked";
    let answer = format!("{head}\r\n\r\n2\r\nok\r\n0\r\nX-Trailer: 1\r\nSet-Cookie: a\r\n\r\n");
    let received = answer_to(post_with("TE: trailers\r\n", "{}"), answer).expect("an answer");
    assert_eq!(
        (
            received.head.as_str(),
            received.text(),
            received.trailers.as_str()
        ),
        (head, "ok", "")
    );
}
