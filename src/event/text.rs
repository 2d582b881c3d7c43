//! What must hold of a body's characters before it is parsed.
//!
//! `serde_json` looks at the inside of a string only when it decodes it. Most strings are skipped, and
//! what it would let pass in those is refused here.

use memchr::memchr;

use super::Unreadable;

/// The body as text: UTF-8 throughout, without a byte order mark, every `\u` surrogate half of a pair.
pub(super) fn check(body: &[u8]) -> Result<&str, Unreadable> {
    match body {
        [0xEF, 0xBB, 0xBF, ..] => return Err(Unreadable::ByteOrderMark),
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => return Err(Unreadable::Utf16),
        // JSON begins with ASCII: in UTF-16 one of its first two bytes is NUL (RFC 4627 §3).
        [first, second, ..] if (*first == 0) != (*second == 0) => return Err(Unreadable::Utf16),
        _ => {}
    }
    let text = str::from_utf8(body).map_err(|error| Unreadable::InvalidUtf8 {
        at: error.valid_up_to(),
    })?;
    match lone_surrogate(body) {
        Some(at) => Err(Unreadable::LoneSurrogate { at }),
        None => Ok(text),
    }
}

/// Where the first escaped surrogate without its other half is.
///
/// Takes every backslash for the start of an escape. That holds inside strings, and outside of them no
/// backslash is JSON.
fn lone_surrogate(json: &[u8]) -> Option<usize> {
    let mut at = 0;
    while let Some(skipped) = json.get(at..).and_then(|rest| memchr(b'\\', rest)) {
        at += skipped;
        at += match code_unit(json, at) {
            Some(0xD800..=0xDBFF) => match code_unit(json, at + 6) {
                Some(0xDC00..=0xDFFF) => 12,
                _ => return Some(at),
            },
            Some(0xDC00..=0xDFFF) => return Some(at),
            Some(_) => 6,
            None => 2,
        };
    }
    None
}

/// The UTF-16 code unit of a `\uXXXX` at `at`.
fn code_unit(json: &[u8], at: usize) -> Option<u32> {
    let digits = json.get(at..at + 6)?.strip_prefix(br"\u")?;
    digits.iter().try_fold(0, |unit, &digit| {
        Some(unit << 4 | char::from(digit).to_digit(16)?)
    })
}
