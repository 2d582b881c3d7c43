//! Bodies that are too large, of unknown length, or have something behind them.

use envoy_types::pb::envoy::extensions::filters::http::ext_proc::v3::processing_mode::BodySendMode;
use envoy_types::pb::envoy::service::ext_proc::v3::processing_response::Response as Answer;

use crate::support::{BATCH, Body, DENY, PAID, Said, dropped, head, mode, refused, said, serving};

#[test]
fn a_body_beyond_the_inspection_limit_goes_on_unseen_is_refused_unseen_or_is_dropped_once_it_is_there()
 {
    let large = [b' '; 2000];
    let reason = "the event was refused: unreadable: larger than the inspection limit";
    for (unreadable, expected) in [
        ("forward", Said::GoesOn(Body::Unseen)),
        ("reject", refused(413, reason)),
        ("drop", dropped("")),
    ] {
        let config = format!("limits.inspect = \"1 KiB\"\nfilter.unreadable = \"{unreadable}\"");
        let (_hooksieve, client) = serving(&config);
        let mut talk = client.talk();
        let answer = talk.say(head(Some(large.len()), &[]));
        let heard = match mode(&answer) {
            Some(BodySendMode::Buffered) => said(talk.body(&large, true)),
            Some(_) => Said::GoesOn(Body::Unseen),
            None => said(answer),
        };
        assert_eq!(heard, expected, "{unreadable}");
    }
}

#[test]
fn nothing_is_dropped_before_all_of_it_has_come_even_where_the_head_decides() {
    let config = "[filter]\ntype = \"header:X-Event\"\ndeny = [\"a\"]";
    let (_hooksieve, client) = serving(config);
    let mut talk = client.talk();
    let answer = talk.say(head(Some(PAID.len()), &[("x-event", "a")]));
    assert_eq!(mode(&answer), Some(BodySendMode::Buffered));
    assert_eq!(said(talk.body(PAID, true)), dropped(""));
}

#[test]
fn a_body_of_unknown_length_is_wanted_and_may_turn_out_too_large_or_empty() {
    let (mut hooksieve, client) = serving("limits.inspect = \"1 KiB\"\nfilter.allow = [\"a\"]");
    for (body, goes_on) in [(&b""[..], true), (&[b' '; 2000], true), (PAID, false)] {
        let mut talk = client.talk();
        let answer = talk.say(head(None, &[]));
        assert_eq!(mode(&answer), Some(BodySendMode::Buffered));
        let answer = talk.body(body, true);
        let is_passed = matches!(answer.response, Some(Answer::RequestBody(_)));
        assert_eq!(is_passed, goes_on, "{answer:?}");
        if is_passed {
            talk.answered(200);
        }
        talk.end();
    }
    drop(client);
    let events = hooksieve.stop();
    let rules: Vec<_> = events.iter().map(|event| event["rule"].as_str()).collect();
    let too_large = "unreadable: larger than the inspection limit";
    assert_eq!(rules, [None, Some(too_large), Some("not in allow")]);
}

#[test]
fn a_body_with_trailers_behind_it_is_whole() {
    let (_hooksieve, client) = serving(DENY);
    let mut talk = client.talk();
    talk.say(head(None, &[]));
    assert_eq!(said(talk.body(BATCH, false)), dropped(""));
    let mut talk = client.talk();
    talk.say(head(None, &[]));
    talk.body(PAID, false);
    let answer = talk.trailers();
    assert!(
        matches!(answer.response, Some(Answer::RequestTrailers(_))),
        "{answer:?}"
    );
    // Nothing but trailers: there is nothing to judge.
    let mut talk = client.talk();
    talk.say(head(None, &[]));
    let answer = talk.trailers();
    assert!(
        matches!(answer.response, Some(Answer::RequestTrailers(_))),
        "{answer:?}"
    );
}
