//! Upstreams: getting a connection to one, and an event through it, exactly once.

mod answer;
mod attempts;
mod connect;
mod link;
mod local;
mod newcomer;
mod open;
mod origin;
mod overtaken;
mod own;
mod pool;
mod queue;
mod reuse;
mod socket;
mod trust;
mod upstreams;

use std::future::Future;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use http::request::Parts;
use http::{Method, Request, Response};
use http_body::Body;
use hyper::body::Incoming;

pub use answer::{AnswerBody, BrokeOff};
pub use open::Open;
pub use origin::{Origin, OriginError, Scheme};
pub use own::OwnAddresses;
pub use reuse::Reuse;
pub use upstreams::{Known, Upstreams};

use crate::body::{self, Outgoing};
use crate::headers::{self, Forward, Malformed};
use crate::tls::{self, Dialer};
use crate::transport::Peer;
use connect::Connector;
use link::{Link, Unanswered};
use pool::Pool;

/// One upstream, as one runtime sees it: it has connections of its own and shares what is known of it.
#[derive(Debug)]
pub struct Upstream {
    origin: Origin,
    connector: Connector,
    pool: Arc<Pool>,
}

/// How long an upstream is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// For the upstream to be reached, further tries included. Default 5 s: a restart of the
    /// upstream fits in, and most senders still wait.
    pub connect: Duration,
    /// From the event being sent to the head of the answer, and between two pieces of it, for the upstream to give them
    /// and for the sender to take them. Default 30 s: no sender is known to wait longer.
    pub response: Duration,
}

/// Why an event got no answer.
#[derive(Debug)]
pub enum Error {
    /// No connection within the time for it; what the last attempt said. Nothing was sent.
    Connect(io::Error),
    /// No hands were shaken, or the upstream's certificate is not believed. Nothing was sent.
    Tls(tls::Failure),
    /// The event would come back here, or has. Nothing was sent.
    Loop,
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
    /// The sender was too slow while its body was being passed on.
    SenderTooSlow,
}

impl Upstream {
    /// The upstream at `origin`, idle connections to which may be used again for `keep`. Runtimes that send to the
    /// same one share `reuse`. Nothing is sent to `own`. Where TLS is spoken it is by `tls`.
    #[must_use]
    pub fn new(
        origin: Origin,
        keep: Duration,
        reuse: Arc<Reuse>,
        own: OwnAddresses,
        tls: Dialer,
    ) -> Self {
        Self {
            connector: Connector::new(origin.clone(), own, tls),
            origin,
            pool: Pool::new(reuse, keep),
        }
    }

    /// Passes a request on, and the answer back. It waits as long as `timeouts` say.
    ///
    /// A request is written to one connection at most. Only where it is certain that none of it was sent
    /// does it go to another (RFC 9110 §9.2.2).
    ///
    /// # Errors
    ///
    /// When there is no connection, no answer in time, or none that can be passed back, or when the sender
    /// fails while its body streams. What the upstream made of the event is then unknown, but for
    /// [`Error::Connect`], [`Error::Tls`] and [`Error::Loop`].
    // A future of its own rather than an `async fn`, which would keep the head in it twice.
    pub fn send(
        &self,
        parts: Box<Parts>,
        body: Outgoing,
        peer: Peer,
        forward: &Forward,
        timeouts: Timeouts,
    ) -> impl Future<Output = Result<Response<AnswerBody>, Error>> {
        let length = body.size_hint().exact();
        let parts = headers::outgoing(*parts, length, peer, forward, self.origin.authority());
        let request = Box::new(Request::from_parts(parts, body));
        self.exchange(request, forward.via, timeouts)
    }

    async fn exchange(
        &self,
        mut request: Box<Request<Outgoing>>,
        via: bool,
        timeouts: Timeouts,
    ) -> Result<Response<AnswerBody>, Error> {
        // Behind whatever else has arrived: then the events of one turn go out together, and the upstream is
        // woken once for them instead of once for each.
        tokio::task::yield_now().await;
        let method = request.method().clone();
        let mut idle = self.pool.take();
        loop {
            let (mut link, permit) = match idle.take() {
                Some((link, permit)) => (link, Some(permit)),
                // Boxed, so that it takes no room in the future of an event that needs none.
                None => (Box::pin(self.open(timeouts.connect)).await?, None),
            };
            match link.exchange(*request, timeouts.response).await {
                Ok(answer) => {
                    if let Some(permit) = permit {
                        permit.answered();
                    }
                    return self.passed_back(answer, &method, link, via);
                }
                Err(Unanswered::Unsent(unsent, _)) if permit.is_some() => {
                    self.pool.died();
                    request = unsent;
                }
                Err(unanswered) => {
                    let error = Error::from(unanswered);
                    if permit.is_some() && matches!(error, Error::Lost(_)) {
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
        asked: &Method,
        link: Link,
        via: bool,
    ) -> Result<Response<AnswerBody>, Error> {
        let (parts, body) = answer.into_parts();
        let pool = (!headers::may_trail(asked, &parts)).then(|| self.pool.clone());
        let parts = headers::incoming(parts, via).map_err(Error::Malformed)?;
        let body = AnswerBody::new(body, link, pool);
        Ok(Response::from_parts(parts, body))
    }

    async fn open(&self, within: Duration) -> Result<Link, Error> {
        let stream = self.connector.connect(within).await?;
        self.pool.open(stream).await.map_err(Error::Lost)
    }
}

/// Connects to `origin` as for an event, within this time, and closes the connection again. Says who is there.
///
/// # Errors
///
/// [`Error::Connect`] or [`Error::Tls`] when no connection was made.
pub async fn reach(origin: &Origin, within: Duration, tls: Dialer) -> Result<Peer, Error> {
    let connector = Connector::new(origin.clone(), OwnAddresses::default(), tls);
    let connection = connector.connect(within).await?;
    connection.remote().map_err(Error::Connect)
}

impl From<Unanswered> for Error {
    fn from(unanswered: Unanswered) -> Self {
        match unanswered {
            Unanswered::Timeout => Self::Timeout,
            Unanswered::Unsent(_, error) | Unanswered::Broken(error) => {
                let source = std::error::Error::source(&error);
                match source.and_then(|source| source.downcast_ref::<body::Error>()) {
                    Some(body::Error::Timeout) => Self::SenderTooSlow,
                    Some(_) => Self::SenderBroke(error),
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
            Self::Loop => "the upstream leads back here",
            Self::Connect(_) => "could not connect to the upstream in time",
            Self::Tls(_) => "could not speak TLS with the upstream",
            Self::Lost(_) => "the upstream closed the connection without an answer",
            Self::NoHttp(_) => "the upstream's answer is not HTTP/1",
            Self::Malformed(_) => "the upstream's answer can't be passed back",
            Self::Timeout => "the upstream did not answer in time",
            Self::SenderBroke(_) => "the sender's body broke off while it was passed on",
            Self::SenderTooSlow => "the sender was too slow while its body was passed on",
        })
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Connect(error) => Some(error),
            Self::Tls(failure) => Some(failure),
            Self::Lost(error) | Self::NoHttp(error) | Self::SenderBroke(error) => Some(error),
            Self::Malformed(malformed) => Some(malformed),
            Self::Loop | Self::Timeout | Self::SenderTooSlow => None,
        }
    }
}
