//! What is to be done with an event, and why.

use std::borrow::Cow;
use std::fmt;

use super::Doubt;

/// What is to be done with a request.
///
/// Ordered by which one decides when the events of a batch differ: the greatest. A batch can't be edited
/// without breaking its signature, so it is dropped only when nothing in it is to be forwarded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Action {
    /// Acknowledge it here; the upstream never sees it.
    Drop,
    /// Pass it to the upstream unchanged.
    Forward,
    /// Refuse it, so that the sender tries again.
    Reject,
}

/// The rule that decided.
///
/// Its `Display` is for the log: `deny "batch.*"`, `not in allow`, `unreadable: not JSON at …`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule<'p> {
    /// A pattern of the deny list matched.
    Deny(&'p str),
    /// A pattern of the allow list matched, and none of the deny list.
    Allow(&'p str),
    /// There is an allow list, and nothing in it matched.
    NotAllowed,
    /// Nothing in the deny list matched, and there is no allow list.
    NoMatch,
    /// There is no event: a list of them is empty.
    EmptyBatch,
    /// It is not an event but a handshake, as this entry of `filter.handshake` has it.
    Handshake(&'p str),
    /// The type can't be told for certain, so the policy's `unreadable` applies.
    Unreadable(Doubt),
}

/// An action, and the rule it follows from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict<'p> {
    /// What is to be done.
    pub action: Action,
    /// Why.
    pub rule: Rule<'p>,
}

/// A verdict, and what the log says of the event that it was found for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgement<'p, 'b> {
    /// The verdict.
    pub verdict: Verdict<'p>,
    /// The event's type: the first if there are several, none if it is untyped or the body unreadable.
    pub event_type: Option<Cow<'b, str>>,
    /// The event's `id`, if it is a string.
    pub event_id: Option<Cow<'b, str>>,
    /// What [`Shadow`](super::Shadow) rules say of the same body, where there are any. It may be for another event of a
    /// batch.
    pub shadow: Option<Verdict<'p>>,
}

impl<'p> Judgement<'p, '_> {
    /// The event's type, if no pattern in force matches it.
    #[must_use]
    pub fn unnamed(&self) -> Option<&str> {
        match self.verdict.rule {
            Rule::NoMatch | Rule::NotAllowed => self.event_type.as_deref(),
            Rule::Deny(_)
            | Rule::Allow(_)
            | Rule::EmptyBatch
            | Rule::Handshake(_)
            | Rule::Unreadable(_) => None,
        }
    }

    /// The same, without anything borrowed from the body.
    #[must_use]
    pub fn into_owned(self) -> Judgement<'p, 'static> {
        let owned = |text: Cow<'_, str>| Cow::Owned(text.into_owned());
        Judgement {
            verdict: self.verdict,
            event_type: self.event_type.map(owned),
            event_id: self.event_id.map(owned),
            shadow: self.shadow,
        }
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Drop => "drop",
            Self::Forward => "forward",
            Self::Reject => "reject",
        })
    }
}

impl fmt::Display for Rule<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Deny(pattern) => write!(f, "deny \"{pattern}\""),
            Self::Allow(pattern) => write!(f, "allow \"{pattern}\""),
            Self::NotAllowed => f.write_str("not in allow"),
            Self::NoMatch => f.write_str("none"),
            Self::EmptyBatch => f.write_str("no event in the list"),
            Self::Handshake(entry) => write!(f, "handshake \"{entry}\""),
            Self::Unreadable(why) => write!(f, "unreadable: {why}"),
        }
    }
}
