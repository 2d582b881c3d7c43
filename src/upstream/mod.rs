//! The upstream: getting a connection to it, and an event through it, exactly once.

mod answer;
mod link;
mod origin;
mod pool;
mod reuse;
mod socket;

use std::future::Future;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use http::request::Parts;
use http::{Request, Response};
use http_body::Body;
use hyper::body::Incoming;
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep, timeout_at};

pub use answer::{AnswerBody, BrokeOff};
pub use origin::{Origin, OriginError};
pub use reuse::Reuse;

use crate::body::{Outgoing, SenderFailed};
use crate::headers::{self, Forward, Malformed};
use crate::transport::{Peer, Transport};
use link::{Link, Unanswered};
use pool::Pool;

/// The first pause between two attempts to connect; each further one is twice as long, up to the last.
/// Short, since the upstream's restart keeps senders waiting.
const FIRST_PAUSE: Duration = Duration::from_millis(10);
/// The longest pause between two attempts to connect.
const LAST_PAUSE: Duration = Duration::from_millis(200);

/// The upstream, as one runtime sees it: it has connections of its own and shares what is known of it.
#[derive(Debug)]
pub struct Upstream {
    origin: Origin,
    timeouts: Timeouts,
    pool: Arc<Pool>,
}

/// How long an upstream is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// For the upstream to be reached, further tries included. Default 5 s: a restart of the
    /// upstream fits in, and most senders still wait.
    pub connect: Duration,
    /// From the event being sent to the head of the answer, and between two pieces of it. Default 30 s: no
    /// sender is known to wait longer.
    pub response: Duration,
}

/// Why an event got no answer.
#[derive(Debug)]
pub enum Error {
    /// No connection within the time for it; what the last attempt said. Nothing was sent.
    Connect(io::Error),
    /// The connection was lost before the head of the answer had come.
    Lost(hyper::Error),
    /// The answer is no HTTP.
    NoHttp(hyper::Error),
    /// The answer can't be passed back.
    Malformed(Malformed),
    /// No answer within the time for it.
    Timeout,
    /// The sender broke off, or framed its body badly, while it was being passed on.
    SenderBroke(hyper::Error),
    /// The sender paused for too long while its body was being passed on.
    SenderPaused,
}

impl Upstream {
    /// The upstream at `origin`, idle connections to which may be used again for `keep`. Runtimes that send to the
    /// same one share `reuse`.
    #[must_use]
    pub fn new(origin: Origin, timeouts: Timeouts, keep: Duration, reuse: Arc<Reuse>) -> Self {
        Self {
            origin,
            timeouts,
            pool: Pool::new(reuse, keep),
        }
    }

    /// Passes a request on, and the answer back.
    ///
    /// A request is written to one connection at most. Only where it is certain that none of it was sent
    /// does it go to another (RFC 9110 §9.2.2).
    ///
    /// # Errors
    ///
    /// When there is no connection, no answer in time, or none that can be passed back, or when the sender
    /// fails while its body streams. What the upstream made of the event is then unknown, but for
    /// [`Error::Connect`].
    // A future of its own rather than an `async fn`, which would keep the head in it twice.
    pub fn send(
        &self,
        parts: Parts,
        body: Outgoing,
        peer: Peer,
        forward: &Forward,
    ) -> impl Future<Output = Result<Response<AnswerBody>, Error>> {
        let length = body.size_hint().exact();
        let parts = headers::outgoing(parts, length, peer, forward, self.origin.authority());
        self.exchange(Request::from_parts(parts, body), forward.via)
    }

    async fn exchange(
        &self,
        mut request: Request<Outgoing>,
        via: bool,
    ) -> Result<Response<AnswerBody>, Error> {
        // Behind whatever else has arrived: then the events of one turn go out together, and the upstream is
        // woken once for them instead of once for each.
        tokio::task::yield_now().await;
        let mut idle = self.pool.take();
        loop {
            let (mut link, leave) = match idle.take() {
                Some((link, leave)) => (link, Some(leave)),
                // Boxed, so that it takes no room in the future of an event that needs none.
                None => (Box::pin(self.open()).await?, None),
            };
            match link.exchange(request).await {
                Ok(answer) => {
                    if let Some(leave) = leave {
                        leave.answered();
                    }
                    return self.passed_back(answer, link, via);
                }
                Err(Unanswered::Unsent(unsent, _)) if leave.is_some() => {
                    self.pool.died();
                    request = *unsent;
                }
                Err(unanswered) => {
                    let error = Error::from(unanswered);
                    if leave.is_some() && matches!(error, Error::Lost(_)) {
                        self.pool.died();
                    }
                    return Err(error);
                }
            }
        }
    }

    fn passed_back(
        &self,
        answer: Response<Incoming>,
        link: Link,
        via: bool,
    ) -> Result<Response<AnswerBody>, Error> {
        let (parts, body) = answer.into_parts();
        let parts = headers::incoming(parts, via).map_err(Error::Malformed)?;
        let body = AnswerBody::new(body, link, self.pool.clone());
        Ok(Response::from_parts(parts, body))
    }

    /// A new connection. Attempts that fail have sent nothing, so they are repeated for as long as there is
    /// time: a restart of the upstream is not seen by senders.
    async fn open(&self) -> Result<Link, Error> {
        let deadline = Instant::now() + self.timeouts.connect;
        let mut pause = FIRST_PAUSE;
        loop {
            let attempt = TcpStream::connect((self.origin.host(), self.origin.port()));
            let failed = match timeout_at(deadline, attempt).await {
                Ok(Ok(stream)) => match Transport::tcp(stream) {
                    Ok(stream) => {
                        return Link::new(stream, self.timeouts.response)
                            .await
                            .map_err(Error::Lost);
                    }
                    Err(error) => error,
                },
                Ok(Err(error)) => error,
                Err(_) => return Err(Error::Connect(io::ErrorKind::TimedOut.into())),
            };
            if Instant::now() + pause >= deadline {
                return Err(Error::Connect(failed));
            }
            sleep(pause).await;
            pause = LAST_PAUSE.min(pause * 2);
        }
    }
}

impl From<Unanswered> for Error {
    fn from(unanswered: Unanswered) -> Self {
        match unanswered {
            Unanswered::Timeout => Self::Timeout,
            Unanswered::Unsent(_, error) | Unanswered::Broken(error) => {
                let source = std::error::Error::source(&error);
                match source.and_then(|source| source.downcast_ref::<SenderFailed>()) {
                    Some(SenderFailed::Paused) => Self::SenderPaused,
                    Some(SenderFailed::Broke(_)) => Self::SenderBroke(error),
                    None if error.is_parse() => Self::NoHttp(error),
                    None => Self::Lost(error),
                }
            }
        }
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Connect(_) => "could not connect to the upstream in time",
            Self::Lost(_) => "the upstream closed the connection without an answer",
            Self::NoHttp(_) => "the upstream's answer is not HTTP/1",
            Self::Malformed(_) => "the upstream's answer can't be passed back",
            Self::Timeout => "the upstream did not answer in time",
            Self::SenderBroke(_) => "the sender's body broke off while it was passed on",
            Self::SenderPaused => "the sender paused for too long while its body was passed on",
        })
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Connect(error) => Some(error),
            Self::Lost(error) | Self::NoHttp(error) | Self::SenderBroke(error) => Some(error),
            Self::Malformed(malformed) => Some(malformed),
            Self::Timeout | Self::SenderPaused => None,
        }
    }
}
