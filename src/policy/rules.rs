//! What two lists say of one type.

use super::{Action, Patterns, Policy, Rule, Verdict};

/// Lists that are tried beside those in force: `[filter.shadow]` of one route.
///
/// A list that is left out is that of the [`Policy`] itself; one that is there and empty is empty. All else is the
/// policy's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shadow {
    /// In place of [`Policy::deny`].
    pub deny: Option<Patterns>,
    /// In place of [`Policy::allow`].
    pub allow: Option<Patterns>,
}

/// A deny list and an allow list.
#[derive(Clone, Copy)]
pub(super) struct Rules<'p> {
    deny: &'p Patterns,
    allow: &'p Patterns,
}

impl Policy {
    /// Those in force.
    pub(super) fn rules(&self) -> Rules<'_> {
        Rules {
            deny: &self.deny,
            allow: &self.allow,
        }
    }

    /// Those that are tried beside them, if any are.
    pub(super) fn shadow_rules(&self) -> Option<Rules<'_>> {
        let shadow = self.shadow.as_deref()?;
        Some(Rules {
            deny: shadow.deny.as_ref().unwrap_or(&self.deny),
            allow: shadow.allow.as_ref().unwrap_or(&self.allow),
        })
    }
}

impl<'p> Rules<'p> {
    /// Whether types pass unless they are denied.
    pub(super) fn only_deny(self) -> bool {
        self.allow.is_empty()
    }

    /// What they say of one type, or of none.
    pub(super) fn verdict(self, name: Option<&str>) -> Verdict<'p> {
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
