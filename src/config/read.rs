//! The keys of the file, each with its default and what may be written.

mod filter;
mod preset;
mod route;
mod rules;
mod source;
mod tls;
mod verify;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use tracing::level_filters::LevelFilter;

use super::listen::MOST;
use super::section::Section;
use super::units::{GIB, KIB, MIB, show_size, size, time};
use super::value::{
    account, file, flag, integer, listen, listener, mode, socket as socket_at, word,
};
use super::{Admin, Audit, Config, Limits, Listen, Log, Reload, Socket, Timeouts};
use crate::route::Routes;
use crate::server::Access;
use crate::telemetry::Format;
use crate::transport::Address;
use crate::upstream::Origin;
pub(super) use route::LIST as ROUTES;
use rules::Rules;

const LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8080);
/// The shortest wait that is one.
const SHORTEST: Duration = Duration::from_millis(1);

/// The whole file; `None` if there is no usable `upstream`, which has no default but where this is one.
pub(super) fn config(s: &mut Section<'_>, upstream: Option<Origin>) -> Option<Config> {
    let default = Listen::At(Address::Tcp(LISTEN));
    let listen = s.several("listen", default, listen);
    if listen.len() > MOST {
        let wrong = format!("is of {} places; write {MOST} at most", listen.len());
        s.disagree("listen", "listen", &wrong);
    }
    let mut top = rules::rules(s, &Rules::before(upstream));
    let reloads = [("watch", Reload::Watch), ("signal", Reload::Signal)];
    let reload = s.get("reload", Reload::Watch, word(&reloads));
    let limits = s.section("limits", |s| limits(s, &mut top));
    let timeouts = s.section("timeouts", |s| timeouts(s, &mut top));
    let log = s.section("log", log);
    let audit = s.section("audit", |s| audit(s, &mut top));
    let admin = s.section("admin", |s| admin(s, &listen));
    let socket = s.section("socket", |s| socket(s, &listen, &admin));
    let tls = s.section("tls", tls::tls);
    let upstream_tls = s.section("upstream_tls", tls::upstream_tls);
    let others = route::routes(s, &top, limits.memory)?;
    let top = top.route(None, None);
    if others.is_empty() && top.is_none() && !s.has("upstream") {
        s.missing("upstream", &format!("upstream = {}", rules::UPSTREAM));
    }
    if others.is_empty() && top.is_none() {
        return None;
    }
    let routes = Routes::new(others, top).ok()?;
    Some(Config {
        listen,
        routes,
        reload,
        limits,
        timeouts,
        log,
        audit,
        admin,
        socket,
        tls,
        upstream_tls,
        warnings: Vec::new(),
    })
}

/// The limits of the whole; that of one inspected body is the top level's.
fn limits(s: &mut Section<'_>, top: &mut Rules) -> Limits {
    top.read_limits(s);
    let limits = Limits {
        connections: s.get("connections", 10_000, integer(1..=1_000_000)),
        memory: s.get("memory", 256 * MIB, size(KIB..=GIB.saturating_mul(1024))),
        headers: s.get("headers", 100, integer(1..=1000)),
        header_size: s.get("header_size", 32 * KIB, size(8 * KIB..=MIB)),
    };
    if s.is_sound() && limits.memory < top.inspect {
        let (memory, inspect) = (show_size(limits.memory), show_size(top.inspect));
        let wrong = format!(
            "leaves {memory} of memory to inspect {inspect}; write memory = \"{inspect}\" or more"
        );
        s.disagree("memory", "inspect", &wrong);
    }
    limits
}

/// The waits for senders and at the end; those for the upstream are the top level's.
fn timeouts(s: &mut Section<'_>, top: &mut Rules) -> Timeouts {
    let mut wait = |key, default, shortest| s.get(key, default, time(shortest));
    let timeouts = Timeouts {
        header: wait("header", Duration::from_secs(10), SHORTEST),
        body: wait("body", Duration::from_secs(30), SHORTEST),
        idle: wait("idle", Duration::from_mins(1), SHORTEST),
        reuse: wait("reuse", Duration::from_millis(100), Duration::ZERO),
        drain: wait("drain", Duration::from_secs(30), SHORTEST),
    };
    top.read_timeouts(s);
    timeouts
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

/// The file in which drops are recorded; what of them is recorded is the top level's.
fn audit(s: &mut Section<'_>, top: &mut Rules) -> Audit {
    let path = s.optional("path", file);
    top.read_audit(s);
    Audit {
        path,
        max_size: s.get(
            "max_size",
            64 * MIB,
            size(64 * KIB..=GIB.saturating_mul(1024)),
        ),
        keep: s.get("keep", 10, integer(1..=1000)),
    }
}

fn admin(s: &mut Section<'_>, senders: &[Listen]) -> Admin {
    let listen = s.optional("listen", listener);
    let is_free = |address: &Address| matches!(address, Address::Tcp(tcp) if tcp.port() == 0);
    let mut taken = senders.iter().filter_map(Listen::address);
    if taken.any(|address| Some(address) == listen.as_ref() && !is_free(address)) {
        let wrong = "is where senders connect; write another port, as \"127.0.0.1:9090\"";
        s.disagree("listen", "listen", wrong);
    }
    let name = |written: &str| route::host_name(written).map(str::to_owned);
    Admin {
        listen,
        hosts: s.list("hosts", name).unwrap_or_default(),
        public: s.get("public", false, flag),
        strict_ready: s.get("strict_ready", false, flag),
    }
}

/// How Unix sockets are made, of which that for the next process must be another than `senders` or `admin` have.
fn socket(s: &mut Section<'_>, senders: &[Listen], admin: &Admin) -> Socket {
    let Access { mode: default, .. } = Access::default();
    let socket = Socket {
        access: Access {
            mode: s.get("mode", default, mode),
            owner: s.optional("owner", account),
            group: s.optional("group", account),
        },
        handover: s.optional("handover", socket_at),
    };
    let mut taken = senders
        .iter()
        .filter_map(Listen::address)
        .chain(&admin.listen);
    let is_handover = |taken: &Address| matches!(taken, Address::Unix(path) if Some(path) == socket.handover.as_ref());
    if taken.any(is_handover) {
        s.disagree(
            "handover",
            "handover",
            "is where others connect; write another path",
        );
    }
    socket
}
