//! Getting an event to its endpoint as it came: through the code that any other event goes through.

use std::cell::RefCell;
use std::convert::Infallible;
use std::fmt;
use std::future::poll_fn;
use std::io::Cursor;
use std::net::SocketAddr;
use std::pin::Pin;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body::Body;
use http_body_util::Empty;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;

use crate::audit::Line;
use crate::body::{self, Arrived, Limits, Outgoing, Turns};
use crate::headers;
use crate::memory::Memory;
use crate::route::{NoRoute, Routes};
use crate::tls::Dialer;
use crate::transport::Peer;
use crate::upstream::{self, AnswerBody, BrokeOff, Known, OwnAddresses, Upstreams};

/// The largest head that may be configured.
const HEAD: usize = 1 << 20;
/// The most fields in it.
const FIELDS: usize = 1000;
/// For a body to be read, which is in memory.
const AT_ONCE: Duration = Duration::from_mins(1);

/// Hands events to the upstreams of these routes.
#[derive(Debug)]
pub struct Delivery<'r> {
    routes: &'r Routes,
    upstreams: Upstreams,
    turns: Turns,
}

/// Why an event was not delivered.
#[derive(Debug)]
pub enum Failure {
    /// What was recorded is no request.
    Broken,
    /// It is under no route of the config.
    NoRoute(NoRoute),
    /// The upstream gave no answer.
    Upstream(upstream::Error),
    /// Its answer broke off.
    BrokeOff(BrokeOff),
}

impl<'r> Delivery<'r> {
    /// Idle connections are used again for `keep`. Where TLS is spoken it is by `tls`.
    #[must_use]
    pub fn new(routes: &'r Routes, keep: Duration, tls: Dialer) -> Self {
        let origins = routes.iter().map(|route| &route.upstream);
        let known = Known::of(origins, &Known::default());
        Self {
            routes,
            upstreams: Upstreams::new(&known, keep, OwnAddresses::default(), tls),
            turns: Turns::default(),
        }
    }

    /// Hands the event of this line to the upstream of the route that takes it now, whatever its rules, and gives the
    /// status of the answer once that has come to its end.
    ///
    /// # Errors
    ///
    /// When there is no answer, or not the whole of it.
    pub async fn deliver(&self, line: &Line<'_>) -> Result<StatusCode, Failure> {
        let (Ok(head), Ok(Some(body))) = (line.head(), line.body()) else {
            return Err(Failure::Broken);
        };
        // Whoever sent it, where that is no address, is of no use to an endpoint that asks.
        let peer: SocketAddr = line.peer.parse().unwrap_or(([0, 0, 0, 0], 0).into());
        let message = headers::message(&head, &body);
        let answer = RefCell::new(Err(Failure::Broken));
        let service = service_fn(async |request: Request<Incoming>| {
            let answered = self.forward(request, body.len(), peer.into()).await;
            *answer.borrow_mut() = answered;
            Ok::<_, Infallible>(Response::new(Empty::<Bytes>::new()))
        });
        let mut server = http1::Builder::new();
        server
            .preserve_header_case(true)
            .half_close(true)
            .max_header_size(HEAD)
            .max_headers(FIELDS);
        let io = tokio::io::join(Cursor::new(message), tokio::io::sink());
        // What goes wrong here leaves the answer as it is.
        let _ = server.serve_connection(TokioIo::new(io), service).await;
        answer.into_inner()
    }

    async fn forward(
        &self,
        request: Request<Incoming>,
        length: usize,
        peer: Peer,
    ) -> Result<StatusCode, Failure> {
        let (parts, body) = request.into_parts();
        let route = self.routes.find(&parts).map_err(Failure::NoRoute)?;
        let upstream = self.upstreams.at(&route.upstream);
        let upstream = upstream.expect("the upstreams are those of the routes");
        let memory = Memory::new(length, length);
        let limits = Limits {
            inspect: length,
            memory: &memory,
            within: AT_ONCE,
            turns: &self.turns,
        };
        let body = match body::read(body, limits).await {
            Ok(Arrived::Nothing) => Outgoing::Empty,
            Ok(Arrived::Whole(body)) => Outgoing::buffered(body, &self.turns),
            Ok(Arrived::TooLarge(..)) | Err(_) => return Err(Failure::Broken),
        };
        let sending = upstream.send(Box::new(parts), body, peer, &route.forward, route.timeouts);
        let answer = sending.await.map_err(Failure::Upstream)?;
        let status = answer.status();
        to_its_end(answer.into_body())
            .await
            .map_err(Failure::BrokeOff)?;
        Ok(status)
    }
}

impl Failure {
    /// Whether the endpoint was not even reached: then it will not be for the next event either.
    #[must_use]
    pub fn is_unreachable(&self) -> bool {
        matches!(
            self,
            Self::Upstream(upstream::Error::Connect(_) | upstream::Error::Tls(_))
        )
    }
}

async fn to_its_end(mut body: AnswerBody) -> Result<(), BrokeOff> {
    while let Some(frame) = poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await {
        frame?;
    }
    Ok(())
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Broken => f.write_str("what was recorded is no request"),
            Self::NoRoute(none) => none.fmt(f),
            Self::Upstream(error) => error.fmt(f),
            Self::BrokeOff(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Failure {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Broken => None,
            Self::NoRoute(none) => none.source(),
            Self::Upstream(error) => error.source(),
            Self::BrokeOff(error) => error.source(),
        }
    }
}
