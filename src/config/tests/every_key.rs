//! What each key comes to, at the top level and in a route.

use super::*;

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
        filter = { type = "kind", deny = ["a.*"], allow = ["b"], unreadable = "reject", shadow.allow = ["d"] }
        drop = { status = 202, body = "ok" }
        limits = { inspect = "1 KiB" }
        timeouts = { connect = "3m", response = "24h" }
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
        policy: Policy {
            path: TypePath::member("kind"),
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
    };
    assert_eq!(**first, expected);
    let inherited = Route {
        name: Some("/b".into()),
        line: Some(19),
        ..above.clone()
    };
    assert_eq!(**second, inherited);
}

#[test]
fn every_key_is_read() {
    let config = parse(
        r#"
        listen = "[::]:0"
        mode = "observe"
        reload = "signal"
        filter = { type = "kind", deny = ["a.*"], allow = ["b", "c"], unreadable = "reject", shadow.allow = ["d"] }
        drop = { status = 202, body = "ok" }
        log = { format = "json", level = "debug" }
        admin = { listen = "127.0.0.1:0", hosts = ["a"], strict_ready = true }
        [forward]
        host = "upstream"
        x_forwarded = true
        forwarded = true
        via = true
        trusted = ["10.0.0.0/8", "::1"]
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
        "#,
    );
    let patterns = |texts: &[&str]| {
        texts
            .iter()
            .map(|text| text.parse::<Pattern>().unwrap())
            .collect()
    };
    let top = Route {
        name: None,
        line: None,
        policy: Policy {
            path: TypePath::member("kind"),
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
        inspect: 1 << 10,
        forward: Forward {
            host: Host::Upstream,
            x_forwarded: true,
            forwarded: true,
            via: true,
            trusted: vec!["10.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()],
        },
        upstream: Origin::parse("http://app").unwrap(),
        timeouts: upstream::Timeouts {
            connect: Duration::from_mins(3),
            response: Duration::from_hours(24),
        },
    };
    let expected = Config {
        listen: "[::]:0".parse().unwrap(),
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
        admin: Admin {
            listen: Some(Address::Tcp("127.0.0.1:0".parse().unwrap())),
            hosts: vec!["a".to_owned()],
            strict_ready: true,
        },
        warnings: Vec::new(),
    };
    assert_eq!(config, expected);
}
