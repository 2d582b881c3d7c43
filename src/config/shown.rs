//! What is in force, key by key: the way back from what a file means to what could be written.

mod sockets;
#[cfg(test)]
mod tests;
mod value;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::keys::{KEYS, Key};
use super::units::show_size;
use super::{Config, Reload};
use crate::audit::OnError;
use crate::headers::Host;
use crate::route::Route;
use crate::telemetry::Format;
use crate::verify::{Setting, Verify};
use sockets::{several, sockets};

pub use value::Value;

/// A key and its value, as they could be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The section; empty for what stands above all sections.
    pub section: &'static str,
    /// The key.
    pub key: &'static str,
    /// What it is set to, by the file or by default.
    pub value: Value,
}

impl Config {
    /// Every key of the file but those of its `[[route]]`s with its value, whether it was written or is a default, in
    /// the order of [`KEYS`]. Where the top level has no upstream, it is no route, and only what holds for all is shown.
    #[must_use]
    pub fn shown(&self) -> Vec<Shown> {
        let reload = match self.reload {
            Reload::Watch => "watch",
            Reload::Signal => "signal",
        };
        let format = match self.log.format {
            Format::Auto => "auto",
            Format::Text => "text",
            Format::Json => "json",
        };
        let (limits, timeouts) = (&self.limits, &self.timeouts);
        let mut all = vec![
            shown("", "listen", several(&self.listen)),
            shown("", "reload", reload.to_owned()),
            shown("limits", "connections", limits.connections),
            shown("limits", "memory", show_size(limits.memory)),
            shown("limits", "headers", limits.headers),
            shown("limits", "header_size", show_size(limits.header_size)),
            shown("timeouts", "header", timeouts.header),
            shown("timeouts", "body", timeouts.body),
            shown("timeouts", "idle", timeouts.idle),
            shown("timeouts", "reuse", timeouts.reuse),
            shown("timeouts", "drain", timeouts.drain),
            shown("log", "format", format.to_owned()),
            shown("log", "level", self.log.level.to_string()),
            shown("audit", "max_size", show_size(self.audit.max_size)),
            shown("audit", "keep", self.audit.keep),
        ];
        if let Some(path) = &self.audit.path {
            all.push(shown("audit", "path", path.display().to_string()));
        }
        let listen = self.admin.listen.as_ref();
        all.extend(listen.map(|listen| shown("admin", "listen", listen.to_string())));
        all.push(shown("admin", "hosts", self.admin.hosts.clone()));
        all.push(shown("admin", "public", self.admin.public));
        all.push(shown("admin", "strict_ready", self.admin.strict_ready));
        all.extend(sockets(&self.socket));
        all.extend(self.shown_tls());
        if let Some(top) = self.routes.named(None) {
            all.extend(all_of_route(top));
        }
        let is_of =
            |key: &Key, shown: &Shown| (key.section, key.name) == (shown.section, shown.key);
        all.sort_by_key(|shown| KEYS.iter().position(|key| is_of(key, shown)));
        all
    }

    /// Where senders connect, as it could be written.
    #[must_use]
    pub fn shown_listen(&self) -> Value {
        several(&self.listen)
    }

    /// What there is of `[tls]` and `[upstream_tls]`.
    fn shown_tls(&self) -> Vec<Shown> {
        let path = |path: &Path| path.display().to_string();
        let (tls, upstream) = (&self.tls, &self.upstream_tls);
        let mut all = Vec::new();
        let mut add = |section, key, value: Option<Value>| {
            all.extend(value.map(|value| shown(section, key, value)));
        };
        let several = |paths: Vec<String>| match &*paths {
            [] => None,
            [one] => Some(Value::Text(one.clone())),
            _ => Some(Value::List(paths)),
        };
        let certs = tls.pairs.iter().map(|files| path(&files.cert)).collect();
        let keys = tls.pairs.iter().map(|files| path(&files.key)).collect();
        add("tls", "cert", several(certs));
        add("tls", "key", several(keys));
        let text = |text: String| Some(Value::Text(text));
        let one = |one: Option<&PathBuf>| one.and_then(|one| text(path(one)));
        add("tls", "client_ca", one(tls.client_ca.as_ref()));
        add("upstream_tls", "ca", one(upstream.ca.as_ref()));
        let pair = upstream.pair.as_ref();
        add("upstream_tls", "cert", one(pair.map(|files| &files.cert)));
        add("upstream_tls", "key", one(pair.map(|files| &files.key)));
        let name = upstream.server_name.as_ref();
        let name = name.and_then(|name| text(name.to_str().into_owned()));
        add("upstream_tls", "server_name", name);
        all
    }

    /// The `[[route]]`s in their order, each with all that is in force there, and the line where it begins.
    pub fn shown_routes(&self) -> impl Iterator<Item = (usize, Vec<Shown>)> {
        self.routes.iter().filter_map(|route| {
            let (name, line) = (route.name.as_deref()?, route.line?);
            // The name is the path, with the host in front if there is one.
            let (host, path) = name.split_at(name.find('/').unwrap_or(0));
            let mut all = vec![shown("", "path", path.to_owned())];
            if !host.is_empty() {
                all.push(shown("", "host", host.to_owned()));
            }
            all.extend(all_of_route(route));
            Some((line, all))
        })
    }
}

/// All that is in force in a route, in the order of [`KEYS`].
pub(super) fn all_of_route(route: &Route) -> Vec<Shown> {
    let Route {
        sender,
        source,
        policy,
        handshakes,
        mode,
        drop,
        verify,
        inspect,
        forward,
        upstream,
        timeouts,
        audit,
        ..
    } = route;
    let written = |all: Vec<&Arc<str>>| all.iter().map(ToString::to_string).collect::<Vec<_>>();
    let source = match &source.written[..] {
        [only] => Value::Text(only.to_string()),
        several => Value::List(written(several.iter().collect())),
    };
    let handshakes = handshakes.iter().map(|one| &one.written);
    let body = String::from_utf8_lossy(&drop.body).into_owned();
    let host = match forward.host {
        Host::Keep => "keep",
        Host::Upstream => "upstream",
    };
    let on_error = match audit.on_error {
        OnError::Refuse => "refuse",
        OnError::Forward => "forward",
        OnError::Drop => "drop",
    };
    let trusted: Vec<_> = forward.trusted.iter().map(ToString::to_string).collect();
    let mut all = vec![
        shown("", "upstream", upstream.url()),
        shown("", "mode", mode.to_string()),
    ];
    all.extend(sender.map(|name| shown("", "sender", name.to_owned())));
    all.extend([
        shown("filter", "type", source),
        shown("filter", "handshake", written(handshakes.collect())),
        shown("filter", "deny", &policy.deny),
        shown("filter", "allow", &policy.allow),
        shown("filter", "unreadable", policy.unreadable.to_string()),
    ]);
    let shadow = policy.shadow.as_deref();
    for (key, list) in [
        ("deny", shadow.map(|lists| &lists.deny)),
        ("allow", shadow.map(|lists| &lists.allow)),
    ] {
        if let Some(Some(list)) = list {
            all.push(shown("filter.shadow", key, list));
        }
    }
    all.extend([
        shown("drop", "status", usize::from(drop.status.as_u16())),
        shown("drop", "body", body),
    ]);
    if let Some(verify) = verify {
        all.extend(verification(verify));
    }
    all.extend([
        shown("forward", "host", host.to_owned()),
        shown("forward", "x_forwarded", forward.x_forwarded),
        shown("forward", "forwarded", forward.forwarded),
        shown("forward", "via", forward.via),
        shown("forward", "trusted", trusted),
        shown("limits", "inspect", show_size(*inspect)),
        shown("timeouts", "connect", timeouts.connect),
        shown("timeouts", "response", timeouts.response),
        shown("audit", "record", audit.record),
        shown("audit", "body", audit.body),
        shown("audit", "on_error", on_error.to_owned()),
    ]);
    all
}

/// How requests are verified, and what counts of it. Of a secret it is where it is kept.
fn verification(verify: &Verify) -> Vec<Shown> {
    let Verify {
        scheme,
        secrets,
        tolerance,
        url,
        ..
    } = verify;
    let secrets: Vec<_> = secrets.iter().map(ToString::to_string).collect();
    let secret = match &*secrets {
        [one] => Value::Text(one.clone()),
        _ => Value::List(secrets),
    };
    let mut all = vec![
        shown("verify", "scheme", scheme.name.to_owned()),
        shown("verify", "secret", secret),
    ];
    let settings = Setting::ALL.into_iter();
    all.extend(
        settings
            .filter(|&setting| scheme.uses(setting))
            .map(|setting| {
                let value = match setting {
                    Setting::Header => Value::Text(scheme.header().to_string()),
                    Setting::Prefix => Value::Text(scheme.prefix().to_owned()),
                    Setting::Encoding => Value::Text(scheme.encoding().to_string()),
                    Setting::Tolerance => Value::from(*tolerance),
                    Setting::Url => Value::Text(url.clone()),
                };
                shown("verify", setting.key(), value)
            }),
    );
    all
}

fn shown(section: &'static str, key: &'static str, value: impl Into<Value>) -> Shown {
    Shown {
        section,
        key,
        value: value.into(),
    }
}
