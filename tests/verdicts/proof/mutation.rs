//! Real events, and mistakes in them.

use super::source::Choices;

/// Events as they are sent, shortened.
const EVENTS: [&str; 6] = [
    include_str!("events/stripe.json"),
    include_str!("events/github.json"),
    include_str!("events/denied.json"),
    include_str!("events/escaped.json"),
    r#"{"id":"1","type":"batch.created"}"#,
    r#"{"type":"event_callback","event":{"user":{"type":"U"},"type":"batch.a","ts":"1"},"id":"Ev1"}"#,
];

/// What is put where it does not belong, or does.
const TOKENS: [&str; 30] = [
    "\"",
    "\\",
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "\\\"",
    "\\\\",
    "\\u0022",
    "\\ud800",
    "\n",
    "\0",
    "\u{feff}",
    " ",
    "type",
    "Type",
    "\"type\":",
    "\"batch.a\"",
    "\"type\":\"batch.a\",",
    "\"\\u0074ype\":\"a\",",
    "\\u0000",
    "\u{131}",
    "\u{212A}",
    "\"event\":{\"type\":\"a\"},",
    "\"object\":{",
    "{}",
    "null",
    "}{",
];

/// One of the events, changed in up to eight places.
pub fn write(source: &mut Choices<'_>) -> Vec<u8> {
    let mut body = source.one_of(&EVENTS).as_bytes().to_vec();
    for _ in 0..source.below(9) {
        if body.is_empty() {
            break;
        }
        let at = source.below(body.len());
        let to = body.len().min(at + source.length());
        match source.byte() % 6 {
            0 => body[at] = source.byte(),
            1 => drop(body.drain(at..to)),
            2 => body.truncate(at),
            3 => {
                let copied = body[at..to].to_vec();
                let into = source.below(body.len());
                body.splice(into..into, copied);
            }
            4 => drop(body.splice(at..at, std::iter::repeat_n(b' ', to - at))),
            _ => drop(body.splice(at..at, source.one_of(&TOKENS).bytes())),
        }
    }
    body
}
