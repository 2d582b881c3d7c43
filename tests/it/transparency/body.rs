//! Bodies, there and back.

use crate::support::{answer_to, get, passed_back, passed_on, passed_on_with, post};

/// Bytes of every value, in no order and without an end to their period that a buffer could hide.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    let next = |_| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[3]
    };
    (0..length).map(next).collect()
}

fn with_length(body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head = format!("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\n\r\n");
    [head.as_bytes(), body].concat()
}

fn in_chunks_of(size: usize, body: &[u8]) -> Vec<u8> {
    let mut request = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
    for chunk in body.chunks(size) {
        request.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
        request.extend_from_slice(chunk);
        request.extend_from_slice(b"\r\n");
    }
    request.extend_from_slice(b"0\r\n\r\n");
    request
}

#[test]
fn json_arrives_as_it_was_written() {
    let body = "{ \"type\" : \"\\u0069nvoice.paid\",\r\n\t\"n\": 1.0e+02, \"n\": -0, \"\u{e9}\": \"\\/\" }\n";
    assert_eq!(passed_on(post(body)).text(), body);
}

#[test]
fn bytes_of_any_value_arrive() {
    let body = noise(100_000);
    assert!(passed_on(with_length(&body)).body == body);
}

#[test]
fn what_is_no_json_arrives() {
    for body in [
        "payload=%7B%22type%22%7D",
        "<xml/>",
        "{\"type\": ",
        "\u{feff}{}",
        "null",
        "\0",
    ] {
        assert_eq!(passed_on(post(body)).text(), body);
    }
}

#[test]
fn a_body_exactly_at_the_inspection_limit_arrives_and_its_length_is_known() {
    let body = noise(1024);
    let config = "[limits]\ninspect = \"1 KiB\"\n";
    for request in [with_length(&body), in_chunks_of(100, &body)] {
        let received = passed_on_with(config, request);
        assert_eq!(received.field("content-length"), ["1024"]);
        assert!(received.body == body);
    }
}

#[test]
fn a_body_one_byte_beyond_the_inspection_limit_arrives_and_stays_as_it_is_framed() {
    let body = noise(1025);
    let config = "[limits]\ninspect = \"1 KiB\"\n";
    for (request, field, value) in [
        (with_length(&body), "content-length", "1025"),
        (in_chunks_of(100, &body), "transfer-encoding", "chunked"),
    ] {
        let received = passed_on_with(config, request);
        assert_eq!(received.field(field), [value]);
        assert!(received.body == body);
    }
}

#[test]
fn a_chunked_body_goes_on_with_its_length() {
    let body = noise(70_000);
    let received = passed_on(in_chunks_of(999, &body));
    assert_eq!(received.field("content-length"), ["70000"]);
    assert!(received.field("transfer-encoding").is_empty());
    assert!(received.body == body);
}

#[test]
fn a_chunked_body_of_nothing_goes_on_with_a_length_of_zero() {
    let received = passed_on(in_chunks_of(1, b""));
    assert_eq!(received.lines(), ["Host: a", "Content-Length: 0"]);
}

#[test]
fn the_body_of_a_get_arrives() {
    let received = passed_on("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}");
    assert_eq!(received.text(), "{}");
}

#[test]
fn an_answer_with_a_length_comes_back_as_it_was() {
    let body = noise(300_000);
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
    let answer = passed_back([head.as_bytes(), &body].concat());
    assert_eq!(answer.head, head.trim_end());
    assert!(answer.body == body);
}

#[test]
fn a_chunked_answer_comes_back_chunked_with_the_same_content() {
    let body = noise(20_000);
    let chunks = in_chunks_of(777, &body);
    let (_, chunks) = chunks.split_at(
        chunks
            .windows(4)
            .position(|end| end == b"\r\n\r\n")
            .expect("a head"),
    );
    let answer = passed_back([b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked", chunks].concat());
    assert_eq!(answer.lines(), ["Transfer-Encoding: chunked"]);
    assert!(answer.body == body);
}

#[test]
fn an_answer_that_ends_with_its_connection_comes_back_chunked() {
    for version in ["1.0", "1.1"] {
        let answer = passed_back(format!(
            "HTTP/{version} 200 OK\r\nX-A: 1\r\n\r\nall there is"
        ));
        assert_eq!(
            answer.head,
            "HTTP/1.1 200 OK\r\nX-A: 1\r\nTransfer-Encoding: chunked"
        );
        assert_eq!(answer.text(), "all there is");
    }
}

#[test]
fn an_http_1_0_sender_gets_a_chunked_answer_up_to_the_end_of_the_connection() {
    let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nall t\r\n7\r\nhere is\r\n0\r\n\r\n";
    let request = get("/").replace("HTTP/1.1", "HTTP/1.0");
    let answer = answer_to(request, chunked).expect("the answer is whole");
    assert_eq!(answer.head, "HTTP/1.0 200 OK");
    assert_eq!(answer.text(), "all there is");
}

#[test]
fn compressed_bodies_are_left_alone_both_ways() {
    let coded = noise(500);
    let head = format!(
        "Content-Encoding: gzip\r\nContent-Length: {}\r\n\r\n",
        coded.len()
    );
    let request = [b"POST / HTTP/1.1\r\nHost: a\r\n", head.as_bytes(), &coded].concat();
    assert!(passed_on(request).body == coded);
    let answer = passed_back([b"HTTP/1.1 200 OK\r\n", head.as_bytes(), &coded].concat());
    assert_eq!(answer.field("content-encoding"), ["gzip"]);
    assert!(answer.body == coded);
}
