//! What is different in another version of the config, said so that a reader of the log knows what he did.

#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::keys::{Key, Kind, Scope};
use super::shown::{Shown, Value, all_of_route};
use super::{Config, keys};
use crate::route::{Route, Routes};
use crate::telemetry::{cut, in_json};

/// All that is different between two versions of the config, each part in the order of the keys.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// What can be applied while the program runs: what becomes of requests, and when the file is read again.
    pub live: Vec<Change>,
    /// What is decided once, when the program starts.
    pub at_start: Vec<Change>,
}

/// One thing that is different.
#[derive(Debug, PartialEq, Eq)]
pub struct Change {
    /// The route that it is about; `None` for the top level.
    pub route: Option<Arc<str>>,
    /// What it is, for the log: `deny + "batch.*"`, `allow - "a"`, `mode enforce -> observe`.
    pub text: String,
}

impl Changes {
    /// What was done to `old` to make it `new`.
    #[must_use]
    pub fn between(old: &Config, new: &Config) -> Self {
        let mut changes = Self::default();
        for (key, text) in differences(&old.shown(), &new.shown()) {
            let found = match key.scope {
                Scope::Start => &mut changes.at_start,
                Scope::Live | Scope::Route => &mut changes.live,
            };
            found.push(Change { route: None, text });
        }
        if let (Some(old), Some(new)) = (old.routes.named(None), new.routes.named(None))
            && has_other_secrets(old, new)
        {
            let text = OTHER_SECRETS.to_owned();
            changes.live.push(Change { route: None, text });
        }
        // What routes take from the top level changes with it, and is told once.
        let told: HashSet<_> = changes.live.iter().map(|change| &*change.text).collect();
        let mut of_routes = routes(&old.routes, &new.routes);
        of_routes.retain(|change| !told.contains(&*change.text));
        changes.live.extend(of_routes);
        changes
    }
}

/// What is different in the routes, each by itself, in their order; those that are gone come last.
fn routes(old: &Routes, new: &Routes) -> Vec<Change> {
    let mut changes = Vec::new();
    let mut note = |route: &Route, text: String| {
        let route = route.name.clone();
        changes.push(Change { route, text });
    };
    let listed = |routes: &'_ Routes| -> Vec<Arc<Route>> {
        let listed = routes.iter().filter(|route| route.name.is_some());
        listed.cloned().collect()
    };
    for route in listed(new) {
        match old.named(route.name.as_deref()) {
            Some(before) => {
                for (_, text) in differences(&all_of_route(before), &all_of_route(&route)) {
                    note(&route, text);
                }
                if has_other_secrets(before, &route) {
                    note(&route, OTHER_SECRETS.to_owned());
                }
            }
            None => note(&route, format!("added, upstream {}", route.upstream.url())),
        }
    }
    for route in listed(old) {
        if new.named(route.name.as_deref()).is_none() {
            note(&route, "removed".to_owned());
        }
    }
    changes
}

/// What is told of secrets that are another where they were kept before.
const OTHER_SECRETS: &str = "verify.secret is another where it is kept";

/// Whether what is in the secrets of a route has changed, and not where they are kept.
fn has_other_secrets(old: &Route, new: &Route) -> bool {
    let (Some(old), Some(new)) = (&old.verify, &new.verify) else {
        return false;
    };
    (&old.scheme, &old.secrets) == (&new.scheme, &new.secrets) && old.keys != new.keys
}

/// Which keys are different in two tables, and how.
fn differences(old: &[Shown], new: &[Shown]) -> Vec<(&'static Key, String)> {
    let by_key = |shown: &[Shown]| -> HashMap<_, Value> {
        let pairs = shown
            .iter()
            .map(|shown| ((shown.section, shown.key), shown.value.clone()));
        pairs.collect()
    };
    let (old, new) = (by_key(old), by_key(new));
    let mut found = Vec::new();
    for key in keys::KEYS {
        let place = (key.section, key.name);
        let texts = match (old.get(&place), new.get(&place)) {
            (old, new) if old == new => Vec::new(),
            (Some(Value::List(old)), Some(Value::List(new))) => entries(key, old, new),
            // It has a default: the top level as a whole has come to be a route, or is one no more.
            (None, _) | (_, None) if key.default.is_some() => Vec::new(),
            (old, new) => {
                let none = || "none".to_owned();
                let [old, new] =
                    [old, new].map(|value| value.map_or_else(none, |value| said(key, value)));
                vec![format!("{} {old} -> {new}", key.path())]
            }
        };
        found.extend(texts.into_iter().map(|text| (key, text)));
    }
    found
}

/// What went out of a list, and what came into it; its order says nothing.
fn entries(key: &Key, old: &[String], new: &[String]) -> Vec<String> {
    let [was, is] = [old, new].map(|list| list.iter().collect::<HashSet<_>>());
    let path = key.path();
    // Of the lists that are changed most, everybody knows where they are.
    let name = path.strip_prefix("filter.").unwrap_or(&path);
    let told = |sign: &str, entry: &str| format!("{name} {sign} {}", in_json(&cut(entry)));
    let gone = old.iter().filter(|entry| !is.contains(entry));
    let come = new.iter().filter(|entry| !was.contains(entry));
    gone.map(|entry| told("-", entry))
        .chain(come.map(|entry| told("+", entry)))
        .collect()
}

fn said(key: &Key, value: &Value) -> String {
    match (value, &key.kind) {
        (
            Value::Text(text),
            Kind::Text | Kind::File | Kind::Files | Kind::ServerName | Kind::Source,
        ) => in_json(&cut(text)),
        (Value::Text(text), _) => text.clone(),
        (value, _) => value.to_string(),
    }
}
