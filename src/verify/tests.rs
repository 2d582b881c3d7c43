mod flips;
mod refused;

use std::time::UNIX_EPOCH;

use http::{HeaderName, HeaderValue, Request, Uri};

use super::*;

/// One event and more for each scheme, made by tests/vectors.py.
const VECTORS: &str = include_str!("tests/vectors.txt");

/// A signed event, how it is verified, and when it came.
#[derive(Clone)]
struct Event {
    name: &'static str,
    head: Parts,
    body: Vec<u8>,
    verify: Verify,
    now: SystemTime,
}

impl Event {
    fn of(vector: &'static str) -> Self {
        let (title, lines) = vector.split_once('\n').unwrap();
        let all = |key: &str| {
            let lines = lines.lines().filter_map(|line| line.split_once(' '));
            let found = lines.filter(|(name, _)| *name == key);
            found.map(|(_, value)| value).collect::<Vec<_>>()
        };
        let one = |key: &str| all(key).first().copied().unwrap_or_default();
        let scheme = Scheme::named(title.split(',').next().unwrap()).unwrap();
        let header = one("header_name").parse();
        let header = header.unwrap_or_else(|_| scheme.header().clone());
        let encoding = Encoding::ALL
            .into_iter()
            .find(|(name, _)| *name == one("encoding"));
        let encoding = encoding.map_or(Encoding::Hex, |(_, encoding)| encoding);
        let scheme = scheme.written(header, one("prefix"), encoding);
        let mut request = Request::post(
            Some(one("target"))
                .filter(|it| !it.is_empty())
                .unwrap_or("/"),
        );
        for header in all("header") {
            let (name, value) = header.split_once(": ").unwrap();
            request = request.header(name, value);
        }
        Self {
            name: title,
            head: request.body(()).unwrap().into_parts().0,
            body: one("body").replace("\\r\\n", "\r\n").into_bytes(),
            now: UNIX_EPOCH + Duration::from_secs(one("now").parse().unwrap()),
            verify: Verify {
                secrets: Vec::new(),
                tolerance: TOLERANCE,
                url: one("url").to_owned(),
                keys: vec![Key::new(&scheme, one("secret").as_bytes()).unwrap()],
                scheme,
            },
        }
    }

    /// The first of this scheme.
    fn named(scheme: &str) -> Self {
        let mut all = events();
        all.find(|event| event.verify.scheme.name == scheme)
            .unwrap()
    }

    fn check(&self) -> Result<(), Flaw> {
        self.verify.check(&self.head, &[&self.body], self.now)
    }

    fn set(&mut self, name: &str, value: &str) {
        let name: HeaderName = name.parse().unwrap();
        self.head
            .headers
            .insert(name, HeaderValue::from_str(value).unwrap());
    }

    fn get(&self, name: &str) -> String {
        self.head.headers[name].to_str().unwrap().to_owned()
    }
}

fn events() -> impl Iterator<Item = Event> {
    let vectors = VECTORS.split("## ").skip(1);
    vectors.map(|vector| Event::of(vector.trim_end()))
}

#[test]
fn what_senders_sign_verifies_in_whatever_pieces_it_comes() {
    for event in events() {
        assert_eq!(event.check(), Ok(()), "{}", event.name);
        for size in [1, 7] {
            let pieces: Vec<_> = event.body.chunks(size).collect();
            let checked = event.verify.check(&event.head, &pieces, event.now);
            assert_eq!(checked, Ok(()), "{} in {size}", event.name);
        }
    }
}

#[test]
fn there_is_an_event_of_each_scheme() {
    for name in NAMES {
        assert!(
            events().any(|event| event.verify.scheme.name == *name),
            "{name}"
        );
    }
}

/// A token like any other, and the public key of RFC 8032 §7.1, test 1.
const OTHER: &[u8] = b"d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";

#[test]
fn any_of_several_secrets_will_do_and_another_will_not() {
    for event in events() {
        let scheme = &event.verify.scheme;
        let mut others = events().filter(|other| {
            other.verify.scheme.algorithm == scheme.algorithm
                && other.verify.keys != event.verify.keys
        });
        let other = others.next().map_or_else(
            || Key::new(scheme, OTHER).unwrap(),
            |other| other.verify.keys[0].clone(),
        );
        let mut rotated = event.clone();
        rotated.verify.keys.insert(0, other);
        assert_eq!(rotated.check(), Ok(()), "{}", event.name);
        rotated.verify.keys.pop();
        let flaw = rotated.check().expect_err(event.name);
        // Of Standard Webhooks a public key looks for signatures of another kind.
        let is_malformed = matches!(flaw, Flaw::Malformed(_)) && scheme.name == "standard-webhooks";
        assert!(
            flaw == Flaw::Wrong || is_malformed,
            "{}: {flaw}",
            event.name
        );
        rotated.verify.keys.clear();
        assert_eq!(rotated.check(), Err(Flaw::Wrong), "{}", event.name);
    }
}

#[test]
fn a_time_may_be_as_far_from_now_as_is_tolerated_before_and_after() {
    let second = Duration::from_secs(1);
    for event in events() {
        let mut at = event.clone();
        let mut checked = |now| {
            at.now = now;
            at.check()
        };
        let is_timed = event.verify.scheme.uses(Setting::Tolerance);
        let (old, new) = if is_timed {
            (Err(Flaw::TooOld), Err(Flaw::TooNew))
        } else {
            (Ok(()), Ok(()))
        };
        // Twitch's time has a fraction.
        assert_eq!(checked(event.now + TOLERANCE), Ok(()), "{}", event.name);
        assert_eq!(
            checked(event.now + TOLERANCE + second),
            old,
            "{}",
            event.name
        );
        assert_eq!(
            checked(event.now - TOLERANCE + second),
            Ok(()),
            "{}",
            event.name
        );
        assert_eq!(
            checked(event.now - TOLERANCE - second),
            new,
            "{}",
            event.name
        );
    }
}

#[test]
fn what_nobody_signs_is_let_pass_only_where_it_has_no_body() {
    for name in ["github", "trello", "token"] {
        let mut event = Event::named(name);
        event.head.headers.clear();
        for (method, passes) in [
            (Method::GET, true),
            (Method::HEAD, true),
            (Method::OPTIONS, true),
            (Method::POST, false),
            (Method::PUT, false),
            (Method::DELETE, false),
            (Method::from_bytes(b"get").unwrap(), false),
        ] {
            event.head.method = method.clone();
            let empty: [&[u8]; 1] = [b""];
            let checked = event.verify.check(&event.head, &empty, event.now);
            assert_eq!(checked.is_ok(), passes, "{name} {method}");
            assert!(event.check().is_err(), "{name} {method} with a body");
        }
    }
}

#[test]
fn a_get_must_be_signed_where_the_query_is() {
    let mut event = Event::named("twilio");
    event.head.method = Method::GET;
    event.head.uri = Uri::from_static("/in?MessageStatus=sent");
    event.body.clear();
    assert_eq!(event.check(), Err(Flaw::Wrong));
    // printf 'https://hooks.example.com/in?MessageStatus=sent' | openssl dgst -sha1 -hmac "it's 1 secret" -binary | base64
    event.set("x-twilio-signature", "XCTjmVlyS8ux00rS7A77wgDpER4=");
    assert_eq!(event.check(), Ok(()));
    event.head.headers.clear();
    assert!(event.check().is_err());
}

#[test]
fn shopify_signs_in_either_field() {
    let mut event = Event::named("shopify");
    let signature = event.get("x-shopify-hmac-sha256");
    event.set("shopify-hmac-sha256", &signature);
    assert_eq!(event.check(), Ok(()));
    event.head.headers.remove("x-shopify-hmac-sha256");
    assert_eq!(event.check(), Ok(()));
    event.body[0] ^= 1;
    assert_eq!(event.check(), Err(Flaw::Wrong));
}

#[test]
fn a_request_without_a_body_can_be_signed_like_any_other() {
    let mut event = Event::named("github");
    event.body.clear();
    assert_eq!(event.check(), Err(Flaw::Wrong));
    // printf '' | openssl dgst -sha256 -hmac "it's 1 secret"
    event.set("x-hub-signature-256", EMPTY);
    assert_eq!(event.check(), Ok(()));
}

const EMPTY: &str = "sha256=8c71f38c5a9d5dc901a4f05bffe062d4423563a8893c2fbcb54ff2a494c6d8b7";

#[test]
fn several_signatures_in_one_field_are_looked_at_where_the_scheme_has_them() {
    let zeros = "0".repeat(64);
    for (scheme, field, decoy) in [
        (
            "stripe",
            "stripe-signature",
            format!(",v1={zeros},v0={zeros}"),
        ),
        ("paddle", "paddle-signature", format!(";h1={zeros}")),
        (
            "standard-webhooks",
            "webhook-signature",
            format!(" v1,{zeros} v2,a v1a,{zeros}"),
        ),
    ] {
        let mut event = Event::named(scheme);
        let signature = event.get(field);
        let separator = &decoy[..1];
        event.set(field, &format!("{signature}{decoy}"));
        assert_eq!(event.check(), Ok(()), "{scheme}");
        let (time, alone) = signature.split_once(separator).unwrap_or(("", &signature));
        let before = [time, &decoy[1..], alone].join(separator);
        event.set(field, before.trim_start());
        assert_eq!(event.check(), Ok(()), "{scheme}: {before}");
        // The genuine one is beyond what is looked at.
        let many = decoy.repeat(16);
        event.set(
            field,
            [time, &many[1..], alone].join(separator).trim_start(),
        );
        assert_eq!(event.check(), Err(Flaw::Wrong), "{scheme}");
    }
}
