//! What each key comes to, at the top level and in a route.

use std::time::Duration;

use http::HeaderName;
use tracing::level_filters::LevelFilter;

use super::*;
use crate::audit;
use crate::audit::OnError;
use crate::event::{self, Document, Part, Path as TypePath};
use crate::route::{Handshake, InHead, Source};
use crate::server::{Access, Account};
use crate::telemetry::Format;
use crate::tls::ServerName;
use crate::transport::Address;

/// `type = ["header:X-A", "l[].a.b"]`
fn source() -> Source {
    Source {
        head: vec![InHead::Header(HeaderName::from_static("x-a"))],
        event: event::Source {
            document: Document::Body,
            lists: vec![vec!["l".into()]],
            parts: vec![Part::Given, Part::Member(TypePath::member("a").then("b"))],
        },
        written: vec!["header:X-A".into(), "l[].a.b".into()],
    }
}

/// `handshake = ["form:f:k = v"]`
fn handshakes() -> Vec<Handshake> {
    let event = event::Source {
        document: Document::Field("f".into()),
        ..event::Source::member(TypePath::member("k"))
    };
    vec![Handshake {
        source: Source {
            head: Vec::new(),
            event,
            written: vec!["form:f:k".into()],
        },
        value: "v".parse::<Pattern>().into_iter().collect(),
        written: "form:f:k = v".into(),
    }]
}

fn verify(scheme: Scheme, secrets: &[&str], url: &str) -> Verify {
    Verify {
        scheme,
        secrets: secrets
            .iter()
            .map(|secret| secret.parse().unwrap())
            .collect(),
        tolerance: TOLERANCE,
        url: url.to_owned(),
        keys: Vec::new(),
    }
}

#[test]
fn every_key_of_a_route_is_read() {
    let config = parse(
        r#"
        forward.via = true
        filter = { deny = ["x"], allow = ["y"], shadow.deny = ["z"] }
        [[route]]
        path = "/a/*"
        host = "H.example"
        upstream = "http://b:81"
        mode = "observe"
        sender = "calendly"
        filter = { type = ["header:X-A", "l[].a.b"], handshake = ["form:f:k = v"], deny = ["a.*"], allow = ["b"], unreadable = "reject", shadow.allow = ["d"] }
        drop = { status = 202, body = "ok" }
        verify = { scheme = "hmac-sha1", secret = "env:A", header = "X-Sig", prefix = "=", encoding = "base64" }
        limits = { inspect = "1 KiB" }
        timeouts = { connect = "3m", response = "24h" }
        audit = { record = false, body = true, on_error = "forward" }
        [route.forward]
        host = "upstream"
        x_forwarded = true
        forwarded = true
        trusted = ["::1"]
        [[route]]
        path = "/b"
        "#,
    );
    let patterns = |text: &str| [text.parse::<Pattern>().unwrap()].into_iter().collect();
    let above = top(&config);
    let [first, second, _] = config.routes.iter().collect::<Vec<_>>()[..] else {
        panic!("there are three");
    };
    let expected = Route {
        name: Some("H.example/a/*".into()),
        line: Some(5),
        sender: Some("calendly"),
        source: source(),
        handshakes: handshakes(),
        policy: Policy {
            deny: patterns("a.*"),
            allow: patterns("b"),
            unreadable: Action::Reject,
            shadow: Some(Box::new(Shadow {
                deny: Some(patterns("z")),
                allow: Some(patterns("d")),
            })),
        },
        mode: Mode::Observe,
        drop: DropReply {
            status: StatusCode::ACCEPTED,
            body: Bytes::from_static(b"ok"),
        },
        verify: Some(Box::new(verify(
            Scheme::hmac(
                "hmac-sha1",
                Hash::Sha1,
                HeaderName::from_static("x-sig"),
                "=",
                Encoding::Base64,
            ),
            &["env:A"],
            "",
        ))),
        inspect: 1 << 10,
        forward: Forward {
            host: Host::Upstream,
            x_forwarded: true,
            forwarded: true,
            via: true,
            trusted: vec!["::1/128".parse().unwrap()],
        },
        upstream: Origin::parse("http://b:81").unwrap(),
        timeouts: upstream::Timeouts {
            connect: Duration::from_mins(3),
            response: Duration::from_hours(24),
        },
        audit: audit::Rules {
            record: false,
            body: true,
            on_error: OnError::Forward,
        },
    };
    assert_eq!(**first, expected);
    let inherited = Route {
        name: Some("/b".into()),
        line: Some(22),
        ..above.clone()
    };
    assert_eq!(**second, inherited);
}

/// No value is its default.
const EVERY_KEY: &str = r#"
        listen = ["[::]:0", "unix:/run/in", "systemd"]
        socket = { mode = "606", owner = "7", group = "www-data", handover = "unix:/run/next" }
        mode = "observe"
        sender = "paypal"
        reload = "signal"
        filter = { type = ["header:X-A", "l[].a.b"], handshake = ["form:f:k = v"], deny = ["a.*"], allow = ["b", "c"], unreadable = "reject", shadow.allow = ["d"] }
        drop = { status = 202, body = "ok" }
        verify = { scheme = "twilio", secret = ["env:A", "file:/b"], url = "https://a/b" }
        log = { format = "json", level = "debug" }
        admin = { listen = "127.0.0.1:0", hosts = ["a"], public = true, strict_ready = true }
        tls = { cert = ["/a.pem", "/b.pem"], key = ["/a.key", "/b.key"], client_ca = "/ca.pem" }
        upstream_tls = { ca = "/up.pem", cert = "/us.pem", key = "/us.key", server_name = "app.example" }
        [forward]
        host = "upstream"
        x_forwarded = true
        forwarded = true
        via = true
        trusted = ["10.0.0.0/8", "::1", "unix"]
        [limits]
        connections = 1
        inspect = "1KiB"
        memory = "1 GiB"
        headers = 0x10
        header_size = "8192 B"
        [timeouts]
        header = "1ms"
        body = "2 s"
        connect = "3m"
        response = "24h"
        idle = "5s"
        reuse = "0s"
        drain = "6s"
        [audit]
        path = "dropped.jsonl"
        record = false
        body = true
        on_error = "drop"
        max_size = "64 KiB"
        keep = 1000
        "#;

#[test]
fn every_key_is_read() {
    let config = parse(EVERY_KEY);
    let patterns = |texts: &[&str]| {
        texts
            .iter()
            .map(|text| text.parse::<Pattern>().unwrap())
            .collect()
    };
    let top = Route {
        name: None,
        line: None,
        sender: Some("paypal"),
        source: source(),
        handshakes: handshakes(),
        policy: Policy {
            deny: patterns(&["a.*"]),
            allow: patterns(&["b", "c"]),
            unreadable: Action::Reject,
            shadow: Some(Box::new(Shadow {
                deny: None,
                allow: Some(patterns(&["d"])),
            })),
        },
        mode: Mode::Observe,
        drop: DropReply {
            status: StatusCode::ACCEPTED,
            body: Bytes::from_static(b"ok"),
        },
        verify: Some(Box::new(verify(
            Scheme::named("twilio").unwrap(),
            &["env:A", "file:/b"],
            "https://a/b",
        ))),
        inspect: 1 << 10,
        forward: Forward {
            host: Host::Upstream,
            x_forwarded: true,
            forwarded: true,
            via: true,
            trusted: ["10.0.0.0/8", "::1/128", "unix"]
                .map(|one| one.parse().unwrap())
                .into(),
        },
        upstream: Origin::parse("http://app").unwrap(),
        timeouts: upstream::Timeouts {
            connect: Duration::from_mins(3),
            response: Duration::from_hours(24),
        },
        audit: audit::Rules {
            record: false,
            body: true,
            on_error: OnError::Drop,
        },
    };
    assert_eq!(config, around(top));
}

/// The whole of it, around the top level.
fn around(top: Route) -> Config {
    Config {
        listen: vec![
            Listen::At(Address::Tcp("[::]:0".parse().unwrap())),
            Listen::At(Address::Unix("/run/in".into())),
            Listen::Systemd,
        ],
        routes: Routes::new(Vec::new(), Some(top)).unwrap(),
        reload: Reload::Signal,
        limits: Limits {
            connections: 1,
            memory: 1 << 30,
            headers: 16,
            header_size: 8 << 10,
        },
        timeouts: Timeouts {
            header: Duration::from_millis(1),
            body: Duration::from_secs(2),
            idle: Duration::from_secs(5),
            reuse: Duration::ZERO,
            drain: Duration::from_secs(6),
        },
        log: Log {
            format: Format::Json,
            level: LevelFilter::DEBUG,
        },
        audit: Audit {
            path: Some("dropped.jsonl".into()),
            max_size: 64 << 10,
            keep: 1000,
        },
        admin: Admin {
            listen: Some(Address::Tcp("127.0.0.1:0".parse().unwrap())),
            hosts: vec!["a".to_owned()],
            public: true,
            strict_ready: true,
        },
        socket: Socket {
            access: Access {
                mode: 0o606,
                owner: Some(Account::Id(7)),
                group: Some(Account::Name("www-data".to_owned())),
            },
            handover: Some("/run/next".into()),
        },
        tls: Tls {
            pairs: vec![files("/a.pem", "/a.key"), files("/b.pem", "/b.key")],
            client_ca: Some("/ca.pem".into()),
        },
        upstream_tls: UpstreamTls {
            ca: Some("/up.pem".into()),
            pair: Some(files("/us.pem", "/us.key")),
            server_name: Some(ServerName::try_from("app.example").unwrap()),
        },
        warnings: Vec::new(),
    }
}

fn files(cert: &str, key: &str) -> Files {
    Files {
        cert: cert.into(),
        key: key.into(),
    }
}
