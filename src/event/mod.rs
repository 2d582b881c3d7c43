//! Bytes to event types: pure, and knows neither HTTP nor policy.
//!
//! Receivers differ in how they read the same JSON: most take the last of two members with the same
//! name, some the first, some ignore case, some end a name at a NUL. [`read`] therefore decides nothing.
//! It hands on every way a strict document can be read, and refuses every document that is not strict,
//! since some receiver still reads a type out of it.

mod alias;
mod json;
mod locate;
mod path;
mod scan;
mod text;
mod unreadable;

#[cfg(test)]
mod tests;

use std::borrow::Cow;

pub use locate::{Found, Located, Place, locate};
pub use path::Path;
pub use scan::scan;
pub use unreadable::Unreadable;

/// How many readings of one event's type are kept, and how many aliases.
///
/// Real events have one. The limit keeps the memory a hostile body can ask for constant.
pub const MAX_READINGS: usize = 16;

/// One event, as it bears on its type: a top-level object, or one element of a top-level array.
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
    /// Nothing, though the first key is there: what the [`Path`] has led to holds no type for anybody.
    Absent,
}

/// Reads `body` and calls `each` with its events, whose type is at the end of `path`.
///
/// A top-level array is a batch: `each` is called for every element, in order, so never for an empty
/// one. Any other document is one event. What `each` was told holds only if the whole body turns out
/// to be readable.
///
/// Time is linear in the length of the body, of which each object on the path is gone through once more for each
/// key that led there. Neither depth nor the number of events costs stack, only the number of keys does, and
/// memory is a byte per level of nesting, besides what is decoded of a key or a reading with escapes.
///
/// # Errors
///
/// Fails unless the whole body is one JSON document as RFC 8259 has it, in UTF-8, without a byte order
/// mark and without lone surrogates, with nothing but white space around it.
pub fn read<'a>(
    body: &'a [u8],
    path: &Path,
    each: impl FnMut(&Event<'a>),
) -> Result<(), Unreadable> {
    json::read(text::check(body)?, path, |_, _| {}, each)
}

impl<'a> Event<'a> {
    /// The first type that is a string, for the log.
    #[must_use]
    pub fn name(&self) -> Option<&Cow<'a, str>> {
        self.types.iter().find_map(Reading::name)
    }

    fn push(&mut self, reading: Reading<'a>, alias: bool) {
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
            Reading::NotAString | Reading::Absent => None,
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
            Self::NotAString | Self::Absent => None,
        }
    }
}
