//! What can be said of one kind of event under other rules, and what can't.

use std::fmt;

use super::doubt::is_doubt;
use super::verdict::Verdict;
use super::{Case, Subject};
use crate::event::Event;
use crate::policy::{self, Action, Rule};
use crate::route::{Mode, Route};
use crate::telemetry::is_cut;

/// What rules decide, in the words of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Decided {
    /// It is passed on.
    Forward,
    /// It is acknowledged, and not passed on.
    Drop,
    /// It is refused.
    Reject,
    /// It is passed on, and would be dropped if the rules were enforced.
    WouldDrop,
    /// It is passed on, and would be refused if the rules were enforced.
    WouldReject,
}

/// Why the log can't tell what other rules would have made of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Untold {
    /// Its type is longer than the log has it.
    Cut,
    /// It had several types, and the line names one at most.
    SeveralReadings,
    /// Its type could not be told for certain.
    Unreadable,
    /// Its body had no type, or was broken and only looked through for one.
    Untyped,
    /// The new rules have no such route.
    NoSuchRoute,
    /// It is of those whose rule, or whose type, was not told apart.
    LeftOut,
}

/// What can be said of some events.
pub(super) enum Said {
    Told(Decided, Option<String>),
    Untold(Untold),
}

/// What was decided of it; `None` where nothing was. What failed behind the decision was to be passed on.
pub(super) fn decided(case: &Case) -> Option<Decided> {
    Some(match case.verdict {
        Verdict::Forward => Decided::Forward,
        Verdict::Drop => Decided::Drop,
        Verdict::Reject => Decided::Reject,
        Verdict::WouldDrop => Decided::WouldDrop,
        Verdict::WouldReject => Decided::WouldReject,
        Verdict::Fail | Verdict::Abandoned => match case.rule.as_deref() {
            Some(rule) if rule.starts_with("deny ") || rule == NOT_ALLOWED => Decided::WouldDrop,
            _ => Decided::Forward,
        },
        Verdict::Refuse | Verdict::Answer => return None,
    })
}

/// As [`Rule::NotAllowed`] is written.
const NOT_ALLOWED: &str = "not in allow";
/// As [`Rule::EmptyBatch`] is written.
const EMPTY_BATCH: &str = "no event in the list";
/// As [`Rule::Handshake`] begins.
const HANDSHAKE: &str = "handshake \"";

/// Whether there was no event, so that it is forwarded by any rules.
fn is_no_event(rule: &str) -> bool {
    rule == EMPTY_BATCH || rule.starts_with(HANDSHAKE)
}

/// What `new` would decide of events that were this.
pub(super) fn say(new: &Route, subject: Subject<'_>, case: &Case) -> Said {
    let rule = case.rule.as_deref();
    if let Some(rule) = rule.filter(|rule| is_doubt(rule)) {
        let several = rule.starts_with("unreadable: several types");
        return Said::Untold(if several {
            Untold::SeveralReadings
        } else {
            Untold::Unreadable
        });
    }
    if let Some(rule) = rule.filter(|rule| is_no_event(rule)) {
        return Said::Told(Decided::Forward, Some(rule.to_owned()));
    }
    match subject {
        Subject::Type(name) if is_cut(name) => Said::Untold(Untold::Cut),
        Subject::Type(name) => told(new.mode, &new.policy.verdict(&Event::named(name))),
        Subject::Untyped => {
            let verdict = new.policy.verdict(&Event::default());
            // Only the strict pass writes a rule. Without one, the body may have been broken as well.
            let is_certain = rule.is_some() || verdict.action == new.policy.unreadable;
            if is_certain {
                told(new.mode, &verdict)
            } else {
                Said::Untold(Untold::Untyped)
            }
        }
        Subject::Bodiless => Said::Told(Decided::Forward, None),
        Subject::Unreadable | Subject::Unjudged => Said::Untold(Untold::Unreadable),
    }
}

fn told(mode: Mode, verdict: &policy::Verdict<'_>) -> Said {
    let would_be = match (verdict.action, mode) {
        (Action::Forward, _) => Decided::Forward,
        (Action::Drop, Mode::Enforce) => Decided::Drop,
        (Action::Reject, Mode::Enforce) => Decided::Reject,
        (Action::Drop, Mode::Observe) => Decided::WouldDrop,
        (Action::Reject, Mode::Observe) => Decided::WouldReject,
    };
    let rule = match verdict.rule {
        Rule::NoMatch => None,
        rule => Some(rule.to_string()),
    };
    Said::Told(would_be, rule)
}

impl Decided {
    /// As the log has it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Forward => Verdict::Forward,
            Self::Drop => Verdict::Drop,
            Self::Reject => Verdict::Reject,
            Self::WouldDrop => Verdict::WouldDrop,
            Self::WouldReject => Verdict::WouldReject,
        }
        .word()
    }
}

impl Untold {
    /// In a word or two, for programs.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Cut => "cut type",
            Self::SeveralReadings => "several types",
            Self::Unreadable => "unreadable",
            Self::Untyped => "no type",
            Self::NoSuchRoute => "no such route",
            Self::LeftOut => "left out",
        }
    }
}

impl fmt::Display for Untold {
    /// What is said of the events.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Cut => "the log has their type cut at 200 bytes",
            Self::SeveralReadings => "several types in one event; the log has one at most",
            Self::Unreadable => "the type could not be told for certain",
            Self::Untyped => "no type in the log; the body had none, or was broken",
            Self::NoSuchRoute => "they came by a route that the new rules do not have",
            Self::LeftOut => "more types, or rules of one type, than are told apart",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_are_written_as_they_are_looked_for() {
        assert_eq!(Rule::NotAllowed.to_string(), NOT_ALLOWED);
        assert!(Rule::Deny("a").to_string().starts_with("deny "));
        assert_eq!(Rule::EmptyBatch.to_string(), EMPTY_BATCH);
        assert!(Rule::Handshake("type=a").to_string().starts_with(HANDSHAKE));
        let doubt = policy::Doubt::Ambiguous;
        assert!(
            Rule::Unreadable(doubt)
                .to_string()
                .starts_with("unreadable: several types")
        );
    }
}
