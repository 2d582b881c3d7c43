//! The strict pass over a document, without a tree and without recursion into what a sender chose.
//!
//! `serde_json` skips a value in a loop, whatever its depth. Only objects on the path are visited, each by a call
//! within that of the object around it, so calls go as deep as the config says. Values of interest are taken as raw
//! text first: asking for any value at once would refuse numbers beyond the range of `f64`, which are JSON all
//! the same.

use std::borrow::Cow;
use std::fmt;

use memchr::memchr;
use serde::Deserialize;
use serde::de::{Deserializer as _, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::path::{Member, Step};
use super::{Event, Path, Reading, Unreadable};

/// [`super::read`] of a text whose characters have been checked.
///
/// Of each reading `note` is told first where it is, by the piece of `text` that it was read from, and whether it is
/// only an alias.
pub(super) fn read<'a>(
    text: &'a str,
    path: &Path,
    note: impl FnMut(&'a str, bool),
    each: impl FnMut(&Event<'a>),
) -> Result<(), Unreadable> {
    document(text, path, note, each).map_err(|error| {
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
    path: &Path,
    mut note: impl FnMut(&'a str, bool),
    mut each: impl FnMut(&Event<'a>),
) -> serde_json::Result<()> {
    if text.trim_ascii_start().starts_with('[') {
        let mut json = serde_json::Deserializer::from_str(text);
        json.deserialize_seq(Elements { path, note, each })?;
        json.end()
    } else {
        let mut event = Event::default();
        fill(&mut event, text, &mut path.start(), &mut note)?;
        each(&event);
        Ok(())
    }
}

/// Adds to `event` what is read in the whole of `text`: nothing unless it is an object.
fn fill<'a>(
    event: &mut Event<'a>,
    text: &'a str,
    step: &mut Step<'_>,
    note: &mut impl FnMut(&'a str, bool),
) -> serde_json::Result<()> {
    let mut json = serde_json::Deserializer::from_str(text);
    if text.trim_ascii_start().starts_with('{') {
        json.deserialize_map(Members {
            text,
            step,
            event,
            note,
        })?;
    } else {
        IgnoredAny::deserialize(&mut json)?;
    }
    json.end()
}

/// Visits a batch.
struct Elements<'p, N, F> {
    path: &'p Path,
    note: N,
    each: F,
}

impl<'a, N: FnMut(&'a str, bool), F: FnMut(&Event<'a>)> Visitor<'a> for Elements<'_, N, F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'a>>(mut self, mut elements: A) -> Result<(), A::Error> {
        let mut event = Event::default();
        while let Some(element) = elements.next_element::<&RawValue>()? {
            event.clear();
            let (text, mut step) = (element.get(), self.path.start());
            fill(&mut event, text, &mut step, &mut self.note).map_err(A::Error::custom)?;
            (self.each)(&event);
        }
        Ok(())
    }
}

/// Visits the members of one object on the path.
struct Members<'p, 's, 'a, N> {
    /// The object as it is written.
    text: &'a str,
    step: &'s mut Step<'p>,
    event: &'s mut Event<'a>,
    note: &'s mut N,
}

impl<'a, N: FnMut(&'a str, bool)> Visitor<'a> for Members<'_, '_, 'a, N> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'a>>(self, mut members: A) -> Result<(), A::Error> {
        let Self {
            text,
            step,
            event,
            note,
        } = self;
        while let Some(Text(key)) = members.next_key()? {
            match step.member(&key) {
                Member::OnPath { alias } => {
                    let value: &RawValue = members.next_value()?;
                    if let Some(step) = step.next(alias) {
                        enter(event, value, step, note)?;
                    } else {
                        note(value.get(), alias);
                        event.push(reading(value)?, alias);
                    }
                }
                Member::Id => event.set_id(reading(members.next_value()?)?),
                Member::Other => drop(members.next_value::<IgnoredAny>()?),
            }
        }
        if let Some(reading) = step.end() {
            note(text, step.is_alias());
            event.push(reading, step.is_alias());
        }
        Ok(())
    }
}

/// Adds what is read in `value`, where an object is to follow.
fn enter<'a, E: serde::de::Error>(
    event: &mut Event<'a>,
    value: &'a RawValue,
    mut step: Step<'_>,
    note: &mut impl FnMut(&'a str, bool),
) -> Result<(), E> {
    let json = value.get();
    if let Some(reading) = json.bytes().next().and_then(Step::instead) {
        note(json, step.is_alias());
        event.push(reading, step.is_alias());
    } else {
        fill(event, json, &mut step, note).map_err(E::custom)?;
    }
    Ok(())
}

/// The string that `json` is, decoded, if it is one.
pub(super) fn string(json: Cow<'_, [u8]>) -> Option<Cow<'_, str>> {
    match json {
        Cow::Borrowed(json) => decoded(json),
        Cow::Owned(json) => decoded(&json).map(|text| Cow::Owned(text.into_owned())),
    }
}

/// The longest run of digits that is the same number to all receivers: those that read a double are exact up to 2⁵³.
const DIGITS: usize = 15;

/// `json` itself, if it is an integer that all receivers write as it is written here. None does so with `-0`.
pub(super) fn integer(json: &str) -> Option<&str> {
    let digits = json.strip_prefix('-').unwrap_or(json);
    let is_integer =
        (1..=DIGITS).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    (is_integer && json != "-0").then_some(json)
}

/// The longest text that [`integer`] takes.
pub(super) const LONGEST_INTEGER: usize = DIGITS + 1;

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
        return Ok(match integer(json) {
            Some(digits) => Reading::String(Cow::Borrowed(digits)),
            None => Reading::NotAString,
        });
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
