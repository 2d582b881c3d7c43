//! Reading a request body up to the inspection limit.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Poll, ready};
use std::time::Duration;

use http_body::Body;
use hyper::body::Incoming;

use super::{Buffered, Paced, Turns};
use crate::deadline::Deadline;
use crate::memory::Memory;

/// How much of a body is read, and how long that may take.
#[derive(Clone, Copy, Debug)]
pub struct Limits<'a> {
    /// The largest body that is held and looked at, in bytes.
    pub inspect: usize,
    /// The budget that all held bodies share.
    pub memory: &'a Memory,
    /// How long a body up to `inspect` may take to arrive whole, and each MiB of a larger one.
    pub within: Duration,
    /// Where large bodies queue up for their turns.
    pub turns: &'a Turns,
}

/// What arrived. `R` is the rest of a body that is too large.
#[derive(Debug)]
pub enum Arrived<R = Box<Paced>> {
    /// The request has no body, or an empty one.
    Nothing,
    /// All of it.
    Whole(Buffered),
    /// More than `inspect`: what was read of it, and the rest.
    TooLarge(Buffered, R),
}

impl Arrived {
    fn too_large(begun: Buffered, rest: Incoming, limits: Limits<'_>) -> Self {
        // Boxed, so that it takes no room where a body is not too large.
        Self::TooLarge(begun, Box::new(Paced::new(rest, limits)))
    }
}

impl<R> Arrived<R> {
    /// Bytes that were read.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Nothing => 0,
            Self::Whole(body) | Self::TooLarge(body, _) => body.len(),
        }
    }

    /// Whether nothing was read: there is no body, or one that is not even begun with.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Why a body could not be read.
#[derive(Debug)]
pub enum Error {
    /// The sender broke off, or framed the body badly.
    Sender(hyper::Error),
    /// It did not arrive within the time it has.
    Timeout,
    /// The memory for bodies is used up by others.
    Memory,
}

/// Reads `body` whole, unless it turns out to be larger than the limit.
///
/// A body whose announced length is beyond the limit is not read at all, so that the sender still waits
/// for its `100 Continue`. Trailers are read and left out.
///
/// # Errors
///
/// When the sender breaks off or frames the body badly, takes too long, or the memory for bodies is used up.
pub async fn read(mut body: Incoming, limits: Limits<'_>) -> Result<Arrived, Error> {
    if body.is_end_stream() {
        return Ok(Arrived::Nothing);
    }
    let length = body.size_hint().exact();
    let length = length.and_then(|length| usize::try_from(length).ok());
    let mut held = Buffered::new(limits.memory.share(), length);
    if body.size_hint().lower() > limits.inspect as u64 {
        return Ok(Arrived::too_large(held, body, limits));
    }
    let mut deadline = Deadline::new(limits.within);
    let mut turn = limits.turns.turn();
    let beyond = poll_fn(|cx| {
        loop {
            ready!(turn.poll(cx));
            match Pin::new(&mut body).poll_frame(cx) {
                Poll::Ready(Some(Ok(frame))) => {
                    let Ok(piece) = frame.into_data() else {
                        continue;
                    };
                    turn.moved(piece.len());
                    if !held.push(piece) {
                        return Poll::Ready(Err(Error::Memory));
                    }
                    if held.len() > limits.inspect {
                        return Poll::Ready(Ok(true));
                    }
                    if body.is_end_stream() {
                        return Poll::Ready(Ok(false));
                    }
                }
                Poll::Ready(Some(Err(error))) => return Poll::Ready(Err(Error::Sender(error))),
                Poll::Ready(None) => return Poll::Ready(Ok(false)),
                Poll::Pending => {
                    turn.pause();
                    return deadline.poll(cx).map(|()| Err(Error::Timeout));
                }
            }
        }
    })
    .await?;
    Ok(if beyond {
        Arrived::too_large(held, body, limits)
    } else if held.is_empty() {
        Arrived::Nothing
    } else {
        Arrived::Whole(held)
    })
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Sender(_) => "the body broke off or was framed badly",
            Self::Timeout => "the body did not arrive in time",
            Self::Memory => "the memory for bodies is used up",
        })
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Sender(error) => Some(error),
            Self::Timeout | Self::Memory => None,
        }
    }
}
