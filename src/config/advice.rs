//! What is legal in a file, and surely not meant.
//!
//! Nothing here is a guess: what is said to change nothing changes nothing, whatever comes.

mod sender;
#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use http::StatusCode;

use super::problem::{Problem, in_order};
use super::{Config, Places};
use crate::admin::PUBLIC;
use crate::policy::{Action, Pattern, Patterns, Policy};
use crate::route::{Mode, Route};
use crate::senders::{Refused, Statuses, named};
use crate::telemetry::in_json;

/// A day.
const DAY: Duration = Duration::from_hours(24);
/// So long is enough to see what rules would do: most senders have sent all that they send in two weeks.
const LONG: Duration = Duration::from_hours(14 * 24);

impl Config {
    /// What in the file is probably meant otherwise, in its order: the [`warnings`](Self::warnings), and what shows
    /// only when its lists and keys are seen together. `text` is what this was read from, and `age` how long the file
    /// has been as it is, where that is known.
    #[must_use]
    pub fn advice(&self, text: &str, age: Option<Duration>) -> Vec<Problem> {
        let places = Places::of(text);
        let lists = lists(self, &places);
        let mut advice = self.warnings.clone();
        advice.extend(lists.iter().flat_map(List::of_patterns));
        advice.extend(case(&lists));
        advice.extend(of_admin(self, &places));
        for route in self.routes.iter() {
            advice.extend(of_keys(route, &places, age));
            if self.audit.path.is_none() && route.audit.body {
                let text = "[audit] body = true records nothing, since there is no path; write path = \
                            \"/var/lib/hooksieve/dropped.jsonl\" beside it";
                let line = places.key(route.line, "audit", "body");
                advice.push(Problem::at(line, text.to_owned()));
            }
            if let Some(top) = self.routes.named(None) {
                advice.extend(secret_of_another(route, top, &places));
            }
            if let Some(sender) = route.sender.and_then(named) {
                advice.extend(sender::of_sender(route, sender, &places));
            }
        }
        // What a route takes from above is told once.
        let mut seen = HashSet::new();
        advice.retain(|problem| seen.insert(problem.to_string()));
        in_order(advice)
    }
}

/// A list of patterns as it was written, for one route or for all that take it from above.
struct List<'a> {
    places: &'a Places<'a>,
    key: &'static str,
    patterns: &'a Patterns,
    /// One of its routes, and what its other list is, for each that this has; a pattern is told only if all agree.
    beside: Vec<(Option<usize>, &'a Patterns)>,
}

/// Each list of the file once.
fn lists<'a>(config: &'a Config, places: &'a Places<'a>) -> Vec<List<'a>> {
    let mut lists: Vec<List<'_>> = Vec::new();
    let mut by_line: HashMap<_, Vec<usize>> = HashMap::new();
    let routes = config.routes.iter().flat_map(|route| {
        let Policy { deny, allow, .. } = &route.policy;
        [("deny", deny, allow), ("allow", allow, deny)]
            .map(|(key, list, other)| (route.line, key, list, other))
    });
    for (line, key, patterns, other) in routes.filter(|(_, _, patterns, _)| !patterns.is_empty()) {
        let alike = by_line
            .entry((key, places.key(line, "filter", key)))
            .or_default();
        let known = alike
            .iter()
            .copied()
            .find(|&number| lists[number].patterns == patterns);
        let number = known.unwrap_or(lists.len());
        if known.is_none() {
            alike.push(number);
            lists.push(List {
                places,
                key,
                patterns,
                beside: Vec::new(),
            });
        }
        let beside = &mut lists[number].beside;
        if !beside.iter().any(|(_, known)| *known == other) {
            beside.push((line, other));
        }
    }
    lists
}

impl List<'_> {
    /// What is odd about patterns beside others; of each the first thing.
    fn of_patterns(&self) -> Vec<Problem> {
        let shadowed: HashMap<_, _> = self
            .patterns
            .shadowed()
            .map(|(one, other)| (one.as_str(), other.as_str()))
            .collect();
        let odd = self.patterns.iter().filter_map(|pattern| {
            let why = match (shadowed.get(pattern.as_str()), self.key) {
                (Some(other), _) => {
                    let line = in_line(self.entry(other));
                    let other = in_json(other);
                    format!("changes nothing, since {other}{line} matches all that it matches; take one of them out")
                }
                (None, "deny") => self.pointless(pattern)?,
                (None, _) => self.denied(pattern)?,
            };
            Some(self.about(pattern.as_str(), &why))
        });
        odd.collect()
    }

    /// Why an allowed pattern is always denied, if it is.
    fn denied(&self, pattern: &Pattern) -> Option<String> {
        let mut denied = self.beside.iter().map(|(_, deny)| deny.covering(pattern));
        let is_denied = denied.clone().all(|denied| denied.is_some());
        let by = denied.next().flatten().filter(|_| is_denied)?;
        // Without its last entry an allow list lets everything through.
        let lets_any_through = self.beside.iter().all(|(_, deny)| {
            self.patterns
                .iter()
                .any(|pattern| deny.covering(pattern).is_none())
        });
        let right = if lets_any_through {
            "take one of them out"
        } else {
            "narrow that one, since nothing passes at all"
        };
        let (route, _) = self.beside.first()?;
        let line = in_line(self.places.entry(*route, "filter", "deny", by));
        let by = in_json(by);
        Some(format!(
            "lets nothing through, since {by} of deny{line} matches all that it matches; {right}"
        ))
    }

    /// Why a denied pattern would not pass anyway, if it would not.
    fn pointless(&self, pattern: &Pattern) -> Option<String> {
        let meets_none = |allow: &Patterns| {
            !allow.is_empty() && !allow.iter().any(|allowed| allowed.meets(pattern))
        };
        if !self.beside.iter().all(|(_, allow)| meets_none(allow)) {
            return None;
        }
        let (route, _) = self.beside.first()?;
        let line = in_line(self.places.key(*route, "filter", "allow"));
        Some(format!(
            "changes nothing, since allow{line} has no type that it matches; take it out"
        ))
    }

    fn about(&self, pattern: &str, why: &str) -> Problem {
        let text = format!("[filter] {}: {} {why}", self.key, in_json(pattern));
        Problem::at(self.entry(pattern), text)
    }

    fn entry(&self, pattern: &str) -> Option<usize> {
        let (route, _) = self.beside.first()?;
        self.places.entry(*route, "filter", self.key, pattern)
    }
}

/// Whether strangers may reach what is for those who run this.
fn of_admin(config: &Config, places: &Places<'_>) -> Option<Problem> {
    let listen = config.admin.listen.as_ref()?;
    (listen.is_public() && !config.admin.public).then(|| {
        let text = format!("[admin] listen = \"{listen}\" is open to other networks: {PUBLIC}");
        Problem::at(places.key(None, "admin", "listen"), text)
    })
}

/// Patterns that are another one in the file but for their case.
fn case(lists: &[List<'_>]) -> Vec<Problem> {
    let mut seen: HashMap<String, (&str, &List<'_>)> = HashMap::new();
    let mut told = Vec::new();
    for (list, pattern) in lists
        .iter()
        .flat_map(|list| list.patterns.iter().map(move |one| (list, one.as_str())))
    {
        let (first, of) = *seen
            .entry(pattern.to_lowercase())
            .or_insert((pattern, list));
        if first != pattern {
            let line = in_line(of.entry(first));
            let why = format!(
                "differs from {}{line} only in case, and case matters; write it as the sender does",
                in_json(first)
            );
            told.push(list.about(pattern, &why));
        }
    }
    told
}

/// What is odd about keys beside others.
fn of_keys(route: &Route, places: &Places<'_>, age: Option<Duration>) -> Vec<Problem> {
    let Route {
        policy, mode, drop, ..
    } = route;
    let mut told = Vec::new();
    let mut tell = |section, key, text: String| {
        told.push(Problem::at(places.key(route.line, section, key), text));
    };
    let sender = route.sender.and_then(named);
    let can_be_refused = sender.is_none_or(|sender| sender.refused == Refused::SentAgain);
    if policy.unreadable == Action::Drop {
        let right = if can_be_refused {
            "\"reject\", so that their senders try again and the log says why"
        } else {
            "\"forward\""
        };
        let text = format!(
            "[filter] unreadable = \"drop\" loses events whose type can't be told for certain, wanted ones too; write \
             {right}"
        );
        tell("filter", "unreadable", text);
    }
    if policy.unreadable == Action::Forward && !policy.allow.is_empty() && can_be_refused {
        let text = "[filter] allow lets pass what can't be read for certain, whatever is in it, since unreadable is \
                    \"forward\"; write unreadable = \"reject\" to keep that out";
        tell("filter", "allow", text.to_owned());
    }
    let is_any_taken = sender.is_none_or(|sender| sender.statuses == Statuses::Any2xx);
    if drop.status != StatusCode::OK && is_any_taken {
        let status = drop.status.as_u16();
        let text = format!(
            "[drop] status = {status} is a failure to senders that take nothing but 200; write 200 unless yours \
             asks for {status}"
        );
        tell("drop", "status", text);
    }
    let days = age.map_or(0, |age| age.as_secs() / DAY.as_secs());
    let has_rules = !policy.deny.is_empty() || !policy.allow.is_empty();
    if *mode == Mode::Observe && has_rules && age.is_some_and(|age| age > LONG) {
        let text = format!(
            "mode = \"observe\" has dropped nothing for {days} days, by the time of the file, though there are \
             rules; write \"enforce\" if the log shows what you want"
        );
        tell("", "mode", text);
    }
    told
}

/// A secret that a route takes from above, where another sender signs in another way.
fn secret_of_another(route: &Route, top: &Route, places: &Places<'_>) -> Option<Problem> {
    let (own, above) = (route.verify.as_ref()?, top.verify.as_ref()?);
    let [line, above_line] = [route.line, None].map(|route| places.key(route, "verify", "secret"));
    let (scheme, other) = (own.scheme.name, above.scheme.name);
    let text = format!(
        "[verify] secret{} is that of scheme = {other:?}, and a route takes it for scheme = {scheme:?}, so that nothing \
         verifies there; write one for the route, or secret = [] to verify nothing",
        in_line(above_line)
    );
    (line == above_line && scheme != other).then(|| Problem::at(route.line, text))
}

fn in_line(line: Option<usize>) -> String {
    line.map(|line| format!(" in line {line}"))
        .unwrap_or_default()
}
