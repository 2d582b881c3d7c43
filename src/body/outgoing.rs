//! The body of a request on its way to the upstream.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;

use super::{Buffered, Hold};
use crate::deadline::Deadline;

/// A request body as it goes to the upstream. Trailers are not passed on.
#[derive(Debug, Default)]
pub enum Outgoing {
    /// No body.
    #[default]
    Empty,
    /// A body that was read whole.
    Buffered(Pieces),
    /// The beginning of a body, and the rest of it as the sender sends it.
    Stream(Stream),
}

/// What a [`Buffered`] body consists of, piece by piece.
#[derive(Debug)]
pub struct Pieces {
    rest: std::vec::IntoIter<Bytes>,
    left: usize,
    _share: Hold,
}

/// A body too large to hold.
#[derive(Debug)]
pub struct Stream {
    beginning: Pieces,
    rest: Incoming,
    pause: Deadline,
    progress: Arc<Progress>,
}

/// Whether a streamed body gets on, for whoever waits for the answer to it.
#[derive(Debug, Default)]
pub struct Progress {
    moved: AtomicBool,
    starved: AtomicBool,
}

/// Why a streamed body ended before its end: the sender's doing, not the upstream's.
#[derive(Debug)]
pub enum SenderFailed {
    /// The sender broke off, or framed the body badly.
    Broke(hyper::Error),
    /// The sender paused for longer than it may.
    Paused,
}

impl Outgoing {
    /// A body that was read whole.
    #[must_use]
    pub fn buffered(body: Buffered) -> Self {
        Self::Buffered(Pieces::from(body))
    }

    /// The `beginning` of a body, followed by the `rest`, between whose pieces at most `pause` may pass.
    #[must_use]
    pub fn stream(beginning: Buffered, rest: Incoming, pause: Duration) -> Self {
        Self::Stream(Stream {
            beginning: beginning.into(),
            rest,
            pause: Deadline::new(pause),
            progress: Arc::default(),
        })
    }

    /// How a streamed body gets on. A body without this is all there from the start.
    #[must_use]
    pub fn progress(&self) -> Option<Arc<Progress>> {
        match self {
            Self::Empty | Self::Buffered(_) => None,
            Self::Stream(stream) => Some(stream.progress.clone()),
        }
    }
}

impl Progress {
    /// Whether a piece went on since this was last asked, or the sender is being waited for (who has a
    /// deadline of its own).
    #[must_use]
    pub fn made(&self) -> bool {
        self.moved.swap(false, Ordering::Relaxed) || self.starved.load(Ordering::Relaxed)
    }
}

impl From<Buffered> for Pieces {
    fn from(held: Buffered) -> Self {
        let (rest, left, share) = held.into_parts();
        Self {
            rest,
            left,
            _share: share,
        }
    }
}

impl Iterator for Pieces {
    type Item = Bytes;

    fn next(&mut self) -> Option<Bytes> {
        let piece = self.rest.next()?;
        self.left -= piece.len();
        Some(piece)
    }
}

impl Stream {
    fn poll_piece(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, SenderFailed>>> {
        let piece = self.poll_next(cx);
        let progress = &self.progress;
        progress
            .starved
            .store(piece.is_pending(), Ordering::Relaxed);
        progress.moved.fetch_or(piece.is_ready(), Ordering::Relaxed);
        piece
    }

    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, SenderFailed>>> {
        if let Some(piece) = self.beginning.next() {
            return Poll::Ready(Some(Ok(piece)));
        }
        loop {
            match Pin::new(&mut self.rest).poll_frame(cx) {
                Poll::Ready(Some(Ok(frame))) => {
                    self.pause.rewind();
                    // A trailer frame is no data: it is left out, and the end follows.
                    if let Ok(piece) = frame.into_data() {
                        return Poll::Ready(Some(Ok(piece)));
                    }
                }
                Poll::Ready(Some(Err(error))) => {
                    return Poll::Ready(Some(Err(SenderFailed::Broke(error))));
                }
                Poll::Ready(None) => return Poll::Ready(None),
                Poll::Pending => {
                    return self
                        .pause
                        .poll(cx)
                        .map(|()| Some(Err(SenderFailed::Paused)));
                }
            }
        }
    }
}

impl Body for Outgoing {
    type Data = Bytes;
    type Error = SenderFailed;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, SenderFailed>>> {
        let piece = match self.get_mut() {
            Self::Empty => Poll::Ready(None),
            Self::Buffered(pieces) => Poll::Ready(pieces.next().map(Ok)),
            Self::Stream(stream) => stream.poll_piece(cx),
        };
        piece.map_ok(Frame::data)
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Buffered(pieces) => pieces.left == 0,
            Self::Stream(stream) => stream.beginning.left == 0 && stream.rest.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Empty => SizeHint::with_exact(0),
            Self::Buffered(pieces) => SizeHint::with_exact(pieces.left as u64),
            Self::Stream(stream) => {
                let held = stream.beginning.left as u64;
                let rest = stream.rest.size_hint();
                let mut hint = SizeHint::new();
                hint.set_lower(held + rest.lower());
                if let Some(upper) = rest.upper() {
                    hint.set_upper(held + upper);
                }
                hint
            }
        }
    }
}

impl std::fmt::Display for SenderFailed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Broke(_) => "the sender's body broke off",
            Self::Paused => "the sender paused within the body for too long",
        })
    }
}

impl std::error::Error for SenderFailed {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Broke(error) => Some(error),
            Self::Paused => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::body::Memory;

    #[test]
    fn a_held_body_tells_its_length_and_its_end() {
        let mut held = Buffered::new(Memory::new(100).hold());
        assert!(held.push(Bytes::from_static(b"one")) && held.push(Bytes::from_static(b"four")));
        let mut body = Outgoing::buffered(held);
        let mut cx = Context::from_waker(std::task::Waker::noop());
        assert_eq!(body.size_hint().exact(), Some(7));

        for (piece, left) in [("one", 4), ("four", 0)] {
            let Poll::Ready(Some(Ok(frame))) = Pin::new(&mut body).poll_frame(&mut cx) else {
                panic!("a held piece is ready at once");
            };
            assert_eq!(frame.into_data().ok(), Some(Bytes::from(piece)));
            assert_eq!(body.size_hint().exact(), Some(left));
            assert_eq!(body.is_end_stream(), left == 0);
        }
        assert!(matches!(
            Pin::new(&mut body).poll_frame(&mut cx),
            Poll::Ready(None)
        ));
    }

    #[test]
    fn no_body_is_at_its_end_from_the_start() {
        assert!(Outgoing::Empty.is_end_stream());
        assert_eq!(Outgoing::Empty.size_hint().exact(), Some(0));
    }
}
