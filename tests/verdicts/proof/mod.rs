//! The claims, and how bytes of a fuzzer become bodies to check them on.

mod document;
mod form;
mod mutation;
mod naive;
mod source;

use std::fmt;
use std::sync::LazyLock;

use hooksieve::event::{self, Document, Event, Finder, Part, Path, Reading, Source};
use hooksieve::policy::{Action, Pattern, Policy, Rule, Shadow};

use source::Choices;

/// Where the type may be: the keys of the lists of events, from the document inwards, then those of each part of the type.
/// A part without keys is given beside the body.
pub struct Place {
    /// What leads to each list.
    pub lists: &'static [&'static [&'static str]],
    /// What leads to each part.
    pub parts: &'static [&'static [&'static str]],
}

const fn path(keys: &'static &'static [&'static str]) -> Place {
    Place {
        lists: &[],
        parts: std::slice::from_ref(keys),
    }
}

/// In one member of the event itself more often than elsewhere.
const PLACES: [Place; 22] = [
    path(&(&["type"] as &[&str])),
    path(&(&["type"] as &[&str])),
    path(&(&["type"] as &[&str])),
    path(&(&["kiss"] as &[&str])),
    path(&(&["a", "type"] as &[&str])),
    path(&(&["type", "type"] as &[&str])),
    path(&(&["id", "type"] as &[&str])),
    path(&(&["event", "type"] as &[&str])),
    path(&(&["a", "kiss"] as &[&str])),
    path(&(&["type", "a", "type"] as &[&str])),
    path(&(&["data", "object", "object"] as &[&str])),
    path(&(&["a", "a", "a"] as &[&str])),
    path(&(&["a", "type", "a", "a"] as &[&str])),
    Place {
        lists: &[&["a"]],
        parts: &[&["type"]],
    },
    Place {
        lists: &[&["type", "a"]],
        parts: &[&["type"]],
    },
    Place {
        lists: &[&["a"], &["type"]],
        parts: &[&["a", "type"]],
    },
    Place {
        lists: &[&[]],
        parts: &[&["type"]],
    },
    Place {
        lists: &[&["a"], &[]],
        parts: &[&["a"]],
    },
    Place {
        lists: &[],
        parts: &[&["type"], &["a"]],
    },
    Place {
        lists: &[],
        parts: &[&[], &["type"]],
    },
    Place {
        lists: &[&["a"]],
        parts: &[&["type"], &["a"], &[]],
    },
    Place {
        lists: &[],
        parts: &[&["a", "type"], &["type"], &["id"]],
    },
];

/// The same, as hooksieve has it.
static SOURCES: LazyLock<[Source; PLACES.len()]> =
    LazyLock::new(|| PLACES.map(|place| source(&place)));

/// Policies under which a body is forwarded, dropped and refused for all kinds of reasons.
static POLICIES: LazyLock<[Policy; 4]> = LazyLock::new(|| {
    [
        policy(&["batch.*"], &[], Action::Forward),
        policy(&["*"], &[], Action::Forward),
        policy(&["*a", "batch*"], &["b*", "*.paid", "t"], Action::Forward),
        policy(&["batch.*", "a"], &[], Action::Reject),
    ]
});

/// What hooksieve is told to look for.
pub fn source(place: &Place) -> Source {
    let part = |keys: &&[&str]| match keys.split_first() {
        None => Part::Given,
        Some((first, rest)) => Part::Member(
            rest.iter()
                .fold(Path::member(*first), |path, key| path.then(*key)),
        ),
    };
    let list = |keys: &&[&str]| keys.iter().map(|key| Box::from(*key)).collect();
    Source {
        document: Document::Body,
        lists: place.lists.iter().map(list).collect(),
        parts: place.parts.iter().map(part).collect(),
    }
}

/// What is given beside the body where a part is: two readings, one of them an alias.
fn given_reading() -> Event<'static> {
    let mut given = Event::named("batch");
    given.push(Reading::String("b".into()), true);
    given
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
    let mut source = Choices::new(input);
    let (cuts, place) = (source.cuts(), source.below(PLACES.len()));
    claims(source.rest(), &cuts, place);
}

/// The claims on a well-formed document that these bytes lead to.
pub fn json(input: &[u8]) {
    let mut source = Choices::new(input);
    let (cuts, place) = (source.cuts(), source.below(PLACES.len()));
    let document = document::write(&mut source);
    let read = event::read(document.as_bytes(), &SOURCES[0].finder(), |_| {});
    assert_eq!(read, Ok(()), "{document}");
    claims(document.as_bytes(), &cuts, place);
}

/// The claims on a real event, changed where these bytes say.
pub fn mutated(input: &[u8]) {
    let mut source = Choices::new(input);
    let (cuts, place) = (source.cuts(), source.below(PLACES.len()));
    claims(&mutation::write(&mut source), &cuts, place);
}

/// The claims on a form, or what is nearly one.
pub fn form(input: &[u8]) {
    forms(&form::write(&mut Choices::new(input)));
}

/// That a form is read as by the naive reader, and that nothing else is read as one; a query likewise.
pub fn forms(body: &[u8]) {
    for name in ["type", "ty.pe", "type[]"] {
        let source = Source {
            parts: vec![Part::Field(name.into())],
            ..Source::member(Path::member(name))
        };
        let mut events = Vec::new();
        let read = event::read(body, &source.finder(), |event| events.push(event.clone()));
        let expected = form::event(body, name);
        assert_eq!(read.is_ok(), expected.is_some(), "{}", body.escape_ascii());
        assert_eq!(events.pop(), expected, "{} {name}", body.escape_ascii());
    }
}

/// Everything that is claimed of the two passes over `body`, whether it comes whole or in pieces.
fn claims(body: &[u8], cuts: &[usize], place: usize) {
    let ways = [&[body][..], &pieces(body, cuts)];
    let finder = finder(&SOURCES[place]);
    readings(body, &ways, &PLACES[place], &finder);
    for policy in &*POLICIES {
        verdicts(policy, body, &ways, &finder);
    }
    for (policy, other) in POLICIES.iter().zip(&POLICIES[1..]) {
        shadow(policy, other, body, &ways, &finder);
    }
}

/// What is looked for, and what is given beside the body.
pub fn finder(source: &Source) -> Finder<'_> {
    let given = source.parts.iter().filter(|part| **part == Part::Given);
    Finder::new(source, given.map(|_| given_reading()).collect())
}

/// That a well-formed document is read as by the naive reader, and an object by the quick pass as well, where that looks.
pub fn readings(body: &[u8], ways: &[&[&[u8]]], place: &Place, finder: &Finder<'_>) {
    let mut events = Vec::new();
    let read = event::read(body, finder, |event| events.push(event.clone()));
    if read.is_ok() {
        let expected = naive::events(body, place, &given_reading());
        assert_eq!(events, expected, "{}", body.escape_ascii());
    }
    let is_looked_at = body.trim_ascii_start().starts_with(b"{") && place.lists.is_empty();
    let strictly = events.pop().filter(|_| is_looked_at);
    for pieces in ways {
        let scanned = event::scan(pieces, finder);
        if read.is_ok() {
            assert_eq!(scanned, strictly, "{}", Shown(body, pieces));
        }
    }
}

/// That the action is that of the strict pass, and of a well-formed body all the rest as well.
pub fn verdicts(policy: &Policy, body: &[u8], ways: &[&[&[u8]]], finder: &Finder<'_>) {
    let strictly = policy.judge_strictly(body, finder);
    for pieces in ways {
        let (judged, shown) = (policy.judge(pieces, finder), Shown(body, pieces));
        assert_eq!(judged.verdict.action, strictly.verdict.action, "{shown}");
        if !matches!(strictly.verdict.rule, Rule::Unreadable(_)) {
            assert_eq!(judged, strictly, "{shown}");
        }
    }
}

/// That the lists of `other`, tried beside those of `policy`, say what they would in force, and change nothing.
fn shadow(policy: &Policy, other: &Policy, body: &[u8], ways: &[&[&[u8]]], finder: &Finder<'_>) {
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
    let strictly = both.judge_strictly(body, finder);
    let expected = in_force.judge_strictly(body, finder).verdict;
    assert_eq!(strictly.shadow, Some(expected), "{}", body.escape_ascii());
    let plain = policy.judge_strictly(body, finder).verdict;
    assert_eq!(strictly.verdict, plain, "{}", body.escape_ascii());
    for pieces in ways {
        let shadow = both
            .judge(pieces, finder)
            .shadow
            .expect("there are such rules");
        assert_eq!(shadow.action, expected.action, "{}", Shown(body, pieces));
    }
    verdicts(&both, body, ways, finder);
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
