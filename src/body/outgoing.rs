//! The body of a request on its way to the upstream.
//!
//! hyper queues up to a MiB of it before it is written. What was held before counts against the budget until it is
//! written; of what was not, there is never more than one piece in the queue.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

use super::progress::{Progress, Unwritten, queued};
use super::{Buffered, Error, Paced, Turn, Turns};
use crate::memory::Share;

/// A body up to this size does not count any more once it is handed over: a connection may take so much.
const FREE: usize = 8 * 1024;

/// A request body as it goes to the upstream. Trailers are not passed on.
///
/// What it consists of is boxed: hyper keeps room for 32 requests beside each connection.
#[derive(Debug, Default)]
pub enum Outgoing {
    /// No body.
    #[default]
    Empty,
    /// A body that was read whole.
    Buffered(Box<Whole>),
    /// The beginning of a body, and the rest of it as the sender sends it.
    Stream(Box<Stream>),
}

/// A body that was read whole, and is passed on in turns.
#[derive(Debug)]
pub struct Whole {
    pieces: Pieces,
    turn: Turn,
}

/// What a [`Buffered`] body consists of, piece by piece.
#[derive(Debug)]
pub struct Pieces {
    rest: std::vec::IntoIter<Bytes>,
    left: usize,
    is_small: bool,
    share: Share,
}

/// A body too large to hold.
#[derive(Debug)]
pub struct Stream {
    beginning: Pieces,
    rest: Box<Paced>,
    progress: Arc<Progress>,
}

impl Outgoing {
    /// A body that was read whole.
    #[must_use]
    pub fn buffered(body: Buffered, turns: &Turns) -> Self {
        Self::Buffered(Box::new(Whole {
            pieces: body.into(),
            turn: turns.turn(),
        }))
    }

    /// The `beginning` of a body, followed by the `rest`. At least the first piece is there then: nobody is to hold one
    /// of the upstream's connections who has not even begun.
    ///
    /// # Errors
    ///
    /// When the sender fails before that, or the memory for bodies is used up.
    pub async fn stream(mut beginning: Buffered, mut rest: Box<Paced>) -> Result<Self, Error> {
        if beginning.is_empty()
            && let Some(piece) = poll_fn(|cx| rest.poll_piece(cx)).await
            && !beginning.push(piece?)
        {
            return Err(Error::Memory);
        }
        Ok(Self::Stream(Box::new(Stream {
            beginning: beginning.into(),
            rest,
            progress: Arc::default(),
        })))
    }

    /// How a streamed body gets on. A body without this is all there from the start.
    #[must_use]
    pub fn progress(&self) -> Option<Arc<Progress>> {
        match self {
            Self::Empty | Self::Buffered(..) => None,
            Self::Stream(stream) => Some(stream.progress.clone()),
        }
    }
}

impl From<Buffered> for Pieces {
    fn from(held: Buffered) -> Self {
        let (rest, left, share) = held.into_parts();
        Self {
            rest,
            left,
            is_small: left <= FREE,
            share,
        }
    }
}

impl Iterator for Pieces {
    type Item = Bytes;

    fn next(&mut self) -> Option<Bytes> {
        let piece = self.rest.next()?;
        self.left -= piece.len();
        if self.is_small {
            self.share.shrink_to(self.left);
            return Some(piece);
        }
        let share = self.share.split(piece.len());
        Some(queued(piece, share))
    }
}

impl Stream {
    fn poll_piece(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Error>>> {
        ready!(self.progress.poll_written(cx));
        let piece = self.poll_next(cx);
        self.progress.note(&piece);
        piece
    }

    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Error>>> {
        if let Some(piece) = self.beginning.next() {
            return Poll::Ready(Some(Ok(piece)));
        }
        let piece = ready!(self.rest.poll_piece(cx));
        let unwritten = Unwritten::new(&self.progress);
        Poll::Ready(piece.map(|piece| piece.map(|piece| queued(piece, unwritten))))
    }
}

impl Body for Outgoing {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let piece = match self.get_mut() {
            Self::Empty => Poll::Ready(None),
            Self::Buffered(body) => {
                ready!(body.turn.poll(cx));
                let piece = body.pieces.next();
                body.turn.moved(piece.as_ref().map_or(0, Bytes::len));
                Poll::Ready(piece.map(Ok))
            }
            Self::Stream(stream) => stream.poll_piece(cx),
        };
        piece.map_ok(Frame::data)
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Buffered(body) => body.pieces.left == 0,
            Self::Stream(stream) => stream.beginning.left == 0 && stream.rest.is_end(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Empty => SizeHint::with_exact(0),
            Self::Buffered(body) => SizeHint::with_exact(body.pieces.left as u64),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::Memory;

    #[test]
    fn a_held_body_tells_its_length_and_its_end() {
        let mut held = Buffered::new(Memory::new(100, 100).share(), None);
        assert!(held.push(Bytes::from_static(b"one")) && held.push(Bytes::from_static(b"four")));
        let mut body = Outgoing::buffered(held, &Turns::default());
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
