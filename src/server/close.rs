//! Ending a connection so that its last answer is not lost, or so that a broken one is not taken for whole.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::task::yield_now;
use tokio::time::timeout;

use crate::transport::Transport;

/// How long a sender that is still sending may take to read its answer. A kernel that closes a socket with
/// unread bytes in it resets the connection, and the reset destroys the answer on its way (RFC 9112 §9.6).
const LINGER: Duration = Duration::from_secs(2);
/// The most that is read and thrown away meanwhile.
const LINGER_BYTES: usize = 16 * 1024 * 1024;

/// Closes our side of a connection, where it is still open, and waits for the sender to close the other.
pub async fn linger(mut stream: Transport) {
    // hyper does so itself, but not behind a request that asked for another protocol.
    let _ = stream.shutdown().await;
    let drained = async {
        let mut scrap = vec![0; 16 * 1024];
        let mut left = LINGER_BYTES;
        while left > 0 {
            match stream.read(&mut scrap).await {
                Ok(0) | Err(_) => return,
                Ok(read) => left = left.saturating_sub(read),
            }
            // One who keeps sending keeps nobody else waiting.
            yield_now().await;
        }
    };
    // A sender that is still sending has had its time to read.
    let _ = timeout(LINGER, drained).await;
}
