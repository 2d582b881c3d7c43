//! Which types came, and what becomes of them by the rules in force.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::time::Duration;

use super::html::{Html, html};
use super::moments::{ago, number};
use super::{MOST_ROWS, View, verdict};
use crate::event::{Event, Reading};
use crate::policy::{Action, Rule};
use crate::proxy::counts::{CountedRoute, CountedType, MOST_OF_ALL, MOST_OF_ROUTE};
use crate::proxy::entry_of;
use crate::route::{Mode, Route};
use crate::telemetry::is_cut;

/// A type is new for so long, if no rule names it.
const NEW: Duration = Duration::from_hours(24);
/// What comes so soon after the start is what always comes.
const USUAL: Duration = Duration::from_mins(10);

/// A table of types, the most frequent first.
pub fn write(out: &mut Html, view: &View<'_>) {
    let mut all: Vec<_> = view
        .routes
        .iter()
        .flat_map(|(route, counted)| {
            let types = counted.counts.types();
            types.map(move |seen| (route, counted, seen))
        })
        .collect();
    all.sort_by_key(|(_, _, seen)| Reverse(seen.totals.sum()));
    super::section(out, "types", "Types", |out| {
        if all.is_empty() {
            html!(out, "<p>No event with a type has come yet.</p>");
            return;
        }
        let columns = ["type", "count", "last seen", "now", "to change that, write"];
        super::columns(
            out,
            "Types that came, and what becomes of them by the rules in force",
            &columns,
        );
        for (route, counted, seen) in all.iter().take(MOST_ROWS) {
            row(out, view, route, counted, seen);
        }
        super::end(out, all.len());
        if all.iter().any(|(_, _, seen)| seen.is_rest) {
            html!(out, "<p class=\"note\">The first " (MOST_OF_ROUTE) " types of a route are told apart, and " (number(MOST_OF_ALL as u64)) " in all. The log has the rest.</p>");
        }
    });
}

fn row(
    out: &mut Html,
    view: &View<'_>,
    route: &Route,
    counted: &CountedRoute,
    seen: &CountedType<'_>,
) {
    html!(out, "<tr><th scope=\"row\" data-l=\"type\">");
    if seen.is_rest {
        html!(out, "all others");
    } else {
        html!(out, "<code>" (seen.name) "</code>");
    }
    let standing = Standing::of(route, seen.name);
    if standing.is_unnamed && !seen.is_rest && is_new(seen.first, view.uptime) {
        html!(out, " <span class=\"v new\">new</span>");
    }
    if view.has_routes() {
        html!(out, " <small>" (super::name(counted)) "</small>");
    }
    html!(out, "</th><td class=\"n\" data-l=\"count\">" (number(seen.totals.sum())) "</td><td data-l=\"last seen\">");
    ago(out, view.now, view.state.gauges.counts.moment(seen.last));
    html!(out, "</td><td data-l=\"now\">");
    if !seen.is_rest {
        verdict(out, standing.verdict);
        if let Some(rule) = &standing.rule {
            html!(out, " <small>" (rule) "</small>");
        }
    }
    html!(out, "</td><td data-l=\"to change that, write\">");
    if !seen.is_rest {
        remedies(out, route, &standing, seen.name);
    }
    html!(out, "</td></tr>");
}

/// Whether a type that came `first` in this second since the start did not always come, by `now`.
fn is_new(first: u64, now: Duration) -> bool {
    let first = Duration::from_secs(first);
    first >= USUAL && now.saturating_sub(first) < NEW
}

/// What to write so that it is denied, or allowed, where a pattern names it and nothing else.
fn remedies(out: &mut Html, route: &Route, standing: &Standing, name: &str) {
    let entry = (!is_cut(name)).then(|| entry_of(name)).flatten();
    let Some(entry) = entry else {
        html!(out, "<small>no pattern names just this one</small>");
        return;
    };
    let has_allow = !route.policy.allow.is_empty();
    let is_denied = standing.denied_by.is_some();
    if let Some(pattern) = &standing.denied_by {
        html!(out, "<small>take out of deny:</small> <code>'" (pattern) "'</code>");
    }
    if has_allow && !standing.is_allowed {
        html!(out, "<code>allow = [..., " (entry) "]</code> ");
    }
    if !is_denied {
        html!(out, "<code>deny = [..., " (entry) "]</code>");
    }
}

/// What the rules in force say of a type.
struct Standing {
    /// As the log would have it.
    verdict: &'static str,
    rule: Option<String>,
    /// The pattern that denies it.
    denied_by: Option<String>,
    is_allowed: bool,
    is_unnamed: bool,
}

impl Standing {
    fn of(route: &Route, name: &str) -> Self {
        let event = Event {
            types: vec![Reading::String(Cow::Borrowed(name))],
            ..Event::default()
        };
        let said = route.policy.verdict(&event);
        let verdict = match (said.action, route.mode) {
            (Action::Forward, _) => "forward",
            (Action::Drop, Mode::Enforce) => "drop",
            (Action::Drop, Mode::Observe) => "would drop",
            (Action::Reject, Mode::Enforce) => "reject",
            (Action::Reject, Mode::Observe) => "would reject",
        };
        let denied_by = match said.rule {
            Rule::Deny(pattern) => Some(pattern.to_owned()),
            _ => None,
        };
        Self {
            verdict,
            rule: (said.rule != Rule::NoMatch).then(|| said.rule.to_string()),
            denied_by,
            is_allowed: matches!(said.rule, Rule::Allow(_)),
            is_unnamed: matches!(said.rule, Rule::NoMatch | Rule::NotAllowed),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_is_new_for_a_day_unless_it_came_with_the_start() {
        for (first, now, expected) in [
            (0, 60, false),
            (599, 601, false),
            (600, 601, true),
            (600, 600 + 86_399, true),
            (600, 600 + 86_400, false),
        ] {
            assert_eq!(
                is_new(first, Duration::from_secs(now)),
                expected,
                "{first} {now}"
            );
        }
    }
}
