//! An event in which one bit is another is not accepted.

use std::str;

use super::*;

/// How often `event` is accepted while each bit of something, which is `bytes` and is set by `set`, is another. What can't
/// be sent at all is not.
fn accepted(event: &Event, bytes: &[u8], set: impl Fn(&mut Event, &[u8]) -> bool) -> Vec<String> {
    let mut accepted = Vec::new();
    for bit in 0..bytes.len() * 8 {
        let mut flipped = bytes.to_vec();
        flipped[bit / 8] ^= 1 << (bit % 8);
        let mut event = event.clone();
        if set(&mut event, &flipped) && event.check().is_ok() {
            accepted.push(flipped.escape_ascii().to_string());
        }
    }
    accepted
}

/// Those that were made for this: in others there are escapes whose case does not matter.
fn made() -> impl Iterator<Item = Event> {
    events().filter(|event| !event.name.contains("published"))
}

#[test]
fn no_flipped_bit_of_a_field_is_accepted() {
    for event in made() {
        for (name, value) in &event.head.headers {
            let accepted = accepted(&event, value.as_bytes(), |event, flipped| {
                let value = HeaderValue::from_bytes(flipped);
                value.is_ok_and(|value| event.head.headers.insert(name, value).is_some())
            });
            assert!(accepted.is_empty(), "{}: {name}: {accepted:?}", event.name);
        }
    }
}

#[test]
fn no_flipped_bit_of_a_signed_body_is_accepted() {
    for event in made().filter(|event| event.verify.scheme.algorithm != scheme::Algorithm::Token) {
        let accepted = accepted(&event, &event.body, |event, flipped| {
            event.body = flipped.to_vec();
            true
        });
        assert!(accepted.is_empty(), "{}: {accepted:?}", event.name);
    }
}

#[test]
fn no_flipped_bit_of_a_signed_url_is_accepted() {
    for event in made().filter(|event| event.verify.scheme.uses(Setting::Url)) {
        let url = event.verify.url.clone();
        let accepted_urls = accepted(&event, url.as_bytes(), |event, flipped| {
            let url = str::from_utf8(flipped);
            url.is_ok_and(|url| {
                url.clone_into(&mut event.verify.url);
                true
            })
        });
        assert!(
            accepted_urls.is_empty(),
            "{}: {accepted_urls:?}",
            event.name
        );
        let Some(query) = event
            .head
            .uri
            .query()
            .filter(|_| event.verify.scheme.signs_query())
        else {
            continue;
        };
        let accepted_queries = accepted(&event, query.as_bytes(), |event, flipped| {
            let target = [b"/in?", flipped].concat();
            let target = target.as_slice().try_into();
            target.is_ok_and(|target| {
                event.head.uri = target;
                true
            })
        });
        assert!(
            accepted_queries.is_empty(),
            "{}: {accepted_queries:?}",
            event.name
        );
    }
}
