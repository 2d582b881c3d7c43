//! A real Envoy that is configured otherwise than it should be.

use crate::support::{Envoy, Upstream, exchange, post};

const OK: &str = "HTTP/1.1 299 Up\r\nContent-Length: 2\r\n\r\nup";
const DENY: &str = "[filter]\ndeny = [\"batch.*\"]\n";
const PAID: &str = r#"{"type":"invoice.paid"}"#;
const BATCH: &str = r#"{"type":"batch.created"}"#;

#[test]
#[ignore = "needs Envoy"]
fn an_envoy_that_sends_no_bodies_and_may_not_be_told_to_is_told_of() {
    let upstream = Upstream::answering(OK);
    let envoy = Envoy::with(upstream.address(), |config| {
        let config = config.replace("request_body_mode: BUFFERED", "request_body_mode: NONE");
        config.replace("allow_mode_override: true", "allow_mode_override: false")
    });
    let hooksieve = envoy.beside(DENY);
    assert_eq!(exchange(envoy.address, post(BATCH)).status, 299);
    let event = &hooksieve.events(1)[0];
    assert_eq!(event["verdict"], "fail");
    assert!(
        hooksieve
            .lines()
            .iter()
            .any(|line| line["level"] == "error")
    );
}

#[test]
#[ignore = "needs Envoy"]
fn an_envoy_that_may_not_be_told_sends_all_bodies() {
    let upstream = Upstream::answering(OK);
    let envoy = Envoy::with(upstream.address(), |config| {
        config.replace("allow_mode_override: true", "allow_mode_override: false")
    });
    let mut hooksieve = envoy.beside(DENY);
    assert_eq!(exchange(envoy.address, post(BATCH)).status, 200);
    assert_eq!(exchange(envoy.address, post(PAID)).status, 299);
    let large = "x".repeat(9 << 20);
    assert_eq!(exchange(envoy.address, post(&large)).status, 299);
    let verdicts: Vec<_> = hooksieve
        .stop()
        .iter()
        .map(|event| event["verdict"].clone())
        .collect();
    assert_eq!(verdicts, ["drop", "forward", "forward"]);
}
