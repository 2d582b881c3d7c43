//! What its sender did not sign is refused.

mod bodies;
mod secrets;

use std::time::SystemTime;

use aws_lc_rs::hmac::{self, HMAC_SHA256, Key};

use crate::support::{Hooksieve, OK, Upstream, ask, connect, exchange, get, post, post_with, run};

const SECRET: &str = "whsec_53cr3t";
const STRIPE: &str =
    "[verify]\nscheme = \"stripe\"\nsecret = \"env:STRIPE\"\n[filter]\ndeny = [\"batch.*\"]\n";
const PAID: &str = r#"{"type":"invoice.paid"}"#;
const BATCH: &str = r#"{"type":"batch.created"}"#;

fn hex(bytes: impl AsRef<[u8]>) -> String {
    let bytes = bytes.as_ref().iter();
    let digits: Vec<_> = bytes.map(|byte| format!("{byte:02x}")).collect();
    digits.concat()
}

fn now() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    since.expect("it is later").as_secs()
}

/// The line with which Stripe signs this at a time.
fn stripe_at(time: u64, secret: &str, body: &[u8]) -> String {
    let key = Key::new(HMAC_SHA256, secret.as_bytes());
    let signature = hmac::sign(&key, &[format!("{time}.").as_bytes(), body].concat());
    format!("Stripe-Signature: t={time},v1={}\r\n", hex(signature))
}

fn stripe(secret: &str, body: &str) -> String {
    stripe_at(now(), secret, body.as_bytes())
}

/// The line with which GitHub signs this.
fn github(secret: &str, body: &[u8]) -> String {
    let signature = hmac::sign(&Key::new(HMAC_SHA256, secret.as_bytes()), body);
    format!("X-Hub-Signature-256: sha256={}\r\n", hex(signature))
}

/// A POST of `body` that is any bytes.
fn sent(lines: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head = format!("POST / HTTP/1.1\r\nHost: a\r\n{lines}Content-Length: {length}\r\n\r\n");
    [head.as_bytes(), body].concat()
}

fn verifying(upstream: &Upstream) -> Hooksieve {
    Hooksieve::knowing(upstream, STRIPE, "STRIPE", SECRET)
}

#[test]
fn what_is_not_signed_is_refused_before_anything_is_decided_and_its_sender_told_nothing() {
    let upstream = Upstream::answering(OK);
    let mut hooksieve = verifying(&upstream);
    let old = stripe_at(now() - 400, SECRET, PAID.as_bytes());
    let new = stripe_at(now() + 400, SECRET, PAID.as_bytes());
    let right = stripe(SECRET, PAID);
    let mut sender = connect(hooksieve.address());
    let refused = [
        (String::new(), PAID, "there is no stripe-signature"),
        (String::new(), BATCH, "there is no stripe-signature"),
        (stripe("whsec_other", PAID), PAID, "the signature is wrong"),
        (
            right.clone(),
            r#"{"type":"invoice.paid" }"#,
            "the signature is wrong",
        ),
        (right.clone(), BATCH, "the signature is wrong"),
        (right.clone(), "", "the signature is wrong"),
        (right.repeat(2), PAID, "there are several stripe-signature"),
        (old, PAID, "it was signed too long ago"),
        (new, PAID, "it is signed for a time to come"),
        (
            "Stripe-Signature: v1=a\r\n".to_owned(),
            PAID,
            "stripe-signature is not in the form of the scheme",
        ),
    ];
    for (lines, body, _) in &refused {
        // The connection is as good as before.
        let answer = ask(&mut sender, post_with(lines, body));
        assert_eq!((answer.status, answer.text()), (401, ""), "{lines}{body}");
        assert_eq!(answer.field("www-authenticate"), ["Webhook-Signature"]);
    }
    assert_eq!(upstream.count(), 0);
    assert_eq!(ask(&mut sender, post_with(&right, PAID)).status, 200);
    assert_eq!(
        ask(&mut sender, post_with(&stripe(SECRET, BATCH), BATCH)).status,
        200
    );
    assert_eq!(upstream.count(), 1, "the other one is dropped");
    let events = hooksieve.stop();
    for (event, (_, _, why)) in events.iter().zip(&refused) {
        assert_eq!(
            (&event["verdict"], &event["status"]),
            (&"refuse".into(), &401.into())
        );
        assert_eq!(event["error"], format!("not verified: {why}"));
        assert_eq!(event["level"], "info");
        assert!(
            event["type"].is_null() && event["rule"].is_null(),
            "{event}"
        );
    }
    let verdicts: Vec<_> = events[refused.len()..]
        .iter()
        .map(|event| &event["verdict"])
        .collect();
    assert_eq!(verdicts, ["forward", "drop"]);
}

#[test]
fn what_is_forwarded_comes_as_it_was_signed() {
    let upstream = Upstream::answering(OK);
    let hooksieve = verifying(&upstream);
    let body = "{\"type\" : \"\\u0061\",\r\n\t\"é\":1e2}\n";
    let line = stripe(SECRET, body);
    assert_eq!(
        exchange(hooksieve.address(), post_with(&line, body)).status,
        200
    );
    let came = upstream.requests().remove(0);
    assert_eq!(came.text(), body);
    assert!(came.lines().contains(&line.trim_end()), "{}", came.head);
}

#[test]
fn handshakes_without_a_body_are_the_endpoints_and_nothing_else_is() {
    let upstream = Upstream::answering(OK);
    let hooksieve = verifying(&upstream);
    let empty =
        |method: &str| format!("{method} / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
    for (request, status) in [
        (get("/?hub.challenge=1"), 200),
        (get("/").replace("GET", "HEAD"), 200),
        (get("/").replace("GET", "OPTIONS"), 200),
        (empty("POST"), 401),
        (get("/").replace("GET", "DELETE"), 401),
        (post(PAID).replace("POST", "GET"), 401),
        (post(BATCH).replace("POST", "GET"), 401),
    ] {
        let answer = exchange(hooksieve.address(), &request);
        assert_eq!(answer.status, status, "{request}");
    }
    assert_eq!(upstream.count(), 3);
}

#[test]
fn what_is_only_observed_goes_on_and_the_log_says_that_it_does_not_verify() {
    let upstream = Upstream::answering(OK);
    let config = format!("mode = \"observe\"\nlimits.inspect = \"1 KiB\"\n{STRIPE}");
    let mut hooksieve = Hooksieve::knowing(&upstream, &config, "STRIPE", SECRET);
    let large = "x".repeat(2_000);
    for (lines, body) in [
        (String::new(), PAID),
        (stripe("whsec_other", BATCH), BATCH),
        (stripe(SECRET, BATCH), BATCH),
        (stripe(SECRET, &large), &large),
    ] {
        let answer = exchange(hooksieve.address(), post_with(&lines, body));
        assert_eq!(answer.status, 200);
    }
    assert_eq!(upstream.count(), 4);
    let events = hooksieve.stop();
    let told: Vec<_> = events
        .iter()
        .map(|event| (event["verdict"].as_str(), event["unverified"].as_str()))
        .collect();
    let expected = [
        (Some("forward"), Some("there is no stripe-signature")),
        (Some("would drop"), Some("the signature is wrong")),
        (Some("would drop"), None),
        (
            Some("forward"),
            Some("the body is larger than limits.inspect"),
        ),
    ];
    assert_eq!(told, expected);
    assert!(events.iter().all(|event| event["error"].is_null()));

    let log: Vec<_> = hooksieve.lines().iter().map(ToString::to_string).collect();
    let directory = tempfile::tempdir().expect("a directory");
    std::fs::write(directory.path().join("log"), log.join("\n")).expect("it can be written");
    let report = run(directory.path(), &["report", "log", "--format", "json"]);
    assert_eq!((report.code, &*report.stderr), (Some(0), ""));
    let report: serde_json::Value = serde_json::from_str(&report.stdout).expect("it is JSON");
    assert_eq!(report["events"], 4, "{report}");
}

#[test]
fn each_route_verifies_as_it_says_or_as_is_said_above() {
    let upstream = Upstream::answering(OK);
    let config = format!(
        "{STRIPE}[[route]]\npath = \"/github\"\nverify.scheme = \"github\"\n\
         [[route]]\npath = \"/open\"\nverify.secret = []\n[[route]]\npath = \"/same\"\nmode = \"enforce\"\n"
    );
    let hooksieve = Hooksieve::knowing(&upstream, &config, "STRIPE", SECRET);
    let by_stripe = stripe(SECRET, PAID);
    let by_github = github(SECRET, PAID.as_bytes());
    for (path, lines, status) in [
        ("/", &by_stripe, 200),
        ("/", &by_github, 401),
        ("/same", &by_stripe, 200),
        ("/same", &by_github, 401),
        ("/github", &by_github, 200),
        ("/github", &by_stripe, 401),
        ("/open", &String::new(), 200),
    ] {
        let request = post_with(lines, PAID).replace("/webhook", path);
        assert_eq!(
            exchange(hooksieve.address(), request).status,
            status,
            "{path} {lines}"
        );
    }
}
