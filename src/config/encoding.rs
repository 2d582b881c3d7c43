//! The bytes of a config file as text.

use std::str;

use super::problem::Problem;

/// The text that `bytes` are in UTF-8.
///
/// Another encoding is a problem and never guessed at: what a pattern is must not depend on a guess.
pub(super) fn text(bytes: &[u8]) -> Result<&str, Problem> {
    if is_utf_16(bytes) {
        let told = "the file is UTF-16; save it as UTF-8".to_owned();
        return Err(Problem::of_file(told));
    }
    str::from_utf8(bytes).map_err(|error| {
        let (before, rest) = bytes.split_at(error.valid_up_to());
        let before = str::from_utf8(before).unwrap_or_default();
        let byte = rest.first().copied().unwrap_or_default();
        let seen = match char::from(byte) {
            letter @ '\u{a1}'.. => format!("; as {letter} it is Latin-1: save the file as UTF-8"),
            // A control character there, and another thing in each of its relatives.
            _ => "; save the file as UTF-8".to_owned(),
        };
        Problem::at_end_of(before, format!("the byte 0x{byte:02X} is not UTF-8{seen}"))
    })
}

/// Whether `bytes` begin with the mark of UTF-16, or as ASCII text does in it.
fn is_utf_16(bytes: &[u8]) -> bool {
    let is_ascii = |pair: &[u8], zero: usize| pair[zero] == 0 && pair[1 - zero] != 0;
    let mut beginning = bytes.chunks_exact(2).take(4);
    bytes.starts_with(b"\xff\xfe")
        || bytes.starts_with(b"\xfe\xff")
        || (bytes.len() >= 8
            && (beginning.clone().all(|pair| is_ascii(pair, 0))
                || beginning.all(|pair| is_ascii(pair, 1))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(bytes: &[u8]) -> String {
        text(bytes).expect_err("it is no UTF-8").to_string()
    }

    #[test]
    fn utf_8_is_text() {
        for bytes in ["", "a", "\u{feff}é", "\0\0\0\0\0\0\0\0", "a\0b\0", "“x”"] {
            assert_eq!(text(bytes.as_bytes()), Ok(bytes));
        }
    }

    #[test]
    fn anything_else_is_named() {
        let utf_16 = "the file is UTF-16; save it as UTF-8";
        for bytes in [
            &b"\xff\xfe"[..],
            b"\xfe\xffx",
            b"m\0o\0d\0e\0",
            b"\0m\0o\0d\0e\0",
        ] {
            assert_eq!(told(bytes), utf_16, "{}", bytes.escape_ascii());
        }
        let table: [(&[u8], _); 4] = [
            (
                b"\xe9",
                "line 1, column 1: the byte 0xE9 is not UTF-8; as é it is Latin-1: save the file as UTF-8",
            ),
            (
                b"a\n\xc3\xa9\xfc",
                "line 2, column 2: the byte 0xFC is not UTF-8; as ü it is Latin-1: save the file as UTF-8",
            ),
            (
                b"\n\n\x80",
                "line 3, column 1: the byte 0x80 is not UTF-8; save the file as UTF-8",
            ),
            // Cut within a character.
            (
                b"\xc3",
                "line 1, column 1: the byte 0xC3 is not UTF-8; as Ã it is Latin-1: save the file as UTF-8",
            ),
        ];
        for (bytes, expected) in table {
            assert_eq!(told(bytes), expected);
        }
    }
}
