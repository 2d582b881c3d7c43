//! Telling a sender that there are too many connections, at little cost.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::close;
use crate::transport::Transport;

/// How many refused connections are answered at once. Any more are closed without a word, so that a flood of them
/// takes next to no memory.
const TOLD_AT_ONCE: usize = 256;
/// One permit for each that is being answered.
static TELLING: Semaphore = Semaphore::const_new(TOLD_AT_ONCE);

/// How long the request may keep us waiting. It is answered only once it begins to come: an answer that is there
/// before its request confuses senders.
const FIRST_BYTE: Duration = Duration::from_secs(1);

const ANSWER: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\n\
    Retry-After: 1\r\n\
    Content-Type: text/plain; charset=utf-8\r\n\
    Content-Length: 81\r\n\
    Connection: close\r\n\
    \r\n\
    hooksieve: too many connections at once; the event was not delivered, send again\n";

/// Answers the request that comes on `stream` with a 503, without reading it.
pub async fn too_many(mut stream: Transport) {
    let Ok(_telling) = TELLING.try_acquire() else {
        return;
    };
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
