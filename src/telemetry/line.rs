//! A line of the log, in either of its two forms.

use std::{fmt, io::Write as _, time::SystemTime};

use tracing::Level;

use super::{
    characters::is_word,
    clock,
    untrusted::{Escape, Escaped},
};

/// The name `tracing` gives to what an event says in words.
pub(super) const MESSAGE: &str = "message";

/// What a line looks like: a [`Format`](super::Format) that no longer depends on the terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Text,
    Json,
}

/// A line being written: opened with time and level, then one field after the other, then closed.
///
/// Names of fields are written as they are, since they are literals of the program.
pub(super) struct Line<'a> {
    line: &'a mut Vec<u8>,
    encoding: Encoding,
}

impl<'a> Line<'a> {
    /// Begins to append to `line`, which happens at `time`.
    pub(super) fn open(
        line: &'a mut Vec<u8>,
        encoding: Encoding,
        time: SystemTime,
        level: Level,
    ) -> Self {
        let (name, padded) = match level {
            Level::ERROR => ("error", "ERROR"),
            Level::WARN => ("warn", " WARN"),
            Level::INFO => ("info", " INFO"),
            Level::DEBUG => ("debug", "DEBUG"),
            Level::TRACE => ("trace", "TRACE"),
        };
        match encoding {
            Encoding::Text => {
                clock::write_millis(line, time);
                line.push(b' ');
                line.extend_from_slice(padded.as_bytes());
            }
            Encoding::Json => {
                line.extend_from_slice(b"{\"time\":\"");
                clock::write_micros(line, time);
                line.extend_from_slice(b"\",\"level\":\"");
                line.extend_from_slice(name.as_bytes());
                line.push(b'"');
            }
        }
        Self { line, encoding }
    }

    pub(super) fn close(self) {
        match self.encoding {
            Encoding::Text => self.line.push(b'\n'),
            Encoding::Json => self.line.extend_from_slice(b"}\n"),
        }
    }

    /// A field whose value is what `write` writes, escaped. When that fails, the value ends there.
    ///
    /// In text, it is quoted unless it is a plain word; the message has neither name nor quotes.
    pub(super) fn text(&mut self, name: &str, write: impl FnOnce(&mut Escaped<'_>) -> fmt::Result) {
        match self.encoding {
            Encoding::Json => {
                self.name(name);
                self.line.push(b'"');
                let _ = write(&mut Escaped::new(self.line, Escape::Quoted));
                self.line.push(b'"');
            }
            Encoding::Text if name == MESSAGE => {
                self.line.push(b' ');
                let _ = write(&mut Escaped::new(self.line, Escape::Hidden));
            }
            Encoding::Text => {
                self.name(name);
                let start = self.line.len();
                let _ = write(&mut Escaped::new(self.line, Escape::Quoted));
                // Nothing of a word was escaped, since there is no backslash in it.
                if !is_word(&self.line[start..]) {
                    self.line.insert(start, b'"');
                    self.line.push(b'"');
                }
            }
        }
    }

    pub(super) fn integer(&mut self, name: &str, value: impl itoa::Integer) {
        self.name(name);
        let mut digits = itoa::Buffer::new();
        self.line.extend_from_slice(digits.format(value).as_bytes());
    }

    /// Three decimals: what has a fraction here is a time in milliseconds. JSON has no word for what
    /// is infinite or not a number, so that is `null`.
    pub(super) fn float(&mut self, name: &str, value: f64) {
        self.name(name);
        let _ = if value.is_finite() {
            write!(self.line, "{value:.3}")
        } else {
            self.line.write_all(b"null")
        };
    }

    pub(super) fn bool(&mut self, name: &str, value: bool) {
        self.name(name);
        let word: &[u8] = if value { b"true" } else { b"false" };
        self.line.extend_from_slice(word);
    }

    fn name(&mut self, name: &str) {
        match self.encoding {
            Encoding::Text => {
                self.line.push(b' ');
                self.line.extend_from_slice(name.as_bytes());
                self.line.push(b'=');
            }
            Encoding::Json => {
                self.line.extend_from_slice(b",\"");
                self.line.extend_from_slice(name.as_bytes());
                self.line.extend_from_slice(b"\":");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use serde_json::{Value, json};

    use super::*;

    fn line(encoding: Encoding, level: Level, fill: impl FnOnce(&mut Line<'_>)) -> String {
        let mut bytes = Vec::new();
        let mut line = Line::open(&mut bytes, encoding, SystemTime::UNIX_EPOCH, level);
        fill(&mut line);
        line.close();
        String::from_utf8(bytes).unwrap()
    }

    fn text(name: &str, value: &str) -> String {
        line(Encoding::Text, Level::INFO, |line| {
            line.text(name, |out| out.write_str(value));
        })
    }

    #[test]
    fn every_level_has_its_name() {
        for (level, padded, name) in [
            (Level::ERROR, "ERROR", "error"),
            (Level::WARN, " WARN", "warn"),
            (Level::INFO, " INFO", "info"),
            (Level::DEBUG, "DEBUG", "debug"),
            (Level::TRACE, "TRACE", "trace"),
        ] {
            let text = line(Encoding::Text, level, |_| ());
            assert_eq!(text, format!("1970-01-01T00:00:00.000Z {padded}\n"));
            let json = line(Encoding::Json, level, |_| ());
            let time = r#""time":"1970-01-01T00:00:00.000000Z""#;
            assert_eq!(json, format!("{{{time},\"level\":\"{name}\"}}\n"));
        }
    }

    #[test]
    fn text_is_quoted_unless_it_is_a_word() {
        for (value, expected) in [
            ("invoice.paid", "invoice.paid"),
            ("/webhook", "/webhook"),
            ("[::1]:8080", "[::1]:8080"),
            ("", r#""""#),
            ("a b", r#""a b""#),
            ("a=b", r#""a=b""#),
            ("a,b", r#""a,b""#),
            ("/hook/é", r#""/hook/é""#),
            ("a\u{a0}b", r#""a\u00a0b""#),
            ("\u{202e}diap", r#""\u202ediap""#),
            ("\"", r#""\"""#),
            ("\\", r#""\\""#),
            ("\n", r#""\n""#),
            ("\u{9b}", r#""\u009b""#),
        ] {
            let expected = format!("1970-01-01T00:00:00.000Z  INFO a={expected}\n");
            assert_eq!(text("a", value), expected);
        }
    }

    #[test]
    fn a_message_has_neither_name_nor_quotes_but_nothing_hidden_either() {
        let expected = "1970-01-01T00:00:00.000Z  INFO say \"x\" \\ \\n\\u001b[2J\n";
        assert_eq!(text("message", "say \"x\" \\ \n\x1b[2J"), expected);
    }

    #[test]
    fn a_sender_can_forge_neither_line_nor_field() {
        let forged = "x\n2026-11-22T15:04:05.123Z ERROR \x1b[2J a=\",\"level\":\"error";
        let text = text("type", forged);
        assert!(!text.trim_end().contains(char::is_control), "{text}");
        let (_, value) = text.trim_end().split_once('=').unwrap();
        assert_eq!(serde_json::from_str::<String>(value).unwrap(), forged);

        let json = line(Encoding::Json, Level::INFO, |line| {
            line.text("type", |out| out.write_str(forged));
        });
        let json: Value = serde_json::from_str(&json).unwrap();
        assert_eq!(
            (&json["level"], &json["type"]),
            (&json!("info"), &json!(forged))
        );
    }
}
