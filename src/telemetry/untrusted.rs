//! Text that a sender chose: kept short, and kept from passing for something else.

use std::{borrow::Cow, fmt};

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

    fn is_plain(&self, byte: u8) -> bool {
        match byte {
            b'"' | b'\\' => self.escape == Escape::Controls,
            b' '..=b'~' => true,
            _ => false,
        }
    }
}

impl fmt::Write for Escaped<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        // All bytes are looked at, without a branch, which the compiler makes vector code of.
        if text
            .bytes()
            .fold(true, |plain, byte| plain & self.is_plain(byte))
        {
            self.line.extend_from_slice(text.as_bytes());
            return Ok(());
        }
        text.chars().try_for_each(|char| self.write_char(char))
    }

    fn write_char(&mut self, char: char) -> fmt::Result {
        use std::io::Write;

        let quoted = self.escape == Escape::Quoted;
        match char {
            '\n' => self.line.extend_from_slice(b"\\n"),
            '\r' => self.line.extend_from_slice(b"\\r"),
            '\t' => self.line.extend_from_slice(b"\\t"),
            '"' | '\\' if quoted => self.line.extend_from_slice(&[b'\\', char as u8]),
            _ if char.is_control() => {
                return write!(self.line, "\\u{:04x}", u32::from(char)).map_err(|_| fmt::Error);
            }
            _ => self
                .line
                .extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes()),
        }
        Ok(())
    }
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
    fn quotes_are_escaped_only_where_they_would_end_something() {
        assert_eq!(escaped(r#"a "b" \"#, Escape::Quoted), r#"a \"b\" \\"#);
        assert_eq!(escaped(r#"a "b" \"#, Escape::Controls), r#"a "b" \"#);
    }
}
