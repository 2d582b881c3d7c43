//! One log line and one count for every request, whatever becomes of it.

use std::mem;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use bytes::Bytes;
use http::request::Parts;
use http::{Method, StatusCode, Uri};

use super::counts::{Cause, Counter, Counting, Recent};
use super::ended::Ended;
use super::failure::Failure;
use super::noted::{Noted, Shadow};
use super::outcome::Outcome;
use super::{Serving, Shared};
use crate::audit::{self, Dropped};
use crate::policy::Action;
use crate::route::Route;
use crate::telemetry::{chain, cut};
use crate::transport::Peer;
use crate::upstream::BrokeOff;

/// What is known of one request. It is logged and counted when this is dropped, so exactly once.
#[derive(Debug)]
pub struct AccessLog {
    shared: Arc<Shared>,
    started: Instant,
    method: Method,
    target: Uri,
    route: Option<Arc<str>>,
    /// The version of the config that has its route, and which route that is.
    place: Option<(Arc<Serving>, usize)>,
    noted: Noted,
    status: Option<StatusCode>,
    upstream: Option<Duration>,
    bytes: u64,
    cause: Option<Cause>,
    error: Option<String>,
    counting: Option<Counting>,
}

impl AccessLog {
    /// Opens the line of a request that has just begun, counted by `counter` if it is counted.
    #[must_use]
    pub fn open(shared: Arc<Shared>, counter: Option<Arc<Counter>>, parts: &Parts) -> Self {
        Self {
            shared,
            started: Instant::now(),
            method: parts.method.clone(),
            target: parts.uri.clone(),
            route: None,
            place: None,
            noted: Noted::default(),
            status: None,
            upstream: None,
            bytes: 0,
            cause: None,
            error: None,
            counting: counter.map(Counting::by),
        }
    }

    /// The request is under this route, which has this number in the version that serves it.
    pub fn routed(&mut self, route: &Route, serving: &Arc<Serving>, number: usize) {
        self.route.clone_from(&route.name);
        self.place = Some((serving.clone(), number));
    }

    /// Whether anybody counts it.
    #[must_use]
    pub fn is_counted(&self) -> bool {
        self.counting.is_some()
    }

    /// It has been judged since then.
    pub(super) fn inspected(&mut self, begun: Option<Instant>) {
        if let (Some(counting), Some(begun)) = (&mut self.counting, begun) {
            counting.inspected(begun.elapsed());
        }
    }

    /// So many bytes of body were read.
    pub fn read(&mut self, bytes: usize) {
        self.bytes = bytes as u64;
    }

    /// It was decided what becomes of the request.
    pub(super) fn decided(&mut self, noted: Noted) {
        self.noted = noted;
    }

    /// What is recorded of the request, which is dropped: the same as is logged, and more.
    pub(super) fn dropped(&self, head: Vec<u8>, body: Option<Vec<Bytes>>, peer: Peer) -> Dropped {
        let Noted {
            rule,
            event_type,
            event_id,
            ..
        } = &self.noted;
        Dropped {
            time: SystemTime::now(),
            route: self.route.clone(),
            event_type: event_type.clone(),
            event_id: event_id.clone(),
            rule: rule.clone(),
            peer,
            head,
            // What was read is in memory.
            bytes: usize::try_from(self.bytes).unwrap_or(usize::MAX),
            body,
        }
    }

    /// The request was to be dropped, and that could not be recorded: this is done instead.
    pub(super) fn unrecorded(&mut self, error: &audit::Error, done: Action) {
        self.noted.outcome = match done {
            Action::Forward => Outcome::WouldDrop,
            Action::Drop => Outcome::Dropped,
            Action::Reject => Outcome::Failed,
        };
        self.error = Some(chain(error));
    }

    /// The request came to this end, for a reason that only whoever took it knows.
    pub fn ended(&mut self, outcome: Outcome, why: String) {
        self.noted.outcome = outcome;
        self.error = Some(why);
    }

    /// The request was answered here, with nothing to judge and nothing to forward.
    pub fn answered_here(&mut self) {
        self.noted.outcome = Outcome::Answered;
    }

    /// The upstream answered after so long.
    pub fn upstream_answered(&mut self, after: Duration) {
        self.upstream = Some(after);
    }

    /// The request failed.
    pub fn failed(&mut self, failure: &Failure) {
        self.noted.outcome = match failure {
            Failure::Refused(_) | Failure::NoRoute(_) | Failure::Unverified(_) => Outcome::Refused,
            Failure::Body(_) | Failure::Upstream(_) if failure.is_the_senders() => {
                Outcome::SenderFailed
            }
            Failure::Body(_) | Failure::Unrecorded(_) | Failure::Upstream(_) => Outcome::Failed,
        };
        self.error = Some(chain(failure));
        if let Failure::Upstream(error) = failure {
            self.cause = Cause::of(error);
        }
    }

    /// The upstream's answer broke off, and so did ours.
    pub(super) fn broke_off(&mut self, error: &BrokeOff) {
        self.noted.outcome = match error {
            BrokeOff::Upstream(_) | BrokeOff::Paused => Outcome::Failed,
        };
        self.error = Some(chain(error));
        self.cause = Some(Cause::from(error));
    }

    /// The sender is being answered with this status.
    pub fn answered(&mut self, status: StatusCode) {
        self.status = Some(status);
    }

    /// What is left of it once it is logged.
    fn take_recent(&mut self, at: Instant, total: Duration) -> Recent {
        let noted = mem::take(&mut self.noted);
        Recent {
            at,
            verdict: noted.outcome.verdict(),
            route: self.route.take(),
            event_type: noted.event_type,
            event_id: noted.event_id,
            rule: noted.rule,
            status: self.status.map(|status| status.as_u16()),
            total,
            error: self.error.take(),
        }
    }
}

/// Logs the line of an event. `tracing` wants to know the level of each place that logs.
macro_rules! log_event {
    ($is_a_warning:expr, $($field:tt)*) => {
        if $is_a_warning {
            tracing::warn!(target: "hooksieve::event", $($field)*, "event");
        } else {
            tracing::info!(target: "hooksieve::event", $($field)*, "event");
        }
    };
}

pub(super) use log_event;

impl Drop for AccessLog {
    fn drop(&mut self) {
        if self.status.is_none() {
            self.noted.outcome = Outcome::Abandoned;
        }
        let now = Instant::now();
        let total = now.saturating_duration_since(self.started);
        self.shared.totals.count(self.noted.outcome);
        let ended = Ended {
            outcome: self.noted.outcome,
            rule: self.noted.rule.as_deref(),
            event_type: self.noted.event_type.as_deref(),
            upstream: self.upstream,
            status: self.status,
            cause: self.cause,
            error: self.error.as_deref(),
            at: now,
        };
        let place = self.place.as_ref();
        if let Some(counting) = &self.counting {
            let route = place.and_then(|(serving, number)| serving.counted(*number));
            counting.count(route, &ended);
        }
        let shadow = self.noted.shadow.as_ref();
        if let Some(shadow) = shadow {
            self.shared.totals.count_shadow(shadow.would);
        }
        log_event!(
            self.noted.outcome.is_a_warning(),
            verdict = self.noted.outcome.verdict(),
            rule = self.noted.rule.as_deref(),
            shadow = shadow.map(Shadow::verdict),
            shadow_rule = shadow.and_then(|shadow| shadow.rule.as_deref()),
            r#type = self.noted.event_type.as_deref(),
            id = self.noted.event_id.as_deref(),
            route = self.route.as_deref(),
            method = &*cut(self.method.as_str()),
            path = &*cut(self.target.path()),
            status = self.status.map(|status| status.as_u16()),
            upstream_us = self.upstream.map(micros),
            total_us = micros(total),
            bytes = self.bytes,
            unverified = self.noted.unverified.as_deref(),
            error = self.error.as_deref()
        );
        // Behind its own line, which may be the reason.
        if let Some((serving, number)) = place {
            serving.note(*number, &ended);
        }
        if let Some(counting) = self.counting.take() {
            counting.remember(self.take_recent(now, total));
        }
    }
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}
