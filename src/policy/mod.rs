//! Patterns, rules, verdict: pure, and knows no HTTP.
//!
//! A wrong drop destroys an event, a wrong forward only delivers one too many. So an event is dropped only
//! if every way to read its type leads to that; [`crate::event`] gives the ways, this module the judgement.

mod pattern;
mod verdict;

#[cfg(test)]
mod tests;

pub use pattern::{Pattern, PatternError, Patterns};
pub use verdict::{Action, Judgement, Rule, Verdict};

use crate::event::{self, Event, Reading, Unreadable};

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
    /// Judges a JSON body, which is one event or a batch of them.
    ///
    /// In a batch the event with the greatest [`Action`] decides, the first if several have it. An empty
    /// batch is one untyped event. A body that is not strict JSON is unreadable as a whole, whatever the
    /// events before the mistake.
    #[must_use]
    pub fn judge<'b>(&self, body: &'b [u8]) -> Judgement<'_, 'b> {
        let mut decisive: Option<Judgement<'_, 'b>> = None;
        let read = event::read(body, &self.member, |event| {
            let verdict = self.verdict(event);
            let outranks = |so_far: &Judgement<'_, '_>| so_far.verdict.action < verdict.action;
            if decisive.as_ref().is_none_or(outranks) {
                decisive = Some(Judgement {
                    verdict,
                    event_type: event.name().cloned(),
                    event_id: event.id.clone(),
                });
            }
        });
        match (read, decisive) {
            (Ok(()), Some(judgement)) => judgement,
            (Ok(()), None) => anonymous(self.rule(None)),
            (Err(why), _) => anonymous(self.unreadable(why)),
        }
    }

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
        let verdict = self.rule(event.name().map(AsRef::as_ref));
        if !self.all_lead_to(verdict.action, &event.types) {
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

fn anonymous<'b>(verdict: Verdict<'_>) -> Judgement<'_, 'b> {
    Judgement {
        verdict,
        event_type: None,
        event_id: None,
    }
}
