//! One request, from top to bottom: read, decide, reply or forward.

mod access_log;
mod answer;
mod failure;
mod local_reply;

use std::convert::Infallible;
use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};

use http::request::Parts;
use http::{Request, Response};
use hyper::body::Incoming;

pub use access_log::Totals;
pub use answer::Answer;
pub use failure::Failure;

use crate::body::{self, Arrived, Memory, Outgoing};
use crate::headers;
use crate::policy::Action;
use crate::route::{Body, Route, Routes};
use crate::transport::Peer;
use crate::upstream::Upstream;
use access_log::AccessLog;

/// What the proxies of all runtimes share, and no version of the config owns.
#[derive(Debug)]
pub struct Shared {
    /// How many requests there were.
    pub totals: Totals,
    /// What is left of the memory for bodies.
    pub memory: Memory,
}

/// The proxy of one runtime. The routes and what is shared are everybody's, the connections its own.
#[derive(Debug)]
pub struct Proxy {
    routes: Arc<Routes>,
    shared: Arc<Shared>,
    /// For a body to arrive whole, or each MiB of one that is too large to hold.
    body_timeout: Duration,
    upstream: Upstream,
}

impl Proxy {
    /// A proxy by these routes to this upstream.
    #[must_use]
    pub fn new(
        routes: Arc<Routes>,
        shared: Arc<Shared>,
        body_timeout: Duration,
        upstream: Upstream,
    ) -> Self {
        Self {
            routes,
            shared,
            body_timeout,
            upstream,
        }
    }

    /// Answers a request of `peer`. What goes wrong is an answer as well.
    ///
    /// # Errors
    ///
    /// Never.
    // A future of its own rather than an `async fn`, which would keep the request in it twice: as its argument, and
    // in parts.
    pub fn handle(
        &self,
        request: Request<Incoming>,
        peer: Peer,
    ) -> impl Future<Output = Result<Response<Answer>, Infallible>> {
        let (parts, body) = request.into_parts();
        let mut log = AccessLog::open(self.shared.clone(), &parts);
        async move {
            let answered = self.answer(parts, body, peer, &mut log).await;
            let response = answered.unwrap_or_else(|failure| {
                log.failed(&failure);
                local_reply::failed(&failure)
            });
            log.answered(response.status());
            Ok(response.map(|body| body.logged(log)))
        }
    }

    async fn answer(
        &self,
        parts: Parts,
        body: Incoming,
        peer: Peer,
        log: &mut AccessLog,
    ) -> Result<Response<Answer>, Failure> {
        headers::check(&parts)?;
        if headers::ends_here(&parts) {
            log.answered_here();
            return Ok(local_reply::options());
        }
        let route = &self.routes.top;
        let limits = body::Limits {
            inspect: route.inspect,
            memory: &self.shared.memory,
            within: self.body_timeout,
        };
        let arrived = body::read(body, limits).await?;
        log.read(arrived.len());
        let decision = route.decide(&parts, judged(&arrived));
        log.decided(&decision);
        let action = decision.action;
        match (local_reply::decided(&decision, &route.drop), arrived) {
            (None, arrived) => {
                let body = Outgoing::new(arrived).await?;
                self.forward(route, parts, body, peer, log).await
            }
            // Not even a drop that the config asks for is acknowledged before all has come.
            (Some(reply), Arrived::TooLarge(_, rest)) if action == Action::Drop => {
                // Boxed, so that it takes no room in the future of an event that does without.
                Box::pin(rest.drain()).await?;
                Ok(reply)
            }
            (Some(reply), _) => Ok(reply),
        }
    }

    async fn forward(
        &self,
        route: &Route,
        parts: Parts,
        body: Outgoing,
        peer: Peer,
        log: &mut AccessLog,
    ) -> Result<Response<Answer>, Failure> {
        let sent = Instant::now();
        let sending = self.upstream.send(parts, body, peer, &route.forward);
        let response = sending.await?;
        log.upstream_answered(sent.elapsed());
        Ok(response.map(Answer::upstream))
    }
}

/// What of a body is judged.
fn judged(arrived: &Arrived) -> Body<'_, bytes::Bytes> {
    match arrived {
        Arrived::Nothing => Body::Absent,
        Arrived::Whole(buffered) => Body::Whole(buffered.pieces()),
        Arrived::TooLarge(..) => Body::TooLarge,
    }
}
