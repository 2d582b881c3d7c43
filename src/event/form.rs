//! Bodies that are forms (`application/x-www-form-urlencoded`), and queries, which are written like them.
//!
//! They are read as the URL standard has it (§5.1): `&` between fields, the first `=` behind a name, `+` for a space, `%` in
//! front of a byte. What some receivers read otherwise is an alias:
//!
//! - a name in another case, or one that goes on behind a NUL, as in JSON;
//! - a name with a blank, a dot or a bracket, in whose place PHP reads `_`, or an array;
//! - `;` between fields, as older receivers and HTML 4 had it.

use std::borrow::Cow;

use memchr::memchr2;

use super::alias::is_alias;
use super::source::{Document, Finder, Part};
use super::{Event, Reading, Unreadable, json, text};

/// [`super::read`] of a body that is a form.
pub(super) fn read<'a>(
    body: &'a [u8],
    finder: &Finder<'a>,
    mut each: impl FnMut(&Event<'a>),
) -> Result<(), Unreadable> {
    let form = check(body)?;
    let Document::Field(name) = &finder.source().document else {
        each(&finder.join(|_, part| match part {
            Part::Field(name) => field(form, name),
            Part::Given | Part::Member(_) => Event::default(),
        }));
        return Ok(());
    };
    let mut documents = field(form, name);
    match (
        documents.types.pop(),
        &documents.types[..],
        &documents.aliases[..],
    ) {
        (None, [], []) => each(&finder.outside()),
        (Some(Reading::String(document)), [], []) => {
            let document = text::check(document.as_bytes())?;
            json::read(
                document,
                finder,
                |_| {},
                |event| each(&event.clone().into_owned()),
            )?;
        }
        (Some(Reading::NotAString), [], []) => each(&Event::of(Reading::NotAString)),
        _ => each(&Event::of(Reading::Scattered)),
    }
    Ok(())
}

/// The body as text, if it may be a form: nothing that a browser or a program writes as one has anything but visible ASCII
/// in it, or begins like JSON or XML.
fn check(body: &[u8]) -> Result<&str, Unreadable> {
    let wrong = body.iter().position(|byte| !byte.is_ascii_graphic());
    let at = match body {
        [] | [b'{' | b'[' | b'"' | b'<', ..] => Some(0),
        _ => wrong,
    };
    match (at, str::from_utf8(body)) {
        (None, Ok(form)) => Ok(form),
        (at, _) => Err(Unreadable::NotAForm {
            at: at.unwrap_or_default(),
        }),
    }
}

/// What is read of the field `name` in a form or a query, which is well-formed whatever is in it.
#[must_use]
pub fn field<'a>(form: &'a str, name: &str) -> Event<'a> {
    let mut event = Event::default();
    for pair in form.split('&') {
        match Match::of(pair, name) {
            Match::Exact(reading) => event.push(reading, false),
            Match::Alias(reading) => event.push(reading, true),
            Match::None => {}
        }
        if pair.contains(';') {
            for part in pair.split(';') {
                if let Match::Exact(reading) | Match::Alias(reading) = Match::of(part, name) {
                    event.push(reading, true);
                }
            }
        }
    }
    event
}

/// What one field is to whom who looks for another.
enum Match<'a> {
    Exact(Reading<'a>),
    Alias(Reading<'a>),
    None,
}

impl<'a> Match<'a> {
    fn of(pair: &'a str, name: &str) -> Self {
        let (written, value) = pair.split_once('=').unwrap_or((pair, ""));
        let Some(key) = decoded(written) else {
            return Self::None;
        };
        let value = || decoded(value).map_or(Reading::NotAString, Reading::String);
        if key == name {
            Self::Exact(value())
        } else if is_alias(&key, name) || is_alias(&in_php(&key), &in_php(name)) {
            Self::Alias(value())
        } else if is_array(&key, name) {
            Self::Alias(Reading::NotAString)
        } else {
            Self::None
        }
    }
}

/// Whether the field is an array of this name to PHP, Ruby on Rails and qs.
fn is_array(key: &str, name: &str) -> bool {
    let array = key.split_once('[');
    array.is_some_and(|(array, _)| is_alias(&in_php(array), &in_php(name)))
}

/// A name as PHP has it, but for arrays.
fn in_php(name: &str) -> String {
    // A bracket is a letter like these where none closes it.
    name.trim_start_matches(' ').replace([' ', '.', '['], "_")
}

/// What is written, decoded; `None` if it is not UTF-8 or has a `%` in it that is none.
fn decoded(written: &str) -> Option<Cow<'_, str>> {
    if memchr2(b'%', b'+', written.as_bytes()).is_none() {
        return Some(Cow::Borrowed(written));
    }
    let mut bytes = Vec::with_capacity(written.len());
    let mut rest = written.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let (digits, after) = rest.split_first_chunk::<2>()?;
                rest = after;
                let digit = |digit: u8| char::from(digit).to_digit(16);
                u8::try_from(digit(digits[0])? << 4 | digit(digits[1])?).ok()?
            }
            byte => byte,
        });
    }
    String::from_utf8(bytes).ok().map(Cow::Owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::tests::events_of;
    use crate::event::{Path, Source};

    /// What is read of the field `type`, as text.
    fn read_field(form: &str, name: &str) -> Result<Vec<String>, Unreadable> {
        let source = Source {
            parts: vec![Part::Field(name.into())],
            ..Source::member(Path::member("type"))
        };
        events_of(form.as_bytes(), &source.finder())
    }

    #[test]
    fn a_field_is_read_as_the_standard_has_it_and_otherwise_as_an_alias() {
        for (form, expected) in [
            ("type=a", "a"),
            ("a=b&type=c&d", "c"),
            ("a=type&b=2", ""),
            ("type", ""),
            ("type=", ""),
            ("type=a%20b+c%2Bd", "a b c+d"),
            ("t%79pe=%C3%A9", "é"),
            ("type=a=b", "a=b"),
            ("type=a&type=b", "a b"),
            ("&&type=a&", "a"),
            // To some it is the type.
            ("Type=a", "~a"),
            ("type%00x=a", "~a"),
            ("+type=a", "~a"),
            ("type[]=a", "~!"),
            ("type%5Bx%5D=a", "~!"),
            ("type=a;b", "a;b ~a"),
            ("x=1;type=a", "~a"),
            // To nobody.
            ("types=a", ""),
            ("type+=a", ""),
            ("ty+pe=a", ""),
            // What can't be decoded.
            ("type=%", "!"),
            ("type=%4", "!"),
            ("type=%zz", "!"),
            ("type=%+1", "!"),
            ("type=%ff", "!"),
            ("typ%6=a", ""),
        ] {
            let events = read_field(form, "type");
            assert_eq!(events, Ok(vec![expected.to_owned()]), "{form}");
        }
    }

    #[test]
    fn names_with_signs_are_what_php_makes_of_them() {
        for (name, form, expected) in [
            ("event-data.event", "event-data.event=a", "a"),
            ("event-data.event", "event-data_event=a", "~a"),
            ("data[type]", "data[type]=a", "a"),
            ("data[type]", "data%5Btype%5D=a&data[other]=b", "a"),
            ("data[type]", "data=b", ""),
            ("data_type", "data.type=a", "~a"),
            ("data_type", "data[type=a", "~a"),
            ("data.type", "data%5Btype=a", "~a"),
            ("data_type", "data[type]=a", ""),
        ] {
            assert_eq!(
                read_field(form, name),
                Ok(vec![expected.to_owned()]),
                "{form}"
            );
        }
    }

    #[test]
    fn what_is_no_form_is_refused() {
        for (body, at) in [
            ("", 0),
            (r#"{"type":"a"}"#, 0),
            ("[]", 0),
            ("<a/>", 0),
            ("type=a\n", 6),
            ("type=a b", 6),
            ("type=\u{e9}", 5),
        ] {
            let expected = Err(Unreadable::NotAForm { at });
            assert_eq!(read_field(body, "type"), expected, "{body}");
        }
    }

    #[test]
    fn events_may_be_json_in_a_field() {
        let source = Source {
            document: Document::Field("events".into()),
            ..Source::member(Path::member("type"))
        };
        let lists = Source {
            lists: vec![Vec::new()],
            ..source.clone()
        };
        for (body, of_any, of_list) in [
            ("events=%7B%22type%22:%22a%22%7D", &["a"][..], &["!"][..]),
            (
                "events=%5B%7B%22type%22:%22a%22%7D,1%5D&b=c",
                &["a", ""],
                &["a", ""],
            ),
            ("events=[]", &[], &[]),
            ("a=b", &[""], &[""]),
            ("events=[]&events=[]", &["?"], &["?"]),
            ("Events=[]", &["?"], &["?"]),
            ("events=%zz", &["!"], &["!"]),
        ] {
            for (source, expected) in [(&source, of_any), (&lists, of_list)] {
                let expected: Vec<_> = expected.iter().map(ToString::to_string).collect();
                assert_eq!(
                    events_of(body.as_bytes(), &source.finder()),
                    Ok(expected),
                    "{body}"
                );
            }
        }
        let broken = events_of(b"events=[", &source.finder());
        assert_eq!(broken, Err(Unreadable::Incomplete));
    }
}
