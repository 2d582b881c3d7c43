//! Patterns, rules, verdict: pure, and knows no HTTP.
//!
//! A wrong drop destroys an event, a wrong forward only delivers one too many. So an event is dropped only
//! if every way to read its type leads to that; [`crate::event`] gives the ways, this module the judgement.

mod judge;
mod pattern;
mod verdict;

#[cfg(test)]
mod tests;

pub use pattern::{Foreign, Pattern, PatternError, Patterns, Warning};
pub use verdict::{Action, Judgement, Rule, Verdict};

use crate::event::{Event, Reading, Unreadable};

/// Which events pass: the `[filter]` of one route.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Types that are dropped, whatever `allow` says.
    pub deny: Patterns,
    /// When not empty, the only types that pass.
    pub allow: Patterns,
    /// What is to be done when a type can't be told for certain. Anything but `Forward` is for those who
    /// would rather lose or delay an event than let a denied one through.
    pub unreadable: Action,
    /// The name of the member that holds the type: one key of the event itself, not a path.
    pub member: String,
}

impl Default for Policy {
    /// Forwards everything; the type is in `type`.
    fn default() -> Self {
        Self {
            deny: Patterns::default(),
            allow: Patterns::default(),
            unreadable: Action::Forward,
            member: "type".to_owned(),
        }
    }
}

impl Policy {
    /// Judges one event, wherever its readings come from.
    ///
    /// An untyped event matches no pattern: it passes a deny list and does not pass an allow list.
    #[must_use]
    pub fn verdict(&self, event: &Event<'_>) -> Verdict<'_> {
        self.certain(event)
            .unwrap_or_else(|why| self.unreadable(why))
    }

    /// The verdict on a body or an event whose type can't be told for certain.
    #[must_use]
    pub fn unreadable(&self, why: Unreadable) -> Verdict<'_> {
        Verdict {
            action: self.unreadable,
            rule: Rule::Unreadable(why),
        }
    }

    /// The verdict that every reading of the event's type leads to, or why there is none.
    fn certain(&self, event: &Event<'_>) -> Result<Verdict<'_>, Unreadable> {
        if event.overflow {
            return Err(Unreadable::Ambiguous);
        }
        if event.types.contains(&Reading::NotAString) {
            return Err(Unreadable::NotAString);
        }
        // The first type is the name. It is not judged a second time.
        let verdict = self.rule(event.name().map(AsRef::as_ref));
        if !self.all_lead_to(verdict.action, event.types.get(1..).unwrap_or_default()) {
            return Err(Unreadable::Ambiguous);
        }
        if !self.all_lead_to(verdict.action, &event.aliases) {
            return Err(Unreadable::OtherCase);
        }
        Ok(verdict)
    }

    /// Whether each of these, taken for the type, leads to `action`. What is not a string leads nowhere.
    fn all_lead_to(&self, action: Action, readings: &[Reading<'_>]) -> bool {
        readings.iter().all(|reading| match reading {
            Reading::String(name) => self.rule(Some(name)).action == action,
            Reading::NotAString => false,
        })
    }

    /// What the rules say of one type, or of none.
    fn rule(&self, name: Option<&str>) -> Verdict<'_> {
        let (action, rule) = if let Some(pattern) = name.and_then(|name| self.deny.find(name)) {
            (Action::Drop, Rule::Deny(pattern))
        } else if self.allow.is_empty() {
            (Action::Forward, Rule::NoMatch)
        } else if let Some(pattern) = name.and_then(|name| self.allow.find(name)) {
            (Action::Forward, Rule::Allow(pattern))
        } else {
            (Action::Drop, Rule::NotAllowed)
        };
        Verdict { action, rule }
    }
}
