//! Ending a connection so that its last answer is not lost, or so that a broken one is not taken for whole.

use std::future::poll_fn;
use std::mem::MaybeUninit;
use std::pin::Pin;
use std::task::{Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWriteExt, ReadBuf};
use tokio::time::timeout;

use crate::transport::Transport;

/// How long a sender that is still sending may take to read its answer. A kernel that closes a socket with
/// unread bytes in it resets the connection, and the reset destroys the answer on its way (RFC 9112 §9.6).
const LINGER: Duration = Duration::from_secs(2);
/// The most that is read and thrown away meanwhile.
const LINGER_BYTES: usize = 16 * 1024 * 1024;

/// Closes our side of a connection, where it is still open, and waits for the sender to close the other.
pub async fn linger(mut stream: Transport) {
    // A sender that is still sending has had its time to read.
    let _ = timeout(LINGER, drain(&mut stream)).await;
}

async fn drain(stream: &mut Transport) {
    // hyper does so itself, but not behind a request that asked for another protocol.
    let _ = stream.shutdown().await;
    let mut left = LINGER_BYTES;
    poll_fn(|cx| {
        // On the stack, so that nothing is held while there is nothing to read.
        let mut scrap = [MaybeUninit::uninit(); 16 * 1024];
        let mut scrap = ReadBuf::uninit(&mut scrap);
        let read = ready!(Pin::new(&mut *stream).poll_read(cx, &mut scrap));
        left = left.saturating_sub(scrap.filled().len());
        if read.is_err() || scrap.filled().is_empty() || left == 0 {
            return Poll::Ready(());
        }
        // One who keeps sending keeps nobody else waiting.
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}
