//! What goes wrong with a request, and what its sender is told then. No other place turns a failure into a status.

use std::fmt;

use http::StatusCode;

use crate::audit;
use crate::body;
use crate::headers::Refusal;
use crate::route::NoRoute;
use crate::upstream;
use crate::verify::Flaw;

/// Why a request gets an answer from hooksieve instead of the upstream's.
#[derive(Debug)]
pub enum Failure {
    /// The request must not be passed on.
    Refused(Refusal),
    /// It is under no route.
    NoRoute(NoRoute),
    /// Its sender did not sign it, or it can't be told.
    Unverified(Flaw),
    /// Its body could not be read.
    Body(body::Error),
    /// It is to be dropped, and that can't be recorded.
    Unrecorded(audit::Error),
    /// The upstream gave no answer that can be passed back.
    Upstream(upstream::Error),
}

impl Failure {
    /// The status that the sender gets. Whatever may work at a second try is a 5xx or a 408.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Refused(
                Refusal::Target | Refusal::Host | Refusal::Framing | Refusal::Connection,
            )
            | Self::NoRoute(NoRoute::Ambiguous)
            | Self::Body(body::Error::Sender(_))
            | Self::Upstream(upstream::Error::SenderBroke(_)) => StatusCode::BAD_REQUEST,
            Self::Unverified(
                Flaw::Missing(_)
                | Flaw::Several(_)
                | Flaw::Malformed(_)
                | Flaw::Wrong
                | Flaw::TooOld
                | Flaw::TooNew
                | Flaw::ManyFields,
            ) => StatusCode::UNAUTHORIZED,
            Self::Unverified(Flaw::TooLarge) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::NoRoute(NoRoute::Unknown) => StatusCode::NOT_FOUND,
            Self::Refused(Refusal::Method) => StatusCode::METHOD_NOT_ALLOWED,
            Self::Refused(Refusal::Expectation) => StatusCode::EXPECTATION_FAILED,
            Self::Refused(Refusal::TransferCoding) => StatusCode::NOT_IMPLEMENTED,
            Self::Body(body::Error::Timeout) | Self::Upstream(upstream::Error::SenderTooSlow) => {
                StatusCode::REQUEST_TIMEOUT
            }
            Self::Body(body::Error::Memory) | Self::Unrecorded(_) => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            Self::Upstream(
                upstream::Error::Connect(_)
                | upstream::Error::Tls(_)
                | upstream::Error::Lost(_)
                | upstream::Error::NoHttp(_)
                | upstream::Error::Malformed(_),
            ) => StatusCode::BAD_GATEWAY,
            Self::Upstream(upstream::Error::Timeout) => StatusCode::GATEWAY_TIMEOUT,
            // Of RFC 5842 §7.2, where a request goes round within one server; round through several is no better.
            Self::Upstream(upstream::Error::Loop) => StatusCode::LOOP_DETECTED,
        }
    }

    /// Whether the sender did it. All else is for whoever runs this, or the endpoint, to look at.
    #[must_use]
    pub fn is_the_senders(&self) -> bool {
        match self {
            Self::Refused(_)
            | Self::NoRoute(NoRoute::Unknown | NoRoute::Ambiguous)
            | Self::Unverified(_)
            | Self::Body(body::Error::Sender(_) | body::Error::Timeout)
            | Self::Upstream(upstream::Error::SenderBroke(_) | upstream::Error::SenderTooSlow) => {
                true
            }
            Self::Body(body::Error::Memory)
            | Self::Unrecorded(_)
            | Self::Upstream(
                upstream::Error::Connect(_)
                | upstream::Error::Tls(_)
                | upstream::Error::Lost(_)
                | upstream::Error::NoHttp(_)
                | upstream::Error::Malformed(_)
                | upstream::Error::Loop
                | upstream::Error::Timeout,
            ) => false,
        }
    }

    /// One sentence for whoever reads the sender's delivery log. It says nothing of what is behind us.
    #[must_use]
    pub fn text(&self) -> &'static str {
        match self {
            Self::Refused(Refusal::Target) => {
                "the request target is not in a form that its method takes"
            }
            Self::Refused(Refusal::Host) => "the request needs exactly one valid Host header",
            Self::Refused(Refusal::Framing) => "the request is framed ambiguously",
            Self::Refused(Refusal::Connection) => {
                "the Connection header names a field that must reach the endpoint"
            }
            Self::Refused(Refusal::Method) => "this method is not served here",
            Self::Refused(Refusal::Expectation) => "only the expectation 100-continue can be met",
            Self::Refused(Refusal::TransferCoding) => {
                "only the transfer coding chunked is understood"
            }
            Self::NoRoute(NoRoute::Unknown) => "nothing is served at this path",
            Self::NoRoute(NoRoute::Ambiguous) => {
                "the path can be read in several ways that lead to different places"
            }
            Self::Unverified(Flaw::TooLarge) => {
                "the body is too large for its signature to be verified"
            }
            // Whoever has the secret knows what to sign.
            Self::Unverified(_) => "",
            Self::Body(body::Error::Sender(_))
            | Self::Upstream(upstream::Error::SenderBroke(_)) => {
                "the body was broken off or framed badly; the event was not delivered"
            }
            Self::Body(body::Error::Timeout) | Self::Upstream(upstream::Error::SenderTooSlow) => {
                "the body did not arrive in time; the event was not delivered, send it again"
            }
            Self::Body(body::Error::Memory) => {
                "too much is in flight; the event was not delivered, send it again"
            }
            Self::Unrecorded(_) => "the event can't be taken now, send it again",
            Self::Upstream(upstream::Error::Connect(_) | upstream::Error::Tls(_)) => {
                "the endpoint could not be reached; the event was not delivered, send it again"
            }
            Self::Upstream(upstream::Error::Loop) => {
                "the way to the endpoint leads back here; the event was not delivered, send it again"
            }
            Self::Upstream(upstream::Error::Lost(_)) => {
                "the endpoint closed the connection without an answer; it may or may not have the event"
            }
            Self::Upstream(upstream::Error::NoHttp(_) | upstream::Error::Malformed(_)) => {
                "the endpoint's answer makes no sense; it may or may not have the event"
            }
            Self::Upstream(upstream::Error::Timeout) => {
                "the endpoint did not answer in time; it may or may not have the event"
            }
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refusal) => refusal.fmt(f),
            Self::NoRoute(none) => none.fmt(f),
            Self::Unverified(flaw) => write!(f, "not verified: {flaw}"),
            Self::Body(error) => error.fmt(f),
            Self::Unrecorded(error) => error.fmt(f),
            Self::Upstream(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Failure {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Refused(refusal) => refusal.source(),
            Self::NoRoute(none) => none.source(),
            Self::Unverified(flaw) => flaw.source(),
            Self::Body(error) => error.source(),
            Self::Unrecorded(error) => error.source(),
            Self::Upstream(error) => error.source(),
        }
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<NoRoute> for Failure {
    fn from(none: NoRoute) -> Self {
        Self::NoRoute(none)
    }
}

impl From<Flaw> for Failure {
    fn from(flaw: Flaw) -> Self {
        Self::Unverified(flaw)
    }
}

impl From<body::Error> for Failure {
    fn from(error: body::Error) -> Self {
        Self::Body(error)
    }
}

impl From<audit::Error> for Failure {
    fn from(error: audit::Error) -> Self {
        Self::Unrecorded(error)
    }
}

impl From<upstream::Error> for Failure {
    fn from(error: upstream::Error) -> Self {
        Self::Upstream(error)
    }
}
