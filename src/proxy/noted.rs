//! What the log says of a decision, with nothing borrowed from the request.

use std::borrow::Cow;
use std::fmt::Write;

use super::outcome::Outcome;
use crate::policy::{Action, Rule};
use crate::route::Decision;
use crate::telemetry::cut;
use crate::verify::Flaw;

/// What is noted of a decision.
#[derive(Debug, Default)]
pub struct Noted {
    pub(super) outcome: Outcome,
    pub(super) rule: Option<String>,
    pub(super) shadow: Option<Shadow>,
    pub(super) event_type: Option<String>,
    pub(super) event_id: Option<String>,
    pub(super) unverified: Option<String>,
}

/// What shadow rules would do, where that is something else than the rules say.
#[derive(Debug)]
pub(super) struct Shadow {
    pub(super) would: Action,
    pub(super) rule: Option<String>,
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

impl Shadow {
    /// As the log has it.
    pub(super) fn verdict(&self) -> &'static str {
        match self.would {
            Action::Forward => "would forward",
            Action::Drop => "would drop",
            Action::Reject => "would reject",
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
