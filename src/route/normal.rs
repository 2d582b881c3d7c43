//! What else a path may be taken for: receivers normalise it before they look where it leads, each in its own way.
//!
//! One decodes `%2e` and then takes out `..`, another does it the other way round, a third decodes twice, and a fourth
//! does nothing. Nobody here knows which one is behind. So all that comes of a path by any of these steps, in any order,
//! is looked at.

#[cfg(test)]
mod tests;

use std::collections::VecDeque;

/// How many forms of one path are looked at. Whoever has a reason for a strange path gets by with a handful; more is
/// somebody's attempt, and must not cost more than it is worth.
const FORMS: usize = 64;
/// How many bytes of them, where that is more than [`FEW`] forms have.
const BYTES: usize = 64 * 1024;
/// So many forms are looked at however long the path is.
const FEW: usize = 4;

/// One thing that receivers do with a path. It makes the path shorter, or a byte of it another for good, so that
/// however many follow each other there is an end.
type Step = fn(&[u8]) -> Vec<u8>;

/// Each with the bytes of which one must be there, for there to be something to do; none where that can't be told so.
const STEPS: [(&[u8], Step); 9] = [
    (b"%", |path| decode(path, |_| true)),
    (b"%", |path| {
        decode(path, |byte| byte != b'/' && byte != b'\\')
    }),
    (b"%", |path| decode(path, is_unreserved)),
    (b"", |path| join(merged(segments(path)))),
    (b"", |path| join(resolved(segments(path)))),
    (b"", cleaned),
    (b";", without_parameters),
    (b"\\", turned),
    (b"?#\0", cut),
];

/// More forms than are looked at.
#[derive(Debug, PartialEq, Eq)]
pub struct TooMany;

/// Whether all receivers read `path` alike: no step changes it.
#[must_use]
pub fn is_plain(path: &[u8]) -> bool {
    let mut previous = 0;
    // Where the last segment began, to see what it is once it ends. The first byte begins none.
    let mut start = 1;
    for (at, &byte) in path.iter().enumerate() {
        match byte {
            b'%' | b';' | b'\\' | b'?' | b'#' | 0 => return false,
            b'/' if previous == b'/' => return false,
            b'/' => {
                if is_dots(path.get(start..at).unwrap_or_default()) {
                    return false;
                }
                start = at + 1;
            }
            _ => {}
        }
        previous = byte;
    }
    !is_dots(path.get(start..).unwrap_or_default())
}

/// Shows `look` what else `path` may be taken for, until it says that it has seen enough; whether it did.
///
/// # Errors
///
/// When there is more than is worth looking at.
pub fn any_form(path: &[u8], mut look: impl FnMut(&[u8]) -> bool) -> Result<bool, TooMany> {
    let mut seen = vec![path.to_vec()];
    let mut waiting = VecDeque::from([0]);
    let (mut bytes, most) = (0, BYTES.max(FEW * path.len()));
    while let Some(next) = waiting.pop_front() {
        if is_plain(&seen[next]) {
            continue;
        }
        for (needed, step) in STEPS {
            let path = &seen[next];
            if !needed.is_empty() && !path.iter().any(|byte| needed.contains(byte)) {
                continue;
            }
            let form = step(path);
            if seen.contains(&form) {
                continue;
            }
            if look(&form) {
                return Ok(true);
            }
            bytes += form.len();
            if seen.len() == FORMS || bytes > most {
                return Err(TooMany);
            }
            waiting.push_back(seen.len());
            seen.push(form);
        }
    }
    Ok(false)
}

/// What is between the slashes of a path that begins with one.
fn segments(path: &[u8]) -> impl Iterator<Item = &[u8]> {
    let relative = path.strip_prefix(b"/").unwrap_or(path);
    relative.split(|&byte| byte == b'/')
}

fn join<'p>(segments: impl IntoIterator<Item = &'p [u8]>) -> Vec<u8> {
    let mut path = Vec::new();
    for segment in segments {
        path.push(b'/');
        path.extend_from_slice(segment);
    }
    if path.is_empty() {
        path.push(b'/');
    }
    path
}

/// Several slashes become one; what is behind the last one stays, though it be empty.
fn merged<'p>(segments: impl Iterator<Item = &'p [u8]>) -> Vec<&'p [u8]> {
    let mut kept: Vec<_> = segments.collect();
    let last = kept.pop();
    kept.retain(|segment| !segment.is_empty());
    kept.extend(last);
    kept
}

/// `.` and `..` are taken out as a URL's are (RFC 3986 §5.2.4): empty segments are segments, and where the last one goes a
/// slash stays.
fn resolved<'p>(segments: impl Iterator<Item = &'p [u8]>) -> Vec<&'p [u8]> {
    let mut kept: Vec<&[u8]> = Vec::new();
    let mut ends_open = false;
    for segment in segments {
        ends_open = is_dots(segment);
        match segment {
            b"." => {}
            b".." => drop(kept.pop()),
            other => kept.push(other),
        }
    }
    if ends_open {
        kept.push(b"");
    }
    kept
}

/// The same as a file's path is: empty segments are none, and no slash is left at the end.
fn cleaned(path: &[u8]) -> Vec<u8> {
    let mut cleaned = join(resolved(
        segments(path).filter(|segment| !segment.is_empty()),
    ));
    if cleaned.len() > 1 && cleaned.ends_with(b"/") {
        cleaned.pop();
    }
    cleaned
}

/// Each segment without what is behind a `;`.
fn without_parameters(path: &[u8]) -> Vec<u8> {
    join(segments(path).map(|segment| before(segment, |byte| byte == b';')))
}

/// With `/` for `\`.
fn turned(path: &[u8]) -> Vec<u8> {
    let turn = |&byte: &u8| if byte == b'\\' { b'/' } else { byte };
    path.iter().map(turn).collect()
}

/// Without what somebody who reads a decoded path anew takes for a query or a fragment, or for the end of a text.
fn cut(path: &[u8]) -> Vec<u8> {
    before(path, |byte| matches!(byte, b'?' | b'#' | 0)).to_vec()
}

/// With each `%` and two digits replaced by the byte that they stand for, where that `is_decoded`.
fn decode(path: &[u8], is_decoded: impl Fn(u8) -> bool) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(path.len());
    let mut rest = path;
    while let [first, after @ ..] = rest {
        if let Some(byte) = escaped(rest).filter(|&byte| is_decoded(byte)) {
            decoded.push(byte);
            rest = &rest[3..];
        } else {
            decoded.push(*first);
            rest = after;
        }
    }
    decoded
}

/// The byte for which `rest` begins with an escape.
fn escaped(rest: &[u8]) -> Option<u8> {
    let [b'%', high, low, ..] = rest else {
        return None;
    };
    let digit = |byte: u8| char::from(byte).to_digit(16);
    u8::try_from(digit(*high)? * 16 + digit(*low)?).ok()
}

fn before(bytes: &[u8], is_end: impl Fn(u8) -> bool) -> &[u8] {
    let end = bytes.iter().position(|&byte| is_end(byte));
    &bytes[..end.unwrap_or(bytes.len())]
}

fn is_dots(segment: &[u8]) -> bool {
    matches!(segment, b"." | b"..")
}

/// What need not be escaped, so that an escape of it means the same (RFC 3986 §2.3).
fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)
}
