//! A reader so naive that it is obviously right: it makes a tree of the whole document, then walks it.

use std::borrow::Cow;

use hooksieve::event::{Event, MAX_READINGS, Reading};

use super::Place;

/// A value with all its members, in the order they were sent.
enum Json {
    Object(Vec<(String, Json)>),
    Array(Vec<Json>),
    String(String),
    Number(String),
    Null,
    Plain,
}

/// The events of a body that is known to be well-formed, whose type is in `place`, with `given` for what is not in it.
pub fn events(body: &[u8], place: &Place, given: &Event<'static>) -> Vec<Event<'static>> {
    let mut rest = str::from_utf8(body).expect("well-formed, so UTF-8");
    let document = Json::read(&mut rest);
    let mut events = Vec::new();
    let mut each = |element: Result<&Json, Reading<'static>>| {
        events.push(match element {
            Ok(json) => joined(json, place, given),
            Err(reading) => {
                let mut event = Event::default();
                event.push(reading, false);
                event
            }
        });
    };
    match (&document, place.lists) {
        (Json::Array(_), [[], ..]) => lists(&document, place.lists, &mut each),
        (Json::Array(elements), _) => {
            for element in elements {
                lists(element, place.lists, &mut each);
            }
        }
        _ => lists(&document, place.lists, &mut each),
    }
    events
}

type Each<'e> = &'e mut dyn FnMut(Result<&Json, Reading<'static>>);

/// The elements of the innermost list, and what stands where one of these lists should.
fn lists(json: &Json, all: &[&[&str]], each: Each<'_>) {
    let Some((keys, inner)) = all.split_first() else {
        return each(Ok(json));
    };
    let Some((key, keys)) = keys.split_first() else {
        return match json {
            Json::Array(elements) => elements.iter().for_each(|one| lists(one, inner, each)),
            Json::Null => {}
            _ => each(Err(Reading::NotAString)),
        };
    };
    let members = match json {
        Json::Object(members) => members,
        Json::String(_) | Json::Array(_) => return each(Err(Reading::NotAString)),
        _ => return each(Err(Reading::Absent)),
    };
    let rest: Vec<&[&str]> = [&[keys], inner].concat();
    let exact = || members.iter().filter(|(other, _)| other == key);
    exact().for_each(|(_, value)| lists(value, &rest, each));
    let aliases = members
        .iter()
        .filter(|(other, _)| is_alias(other, key))
        .count();
    match (exact().count(), aliases) {
        (1, 0) => {}
        (0, 0) => each(Err(Reading::Absent)),
        _ => each(Err(Reading::Scattered)),
    }
}

/// The event whose type has the parts of `place`: all ways to choose one reading of each.
fn joined(json: &Json, place: &Place, given: &Event<'static>) -> Event<'static> {
    let parts = place.parts.iter().map(|keys| match keys {
        [] => given.clone(),
        keys => event(json, keys),
    });
    let parts: Vec<_> = parts.collect();
    if let [only] = &parts[..] {
        return only.clone();
    }
    let readings: Vec<Vec<_>> = parts
        .iter()
        .map(|part| {
            let nothing = [Reading::Absent];
            let types = if part.types.is_empty() {
                &nothing[..]
            } else {
                &part.types
            };
            let types = types.iter().map(|reading| (reading.clone(), false));
            let aliases = part.aliases.iter().map(|reading| (reading.clone(), true));
            types.chain(aliases).collect()
        })
        .collect();
    let ways = readings.iter().map(Vec::len).product();
    let mut event = Event {
        overflow: parts.iter().any(|part| part.overflow) || ways > 2 * MAX_READINGS,
        id: parts.iter().find_map(|part| part.id.clone()),
        ..Event::default()
    };
    for mut way in (0..ways).take(2 * MAX_READINGS + 1) {
        let mut chosen = Vec::new();
        for all in readings.iter().rev() {
            chosen.insert(0, &all[way % all.len()]);
            way /= all.len();
        }
        let is_alias = chosen.iter().any(|(_, is_alias)| *is_alias);
        let has = |reading| chosen.iter().any(|(one, _)| *one == reading);
        let names: Vec<_> = chosen
            .iter()
            .filter_map(|(one, _)| one.name().cloned())
            .collect();
        event.push(
            if has(Reading::NotAString) {
                Reading::NotAString
            } else if names.is_empty() {
                Reading::Absent
            } else {
                Reading::String(names.join(".").into())
            },
            is_alias,
        );
    }
    event
}

/// One part of the type of an event: what is at the end of a path with these keys.
fn event(json: &Json, keys: &[&str]) -> Event<'static> {
    let Json::Object(members) = json else {
        return Event::default();
    };
    let mut readings = Vec::new();
    walk(members, keys, false, &mut readings);
    if !members.iter().any(|(key, _)| key == keys[0]) {
        // Not a chain that ends early: none begins.
        readings.pop();
    }
    let (aliases, types): (Vec<_>, Vec<_>) = readings.into_iter().partition(|(alias, _)| *alias);
    let overflow = types.len() > MAX_READINGS || aliases.len() > MAX_READINGS;
    let id = members.iter().rfind(|(key, _)| key == "id");
    let id = id.filter(|(key, _)| key != keys[0] && !is_alias(key, keys[0]));
    let kept = |all: Vec<(bool, Reading<'static>)>| {
        let readings = all.into_iter().map(|(_, reading)| reading);
        readings.take(MAX_READINGS).collect()
    };
    Event {
        types: kept(types),
        aliases: kept(aliases),
        overflow,
        id: match id {
            Some((_, value)) => value.name().map(Cow::Owned),
            None => None,
        },
    }
}

/// Every reading at the end of these keys, and whether one of them was an alias.
fn walk(
    members: &[(String, Json)],
    keys: &[&str],
    alias: bool,
    readings: &mut Vec<(bool, Reading<'static>)>,
) {
    for (key, value) in members {
        if key != keys[0] && !is_alias(key, keys[0]) {
            continue;
        }
        let alias = alias || key != keys[0];
        let reading = match (&keys[1..], value) {
            ([], value) => match value.name() {
                Some(name) => Reading::String(Cow::Owned(name)),
                None => Reading::NotAString,
            },
            (_, Json::String(_) | Json::Array(_)) => Reading::NotAString,
            (_, Json::Number(_) | Json::Null | Json::Plain) => Reading::Absent,
            (inner, Json::Object(members)) => {
                walk(members, inner, alias, readings);
                continue;
            }
        };
        readings.push((alias, reading));
    }
    if !members.iter().any(|(key, _)| key == keys[0]) {
        readings.push((alias, Reading::Absent));
    }
}

/// Whether some receiver takes this key for that one, though they differ.
pub fn is_alias(key: &str, other: &str) -> bool {
    let fold = |text: &str| {
        let before_nul = text.split('\0').next().unwrap_or_default();
        let one_i = before_nul.replace(['I', '\u{130}', '\u{131}'], "i");
        one_i.replace('\u{307}', "").to_lowercase().to_uppercase()
    };
    key != other && fold(key) == fold(other)
}

impl Json {
    /// The type that it is, if it is one.
    fn name(&self) -> Option<String> {
        match self {
            Self::String(name) => Some(name.clone()),
            Self::Number(written) => {
                let number: i64 = written.parse().ok()?;
                let is_exact = number.abs() < 1_000_000_000_000_000;
                (is_exact && number.to_string() == *written).then(|| written.clone())
            }
            _ => None,
        }
    }

    /// Takes a value off a well-formed text.
    fn read(text: &mut &str) -> Self {
        *text = text.trim_ascii_start();
        match text.as_bytes()[0] {
            b'{' => Self::Object(list(text, '}', |text| {
                let key = string(text);
                assert!(skip(text, ':'), "well-formed");
                (key, Self::read(text))
            })),
            b'[' => Self::Array(list(text, ']', Self::read)),
            b'"' => Self::String(string(text)),
            first => {
                let end = text.find(|char| ",]} \n\r\t".contains(char));
                let (written, rest) = text.split_at(end.unwrap_or(text.len()));
                *text = rest;
                match first {
                    b'-' | b'0'..=b'9' => Self::Number(written.to_owned()),
                    b'n' => Self::Null,
                    _ => Self::Plain,
                }
            }
        }
    }
}

fn list<T>(text: &mut &str, close: char, mut item: impl FnMut(&mut &str) -> T) -> Vec<T> {
    let mut items = Vec::new();
    *text = &text[1..];
    while !skip(text, close) {
        skip(text, ',');
        items.push(item(text));
    }
    items
}

/// Takes this sign off, if it comes next.
fn skip(text: &mut &str, sign: char) -> bool {
    let rest = text.trim_ascii_start().strip_prefix(sign);
    *text = rest.unwrap_or(text);
    rest.is_some()
}

fn string(text: &mut &str) -> String {
    *text = text.trim_ascii_start();
    let mut escaped = false;
    let end = text.bytes().skip(1).position(|byte| {
        let ends = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        ends
    });
    let (json, rest) = text.split_at(end.expect("well-formed") + 2);
    *text = rest;
    serde_json::from_str(json).expect("well-formed")
}
