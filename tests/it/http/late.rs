//! Endpoints that send a body where there is none: it is nobody's answer, however late it comes.

use super::again_and_again;

use crate::support::{Hooksieve, Upstream, ask, connect, exchange, get, post};

const FAILED: &str = "HTTP/1.1 500 Failed\r\nContent-Length: 0\r\n\r\n";
/// A body that reads like an answer.
const LATE: &str = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

/// An upstream that answers the first request with `answer` and writes a body to it when it reads the next one on
/// the same connection. Everything else fails.
fn writing_late(answer: &'static str) -> Upstream {
    Upstream::new(move |mut connection| {
        while let Some(request) = connection.request() {
            if request.start_line().contains("/first") {
                connection.write(answer);
                if connection.request().is_some() {
                    connection.write(LATE);
                }
            }
            connection.write(FAILED);
        }
    })
}

/// Asks with `method` for an answer, and has events follow it. None may be acknowledged.
fn assert_never_taken_for_an_answer(method: &str, answer: &'static str) {
    let upstream = writing_late(answer);
    let hooksieve = Hooksieve::before(&upstream);
    let address = hooksieve.address();
    let mut stream = connect(address);
    let first = get("/first").replace("GET", method);
    assert!(answer.contains(&ask(&mut stream, first).status.to_string()));
    again_and_again(|| assert_eq!(exchange(address, post("{}")).status, 500, "{answer:?}"));
}

#[test]
fn a_late_body_behind_the_answer_to_a_head_is_not_taken_for_an_answer() {
    for answer in [
        "HTTP/1.1 200 OK\r\nContent-Length: 38\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\n\r\n",
        "HTTP/1.1 404 Not Found\r\nContent-Length: 38\r\n\r\n",
    ] {
        assert_never_taken_for_an_answer("HEAD", answer);
    }
}

#[test]
fn a_late_body_behind_a_304_or_a_204_that_announces_one_is_not_taken_for_an_answer() {
    for answer in [
        "HTTP/1.1 304 Not Modified\r\n\r\n",
        "HTTP/1.1 304 Not Modified\r\nContent-Length: 38\r\n\r\n",
        "HTTP/1.1 204 No Content\r\nContent-Length: 38\r\n\r\n",
        "HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n",
    ] {
        assert_never_taken_for_an_answer("GET", answer);
    }
}

/// Most endpoints that answer 204 keep to it, and their connections are worth keeping.
#[test]
fn a_connection_on_which_a_204_announced_no_body_is_used_again() {
    for answer in [
        "HTTP/1.1 204 No Content\r\n\r\n",
        "HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n",
    ] {
        let upstream = Upstream::answering(answer);
        let hooksieve = Hooksieve::before(&upstream);
        let address = hooksieve.address();
        let times = again_and_again(|| assert_eq!(exchange(address, post("{}")).status, 204));
        assert!(upstream.connections() < times, "of {times}");
    }
}
