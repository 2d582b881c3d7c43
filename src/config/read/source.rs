//! Where the type is, as it is written: `"event.type"`, `"events[].type"`, `"header:X-GitHub-Event"`, ….

use std::sync::Arc;

use http::HeaderName;
use toml::de::DeValue;

use super::filter::pattern;
use crate::config::value::{kind, plain, string};
use crate::event::{self, Document, List, Part, Path};
use crate::route::{Handshake, InHead, Source};

const RIGHT: &str = r#"where the type is, as "type", "event.type" or "header:X-GitHub-Event""#;
const RIGHT_HANDSHAKE: &str = r#"where to look and what is there, as "type=url_verification""#;
/// So many parts make a type. More would be a mistake.
const MOST: usize = 8;

/// One source, or a list of those whose readings are joined.
pub(super) fn source(value: &DeValue<'_>) -> Result<Source, String> {
    match value {
        DeValue::Array(entries) => {
            let mut parts = Vec::new();
            for entry in entries {
                let text = string(entry.get_ref(), RIGHT)
                    .map_err(|wrong| format!("has an entry that {wrong}"))?;
                parts.push(part(text).map_err(|wrong| format!("has {text:?}, which {wrong}"))?);
            }
            match parts.len() {
                0 => Err(format!("is empty; write {RIGHT}")),
                1..=MOST => joined(parts),
                _ => Err(format!("has more than {MOST} parts; write fewer")),
            }
        }
        DeValue::String(text) => joined(vec![part(plain(text)?)?]),
        other => Err(format!("is {}; write {RIGHT}", kind(other))),
    }
}

/// An entry of `filter.handshake`.
pub(super) fn handshake(written: &str) -> Result<Handshake, String> {
    let Some((place, value)) = written.split_once('=') else {
        return Err(format!("has no = in it; write {RIGHT_HANDSHAKE}"));
    };
    if value.is_empty() {
        return Err(format!("has nothing behind its =; write {RIGHT_HANDSHAKE}"));
    }
    Ok(Handshake {
        source: joined(vec![part(place.trim_ascii_end())?])?,
        value: [pattern(value.trim_ascii_start())?].into_iter().collect(),
        written: Arc::from(written),
    })
}

/// One part, as it is written and as it is meant.
struct Written {
    text: Arc<str>,
    place: Place,
}

enum Place {
    Head(InHead),
    Field(Box<str>),
    Member(Document, Vec<List>, Path),
}

fn part(text: &str) -> Result<Written, String> {
    let place = match text.split_once(':') {
        Some(("header", name)) => Place::Head(InHead::Header(header(name)?)),
        Some(("query", name)) => Place::Head(InHead::Query(named(name, "query:topic")?)),
        Some(("form", name)) => match name.split_once(':') {
            Some((name, path)) => {
                let (lists, path) = path_to(path)?;
                let name = named(name, "form:payload:type")?;
                Place::Member(Document::Field(name), lists, path)
            }
            None => Place::Field(named(name, "form:type")?),
        },
        Some(_) => {
            return Err(format!(
                "is no source that is known (header:, query:, form:, or a path without a colon); write {RIGHT}"
            ));
        }
        None => {
            let (lists, path) = path_to(text)?;
            Place::Member(Document::Body, lists, path)
        }
    };
    Ok(Written {
        text: Arc::from(text),
        place,
    })
}

fn header(name: &str) -> Result<HeaderName, String> {
    HeaderName::from_bytes(name.as_bytes()).map_err(|_| {
        r#"names no header field; write its name behind the colon, as "header:X-GitHub-Event""#
            .to_owned()
    })
}

fn named(name: &str, right: &str) -> Result<Box<str>, String> {
    if name.is_empty() {
        return Err(format!("names nothing; write {right:?}"));
    }
    Ok(name.into())
}

/// The lists on the way, and the path in each event.
fn path_to(text: &str) -> Result<(Vec<List>, Path), String> {
    if text.is_empty() {
        return Err(format!("is empty; write {RIGHT}"));
    }
    let (mut lists, mut keys) = (Vec::new(), List::new());
    for (number, segment) in text.split('.').enumerate() {
        let key = segment.trim_end_matches("[]");
        let is_list = key.len() < segment.len();
        if key.is_empty() && !(number == 0 && is_list) {
            return Err("has an empty key in it; write the keys with one dot between them, as \"event.type\"".to_owned());
        }
        if key.contains(['[', ']']) {
            return Err("has a bracket that is not []; write [] behind the key of a list, as \"events[].type\"".to_owned());
        }
        if !key.is_empty() {
            keys.push(key.into());
        }
        for _ in 0..(segment.len() - key.len()) / 2 {
            lists.push(std::mem::take(&mut keys));
        }
    }
    let mut keys = keys.into_iter();
    let first = keys.next().ok_or_else(|| {
        format!("ends with a list; write the key of the type in each of its elements too, as \"{text}.type\"")
    })?;
    Ok((lists, keys.fold(Path::member(first), Path::then)))
}

/// All parts, which must not be in different bodies or lists.
fn joined(parts: Vec<Written>) -> Result<Source, String> {
    let mut source = Source {
        head: Vec::new(),
        event: event::Source {
            document: Document::Body,
            lists: Vec::new(),
            parts: Vec::new(),
        },
        written: Vec::new(),
    };
    let (mut members, mut fields) = (None, false);
    for Written { text, place } in parts {
        source.written.push(text);
        source.event.parts.push(match place {
            Place::Head(part) => {
                source.head.push(part);
                Part::Given
            }
            Place::Field(name) => {
                fields = true;
                Part::Field(name)
            }
            Place::Member(document, lists, path) => {
                let place = (document, lists);
                if members.get_or_insert_with(|| place.clone()) != &place {
                    return Err("has parts that are not in the same list of events; write them with the same keys up to the last []".to_owned());
                }
                Part::Member(path)
            }
        });
    }
    if fields && members.is_some() {
        return Err(
            "has parts in a form beside parts in JSON; a body is only one of them".to_owned(),
        );
    }
    if let Some((document, lists)) = members {
        source.event.document = document;
        source.event.lists = lists;
    }
    Ok(source)
}

#[cfg(test)]
mod tests {
    use toml::de::DeTable;

    use super::*;
    use crate::policy::Pattern;

    fn read(written: &str) -> Source {
        let text = format!("type = {written}");
        let table = DeTable::parse(&text).unwrap();
        source(table.get_ref()["type"].get_ref()).unwrap()
    }

    /// Lists in brackets, then the parts.
    fn shown(source: &Source) -> String {
        let document = match &source.event.document {
            Document::Body => String::new(),
            Document::Field(name) => format!("{name}:"),
        };
        let lists = source
            .event
            .lists
            .iter()
            .map(|keys| format!("[{}]", keys.join(".")));
        let mut head = source.head.iter();
        let parts = source.event.parts.iter().map(|part| match part {
            Part::Given => format!("{:?}", head.next().expect("one for each")),
            Part::Member(path) => path.to_string(),
            Part::Field(name) => format!("field {name}"),
        });
        let parts: Vec<_> = parts.collect();
        format!(
            "{document}{} {}",
            lists.collect::<String>(),
            parts.join(" + ")
        )
    }

    #[test]
    fn what_is_written_is_what_is_meant() {
        for (written, expected) in [
            (r#""type""#, " type"),
            (r#""event-data.event""#, " event-data.event"),
            (r#""[].event""#, "[] event"),
            (r#""events[].a.b""#, "[events] a.b"),
            (r#""entry[].changes[].field""#, "[entry][changes] field"),
            (r#""a.b[].c[][].d""#, "[a.b][c][] d"),
            (r#""header:X-GitHub-Event""#, r#" Header("x-github-event")"#),
            (r#""query:topic""#, r#" Query("topic")"#),
            (r#""form:a[b].c""#, " field a[b].c"),
            (r#""form:payload:event.type""#, "payload: event.type"),
            (r#""form:events:[].event""#, "events:[] event"),
            (r#"["header:A", "action"]"#, r#" Header("a") + action"#),
            (
                r#"["e[].a", "query:b", "e[].c"]"#,
                r#"[e] a + Query("b") + c"#,
            ),
            (r#"["form:a", "form:b"]"#, " field a + field b"),
        ] {
            assert_eq!(shown(&read(written)), expected, "{written}");
        }
    }

    #[test]
    fn a_handshake_is_a_place_and_what_is_there() {
        for (written, place, value) in [
            ("type=url_verification", " type", "url_verification"),
            ("a.b = c = d", " a.b", "c = d"),
            ("header:X-A=b", r#" Header("x-a")"#, "b"),
            ("[].eventType=a.*", "[] eventType", "a.*"),
            ("header:X-Hook-Secret=*", r#" Header("x-hook-secret")"#, "*"),
        ] {
            let handshake = handshake(written).unwrap();
            assert_eq!(shown(&handshake.source), place);
            let values: Vec<_> = handshake.value.iter().map(Pattern::as_str).collect();
            assert_eq!(values, [value]);
            assert_eq!(&*handshake.written, written);
        }
    }
}
