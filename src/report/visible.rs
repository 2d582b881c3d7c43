//! JSON in which nothing hides.

use std::io::{self, Write};

use serde_json::ser::Formatter;

use crate::telemetry::visible;

/// Compact, with what can't be seen for what it is escaped as in the log.
pub(super) struct Visible;

impl Formatter for Visible {
    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        out: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        out.write_all(visible(fragment).as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use serde::Serialize;
    use serde_json::ser::Serializer;

    use super::*;

    #[test]
    fn what_hides_is_escaped_and_read_as_it_was() {
        let text = "a\u{202e}b\u{1b}[2J\"\\\n\u{e0041}é";
        let mut out = Vec::new();
        let mut serializer = Serializer::with_formatter(&mut out, Visible);
        text.serialize(&mut serializer).unwrap();
        let written = String::from_utf8(out).unwrap();
        assert_eq!(written, r#""a\u202eb\u001b[2J\"\\\n\udb40\udc41é""#);
        let read: String = serde_json::from_str(&written).unwrap();
        assert_eq!(read, text);
    }
}
