//! One request, from top to bottom: read, decide, record what is dropped, reply or forward.
//!
//! Who gets requests from somebody else than a connection of a sender's, with a body that has been read already, has the
//! same of it by [`Serving::find`], [`settle`], [`failed`] and an [`AccessLog`].

mod access_log;
mod answer;
pub mod counts;
mod ended;
mod failure;
mod first_seen;
mod judge;
mod local_reply;
mod noted;
pub mod notices;
mod outcome;
mod record;
mod serving;
mod settle;
mod sharded;
mod totals;
mod verified;

use std::convert::Infallible;
use std::future::Future;
use std::num::NonZero;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::request::Parts;
use http::{Request, Response, Version};
use hyper::body::Incoming;
use tokio::sync::{Semaphore, watch};

pub use access_log::AccessLog;
pub use answer::Answer;
pub use ended::Ended;
pub use failure::Failure;
pub use first_seen::{FirstSeen, entry_of};
pub(crate) use local_reply::decided;
pub use local_reply::failed;
pub use outcome::Outcome;
pub use serving::{Found, Serving};
pub use settle::{Settled, settle};
pub use totals::Totals;

use crate::audit::Audit;
use crate::body::{self, Arrived, Outgoing, Turns};
use crate::headers;
use crate::memory::Memory;
use crate::route::Route;
use crate::transport::Peer;
use crate::upstream::{self, Upstream};
use counts::Counter;

/// What the proxies of all runtimes share, and no version of the config owns.
#[derive(Debug)]
pub struct Shared {
    /// How many requests there were.
    pub totals: Totals,
    /// Which types were told of that no rule names.
    pub first_seen: FirstSeen,
    /// What is left of the memory for bodies.
    pub memory: Memory,
    /// Turns at judging a large or an encoded body: one for each thread that may do so at once.
    pub judging: Semaphore,
    /// Where drops are recorded, if they are.
    pub audit: Option<Audit>,
}

impl Shared {
    /// Nothing counted yet, all of `memory` free, and nothing recorded.
    ///
    /// One large or encoded body is judged at once for every two processors.
    #[must_use]
    pub fn new(memory: Memory) -> Self {
        let processors = thread::available_parallelism().map_or(1, NonZero::get);
        Self {
            totals: Totals::default(),
            first_seen: FirstSeen::default(),
            memory,
            judging: Semaphore::new(processors.div_ceil(2)),
            audit: None,
        }
    }
}

/// What is to be done with a request.
enum Next {
    Reply(Box<Response<Bytes>>),
    Forward(Box<Parts>, Outgoing),
}

/// The proxy of one runtime. The routes and what is shared are everybody's, the connections its own.
#[derive(Debug)]
pub struct Proxy {
    /// The version that is in force.
    serving: watch::Receiver<Arc<Serving>>,
    shared: Arc<Shared>,
    /// For a body to arrive whole, or each MiB of one that is too large to hold.
    body_timeout: Duration,
    turns: Turns,
    counter: Option<Arc<Counter>>,
}

impl Proxy {
    /// A proxy that serves by the last of these.
    #[must_use]
    pub fn new(
        serving: watch::Receiver<Arc<Serving>>,
        shared: Arc<Shared>,
        body_timeout: Duration,
    ) -> Self {
        Self {
            serving,
            shared,
            body_timeout,
            turns: Turns::default(),
            counter: None,
        }
    }

    /// The same, with its requests counted.
    #[must_use]
    pub fn counted_by(self, counter: Option<Arc<Counter>>) -> Self {
        Self { counter, ..self }
    }

    /// Answers a request of `peer`. What goes wrong is an answer as well.
    ///
    /// # Errors
    ///
    /// Never.
    // A future of its own rather than an `async fn`, which would keep the request in it twice: as its argument, and
    // in parts. What is large is boxed, since each future that has it keeps room for it.
    pub fn handle(
        self: Arc<Self>,
        request: Request<Incoming>,
        peer: Peer,
    ) -> impl Future<Output = Result<Response<Answer>, Infallible>> {
        let (parts, body) = request.into_parts();
        let parts = Box::new(parts);
        let (shared, counter) = (self.shared.clone(), self.counter.clone());
        let mut log = Box::new(AccessLog::open(shared, counter, &parts));
        let (version, method) = (parts.version, parts.method.clone());
        let serving = self.serving.borrow().clone();
        async move {
            let answered = self.answer(&serving, parts, body, peer, &mut log).await;
            let mut response = answered.unwrap_or_else(|failure| {
                log.failed(&failure);
                local_reply::failed(&failure).map(Answer::local)
            });
            if version == Version::HTTP_10 && headers::ends_connection(&response, &method) {
                // hyper would announce the opposite, `Connection: keep-alive`, with an answer in 1.1.
                *response.version_mut() = version;
            }
            log.answered(response.status());
            Ok(response.map(|body| body.logged(log)))
        }
    }

    async fn answer(
        &self,
        serving: &Arc<Serving>,
        parts: Box<Parts>,
        body: Incoming,
        peer: Peer,
        log: &mut AccessLog,
    ) -> Result<Response<Answer>, Failure> {
        headers::check(&parts)?;
        if headers::ends_here(&parts) {
            log.answered_here();
            return Ok(local_reply::options().map(Answer::local));
        }
        let Found {
            route,
            upstream,
            number,
        } = serving.find(&parts)?;
        log.routed(route, serving, number);
        match self.decide(route, parts, body, peer, log).await? {
            Next::Reply(reply) => Ok(reply.map(Answer::local)),
            Next::Forward(parts, body) => forward(route, upstream, parts, body, peer, log).await,
        }
    }

    async fn decide(
        &self,
        route: &Arc<Route>,
        parts: Box<Parts>,
        body: Incoming,
        peer: Peer,
        log: &mut AccessLog,
    ) -> Result<Next, Failure> {
        let limits = body::Limits {
            inspect: route.inspect,
            memory: &self.shared.memory,
            within: self.body_timeout,
            turns: &self.turns,
        };
        let arrived = body::read(body, limits).await?;
        match settle(&self.shared, route, parts, arrived, peer, log).await? {
            Settled::Forward(parts, arrived) => {
                let body = match arrived {
                    Arrived::Nothing => Outgoing::Empty,
                    Arrived::Whole(body) => Outgoing::buffered(body, &self.turns),
                    Arrived::TooLarge(begun, rest) => {
                        Box::pin(Outgoing::stream(begun, rest)).await?
                    }
                };
                Ok(Next::Forward(parts, body))
            }
            // Not even a drop that the config asks for is acknowledged before all has come.
            Settled::Drop(reply, Arrived::TooLarge(_, rest)) => {
                Box::pin(rest.drain()).await?;
                Ok(Next::Reply(reply))
            }
            Settled::Drop(reply, _) | Settled::Reject(reply) => Ok(Next::Reply(reply)),
        }
    }
}

async fn forward(
    route: &Route,
    upstream: &Upstream,
    parts: Box<Parts>,
    body: Outgoing,
    peer: Peer,
    log: &mut AccessLog,
) -> Result<Response<Answer>, Failure> {
    if route.forward.via && headers::goes_round(&parts.headers) {
        return Err(upstream::Error::Loop.into());
    }
    let sent = Instant::now();
    let sending = upstream.send(parts, body, peer, &route.forward, route.timeouts);
    let response = sending.await?;
    log.upstream_answered(sent.elapsed());
    Ok(response.map(Answer::upstream))
}
