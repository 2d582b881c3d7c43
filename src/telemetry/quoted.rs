//! Text that a sender chose, shown elsewhere than in the log, by the same rules.

use std::fmt::Write;

use super::characters::is_word;
use super::untrusted::{Escape, Escaped};

/// As it stands in a line of the log as text: in quotes unless it is a plain word.
#[must_use]
pub fn in_words(text: &str) -> String {
    if is_word(text.as_bytes()) {
        text.to_owned()
    } else {
        quoted(text, Escape::Quoted)
    }
}

/// As a string of JSON, with its quotes. What can't be seen for what it is is escaped, as in the log.
#[must_use]
pub fn in_json(text: &str) -> String {
    quoted(text, Escape::Quoted)
}

/// As a string of TOML, with its quotes. What can't be seen for what it is is escaped, as in the log.
#[must_use]
pub fn in_toml(text: &str) -> String {
    quoted(text, Escape::Toml)
}

/// Without quotes, for what is told in words: what can't be seen for what it is is escaped, quotes are not.
#[must_use]
pub fn visible(text: &str) -> String {
    escaped(text, Escape::Hidden)
}

fn quoted(text: &str, escape: Escape) -> String {
    format!("\"{}\"", escaped(text, escape))
}

fn escaped(text: &str, escape: Escape) -> String {
    let mut line = Vec::with_capacity(text.len());
    // Memory takes whatever is written to it.
    let _ = Escaped::new(&mut line, escape).write_str(text);
    String::from_utf8_lossy(&line).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_escaped_as_where_it_is_shown_has_it() {
        for (text, words, json, toml, plain) in [
            ("a.b", "a.b", r#""a.b""#, r#""a.b""#, "a.b"),
            ("", r#""""#, r#""""#, r#""""#, ""),
            ("é b", r#""é b""#, r#""é b""#, r#""é b""#, "é b"),
            (
                "\"\\\n\x1b",
                r#""\"\\\n\u001b""#,
                r#""\"\\\n\u001b""#,
                r#""\"\\\n\u001b""#,
                r#""\\n\u001b"#,
            ),
            (
                "\u{e0041}",
                r#""\udb40\udc41""#,
                r#""\udb40\udc41""#,
                r#""\U000e0041""#,
                r"\udb40\udc41",
            ),
        ] {
            assert_eq!(in_words(text), words);
            assert_eq!(in_json(text), json);
            assert_eq!(in_toml(text), toml);
            assert_eq!(visible(text), plain);
        }
    }

    #[test]
    fn every_character_survives_as_json_and_as_toml() {
        for all in [0..0x800_u32, 0x800..0x1_0000, 0x1_0000..0x11_0000] {
            let all: String = all.filter_map(char::from_u32).collect();
            let read: String = serde_json::from_str(&in_json(&all)).unwrap();
            assert!(read == all);
            let document = format!("a = {}", in_toml(&all));
            let table = toml::de::DeTable::parse(&document).unwrap();
            assert!(table.get_ref()["a"].get_ref().as_str() == Some(&all));
        }
    }
}
