//! `[filter]`: where the type is, and what becomes of events by it.

use super::source::{handshake, source};
use crate::config::section::Section;
use crate::config::value::word;
use crate::policy::{Action, Pattern, PatternError, Patterns, Policy, Shadow};
use crate::route::{Handshake, Source};

/// What `[filter]` says.
#[derive(Clone)]
pub(super) struct Filter {
    pub(super) source: Source,
    pub(super) policy: Policy,
    pub(super) handshakes: Vec<Handshake>,
}

impl Default for Filter {
    fn default() -> Self {
        Self {
            source: Source::default_member(),
            policy: Policy::default(),
            handshakes: Vec::new(),
        }
    }
}

/// What the section says, and what it leaves to the one above.
pub(super) fn filter(s: &mut Section<'_>, above: &Filter) -> Filter {
    let unreadable = [
        ("forward", Action::Forward),
        ("drop", Action::Drop),
        ("reject", Action::Reject),
    ];
    let source = s.get("type", above.source.clone(), source);
    let handshakes = s.list("handshake", handshake);
    let above_policy = &above.policy;
    let [deny, allow] = [("deny", &above_policy.deny), ("allow", &above_policy.allow)]
        .map(|(key, above)| patterns(s, key).unwrap_or_else(|| above.clone()));
    let policy = Policy {
        deny,
        allow,
        unreadable: s.get("unreadable", above_policy.unreadable, word(&unreadable)),
        shadow: s.section("shadow", |s| shadow(s, above_policy.shadow.as_deref())),
    };
    Filter {
        source,
        policy,
        handshakes: handshakes.unwrap_or_else(|| above.handshakes.clone()),
    }
}

/// Without a list of its own it would say what the rules in force do, so then it is none.
fn shadow(s: &mut Section<'_>, above: Option<&Shadow>) -> Option<Box<Shadow>> {
    let above = above.cloned().unwrap_or_default();
    let shadow = Shadow {
        deny: patterns(s, "deny").or(above.deny),
        allow: patterns(s, "allow").or(above.allow),
    };
    (shadow != Shadow::default()).then(|| Box::new(shadow))
}

/// The patterns of the list `key`; `None` if the file leaves it out.
fn patterns(s: &mut Section<'_>, key: &'static str) -> Option<Patterns> {
    let patterns = s.list(key, pattern)?;
    let odd = |pattern: &Pattern| pattern.warning().map(|warning| warning.to_string());
    s.warn(key, &patterns, odd);
    Some(patterns.into_iter().collect())
}

/// One pattern.
pub(super) fn pattern(written: &str) -> Result<Pattern, String> {
    written
        .parse()
        .map_err(|error: PatternError| format!("is not a pattern ({error})"))
}
