//! One message through a fresh hooksieve, and what becomes of it.

use std::io::{self, Write};

use super::{Hooksieve, Message, Upstream, ask, connect, exchange, post, read_message, rest};

/// An answer that says nothing.
pub const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

/// What the upstream gets of `request`.
pub fn passed_on(request: impl AsRef<[u8]>) -> Message {
    passed_on_with("", request)
}

/// The same with these lines in the config.
pub fn passed_on_with(config: &str, request: impl AsRef<[u8]>) -> Message {
    let upstream = Upstream::answering(OK);
    let hooksieve = Hooksieve::with(&upstream, config);
    let answer = exchange(hooksieve.address(), request);
    assert_eq!(answer.status, 200, "{}", answer.text());
    let mut requests = upstream.requests();
    assert_eq!(requests.len(), 1);
    requests.remove(0)
}

/// What the sender of an event gets of `answer`, after which the upstream closes.
pub fn passed_back(answer: impl AsRef<[u8]>) -> Message {
    answer_to(post("{}"), answer).expect("the answer is whole")
}

/// What the sender of `request` gets of `answer`, after which the upstream closes.
pub fn answer_to(request: impl AsRef<[u8]>, answer: impl AsRef<[u8]>) -> io::Result<Message> {
    let answer = answer.as_ref().to_vec();
    let upstream = Upstream::new(move |mut connection| {
        connection.request();
        connection.write(&answer);
        connection.finish();
        let _ = connection.rest();
    });
    let hooksieve = Hooksieve::before(&upstream);
    let mut stream = connect(hooksieve.address());
    stream.write_all(request.as_ref())?;
    let bodiless = request.as_ref().starts_with(b"HEAD ");
    read_message(&mut stream, bodiless)
}

/// Sends each request on a connection of its own. Each is to be answered with `status` and its connection
/// closed, none is to reach the upstream, and each is to be accounted for once.
pub fn assert_refused<R: AsRef<[u8]>>(status: u16, requests: &[R]) {
    let upstream = Upstream::answering(OK);
    let mut hooksieve = Hooksieve::before(&upstream);
    for request in requests {
        let shown = request.as_ref().escape_ascii();
        let mut stream = connect(hooksieve.address());
        let answer = ask(&mut stream, request);
        assert_eq!(answer.status, status, "{shown}");
        let rest = rest(&mut stream).expect("a clean end");
        assert!(rest.is_empty(), "something follows: {shown}");
    }
    let events = hooksieve.stop();
    assert_eq!(events.len(), requests.len(), "{events:#?}");
    for event in events {
        assert_eq!(event["status"], status, "{event}");
        assert_ne!(event["verdict"], "forward", "{event}");
    }
    assert_eq!(upstream.connections(), 0, "nothing reaches the upstream");
}
