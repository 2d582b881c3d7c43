//! The claims, and how bytes of a fuzzer become bodies to check them on.

mod document;
mod mutation;
mod source;

use std::fmt;
use std::sync::LazyLock;

use hooksieve::event::{self, Event};
use hooksieve::policy::{Action, Pattern, Policy, Rule};

use source::Source;

/// Policies under which a body is forwarded, dropped and refused for all kinds of reasons.
static POLICIES: LazyLock<Vec<Policy>> = LazyLock::new(|| {
    vec![
        policy(&["batch.*"], &[], Action::Forward),
        policy(&["*"], &[], Action::Forward),
        policy(&["*a", "batch*"], &["b*", "*.paid", "t"], Action::Forward),
        policy(&["batch.*", "a"], &[], Action::Reject),
    ]
});

fn policy(deny: &[&str], allow: &[&str], unreadable: Action) -> Policy {
    let patterns = |texts: &[&str]| {
        let parse = |text: &&str| text.parse::<Pattern>().expect("a pattern");
        texts.iter().map(parse).collect()
    };
    Policy {
        deny: patterns(deny),
        allow: patterns(allow),
        unreadable,
        ..Policy::default()
    }
}

/// The claims on any bytes, the first of which say how the rest is cut into pieces.
pub fn bytes(input: &[u8]) {
    let mut source = Source::new(input);
    let cuts = source.cuts();
    claims(source.rest(), &cuts);
}

/// The claims on a well-formed document that these bytes lead to.
pub fn json(input: &[u8]) {
    let mut source = Source::new(input);
    let cuts = source.cuts();
    let document = document::write(&mut source);
    let read = event::read(document.as_bytes(), "type", |_| {});
    assert_eq!(read, Ok(()), "{document}");
    claims(document.as_bytes(), &cuts);
}

/// The claims on a real event, changed where these bytes say.
pub fn mutated(input: &[u8]) {
    let mut source = Source::new(input);
    let cuts = source.cuts();
    claims(&mutation::write(&mut source), &cuts);
}

/// Everything that is claimed of the quick look at `body`, whether it comes whole or in pieces.
fn claims(body: &[u8], cuts: &[usize]) {
    let ways = [&[body][..], &pieces(body, cuts)];
    readings(body, &ways, "type");
    for policy in POLICIES.iter() {
        verdicts(policy, body, &ways);
    }
}

/// That a well-formed object is read as the strict pass reads it, and another document not at all.
pub fn readings(body: &[u8], ways: &[&[&[u8]]], member: &str) {
    let mut last: Option<Event<'_>> = None;
    let read = event::read(body, member, |event| last = Some(event.clone()));
    let object = body.trim_ascii_start().starts_with(b"{");
    let strictly = last.filter(|_| object);
    for pieces in ways {
        let scanned = event::scan(pieces, member);
        if read.is_ok() {
            assert_eq!(scanned, strictly, "{}", Shown(body, pieces));
        }
    }
}

/// That the action is that of the strict pass, and of a well-formed body all the rest as well.
pub fn verdicts(policy: &Policy, body: &[u8], ways: &[&[&[u8]]]) {
    let strictly = policy.judge_strictly(body);
    for pieces in ways {
        let (judged, shown) = (policy.judge(pieces), Shown(body, pieces));
        assert_eq!(judged.verdict.action, strictly.verdict.action, "{shown}");
        if !matches!(strictly.verdict.rule, Rule::Unreadable(_)) {
            assert_eq!(judged, strictly, "{shown}");
        }
    }
}

/// A body that refutes a claim.
struct Shown<'a>(&'a [u8], &'a [&'a [u8]]);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lengths: Vec<_> = self.1.iter().map(|piece| piece.len()).collect();
        write!(f, "{} in pieces of {lengths:?}", self.0.escape_ascii())
    }
}

/// `body`, cut after so many bytes again and again until it is used up; some pieces are empty.
fn pieces<'a>(mut body: &'a [u8], cuts: &[usize]) -> Vec<&'a [u8]> {
    let mut pieces = Vec::new();
    for cut in cuts.iter().cycle() {
        let (piece, rest) = body.split_at(body.len().min(*cut));
        pieces.push(piece);
        body = rest;
        if body.is_empty() {
            break;
        }
    }
    pieces
}
