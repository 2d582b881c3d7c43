//! The body of the upstream's answer on its way back to the sender.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;

use super::link::Link;
use super::pool::Pool;

/// The body of an answer. It drives the connection that it comes from, and gives it back to the pool when
/// it has been read to its end, if the connection may be used again; dropped earlier it takes the connection with
/// it. Trailers are left out.
#[derive(Debug)]
pub struct AnswerBody {
    incoming: Incoming,
    /// The connection, and where it goes when it may be used again.
    source: Option<(Link, Option<Arc<Pool>>)>,
    /// Not told beforehand: hyper would move a `Content-Length: 0` to the end of the head, and leave that of a
    /// 304 out.
    is_empty: bool,
}

/// Why the body of an answer ended before its end.
#[derive(Debug)]
pub enum BrokeOff {
    /// The upstream closed the connection, or framed the body badly.
    Upstream(hyper::Error),
    /// The upstream paused for longer than it may.
    Paused,
}

impl AnswerBody {
    /// Without a `pool` the connection ends with the body.
    pub(super) fn new(incoming: Incoming, link: Link, pool: Option<Arc<Pool>>) -> Self {
        let mut body = Self {
            is_empty: incoming.is_end_stream(),
            incoming,
            source: Some((link, pool)),
        };
        if body.is_empty {
            body.give_back();
        }
        body
    }

    fn give_back(&mut self) {
        if let Some((link, Some(pool))) = self.source.take() {
            pool.put(link);
        }
    }

    /// The next frame, after moving what there is to move.
    fn poll_incoming(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BrokeOff>>> {
        let mut frame = Pin::new(&mut self.incoming).poll_frame(cx);
        let Some((link, _)) = &mut self.source else {
            return frame.map_err(BrokeOff::Upstream);
        };
        while frame.is_pending() {
            // Should the connection have ended, the body says how.
            let _ended = link.poll_drive(cx);
            frame = Pin::new(&mut self.incoming).poll_frame(cx);
            if frame.is_pending() && !link.acknowledge() {
                break;
            }
        }
        if frame.is_ready() {
            link.came();
            return frame.map_err(BrokeOff::Upstream);
        }
        link.poll_overdue(cx).map(|()| Some(Err(BrokeOff::Paused)))
    }
}

impl Body for AnswerBody {
    type Data = Bytes;
    type Error = BrokeOff;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BrokeOff>>> {
        let this = self.get_mut();
        loop {
            let frame = ready!(this.poll_incoming(cx)?);
            if frame.is_none() || this.incoming.is_end_stream() {
                this.give_back();
            }
            match frame {
                Some(frame) if !frame.is_data() => {}
                data_or_end => return Poll::Ready(data_or_end.map(Ok)),
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        !self.is_empty && self.incoming.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        if self.is_empty {
            SizeHint::default()
        } else {
            self.incoming.size_hint()
        }
    }
}

impl std::fmt::Display for BrokeOff {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Upstream(_) => "the answer broke off",
            Self::Paused => "the upstream paused within the answer for too long",
        })
    }
}

impl std::error::Error for BrokeOff {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Upstream(error) => Some(error),
            Self::Paused => None,
        }
    }
}
