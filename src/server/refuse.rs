//! Telling a sender that there is no room for it, at little cost.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::timeout;

use super::close;
use crate::tls::Offer;
use crate::transport::Transport;

/// How long the request may keep us waiting. It is answered only once it begins to come: an answer that is there
/// before its request confuses senders.
const FIRST_BYTE: Duration = Duration::from_secs(1);

const TOO_MANY: &str = "too many connections at once";
const NO_MEMORY: &str = "too much is in flight";
const PLAIN: &str = "this port speaks TLS; send to it by https://";

/// Answers the request that comes on `stream` with a 503, without reading it. Where hands are to be shaken first, that is
/// to be soon.
pub async fn too_many(stream: Transport, offer: Option<Offer>) {
    let mut stream = match (stream, offer) {
        (Transport::Tcp(tcp), Some(offer)) => match timeout(FIRST_BYTE, offer.accept(tcp)).await {
            Ok(Ok(stream)) => Transport::Tls(Box::new(stream)),
            Ok(Err(_)) | Err(_) => return,
        },
        (stream, _) => stream,
    };
    // A read, since a new socket counts as readable until one has found nothing.
    let mut first = [0; 16];
    if matches!(
        timeout(FIRST_BYTE, stream.read(&mut first)).await,
        Ok(Ok(1..))
    ) {
        tell(stream, &unavailable(TOO_MANY)).await;
    }
}

/// Answers the plain request that has begun on `stream`, where TLS is spoken, with a 400.
pub async fn plain(stream: Transport) {
    tell(stream, &bad_request(PLAIN)).await;
}

/// Answers the request that has begun on `stream` with a 503, without reading the rest of it.
pub async fn no_memory(stream: Transport) {
    tell(stream, &unavailable(NO_MEMORY)).await;
}

async fn tell(mut stream: Transport, answer: &str) {
    if stream.write_all(answer.as_bytes()).await.is_ok() {
        close::linger(stream).await;
    }
}

fn unavailable(why: &str) -> String {
    let text = format!("hooksieve: {why}; the event was not delivered, send it again\n");
    answer("503 Service Unavailable\r\nRetry-After: 1", &text)
}

fn bad_request(why: &str) -> String {
    answer("400 Bad Request", &format!("hooksieve: {why}\n"))
}

fn answer(status: &str, text: &str) -> String {
    format!(
        "HTTP/1.1 {status}\r\n\
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
        for answer in [unavailable(TOO_MANY), bad_request(PLAIN)] {
            let (head, body) = answer.split_once("\r\n\r\n").expect("a head and a body");
            assert!(head.contains(&format!("Content-Length: {}\r\n", body.len())));
        }
    }
}
