//! Patterns, rules, verdict: pure, and knows no HTTP.
//!
//! A wrong drop destroys an event, a wrong forward only delivers one too many. So an event is dropped only
//! if every way to read its type leads to that; [`crate::event`] gives the ways, this module the judgement.

mod doubt;
mod judge;
mod lookup;
mod pattern;
mod rules;
mod verdict;

#[cfg(test)]
mod tests;

pub use doubt::Doubt;
pub use pattern::{Foreign, Pattern, PatternError, Patterns, Warning};
pub use rules::Shadow;
pub use verdict::{Action, Judgement, Rule, Verdict};

use crate::event::Event;
use lookup::Lookup;

/// Which events pass: the `[filter]` of one route.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Types that are dropped, whatever `allow` says.
    pub deny: Patterns,
    /// When not empty, the only types that pass.
    pub allow: Patterns,
    /// What is to be done when a type can't be told for certain. Anything but `Forward` is for those who
    /// would rather lose or delay an event than let a denied one through.
    pub unreadable: Action,
    /// Other lists, which are asked about the same events: what they say is told, and never done. Default none. Boxed,
    /// since few routes have any.
    pub shadow: Option<Box<Shadow>>,
}

impl Default for Policy {
    /// Forwards everything.
    fn default() -> Self {
        Self {
            deny: Patterns::default(),
            allow: Patterns::default(),
            unreadable: Action::Forward,
            shadow: None,
        }
    }
}

impl Policy {
    /// Judges one event, wherever its readings come from.
    ///
    /// An untyped event matches no pattern: it passes a deny list and does not pass an allow list.
    #[must_use]
    pub fn verdict(&self, event: &Event<'_>) -> Verdict<'_> {
        Lookup::new(self.rules())
            .certain(event)
            .unwrap_or_else(|why| self.unreadable(why))
    }

    /// The verdict on a body or an event whose type can't be told for certain.
    #[must_use]
    pub fn unreadable(&self, why: impl Into<Doubt>) -> Verdict<'_> {
        Verdict {
            action: self.unreadable,
            rule: Rule::Unreadable(why.into()),
        }
    }
}
