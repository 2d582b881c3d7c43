//! The upstream's answer on its way back to the sender.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use http::response::Parts;
use http::{HeaderMap, StatusCode, Version};
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;

use super::link::Link;
use super::pool::Pool;
use super::{fields, request};

/// What makes an answer one that can't be passed back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Malformed {
    /// `101 Switching Protocols`, for which nobody asked.
    Upgrade,
    /// Lengths that are invalid or differ (RFC 9112 §6.3).
    Length,
    /// A transfer coding other than `chunked`.
    TransferCoding,
}

/// Turns the head of an answer as it came from the upstream into the head as the sender gets it.
///
/// # Errors
///
/// When the answer can't be understood for certain.
pub fn incoming(mut parts: Parts, via: bool) -> Result<Parts, Malformed> {
    if parts.status == StatusCode::SWITCHING_PROTOCOLS {
        return Err(Malformed::Upgrade);
    }
    let is_chunked = check_coding(&parts.headers)?;
    check_length(&parts.headers)?;
    let received = parts.version;
    parts.version = Version::HTTP_11;
    let nominated = fields::nominated(&parts.headers);
    // Of two framings the chunks are true, and a 204 has none (RFC 9112 §6.3, RFC 9110 §8.6).
    let drop_length = is_chunked || parts.status == StatusCode::NO_CONTENT;
    parts.headers = fields::retain(parts.headers, |name| {
        !(fields::is_hop_by_hop(name)
            || nominated.contains(name) && !fields::is_protected(name)
            || drop_length && name == CONTENT_LENGTH)
    });
    if via {
        request::append_via(&mut parts.headers, received);
    }
    Ok(parts)
}

fn check_coding(headers: &HeaderMap) -> Result<bool, Malformed> {
    let mut codings = headers.get_all(TRANSFER_ENCODING).iter();
    match (codings.next(), codings.next()) {
        (None, _) => Ok(false),
        (Some(only), None)
            if only
                .as_bytes()
                .trim_ascii()
                .eq_ignore_ascii_case(b"chunked") =>
        {
            Ok(true)
        }
        _ => Err(Malformed::TransferCoding),
    }
}

fn check_length(headers: &HeaderMap) -> Result<(), Malformed> {
    let mut lengths = headers.get_all(CONTENT_LENGTH).iter();
    let Some(first) = lengths.next() else {
        return Ok(());
    };
    let is_number = !first.is_empty() && first.as_bytes().iter().all(u8::is_ascii_digit);
    if is_number && lengths.all(|other| other == first) {
        Ok(())
    } else {
        Err(Malformed::Length)
    }
}

/// The body of an answer. It drives the connection that it comes from, and gives it back to the pool when
/// it has been read to its end; dropped earlier it takes the connection with it. Trailers are left out.
#[derive(Debug)]
pub struct AnswerBody {
    incoming: Incoming,
    source: Option<(Link, Arc<Pool>)>,
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
    pub(super) fn new(incoming: Incoming, link: Link, pool: Arc<Pool>) -> Self {
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
        if let Some((link, pool)) = self.source.take() {
            pool.put(link);
        }
    }

    /// The next frame, after moving what there is to move.
    fn poll_incoming(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BrokeOff>>> {
        let frame = Pin::new(&mut self.incoming).poll_frame(cx);
        let Some((link, _)) = &mut self.source else {
            return frame.map_err(BrokeOff::Upstream);
        };
        let frame = if frame.is_ready() {
            frame
        } else {
            // Should the connection have ended, the body says how.
            let _ended = link.poll_drive(cx);
            Pin::new(&mut self.incoming).poll_frame(cx)
        };
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

impl std::fmt::Display for Malformed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Upgrade => "the answer switches protocols, for which nobody asked",
            Self::Length => "the answer has an invalid Content-Length, or several that differ",
            Self::TransferCoding => "the answer uses a transfer coding other than \"chunked\"",
        })
    }
}

impl std::error::Error for Malformed {}

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

#[cfg(test)]
mod tests {
    use http::Response;

    use super::*;

    fn head(status: u16, fields: &[(&str, &str)]) -> Result<Vec<String>, Malformed> {
        let mut response = Response::builder().status(status);
        for &(name, value) in fields {
            response = response.header(name, value);
        }
        let parts = response.body(()).expect("a valid answer").into_parts().0;
        let parts = incoming(parts, false)?;
        Ok(parts.headers.keys().map(ToString::to_string).collect())
    }

    #[test]
    fn what_is_passed_back_and_what_is_not() {
        let length = ("content-length", "5");
        assert_eq!(
            head(200, &[length, ("x-a", "1")]),
            Ok(vec!["content-length".into(), "x-a".into()])
        );
        assert_eq!(
            head(204, &[("content-length", "0"), ("x-a", "1")]),
            Ok(vec!["x-a".into()])
        );
        assert_eq!(
            head(200, &[length, ("transfer-encoding", "chunked")]),
            Ok(vec![])
        );
        assert_eq!(
            head(
                200,
                &[("connection", "x-a, content-length"), ("x-a", "1"), length]
            ),
            Ok(vec!["content-length".into()])
        );
        assert_eq!(head(101, &[("upgrade", "x")]), Err(Malformed::Upgrade));
        assert_eq!(
            head(200, &[("transfer-encoding", "gzip, chunked")]),
            Err(Malformed::TransferCoding)
        );
        assert_eq!(
            head(200, &[length, length]),
            Ok(vec!["content-length".into()])
        );
        for bad in ["5, 5", "+5", "", "five"] {
            assert_eq!(
                head(200, &[("content-length", bad)]),
                Err(Malformed::Length),
                "{bad}"
            );
        }
        assert_eq!(
            head(200, &[length, ("content-length", "6")]),
            Err(Malformed::Length)
        );
    }
}
