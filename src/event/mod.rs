//! Bytes to event types: pure, and knows neither HTTP nor policy.
//!
//! Receivers differ in how they read the same JSON: most take the last of two members with the same
//! name, some the first, some ignore case, some end a name at a NUL. [`read`] therefore decides nothing.
//! It hands on every way a strict document can be read, and refuses every document that is not strict,
//! since some receiver still reads a type out of it.

mod alias;
mod form;
mod json;
mod lists;
mod locate;
mod path;
mod place;
mod scan;
mod source;
mod text;
mod unreadable;

#[cfg(test)]
mod tests;

use std::borrow::Cow;

pub use form::field;
pub use locate::{Found, Located, locate};
pub use path::Path;
pub use place::Place;
pub use source::{Document, Finder, List, Part, Source};
pub use unreadable::Unreadable;

use source::Body;

/// How many readings of one event's type are kept, and how many aliases.
///
/// Real events have one. The limit keeps the memory a hostile body can ask for constant.
pub const MAX_READINGS: usize = 16;

/// One event, as it bears on its type, or one part of that.
///
/// An event that is not an object has nothing in it, and neither has an object that the path does not lead
/// into: both are untyped. Only what is at the end of the [`Path`] counts, never what has the same keys elsewhere.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Event<'a> {
    /// What is read by exactly the keys of the path, in the order it was sent.
    pub types: Vec<Reading<'a>>,
    /// What is read where a key on the way is only an alias, in the order it was sent. Some receivers take it
    /// for the type: those to which the case of a key makes no difference, or what follows a NUL in it.
    pub aliases: Vec<Reading<'a>>,
    /// Whether there were more types or more aliases than the [`MAX_READINGS`] kept of each.
    pub overflow: bool,
    /// The event's last member named `id`, if it is a string or an integer. For the log; it decides nothing.
    pub id: Option<Cow<'a, str>>,
}

/// One value a receiver might take for the type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reading<'a> {
    /// A string, decoded, or an integer of up to 15 digits, as it is written; more are not the same number to every
    /// receiver. Borrowed from the body where it can be.
    String(Cow<'a, str>),
    /// Anything else: null, a fraction, an object …; or a string or an array where the [`Path`] would go on.
    NotAString,
    /// What should be there once, a list of events or a field with events in it, is there several times, or is there only
    /// to some receivers.
    Scattered,
    /// Nothing, though the first key is there: what the [`Path`] has led to holds no type for anybody.
    Absent,
}

/// Reads `body` and calls `each` with its events, whose type is where `finder` looks for it.
///
/// A top-level array is a batch: `each` is called for every element, in order, so never for an empty
/// one; and so is what the source has as a list. Any other document is one event. What `each` was told holds only if the
/// whole body turns out to be readable. It is not looked at where nothing in it is part of the type.
///
/// Time is linear in the length of the body, of which each object on the path is gone through once more for each
/// key that led there. Neither depth nor the number of events costs stack, only the number of keys does, and
/// memory is a byte per level of nesting, besides what is decoded of a key or a reading with escapes.
///
/// # Errors
///
/// Fails unless the whole body is one JSON document as RFC 8259 has it, in UTF-8, without a byte order
/// mark and without lone surrogates, with nothing but white space around it; or, where the source has fields, a form.
pub fn read<'a>(
    body: &'a [u8],
    finder: &Finder<'a>,
    mut each: impl FnMut(&Event<'a>),
) -> Result<(), Unreadable> {
    match finder.source().body() {
        None => each(&finder.outside()),
        Some(Body::Json) => json::read(text::check(body)?, finder, |_| {}, each)?,
        Some(Body::Form) => form::read(body, finder, each)?,
    }
    Ok(())
}

/// Finds the event of a body that arrived in `pieces` by a quick look, if it can.
///
/// `None` unless the body looks like one object, and the type is in members of that and outside of the body. If it *is* one,
/// well-formed as a whole, the event is that which [`read`] finds; whether it is, only [`read`] can tell.
///
/// Time is linear in the length of the body, once for each member, and the number of pieces. Nothing is copied but what
/// has escapes in it, and keys and values that lie across a border between pieces.
pub fn scan<'a, P: AsRef<[u8]>>(pieces: &'a [P], finder: &Finder<'a>) -> Option<Event<'a>> {
    if let Some(path) = finder.only_path() {
        return scan::scan(pieces, path);
    }
    let source = finder.source();
    if source.body() != Some(Body::Json) || !source.lists.is_empty() {
        return None;
    }
    let mut found = true;
    let event = finder.join(|_, part| match part {
        Part::Member(path) => scan::scan(pieces, path).unwrap_or_else(|| {
            found = false;
            Event::default()
        }),
        Part::Given | Part::Field(_) => Event::default(),
    });
    found.then_some(event)
}

impl<'a> Event<'a> {
    /// The first type that is a string, for the log.
    #[must_use]
    pub fn name(&self) -> Option<&Cow<'a, str>> {
        self.types.iter().find_map(Reading::name)
    }

    /// An event of this type, of which no more is known.
    #[must_use]
    pub fn named(name: &'a str) -> Self {
        Self::of(Reading::String(Cow::Borrowed(name)))
    }

    /// With this as its only type.
    fn of(reading: Reading<'a>) -> Self {
        Self {
            types: vec![reading],
            ..Self::default()
        }
    }

    /// The same, without anything borrowed from the body.
    #[must_use]
    pub fn into_owned(self) -> Event<'static> {
        let owned =
            |readings: Vec<Reading<'_>>| readings.into_iter().map(Reading::into_owned).collect();
        Event {
            types: owned(self.types),
            aliases: owned(self.aliases),
            overflow: self.overflow,
            id: self.id.map(|id| Cow::Owned(id.into_owned())),
        }
    }

    /// Adds a reading; beyond [`MAX_READINGS`] of its kind only that there are more.
    pub fn push(&mut self, reading: Reading<'a>, alias: bool) {
        let kept = if alias {
            &mut self.aliases
        } else {
            &mut self.types
        };
        if kept.len() < MAX_READINGS {
            kept.push(reading);
        } else {
            self.overflow = true;
        }
    }

    fn set_id(&mut self, reading: Reading<'a>) {
        self.id = match reading {
            Reading::String(id) => Some(id),
            Reading::NotAString | Reading::Scattered | Reading::Absent => None,
        };
    }

    /// Makes it an untyped event again, and keeps the allocations.
    fn clear(&mut self) {
        self.types.clear();
        self.aliases.clear();
        self.overflow = false;
        self.id = None;
    }
}

impl<'a> Reading<'a> {
    /// The string, if it is one.
    #[must_use]
    pub fn name(&self) -> Option<&Cow<'a, str>> {
        match self {
            Self::String(name) => Some(name),
            Self::NotAString | Self::Scattered | Self::Absent => None,
        }
    }

    /// The same, without anything borrowed from the body.
    fn into_owned(self) -> Reading<'static> {
        match self {
            Self::String(name) => Reading::String(Cow::Owned(name.into_owned())),
            Self::NotAString => Reading::NotAString,
            Self::Scattered => Reading::Scattered,
            Self::Absent => Reading::Absent,
        }
    }
}
