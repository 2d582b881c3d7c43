use std::fmt::Write;

use http::Request;
use http::request::Parts;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::config::Config;

/// Routes at these places, hosts in front, with or without a route for all else.
fn routes<S: AsRef<str>>(places: &[S], has_top: bool) -> Routes {
    let mut text = String::new();
    if has_top {
        text.push_str("upstream = \"http://app\"\n");
    }
    for place in places {
        let (host, path) = split(place.as_ref());
        write!(
            text,
            "[[route]]\npath = \"{path}\"\nupstream = \"http://app\"\n"
        )
        .unwrap();
        if !host.is_empty() {
            writeln!(text, "host = \"{host}\"").unwrap();
        }
    }
    Config::parse(&text).unwrap().routes
}

fn split(place: &str) -> (&str, &str) {
    place.split_at(place.find('/').unwrap())
}

fn head(host: Option<&str>, target: &str) -> Parts {
    let mut request = Request::post(target);
    if let Some(host) = host {
        request = request.header("host", host);
    }
    request.body(()).unwrap().into_parts().0
}

/// The name of the route of a request; `top` is that of the top level.
fn found<'r>(routes: &'r Routes, head: &Parts) -> Result<&'r str, NoRoute> {
    let route = routes.find(head)?;
    Ok(route.name.as_deref().unwrap_or("top"))
}

#[test]
fn the_most_specific_route_takes_a_request_and_the_top_level_the_rest() {
    let routes = routes(
        &[
            "/a",
            "/a/*",
            "/a/b",
            "H.example/a/*",
            "h.example/c",
            "[::1]/a",
        ],
        true,
    );
    for (host, target, expected) in [
        (Some("x"), "/a", "/a"),
        (Some("x"), "/a?b=/../c", "/a"),
        (Some("x"), "/a/", "/a/*"),
        (Some("x"), "/a/b", "/a/b"),
        (Some("x"), "/a/b/", "/a/*"),
        (Some("x"), "/A", "top"),
        (Some("x"), "/c", "top"),
        (Some("h.example"), "/a", "H.example/a/*"),
        (Some("h.example"), "/a/b", "H.example/a/*"),
        (Some("H.EXAMPLE.:8443"), "/a/b", "H.example/a/*"),
        (Some("h.example:"), "/c", "h.example/c"),
        (Some("h.example"), "/d", "top"),
        (Some("hh.example"), "/c", "top"),
        (Some("[0::1]:80"), "/a", "[::1]/a"),
        (Some("[::1]"), "/a", "[::1]/a"),
        (Some("x"), "http://h.example:81/c?d", "h.example/c"),
        (Some("h.example"), "http://x/c", "top"),
        (Some("x"), "http://x", "top"),
        (None, "/a", "/a"),
        (None, "/c", "top"),
        (Some("x"), "*", "top"),
    ] {
        let head = head(host, target);
        assert_eq!(found(&routes, &head), Ok(expected), "{host:?} {target}");
    }
}

#[test]
fn without_a_top_level_what_no_route_takes_has_none() {
    let routes = routes(&["/a/*", "h/b"], false);
    for (host, target, expected) in [
        ("x", "/a", Ok("/a/*")),
        ("x", "/", Err(NoRoute::Unknown)),
        ("x", "/b", Err(NoRoute::Unknown)),
        ("x", "/b/../a", Err(NoRoute::Unknown)),
        ("x", "/a/../b", Err(NoRoute::Ambiguous)),
        ("h", "/a/../b", Err(NoRoute::Ambiguous)),
        ("h", "/a/x/../b", Ok("/a/*")),
    ] {
        let head = head(Some(host), target);
        assert_eq!(found(&routes, &head), expected, "{host} {target}");
    }
}

#[test]
fn a_path_that_some_receiver_takes_for_another_routes_is_ambiguous() {
    let routes = routes(&["/a/*", "/a/b", "/c", "h/d/*"], true);
    for target in [
        "//c",
        "/./c",
        "/c/.",
        "/x/../c",
        "/%63",
        "/c;v=1",
        "/c%3Bv",
        "/c%3Fv",
        "/c%00",
        "/x%2f..%2fc",
        "/x/%2e%2e/c",
        "/x/%252e%252e/c",
        "/x/..;/c",
        "/x\\..\\c",
        "/x%5c..%5Cc",
        "/a/../x",
        "/a/..",
        "/a%2Fx",
        "/a/%62",
        "/a/./b",
        "/a//b",
        "/a/b;v",
        "/a/b/..;/b",
        "/a/b/../../c",
        "/a/x/..%2F..%2Fc",
        "/a/%2e%2e;v/c",
        "/a/%25%32%65%252e/c",
    ] {
        let head = head(Some("x"), target);
        assert_eq!(found(&routes, &head), Err(NoRoute::Ambiguous), "{target}");
    }
    for (host, target, expected) in [
        ("x", "/a/x//y", "/a/*"),
        ("x", "/a/x/../y", "/a/*"),
        ("x", "/a/x%2Fy%20z;v=1", "/a/*"),
        ("x", "/x//%2e;y", "top"),
        ("x", "/d/../d/x", "top"),
        ("x", "/x/../d/x", "top"),
        ("x", "/c.", "top"),
        ("x", "/c/", "top"),
    ] {
        let head = head(Some(host), target);
        assert_eq!(found(&routes, &head), Ok(expected), "{target}");
    }
    // More ways to read it than are looked at.
    let tricks = "/a/".to_owned() + &"a;x/%2e%2e//./b%252f..%255c%3b/".repeat(20);
    assert_eq!(
        found(&routes, &head(Some("x"), &tricks)),
        Err(NoRoute::Ambiguous)
    );
    let head = head(Some("h"), "/x/../d/x");
    assert_eq!(found(&routes, &head), Err(NoRoute::Ambiguous));
}

#[test]
fn routes_are_told_in_the_order_of_the_file_and_by_name() {
    let routes = routes(&["/b", "h/a/*", "/a"], true);
    let names: Vec<_> = routes.iter().map(|route| route.name.as_deref()).collect();
    assert_eq!(names, [Some("/b"), Some("h/a/*"), Some("/a"), None]);
    let lines: Vec<_> = routes.iter().map(|route| route.line).collect();
    assert_eq!(lines, [Some(2), Some(5), Some(9), None]);
    for name in names {
        let route = routes.named(name).unwrap();
        assert_eq!(route.name.as_deref(), name);
    }
    assert!(routes.named(Some("/c")).is_none());
}

#[test]
fn two_routes_that_take_the_same_are_none() {
    let route = routes(&["/a"], false)
        .iter()
        .next()
        .unwrap()
        .as_ref()
        .clone();
    let places = ["/a", "/b", "/b/*", "/b"].map(|path| (Place::new(None, path), route.clone()));
    let twins = Routes::new(places.to_vec(), None).unwrap_err();
    assert_eq!(
        twins,
        Twins {
            first: 1,
            second: 3
        }
    );
}

/// The route of a request by the words of the documentation: all are looked at.
fn naive(places: &[String], host: Option<&str>, path: &str) -> Option<usize> {
    let takes = |place: &str| {
        let (own, pattern) = split(place);
        let is_host = own.is_empty() || host == Some(own);
        let is_path = match pattern.strip_suffix("/*") {
            Some(stem) => path == stem || path.starts_with(&format!("{stem}/")),
            None => path == pattern,
        };
        is_host && is_path
    };
    let rank = |place: &str| {
        let (own, pattern) = split(place);
        (!own.is_empty(), !pattern.ends_with("/*"), pattern.len())
    };
    let numbers = (0..places.len()).filter(|&number| takes(&places[number]));
    numbers.max_by_key(|&number| rank(&places[number]))
}

fn paths(most: usize) -> impl Strategy<Value = String> {
    let segments = vec(select(vec!["a", "b", "ab", ""]), 0..most);
    // Empty ones only at the end: a route has no other.
    segments.prop_map(|segments| {
        let (last, others) = segments.split_last().unwrap_or((&"", &[]));
        let others = others.iter().filter(|segment| !segment.is_empty());
        others.fold(String::new(), |path, segment| path + "/" + segment) + "/" + last
    })
}

fn hosts() -> impl Strategy<Value = Option<&'static str>> {
    option::of(select(vec!["h", "i.example"]))
}

proptest! {
    #[test]
    fn the_route_that_is_found_is_the_one_that_a_look_at_all_finds(
        places in vec((hosts(), paths(4), any::<bool>()), 0..12),
        asked in vec((hosts(), paths(6)), 1..12),
    ) {
        let mut names: Vec<_> = places
            .into_iter()
            .map(|(host, path, is_prefix)| {
                let star = if is_prefix { "/*" } else { "" };
                let stem = if is_prefix { path.trim_end_matches('/') } else { &path };
                format!("{}{stem}{star}", host.unwrap_or_default())
            })
            .collect();
        names.sort();
        names.dedup();
        let routes = routes(&names, true);
        for (host, path) in asked {
            let expected = naive(&names, host, &path).map_or("top", |number| &names[number]);
            prop_assert_eq!(found(&routes, &head(host, &path)), Ok(expected));
        }
    }
}
