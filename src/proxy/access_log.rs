//! One log line and one count for every request, whatever becomes of it.

use std::borrow::Cow;
use std::fmt::Write;
use std::mem;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use bytes::Bytes;
use http::request::Parts;
use http::{Method, StatusCode, Uri};

use super::counts::{Cause, Counter, Counting, Ended, Recent};
use super::failure::Failure;
use super::{Serving, Shared};
use crate::audit::{self, Dropped};
use crate::policy::{Action, Rule};
use crate::route::{Decision, Route};
use crate::telemetry::{chain, cut};
use crate::transport::Peer;
use crate::upstream::BrokeOff;
use crate::verify::Flaw;

/// What is known of one request. It is logged and counted when this is dropped, so exactly once.
#[derive(Debug)]
pub struct AccessLog {
    shared: Arc<Shared>,
    started: Instant,
    method: Method,
    target: Uri,
    route: Option<Arc<str>>,
    noted: Noted,
    status: Option<StatusCode>,
    upstream: Option<Duration>,
    bytes: u64,
    error: Option<String>,
    counting: Option<Counting>,
}

/// What is noted of a decision.
#[derive(Debug, Default)]
pub struct Noted {
    outcome: Outcome,
    rule: Option<String>,
    shadow: Option<Shadow>,
    event_type: Option<String>,
    event_id: Option<String>,
    unverified: Option<String>,
}

/// What shadow rules would do, where that is something else than the rules say.
#[derive(Debug)]
struct Shadow {
    would: Action,
    rule: Option<String>,
}

/// What became of a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Outcome {
    /// Cut off before it was answered, by the end of the program or of the connection.
    #[default]
    Abandoned,
    /// Passed on, and answered by the endpoint.
    Forwarded,
    /// Acknowledged here.
    Dropped,
    /// Refused, since its type can't be told.
    Rejected,
    /// Forwarded, though the rules would have it dropped.
    WouldDrop,
    /// Forwarded, though the rules would have it refused.
    WouldReject,
    /// Malformed, ambiguous, not signed, or asking for what is not done here.
    Refused,
    /// Answered here, without a judgement.
    Answered,
    /// The sender broke off, or took too long.
    SenderFailed,
    /// The endpoint failed at it, or there was no room for it.
    Failed,
}

impl AccessLog {
    /// Opens the line of a request that has just begun.
    pub fn open(shared: Arc<Shared>, counter: Option<Arc<Counter>>, parts: &Parts) -> Self {
        Self {
            shared,
            started: Instant::now(),
            method: parts.method.clone(),
            target: parts.uri.clone(),
            route: None,
            noted: Noted::default(),
            status: None,
            upstream: None,
            bytes: 0,
            error: None,
            counting: counter.map(Counting::by),
        }
    }

    /// The request is under this route, which has this number in the version that serves it.
    pub fn routed(&mut self, route: &Route, serving: &Arc<Serving>, number: usize) {
        self.route.clone_from(&route.name);
        if let Some(counting) = &mut self.counting {
            counting.routed(serving, number);
        }
    }

    /// Whether anybody counts it.
    pub fn is_counted(&self) -> bool {
        self.counting.is_some()
    }

    /// It has been judged since then.
    pub fn inspected(&mut self, begun: Option<Instant>) {
        if let (Some(counting), Some(begun)) = (&mut self.counting, begun) {
            counting.inspected(begun.elapsed());
        }
    }

    /// So many bytes of body were read.
    pub fn read(&mut self, bytes: usize) {
        self.bytes = bytes as u64;
    }

    /// It was decided what becomes of the request.
    pub fn decided(&mut self, noted: Noted) {
        self.noted = noted;
    }

    /// What is recorded of the request, which is dropped: the same as is logged, and more.
    pub fn dropped(&self, head: Vec<u8>, body: Option<Vec<Bytes>>, peer: Peer) -> Dropped {
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
    pub fn unrecorded(&mut self, error: &audit::Error, done: Action) {
        self.noted.outcome = match done {
            Action::Forward => Outcome::WouldDrop,
            Action::Drop => Outcome::Dropped,
            Action::Reject => Outcome::Failed,
        };
        self.error = Some(chain(error));
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
        if let (Some(counting), Failure::Upstream(error)) = (&mut self.counting, failure) {
            counting.failed(Cause::of(error));
        }
    }

    /// The upstream's answer broke off, and so did ours.
    pub fn broke_off(&mut self, error: &BrokeOff) {
        self.noted.outcome = match error {
            BrokeOff::Upstream(_) | BrokeOff::Paused => Outcome::Failed,
        };
        self.error = Some(chain(error));
        if let Some(counting) = &mut self.counting {
            counting.failed(Some(Cause::from(error)));
        }
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

impl Noted {
    /// The same of a request that did not verify, and was not refused for it.
    pub fn unverified(self, flaw: Option<&Flaw>) -> Self {
        Self {
            unverified: flaw.map(ToString::to_string),
            ..self
        }
    }
}

impl Outcome {
    /// As the log has it.
    #[must_use]
    pub fn verdict(self) -> &'static str {
        match self {
            Self::Abandoned => "abandoned",
            Self::Forwarded => "forward",
            Self::Dropped => "drop",
            Self::Rejected => "reject",
            Self::WouldDrop => "would drop",
            Self::WouldReject => "would reject",
            Self::Refused => "refuse",
            Self::Answered => "answer",
            Self::SenderFailed | Self::Failed => "fail",
        }
    }

    /// Whether it concerns who runs this, or the endpoint: then its line is a warning. What senders do wrong they are
    /// told themselves.
    fn is_a_warning(self) -> bool {
        match self {
            Self::Abandoned | Self::Failed => true,
            Self::Forwarded
            | Self::Dropped
            | Self::Rejected
            | Self::WouldDrop
            | Self::WouldReject
            | Self::Refused
            | Self::Answered
            | Self::SenderFailed => false,
        }
    }
}

impl Shadow {
    /// As the log has it.
    fn verdict(&self) -> &'static str {
        match self.would {
            Action::Forward => "would forward",
            Action::Drop => "would drop",
            Action::Reject => "would reject",
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
        if let Some(counting) = &self.counting {
            counting.count(&Ended {
                outcome: self.noted.outcome,
                rule: self.noted.rule.as_deref(),
                event_type: self.noted.event_type.as_deref(),
                upstream: self.upstream,
                status: self.status,
                at: now,
            });
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
        if let Some(counting) = self.counting.take() {
            counting.remember(self.take_recent(now, total));
        }
    }
}

impl From<&Decision<'_, '_>> for Noted {
    fn from(decision: &Decision<'_, '_>) -> Self {
        let Some(judgement) = &decision.judgement else {
            return Self {
                outcome: Outcome::Forwarded,
                ..Self::default()
            };
        };
        let outcome = match (decision.action, judgement.verdict.action) {
            (Action::Drop, _) => Outcome::Dropped,
            (Action::Reject, _) => Outcome::Rejected,
            (Action::Forward, Action::Forward) => Outcome::Forwarded,
            (Action::Forward, Action::Drop) => Outcome::WouldDrop,
            (Action::Forward, Action::Reject) => Outcome::WouldReject,
        };
        let shadow = judgement
            .shadow
            .filter(|shadow| shadow.action != judgement.verdict.action);
        let text = |text: &Cow<'_, str>| cut(text).to_string();
        Self {
            outcome,
            rule: rule(judgement.verdict.rule),
            shadow: shadow.map(|shadow| Shadow {
                would: shadow.action,
                rule: rule(shadow.rule),
            }),
            event_type: judgement.event_type.as_ref().map(text),
            event_id: judgement.event_id.as_ref().map(text),
            unverified: None,
        }
    }
}

/// The rule as the log has it, if there is one.
fn rule(rule: Rule<'_>) -> Option<String> {
    match rule {
        Rule::NoMatch => None,
        rule => {
            // One allocation, where `to_string` would begin small and grow.
            let mut text = String::with_capacity(64);
            let _ = write!(text, "{rule}");
            Some(text)
        }
    }
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}
