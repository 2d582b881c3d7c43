//! `[[route]]`: other paths, other rules, other upstreams.

mod refused;
mod upstreams;

use std::net::TcpListener;

use serde_json::Value;

use crate::support::{Hooksieve, OK, Upstream, exchange};

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
