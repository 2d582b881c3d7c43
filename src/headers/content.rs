//! What a head says of how the bytes of its body are to be read.

use http::HeaderMap;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE};

/// The name of the parameter of `Content-Type` (RFC 9110 §8.3.2).
const CHARSET: &[u8] = b"charset";
/// What nearly all senders write, and needs no closer look.
const PLAIN: [&[u8]; 2] = [b"application/json", b"application/json; charset=utf-8"];
/// What ASCII text looks the same in, and UTF-8 is read as.
const UTF_8: [&[u8]; 4] = [b"utf-8", b"utf8", b"us-ascii", b"ascii"];

/// Whether the body is in some content coding, so that its bytes are not the JSON that they stand for.
#[must_use]
pub fn is_encoded(headers: &HeaderMap) -> bool {
    headers.contains_key(CONTENT_ENCODING) && codings(headers).next().is_some()
}

/// The names of the content codings that the body is in, in the order in which they were applied (RFC 9110 §8.4): those
/// of all lines, without `identity`, which is none.
pub fn codings(headers: &HeaderMap) -> impl Iterator<Item = &[u8]> {
    let lines = headers.get_all(CONTENT_ENCODING).iter();
    lines
        .flat_map(|line| line.as_bytes().split(|&byte| byte == b','))
        .map(<[u8]>::trim_ascii)
        .filter(|name| !name.is_empty() && !name.eq_ignore_ascii_case(b"identity"))
}

/// Whether `Content-Type` names a character set other than UTF-8 or US-ASCII.
///
/// JSON is UTF-8 whatever the parameter says (RFC 8259 §8.1, §11), but Express, aiohttp and Django REST framework
/// believe it, and read other keys out of the same bytes under UTF-7 or EBCDIC. Frameworks differ in how they find
/// the parameter as well, so anything that one of them may take for it counts.
#[must_use]
pub fn has_other_charset(headers: &HeaderMap) -> bool {
    let mut types = headers.get_all(CONTENT_TYPE).iter();
    types.any(|line| !PLAIN.contains(&line.as_bytes()) && names_other(line.as_bytes()))
}

fn names_other(mut line: &[u8]) -> bool {
    while let Some(at) = find(line) {
        line = &line[at + CHARSET.len()..];
        // The forms of RFC 8187 and RFC 2231, `charset*=` and `charset*0=`, are for what is not ASCII.
        if line.starts_with(b"*") {
            return true;
        }
        let Some(value) = line.trim_ascii_start().strip_prefix(b"=") else {
            continue;
        };
        let value = value.trim_ascii_start();
        let value = value.strip_prefix(b"\"").unwrap_or(value);
        let ends = |byte: &u8| matches!(byte, b';' | b',' | b'"') || byte.is_ascii_whitespace();
        let length = value.iter().position(ends).unwrap_or(value.len());
        let name = &value[..length];
        if !UTF_8.iter().any(|utf_8| name.eq_ignore_ascii_case(utf_8)) {
            return true;
        }
    }
    false
}

fn find(line: &[u8]) -> Option<usize> {
    line.windows(CHARSET.len())
        .position(|window| window.eq_ignore_ascii_case(CHARSET))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn codings_are_named_in_lists_and_lines_and_identity_is_none() {
        let table: [(&[&'static str], &[&[u8]]); 7] = [
            (&[], &[]),
            (&["Identity"], &[]),
            (&["", " , identity,"], &[]),
            (&["GZip"], &[b"GZip"]),
            (
                &["gzip, br", "identity", "zstd"],
                &[b"gzip", b"br", b"zstd"],
            ),
            (&["gzip,,identity ,\tx"], &[b"gzip", b"x"]),
            (&["gzip br"], &[b"gzip br"]),
        ];
        for (lines, expected) in table {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append(CONTENT_ENCODING, HeaderValue::from_static(line));
            }
            assert!(codings(&headers).eq(expected.iter().copied()), "{lines:?}");
            assert_eq!(is_encoded(&headers), !expected.is_empty(), "{lines:?}");
        }
    }

    fn other(lines: &[&'static str]) -> bool {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(CONTENT_TYPE, HeaderValue::from_static(line));
        }
        has_other_charset(&headers)
    }

    #[test]
    fn utf_8_in_any_spelling_is_what_json_is_in() {
        assert!(!other(&[]));
        for line in [
            "application/json",
            "application/json; charset=utf-8",
            "application/json;charset=UTF-8",
            "application/json; charset=\"utf-8\"; v=1",
            "application/json; Charset = utf8",
            "text/plain; charset=us-ascii",
            "application/x-charset+json",
        ] {
            assert!(!other(&[line]), "{line}");
        }
    }

    #[test]
    fn any_other_counts_wherever_a_framework_may_find_it() {
        for line in [
            "application/json; charset=utf-7",
            "application/json; charset=utf-16le",
            "application/json;charset=\"UTF-7\"",
            "application/json; charset=ibm500",
            "application/json; charset = iso-8859-1",
            "application/json; charset=utf-8; charset=utf-7",
            "application/json; x=\"; charset=utf-7",
            "application/json; xcharset=utf-7",
            "application/json; charset*=utf-8''utf-7",
            "application/json; charset*0=utf-; charset*1=7",
            "application/json; charset=unicode_escape",
            "application/json; charset='utf-8'",
            "application/json; charset=",
            "application/json, application/json; charset=cp037",
        ] {
            assert!(other(&[line]), "{line}");
        }
        let lines = ["application/json", "application/json; charset=utf-7"];
        assert!(other(&lines));
    }
}
