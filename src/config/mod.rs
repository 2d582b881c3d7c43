//! What the user wrote in `config.toml`, and what it means.
//!
//! [`Config::parse`] goes from the text to a [`Config`] in one step, and nothing else makes one: a value of
//! this type is valid. It takes a `&str`; files and environment stay outside.
//!
//! - Every key but `upstream` has a default, given at its field here and, as TOML, in the shipped
//!   `config.toml`. Adding a key to a later version must not change what an existing file means.
//! - An unknown key or section is a problem, never ignored: a misspelt `deny` would let everything through.
//! - All [`Problems`] are found in one go, each with its line, its key and what would be right.
//! - One thing has one spelling: sizes and times are strings with a unit, paths and names are never guessed at.

mod origin;
mod problem;
mod read;
mod section;
#[cfg(test)]
mod tests;
mod units;
mod unknown;
mod value;

use std::fmt;
use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;
use ipnet::IpNet;
use toml::de::DeTable;
use tracing::level_filters::LevelFilter;

pub use origin::Origin;
pub use problem::{Problem, Problems};

use crate::policy::{Action, Pattern, Policy};
use crate::telemetry::Format;
use section::Section;

/// A whole, valid configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Config {
    /// Where senders connect. Default `127.0.0.1:8080`, so that nothing is open to the world unasked; port 0
    /// is any free port.
    pub listen: SocketAddr,
    /// Where events go. No default: a guess could send them to a stranger.
    pub upstream: Origin,
    /// Whether denied events are dropped. Default [`Mode::Enforce`].
    pub mode: Mode,
    /// `[filter]`
    pub filter: Filter,
    /// `[drop]`
    pub drop: DropAnswer,
    /// `[forward]`
    pub forward: Forward,
    /// `[limits]`
    pub limits: Limits,
    /// `[timeouts]`
    pub timeouts: Timeouts,
    /// `[log]`
    pub log: Log,
    /// What the file says that may be meant otherwise, in its order. It is taken as it is all the same.
    pub warnings: Vec<Problem>,
}

/// `mode`: what is done about a denied event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// It is dropped.
    Enforce,
    /// It is forwarded like any other, and the log says that it would have been dropped.
    Observe,
}

/// `[filter]`: which events are dropped.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Filter {
    /// `type`: the name of the top-level member that holds the event type; not empty, no `.` or `:`, which
    /// later versions give a meaning. Default `type`.
    pub member: String,
    /// Types to drop; none is listed twice or in `allow` too. Default empty.
    pub deny: Vec<Pattern>,
    /// If not empty, all other types are dropped as well. Default empty.
    pub allow: Vec<Pattern>,
    /// What happens to a body whose type can't be told for certain. Default [`Action::Forward`], because
    /// a wrong drop destroys an event.
    pub unreadable: Action,
}

/// `[drop]`: what the sender of a dropped event is told.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DropAnswer {
    /// 200 to 299, which is what senders take for delivered. Default 200, since some accept no other.
    pub status: StatusCode,
    /// Sent as it is; empty with status 204 and 205, which have no body (RFC 9110 §15.3.5 and §15.3.6).
    /// Default empty.
    pub body: Bytes,
}

/// `[forward]`: what is changed in a request on its way. By default nothing, so that signatures verify.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Forward {
    /// Which `Host` the upstream sees. Default [`Host::Keep`], because some senders sign the URL.
    pub host: Host,
    /// Adds `X-Forwarded-For`, `-Proto` and `-Host`. Default off.
    pub x_forwarded: bool,
    /// Adds `Forwarded` (RFC 7239). Default off.
    pub forwarded: bool,
    /// Adds `Via` (RFC 9110 §7.6.3). Default off, although the RFC asks for it: nothing is added unasked.
    pub via: bool,
    /// Peers whose own `Forwarded` and `X-Forwarded-*` are kept and added to; those of others are replaced, if
    /// ours are added at all. A single address is a network of that length. Default empty.
    pub trusted: Vec<IpNet>,
}

/// `[forward] host`: which `Host` the upstream sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Host {
    /// The sender's.
    Keep,
    /// The upstream's own authority, for servers that tell sites apart by it.
    Upstream,
}

/// `[limits]`: how much is accepted, so that no sender can exhaust the machine.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Senders connected at once, 1 to 1,000,000; more are answered 503. Default 10,000.
    pub connections: usize,
    /// Bytes, 1 KiB to 1 GiB: a body up to this size is read whole and judged, a larger one is unreadable.
    /// Default 8 MiB: nearly all events have a few KiB, GitHub's up to 25 MB.
    pub inspect: usize,
    /// Bytes held in bodies altogether, [`inspect`](Self::inspect) to 1 TiB; beyond it requests are answered
    /// 503. Default 256 MiB.
    pub memory: usize,
    /// Fields in the head of a request, 1 to 1,000; more are answered 431. Default 100.
    pub headers: usize,
    /// Bytes in the head of a request, request line included, 8 KiB to 1 MiB; more are answered 431.
    /// Default 32 KiB.
    pub header_size: usize,
}

/// `[timeouts]`: how long anything is waited for. From 1 ms to 24 h, to the millisecond.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Timeouts {
    /// For the head of a request to arrive. Default 10 s.
    pub header: Duration,
    /// For an inspected body to arrive whole; of a larger one, between two pieces. Default 30 s.
    pub body: Duration,
    /// For the upstream to be reached, further tries included. Default 5 s: a restart of the
    /// upstream fits in, and most senders still wait.
    pub connect: Duration,
    /// From the event being sent to the head of the answer, and between two pieces of it. Default 30 s: no
    /// sender is known to wait longer.
    pub response: Duration,
    /// For the next request on a sender's connection. Default 60 s.
    pub idle: Duration,
    /// How long an idle connection to the upstream may be used again; zero opens one per event. Default 1 s:
    /// an event written while the upstream closes is a 502, and gunicorn closes after 2 s, Node and Apache
    /// after 5 s.
    pub reuse: Duration,
    /// After SIGTERM, for what is in flight to be finished. Default 30 s, as long as [`response`](Self::response).
    pub drain: Duration,
}

/// `[log]`: what is told, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Log {
    /// Default [`Format::Auto`].
    pub format: Format,
    /// The least severe level that is written: error, warn, info or debug. Default info, at which each event
    /// is a line.
    pub level: LevelFilter,
}

impl Filter {
    /// The policy that these rules make.
    #[must_use]
    pub fn policy(&self) -> Policy {
        Policy {
            deny: self.deny.iter().cloned().collect(),
            allow: self.allow.iter().cloned().collect(),
            unreadable: self.unreadable,
            member: self.member.clone(),
        }
    }
}

impl Config {
    /// Reads the text of a config file.
    ///
    /// # Errors
    /// If anything in it is wrong: all [`Problems`] with keys and values, or the first error of syntax.
    pub fn parse(text: &str) -> Result<Self, Problems> {
        let table = DeTable::parse(text)
            .map_err(|error| Problems::new(vec![Problem::of_syntax(text, &error)]))?;
        let (config, notes) = Section::read_file(text, table.get_ref(), read::config);
        match config {
            Some(config) if notes.problems.is_empty() => Ok(Self {
                warnings: problem::in_order(notes.warnings),
                ..config
            }),
            _ => Err(Problems::new(notes.problems)),
        }
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
