//! Text that a sender chose: kept short, and kept from passing for something else.

use std::{borrow::Cow, fmt, io::Write as _};

use super::characters::{is_plain, is_visible};

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

/// Whether [`cut`] made this of something longer, as far as that shows: who writes `…` at just that length has it taken
/// for cut as well.
#[must_use]
pub fn is_cut(text: &str) -> bool {
    text.len() >= LONGEST && text.ends_with('…')
}

/// Which characters [`Escaped`] escapes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Escape {
    /// Those that can't be seen for what they are: they could start a new line, steer a terminal, or make one
    /// text look like another.
    Hidden,
    /// Those and `"` and `\`: they could end a quoted string.
    Quoted,
    /// The same, as TOML writes them: it has no surrogates.
    Toml,
}

/// Appends whatever is written to it, escaped as in a JSON string, which asks for less than is escaped here.
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
            '"' | '\\' => self.escape != Escape::Hidden,
            _ => !is_visible(char),
        }
    }

    fn push_escaped(&mut self, char: char) -> fmt::Result {
        match char {
            '\n' => self.line.extend_from_slice(b"\\n"),
            '\r' => self.line.extend_from_slice(b"\\r"),
            '\t' => self.line.extend_from_slice(b"\\t"),
            '"' => self.line.extend_from_slice(b"\\\""),
            '\\' => self.line.extend_from_slice(b"\\\\"),
            _ if self.escape == Escape::Toml && char > '\u{ffff}' => {
                write!(self.line, "\\U{:08x}", u32::from(char)).map_err(|_| fmt::Error)?;
            }
            // JSON has no escape above U+FFFF but a pair of surrogates.
            _ => {
                for unit in char.encode_utf16(&mut [0; 2]) {
                    write!(self.line, "\\u{unit:04x}").map_err(|_| fmt::Error)?;
                }
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
    fn what_was_cut_is_known_again() {
        for char in ["x", "é", "中", "😀"] {
            for count in 0..=LONGEST + 1 {
                let text = char.repeat(count);
                assert_eq!(
                    is_cut(&cut(&text)),
                    text.len() > LONGEST,
                    "{count} × {char}"
                );
            }
        }
        assert!(!is_cut("…") && !is_cut(&"x".repeat(LONGEST)));
    }

    #[test]
    fn nothing_that_ends_a_line_steers_a_terminal_or_misleads_gets_through() {
        for (text, expected) in [
            ("a\nb\rc\td\0", r"a\nb\rc\td\u0000"),
            (
                "\x1b[31m\x7f\u{85}\u{9b}2J",
                r"\u001b[31m\u007f\u0085\u009b2J",
            ),
            ("paid\u{202e}diap\u{202c}", r"paid\u202ediap\u202c"),
            ("a\u{2028}b\u{a0}c\u{feff}", r"a\u2028b\u00a0c\ufeff"),
            ("a\u{e0041}\u{10ffff}", r"a\udb40\udc41\udbff\udfff"),
            ("e\u{301}", r"e\u0301"),
            ("déjà vu 中 😀…", "déjà vu 中 😀…"),
        ] {
            assert_eq!(escaped(text, Escape::Quoted), expected);
            assert_eq!(escaped(text, Escape::Hidden), expected);
        }
    }

    #[test]
    fn every_character_survives_as_json() {
        let all: String = (0..=u32::from(char::MAX))
            .filter_map(char::from_u32)
            .collect();
        let line = escaped(&all, Escape::Quoted);
        assert!(line.chars().all(is_visible));
        let read: String = serde_json::from_str(&format!("\"{line}\"")).unwrap();
        assert!(read == all);
    }

    #[test]
    fn what_must_be_escaped_is_found_wherever_it_is() {
        for length in 0..70 {
            for at in 0..=length {
                let around =
                    |middle| format!("{}{middle}{}", " ".repeat(at), "~".repeat(length - at));
                assert_eq!(
                    escaped(&around("\u{9b}"), Escape::Quoted),
                    around("\\u009b")
                );
            }
        }
    }

    #[test]
    fn quotes_are_escaped_only_where_they_would_end_something() {
        assert_eq!(escaped(r#"a "b" \"#, Escape::Quoted), r#"a \"b\" \\"#);
        assert_eq!(escaped(r#"a "b" \"#, Escape::Hidden), r#"a "b" \"#);
    }
}
