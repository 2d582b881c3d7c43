//! A JSON Schema of the file, by which editors complete keys and mark mistakes.
//!
//! It can't say all that the reader does (that a pattern stands in one list only, that `memory` has room for a body):
//! what it refuses is wrong, and what it lets pass may still be. Draft 7, since that is what editors of TOML know.

use serde_json::{Map, Value, json};

use super::keys::{KEYS, Key, Kind, OF_ROUTES, Scope};
use crate::senders::ALL;

/// The schema.
#[must_use]
pub fn schema() -> Value {
    let mut whole = table(KEYS.iter());
    whole["properties"]["route"] = json!({
        "type": "array",
        "description": "other paths, other rules; what a route leaves out it takes from above",
        "items": route(),
    });
    whole["$schema"] = json!("http://json-schema.org/draft-07/schema#");
    whole["title"] = json!("hooksieve");
    // Each event needs somewhere to go.
    whole["if"] = json!({ "not": { "required": ["upstream"] } });
    whole["then"] = json!({
        "required": ["route"],
        "properties": { "route": { "minItems": 1, "items": { "required": ["upstream"] } } },
    });
    whole
}

fn route() -> Value {
    let mut route = table(KEYS.iter().filter(|key| key.scope == Scope::Route));
    for (name, about) in OF_ROUTES {
        route["properties"][name] =
            json!({ "type": "string", "minLength": 1, "description": about });
    }
    route["required"] = json!(["path"]);
    route
}

/// A table with these keys and their sections, and no other.
fn table<'k>(keys: impl Iterator<Item = &'k Key>) -> Value {
    let mut root = closed();
    for key in keys {
        let mut place = &mut root;
        for section in key.section.split('.').filter(|section| !section.is_empty()) {
            place = place["properties"]
                .as_object_mut()
                .expect("a table has properties")
                .entry(section)
                .or_insert_with(closed);
        }
        place["properties"][key.name] = property(key);
    }
    root
}

fn closed() -> Value {
    json!({ "type": "object", "additionalProperties": false, "properties": {} })
}

fn property(key: &Key) -> Value {
    let mut property = match kind(&key.kind) {
        Value::Object(property) => property,
        _ => Map::new(),
    };
    property.insert("description".to_owned(), json!(key.about));
    if let Some(default) = key.default {
        property.insert("default".to_owned(), default_of(default));
    }
    Value::Object(property)
}

fn kind(kind: &Kind) -> Value {
    let list = |items: Value| json!({ "type": "array", "uniqueItems": true, "items": items });
    match kind {
        Kind::Flag => json!({ "type": "boolean" }),
        Kind::Integer(range) => {
            json!({ "type": "integer", "minimum": range.start(), "maximum": range.end() })
        }
        Kind::Word(words) => json!({ "enum": words }),
        Kind::Size => matching(r"^[0-9]+ *(B|KiB|MiB|GiB)$"),
        Kind::Time => matching(r"^[0-9]+ *(ms|s|m|h)$"),
        Kind::Sender => {
            let names: Vec<_> = ALL.iter().map(|sender| sender.name).collect();
            json!({ "enum": names })
        }
        Kind::Text => json!({ "type": "string" }),
        Kind::Listeners => {
            let one = matching(&LISTENER.replace(")$", "|systemd)$"));
            json!({ "oneOf": [&one, { "type": "array", "minItems": 1, "uniqueItems": true, "items": &one }] })
        }
        Kind::Listener => matching(LISTENER),
        Kind::Socket => matching(SOCKET),
        Kind::Mode => matching("^0?[0-7]{3}$"),
        Kind::Account => matching("^[A-Za-z0-9._$@-]+$"),
        Kind::Hosts => list(matching(r"^([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])$")),
        Kind::Origin => matching(r"^(https?://[^/?#@\s]+/?|unix:/([^/].*)?[^/])$"),
        Kind::File => matching(r"[^/]$"),
        Kind::Files => {
            let file = matching(r"[^/]$");
            json!({ "oneOf": [file, { "type": "array", "minItems": 1, "items": file }] })
        }
        Kind::ServerName => matching(r"^[A-Za-z0-9._:-]+$"),
        Kind::Source => {
            let source = matching(SOURCE);
            json!({ "oneOf": [source, { "type": "array", "minItems": 1, "maxItems": 8, "items": source }] })
        }
        Kind::Handshakes => list(matching(&SOURCE.replace('$', " *= *.+$"))),
        Kind::Patterns => list(json!({ "type": "string", "minLength": 1 })),
        Kind::Secrets => {
            let source = matching(r"^(env:[A-Za-z_][A-Za-z0-9_]*|file:/.*)$");
            json!({ "anyOf": [&source, list(source)] })
        }
        Kind::Header => matching(r"^[!#$%&'*+.^_`|~0-9A-Za-z-]+$"),
        Kind::Url => matching(r"^https?://[!-~]+$"),
        Kind::Networks => list(matching(r"^([0-9A-Fa-f:.]+(/[0-9]{1,3})?|unix)$")),
    }
}

/// An address and a port, or a Unix socket.
const LISTENER: &str = r"^((\[[0-9A-Fa-f:.]+\]|[0-9.]+):[0-9]{1,5}|unix:/([^/].*)?[^/])$";

/// A Unix socket by its path from the root.
const SOCKET: &str = r"^unix:/([^/].*)?[^/]$";

/// A header, a query parameter, a field of a form and perhaps a path in that, or a path.
const SOURCE: &str = r"^(header:[^:=\s]+|query:.+|form:[^:]+(:[^:]+)?|[^:]+)$";

fn matching(pattern: &str) -> Value {
    json!({ "type": "string", "pattern": pattern })
}

/// A default as written in TOML, which for our kinds is JSON as well.
fn default_of(written: &str) -> Value {
    serde_json::from_str(written).expect("defaults are strings, numbers, booleans and empty lists")
}
