//! Telling a sender that there is no room for it, at little cost.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::timeout;

use super::close;
use crate::transport::Transport;

/// How long the request may keep us waiting. It is answered only once it begins to come: an answer that is there
/// before its request confuses senders.
const FIRST_BYTE: Duration = Duration::from_secs(1);

const TOO_MANY: &str = "too many connections at once";
const NO_MEMORY: &str = "too much is in flight";

/// Answers the request that comes on `stream` with a 503, without reading it.
pub async fn too_many(mut stream: Transport) {
    // A read, since a new socket counts as readable until one has found nothing.
    let mut first = [0; 16];
    if matches!(
        timeout(FIRST_BYTE, stream.read(&mut first)).await,
        Ok(Ok(1..))
    ) {
        tell(stream, TOO_MANY).await;
    }
}

/// Answers the request that has begun on `stream` with a 503, without reading the rest of it.
pub async fn no_memory(stream: Transport) {
    tell(stream, NO_MEMORY).await;
}

async fn tell(mut stream: Transport, why: &str) {
    if stream.write_all(answer(why).as_bytes()).await.is_ok() {
        close::linger(stream).await;
    }
}

fn answer(why: &str) -> String {
    let text = format!("hooksieve: {why}; the event was not delivered, send it again\n");
    format!(
        "HTTP/1.1 503 Service Unavailable\r\n\
         Retry-After: 1\r\n\
         Content-Type: text/plain; charset=utf-8\r\n\
         Content-Length: {}\r\n\
         Connection: close\r\n\
         \r\n\
         {text}",
        text.len()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_announced_length_is_the_length() {
        let answer = answer(TOO_MANY);
        let (head, body) = answer.split_once("\r\n\r\n").expect("a head and a body");
        assert!(head.contains(&format!("Content-Length: {}\r\n", body.len())));
    }
}
