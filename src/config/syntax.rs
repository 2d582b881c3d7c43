//! What to say of a text that is not TOML.

use std::borrow::Cow;

use toml::Spanned;
use toml::de::{DeTable, DeValue, Error};

use super::problem::{Problem, line, without_credentials};

/// Quotes that a word processor or a web page makes of `"` and `'`, but for the one that is an apostrophe as well.
const TYPOGRAPHIC: [char; 11] = ['“', '”', '„', '‟', '«', '»', '‹', '›', '‘', '‚', '‛'];
/// The one that is an apostrophe as well.
const APOSTROPHE: char = '’';

/// A line longer than this is not repeated.
const LONG: usize = 80;

/// The parser's words for a text without quotes, by what it begins with: any letter, t or f, a digit.
const UNQUOTED: [&str; 3] = [
    "string values must be quoted",
    "invalid boolean",
    "invalid float",
];

/// What is wrong at the error that ended the parsing of `source`.
pub(super) fn problem(source: &str, error: &Error) -> Problem {
    let is_unquoted = UNQUOTED
        .iter()
        .any(|words| error.message().starts_with(words));
    let mut span = error.span().unwrap_or_default();
    if is_unquoted {
        let gap = source[..span.start].rfind([' ', '\t', '\n', '=', '[', ',']);
        span.start = gap.map_or(0, |gap| gap + 1);
    }
    if is_beside_secret(&source[..span.start]) {
        let text = "not TOML: what is beside secret is not repeated here; write \"env:NAME\" or \"file:/path\"";
        return Problem::at_end_of(&source[..span.start], text.to_owned());
    }
    if let Some(problem) = typographic(source, span.start) {
        return problem;
    }
    let (before, found) = (&source[..span.start], &source[span]);
    if error.message() == "duplicate key" {
        return duplicate(before, found);
    }
    let found = found.lines().next().unwrap_or_default();
    let found = found.escape_debug().to_string();
    let text = match (&*without_credentials(&found), is_unquoted) {
        ("", true) => "not TOML: a value is missing".to_owned(),
        (found, true) => format!("not TOML: {found} needs quotes, as \"{found}\""),
        ("", false) => format!("not TOML: {}", error.message()),
        (found, false) => format!("not TOML at {found}: {}", error.message()),
    };
    Problem::at_end_of(before, text)
}

/// Whether what comes behind `before` may be a secret, since it is in the value of such a key.
fn is_beside_secret(before: &str) -> bool {
    for line in before.lines().rev() {
        if line.contains("secret") {
            return !line.trim_start().starts_with('#');
        }
        let name = line.trim_start().split('=').next().unwrap_or_default();
        let is_key = !name.is_empty() && name.ends_with(' ') && line.contains('=');
        if is_key || line.trim_start().starts_with('[') {
            return false;
        }
    }
    false
}

/// `text` without the typographic quotes around it, if there are some.
pub(super) fn without_typographic_quotes(text: &str) -> Option<&str> {
    let text = text.trim();
    let bare = text.trim_matches(|c| c == APOSTROPHE || TYPOGRAPHIC.contains(&c));
    (text.starts_with(TYPOGRAPHIC) && bare.len() < text.len()).then_some(bare)
}

/// The problem of the line that holds the byte `offset`, if a typographic quote is in it.
fn typographic(source: &str, offset: usize) -> Option<Problem> {
    let start = source[..offset]
        .rfind('\n')
        .map_or(0, |newline| newline + 1);
    let written = source[start..].lines().next().unwrap_or_default();
    // What stands in a comment does no harm.
    let written = written.split(" #").next().unwrap_or_default().trim_end();
    let quotes = typographic_quotes(written);
    let quote = written[*quotes.first()?..].chars().next()?;
    let mended: String = written
        .char_indices()
        .map(|(at, c)| if quotes.contains(&at) { '"' } else { c })
        .collect();
    let mended = without_credentials(mended.trim_start());
    let remedy = if mended.chars().count() > LONG || mended.contains(char::is_control) {
        "write \" in its place".to_owned()
    } else {
        format!("write {mended}")
    };
    Some(Problem::at_end_of(
        &source[..start + quotes[0]],
        format!("not TOML: {quote} is a typographic quote; {remedy}"),
    ))
}

/// Where in a line there are typographic quotes that are not a part of its text.
fn typographic_quotes(line: &str) -> Vec<usize> {
    // Where a straight quote has no other, a typographic one may stand for that.
    let is_odd = line.matches('"').count() % 2 == 1;
    let mut is_text = false;
    let mut quotes = Vec::new();
    for (at, c) in line.char_indices() {
        let is_within_word = || {
            line[..at].ends_with(char::is_alphanumeric)
                && line[at + c.len_utf8()..].starts_with(char::is_alphanumeric)
        };
        is_text ^= c == '"';
        let is_quote = TYPOGRAPHIC.contains(&c) || (c == APOSTROPHE && !is_within_word());
        if is_quote && (is_odd || !is_text) {
            quotes.push(at);
        }
    }
    quotes
}

/// The problem of a key or section `found`, as written, behind `before`, which has it already.
fn duplicate(before: &str, found: &str) -> Problem {
    let is_section = before.trim_end_matches([' ', '\t']).ends_with('[');
    let lines = before.rfind('\n').map_or("", |newline| &before[..=newline]);
    let table = DeTable::parse(lines).ok();
    let table = table.as_ref().map(Spanned::get_ref);
    let key = found.trim_matches(['"', '\'']);
    let first = table.and_then(|table| place_of(table, key, is_section));
    let (name, remedy) = if is_section {
        let list = table.and_then(|table| list_behind(table, first?));
        let remedy = match list {
            Some(list) => format!("for the [[{list}]] above it write [{list}.{found}]"),
            None => "put the keys of both below one of them".to_owned(),
        };
        (Cow::Owned(format!("[{found}]")), remedy)
    } else {
        (Cow::Borrowed(found), "take one of them out".to_owned())
    };
    let place = match first {
        Some(first) => format!("is already in line {}", line(before, first)),
        None => "is there twice".to_owned(),
    };
    Problem::at_end_of(before, format!("not TOML: {name} {place}; {remedy}"))
}

/// The list of tables, written `[[name]]`, that begins behind the byte `offset`, if one does.
fn list_behind<'t>(table: &'t DeTable<'_>, offset: usize) -> Option<&'t str> {
    let behind = table.iter().find(|(name, value)| {
        let entries = value.get_ref().as_array();
        let is_list = entries.and_then(|entries| entries.first());
        name.span().start > offset && is_list.is_some_and(|first| first.get_ref().is_table())
    });
    behind.map(|(name, _)| name.get_ref().as_ref())
}

/// The offset of the last `key` in `table`: of the keys of one name, that is the one in the same section. A section is
/// looked for among sections.
fn place_of(table: &DeTable<'_>, key: &str, is_section: bool) -> Option<usize> {
    let places = table.iter().filter_map(|(name, value)| {
        let own = (name.get_ref() == key).then(|| name.span().start);
        let within = match value.get_ref() {
            DeValue::Table(table) if !is_section => place_of(table, key, false),
            DeValue::Array(entries) if !is_section => entries
                .iter()
                .filter_map(|entry| place_of(entry.get_ref().as_table()?, key, false))
                .max(),
            _ => None,
        };
        own.max(within)
    });
    places.max()
}
