//! What Envoy does that it must not, or can't help.

use envoy_types::pb::envoy::extensions::filters::http::ext_proc::v3::processing_mode::BodySendMode;
use envoy_types::pb::envoy::service::ext_proc::v3::processing_request::Request as Part;
use envoy_types::pb::envoy::service::ext_proc::v3::{HttpBody, ProcessingRequest};
use tonic::Code;

use crate::support::{BATCH, Body, DENY, Said, dropped, head, message, said, serving};

fn body(end_of_stream: bool) -> Part {
    Part::RequestBody(HttpBody {
        body: BATCH.to_vec(),
        end_of_stream,
        ..HttpBody::default()
    })
}

/// A head from an Envoy that is configured in this way.
fn configured(configure: impl FnOnce(&mut ProcessingRequest)) -> ProcessingRequest {
    let mut message = message(head(Some(BATCH.len()), &[]));
    configure(&mut message);
    message
}

#[test]
fn where_envoy_does_not_wait_or_sends_bodies_in_parts_nothing_is_decided() {
    let (mut hooksieve, client) = serving(DENY);
    let with_mode = |mode: BodySendMode| {
        configured(|message| {
            let config = message.protocol_config.as_mut().expect("it is told");
            config.request_body_mode = mode.into();
        })
    };
    let faulty = [
        (
            configured(|message| message.observability_mode = true),
            "observability_mode",
        ),
        (with_mode(BodySendMode::Streamed), "BUFFERED"),
        (with_mode(BodySendMode::BufferedPartial), "BUFFERED"),
        (with_mode(BodySendMode::FullDuplexStreamed), "BUFFERED"),
    ];
    for (message, named) in &faulty {
        let status = client.talk().try_say(message.clone()).unwrap_err();
        assert_eq!(status.code(), Code::FailedPrecondition);
        assert!(status.message().contains(named), "{status}");
    }
    // One that does not say how it sends them, and sends less than all.
    let mut talk = client.talk();
    let untold = configured(|message| message.protocol_config = None);
    talk.try_say(untold)
        .expect("it is answered")
        .expect("it goes on");
    let status = talk.try_say(message(body(false))).unwrap_err();
    assert!(status.message().contains("BUFFERED"), "{status}");
    drop(talk);
    drop(client);
    let events = hooksieve.stop();
    assert_eq!(events.len(), faulty.len() + 1);
    for event in events {
        assert_eq!(
            (&event["verdict"], &event["status"]),
            (&"fail".into(), &500.into())
        );
        assert_eq!(event["level"], "warn");
        assert!(
            event["error"]
                .as_str()
                .is_some_and(|error| error.starts_with("Envoy is configured")),
            "{event}"
        );
    }
}

#[test]
fn an_older_envoy_that_sends_all_at_once_is_served() {
    let (_hooksieve, client) = serving(DENY);
    let mut talk = client.talk();
    let untold = configured(|message| message.protocol_config = None);
    talk.try_say(untold)
        .expect("it is answered")
        .expect("it goes on");
    let answer = talk.say(body(true));
    assert_eq!(said(answer), dropped(""));
}

#[test]
fn a_message_that_is_too_large_ends_the_exchange_badly_so_that_nothing_goes_on() {
    let limits = "[limits]\nmemory = \"1 MiB\"\ninspect = \"1 KiB\"\n";
    let (mut hooksieve, client) = serving(limits);
    let mut talk = client.talk();
    talk.say(head(None, &[]));
    let large = Part::RequestBody(HttpBody {
        body: vec![b' '; 3 << 20],
        end_of_stream: true,
        ..HttpBody::default()
    });
    let said = talk.try_say(message(large));
    assert_eq!(said.unwrap_err().code(), Code::OutOfRange);
    drop(talk);
    drop(client);
    let event = &hooksieve.stop()[0];
    assert_eq!(
        (&event["verdict"], &event["status"]),
        (&"fail".into(), &500.into())
    );
}

#[test]
fn parts_that_come_out_of_order_end_the_exchange() {
    let (mut hooksieve, client) = serving(DENY);
    assert!(client.talk().try_say(message(body(true))).is_err());
    let mut talk = client.talk();
    talk.say(head(Some(BATCH.len()), &[]));
    assert!(talk.try_say(message(head(None, &[]))).is_err());
    drop(talk);
    drop(client);
    // Of what has no head there is nothing to tell.
    let events = hooksieve.stop();
    assert_eq!(events.len(), 1);
    assert_eq!(events[0]["verdict"], "fail");
}

#[test]
fn a_body_that_was_not_wanted_goes_on_as_it_comes() {
    let (_hooksieve, client) = serving(DENY);
    let mut talk = client.talk();
    talk.say(head(Some(9_000_000), &[]));
    talk.say(body(false));
    talk.say(body(true));
    talk.answered(200);
    talk.end();
}

#[test]
fn an_answer_before_the_body_is_told_as_what_it_is() {
    let (mut hooksieve, client) = serving(DENY);
    for status in [413, 299] {
        let mut talk = client.talk();
        talk.say(head(Some(BATCH.len()), &[]));
        talk.answered(status);
        talk.end();
    }
    drop(client);
    let events = hooksieve.stop();
    for (event, status, named) in [
        (&events[0], 413, "Envoy answered before the body was here"),
        (&events[1], 299, "allow_mode_override: true"),
    ] {
        assert_eq!(
            (&event["verdict"], &event["status"]),
            (&"fail".into(), &status.into())
        );
        assert!(
            event["error"]
                .as_str()
                .is_some_and(|error| error.contains(named)),
            "{event}"
        );
    }
    let errors = hooksieve
        .lines()
        .into_iter()
        .filter(|line| line["level"] == "error");
    assert_eq!(errors.count(), 1);
}

#[test]
fn a_request_that_is_broken_off_has_its_line() {
    let (mut hooksieve, client) = serving(DENY);
    let mut waiting = client.talk();
    waiting.say(head(Some(BATCH.len()), &[]));
    drop(waiting);
    let mut passed = client.talk();
    passed.say(head(Some(9_000_000), &[]));
    drop(passed);
    let events = hooksieve.events(2);
    assert!(
        events.iter().all(|event| event["verdict"] == "abandoned"),
        "{events:?}"
    );
    assert_eq!(client.post(&[], b"{}"), Said::GoesOn(Body::Seen));
    drop(client);
    hooksieve.stop();
}
