//! Which rules a request is under.

use crate::support::{BATCH, Body, DENY, PAID, Said, dropped, refused, serving};

#[test]
fn routes_are_found_by_host_and_path_and_what_can_be_read_in_two_ways_is_refused() {
    let routes = "[filter]\ndeny = [\"*\"]\n[[route]]\npath = \"/hooks/*\"\nupstream = \"http://a\"\nfilter.deny = []\n\
                  [[route]]\npath = \"/hooks/a\"\nhost = \"b.example.com\"\nupstream = \"http://a\"\n\
                  filter.deny = [\"invoice.*\"]\n";
    let to = |host, path| [(":authority", host), (":path", path)];
    let ambiguous = "the path can be read in several ways that lead to different places";
    for (config, host, path, expected) in [
        (routes, "a", "/hooks/a", Said::GoesOn(Body::Seen)),
        (routes, "b.example.com:81", "/hooks/a?x", dropped("")),
        (
            routes,
            "a",
            "/elsewhere",
            refused(404, "nothing is served at this path"),
        ),
        (
            routes,
            "a",
            "/x/../hooks/a",
            refused(404, "nothing is served at this path"),
        ),
        (
            routes,
            "b.example.com",
            "/hooks/x/../a",
            refused(400, ambiguous),
        ),
        ("", "a", "/elsewhere", Said::GoesOn(Body::Seen)),
        (
            "",
            "a",
            "/a b",
            refused(
                400,
                "the request target is not in a form that its method takes",
            ),
        ),
    ] {
        let (_hooksieve, client) = serving(config);
        assert_eq!(
            client.post(&to(host, path), PAID),
            expected,
            "{host} {path}"
        );
    }
}

#[test]
fn a_file_without_an_upstream_judges_what_no_route_takes_by_the_rules_above() {
    let config = format!("{DENY}[[route]]\npath = \"/open\"\nfilter.deny = []\n");
    let (mut hooksieve, client) = serving(&config);
    assert_eq!(client.post(&[], BATCH), dropped(""));
    assert_eq!(
        client.post(&[(":path", "/open")], BATCH),
        Said::GoesOn(Body::Seen)
    );
    drop(client);
    assert_eq!(hooksieve.stop()[1]["route"], "/open");
}

#[test]
fn what_is_observed_and_what_shadow_rules_would_do_is_logged() {
    let config = format!("mode = \"observe\"\n{DENY}shadow.deny = [\"invoice.*\"]\n");
    let (mut hooksieve, client) = serving(&config);
    assert_eq!(client.post(&[], BATCH), Said::GoesOn(Body::Seen));
    assert_eq!(client.post(&[], PAID), Said::GoesOn(Body::Seen));
    drop(client);
    let events = hooksieve.stop();
    assert_eq!(
        (&events[0]["verdict"], &events[0]["shadow"]),
        (&"would drop".into(), &"would forward".into())
    );
    assert_eq!(
        (&events[1]["verdict"], &events[1]["shadow"]),
        (&"forward".into(), &"would drop".into())
    );
}
