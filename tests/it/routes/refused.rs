//! What no route takes, or more than one might.

use serde_json::Value;

use super::{called, event, listed, told};
use crate::support::{Hooksieve, Raw, ask, connect, exchange};

/// A hooksieve without an upstream at the top level.
fn without_top(config: &str) -> Raw {
    Raw::start(&format!("listen = \"127.0.0.1:0\"\n{config}"))
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
