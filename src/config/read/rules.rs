//! What may be said of each route, at the top level for all of them.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;
use toml::de::DeValue;

use super::filter::{Filter, filter};
use super::verify::{self, Written};
use super::{SHORTEST, preset};
use crate::audit;
use crate::audit::OnError;
use crate::config::mend;
use crate::config::section::Section;
use crate::config::units::{GIB, KIB, MIB, size, time};
use crate::config::value::{flag, integer, kind, port, trusted, word};
use crate::headers::{Forward, Host};
use crate::route::{DropReply, Mode, Route};
use crate::upstream::{Origin, OriginError, Timeouts};

/// One value for an upstream.
pub(super) const UPSTREAM: &str = r#""http://127.0.0.1:3000""#;

/// A route that may still want an upstream. What one table says of it, and what it leaves to the one above.
#[derive(Clone)]
pub(super) struct Rules {
    pub(super) upstream: Option<Origin>,
    pub(super) inspect: usize,
    mode: Mode,
    pub(super) sender: Option<&'static str>,
    filter: Filter,
    drop: DropReply,
    verify: Written,
    forward: Forward,
    timeouts: Timeouts,
    audit: audit::Rules,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            upstream: None,
            inspect: 8 * MIB,
            mode: Mode::Enforce,
            sender: None,
            filter: Filter::default(),
            drop: DropReply {
                status: StatusCode::OK,
                body: Bytes::new(),
            },
            verify: Written::default(),
            forward: Forward::default(),
            timeouts: Timeouts {
                connect: Duration::from_secs(5),
                response: Duration::from_secs(30),
            },
            audit: audit::Rules::default(),
        }
    }
}

/// What a table says of a route, but for limits, timeouts and the audit, of which the file has more than a route.
pub(super) fn rules(s: &mut Section<'_>, above: &Rules) -> Rules {
    let upstream = s.optional("upstream", origin);
    let modes = [("enforce", Mode::Enforce), ("observe", Mode::Observe)];
    let upstream = upstream.or_else(|| above.upstream.clone());
    let mode = s.get("mode", above.mode, word(&modes));
    let above = &preset::above(s, above);
    Rules {
        upstream,
        mode,
        sender: above.sender,
        filter: s.section("filter", |s| filter(s, &above.filter)),
        drop: s.section("drop", |s| drop_reply(s, &above.drop)),
        verify: s.section("verify", |s| verify::verify(s, &above.verify)),
        forward: s.section("forward", |s| forward(s, &above.forward)),
        inspect: above.inspect,
        timeouts: above.timeouts,
        audit: above.audit,
    }
}

impl Rules {
    /// What is above the file, where that need not name an upstream.
    pub(super) fn before(upstream: Option<Origin>) -> Self {
        Self {
            upstream,
            ..Self::default()
        }
    }

    /// What `[limits]` says of a route.
    pub(super) fn read_limits(&mut self, s: &mut Section<'_>) {
        self.inspect = s.get("inspect", self.inspect, size(KIB..=GIB));
    }

    /// What `[timeouts]` says of a route.
    pub(super) fn read_timeouts(&mut self, s: &mut Section<'_>) {
        let Timeouts { connect, response } = self.timeouts;
        self.timeouts = Timeouts {
            connect: s.get("connect", connect, time(SHORTEST)),
            response: s.get("response", response, time(SHORTEST)),
        };
    }

    /// What `[audit]` says of a route.
    pub(super) fn read_audit(&mut self, s: &mut Section<'_>) {
        let on_errors = [
            ("refuse", OnError::Refuse),
            ("forward", OnError::Forward),
            ("drop", OnError::Drop),
        ];
        self.audit = audit::Rules {
            record: s.get("record", self.audit.record, flag),
            body: s.get("body", self.audit.body, flag),
            on_error: s.get("on_error", self.audit.on_error, word(&on_errors)),
        };
    }

    /// The route, if it has an upstream.
    pub(super) fn route(self, name: Option<Arc<str>>, line: Option<usize>) -> Option<Route> {
        Some(Route {
            name,
            line,
            sender: self.sender,
            source: self.filter.source,
            policy: self.filter.policy,
            handshakes: self.filter.handshakes,
            mode: self.mode,
            drop: self.drop,
            verify: self.verify.meaning(),
            inspect: self.inspect,
            forward: self.forward,
            upstream: self.upstream?,
            timeouts: self.timeouts,
            audit: self.audit,
        })
    }
}

fn drop_reply(s: &mut Section<'_>, above: &DropReply) -> DropReply {
    let status = s.get("status", above.status, status);
    let body = s.get("body", above.body.clone(), body);
    let bodiless = [StatusCode::NO_CONTENT, StatusCode::RESET_CONTENT].contains(&status);
    if bodiless && !body.is_empty() {
        let wrong = if s.has("body") {
            let code = status.as_u16();
            format!("can't be sent with status {code}; write body = \"\"")
        } else {
            "has no body, but there is one above; write body = \"\" beside it".to_owned()
        };
        s.disagree("body", "status", &wrong);
    }
    DropReply { status, body }
}

fn forward(s: &mut Section<'_>, above: &Forward) -> Forward {
    let hosts = [("keep", Host::Keep), ("upstream", Host::Upstream)];
    Forward {
        host: s.get("host", above.host, word(&hosts)),
        x_forwarded: s.get("x_forwarded", above.x_forwarded, flag),
        forwarded: s.get("forwarded", above.forwarded, flag),
        via: s.get("via", above.via, flag),
        trusted: s
            .list("trusted", trusted)
            .unwrap_or_else(|| above.trusted.clone()),
    }
}

fn origin(value: &DeValue<'_>) -> Result<Origin, String> {
    const RIGHT: &str = r#"an http:// URL, as "http://127.0.0.1:3000""#;
    const SOCKET: &str = "unix:/run/app.sock";
    let Some(written) = value.as_str() else {
        let url = port(value).and_then(mend::origin_on_port);
        let right = url.map_or(RIGHT.to_owned(), |url| format!("\"{url}\""));
        return Err(format!("is {}; write {right}", kind(value)));
    };
    Origin::parse(written).map_err(|error| {
        if let OriginError::Socket(wrong) = error {
            return format!("{wrong}; {}", wrong.remedy(SOCKET));
        }
        let (_, around) = mend::bare(written);
        let wrong = around.map_or_else(|| error.to_string(), str::to_owned);
        let right =
            mend::origin(written).map_or(RIGHT.to_owned(), |url| format!("it as \"{url}\""));
        format!("{wrong}; write {right}")
    })
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
