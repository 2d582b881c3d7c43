//! Text that a sender chose: kept short, and kept from passing for something else.

use std::{borrow::Cow, fmt, io::Write as _};

/// Longest event type or id worth reading in a log. Real ones stay below 80 bytes.
const LONGEST: usize = 200;

/// Text from a sender, cut for the log: beyond 200 bytes the rest is replaced by `…`.
///
/// Cuts between characters, so up to three bytes sooner. Borrows unless something was cut.
///
/// ```
/// # use hooksieve::telemetry::cut;
/// let kind = Some("invoice.paid");
/// tracing::info!("type" = kind.map(cut).as_deref(), "event");
/// ```
#[must_use]
pub fn cut(text: &str) -> Cow<'_, str> {
    if text.len() <= LONGEST {
        return Cow::Borrowed(text);
    }
    let end = text.floor_char_boundary(LONGEST);
    Cow::Owned(format!("{}…", &text[..end]))
}

/// Which characters [`Escaped`] escapes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Escape {
    /// Control characters: they could start a new line or steer a terminal.
    Controls,
    /// Those and `"` and `\`: they could end a quoted string.
    Quoted,
}

/// Appends whatever is written to it, escaped as in a JSON string.
///
/// More than JSON asks for is escaped: DEL and U+0080 to U+009F as well, among which are one-character
/// forms of terminal escape sequences.
pub(super) struct Escaped<'a> {
    line: &'a mut Vec<u8>,
    escape: Escape,
}

impl<'a> Escaped<'a> {
    pub(super) fn new(line: &'a mut Vec<u8>, escape: Escape) -> Self {
        Self { line, escape }
    }

    fn is_escaped(&self, char: char) -> bool {
        match char {
            '"' | '\\' => self.escape == Escape::Quoted,
            _ => char.is_control(),
        }
    }

    fn push_escaped(&mut self, char: char) -> fmt::Result {
        match char {
            '\n' => self.line.extend_from_slice(b"\\n"),
            '\r' => self.line.extend_from_slice(b"\\r"),
            '\t' => self.line.extend_from_slice(b"\\t"),
            '"' => self.line.extend_from_slice(b"\\\""),
            '\\' => self.line.extend_from_slice(b"\\\\"),
            _ => {
                return write!(self.line, "\\u{:04x}", u32::from(char)).map_err(|_| fmt::Error);
            }
        }
        Ok(())
    }
}

impl fmt::Write for Escaped<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let mut done = 0;
        if !is_plain(text.as_bytes()) {
            for (at, char) in text.char_indices() {
                if self.is_escaped(char) {
                    self.line.extend_from_slice(&text.as_bytes()[done..at]);
                    self.push_escaped(char)?;
                    done = at + char.len_utf8();
                }
            }
        }
        self.line.extend_from_slice(&text.as_bytes()[done..]);
        Ok(())
    }
}

/// Whether nothing in `text` needs a closer look: it is printable ASCII without `"` and `\`.
///
/// Sixteen bytes at a time without a branch, which the compiler makes vector code of; the last
/// sixteen may have been looked at in part.
fn is_plain(text: &[u8]) -> bool {
    const BLOCK: usize = 16;

    match text.last_chunk::<BLOCK>() {
        None => are_plain(text),
        Some(last) => {
            let (blocks, _) = text.as_chunks::<BLOCK>();
            are_plain(last) && blocks.iter().all(|block| are_plain(block))
        }
    }
}

#[inline]
fn are_plain(bytes: &[u8]) -> bool {
    let odd = bytes.iter().fold(0, |odd, &byte| {
        let printable = byte.wrapping_sub(b' ') <= b'~' - b' ';
        odd | u8::from(!printable) | u8::from(byte == b'"') | u8::from(byte == b'\\')
    });
    odd == 0
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use super::*;

    fn escaped(text: &str, escape: Escape) -> String {
        let mut line = Vec::new();
        Escaped::new(&mut line, escape).write_str(text).unwrap();
        String::from_utf8(line).unwrap()
    }

    #[test]
    fn what_is_short_is_borrowed_as_it_is() {
        let longest = "x".repeat(LONGEST);
        assert!(matches!(cut(&longest), Cow::Borrowed(text) if text == longest));
        assert_eq!(cut(""), "");
    }

    #[test]
    fn what_is_long_is_cut_between_characters() {
        assert_eq!(cut(&"x".repeat(LONGEST + 1)), "x".repeat(LONGEST) + "…");
        assert_eq!(cut(&"é".repeat(LONGEST)), "é".repeat(LONGEST / 2) + "…");
        assert_eq!(cut(&"😀".repeat(LONGEST)), "😀".repeat(LONGEST / 4) + "…");
        let odd = format!("x{}", "é".repeat(LONGEST));
        assert_eq!(cut(&odd), format!("x{}…", "é".repeat(LONGEST / 2 - 1)));
    }

    #[test]
    fn nothing_that_ends_a_line_or_steers_a_terminal_gets_through() {
        let text = "a\nb\rc\td\0\x1b[31m\x7f\u{85}\u{9b}2J é😀";
        let expected = r"a\nb\rc\td\u0000\u001b[31m\u007f\u0085\u009b2J é😀";
        assert_eq!(escaped(text, Escape::Quoted), expected);
        assert_eq!(escaped(text, Escape::Controls), expected);
    }

    #[test]
    fn every_character_survives_as_json() {
        let all: String = (0..0x3000).filter_map(char::from_u32).collect();
        let line = escaped(&all, Escape::Quoted);
        assert!(!line.contains(char::is_control));
        assert_eq!(
            serde_json::from_str::<String>(&format!("\"{line}\"")).unwrap(),
            all
        );
    }

    #[test]
    fn what_must_be_escaped_is_found_wherever_it_is() {
        for odd in ['"', '\\', '\x1f', '\x7f', '\u{80}', '\u{9b}'] {
            let escape = escaped(&odd.to_string(), Escape::Quoted);
            assert!(escape.starts_with('\\'), "{odd:?}");
            for length in 0..70 {
                for at in 0..=length {
                    let around =
                        |middle| format!("{}{middle}{}", " ".repeat(at), "~".repeat(length - at));
                    let expected = around(escape.as_str());
                    assert_eq!(escaped(&around(&odd.to_string()), Escape::Quoted), expected);
                }
            }
        }
    }

    #[test]
    fn quotes_are_escaped_only_where_they_would_end_something() {
        assert_eq!(escaped(r#"a "b" \"#, Escape::Quoted), r#"a \"b\" \\"#);
        assert_eq!(escaped(r#"a "b" \"#, Escape::Controls), r#"a "b" \"#);
    }
}
