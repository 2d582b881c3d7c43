//! `[[route]]`: other paths, other rules. What a route leaves out it takes from above.

use std::collections::HashMap;
use std::net::Ipv6Addr;
use std::sync::Arc;

use toml::de::DeValue;

use super::rules::{self, Rules};
use crate::config::section::Section;
use crate::config::units::show_size;
use crate::config::value::string;
use crate::route::{Place, Route, is_plain};

/// What the list is called.
pub(in crate::config) const LIST: &str = "route";

const PATH: &str = r#"a path, as "/hooks/stripe", or "/hooks/*" for that and all below it"#;
const HOST: &str = r#"the name alone, as "hooks.example.com""#;

/// All routes, each with the requests that it takes; `None` if one of them is not usable. Bodies have so much `memory`.
pub(super) fn routes(
    s: &mut Section<'_>,
    above: &Rules,
    memory: usize,
) -> Option<Vec<(Place, Route)>> {
    let is_upstream_told = s.has("upstream") || above.upstream.is_some();
    let mut taken = HashMap::new();
    let routes = s.tables(LIST, |s| {
        let written = s.optional("path", path);
        if !s.has("path") {
            s.missing("path", r#"path = "/hooks/stripe""#);
        }
        let host = s.optional("host", host);
        let rules = rules(s, above, memory);
        if rules.upstream.is_none() && !is_upstream_told && !s.has("upstream") {
            let right = format!("upstream = {}, here or above all sections", rules::UPSTREAM);
            s.missing("upstream", &right);
        }
        let (path, line) = (written?, s.line()?);
        let place = Place::new(host.as_deref(), &path);
        if let Some(other) = taken.insert(place.clone(), line) {
            let wrong = format!("is also taken by the route in line {other}; take one of them out");
            s.disagree("path", "path", &wrong);
        }
        let name = host.unwrap_or_default() + &path;
        let route = rules.route(Some(Arc::from(name)), Some(line))?;
        Some((place, route))
    });
    routes.into_iter().collect()
}

/// What a route says, and what it leaves out.
fn rules(s: &mut Section<'_>, above: &Rules, memory: usize) -> Rules {
    let mut rules = rules::rules(s, above);
    s.section("limits", |s| {
        rules.read_limits(s);
        if s.is_sound() && rules.inspect > memory {
            let (inspect, memory) = (show_size(rules.inspect), show_size(memory));
            let wrong = format!(
                "is more than the {memory} of memory for all bodies; write memory = \"{inspect}\" or more in \
                 [limits] above the first [[{LIST}]]"
            );
            s.disagree("inspect", "inspect", &wrong);
        }
    });
    s.section("timeouts", |s| rules.read_timeouts(s));
    s.section("audit", |s| rules.read_audit(s));
    rules
}

fn path(value: &DeValue<'_>) -> Result<String, String> {
    let path = string(value, PATH)?;
    let stem = path.strip_suffix("/*").unwrap_or(path);
    let odd = |char: char| !char.is_ascii_graphic() || "\"<>^`{}|".contains(char);
    if let Some((host, path)) = path.split_once("://").map(|(_, rest)| split_host(rest)) {
        Err(format!(
            "is a URL; write host = {host:?} and path = {path:?}"
        ))
    } else if !path.starts_with('/') {
        Err(format!("does not begin with /; write {PATH}"))
    } else if let Some(end) = path.find(['?', '#']) {
        let path = &path[..end];
        Err(format!(
            "has a query or a fragment, which no route looks at; write {path:?}"
        ))
    } else if stem.contains('*') {
        Err(
            "has a `*` that is not all of its last segment; write a path that ends with \"/*\""
                .to_owned(),
        )
    } else if let Some(char) = stem.chars().find(|&char| odd(char)) {
        Err(format!(
            "has {char:?} in it, which no path has as it is sent; write a path above it, as \"/hooks/*\""
        ))
    } else if !is_plain(stem.as_bytes()) {
        Err(
            "can be read in several ways (by `%`, `;`, `\\`, `//`, `/./` or `/../`); write a path \
             without, or one above it, as \"/hooks/*\""
                .to_owned(),
        )
    } else {
        Ok(path.to_owned())
    }
}

fn host(value: &DeValue<'_>) -> Result<String, String> {
    host_name(string(value, HOST)?).map(str::to_owned)
}

/// The name of a host, or its address; without a port.
pub(super) fn host_name(written: &str) -> Result<&str, String> {
    let (authority, path) = split_host(written.split_once("://").map_or(written, |(_, rest)| rest));
    let name = without_port(authority);
    if !is_host(name) {
        Err(format!("is no host; write {HOST}"))
    } else if name == written {
        Ok(name)
    } else if path == "/" || written.contains("://") {
        Err(format!("is more than a host; write {name:?}"))
    } else {
        Err(format!(
            "is more than a host; write {name:?}, and the rest as path"
        ))
    }
}

/// What is before the first slash, and the rest.
fn split_host(rest: &str) -> (&str, &str) {
    match rest.find('/') {
        Some(slash) => rest.split_at(slash),
        None => (rest, "/"),
    }
}

fn without_port(authority: &str) -> &str {
    let colon = authority.rfind(':');
    let colon = colon.filter(|&at| !authority[at..].contains(']'));
    &authority[..colon.unwrap_or(authority.len())]
}

fn is_host(name: &str) -> bool {
    let valid = |byte: u8| byte.is_ascii_alphanumeric() || b".-_".contains(&byte);
    let inner = name
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    match inner {
        Some(address) => address.parse::<Ipv6Addr>().is_ok(),
        None => !name.is_empty() && name.bytes().all(valid),
    }
}
