//! What the rules say of one event after another, with no type looked up twice in a row.

use std::borrow::Cow;

use memchr::memchr;

use super::rules::Rules;
use super::{Action, Doubt, Verdict};
use crate::event::{Event, Reading};

/// Looks types up, and remembers the last.
///
/// An event names its type twice when it is judged by both passes, a batch most often has many events of one
/// type, and a type may be as long as a body: to compare it with the one before is nothing beside the patterns.
pub(super) struct Lookup<'p, 'b> {
    rules: Rules<'p>,
    last: Option<(Cow<'b, str>, Verdict<'p>)>,
}

impl<'p, 'b> Lookup<'p, 'b> {
    /// Looks up by these rules.
    pub(super) fn new(rules: Rules<'p>) -> Self {
        Self { rules, last: None }
    }

    /// Those that it looks up by.
    pub(super) fn rules(&self) -> Rules<'p> {
        self.rules
    }

    /// The verdict that every reading of the event's type leads to, or why there is none.
    pub(super) fn certain(&mut self, event: &Event<'b>) -> Result<Verdict<'p>, Doubt> {
        if event.overflow {
            return Err(Doubt::Ambiguous);
        }
        if event.types.contains(&Reading::NotAString) {
            return Err(Doubt::NotAString);
        }
        if event.types.contains(&Reading::Scattered) {
            return Err(Doubt::Scattered);
        }
        let verdict = self.rule(event.name());
        if !self.all_lead_to(verdict.action, &event.types) {
            return Err(Doubt::Ambiguous);
        }
        if !self.all_lead_to(verdict.action, &event.aliases) {
            return Err(Doubt::Alias);
        }
        Ok(verdict)
    }

    /// Whether each of these, taken for the type, leads to `action`. What is not a string leads nowhere.
    fn all_lead_to(&mut self, action: Action, readings: &[Reading<'b>]) -> bool {
        readings.iter().all(|reading| match reading {
            Reading::String(name) => {
                self.rule(Some(name)).action == action && self.cut_leads_to(action, name)
            }
            Reading::NotAString | Reading::Scattered => false,
            Reading::Absent => self.rule(None).action == action,
        })
    }

    /// Whether it makes no difference to receivers that take a type to end at its first NUL, as json-c, cJSON and yajl
    /// do.
    fn cut_leads_to(&self, action: Action, name: &str) -> bool {
        let cut = memchr(0, name.as_bytes()).and_then(|end| name.get(..end));
        cut.is_none_or(|cut| self.rules.verdict(Some(cut)).action == action)
    }

    fn rule(&mut self, name: Option<&Cow<'b, str>>) -> Verdict<'p> {
        let Some(name) = name else {
            return self.rules.verdict(None);
        };
        match &self.last {
            Some((last, verdict)) if last == name => *verdict,
            _ => {
                #[cfg(test)]
                tests::LOOKED_UP.set(tests::LOOKED_UP.get() + 1);
                let verdict = self.rules.verdict(Some(name));
                self.last = Some((name.clone(), verdict));
                verdict
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;
    use crate::policy::Policy;
    use crate::policy::tests::finder;

    thread_local! {
        /// How many types this thread has looked up.
        pub(super) static LOOKED_UP: Cell<usize> = const { Cell::new(0) };
    }

    #[test]
    fn each_type_is_looked_up_once() {
        let deny = |unreadable| Policy {
            deny: ["a*".parse().unwrap()].into_iter().collect(),
            unreadable,
            ..Policy::default()
        };
        let forward = &deny(Action::Forward);
        let reject = &deny(Action::Reject);
        let events = |types: &[&str]| {
            let events: Vec<_> = types
                .iter()
                .map(|name| format!(r#"{{"type":"{name}"}}"#))
                .collect();
            format!("[{}]", events.join(","))
        };
        let table = [
            (forward, "forwarded", r#"{"type":"b"}"#.to_owned(), 1),
            (forward, "dropped", r#"{"type":"a"}"#.to_owned(), 1),
            (
                forward,
                "dropped, escaped",
                r#"{"type":"\u0061"}"#.to_owned(),
                1,
            ),
            (forward, "no type", r#"{"id":"a"}"#.to_owned(), 0),
            (
                forward,
                "no string",
                r#"{"type":"a","type":1.5}"#.to_owned(),
                0,
            ),
            (
                reject,
                "three readings",
                r#"{"type":"a","type":"ab","Type":"ac"}"#.to_owned(),
                3,
            ),
            (
                reject,
                "three equal ones",
                r#"{"type":"a","type":"a","Type":"a"}"#.to_owned(),
                1,
            ),
            (forward, "a batch of one type", events(&["a"; 100]), 1),
            (
                forward,
                "a batch of two",
                events(&[["a"; 50], ["aa"; 50]].concat()),
                2,
            ),
            (
                forward,
                "a batch with one that passes",
                events(&["a", "b", "c", "d", "e"]),
                2,
            ),
            (
                reject,
                "the same, where a doubt outranks that",
                events(&["a", "b", "c", "d", "e"]),
                5,
            ),
        ];
        for (policy, name, body, expected) in table {
            for pieces in [vec![body.as_str()], vec![&body[..9], &body[9..]]] {
                LOOKED_UP.set(0);
                let _ = policy.judge(&pieces, &finder());
                assert_eq!(LOOKED_UP.get(), expected, "{name}: {body}");
            }
        }
    }
}
