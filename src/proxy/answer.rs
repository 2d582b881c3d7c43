//! The body of an answer: ours, or the upstream's.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use http_body_util::Full;

use super::access_log::AccessLog;
use crate::upstream::{AnswerBody, BrokeOff};

/// The body of an answer. The request's log line goes with it, and is written when it is gone.
#[derive(Debug)]
pub struct Answer {
    source: Source,
    log: Option<Box<AccessLog>>,
}

#[derive(Debug)]
enum Source {
    Local(Full<Bytes>),
    Upstream(AnswerBody),
}

impl Answer {
    /// An answer of our own.
    #[must_use]
    pub fn local(body: Bytes) -> Self {
        Self {
            source: Source::Local(Full::new(body)),
            log: None,
        }
    }

    /// The upstream's answer.
    #[must_use]
    pub fn upstream(body: AnswerBody) -> Self {
        Self {
            source: Source::Upstream(body),
            log: None,
        }
    }

    /// Keeps the request's log line open until the answer is over.
    #[must_use]
    pub fn logged(mut self, log: Box<AccessLog>) -> Self {
        self.log = Some(log);
        self
    }
}

impl Body for Answer {
    type Data = Bytes;
    type Error = BrokeOff;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BrokeOff>>> {
        let this = self.get_mut();
        let frame = match &mut this.source {
            Source::Local(body) => Pin::new(body)
                .poll_frame(cx)
                .map_err(|never| match never {}),
            Source::Upstream(body) => Pin::new(body).poll_frame(cx),
        };
        if let (Poll::Ready(Some(Err(error))), Some(log)) = (&frame, &mut this.log) {
            log.broke_off(error);
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        match &self.source {
            Source::Local(body) => body.is_end_stream(),
            Source::Upstream(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.source {
            Source::Local(body) => body.size_hint(),
            Source::Upstream(body) => body.size_hint(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hints_come_through() {
        let answer = Answer::local(Bytes::from_static(b"four"));
        assert_eq!(answer.size_hint().exact(), Some(4));
        assert!(!answer.is_end_stream());
        assert!(Answer::local(Bytes::new()).is_end_stream());
    }
}
