//! What came is told by route, and judged by the route of the same name.

use serde_json::Value;

use super::{Place, config, event, events, list, log, number, text, upstream};
use crate::support::{Raw, Upstream, exchange, post};

/// A POST to a path of a host.
fn to(host: &str, path: &str, name: &str) -> String {
    let request = post(&event(name)).replace("/webhook", path);
    request.replace("example.com", host)
}

fn requests() -> Vec<String> {
    vec![
        to("a.example", "/github/1", "push"),
        to("a.example", "/github/2", "push"),
        to("b.example", "/github/1", "push"),
        to("b.example", "/github/1", "ping"),
        to("b.example", "/stripe", "push"),
    ]
}

/// Rules for both hosts, and for one of them.
fn rules(upstream: &Upstream, all: &str, one: &str) -> String {
    let upstream = upstream.address();
    format!(
        "[[route]]\npath = \"/github/*\"\nfilter.deny = [{all}]\n\
         [[route]]\nhost = \"a.example\"\npath = \"/github/*\"\nupstream = \"http://{upstream}\"\nfilter.deny = [{one}]\n"
    )
}

#[test]
fn each_route_is_judged_by_its_own_rules() {
    let upstream = upstream();
    let old = rules(&upstream, "\"push\"", "");
    let place = Place::with(&log(&upstream, &old, &requests()));
    let new = rules(&upstream, "\"ping\"", "\"pu*\"");
    place.write("new.toml", config(&upstream, &new));
    let report = place.json(&["--config", "new.toml", "hooksieve.log"]);
    let routes: Vec<_> = list(&report["routes"])
        .iter()
        .map(|route| (text(&route["route"]), number(&route["events"])))
        .collect();
    let named = |name: &str| Some(name.to_owned());
    let expected = [
        (None, 1),
        (named("/github/*"), 2),
        (named("a.example/github/*"), 2),
    ];
    assert_eq!(routes, expected);

    let judged = |kind: &str| {
        let judged = list(&report["what_if"][kind]).iter().map(|judged| {
            let field = |name| judged[name].as_str().unwrap_or("-");
            let [route, name, was] = ["route", "type", "was"].map(field);
            format!(
                "{} {route} {name} {was} {}",
                judged["count"],
                field("would_be")
            )
        });
        judged.collect::<Vec<_>>()
    };
    let expected = [
        "2 a.example/github/* push forward drop",
        "1 /github/* ping forward drop",
        "1 /github/* push drop forward",
    ];
    assert_eq!(judged("changes"), expected);
    assert_eq!(judged("same"), ["1 - push forward forward"]);

    // And so it is.
    let after = events(&log(&upstream, &new, &requests()));
    let verdicts: Vec<_> = after.iter().map(|event| &event["verdict"]).collect();
    assert_eq!(verdicts, ["drop", "drop", "forward", "drop", "forward"]);
    assert_eq!(after[4]["route"], Value::Null);
}

#[test]
fn the_lists_made_of_them_are_those_of_the_routes() {
    let upstream = upstream();
    let place = Place::with(&log(&upstream, &rules(&upstream, "", ""), &requests()));
    let part = place.report(&["--format", "toml", "hooksieve.log"]);
    let hooksieve = Raw::start(&config(&upstream, &part));
    let seen = upstream.count();
    for (host, path, name) in [
        ("a.example", "/github/1", "push"),
        ("a.example", "/github/1", "ping"),
        ("b.example", "/github/1", "ping"),
        ("b.example", "/github/1", "other"),
        ("b.example", "/stripe", "ping"),
    ] {
        exchange(hooksieve.address(), to(host, path, name));
    }
    let passed = upstream.requests().split_off(seen);
    let passed: Vec<_> = passed
        .iter()
        .map(|request| request.text().to_owned())
        .collect();
    assert_eq!(passed, [event("push"), event("ping")], "{part}");
    assert_eq!(hooksieve.stop().code, Some(0));
}
