//! Where the type of an event is, and how it is put together.

use std::borrow::Cow;

use super::{Event, MAX_READINGS, Path, Reading};

/// Where the types of a body's events are.
///
/// A type is made of one or more parts with dots between them: `pull_request` and `opened` are `pull_request.opened`. A
/// part that is absent is left out with its dot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// What the parts that are [members](Part::Member) are read out of.
    pub document: Document,
    /// Lists within each other, from the document inwards: each element of the innermost is an event. None: the document
    /// is the event. A document that is itself an array is a list in any case.
    pub lists: Vec<List>,
    /// The parts of the type. Never empty.
    pub parts: Vec<Part>,
}

/// What a body can be.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Body {
    Json,
    Form,
}

/// A text in JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Document {
    /// The body.
    Body,
    /// The value of this field of a body that is a form.
    Field(Box<str>),
}

/// A list of events, or of what has such lists in it: the keys that lead to it. Without keys it is what is looked at.
pub type List = Vec<Box<str>>;

/// A part of a type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// It is not in the body: it is the next of those that are [given](Finder::given) with it.
    Given,
    /// At the end of this path in each event.
    Member(Path),
    /// The value of this field of a body that is a form.
    Field(Box<str>),
}

/// What is looked for in one body.
#[derive(Clone, Debug)]
pub struct Finder<'a> {
    source: &'a Source,
    given: Vec<Event<'a>>,
}

impl Source {
    /// A part that is a member of the event, which is the body or an element of it.
    #[must_use]
    pub fn member(path: Path) -> Self {
        Self {
            document: Document::Body,
            lists: Vec::new(),
            parts: vec![Part::Member(path)],
        }
    }

    /// Whether anything has to be read in the body.
    #[must_use]
    pub fn is_in_body(&self) -> bool {
        self.body().is_some()
    }

    /// What the body has to be, if anything has to be read in it.
    pub(super) fn body(&self) -> Option<Body> {
        self.parts
            .iter()
            .find_map(|part| match (part, &self.document) {
                (Part::Given, _) => None,
                (Part::Member(_), Document::Body) => Some(Body::Json),
                (Part::Member(_), Document::Field(_)) | (Part::Field(_), _) => Some(Body::Form),
            })
    }

    /// Looks for it in a body beside which nothing is given.
    #[must_use]
    pub fn finder(&self) -> Finder<'_> {
        Finder::new(self, Vec::new())
    }
}

impl<'a> Finder<'a> {
    /// Looks for `source` in a body beside which these are given, one for each [`Part::Given`] in its order. What is missing
    /// is absent.
    #[must_use]
    pub fn new(source: &'a Source, given: Vec<Event<'a>>) -> Self {
        Self { source, given }
    }

    /// Where it looks.
    #[must_use]
    pub fn source(&self) -> &'a Source {
        self.source
    }

    /// What is given beside the body.
    #[must_use]
    pub fn given(&self) -> &[Event<'a>] {
        &self.given
    }

    /// The event of which no body is known: its parts are those that are given.
    #[must_use]
    pub fn outside(&self) -> Event<'a> {
        self.join(|_, _| Event::default())
    }

    /// The one path, where the type is in one member of the body itself. Most are, and it is read without a detour.
    pub(super) fn only_path(&self) -> Option<&'a Path> {
        let Source {
            document,
            lists,
            parts,
        } = self.source;
        match (document, &lists[..], &parts[..]) {
            (Document::Body, [], [Part::Member(path)]) => Some(path),
            _ => None,
        }
    }

    /// The event with what is given and what `read` finds of the other parts.
    pub(super) fn join(&self, mut read: impl FnMut(usize, &'a Part) -> Event<'a>) -> Event<'a> {
        let mut given = self.given.iter();
        let parts = self.source.parts.iter().enumerate();
        let parts = parts.map(|(number, part)| match part {
            Part::Given => given.next().cloned().unwrap_or_default(),
            part => read(number, part),
        });
        join(parts.collect())
    }
}

/// A reading of the parts so far. An alias, if one of them is.
type Joined<'a> = (Reading<'a>, bool);

/// The event whose type has these parts: every reading of each with every reading of the others.
fn join<'a>(mut parts: Vec<Event<'a>>) -> Event<'a> {
    if parts.len() == 1 {
        return parts.pop().unwrap_or_default();
    }
    let mut joined: Vec<Joined<'a>> = vec![(Reading::Absent, false)];
    let mut event = Event::default();
    for part in parts {
        event.id = event.id.or(part.id);
        event.overflow |= part.overflow;
        let mut types = part.types;
        if types.is_empty() {
            types.push(Reading::Absent);
        }
        let types = types.into_iter().map(|reading| (reading, false));
        let aliases = part.aliases.into_iter().map(|reading| (reading, true));
        let readings: Vec<Joined<'a>> = types.chain(aliases).collect();
        let longer = joined.iter().flat_map(|(before, was_alias)| {
            let longer = |(next, is_alias): &Joined<'a>| {
                (before.clone().then(next.clone()), *was_alias || *is_alias)
            };
            readings.iter().map(longer)
        });
        // One more than are kept shows that there are too many.
        joined = longer.take(2 * MAX_READINGS + 1).collect();
    }
    event.overflow |= joined.len() > 2 * MAX_READINGS;
    for (reading, is_alias) in joined {
        event.push(reading, is_alias);
    }
    event
}

impl Reading<'_> {
    /// Both with a dot between them. What one of them makes unclear is unclear.
    fn then(self, next: Self) -> Self {
        match (self, next) {
            (Self::Scattered, _) | (_, Self::Scattered) => Self::Scattered,
            (Self::NotAString, _) | (_, Self::NotAString) => Self::NotAString,
            (Self::Absent, other) | (other, Self::Absent) => other,
            (Self::String(one), Self::String(other)) => {
                Self::String(Cow::Owned(format!("{one}.{other}")))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `a b ~c`: types, and aliases behind a `~`; `!` is no string, `?` is scattered, `-` is absent.
    fn event(readings: &str) -> Event<'_> {
        let mut event = Event::default();
        for written in readings.split_ascii_whitespace() {
            let name = written.trim_start_matches('~');
            let reading = match name {
                "!" => Reading::NotAString,
                "?" => Reading::Scattered,
                "-" => Reading::Absent,
                name => Reading::String(name.into()),
            };
            event.push(reading, name != written);
        }
        event
    }

    #[test]
    fn parts_are_joined_by_dots_and_each_reading_with_each() {
        for (parts, expected) in [
            (&["a"][..], "a"),
            (&["a", "b"], "a.b"),
            (&["a", "b", "c"], "a.b.c"),
            (&["a", ""], "a"),
            (&["", "b"], "b"),
            (&["a", "-", "c"], "a.c"),
            (&["", ""], "-"),
            (&["a b", "c"], "a.c b.c"),
            (&["a b", "c d"], "a.c a.d b.c b.d"),
            (&["a", "b -"], "a.b a"),
            // Some have only what is exact, others the alias as well.
            (&["a", "~b"], "a ~a.b"),
            (&["a ~b", "c"], "a.c ~b.c"),
            (&["a ~b", "c ~d"], "a.c ~a.d ~b.c ~b.d"),
            // What is unclear.
            (&["a", "!"], "!"),
            (&["!", ""], "!"),
            (&["a !", "b"], "a.b !"),
            (&["!", "?"], "?"),
            (&["a", "b ~!"], "a.b ~!"),
        ] {
            let joined = join(parts.iter().map(|part| event(part)).collect());
            assert_eq!(joined, event(expected), "{parts:?}");
        }
    }

    #[test]
    fn there_are_no_more_readings_than_are_kept() {
        let part = |count: usize| event(&"a a a a a a a a a a a a a a a a"[..2 * count - 1]);
        for (counts, overflow) in [([4, 4], false), ([4, 5], true), ([16, 16], true)] {
            let joined = join(counts.iter().map(|&count| part(count)).collect());
            assert!(joined.types.len() <= MAX_READINGS);
            assert_eq!(joined.overflow, overflow, "{counts:?}");
        }
        let mut cut = part(1);
        cut.overflow = true;
        assert!(join(vec![part(1), cut]).overflow);
    }

    #[test]
    fn the_id_is_the_first_there_is() {
        let with_id = |id: Option<&'static str>| Event {
            id: id.map(Cow::Borrowed),
            ..event("a")
        };
        for (ids, expected) in [
            ([None, Some("1")], Some("1")),
            ([Some("1"), Some("2")], Some("1")),
            ([None, None], None),
        ] {
            assert_eq!(join(ids.map(with_id).into()).id.as_deref(), expected);
        }
    }
}
