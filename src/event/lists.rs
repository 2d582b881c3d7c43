//! The lists that lead to a document's events.
//!
//! Calls go as deep as there are keys and lists in the config, whatever a sender nests.

use std::fmt;

use serde::de::{Deserializer as _, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::alias::is_alias;
use super::json::Text;
use super::{List, Reading};

/// Something in place of an event.
pub(super) enum Element<'a> {
    /// An event, as it is written.
    Event(&'a str),
    /// There is no event here, but what some receiver may take for one.
    Instead(Reading<'static>),
}

/// What is told of the elements. Not generic: each list is within a call for the one around it.
type Each<'a, 'f> = &'f mut dyn FnMut(Element<'a>) -> serde_json::Result<()>;

/// Calls `each` with the elements of the innermost of `lists` in the document `text`, in their order. It is called for none
/// where a list is empty or null. The text of an event is not checked unless it is part of a list.
///
/// Which of several lists of one name a receiver goes through can't be told, so those are [`Reading::Scattered`].
pub(super) fn walk<'a>(
    text: &'a str,
    lists: &[List],
    each: Each<'a, '_>,
) -> serde_json::Result<()> {
    let is_list = text.trim_ascii_start().starts_with('[');
    let is_told = lists.first().is_some_and(List::is_empty);
    if is_list && !is_told {
        elements(text, lists, each)
    } else {
        within(text, lists, each)
    }
}

/// The elements within what is no list, or is told to be one.
fn within<'a>(text: &'a str, lists: &[List], each: Each<'a, '_>) -> serde_json::Result<()> {
    match lists.split_first() {
        None => each(Element::Event(text)),
        Some((keys, inner)) => follow(text, keys, inner, each),
    }
}

/// Follows `keys` to a list.
fn follow<'a>(
    text: &'a str,
    keys: &[Box<str>],
    inner: &[List],
    each: Each<'a, '_>,
) -> serde_json::Result<()> {
    let first = text.trim_ascii_start().bytes().next();
    match (keys.split_first(), first) {
        (None, Some(b'[')) => return elements(text, inner, each),
        (Some((key, keys)), Some(b'{')) => {
            let mut json = serde_json::Deserializer::from_str(text);
            json.deserialize_map(Way {
                key,
                keys,
                inner,
                each,
            })?;
            return json.end();
        }
        _ => {}
    }
    serde_json::from_str::<IgnoredAny>(text)?;
    match (keys, first) {
        // A list without elements to those that distinguish the two.
        ([], Some(b'n')) => Ok(()),
        (_, Some(b'"' | b'[')) | ([], _) => each(Element::Instead(Reading::NotAString)),
        _ => each(Element::Instead(Reading::Absent)),
    }
}

/// The elements of the array `text`, or of the lists in each.
fn elements<'a>(text: &'a str, inner: &[List], each: Each<'a, '_>) -> serde_json::Result<()> {
    let mut json = serde_json::Deserializer::from_str(text);
    json.deserialize_seq(Elements { inner, each })?;
    json.end()
}

struct Elements<'a, 'p> {
    inner: &'p [List],
    each: Each<'a, 'p>,
}

impl<'a> Visitor<'a> for Elements<'a, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'a>>(self, mut elements: A) -> Result<(), A::Error> {
        while let Some(element) = elements.next_element::<&RawValue>()? {
            within(element.get(), self.inner, self.each).map_err(A::Error::custom)?;
        }
        Ok(())
    }
}

/// The members of an object on the way to a list.
struct Way<'a, 'p> {
    key: &'p str,
    keys: &'p [Box<str>],
    inner: &'p [List],
    each: Each<'a, 'p>,
}

impl<'a> Visitor<'a> for Way<'a, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'a>>(self, mut members: A) -> Result<(), A::Error> {
        let (mut exact, mut aliases) = (0, 0);
        while let Some(Text(key)) = members.next_key()? {
            if key == self.key {
                exact += 1;
                let value: &RawValue = members.next_value()?;
                follow(value.get(), self.keys, self.inner, self.each).map_err(A::Error::custom)?;
            } else {
                aliases += usize::from(is_alias(&key, self.key));
                members.next_value::<IgnoredAny>()?;
            }
        }
        let instead = match (exact, aliases) {
            (1, 0) => return Ok(()),
            (0, 0) => Reading::Absent,
            _ => Reading::Scattered,
        };
        (self.each)(Element::Instead(instead)).map_err(A::Error::custom)
    }
}
