//! The claims, and how bytes of a fuzzer become bodies to check them on.

mod document;
mod mutation;
mod naive;
mod source;

use std::fmt;
use std::sync::LazyLock;

use hooksieve::event::{self, Path};
use hooksieve::policy::{Action, Pattern, Policy, Rule, Shadow};

use source::Source;

/// Where the type may be; in one member of the event itself more often than elsewhere.
const PATHS: [&[&str]; 12] = [
    &["type"],
    &["type"],
    &["type"],
    &["kiss"],
    &["a", "type"],
    &["type", "type"],
    &["id", "type"],
    &["event", "type"],
    &["a", "kiss"],
    &["type", "a", "type"],
    &["data", "object", "object"],
    &["a", "a", "a"],
];

/// Policies under which a body is forwarded, dropped and refused for all kinds of reasons, for each path.
static POLICIES: LazyLock<[Vec<Policy>; PATHS.len()]> = LazyLock::new(|| {
    PATHS.map(|keys| {
        let policy = |deny, allow, unreadable| Policy {
            path: path(keys),
            ..policy(deny, allow, unreadable)
        };
        vec![
            policy(&["batch.*"], &[], Action::Forward),
            policy(&["*"], &[], Action::Forward),
            policy(&["*a", "batch*"], &["b*", "*.paid", "t"], Action::Forward),
            policy(&["batch.*", "a"], &[], Action::Reject),
        ]
    })
});

/// The path with these keys.
pub fn path(keys: &[&str]) -> Path {
    let (first, rest) = keys.split_first().expect("at least one key");
    rest.iter()
        .fold(Path::member(*first), |path, key| path.then(*key))
}

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

/// The claims on any bytes, the first of which say how the rest is cut into pieces and where the type is.
pub fn bytes(input: &[u8]) {
    let mut source = Source::new(input);
    let (cuts, path) = (source.cuts(), source.below(PATHS.len()));
    claims(source.rest(), &cuts, path);
}

/// The claims on a well-formed document that these bytes lead to.
pub fn json(input: &[u8]) {
    let mut source = Source::new(input);
    let (cuts, path) = (source.cuts(), source.below(PATHS.len()));
    let document = document::write(&mut source);
    let read = event::read(document.as_bytes(), &Path::member("type"), |_| {});
    assert_eq!(read, Ok(()), "{document}");
    claims(document.as_bytes(), &cuts, path);
}

/// The claims on a real event, changed where these bytes say.
pub fn mutated(input: &[u8]) {
    let mut source = Source::new(input);
    let (cuts, path) = (source.cuts(), source.below(PATHS.len()));
    claims(&mutation::write(&mut source), &cuts, path);
}

/// Everything that is claimed of the two passes over `body`, whether it comes whole or in pieces.
fn claims(body: &[u8], cuts: &[usize], path: usize) {
    let ways = [&[body][..], &pieces(body, cuts)];
    readings(body, &ways, PATHS[path]);
    let policies = &POLICIES[path];
    for policy in policies {
        verdicts(policy, body, &ways);
    }
    for (policy, other) in policies.iter().zip(&policies[1..]) {
        shadow(policy, other, body, &ways);
    }
}

/// That a well-formed document is read as by the naive reader, and an object by the quick pass as well.
pub fn readings(body: &[u8], ways: &[&[&[u8]]], keys: &[&str]) {
    let path = path(keys);
    let mut events = Vec::new();
    let read = event::read(body, &path, |event| events.push(event.clone()));
    if read.is_ok() {
        assert_eq!(events, naive::events(body, keys), "{}", body.escape_ascii());
    }
    let object = body.trim_ascii_start().starts_with(b"{");
    let strictly = events.pop().filter(|_| object);
    for pieces in ways {
        let scanned = event::scan(pieces, &path);
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

/// That the lists of `other`, tried beside those of `policy`, say what they would in force, and change nothing.
fn shadow(policy: &Policy, other: &Policy, body: &[u8], ways: &[&[&[u8]]]) {
    let lists = Shadow {
        deny: Some(other.deny.clone()),
        allow: Some(other.allow.clone()),
    };
    let both = Policy {
        shadow: Some(Box::new(lists)),
        ..policy.clone()
    };
    let in_force = Policy {
        unreadable: policy.unreadable,
        ..other.clone()
    };
    let strictly = both.judge_strictly(body);
    let expected = in_force.judge_strictly(body).verdict;
    assert_eq!(strictly.shadow, Some(expected), "{}", body.escape_ascii());
    let plain = policy.judge_strictly(body).verdict;
    assert_eq!(strictly.verdict, plain, "{}", body.escape_ascii());
    for pieces in ways {
        let shadow = both.judge(pieces).shadow.expect("there are such rules");
        assert_eq!(shadow.action, expected.action, "{}", Shown(body, pieces));
    }
    verdicts(&both, body, ways);
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
