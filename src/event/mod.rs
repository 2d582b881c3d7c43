//! Bytes to event types: pure, and knows neither HTTP nor policy.
//!
//! Receivers differ in how they read the same JSON: most take the last of two members with the same
//! name, some the first, some ignore case. [`read`] therefore decides nothing. It hands on every way
//! a strict document can be read, and refuses every document that is not strict, since some receiver
//! still reads a type out of it.

mod json;
mod scan;
mod text;
mod unreadable;

#[cfg(test)]
mod tests;

use std::borrow::Cow;

pub use scan::scan;
pub use unreadable::Unreadable;

/// How many members of one event are kept as readings of its type.
///
/// Real events have one. The limit keeps the memory a hostile body can ask for constant.
pub const MAX_READINGS: usize = 16;

/// One event, as it bears on its type: a top-level object, or one element of a top-level array.
///
/// An event that is not an object has nothing in it, and neither has an object without a type: both
/// are untyped. Only the event's own members count, never those of a nested object.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Event<'a> {
    /// The members named exactly as the type, in the order they were sent.
    pub types: Vec<Reading<'a>>,
    /// The members named as the type only when case is ignored, in the order they were sent.
    /// Go's `encoding/json` takes them for it.
    pub aliases: Vec<Reading<'a>>,
    /// Whether there were more types or more aliases than the [`MAX_READINGS`] kept of each.
    pub overflow: bool,
    /// The last member named `id`, if it is a string. For the log; it decides nothing.
    pub id: Option<Cow<'a, str>>,
}

/// One value a receiver might take for the type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reading<'a> {
    /// A string, decoded. Borrowed from the body unless it was written with escapes.
    String(Cow<'a, str>),
    /// Anything else: null, a number, an object …
    NotAString,
}

/// Reads `body` and calls `each` with its events, whose type is in the member named `member`.
///
/// A top-level array is a batch: `each` is called for every element, in order, so never for an empty
/// one. Any other document is one event. What `each` was told holds only if the whole body turns out
/// to be readable.
///
/// Time is linear in the length of the body. Neither depth nor the number of events costs stack, and
/// memory is a byte per level of nesting, besides what is decoded of a key or a reading with escapes.
///
/// # Errors
///
/// Fails unless the whole body is one JSON document as RFC 8259 has it, in UTF-8, without a byte order
/// mark and without lone surrogates, with nothing but white space around it.
pub fn read<'a>(
    body: &'a [u8],
    member: &str,
    each: impl FnMut(&Event<'a>),
) -> Result<(), Unreadable> {
    json::read(text::check(body)?, member, each)
}

impl<'a> Event<'a> {
    /// The first type that is a string, for the log.
    #[must_use]
    pub fn name(&self) -> Option<&Cow<'a, str>> {
        self.types.iter().find_map(|reading| match reading {
            Reading::String(name) => Some(name),
            Reading::NotAString => None,
        })
    }

    fn push_type(&mut self, reading: Reading<'a>) {
        self.overflow |= !push(&mut self.types, reading);
    }

    fn push_alias(&mut self, reading: Reading<'a>) {
        self.overflow |= !push(&mut self.aliases, reading);
    }

    fn set_id(&mut self, reading: Reading<'a>) {
        self.id = match reading {
            Reading::String(id) => Some(id),
            Reading::NotAString => None,
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

/// Whether there was room.
fn push<'a>(kept: &mut Vec<Reading<'a>>, reading: Reading<'a>) -> bool {
    let room = kept.len() < MAX_READINGS;
    if room {
        kept.push(reading);
    }
    room
}
