//! Forms, written from choices, and a reader of them that is obviously right.

use hooksieve::event::{Event, Reading};

use super::naive::is_alias;
use super::source::Choices;

/// What a form is made of: names that are the type, or nearly so, signs, and values.
const PARTS: [&str; 32] = [
    "type",
    "type",
    "type",
    "Type",
    "t%79pe",
    "%54YPE",
    "typ",
    "types",
    "type%00",
    "+type",
    "%20type",
    "ty.pe",
    "type[]",
    "type%5Ba%5D",
    "&",
    "&",
    "&",
    "=",
    "=",
    "=",
    ";",
    "+",
    "%",
    "%4",
    "%ff",
    "%C3%A9",
    "batch.a",
    "a",
    "b%61",
    "%2e",
    "[",
    "\u{e9}",
];

/// Writes a form, or what is nearly one.
pub fn write(choices: &mut Choices<'_>) -> Vec<u8> {
    let count = choices.below(24);
    let parts = (0..count).map(|_| choices.one_of(&PARTS));
    parts.collect::<String>().into_bytes()
}

/// The event of a form whose type is in this field; `None` if it is no form.
pub fn event(body: &[u8], name: &str) -> Option<Event<'static>> {
    let is_visible = body.iter().all(|byte| (b'!'..=b'~').contains(byte));
    if !is_visible || body.is_empty() || b"{[\"<".contains(&body[0]) {
        return None;
    }
    let form = str::from_utf8(body).ok()?;
    let mut event = Event::default();
    for field in form.split('&') {
        if let Some((reading, is_alias)) = field_of(field, name) {
            event.push(reading, is_alias);
        }
        let fields: Vec<_> = field.split(';').collect();
        if fields.len() > 1 {
            for (reading, _) in fields.iter().filter_map(|field| field_of(field, name)) {
                event.push(reading, true);
            }
        }
    }
    Some(event)
}

/// What a field is read as, and whether its name is only an alias.
fn field_of(field: &str, name: &str) -> Option<(Reading<'static>, bool)> {
    let mut sides = field.splitn(2, '=');
    let key = decoded(sides.next()?)?;
    let value = match decoded(sides.next().unwrap_or("")) {
        Some(value) => Reading::String(value.into()),
        None => Reading::NotAString,
    };
    if key == name {
        return Some((value, false));
    }
    let in_php = |name: &str| {
        let name = name.trim_start_matches(' ');
        let char = |char| {
            if char == '.' || char == '[' {
                '_'
            } else {
                char
            }
        };
        name.replace(' ', "_").chars().map(char).collect::<String>()
    };
    let is_same = |key: &str| {
        key == name
            || is_alias(key, name)
            || in_php(key) == in_php(name)
            || is_alias(&in_php(key), &in_php(name))
    };
    if is_same(&key) {
        Some((value, true))
    } else if key.contains('[') && is_same(key.split('[').next()?) {
        Some((Reading::NotAString, true))
    } else {
        None
    }
}

fn decoded(written: &str) -> Option<String> {
    let spaced = written.replace('+', " ");
    let mut pieces = spaced.split('%');
    let mut bytes = pieces.next()?.as_bytes().to_vec();
    for piece in pieces {
        let digits = piece
            .get(..2)
            .filter(|two| two.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
        bytes.extend(piece[2..].bytes());
    }
    String::from_utf8(bytes).ok()
}
