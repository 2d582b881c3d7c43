//! `hooksieve report`: what came by a log, and what other rules would have made of it.

mod docs;
mod hostile;
mod input;
mod routes;
mod rules;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{Raw, Run, Upstream, exchange, run};

/// A directory for a log and configs.
struct Place(TempDir);

impl Place {
    /// With this log.
    fn with(log: &str) -> Self {
        let place = Self(tempfile::tempdir().expect("a directory for the log"));
        place.write("hooksieve.log", log);
        place
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        fs::write(self.path().join(name), text).expect("it can be written");
    }

    fn run(&self, arguments: &[&str]) -> Run {
        run(self.path(), &[&["report"], arguments].concat())
    }

    /// What a report that succeeds says.
    fn report(&self, arguments: &[&str]) -> String {
        let run = self.run(arguments);
        assert_eq!((run.code, &*run.stderr), (Some(0), ""));
        run.stdout
    }

    /// The same as one object.
    fn json(&self, arguments: &[&str]) -> Value {
        let said = self.report(&[&["--format", "json"], arguments].concat());
        serde_json::from_str(&said).expect("it is JSON")
    }
}

/// A config before `upstream`.
fn config(upstream: &Upstream, rules: &str) -> String {
    let upstream = upstream.address();
    format!("listen = \"127.0.0.1:0\"\nupstream = \"http://{upstream}\"\n{rules}")
}

/// An upstream that accepts, fails at what has `fails` in it, and hangs up on what has `lost`.
fn upstream() -> Upstream {
    Upstream::new(|mut connection| {
        while let Some(request) = connection.request() {
            let body = request.text();
            if body.contains("lost") {
                return connection.reset();
            }
            let status = if body.contains("fails") {
                "500 No"
            } else {
                "200 OK"
            };
            connection.write(format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n"));
        }
    })
}

/// The log of a hooksieve that was sent these requests.
fn log(upstream: &Upstream, rules: &str, requests: &[String]) -> String {
    let hooksieve = Raw::start(&config(upstream, rules));
    for request in requests {
        exchange(hooksieve.address(), request);
    }
    let run = hooksieve.stop();
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    run.stdout
}

/// The lines of a log on events.
fn events(log: &str) -> Vec<Value> {
    let lines = log
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("it is JSON"));
    lines.filter(|line| line["message"] == "event").collect()
}

/// How many events there are of each kind.
fn count<K: Ord>(events: &[Value], kind: impl Fn(&Value) -> Option<K>) -> BTreeMap<K, u64> {
    let mut counts = BTreeMap::new();
    for kind in events.iter().filter_map(kind) {
        *counts.entry(kind).or_default() += 1;
    }
    counts
}

/// A line of the log on an event, with these further fields.
fn line(fields: &str) -> String {
    format!(
        "{{\"time\":\"2026-11-22T15:04:05.000001Z\",\"level\":\"info\",\"message\":\"event\",{fields}}}\n"
    )
}

/// The body of an event of this type.
fn event(name: &str) -> String {
    json!({ "type": name }).to_string()
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

fn number(value: &Value) -> u64 {
    value.as_u64().expect("a number")
}

fn list(value: &Value) -> &[Value] {
    value.as_array().expect("a list")
}
