//! Well-formed JSON, most of it objects with a type, written in as many ways as there are.

use super::source::Choices;

/// Keys: the type, its aliases, those that are nearly so, and the id.
const KEYS: [&str; 32] = [
    "type",
    "type",
    "type",
    "type",
    "a",
    "a",
    "a",
    "A",
    "Type",
    "tYPE",
    "type\0",
    "TYPE\0x",
    "ty\0pe",
    "\0type",
    "typ",
    "types",
    "id",
    "id",
    "ID",
    "\u{131}d",
    "\u{130}D",
    "kiss",
    "KISS\0",
    "k\u{131}\u{DF}",
    "\u{212A}\u{130}\u{17F}S",
    "ki\u{307}ss",
    "kis",
    "",
    "\"type",
    "type\\",
    "ty{pe",
    "i\u{17F}",
];

/// Types, denied ones first.
const NAMES: [&str; 12] = [
    "batch.created",
    "batch.",
    "batch.é",
    "a",
    "batch",
    "invoice.paid",
    "t",
    "",
    "\"batch.a\"",
    "\\",
    "b😀",
    "x\n",
];

/// What is not a string, and nests nothing.
const PLAIN: [&str; 14] = [
    "0",
    "-0",
    "-17",
    "999999999999999",
    "1234567890123456",
    "null",
    "true",
    "false",
    "-1.5e+300",
    "1e400",
    "[]",
    "{}",
    "[[],{}]",
    r#"{"type":"batch.a"}"#,
];

/// Characters of strings, most of them of a kind that matters.
const CHARS: [char; 16] = [
    '"', '\\', '{', '}', '[', ']', ':', ',', 'a', 't', 'u', ' ', '\n', '\u{0}', 'é', '😀',
];

/// Deep enough for all that depth may do.
const DEPTH: usize = 6;

/// Writes one document.
pub fn write(source: &mut Choices<'_>) -> String {
    let mut out = String::new();
    space(source, &mut out);
    match source.byte() {
        0..240 => object(source, DEPTH, &mut out),
        240..248 => array(source, DEPTH, &mut out),
        _ => value(source, 0, &mut out),
    }
    space(source, &mut out);
    out
}

fn value(source: &mut Choices<'_>, depth: usize, out: &mut String) {
    match source.byte() % 8 {
        0 | 1 if depth > 0 => object(source, depth, out),
        2 if depth > 0 => array(source, depth, out),
        3 => string(&any_text(source), source, out),
        4 => out.push_str(source.one_of(&PLAIN)),
        _ => string(source.one_of(&NAMES), source, out),
    }
}

fn object(source: &mut Choices<'_>, depth: usize, out: &mut String) {
    // At times more members than are kept as readings.
    let most = if source.byte() == 255 { 40 } else { 6 };
    list(source, ['{', '}'], most, out, |source, out| {
        let chosen = source.byte();
        if chosen < 220 {
            string(source.one_of(&KEYS), source, out);
        } else {
            string(&any_text(source), source, out);
        }
        space(source, out);
        out.push(':');
        space(source, out);
        if chosen % 3 == 0 && depth > 1 {
            // Somewhere for a path to lead to.
            object(source, depth - 1, out);
        } else {
            value(source, depth - 1, out);
        }
    });
}

fn array(source: &mut Choices<'_>, depth: usize, out: &mut String) {
    list(source, ['[', ']'], 4, out, |source, out| {
        value(source, depth - 1, out);
    });
}

fn list(
    source: &mut Choices<'_>,
    [open, close]: [char; 2],
    most: usize,
    out: &mut String,
    mut item: impl FnMut(&mut Choices<'_>, &mut String),
) {
    out.push(open);
    for number in 0..source.below(most) {
        if number > 0 {
            out.push(',');
        }
        space(source, out);
        item(source, out);
        space(source, out);
    }
    out.push(close);
}

fn any_text(source: &mut Choices<'_>) -> String {
    let mut text = String::new();
    for _ in 0..source.below(4) {
        let char = source.one_of(&CHARS);
        text.extend(std::iter::repeat_n(char, source.length()));
    }
    text
}

/// A string, each of its characters in one of the ways it can be written.
fn string(text: &str, source: &mut Choices<'_>, out: &mut String) {
    let escapes = source.byte();
    out.push('"');
    for char in text.chars() {
        let choice = if escapes < 128 { 0 } else { source.byte() % 4 };
        match (choice, char) {
            (0 | 1, '"' | '\\' | '/') => out.extend(['\\', char]),
            (0 | 1, '\n') => out.push_str("\\n"),
            (0..3, ' '..) if char != '"' && char != '\\' => out.push(char),
            _ => {
                for unit in char.encode_utf16(&mut [0; 2]) {
                    out.push_str("\\u");
                    for shift in [12, 8, 4, 0] {
                        out.extend(char::from_digit(u32::from(*unit >> shift & 15), 16));
                    }
                }
            }
        }
    }
    out.push('"');
}

fn space(source: &mut Choices<'_>, out: &mut String) {
    match source.byte() {
        0..160 => {}
        160..240 => out.push(source.one_of(&[' ', '\n', '\r', '\t'])),
        _ => out.extend(std::iter::repeat_n(' ', source.length())),
    }
}
