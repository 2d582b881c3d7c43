//! `[[route]]`: other paths, other rules, other upstreams.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use serde_json::Value;

use crate::support::{Hooksieve, OK, Raw, Upstream, ask, connect, exchange, run, wait_until};

/// A POST of an event of this type to a host and a target.
fn event(host: &str, target: &str, kind: &str) -> String {
    let body = format!("{{\"type\":\"{kind}\"}}");
    let length = body.len();
    format!("POST {target} HTTP/1.1\r\nHost: {host}\r\nContent-Length: {length}\r\n\r\n{body}")
}

/// An upstream that answers with a name.
fn called(name: &str) -> Upstream {
    let length = name.len();
    Upstream::answering(format!(
        "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{name}"
    ))
}

/// One route after the other: where, to which upstream, by which lines.
fn listed(routes: &[(&str, &Upstream, &str)]) -> String {
    let route = |(place, upstream, lines): &(&str, &Upstream, &str)| {
        let (host, path) = place.split_at(place.find('/').expect("a path"));
        let host = match host {
            "" => String::new(),
            host => format!("host = \"{host}\"\n"),
        };
        let address = upstream.address();
        format!("[[route]]\npath = \"{path}\"\n{host}upstream = \"http://{address}\"\n{lines}\n")
    };
    routes.iter().map(route).collect()
}

/// A hooksieve without an upstream at the top level.
fn without_top(config: &str) -> Raw {
    Raw::start(&format!("listen = \"127.0.0.1:0\"\n{config}"))
}

/// Status and text of an answer.
fn told(hooksieve: &Hooksieve, request: impl AsRef<[u8]>) -> (u16, String) {
    let answer = exchange(hooksieve.address(), request);
    (answer.status, answer.text().to_owned())
}

fn of<'e>(events: &'e [Value], field: &str) -> Vec<&'e Value> {
    events.iter().map(|event| &event[field]).collect()
}

#[test]
fn an_event_goes_where_the_most_specific_route_leads() {
    let [top, one, two] = ["top", "one", "two"].map(called);
    let config = listed(&[
        ("/hooks/*", &one, ""),
        ("/hooks/github", &two, ""),
        ("hooks.example.com/*", &two, ""),
    ]);
    let mut hooksieve = Hooksieve::with(&top, &config);
    let cases = [
        ("a", "/", "top", None),
        ("a", "/hook", "top", None),
        ("a", "/hooksx", "top", None),
        ("a", "/Hooks", "top", None),
        ("a", "/hooks", "one", Some("/hooks/*")),
        ("a", "/hooks/", "one", Some("/hooks/*")),
        ("a", "/hooks/stripe?a=/../b", "one", Some("/hooks/*")),
        ("a", "/hooks/github", "two", Some("/hooks/github")),
        ("a", "/hooks/github/", "one", Some("/hooks/*")),
        (
            "hooks.example.com",
            "/hooks/x",
            "two",
            Some("hooks.example.com/*"),
        ),
        (
            "Hooks.Example.Com:8443",
            "/",
            "two",
            Some("hooks.example.com/*"),
        ),
        (
            "a",
            "http://HOOKS.example.com:80/x",
            "two",
            Some("hooks.example.com/*"),
        ),
        (
            "hooks.example.com",
            "http://a/hooks",
            "one",
            Some("/hooks/*"),
        ),
    ];
    for (host, target, expected, _) in cases {
        let answer = told(&hooksieve, event(host, target, "x"));
        assert_eq!(answer, (200, expected.to_owned()), "{host} {target}");
    }
    let without_host = "GET /hooks/github HTTP/1.0\r\n\r\n";
    assert_eq!(told(&hooksieve, without_host), (200, "two".to_owned()));
    let elsewhere = "GET /x HTTP/1.0\r\n\r\n";
    assert_eq!(told(&hooksieve, elsewhere), (200, "top".to_owned()));

    let events = hooksieve.stop();
    for (event, (_, target, _, route)) in events.iter().zip(cases) {
        assert_eq!(event["route"].as_str(), route, "{target}");
    }
    let sent = two.requests();
    assert_eq!(sent[0].start_line(), "POST /hooks/github HTTP/1.1");
    assert_eq!(sent[2].field("host"), ["Hooks.Example.Com:8443"]);
    assert_eq!(
        one.requests()[2].start_line(),
        "POST /hooks/stripe?a=/../b HTTP/1.1"
    );
}

#[test]
fn a_route_takes_from_above_what_it_leaves_out_and_its_lists_replace() {
    let upstream = called("it");
    let rules = "[drop]\nbody = \"dropped above\"\n[filter]\ndeny = [\"a.*\", \"b.*\"]\nunreadable = \"reject\"\n";
    let config = rules.to_owned()
        + "[[route]]\npath = \"/same\"\n\
           [[route]]\npath = \"/deny\"\nfilter.deny = [\"c.*\"]\n\
           [[route]]\npath = \"/none\"\nfilter.deny = []\nfilter.unreadable = \"forward\"\n\
           [[route]]\npath = \"/allow\"\ndrop = { status = 202 }\n[route.filter]\nallow = [\"c.*\"]\n\
           [[route]]\npath = \"/type\"\nfilter.type = \"kind\"\n\
           [[route]]\npath = \"/observe\"\nmode = \"observe\"\n\
           [[route]]\npath = \"/small\"\nlimits.inspect = \"1 KiB\"\n\
           [[route]]\npath = \"/forward\"\nforward.x_forwarded = true\n";
    let mut hooksieve = Hooksieve::with(&upstream, &config);
    let dropped = (200, "dropped above".to_owned());
    let forwarded = (200, "it".to_owned());
    let large = format!("{{\"type\":\"c.x\",\"a\":\"{}\"}}", "x".repeat(1024));
    for (path, kind, expected) in [
        ("/", "a.x", &dropped),
        ("/", "c.x", &forwarded),
        ("/same", "a.x", &dropped),
        ("/same", "c.x", &forwarded),
        ("/deny", "a.x", &forwarded),
        ("/deny", "c.x", &dropped),
        ("/none", "a.x", &forwarded),
        ("/allow", "a.x", &(202, "dropped above".to_owned())),
        ("/allow", "d.x", &(202, "dropped above".to_owned())),
        ("/allow", "c.x", &forwarded),
        ("/type", "a.x", &forwarded),
        ("/observe", "a.x", &forwarded),
        ("/forward", "c.x", &forwarded),
    ] {
        let answer = told(&hooksieve, event("h", path, kind));
        assert_eq!(&answer, expected, "{path} {kind}");
    }
    for (path, body, status) in [
        ("/same", "{", 422),
        ("/none", "{", 200),
        ("/small", &*large, 413),
        ("/same", &*large, 200),
    ] {
        let length = body.len();
        let request =
            format!("POST {path} HTTP/1.1\r\nHost: h\r\nContent-Length: {length}\r\n\r\n{body}");
        assert_eq!(
            exchange(hooksieve.address(), request).status,
            status,
            "{path}"
        );
    }
    let received = upstream.requests();
    let forwards = received
        .iter()
        .filter(|request| !request.field("x-forwarded-for").is_empty());
    let lines: Vec<_> = forwards
        .map(|request| request.start_line().to_owned())
        .collect();
    assert_eq!(lines, ["POST /forward HTTP/1.1"]);
    let events = hooksieve.stop();
    let verdicts = of(&events, "verdict");
    assert_eq!(
        verdicts
            .iter()
            .filter(|verdict| **verdict == "would drop")
            .count(),
        1
    );
    let refused = events
        .iter()
        .find(|event| event["status"] == 413)
        .expect("it is told");
    assert_eq!(refused["route"], "/small");
}

#[test]
fn where_no_route_leads_is_a_404_and_one_line() {
    let upstream = called("it");
    let config = listed(&[("/hooks/*", &upstream, ""), ("h.example/x", &upstream, "")]);
    let hooksieve = without_top(&config);
    let mut stream = connect(hooksieve.address());
    let answer = ask(&mut stream, event("a", "/hooks/x", "x"));
    assert_eq!(answer.text(), "it");
    for target in ["/", "/x", "/hook", "/x/../hooks", "http://a/x"] {
        let answer = exchange(hooksieve.address(), event("a", target, "x"));
        let told = (answer.status, answer.text());
        assert_eq!(
            told,
            (404, "hooksieve: nothing is served at this path\n"),
            "{target}"
        );
        assert_eq!(answer.field("connection"), ["close"]);
    }
    let options = exchange(hooksieve.address(), "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_eq!(options.status, 404);
    let log = hooksieve.stop().stdout;
    let lines: Vec<Value> = log
        .lines()
        .map(|line| serde_json::from_str(line).expect("every line is JSON"))
        .collect();
    let ready = lines.iter().find(|line| line["message"] == "ready");
    let ready = ready.expect("it is told");
    assert_eq!(ready["routes"], 2);
    assert!(
        ready.get("upstream").is_none() && ready.get("deny").is_none(),
        "{ready}"
    );
    let events: Vec<_> = lines
        .into_iter()
        .filter(|line| line["message"] == "event")
        .collect();
    assert_eq!(events.len(), 7);
    for event in &events[1..] {
        let is = (&event["verdict"], &event["status"], &event["level"]);
        assert_eq!(
            is,
            (&"refuse".into(), &404.into(), &"info".into()),
            "{event}"
        );
        assert_eq!(event["error"], "no route takes this path");
        assert!(event.get("route").is_none(), "{event}");
    }
    assert_eq!(upstream.count(), 1);
}

#[test]
fn a_path_that_becomes_another_routes_when_it_is_normalised_is_a_400() {
    let [top, one] = ["top", "one"].map(called);
    let config = listed(&[("/hooks/*", &one, ""), ("/hooks/secret", &one, "")]);
    let mut hooksieve = Hooksieve::with(&top, &config);
    let refused = [
        "//hooks/x",
        "/./hooks/x",
        "/x/../hooks/x",
        "/%68ooks/x",
        "/hooks%2Fx",
        "/hooks%252Fx",
        "/x/%2e%2e/hooks/x",
        "/x/%252e%252e/hooks",
        "/hooks;v=1/x",
        "/x/..;/hooks/x",
        "/hooks\\x",
        "/hooks%5cx",
        "/hooks/..",
        "/hooks/../x",
        "/hooks/x/..%2f..%2Fy",
        "/hooks//secret",
        "/hooks/./secret",
        "/hooks/secret;v",
        "/hooks/%73ecret",
        "/hooks/secret/x/..",
        "http://a//hooks/x",
    ];
    for target in refused {
        let answer = exchange(hooksieve.address(), event("a", target, "x"));
        assert_eq!(answer.status, 400, "{target}");
        assert!(
            answer.text().starts_with("hooksieve: the path can be read"),
            "{target}"
        );
    }
    let passed = [
        ("/hooks/x//y", "one"),
        ("/hooks/a%2Fb%20c;v=1", "one"),
        ("/hooks/x/../y", "one"),
        ("/x//y/%2e%2e/;z", "top"),
        ("/x?y=/../hooks/x", "top"),
    ];
    for (target, expected) in passed {
        let answer = told(&hooksieve, event("a", target, "x"));
        assert_eq!(answer, (200, expected.to_owned()), "{target}");
    }
    let events = hooksieve.stop();
    for event in &events[..refused.len()] {
        assert_eq!(
            (&event["verdict"], &event["status"]),
            (&"refuse".into(), &400.into())
        );
        assert!(event.get("route").is_none(), "{event}");
    }
    assert_eq!((top.count(), one.count()), (2, 3));
}

#[test]
fn the_route_is_told_of_what_failed_as_well() {
    let closed = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let nobody = closed.local_addr().expect("it is bound");
    drop(closed);
    let top = called("top");
    let config = format!(
        "[[route]]\npath = \"/gone\"\nhost = \"h.example\"\nupstream = \"http://{nobody}\"\n\
         timeouts.connect = \"20ms\"\n[[route]]\npath = \"/a\"\n"
    );
    let mut hooksieve = Hooksieve::with(&top, &config);
    let ready = hooksieve.line("ready");
    assert_eq!(ready["routes"], 2);
    assert_eq!(told(&hooksieve, event("h.example", "/gone", "x")).0, 502);
    let broken = "POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n";
    assert_eq!(told(&hooksieve, broken).0, 400);
    assert_eq!(told(&hooksieve, event("h", "/b", "x")).0, 200);
    let events = hooksieve.stop();
    let routes: Vec<_> = events.iter().map(|event| event["route"].as_str()).collect();
    assert_eq!(routes, [Some("h.example/gone"), Some("/a"), None]);
}

#[test]
fn each_route_waits_for_its_upstream_as_long_as_it_says() {
    let silent = Upstream::new(|mut connection| {
        connection.request();
        let _ = connection.rest();
    });
    let config = "[timeouts]\nresponse = \"60s\"\n[[route]]\npath = \"/short\"\ntimeouts.response = \"50ms\"\n";
    let hooksieve = Hooksieve::with(&silent, config);
    assert_eq!(told(&hooksieve, event("h", "/short", "x")).0, 504);
}

#[test]
fn the_largest_body_that_any_route_inspects_finds_room() {
    let upstream = called("it");
    let config = "[limits]\ninspect = \"1 KiB\"\nmemory = \"1 MiB\"\n\
                  [[route]]\npath = \"/large\"\nlimits.inspect = \"1 MiB\"\nfilter.deny = [\"x\"]\n";
    let hooksieve = Hooksieve::with(&upstream, config);
    let mut body = r#"{"type":"x"}"#.to_owned();
    body.extend(std::iter::repeat_n(' ', (1 << 20) - body.len()));
    let length = body.len();
    let request =
        format!("POST /large HTTP/1.1\r\nHost: h\r\nContent-Length: {length}\r\n\r\n{body}");
    assert_eq!(told(&hooksieve, request), (200, String::new()));
    assert_eq!(hooksieve.events(1)[0]["verdict"], "drop");
}

#[test]
fn routes_to_one_upstream_share_its_connections() {
    let served = Arc::new(Mutex::new(HashMap::<usize, HashSet<String>>::new()));
    let lines = served.clone();
    let upstream = Upstream::new(move |mut connection| {
        while let Some(request) = connection.request() {
            let line = request.start_line().to_owned();
            let mut lines = lines.lock().expect("no panic");
            lines.entry(connection.number).or_default().insert(line);
            drop(lines);
            connection.write(OK);
        }
    });
    let address = upstream.address();
    let config = format!(
        "[timeouts]\nreuse = \"20s\"\n[[route]]\npath = \"/a\"\ntimeouts.response = \"9s\"\n\
         [[route]]\npath = \"/b\"\nupstream = \"http://{address}/\"\n"
    );
    let hooksieve = Hooksieve::with(&upstream, &config);
    // One sender's connection is one worker's.
    let mut stream = connect(hooksieve.address());
    wait_until("one connection has served all routes", || {
        for path in ["/a", "/b", "/"] {
            assert_eq!(ask(&mut stream, event("h", path, "x")).status, 200);
        }
        let served = served.lock().expect("no panic");
        served.values().any(|lines| lines.len() == 3)
    });
}

#[test]
fn an_upstream_of_a_route_that_leads_back_is_refused_at_the_start() {
    let free = TcpListener::bind("127.0.2.8:0").expect("a free port");
    let listen = free.local_addr().expect("it is bound");
    drop(free);
    let upstream = called("it");
    let text = format!(
        "listen = \"{listen}\"\nupstream = \"http://{}\"\n[[route]]\npath = \"/a\"\n[[route]]\npath = \"/b\"\n\
         upstream = \"http://{listen}\"\n",
        upstream.address()
    );
    let directory = tempfile::tempdir().expect("a directory for the config");
    fs::write(directory.path().join("config.toml"), text).expect("it can be written");
    let run = run(directory.path(), &[]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""));
    let told = format!(
        "config.toml:7: route \"/b\" (line 5): upstream = \"http://{listen}\" leads back to listen = \"{listen}\"; \
         write where your endpoint is\n"
    );
    assert_eq!(run.stderr, told);
}

#[test]
fn ten_thousand_routes_start_and_lead_where_they_say() {
    let upstream = Upstream::answering(OK);
    let routes = (0..10_000).fold(String::new(), |routes, number| {
        let rule = format!("filter.deny = [\"t{number}\"]");
        routes + &format!("[[route]]\npath = \"/hooks/{number}/*\"\n{rule}\n")
    });
    let mut hooksieve = Hooksieve::with(&upstream, &routes);
    for (path, kind) in [
        ("/hooks/9999/x", "t9999"),
        ("/hooks/0", "t0"),
        ("/hooks/0", "t1"),
        ("/hooks/10000", "t1"),
    ] {
        assert_eq!(told(&hooksieve, event("h", path, kind)).0, 200);
    }
    let events = hooksieve.stop();
    assert_eq!(
        of(&events, "verdict"),
        ["drop", "drop", "forward", "forward"]
    );
    assert_eq!(events[0]["route"], "/hooks/9999/*");
    assert_eq!(hooksieve.line("ready")["routes"], 10_000);
}
