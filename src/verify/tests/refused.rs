//! What is ambiguous or not as the scheme has it is refused.

use super::*;

#[test]
fn a_field_that_is_missing_or_comes_twice_is_refused_whatever_is_in_it() {
    for event in events() {
        for (name, value) in &event.head.headers {
            let mut without = event.clone();
            without.head.headers.remove(name);
            assert_eq!(
                without.check(),
                Err(Flaw::Missing(name.clone())),
                "{}",
                event.name
            );
            for other in [value, &HeaderValue::from_static("x")] {
                let mut twice = event.clone();
                twice.head.headers.append(name, other.clone());
                assert_eq!(
                    twice.check(),
                    Err(Flaw::Several(name.clone())),
                    "{}",
                    event.name
                );
            }
        }
    }
}

#[test]
fn a_field_that_is_another_to_some_receivers_only_is_refused() {
    for event in events() {
        for name in event.head.headers.keys() {
            let mut both = event.clone();
            both.set(&name.as_str().replace('-', "_"), "x");
            assert_eq!(
                both.check(),
                Err(Flaw::Several(name.clone())),
                "{}",
                event.name
            );
        }
    }
    let mut event = Event::named("standard-webhooks");
    event.set("svix_id", "msg_2");
    assert!(event.check().is_err());
}

#[test]
fn other_fields_of_the_same_scheme_must_hold_as_well() {
    let webhook = Event::named("standard-webhooks");
    let mut both = webhook.clone();
    for part in ["id", "timestamp", "signature"] {
        let value = webhook.get(&format!("webhook-{part}"));
        both.set(&format!("svix-{part}"), &value);
        let is_whole = part == "signature";
        assert_eq!(both.check().is_ok(), is_whole, "{part}");
    }
    both.set("svix-id", "msg_2");
    assert_eq!(both.check(), Err(Flaw::Wrong));
}

#[test]
fn a_signature_in_another_form_is_told_from_a_wrong_one() {
    for (scheme, field, value) in [
        ("github", "x-hub-signature-256", "sha1=00"),
        ("github", "x-hub-signature-256", "SHA256=00"),
        ("slack", "x-slack-signature", "v1=00"),
        ("stripe", "stripe-signature", "t=1700000000"),
        ("stripe", "stripe-signature", "t=1700000000,v0=00"),
        ("stripe", "stripe-signature", "v1=00"),
        (
            "stripe",
            "stripe-signature",
            "t=1700000000,t=1700000000,v1=00",
        ),
        ("stripe", "stripe-signature", "t=1700000000, v1=00"),
        ("paddle", "paddle-signature", "ts=1700000000,h1=00"),
        ("standard-webhooks", "webhook-signature", "v1a,AA=="),
        ("standard-webhooks", "webhook-signature", ""),
    ] {
        let mut event = Event::named(scheme);
        event.set(field, value);
        let expected = Err(Flaw::Malformed(field.parse().unwrap()));
        assert_eq!(event.check(), expected, "{scheme} {value}");
    }
}

#[test]
fn a_signature_in_another_case_or_without_its_padding_is_wrong() {
    for (scheme, field) in [
        ("github", "x-hub-signature-256"),
        ("discord", "x-signature-ed25519"),
        ("shopify", "x-shopify-hmac-sha256"),
        ("sendgrid", "x-twilio-email-event-webhook-signature"),
    ] {
        let event = Event::named(scheme);
        let value = event.get(field);
        let (prefix, bare) = value
            .split_once("256=")
            .map_or(("", &*value), |(_, bare)| ("sha256=", bare));
        for other in [
            bare.to_uppercase(),
            bare.trim_end_matches('=').to_owned() + "\t",
            bare[..bare.len() - 1].to_owned(),
            bare.to_owned() + "=",
            " ".to_owned() + bare,
            String::new(),
        ] {
            let mut event = event.clone();
            event.set(field, &format!("{prefix}{other}"));
            assert_eq!(event.check(), Err(Flaw::Wrong), "{scheme}: {other:?}");
        }
    }
}

#[test]
fn a_time_that_is_none_is_told_only_where_it_is_signed() {
    let mut event = Event::named("slack");
    event.set("x-slack-request-timestamp", "now");
    assert_eq!(event.check(), Err(Flaw::Wrong));
    // The signature of "v0:now:" and the body.
    let signature = "v0=cff844c827645780d0cd809a67cbeccc7f19a28f1879d875f283e0c7fec732a8";
    event.set("x-slack-signature", signature);
    let field = "x-slack-request-timestamp".parse().unwrap();
    assert_eq!(event.check(), Err(Flaw::Malformed(field)));
}

#[test]
fn a_hash_in_the_query_is_that_of_the_body() {
    let is_hashed = |event: &Event| {
        let query = event.head.uri.query();
        query.is_some_and(|query| query.contains("bodySHA256"))
    };
    let event = events().find(is_hashed).unwrap();
    let mut other = event.clone();
    other.body.push(b' ');
    assert_eq!(other.check(), Err(Flaw::Wrong));
    let mut twice = event.clone();
    let query = event.head.uri.query().unwrap();
    twice.head.uri = format!("/in?{query}&bodySHA256=00").parse().unwrap();
    assert_eq!(twice.check(), Err(Flaw::Wrong));
}

#[test]
fn a_secret_is_none_where_the_sender_shows_it_otherwise() {
    let bad = |name: &str, secret: &str| {
        let scheme = Scheme::named(name).unwrap();
        Key::new(&scheme, secret.as_bytes()).map_err(|error| error.to_string())
    };
    for name in NAMES {
        assert!(bad(name, "").unwrap_err().starts_with("is empty"), "{name}");
    }
    let (point, hex) = ("MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE", "0".repeat(62));
    for (name, secret) in [
        ("discord", "a"),
        ("discord", &*hex),
        ("discord", "zz"),
        ("sendgrid", "a"),
        ("sendgrid", point),
        ("standard-webhooks", "whsec_"),
        ("standard-webhooks", "whsec_*"),
        ("standard-webhooks", "it's no base64"),
        ("standard-webhooks", "whpk_AAAA"),
        ("standard-webhooks", "whsk_AAAA"),
    ] {
        let told = bad(name, secret).unwrap_err();
        assert!(
            told.starts_with("has no such secret in it; write "),
            "{told}"
        );
        assert!(secret.len() < 8 || !told.contains(secret), "{told}");
    }
}

#[test]
fn nothing_is_shown_of_a_secret() {
    for event in events() {
        let shown = format!("{:?}", event.verify);
        assert!(shown.contains("keys: [Key]"), "{shown}");
    }
}
