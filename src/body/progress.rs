//! What becomes of a body once it has been handed to hyper: whether it gets on, and when a piece of it is written.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;

/// Whether a streamed body gets on, for whoever waits for the answer to it.
#[derive(Debug, Default)]
pub struct Progress {
    moved: AtomicBool,
    starved: AtomicBool,
    unwritten: AtomicBool,
    /// Wakes whoever waits for a piece to be written.
    written: Mutex<Option<Waker>>,
}

/// Says when a piece has been written.
pub(super) struct Unwritten(Arc<Progress>);

/// A piece in hyper's queue, with what is to go when it is written.
struct Queued<T> {
    piece: Bytes,
    _until_written: T,
}

impl Progress {
    /// Whether a piece went on since this was last asked, or the sender is being waited for (who has a
    /// deadline of its own).
    #[must_use]
    pub fn made(&self) -> bool {
        self.moved.swap(false, Ordering::Relaxed) || self.starved.load(Ordering::Relaxed)
    }

    /// Ready when the last piece has been written.
    pub(super) fn poll_written(&self, cx: &mut Context<'_>) -> Poll<()> {
        if !self.unwritten.load(Ordering::Relaxed) {
            return Poll::Ready(());
        }
        self.starved.store(false, Ordering::Relaxed);
        let mut written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        *written = Some(cx.waker().clone());
        Poll::Pending
    }

    /// Notes whether the next piece is there.
    pub(super) fn note<T>(&self, piece: &Poll<T>) {
        self.starved.store(piece.is_pending(), Ordering::Relaxed);
        self.moved.fetch_or(piece.is_ready(), Ordering::Relaxed);
    }
}

impl Unwritten {
    /// For the next piece, which is on its way from now on.
    pub(super) fn new(progress: &Arc<Progress>) -> Self {
        progress.unwritten.store(true, Ordering::Relaxed);
        Self(progress.clone())
    }
}

impl Drop for Unwritten {
    fn drop(&mut self) {
        self.0.unwritten.store(false, Ordering::Relaxed);
        let mut written = self
            .0
            .written
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(waker) = written.take() {
            waker.wake();
        }
    }
}

impl<T> AsRef<[u8]> for Queued<T> {
    fn as_ref(&self) -> &[u8] {
        &self.piece
    }
}

/// The same piece, with which `until_written` goes once it is written.
pub(super) fn queued<T: Send + 'static>(piece: Bytes, until_written: T) -> Bytes {
    Bytes::from_owner(Queued {
        piece,
        _until_written: until_written,
    })
}
