//! Patterns, rules, verdict: pure, and knows no HTTP.
//!
//! A wrong drop destroys an event, a wrong forward only delivers one too many. So an event is dropped only
//! if every way to read its type leads to that; [`crate::event`] gives the ways, this module the judgement.

mod doubt;
mod judge;
mod pattern;
mod verdict;

#[cfg(test)]
mod tests;

pub use doubt::Doubt;
pub use pattern::{Pattern, PatternError, Patterns};
pub use verdict::{Action, Judgement, Rule, Verdict};

use memchr::memchr;

use crate::event::{Event, Path, Reading};

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
    /// Where the type is.
    pub path: Path,
}

impl Default for Policy {
    /// Forwards everything; the type is in the member `type`.
    fn default() -> Self {
        Self {
            deny: Patterns::default(),
            allow: Patterns::default(),
            unreadable: Action::Forward,
            path: Path::member("type"),
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
    pub fn unreadable(&self, why: impl Into<Doubt>) -> Verdict<'_> {
        Verdict {
            action: self.unreadable,
            rule: Rule::Unreadable(why.into()),
        }
    }

    /// The verdict that every reading of the event's type leads to, or why there is none.
    fn certain(&self, event: &Event<'_>) -> Result<Verdict<'_>, Doubt> {
        if event.overflow {
            return Err(Doubt::Ambiguous);
        }
        if event.types.contains(&Reading::NotAString) {
            return Err(Doubt::NotAString);
        }
        let named = event
            .types
            .iter()
            .position(|reading| reading.name().is_some());
        let name = named.and_then(|at| event.types[at].name());
        let name = name.map(AsRef::as_ref);
        let verdict = self.rule(name);
        // What is the name is not judged a second time.
        let others = event.types.iter().enumerate();
        let mut others = others.filter(|(at, _)| Some(*at) != named);
        if !self.cut_leads_to(verdict.action, name)
            || !others.all(|(_, reading)| self.leads_to(verdict.action, reading))
        {
            return Err(Doubt::Ambiguous);
        }
        let mut aliases = event.aliases.iter();
        if !aliases.all(|reading| self.leads_to(verdict.action, reading)) {
            return Err(Doubt::Alias);
        }
        Ok(verdict)
    }

    /// Whether this reading, taken for the type, leads to `action`. What is not a string leads nowhere.
    fn leads_to(&self, action: Action, reading: &Reading<'_>) -> bool {
        match reading {
            Reading::String(name) => {
                self.rule(Some(name)).action == action && self.cut_leads_to(action, Some(name))
            }
            Reading::NotAString => false,
            Reading::Absent => self.rule(None).action == action,
        }
    }

    /// Whether it makes no difference to readers who take a type to end at its first NUL, as those in C do: json-c,
    /// cJSON, yajl.
    fn cut_leads_to(&self, action: Action, name: Option<&str>) -> bool {
        let cut = name.and_then(|name| name.get(..memchr(0, name.as_bytes())?));
        cut.is_none_or(|cut| self.rule(Some(cut)).action == action)
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
