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
use serde::de::{Deserializer as _, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::lists::{self, Element};
use super::path::{Member, Step};
use super::source::{Finder, Part};
use super::{Event, Reading, Unreadable};

/// A reading, before it is one of the event's.
pub(super) struct Noted<'a, 'r> {
    /// Which of the [parts](super::Source::parts) it is of.
    pub(super) part: usize,
    /// The piece of the text that it was read from.
    pub(super) text: &'a str,
    /// What is read.
    pub(super) reading: &'r Reading<'a>,
    /// Whether it is only an alias.
    pub(super) is_alias: bool,
}

/// [`super::read`] of a text whose characters have been checked, which is the document. Each reading is noted first.
pub(super) fn read<'a>(
    text: &'a str,
    finder: &Finder<'a>,
    mut note: impl FnMut(Noted<'a, '_>),
    mut each: impl FnMut(&Event<'a>),
) -> Result<(), Unreadable> {
    let mut event = Event::default();
    let read = lists::walk(text, &finder.source().lists, &mut |element| {
        event.clear();
        match element {
            Element::Event(text) => fill_parts(&mut event, text, finder, &mut note)?,
            Element::Instead(reading) => event.push(reading, false),
        }
        each(&event);
        Ok(())
    });
    read.map_err(|error| {
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

/// Adds to `event` its type, of however many parts that is made.
fn fill_parts<'a>(
    event: &mut Event<'a>,
    text: &'a str,
    finder: &Finder<'a>,
    note: &mut impl FnMut(Noted<'a, '_>),
) -> serde_json::Result<()> {
    let mut sink = Sink {
        part: 0,
        event,
        note,
    };
    if let [Part::Member(path)] = &finder.source().parts[..] {
        return fill(&mut sink, text, &mut path.start());
    }
    let mut filled = Ok(());
    let joined = finder.join(|number, part| {
        let mut event = Event::default();
        if let (Part::Member(path), Ok(())) = (part, &filled) {
            let mut sink = Sink {
                part: number,
                event: &mut event,
                note: sink.note,
            };
            filled = fill(&mut sink, text, &mut path.start());
        }
        event
    });
    *event = joined;
    filled
}

/// Where readings of one part go.
struct Sink<'s, 'a, N> {
    part: usize,
    event: &'s mut Event<'a>,
    note: &'s mut N,
}

impl<'a, N: FnMut(Noted<'a, '_>)> Sink<'_, 'a, N> {
    fn push(&mut self, reading: Reading<'a>, text: &'a str, is_alias: bool) {
        (self.note)(Noted {
            part: self.part,
            text,
            reading: &reading,
            is_alias,
        });
        self.event.push(reading, is_alias);
    }
}

/// Adds what is read in the whole of `text`: nothing unless it is an object.
fn fill<'a, N: FnMut(Noted<'a, '_>)>(
    sink: &mut Sink<'_, 'a, N>,
    text: &'a str,
    step: &mut Step<'_>,
) -> serde_json::Result<()> {
    let mut json = serde_json::Deserializer::from_str(text);
    if text.trim_ascii_start().starts_with('{') {
        json.deserialize_map(Members { text, step, sink })?;
    } else {
        IgnoredAny::deserialize(&mut json)?;
    }
    json.end()
}

/// Visits the members of one object on the path.
struct Members<'p, 's, 'e, 'a, N> {
    /// The object as it is written.
    text: &'a str,
    step: &'s mut Step<'p>,
    sink: &'s mut Sink<'e, 'a, N>,
}

impl<'a, N: FnMut(Noted<'a, '_>)> Visitor<'a> for Members<'_, '_, '_, 'a, N> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'a>>(self, mut members: A) -> Result<(), A::Error> {
        let Self { text, step, sink } = self;
        while let Some(Text(key)) = members.next_key()? {
            match step.member(&key) {
                Member::OnPath { alias } => {
                    let value: &RawValue = members.next_value()?;
                    if let Some(step) = step.next(alias) {
                        enter(sink, value, step)?;
                    } else {
                        sink.push(reading(value)?, value.get(), alias);
                    }
                }
                Member::Id => sink.event.set_id(reading(members.next_value()?)?),
                Member::Other => drop(members.next_value::<IgnoredAny>()?),
            }
        }
        if let Some(reading) = step.end() {
            sink.push(reading, text, step.is_alias());
        }
        Ok(())
    }
}

/// Adds what is read in `value`, where an object is to follow.
fn enter<'a, N: FnMut(Noted<'a, '_>), E: serde::de::Error>(
    sink: &mut Sink<'_, 'a, N>,
    value: &'a RawValue,
    mut step: Step<'_>,
) -> Result<(), E> {
    let json = value.get();
    if let Some(reading) = json.bytes().next().and_then(Step::instead) {
        sink.push(reading, json, step.is_alias());
    } else {
        fill(sink, json, &mut step).map_err(E::custom)?;
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
pub(super) struct Text<'a>(#[serde(borrow)] pub(super) Cow<'a, str>);

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
