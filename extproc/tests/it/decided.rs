//! What is said of which event, and logged.

use crate::support::{BATCH, Body, DENY, PAID, Said, dropped, serving};

/// The fields and the body of a request, and what is said of it.
type Row<'a> = (&'a [(&'a str, &'a str)], &'a [u8], Said);

/// What is said of each, one after another.
fn assert_said(config: &str, table: &[Row<'_>]) {
    let (_hooksieve, client) = serving(config);
    for (fields, body, expected) in table {
        let heard = client.post(fields, body);
        let body = String::from_utf8_lossy(body);
        assert_eq!(heard, *expected, "{config}{fields:?} {body}");
    }
}

#[test]
fn what_is_denied_is_dropped_and_all_else_goes_on_each_with_its_line() {
    let (mut hooksieve, client) = serving(DENY);
    assert_eq!(client.post(&[], PAID), Said::GoesOn(Body::Seen));
    assert_eq!(client.post(&[], BATCH), dropped(""));
    assert_eq!(client.post(&[], b""), Said::GoesOn(Body::Unseen));
    drop(client);
    let events = hooksieve.stop();
    let [paid, batch, empty] = &events[..] else {
        panic!("{events:#?}");
    };
    for (field, value) in [
        ("verdict", "forward"),
        ("type", "invoice.paid"),
        ("id", "evt_1"),
        ("method", "POST"),
        ("path", "/webhook"),
    ] {
        assert_eq!(paid[field], value, "{paid}");
    }
    assert_eq!(
        (&paid["status"], &paid["bytes"]),
        (&299.into(), &PAID.len().into())
    );
    assert!(
        paid["upstream_us"].as_u64() <= paid["total_us"].as_u64(),
        "{paid}"
    );
    assert!(paid["upstream_us"].is_u64(), "{paid}");
    assert_eq!(batch["verdict"], "drop");
    assert_eq!(batch["rule"], "deny \"batch.*\"");
    assert_eq!(batch["status"], 200);
    assert!(batch["upstream_us"].is_null(), "{batch}");
    assert_eq!(
        (&empty["verdict"], &empty["rule"]),
        (&"forward".into(), &().into())
    );
    let totals = hooksieve.line("totals");
    assert_eq!(
        (&totals["forwarded"], &totals["dropped"]),
        (&2.into(), &1.into())
    );
}

#[test]
fn a_drop_is_answered_as_the_config_says() {
    let reply = "[drop]\nstatus = 202\nbody = \"seen\"\n";
    let expected = Said::Answered(202, Vec::new(), "seen".to_owned());
    assert_said(&format!("{DENY}{reply}"), &[(&[], BATCH, expected)]);
}

#[test]
fn what_cant_be_read_is_refused_as_the_proxy_does_where_that_is_asked_for() {
    let zipped = &[("content-encoding", "gzip")][..];
    let unknown = &[("content-encoding", "compress")][..];
    let config = format!("limits.inspect = \"1 KiB\"\n{DENY}unreadable = \"reject\"\n");
    let (_hooksieve, client) = serving(&config);
    for (fields, body, status) in [
        (&[][..], &b"{"[..], 422),
        (&[], &[b' '; 2000], 413),
        (zipped, b"no gzip", 422),
        (unknown, BATCH, 415),
    ] {
        let Said::Answered(found, fields, text) = client.post(fields, body) else {
            panic!("{status}");
        };
        assert_eq!(found, status);
        assert!(
            text.starts_with("hooksieve: the event was refused: unreadable: "),
            "{text}"
        );
        // A connection is Envoy's to close.
        assert_eq!(fields.len(), 1, "{fields:?}");
    }
}

#[test]
fn a_body_in_a_coding_is_decoded_and_a_batch_is_one_event_after_another() {
    // {"type":"batch.created"} as gzip writes it.
    const GZIP: &[u8] = b"\x1f\x8b\x08\0\0\0\0\0\x02\x03\xabV*\xa9,HU\xb2RJJ,I\xce\xd0K.JM,IMQ\xaa\x05\0\x1b]\x12/\x18\0\0\0";
    assert_said(
        DENY,
        &[
            (&[("content-encoding", "gzip")], GZIP, dropped("")),
            (
                &[],
                br#"[{"type":"batch.a"},{"type":"batch.b"}]"#,
                dropped(""),
            ),
            (
                &[],
                br#"[{"type":"batch.a"},{"type":"b"}]"#,
                Said::GoesOn(Body::Seen),
            ),
        ],
    );
}

#[test]
fn where_the_head_decides_the_body_is_wanted_only_to_drop_it() {
    let other = &[("x-event", "invoice.paid")][..];
    let denied = &[("x-event", "batch.created")][..];
    let twice = &[("x-event", "batch.created"), ("x-event", "invoice.paid")][..];
    assert_said(
        "[filter]\ntype = \"header:X-Event\"\ndeny = [\"batch.*\"]",
        &[
            (other, b"<xml/>", Said::GoesOn(Body::Unseen)),
            (denied, b"<xml/>", dropped("")),
            (twice, b"<xml/>", Said::GoesOn(Body::Unseen)),
            (denied, b"", dropped("")),
        ],
    );
}

#[test]
fn a_handshake_goes_on_whatever_the_rules() {
    let allow = "sender = \"slack\"\n[filter]\nallow = [\"message\"]";
    assert_said(
        allow,
        &[
            (
                &[],
                br#"{"type":"url_verification"}"#,
                Said::GoesOn(Body::Seen),
            ),
            (
                &[],
                br#"{"type":"event_callback","event":{"type":"x"}}"#,
                dropped(""),
            ),
        ],
    );
}
