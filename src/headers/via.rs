//! `Via`, when the config asks for it (RFC 9110 §7.6.3).

use http::header::{HeaderValue, VIA};
use http::{HeaderMap, Version};

/// How this proxy calls itself. All call themselves so, and several may stand in a row.
const PSEUDONYM: &str = "hooksieve";
/// So many of us are a longer row than anybody has reason to build: a message that they all have passed goes round. A
/// name of its own for each would tell that after one round, but what stands in `Via` would change with each start.
const MOST: usize = 3;

/// Adds this proxy to the `Via` of a message that came in as `received`.
pub fn append(headers: &mut HeaderMap, received: Version) {
    let version = if received == Version::HTTP_10 {
        "1.0"
    } else {
        "1.1"
    };
    let via = HeaderValue::try_from(format!("{version} {PSEUDONYM}"));
    headers.append(VIA, via.expect("letters, digits, dots and spaces"));
}

/// Whether a message has passed so many of us that it goes round.
#[must_use]
pub fn goes_round(headers: &HeaderMap) -> bool {
    let lines = headers.get_all(VIA).iter();
    let passed = lines.flat_map(|line| line.as_bytes().split(|&byte| byte == b','));
    let by_us = passed.filter(|passed| {
        // The version of the message, and behind it who received it.
        let words = passed.split(u8::is_ascii_whitespace);
        let by = words.filter(|word| !word.is_empty()).nth(1);
        by.is_some_and(|by| by.eq_ignore_ascii_case(PSEUDONYM.as_bytes()))
    });
    by_us.count() >= MOST
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_name_is_counted_in_whichever_lines() {
        for (lines, expected) in [
            (&[][..], false),
            (&["1.1 hooksieve", "1.1 hooksieve"], false),
            (&["1.1 hooksieve", "1.1 hooksieve", "1.0 hooksieve"], true),
            (
                &[
                    "1.1 a,1.1 hooksieve , 1.1\thooksieve",
                    "1.1 b, HTTP/1.1  Hooksieve (x)",
                ],
                true,
            ),
            (
                &["1.1 hooksieve2, 1.1 a.hooksieve, 1.1 a (1.1 hooksieve), hooksieve"],
                false,
            ),
        ] {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append(VIA, HeaderValue::from_static(line));
            }
            assert_eq!(goes_round(&headers), expected, "{lines:?}");
        }
    }

    #[test]
    fn what_we_add_is_counted() {
        let mut headers = HeaderMap::new();
        for _ in 0..MOST {
            assert!(!goes_round(&headers));
            append(&mut headers, Version::HTTP_11);
        }
        assert!(goes_round(&headers));
    }
}
