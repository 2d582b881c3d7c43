//! Where a message ends (RFC 9112 §6 and §9, RFC 9110 §8.6).

use super::{again_and_again, chunked, raw};

use crate::support::{
    Gate, Hooksieve, Message, OK, Upstream, ask, assert_refused, connect, exchange, get,
    passed_back, passed_on, post, rest,
};

/// The status that the sender gets when the upstream answers so.
fn status_for(answer: &str) -> u16 {
    passed_back(answer).status
}

#[test]
fn of_content_length_and_transfer_encoding_the_chunks_are_true_and_the_connection_closes() {
    let length = "Content-Length: 4\r\n";
    let coding = "Transfer-Encoding: chunked\r\n";
    for lines in [format!("{length}{coding}"), format!("{coding}{length}")] {
        let upstream = Upstream::answering(OK);
        let hooksieve = Hooksieve::before(&upstream);
        let mut stream = connect(hooksieve.address());
        let smuggled = get("/smuggled");
        let request = raw(
            &lines,
            &format!("b\r\n{{\"n\": \"ab\"}}\r\n0\r\n\r\n{smuggled}"),
        );
        let answer = ask(&mut stream, request);
        assert_eq!(
            (answer.status, answer.field("connection")),
            (200, vec!["close"])
        );
        assert!(rest(&mut stream).expect("a clean end").is_empty());
        let received = upstream.requests();
        assert_eq!(received.len(), 1, "what follows is not served");
        assert_eq!(received[0].text(), r#"{"n": "ab"}"#);
        assert_eq!(received[0].field("content-length"), ["11"]);
        assert!(received[0].field("transfer-encoding").is_empty());
    }
}

#[test]
fn in_an_answer_with_both_the_chunks_are_true_as_well() {
    let both = "Content-Length: 3\r\nTransfer-Encoding: chunked";
    let answer = passed_back(format!(
        "HTTP/1.1 200 OK\r\n{both}\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
    ));
    assert_eq!(answer.lines(), ["Transfer-Encoding: chunked"]);
    assert_eq!(answer.text(), "hello");
}

#[test]
fn a_request_whose_last_coding_is_not_chunked_is_a_400() {
    let codings = [
        "gzip",
        "identity",
        "chunked, gzip",
        "chunked;q=1",
        "xchunked",
        "\"chunked\"",
        "\x0bchunked",
    ];
    assert_refused(
        400,
        &codings.map(|coding| raw(&format!("Transfer-Encoding: {coding}\r\n"), "0\r\n\r\n")),
    );
}

#[test]
fn an_unknown_coding_before_chunked_is_a_501() {
    let codings = [
        "gzip, chunked",
        "x, chunked",
        "chunked, x, chunked",
        "gzip\r\nTransfer-Encoding: chunked",
    ];
    assert_refused(
        501,
        &codings.map(|coding| raw(&format!("Transfer-Encoding: {coding}\r\n"), "0\r\n\r\n")),
    );
}

#[test]
fn chunked_twice_is_a_400_in_one_line_or_two() {
    let codings = [
        "chunked, chunked",
        "chunked\r\nTransfer-Encoding: chunked",
        "Chunked,CHUNKED",
    ];
    assert_refused(
        400,
        &codings.map(|coding| raw(&format!("Transfer-Encoding: {coding}\r\n"), "0\r\n\r\n")),
    );
}

#[test]
fn an_answer_in_another_coding_is_a_502() {
    for coding in [
        "gzip",
        "gzip, chunked",
        "chunked, chunked",
        "chunked\r\nTransfer-Encoding: chunked",
    ] {
        let answer = format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: {coding}\r\n\r\n0\r\n\r\n");
        assert_eq!(status_for(&answer), 502, "{coding}");
    }
}

#[test]
fn transfer_encoding_in_http_1_0_is_a_400() {
    assert_refused(
        400,
        &[chunked("2\r\n{}\r\n0\r\n\r\n").replace("HTTP/1.1", "HTTP/1.0")],
    );
}

#[test]
fn transfer_encoding_in_an_http_1_0_answer_is_a_502() {
    let answer = "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
    assert_eq!(status_for(answer), 502);
}

#[test]
fn an_invalid_content_length_is_a_400() {
    let lengths = [
        "",
        "+2",
        "-2",
        "0x2",
        "2.0",
        "two",
        "2 2",
        "2,2",
        "2;",
        "18446744073709551616",
    ];
    assert_refused(
        400,
        &lengths.map(|length| raw(&format!("Content-Length: {length}\r\n"), "{}")),
    );
}

#[test]
fn differing_content_lengths_are_a_400() {
    let lengths = [
        "2\r\nContent-Length: 3",
        "2\r\nX-A: 1\r\nContent-Length: 0",
        "2, 3",
    ];
    assert_refused(
        400,
        &lengths.map(|length| raw(&format!("Content-Length: {length}\r\n"), "{}")),
    );
}

/// RFC 9112 §6.3 leaves the choice: valid and the same, they are one.
#[test]
fn the_same_content_length_twice_becomes_one() {
    let received = passed_on(raw("Content-Length: 2\r\nContent-Length: 2\r\n", "{}"));
    assert_eq!(received.lines(), ["Host: a", "Content-Length: 2"]);
}

#[test]
fn an_answer_with_an_invalid_or_differing_content_length_is_a_502() {
    for length in [
        "",
        "+2",
        "-2",
        "two",
        "2, 3",
        "2, 2",
        "2\r\nContent-Length: 3",
        "18446744073709551616",
    ] {
        let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\nok");
        let answer = passed_back(answer);
        assert_eq!(answer.status, 502, "{length}");
        assert!(
            answer.text().starts_with("hooksieve: "),
            "the answer itself is not passed back"
        );
    }
}

/// The answer to `request`, and to the request after it on the same connection.
fn answer_and_next(request: &str, answer: &str) -> (Message, Message) {
    let answers = [
        answer.to_owned(),
        "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n".to_owned(),
    ];
    let upstream = Upstream::new(move |mut connection| {
        while let Some(request) = connection.request() {
            connection.write(&answers[usize::from(request.start_line().contains("/next"))]);
        }
    });
    let hooksieve = Hooksieve::before(&upstream);
    let mut stream = connect(hooksieve.address());
    (ask(&mut stream, request), ask(&mut stream, get("/next")))
}

#[test]
fn there_is_no_body_after_head_204_and_304() {
    let head = get("/").replace("GET", "HEAD");
    let length = "Content-Length: 5\r\n";
    for (request, answer) in [
        (&head, format!("HTTP/1.1 200 OK\r\n{length}\r\n")),
        (
            &head,
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_owned(),
        ),
        (&head, "HTTP/1.1 200 OK\r\n\r\n".to_owned()),
        (&post("{}"), "HTTP/1.1 204 No Content\r\n\r\n".to_owned()),
        (
            &post("{}"),
            format!("HTTP/1.1 304 Not Modified\r\n{length}\r\n"),
        ),
    ] {
        let (_, next) = answer_and_next(request, &answer);
        assert_eq!(next.start_line(), "HTTP/1.1 201 Created", "{answer}");
    }
}

#[test]
fn a_204_has_no_content_length() {
    let (answer, next) = answer_and_next(
        &post("{}"),
        "HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n",
    );
    assert_eq!(answer.head, "HTTP/1.1 204 No Content");
    assert_eq!(next.status, 201);
}

#[test]
fn the_content_length_of_a_head_answer_passes() {
    let head = get("/").replace("GET", "HEAD");
    let (answer, _) = answer_and_next(&head, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
    assert_eq!(answer.field("content-length"), ["5"]);
}

#[test]
fn a_refusal_before_the_body_was_read_closes_the_connection() {
    let unread = raw(
        "Expect: a-miracle\r\nContent-Length: 100000\r\n",
        &"x".repeat(50_000),
    );
    assert_refused(417, &[unread]);
}

#[test]
fn bytes_after_a_complete_answer_die_with_the_connection() {
    let upstream = Upstream::new(|mut connection| {
        while connection.request().is_some() {
            connection.write(format!(
                "{OK}HTTP/1.1 500 Not asked for\r\nContent-Length: 0\r\n\r\n"
            ));
        }
    });
    let hooksieve = Hooksieve::before(&upstream);
    let mut stream = connect(hooksieve.address());
    let times = again_and_again(|| assert_eq!(ask(&mut stream, post("{}")).status, 200));
    assert_eq!(upstream.connections(), times, "none is used again");
}

#[test]
fn bytes_on_an_idle_connection_are_not_taken_for_an_answer() {
    let (answered, written) = (Gate::default(), Gate::default());
    let upstream = Upstream::new({
        let (answered, written) = (answered.clone(), written.clone());
        move |mut connection| {
            let number = connection.number;
            while connection.request().is_some() {
                connection.write(OK);
                if number == 0 {
                    answered.pass();
                    connection.write("HTTP/1.1 500 Not asked for\r\nContent-Length: 0\r\n\r\n");
                    written.open();
                    assert!(
                        connection.rest().map_or(true, |rest| rest.is_empty()),
                        "nothing more comes"
                    );
                    return;
                }
            }
        }
    });
    let hooksieve = Hooksieve::before(&upstream);
    let address = hooksieve.address();
    assert_eq!(exchange(address, post("{}")).status, 200);
    answered.open();
    written.pass();
    let times = again_and_again(|| assert_eq!(exchange(address, post("{}")).status, 200));
    assert_eq!(upstream.requests().len(), 1 + times);
}
