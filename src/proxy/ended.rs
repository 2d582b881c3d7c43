//! How a request ended.

use std::time::{Duration, Instant};

use http::StatusCode;

use super::counts::Cause;
use super::outcome::Outcome;

/// How a request ended, as its line has it.
#[derive(Clone, Copy, Debug)]
pub struct Ended<'a> {
    /// What became of it.
    pub outcome: Outcome,
    /// The rule that decided.
    pub rule: Option<&'a str>,
    /// Its type.
    pub event_type: Option<&'a str>,
    /// How long its endpoint took to begin an answer.
    pub upstream: Option<Duration>,
    /// What its sender was told.
    pub status: Option<StatusCode>,
    /// How its endpoint failed, if it was that which did.
    pub cause: Option<Cause>,
    /// What went wrong.
    pub error: Option<&'a str>,
    /// When that was.
    pub at: Instant,
}

impl Ended<'_> {
    /// A request, or what was to be one, that was refused just now before anything was known of it.
    #[must_use]
    pub fn refused() -> Self {
        Self {
            outcome: Outcome::Refused,
            rule: None,
            event_type: None,
            upstream: None,
            status: None,
            cause: None,
            error: None,
            at: Instant::now(),
        }
    }
}
