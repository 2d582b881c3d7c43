//! Which rules a request is under, and what they decide: pure, without I/O, answers or the log.
//!
//! Whoever has a request's head and as much of its body as was read can ask [`Route::decode`] and [`Route::decide`];
//! nothing is kept between two questions.

mod body;
mod decide;
mod decode;
mod handshake;
mod normal;
mod routes;
mod source;
mod table;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use http::StatusCode;

pub use body::Body;
pub use decide::Decision;
pub use decode::Plain;
pub use handshake::Handshake;
pub use normal::is_plain;
pub use routes::{NoRoute, Routes, Twins};
pub use source::{InHead, Source};
pub use table::Place;

use crate::audit;
use crate::headers::Forward;
use crate::policy::Policy;
use crate::upstream::{Origin, Timeouts};
use crate::verify::Verify;

/// Where a request goes, by which rules, and what becomes of those that don't.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// As the log has it: the path as in the file, with the host in front where there is one. `None` is the top level.
    pub name: Option<Arc<str>>,
    /// The line of its `[[route]]`, from 1; `None` is the top level.
    pub line: Option<usize>,
    /// The preset by whose name it was written, itself or above: for people, since what that stands for is in the rest.
    /// Default none.
    pub sender: Option<&'static str>,
    /// Where the type of an event is. Default the member `type` of its body.
    pub source: Source,
    /// Which events pass.
    pub policy: Policy,
    /// What is forwarded whatever the policy. Default nothing: a sender of handshakes is named by its preset.
    pub handshakes: Vec<Handshake>,
    /// Whether denied events are dropped. Default [`Mode::Enforce`].
    pub mode: Mode,
    /// What the sender of a dropped event is told.
    pub drop: DropReply,
    /// How what comes is verified before it is judged; `None` where it is not. Default `None`: the endpoint may do so itself.
    pub verify: Option<Box<Verify>>,
    /// Bytes, 1 KiB to 1 GiB: a body up to this size, as it is sent and once it is decoded, is read whole and judged, a
    /// larger one is a doubt.
    /// Default 8 MiB: nearly all events have a few KiB, GitHub's up to 25 MB.
    pub inspect: usize,
    /// What is changed in a request on its way.
    pub forward: Forward,
    /// Where events go. No default: a guess could send them to a stranger.
    pub upstream: Origin,
    /// How long the upstream is waited for.
    pub timeouts: Timeouts,
    /// What is recorded of drops, where there is a file for it.
    pub audit: audit::Rules,
}

/// What is done about a denied event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// It is dropped.
    Enforce,
    /// It is forwarded like any other, and the log says that it would have been dropped.
    Observe,
}

/// What the sender of a dropped event is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DropReply {
    /// 200 to 299, which is what senders take for delivered. Default 200, since some accept no other.
    pub status: StatusCode,
    /// Sent as it is; empty with status 204 and 205, which have no body (RFC 9110 §15.3.5 and §15.3.6).
    /// Default empty.
    pub body: Bytes,
}

impl Route {
    /// Whether anything in a body can make a difference to what becomes of it.
    #[must_use]
    pub fn looks_into_bodies(&self) -> bool {
        let mut handshakes = self.handshakes.iter();
        self.source.event.is_in_body()
            || handshakes.any(|handshake| handshake.source.event.is_in_body())
    }
}

impl fmt::Display for Mode {
    /// As it is written in the file.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Enforce => "enforce",
            Self::Observe => "observe",
        })
    }
}
