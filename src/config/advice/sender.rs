//! What hurts with a sender that the file names, by what is known of it.

use std::collections::BTreeMap;

use crate::config::places::Places;
use crate::config::problem::Problem;
use crate::policy::Action;
use crate::route::Route;
use crate::senders::{Body, Refused, Sender, Statuses};
use crate::telemetry::in_json;

/// What is odd about a route for this sender.
pub(super) fn of_sender(route: &Route, sender: &Sender, places: &Places<'_>) -> Vec<Problem> {
    let told = [
        status(route, sender),
        body(route, sender),
        reject(route, sender),
        types(route, sender, places),
        handshakes(route, sender),
    ];
    let told = told
        .into_iter()
        .flatten()
        .map(|(section, key, text)| Problem::at(places.key(route.line, section, key), text));
    told.chain(mandatory(route, sender, places)).collect()
}

/// Where something is odd, and what it is.
type Odd = (&'static str, &'static str, String);

fn status(route: &Route, sender: &Sender) -> Option<Odd> {
    let Statuses::Only(taken) = sender.statuses else {
        return None;
    };
    let status = route.drop.status.as_u16();
    let first = taken.first().filter(|_| !taken.contains(&status))?;
    let taken: Vec<_> = taken.iter().map(u16::to_string).collect();
    let taken = taken.join(" or ");
    let text = format!(
        "[drop] status = {status} is a failure to {}, which takes {taken} and no other; write {first}",
        sender.title
    );
    Some(("drop", "status", text))
}

fn body(route: &Route, sender: &Sender) -> Option<Odd> {
    let right = match sender.body {
        Body::Any => return None,
        Body::Empty => "",
        Body::Exactly(text) => text,
    };
    let body = String::from_utf8_lossy(&route.drop.body);
    let text = format!(
        "[drop] body = {} is not what {} takes for an answer; write {}",
        in_json(&body),
        sender.title,
        in_json(right)
    );
    (body != right).then_some(("drop", "body", text))
}

fn reject(route: &Route, sender: &Sender) -> Option<Odd> {
    match (sender.refused, route.policy.unreadable) {
        (Refused::Hurts(why), Action::Reject) => {
            let text = format!(
                "[filter] unreadable = \"reject\" refuses with a 4xx, and {} {why}; write \"forward\"",
                sender.title
            );
            Some(("filter", "unreadable", text))
        }
        _ => None,
    }
}

/// An allow list for a sender whose types nobody reads.
fn types(route: &Route, sender: &Sender, places: &Places<'_>) -> Option<Odd> {
    let is_read = sender.setting("filter.type").is_some()
        || places.key(route.line, "filter", "type").is_some();
    let text = format!(
        "[filter] allow lets nothing of {} through, whose types can't be read; take it out",
        sender.title
    );
    (!is_read && !route.policy.allow.is_empty()).then_some(("filter", "allow", text))
}

/// Handshakes of its preset that were left out by hand, and meet rules.
fn handshakes(route: &Route, sender: &Sender) -> Option<Odd> {
    let is_known = |entry: &&str| route.handshakes.iter().any(|one| &*one.written == *entry);
    let missing = sender.list("filter.handshake");
    let missing: Vec<_> = missing
        .filter(|entry| !is_known(entry))
        .map(in_json)
        .collect();
    let has_rules = !route.policy.deny.is_empty() || !route.policy.allow.is_empty();
    let text = format!(
        "[filter] handshake leaves out {}, without which {} sends nothing, or stops to; add that to it",
        missing.join(", "),
        sender.title
    );
    (has_rules && !missing.is_empty()).then_some(("filter", "handshake", text))
}

/// Rules by which the endpoint does not get what it has to answer.
fn mandatory(route: &Route, sender: &Sender, places: &Places<'_>) -> Vec<Problem> {
    let policy = &route.policy;
    let mut denied: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let mut not_allowed = Vec::new();
    for topic in sender.mandatory {
        if let Some(pattern) = policy.deny.find(topic) {
            denied.entry(pattern).or_default().push(in_json(topic));
        } else if !policy.allow.is_empty() && policy.allow.find(topic).is_none() {
            not_allowed.push(in_json(topic));
        }
    }
    let wants = format!("which {} wants the endpoint to act on", sender.title);
    let mut told: Vec<_> = denied
        .into_iter()
        .map(|(pattern, topics)| {
            let line = places.entry(route.line, "filter", "deny", pattern);
            let (pattern, topics) = (in_json(pattern), topics.join(", "));
            let text = format!("[filter] deny: {pattern} drops {topics}, {wants}; narrow it");
            Problem::at(line, text)
        })
        .collect();
    if !not_allowed.is_empty() {
        let line = places.key(route.line, "filter", "allow");
        let topics = not_allowed.join(", ");
        let text = format!("[filter] allow drops {topics}, {wants}; add that to it");
        told.push(Problem::at(line, text));
    }
    told
}
