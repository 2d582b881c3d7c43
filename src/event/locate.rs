//! Where in a body its readings are, for people who look into it.
//!
//! The readings are those of [`super::read`], which tells of each where it comes from. Nothing is decided by this.

use std::cell::RefCell;
use std::mem;

use super::source::Body;
use super::{Event, Finder, MAX_READINGS, Reading, Unreadable, json, text};

/// One event, and where in the body its parts are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Located<'a> {
    /// The event as [`read`](super::read) gives it.
    pub event: Event<'a>,
    /// What was read of each part, in the order they were sent, up to as many as are kept.
    pub readings: Vec<Found<'a>>,
}

/// One reading, and where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found<'a> {
    /// Which of the [parts](super::Source::parts) of the type it is.
    pub part: usize,
    /// What is read.
    pub reading: Reading<'a>,
    /// Whether a key on the way is only an alias, so that it is the type to some receivers and not to others.
    pub is_alias: bool,
    /// Byte at which the value begins; of [`Reading::Absent`], what stands where the type was looked for.
    pub offset: usize,
}

/// The events of `body` as [`read`](super::read) finds them, each reading of a member with its place. In a form nothing has
/// one.
///
/// It takes memory for each event, so it is for one body at a time and not for the way of a request.
///
/// # Errors
///
/// As [`read`](super::read), which see.
pub fn locate<'a>(body: &'a [u8], finder: &Finder<'a>) -> Result<Vec<Located<'a>>, Unreadable> {
    let mut located = Vec::new();
    if finder.source().body() != Some(Body::Json) {
        super::read(body, finder, |event| {
            located.push(Located::new(event, Vec::new()));
        })?;
        return Ok(located);
    }
    let text = text::check(body)?;
    let readings = RefCell::new(Vec::new());
    let note = |noted: json::Noted<'a, '_>| {
        readings.borrow_mut().push(Found {
            part: noted.part,
            reading: noted.reading.clone(),
            is_alias: noted.is_alias,
            // It is a part of the text.
            offset: noted.text.as_ptr().addr() - text.as_ptr().addr(),
        });
    };
    json::read(text, finder, note, |event| {
        located.push(Located::new(event, mem::take(&mut readings.borrow_mut())));
    })?;
    Ok(located)
}

impl<'a> Located<'a> {
    fn new(event: &Event<'a>, mut readings: Vec<Found<'a>>) -> Self {
        let mut of_each = [0; 2];
        readings.retain(|found| {
            let so_far = &mut of_each[usize::from(found.is_alias)];
            *so_far += 1;
            *so_far <= MAX_READINGS
        });
        Self {
            event: event.clone(),
            readings,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::select;
    use serde_json::value::RawValue;

    use super::*;
    use crate::event::tests::source;
    use crate::event::{Place, read};

    /// Each reading as what stands at its place up to the next `,` or bracket, `~` before an alias; a bar between events.
    fn found(body: &str, keys: &str) -> String {
        let source = source(keys);
        let events = locate(body.as_bytes(), &source.finder()).unwrap();
        let shown = events.iter().map(|event| {
            let readings = event.readings.iter().map(|found| {
                let rest = &body[found.offset..];
                let value = &rest[..=rest[1..].find([',', '}', ']']).unwrap_or(0)];
                let sign = if found.is_alias { "~" } else { "" };
                format!("{sign}{}{value}", found.offset)
            });
            readings.collect::<Vec<_>>().join(" ")
        });
        shown.collect::<Vec<_>>().join(" | ")
    }

    #[test]
    fn a_reading_is_where_its_value_begins() {
        let table = [
            (r#"{"type":"a"}"#, "type", r#"8"a""#),
            (r#" {"z":"type", "type" : "a" }"#, "type", r#"23"a" "#),
            (r#"{"type":"a","type":null}"#, "type", r#"8"a" 19null"#),
            (r#"{"Type":"b","type":"a"}"#, "type", r#"~8"b" 19"a""#),
            (
                r#"{"t\u0079pe":"\u0061","type\u0000":1}"#,
                "type",
                r#"13"\u0061" ~351"#,
            ),
            (
                r#"[{"type":"a"},7,{"x":1}, {"type":"b"}]"#,
                "type",
                r#"9"a" |  |  | 33"b""#,
            ),
            ("[]", "type", ""),
            ("{}", "type", ""),
            (
                r#"{"a":{"b":"1"},"a":[],"A":{"b":"2"}}"#,
                "a.b",
                r#"10"1" 19[ ~31"2""#,
            ),
            (r#"{"a":{"c":1},"a":7}"#, "a.b", r#"5{"c":1 177"#),
        ];
        for (body, keys, expected) in table {
            assert_eq!(found(body, keys), expected, "{body}");
        }
    }

    #[test]
    fn places_count_from_one_in_characters() {
        let body = "{\n  \"é\": 1,\r\n\t\"type\": \"a\"}";
        let source = source("type");
        let events = locate(body.as_bytes(), &source.finder()).unwrap();
        let offset = events[0].readings[0].offset;
        let place = |line, column| Place { line, column };
        assert_eq!(Place::of(body.as_bytes(), offset), place(3, 10));
        assert_eq!(Place::of(body.as_bytes(), 0), place(1, 1));
        let accent = body.find("\": 1").unwrap();
        assert_eq!(Place::of(body.as_bytes(), accent), place(2, 5));
        assert_eq!(Place::of(b"a\nb", 99), place(2, 2));
        assert_eq!(Place::of(b"\xff\xffa", 2), place(1, 3));
    }

    #[test]
    fn what_makes_a_body_unreadable_has_a_place() {
        let table: &[(&[u8], (usize, usize))] = &[
            (b"", (1, 1)),
            (b"{\"type\":\n", (2, 1)),
            (b"\xef\xbb\xbf{}", (1, 1)),
            (b"\xff\xfe{\0", (1, 1)),
            ("{\"é\":\"\u{e9}\",\n\"é\": \"".as_bytes(), (2, 7)),
            (b"{\"a\":\n\"\xc3\xa9\xff\"}", (2, 3)),
            (b"{\n \"z\":\"\\ud800\"}", (2, 7)),
            ("{\"é\":\n \"é\" x}".as_bytes(), (2, 6)),
            (b"{\"a\":1}\n\nx", (3, 1)),
            (b"[{\"type\":\"a\"},\n {\"type\":b}]", (2, 10)),
        ];
        for (body, (line, column)) in table {
            let why = locate(body, &source("type").finder()).unwrap_err();
            let shown = body.escape_ascii();
            let place = why.place(body);
            assert_eq!((place.line, place.column), (*line, *column), "{shown}");
        }
    }

    #[test]
    fn what_is_not_kept_has_no_place() {
        let body = format!("{{{}}}", vec![r#""type":"a""#; MAX_READINGS + 1].join(","));
        let source = source("type");
        let events = locate(body.as_bytes(), &source.finder()).unwrap();
        assert_eq!(events[0].readings.len(), MAX_READINGS);
        assert!(events[0].event.overflow);
    }

    /// What bodies are made of, between bars.
    const PIECES: &str =
        "{|}|[|]|,|:|\"type\"|\"a\"|\"\\u0062\"|1e400|null| |\n|é|\"\\ud800\"|\u{feff}";
    const KEYS: &str = r#""type"|"Type"|"typ\u0065"|"type\u0000"|"a"|"A"|"b"|"\u0062"|"id"|"é""#;
    const VALUES: &str =
        r#""a"|"\u0062"|"é"|1e400| null |[]|{}|{"b":"x"}|{"b":1,"B":"x"}|{"a":{"b":"x"}, "a":7}"#;

    fn pieces_of(all: &'static str) -> impl Strategy<Value = &'static str> + Clone {
        select(all.split('|').collect::<Vec<_>>())
    }

    fn bodies() -> impl Strategy<Value = String> {
        let member = (pieces_of(KEYS), pieces_of(VALUES));
        let object = vec(member, 0..5)
            .prop_map(|members| {
                let members = members.iter().map(|(key, value)| format!("{key}: {value}"));
                format!("{{{}}}", members.collect::<Vec<_>>().join(",\n"))
            })
            .boxed();
        let batch =
            vec(object.clone(), 0..4).prop_map(|objects| format!("[{}]", objects.join(",")));
        let rubbish = vec(pieces_of(PIECES), 0..8).prop_map(|pieces| pieces.concat());
        prop_oneof![object, batch, rubbish]
    }

    proptest! {
        #[test]
        fn it_agrees_with_what_is_read(
            body in bodies(),
            keys in select(&["type", "a.b", "a", "id", "a.a.b"][..]),
        ) {
            let source = source(keys);
            let mut events = Vec::new();
            let read = read(body.as_bytes(), &source.finder(), |event| events.push(event.clone()));
            match locate(body.as_bytes(), &source.finder()) {
                Err(why) => {
                    prop_assert_eq!(read, Err(why));
                    let place = why.place(body.as_bytes());
                    let lines: Vec<_> = body.split('\n').collect();
                    prop_assert!(place.line <= lines.len(), "{} {:?}", body, place);
                    let length = lines[place.line - 1].chars().count();
                    prop_assert!(place.column <= length + 1, "{} {:?}", body, place);
                }
                Ok(located) => {
                    prop_assert_eq!(read, Ok(()));
                    prop_assert_eq!(located.len(), events.len());
                    for (located, event) in located.iter().zip(&events) {
                        let of = |is_alias| {
                            let found = located.readings.iter();
                            let found = found.filter(move |found| found.is_alias == is_alias);
                            found.map(|found| found.reading.clone()).collect::<Vec<_>>()
                        };
                        prop_assert_eq!(of(false), event.types.clone());
                        prop_assert_eq!(of(true), event.aliases.clone());
                        prop_assert_eq!(&located.event, event);
                        for found in &located.readings {
                            is_at_its_place(&body, found);
                        }
                    }
                }
            }
        }
    }

    /// What stands at the place of a reading is that reading.
    fn is_at_its_place(body: &str, found: &Found<'_>) {
        let rest = &body[found.offset..];
        let mut values = serde_json::Deserializer::from_str(rest).into_iter::<&RawValue>();
        let value = values.next().unwrap().unwrap().get();
        match &found.reading {
            Reading::String(name) => {
                let string = serde_json::from_str(value);
                assert_eq!(string.unwrap_or_else(|_| value.to_owned()), *name);
            }
            Reading::NotAString => assert!(!value.is_empty(), "{body}"),
            Reading::Scattered => panic!("there are no lists on the way"),
            Reading::Absent => assert!(!value.starts_with(['"', '[']), "{body}"),
        }
    }
}
