//! What a pattern of another language would be here.

use super::foreign::{Sign, is_regex};
use super::mistake;

/// A remedy has so many entries at most, and is sought for a text of so many bytes at most.
const MOST: usize = 16;
const LONGEST: usize = 1_000;

/// The patterns that mean what `text` means elsewhere; `None` if that can't be told, or not in short.
pub(super) fn mended(text: &str) -> Option<Vec<String>> {
    let mut instead = Vec::new();
    // The length is how deep the alternatives of alternatives can go.
    if text.len() > LONGEST {
        return None;
    }
    mend(text, &mut instead)?;
    let mut distinct = Vec::new();
    for pattern in instead {
        if !distinct.contains(&pattern) {
            distinct.push(pattern);
        }
    }
    Some(distinct)
}

/// Puts them into `instead`.
fn mend(text: &str, instead: &mut Vec<String>) -> Option<()> {
    if let Some(parts) = parts(text) {
        return parts.iter().try_for_each(|part| mend(part, instead));
    }
    let mut mended = if is_regex(text) {
        regex(text)?
    } else {
        text.replace('?', "*")
    };
    while mended.contains("**") {
        mended = mended.replace("**", "*");
    }
    if mistake(&mended).is_some() || Sign::find(&mended).is_some() {
        return None;
    }
    instead.push(mended);
    (instead.len() <= MOST).then_some(())
}

/// The alternatives that `text` consists of: `a(b|c)` of `ab` and `ac`, as does `a{b,c}`; `a, b` of `a` and `b`.
fn parts(text: &str) -> Option<Vec<String>> {
    for (open, close, between) in [('(', ')', '|'), ('{', '}', ',')] {
        if let Some((before, inner)) = text.split_once(open)
            && let Some((inner, after)) = inner.split_once(close)
            && inner.contains(between)
        {
            let parts = inner.split(between);
            let parts = parts.map(|part| format!("{before}{}{after}", part.trim()));
            return Some(parts.collect());
        }
    }
    let between: &[char] = if text.starts_with("tag:") {
        &['|']
    } else {
        &[',', '|']
    };
    let parts = text.split(between).map(str::trim);
    let parts: Vec<_> = parts
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect();
    (text.contains(between) && !text.contains(['(', '{', '['])).then_some(parts)
}

/// The pattern that means the same as a regular expression without groups, sets and repetitions but `.*`.
fn regex(text: &str) -> Option<String> {
    let text = text
        .strip_prefix('/')
        .and_then(|text| text.strip_suffix('/'))
        .unwrap_or(text);
    let from_begin = text.strip_prefix('^');
    let text = from_begin.unwrap_or(text);
    let to_end = text.strip_suffix('$');
    let text = to_end.unwrap_or(text);
    let mut pattern = String::new();
    // With an anchor at one end there is something to be left open at the other.
    if from_begin.is_none() && to_end.is_some() {
        pattern.push('*');
    }
    let mut chars = text.chars().peekable();
    while let Some(char) = chars.next() {
        match char {
            '\\' => pattern.push(chars.next().filter(|next| !next.is_alphanumeric())?),
            '.' if chars.next_if(|&next| next == '*' || next == '+').is_some() => {
                chars.next_if_eq(&'?');
                pattern.push('*');
            }
            '(' | ')' | '[' | ']' | '{' | '}' | '+' | '?' | '^' | '$' => return None,
            plain => pattern.push(plain),
        }
    }
    if from_begin.is_some() && to_end.is_none() {
        pattern.push('*');
    }
    Some(pattern)
}
