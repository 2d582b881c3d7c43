//! A body that is too large to hold, and how fast it must come.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Body, SizeHint};
use hyper::body::Incoming;

use super::{Error, Limits, Turn};
use crate::deadline::Deadline;

/// So much of a body must come within the time that a whole inspected one has. With the defaults that is 35 KB/s:
/// slower than any line that carries such bodies, and too fast for somebody who only means to hold a connection.
const STEP: usize = 1024 * 1024;

/// The rest of a body, of which each MiB must come in time. Time in which nobody asks for it does not count.
#[derive(Debug)]
pub struct Paced {
    rest: Incoming,
    deadline: Deadline,
    turn: Turn,
    /// Bytes since the deadline was last rewound.
    came: usize,
}

impl Paced {
    /// The `rest` of a body, each MiB of which must come within the time that the limits give to a whole one.
    #[must_use]
    pub fn new(rest: Incoming, limits: Limits<'_>) -> Self {
        Self {
            rest,
            deadline: Deadline::new(limits.within),
            turn: limits.turns.turn(),
            came: 0,
        }
    }

    /// The next piece. Trailers are left out.
    pub fn poll_piece(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Error>>> {
        loop {
            ready!(self.turn.poll(cx));
            match Pin::new(&mut self.rest).poll_frame(cx) {
                Poll::Ready(Some(Ok(frame))) => {
                    if let Ok(piece) = frame.into_data() {
                        self.note(piece.len());
                        return Poll::Ready(Some(Ok(piece)));
                    }
                }
                Poll::Ready(Some(Err(error))) => {
                    return Poll::Ready(Some(Err(Error::Sender(error))));
                }
                Poll::Ready(None) => return Poll::Ready(None),
                Poll::Pending => {
                    self.turn.pause();
                    return self.deadline.poll(cx).map(|()| Some(Err(Error::Timeout)));
                }
            }
        }
    }

    /// Reads it to its end and throws it away.
    ///
    /// # Errors
    ///
    /// When the sender breaks off, frames the body badly, or is too slow.
    pub async fn drain(mut self) -> Result<(), Error> {
        while let Some(piece) = poll_fn(|cx| self.poll_piece(cx)).await {
            piece?;
        }
        Ok(())
    }

    /// Whether nothing more comes.
    #[must_use]
    pub fn is_end(&self) -> bool {
        self.rest.is_end_stream()
    }

    /// How much is to come.
    #[must_use]
    pub fn size_hint(&self) -> SizeHint {
        self.rest.size_hint()
    }

    fn note(&mut self, bytes: usize) {
        self.turn.moved(bytes);
        self.deadline.pause();
        self.came += bytes;
        if self.came >= STEP {
            self.came %= STEP;
            self.deadline.rewind();
        }
    }
}
