//! The whole thing, once through.

use crate::support::{Hooksieve, Upstream, exchange, post};

#[test]
fn a_denied_event_is_dropped_and_another_forwarded() {
    let upstream = Upstream::answering("HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\n\r\nok");
    let hooksieve = Hooksieve::before(&upstream);

    let dropped = exchange(hooksieve.address(), post(r#"{"type": "batch.created"}"#));
    assert_eq!((dropped.status, dropped.text()), (200, ""));
    let forwarded = exchange(hooksieve.address(), post(r#"{"type": "invoice.paid"}"#));
    assert_eq!((forwarded.status, forwarded.text()), (202, "ok"));

    let received = upstream.requests();
    assert_eq!(received.len(), 1);
    assert_eq!(received[0].body, br#"{"type": "invoice.paid"}"#);
    let verdicts: Vec<_> = hooksieve
        .events(2)
        .iter()
        .map(|event| event["verdict"].clone())
        .collect();
    assert_eq!(verdicts, ["drop", "forward"]);
}
