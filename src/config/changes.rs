//! What is different in another version of the config, said so that a reader of the log knows what he did.

#[cfg(test)]
mod tests;

use std::collections::HashSet;
use std::fmt;
use std::hash::Hash;
use std::sync::Arc;
use std::time::Duration;

use super::units::{show_size, show_time};
use super::{Config, Limits, Log, Reload, Timeouts};
use crate::headers::Host;
use crate::policy::{Patterns, Policy};
use crate::route::{DropReply, Route, Routes};
use crate::telemetry::{Format, cut};

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
        let mut live = Differences::default();
        live.routes(&old.routes, &new.routes);
        live.set("reload", old.reload, new.reload, reload);
        let mut at_start = Differences::default();
        at_start.set("listen", old.listen, new.listen, itself);
        at_start.limits(&old.limits, &new.limits);
        at_start.timeouts(&old.timeouts, &new.timeouts);
        at_start.log(&old.log, &new.log);
        Self {
            live: live.found,
            at_start: at_start.found,
        }
    }
}

/// What was found so far.
#[derive(Default)]
struct Differences {
    /// The route that is being compared.
    route: Option<Arc<str>>,
    found: Vec<Change>,
}

impl Differences {
    /// The top level, and then what is different in a route beside that: what it takes from there changes with it.
    fn routes(&mut self, old: &Routes, new: &Routes) {
        match [old, new].map(|routes| routes.named(None)) {
            [Some(old), Some(new)] => self.route(old, new),
            [old, new] => self.set("upstream", upstream(old), upstream(new), itself),
        }
        let of_all = self.found.len();
        for new in new.iter().filter(|route| route.name.is_some()) {
            self.route.clone_from(&new.name);
            match old.named(new.name.as_deref()) {
                Some(old) => self.route(old, new),
                None => self.note(format!("added, upstream {}", new.upstream)),
            }
        }
        for old in old.iter().filter(|route| route.name.is_some()) {
            if new.named(old.name.as_deref()).is_none() {
                self.route.clone_from(&old.name);
                self.note("removed".to_owned());
            }
        }
        self.route = None;
        let rest = self.found.split_off(of_all);
        let told: HashSet<_> = self
            .found
            .iter()
            .map(|change| change.text.clone())
            .collect();
        let rest = rest
            .into_iter()
            .filter(|change| !told.contains(&change.text));
        self.found.extend(rest);
    }

    fn route(&mut self, old: &Route, new: &Route) {
        self.set("upstream", &old.upstream, &new.upstream, itself);
        self.set("mode", old.mode, new.mode, itself);
        self.policy(&old.policy, &new.policy);
        self.drop_reply(&old.drop, &new.drop);
        self.forward(old, new);
        self.set("limits.inspect", old.inspect, new.inspect, show_size);
        let (old, new) = (old.timeouts, new.timeouts);
        self.set("timeouts.connect", old.connect, new.connect, show_time);
        self.set("timeouts.response", old.response, new.response, show_time);
    }

    fn policy(&mut self, old: &Policy, new: &Policy) {
        self.set("filter.type", &old.path, &new.path, |path| {
            format!("{:?}", path.to_string())
        });
        self.list("deny", &texts(&old.deny), &texts(&new.deny));
        self.list("allow", &texts(&old.allow), &texts(&new.allow));
        let (old, new) = (old.unreadable, new.unreadable);
        self.set("filter.unreadable", old, new, itself);
    }

    fn drop_reply(&mut self, old: &DropReply, new: &DropReply) {
        let body = |reply: &DropReply| {
            let text = String::from_utf8_lossy(&reply.body);
            format!("{:?}", cut(&text))
        };
        let status = |reply: &DropReply| reply.status.as_u16();
        self.set("drop.status", status(old), status(new), itself);
        if old.body != new.body {
            self.note(format!("drop.body {} -> {}", body(old), body(new)));
        }
    }

    fn forward(&mut self, old: &Route, new: &Route) {
        let (old, new) = (&old.forward, &new.forward);
        self.set("forward.host", old.host, new.host, host);
        self.set(
            "forward.x_forwarded",
            old.x_forwarded,
            new.x_forwarded,
            itself,
        );
        self.set("forward.forwarded", old.forwarded, new.forwarded, itself);
        self.set("forward.via", old.via, new.via, itself);
        self.list("forward.trusted", &old.trusted, &new.trusted);
    }

    fn limits(&mut self, old: &Limits, new: &Limits) {
        self.set(
            "limits.connections",
            old.connections,
            new.connections,
            itself,
        );
        self.set("limits.memory", old.memory, new.memory, show_size);
        self.set("limits.headers", old.headers, new.headers, itself);
        self.set(
            "limits.header_size",
            old.header_size,
            new.header_size,
            show_size,
        );
    }

    fn timeouts(&mut self, old: &Timeouts, new: &Timeouts) {
        for (key, of) in TIMEOUTS {
            self.set(key, of(old), of(new), show_time);
        }
    }

    fn log(&mut self, old: &Log, new: &Log) {
        self.set("log.format", old.format, new.format, format);
        self.set("log.level", old.level, new.level, itself);
    }

    /// A key with one value.
    fn set<T: PartialEq, S: fmt::Display>(
        &mut self,
        key: &str,
        old: T,
        new: T,
        show: impl Fn(T) -> S,
    ) {
        if old != new {
            self.note(format!("{key} {} -> {}", show(old), show(new)));
        }
    }

    /// A list, in which the order says nothing.
    fn list<T: Eq + Hash + fmt::Display>(&mut self, key: &str, old: &[T], new: &[T]) {
        let [was, is] = [old, new].map(|list| list.iter().collect::<HashSet<_>>());
        for gone in old.iter().filter(|entry| !is.contains(entry)) {
            self.note(format!("{key} - \"{gone}\""));
        }
        for come in new.iter().filter(|entry| !was.contains(entry)) {
            self.note(format!("{key} + \"{come}\""));
        }
    }

    fn note(&mut self, text: String) {
        let route = self.route.clone();
        self.found.push(Change { route, text });
    }
}

/// A time, and how it is found.
type Timeout = (&'static str, fn(&Timeouts) -> Duration);

const TIMEOUTS: [Timeout; 5] = [
    ("timeouts.header", |timeouts| timeouts.header),
    ("timeouts.body", |timeouts| timeouts.body),
    ("timeouts.idle", |timeouts| timeouts.idle),
    ("timeouts.reuse", |timeouts| timeouts.reuse),
    ("timeouts.drain", |timeouts| timeouts.drain),
];

fn texts(patterns: &Patterns) -> Vec<&str> {
    patterns.iter().collect()
}

fn upstream(route: Option<&Arc<Route>>) -> String {
    route.map_or("none".to_owned(), |route| route.upstream.to_string())
}

fn reload(reload: Reload) -> &'static str {
    match reload {
        Reload::Watch => "watch",
        Reload::Signal => "signal",
    }
}

fn host(host: Host) -> &'static str {
    match host {
        Host::Keep => "keep",
        Host::Upstream => "upstream",
    }
}

fn format(format: Format) -> &'static str {
    match format {
        Format::Auto => "auto",
        Format::Text => "text",
        Format::Json => "json",
    }
}

/// The same value, which shows itself.
fn itself<T>(value: T) -> T {
    value
}
