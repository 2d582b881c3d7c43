//! The strict pass over a document, without a tree and without recursion.
//!
//! `serde_json` skips a value in a loop, whatever its depth. Only the top level is visited, and values
//! of interest are taken as raw text first: asking for any value at once would refuse numbers beyond
//! the range of `f64`, which are JSON all the same.

use std::borrow::Cow;
use std::fmt;

use memchr::memchr;
use serde::Deserialize;
use serde::de::{Deserializer as _, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::{Event, Reading, Unreadable};

/// [`super::read`] of a text whose characters have been checked.
pub(super) fn read<'a>(
    text: &'a str,
    member: &str,
    each: impl FnMut(&Event<'a>),
) -> Result<(), Unreadable> {
    document(text, member, each).map_err(|error| {
        if error.is_eof() {
            Unreadable::Incomplete
        } else {
            Unreadable::Syntax {
                line: error.line(),
                column: error.column(),
            }
        }
    })
}

fn document<'a>(
    text: &'a str,
    member: &str,
    mut each: impl FnMut(&Event<'a>),
) -> serde_json::Result<()> {
    if text.trim_ascii_start().starts_with('[') {
        let mut json = serde_json::Deserializer::from_str(text);
        json.deserialize_seq(Elements { member, each })?;
        json.end()
    } else {
        let mut event = Event::default();
        fill(&mut event, text, member)?;
        each(&event);
        Ok(())
    }
}

/// Makes an empty `event` that of the whole of `text`, which stays empty unless it is an object.
fn fill<'a>(event: &mut Event<'a>, text: &'a str, member: &str) -> serde_json::Result<()> {
    let mut json = serde_json::Deserializer::from_str(text);
    if text.trim_ascii_start().starts_with('{') {
        json.deserialize_map(Members { member, event })?;
    } else {
        IgnoredAny::deserialize(&mut json)?;
    }
    json.end()
}

/// Visits a batch.
struct Elements<'m, F> {
    member: &'m str,
    each: F,
}

impl<'a, F: FnMut(&Event<'a>)> Visitor<'a> for Elements<'_, F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'a>>(mut self, mut elements: A) -> Result<(), A::Error> {
        let mut event = Event::default();
        while let Some(element) = elements.next_element::<&RawValue>()? {
            event.clear();
            fill(&mut event, element.get(), self.member).map_err(A::Error::custom)?;
            (self.each)(&event);
        }
        Ok(())
    }
}

/// Visits the members of one event.
struct Members<'m, 'e, 'a> {
    member: &'m str,
    event: &'e mut Event<'a>,
}

impl<'a> Visitor<'a> for Members<'_, '_, 'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'a>>(self, mut members: A) -> Result<(), A::Error> {
        while let Some(Text(key)) = members.next_key()? {
            match Key::of(&key, self.member) {
                Key::Type => self.event.push_type(reading(members.next_value()?)?),
                Key::Alias => self.event.push_alias(reading(members.next_value()?)?),
                Key::Id => self.event.set_id(reading(members.next_value()?)?),
                Key::Other => drop(members.next_value::<IgnoredAny>()?),
            }
        }
        Ok(())
    }
}

/// What a member is to us, by its name.
pub(super) enum Key {
    Type,
    Alias,
    Id,
    Other,
}

impl Key {
    /// `key` where the type is in the member named `member`, which may be `id`.
    pub(super) fn of(key: &str, member: &str) -> Self {
        if key == member {
            Self::Type
        } else if eq_ignore_case(key, member) {
            Self::Alias
        } else if key == "id" {
            Self::Id
        } else {
            Self::Other
        }
    }

    /// Whether a key that begins with this byte, as it is written, can be anything but [`Key::Other`].
    ///
    /// Quick, and sure only when it says no. A quote is the end of an empty key.
    pub(super) fn may_begin(byte: u8, member: &str) -> bool {
        matches!(byte, b'\\' | b'"' | b'i' | 0x80..)
            || member
                .bytes()
                .next()
                .is_some_and(|first| !first.is_ascii() || first.eq_ignore_ascii_case(&byte))
    }
}

/// The string that `json` is, decoded, if it is one.
pub(super) fn string(json: Cow<'_, [u8]>) -> Option<Cow<'_, str>> {
    match json {
        Cow::Borrowed(json) => decoded(json),
        Cow::Owned(json) => decoded(&json).map(|text| Cow::Owned(text.into_owned())),
    }
}

fn decoded(json: &[u8]) -> Option<Cow<'_, str>> {
    let plain = json.strip_prefix(b"\"")?.strip_suffix(b"\"")?;
    if memchr(b'\\', plain).is_none() {
        return str::from_utf8(plain).ok().map(Cow::Borrowed);
    }
    let Text(text) = serde_json::from_slice(json).ok()?;
    Some(text)
}

/// A decoded string. A bare `Cow` would always be owned.
#[derive(Deserialize)]
#[serde(transparent)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

fn reading<E: serde::de::Error>(value: &RawValue) -> Result<Reading<'_>, E> {
    let json = value.get();
    let Some(string) = json.strip_prefix('"') else {
        return Ok(Reading::NotAString);
    };
    // What is known to be a JSON string means itself unless it has escapes.
    let name = match string.strip_suffix('"') {
        Some(plain) if memchr(b'\\', plain.as_bytes()).is_none() => Cow::Borrowed(plain),
        _ => serde_json::from_str(json)
            .map(|Text(name)| name)
            .map_err(E::custom)?,
    };
    Ok(Reading::String(name))
}

/// Whether two names are the same to Go's `encoding/json`, which folds case by Unicode's simple rules.
///
/// Two letters outside of ASCII fold to one inside: ſ to s, and the Kelvin sign to k. Other letters
/// outside of ASCII are compared as they are.
fn eq_ignore_case(a: &str, b: &str) -> bool {
    let fold = |c| match c {
        '\u{17F}' => 's',
        '\u{212A}' => 'k',
        _ => c.to_ascii_lowercase(),
    };
    a.chars().map(fold).eq(b.chars().map(fold))
}
