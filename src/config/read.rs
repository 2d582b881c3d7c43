//! The keys of the file, each with its default and what may be written.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;
use toml::de::DeValue;
use tracing::level_filters::LevelFilter;

use super::mend;
use super::section::Section;
use super::units::{GIB, KIB, MIB, show_size, size, time};
use super::value::{address, flag, integer, kind, network, port, string, word};
use super::{Config, Limits, Log, Timeouts};
use crate::event::Path;
use crate::headers::{Forward, Host};
use crate::policy::{Action, Pattern, PatternError, Patterns, Policy, Shadow};
use crate::route::{DropReply, Mode, Route, Routes};
use crate::telemetry::Format;
use crate::upstream::{self, Origin};

const LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8080);

/// The whole file; `None` if there is no usable `upstream`, which alone has no default.
pub(super) fn config(s: &mut Section<'_>) -> Option<Config> {
    let listen = s.get("listen", LISTEN, address);
    let upstream = s.require("upstream", r#""http://127.0.0.1:3000""#, origin);
    let modes = [("enforce", Mode::Enforce), ("observe", Mode::Observe)];
    let mode = s.get("mode", Mode::Enforce, word(&modes));
    let policy = s.section("filter", filter);
    let drop = s.section("drop", drop_reply);
    let forward = s.section("forward", forward);
    let (limits, inspect) = s.section("limits", limits);
    let (timeouts, towards_upstream) = s.section("timeouts", timeouts);
    let log = s.section("log", log);
    let top = Route {
        policy,
        mode,
        drop,
        inspect,
        forward,
        upstream: upstream?,
        timeouts: towards_upstream,
    };
    Some(Config {
        listen,
        routes: Routes { top },
        limits,
        timeouts,
        log,
        warnings: Vec::new(),
    })
}

fn filter(s: &mut Section<'_>) -> Policy {
    let unreadable = [
        ("forward", Action::Forward),
        ("drop", Action::Drop),
        ("reject", Action::Reject),
    ];
    let path = s.get("type", Path::member("type"), member);
    let [deny, allow] = ["deny", "allow"].map(|key| patterns(s, key));
    Policy {
        path,
        deny,
        allow,
        unreadable: s.get("unreadable", Action::Forward, word(&unreadable)),
        shadow: s.section("shadow", shadow),
    }
}

/// Without a list of its own it would say what the real rules do, so then it is none.
fn shadow(s: &mut Section<'_>) -> Option<Box<Shadow>> {
    let [deny, allow] = ["deny", "allow"].map(|key| {
        let patterns = patterns(s, key);
        s.has(key).then_some(patterns)
    });
    let shadow = Shadow { deny, allow };
    (shadow != Shadow::default()).then(|| Box::new(shadow))
}

fn patterns(s: &mut Section<'_>, key: &'static str) -> Patterns {
    let patterns = s.list(key, pattern);
    let odd = |pattern: &Pattern| pattern.warning().map(|warning| warning.to_string());
    s.warn(key, &patterns, odd);
    patterns.into_iter().collect()
}

fn drop_reply(s: &mut Section<'_>) -> DropReply {
    let status = s.get("status", StatusCode::OK, status);
    let body = s.get("body", Bytes::new(), body);
    let bodiless = [StatusCode::NO_CONTENT, StatusCode::RESET_CONTENT].contains(&status);
    if bodiless && !body.is_empty() {
        let code = status.as_u16();
        s.disagree(
            "body",
            "status",
            &format!("can't be sent with status {code}; write body = \"\""),
        );
    }
    DropReply { status, body }
}

fn forward(s: &mut Section<'_>) -> Forward {
    let hosts = [("keep", Host::Keep), ("upstream", Host::Upstream)];
    Forward {
        host: s.get("host", Host::Keep, word(&hosts)),
        x_forwarded: s.get("x_forwarded", false, flag),
        forwarded: s.get("forwarded", false, flag),
        via: s.get("via", false, flag),
        trusted: s.list("trusted", network),
    }
}

/// The limits of the whole, and that of one inspected body.
fn limits(s: &mut Section<'_>) -> (Limits, usize) {
    let inspect = s.get("inspect", 8 * MIB, size(KIB..=GIB));
    let limits = Limits {
        connections: s.get("connections", 10_000, integer(1..=1_000_000)),
        memory: s.get("memory", 256 * MIB, size(KIB..=GIB.saturating_mul(1024))),
        headers: s.get("headers", 100, integer(1..=1000)),
        header_size: s.get("header_size", 32 * KIB, size(8 * KIB..=MIB)),
    };
    if s.is_sound() && limits.memory < inspect {
        let (memory, inspect) = (show_size(limits.memory), show_size(inspect));
        let wrong = format!(
            "leaves {memory} of memory to inspect {inspect}; write memory = \"{inspect}\" or more"
        );
        s.disagree("memory", "inspect", &wrong);
    }
    (limits, inspect)
}

/// The waits for senders and at the end, and those for the upstream.
fn timeouts(s: &mut Section<'_>) -> (Timeouts, upstream::Timeouts) {
    const SHORTEST: Duration = Duration::from_millis(1);
    let mut wait = |key, default, shortest| s.get(key, default, time(shortest));
    let towards_senders = Timeouts {
        header: wait("header", Duration::from_secs(10), SHORTEST),
        body: wait("body", Duration::from_secs(30), SHORTEST),
        idle: wait("idle", Duration::from_mins(1), SHORTEST),
        reuse: wait("reuse", Duration::from_millis(100), Duration::ZERO),
        drain: wait("drain", Duration::from_secs(30), SHORTEST),
    };
    let towards_upstream = upstream::Timeouts {
        connect: wait("connect", Duration::from_secs(5), SHORTEST),
        response: wait("response", Duration::from_secs(30), SHORTEST),
    };
    (towards_senders, towards_upstream)
}

fn log(s: &mut Section<'_>) -> Log {
    let formats = [
        ("auto", Format::Auto),
        ("text", Format::Text),
        ("json", Format::Json),
    ];
    let levels = [
        ("error", LevelFilter::ERROR),
        ("warn", LevelFilter::WARN),
        ("info", LevelFilter::INFO),
        ("debug", LevelFilter::DEBUG),
    ];
    Log {
        format: s.get("format", Format::Auto, word(&formats)),
        level: s.get("level", LevelFilter::INFO, word(&levels)),
    }
}

fn origin(value: &DeValue<'_>) -> Result<Origin, String> {
    const RIGHT: &str = r#"an http:// URL, as "http://127.0.0.1:3000""#;
    let Some(written) = value.as_str() else {
        let url = port(value).and_then(mend::origin_on_port);
        let right = url.map_or(RIGHT.to_owned(), |url| format!("\"{url}\""));
        return Err(format!("is {}; write {right}", kind(value)));
    };
    Origin::parse(written).map_err(|error| {
        let (_, around) = mend::bare(written);
        let wrong = around.map_or_else(|| error.to_string(), str::to_owned);
        let right =
            mend::origin(written).map_or(RIGHT.to_owned(), |url| format!("it as \"{url}\""));
        format!("{wrong}; write {right}")
    })
}

fn member(value: &DeValue<'_>) -> Result<Path, String> {
    const RIGHT: &str = r#"the name of a top-level member, as "type""#;
    match string(value, RIGHT)? {
        "" => Err(format!("is empty; write {RIGHT}")),
        name if name.contains(['.', ':']) => Err(format!(
            "is a path or another source, not supported in this version; write {RIGHT}"
        )),
        name => Ok(Path::member(name)),
    }
}

fn pattern(written: &str) -> Result<Pattern, String> {
    written
        .parse()
        .map_err(|error: PatternError| format!("is not a pattern ({error})"))
}

fn status(value: &DeValue<'_>) -> Result<StatusCode, String> {
    let code = integer(200..=299)(value)?;
    let code = u16::try_from(code)
        .ok()
        .and_then(|code| StatusCode::from_u16(code).ok());
    Ok(code.expect("200 to 299 are status codes"))
}

fn body(value: &DeValue<'_>) -> Result<Bytes, String> {
    match value.as_str() {
        Some(body) => Ok(Bytes::from(body.to_owned())),
        None => Err(format!(r#"is {}; write a string, as "ok""#, kind(value))),
    }
}
