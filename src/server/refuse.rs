//! Telling a sender that there are too many connections, at little cost.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::timeout;

use super::close;
use crate::transport::Transport;

/// How long to wait for the request before it is answered. An answer that comes first confuses senders.
const FIRST_BYTE: Duration = Duration::from_secs(1);

const ANSWER: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\n\
    Retry-After: 1\r\n\
    Content-Type: text/plain; charset=utf-8\r\n\
    Content-Length: 81\r\n\
    Connection: close\r\n\
    \r\n\
    hooksieve: too many connections at once; the event was not delivered, send again\n";

/// Answers whatever comes on `stream` with a 503.
pub async fn too_many(mut stream: Transport) {
    // A read, since a new socket counts as readable until one has found nothing.
    let mut first = [0; 16];
    let begun = timeout(FIRST_BYTE, stream.read(&mut first)).await;
    if matches!(begun, Ok(Ok(1..))) && stream.write_all(ANSWER).await.is_ok() {
        close::linger(stream).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_announced_length_is_the_length() {
        let answer = std::str::from_utf8(ANSWER).expect("ASCII");
        let (head, body) = answer.split_once("\r\n\r\n").expect("a head and a body");
        assert!(head.contains(&format!("Content-Length: {}\r\n", body.len())));
    }
}
