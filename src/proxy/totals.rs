//! How many requests there were, and connections that brought none.

use std::error::Error;
use std::sync::atomic::{AtomicU64, Ordering};

use super::access_log::log_event;
use super::counts::Counter;
use super::outcome::Outcome;
use crate::policy::Action;
use crate::server::{ConnectionEnd, Overdue};
use crate::telemetry::chain;
use crate::tls::Failure;
use crate::transport::Peer;

/// How many requests there were, by what became of them.
#[derive(Debug, Default)]
pub struct Totals {
    forwarded: AtomicU64,
    dropped: AtomicU64,
    refused: AtomicU64,
    failed: AtomicU64,
    shadow_forward: AtomicU64,
    shadow_drop: AtomicU64,
    shadow_reject: AtomicU64,
}

impl Totals {
    /// Counts a request that has ended.
    pub fn count(&self, outcome: Outcome) {
        let total = match outcome {
            Outcome::Forwarded | Outcome::WouldDrop | Outcome::WouldReject => &self.forwarded,
            Outcome::Dropped => &self.dropped,
            Outcome::Rejected | Outcome::Refused | Outcome::Answered => &self.refused,
            Outcome::SenderFailed | Outcome::Failed | Outcome::Abandoned => &self.failed,
        };
        total.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts a request with which shadow rules would do this, and the rules in force something else.
    pub fn count_shadow(&self, would: Action) {
        let total = match would {
            Action::Forward => &self.shadow_forward,
            Action::Drop => &self.shadow_drop,
            Action::Reject => &self.shadow_reject,
        };
        total.fetch_add(1, Ordering::Relaxed);
    }

    /// Accounts for a connection that ended without a request to account for.
    pub fn connection_ended(&self, peer: Peer, ended: &ConnectionEnd, counter: Option<&Counter>) {
        let (verdict, status, error) = match ended {
            ConnectionEnd::Well | ConnectionEnd::Overdue(Overdue::Request) => return,
            ConnectionEnd::Refused => ("refuse", Some(503), "too many connections".to_owned()),
            ConnectionEnd::Full => (
                "refuse",
                Some(503),
                "no memory for the rest of the head".to_owned(),
            ),
            ConnectionEnd::Malformed(error) => ("refuse", told(error), chain(error)),
            ConnectionEnd::Tls => (
                "refuse",
                Some(400),
                "the sender speaks TLS (https), but this port takes plain HTTP".to_owned(),
            ),
            ConnectionEnd::Plain => (
                "refuse",
                Some(400),
                "the sender speaks plain HTTP, but this port takes TLS (https)".to_owned(),
            ),
            ConnectionEnd::Handshake(failure) => ("refuse", None, chain(failure)),
            ConnectionEnd::Overdue(Overdue::Head) => (
                "refuse",
                None,
                "the head of the request did not arrive in time".to_owned(),
            ),
            ConnectionEnd::Overdue(Overdue::Reader) => {
                tracing::debug!(%peer, "the sender did not read its answer and was cut off");
                return;
            }
            ConnectionEnd::Broken(error) => {
                tracing::debug!(%peer, error = error as &dyn Error, "a connection broke");
                return;
            }
        };
        self.refused.fetch_add(1, Ordering::Relaxed);
        if let Some(counter) = counter {
            counter.count_connection();
        }
        // That there is no room is for whoever runs this to know.
        let is_a_warning = matches!(
            ended,
            ConnectionEnd::Refused | ConnectionEnd::Handshake(Failure::Memory)
        );
        log_event!(is_a_warning, verdict, status, error, %peer);
    }

    /// Logs the totals, when there will be no more.
    pub fn log(&self) {
        let total = |total: &AtomicU64| total.load(Ordering::Relaxed);
        // Most configs have no shadow rules.
        let if_any = |counter| Some(total(counter)).filter(|&count| count > 0);
        tracing::info!(
            forwarded = total(&self.forwarded),
            dropped = total(&self.dropped),
            refused = total(&self.refused),
            failed = total(&self.failed),
            shadow_would_forward = if_any(&self.shadow_forward),
            shadow_would_drop = if_any(&self.shadow_drop),
            shadow_would_reject = if_any(&self.shadow_reject),
            "totals"
        );
    }
}

/// The status that hyper answered with when what came was no request.
fn told(error: &hyper::Error) -> Option<u16> {
    if error.is_parse_version_h2() {
        // Who tries HTTP/2 is told by the end of the connection (RFC 9113 §3.4).
        None
    } else if !error.is_parse_too_large() {
        Some(400)
    } else if error.to_string() == "URI too long" {
        // hyper has no other way to tell the two apart.
        Some(414)
    } else {
        Some(431)
    }
}
