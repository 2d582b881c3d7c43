//! How bytes are written in a field.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_PAD_INDIFFERENT};

/// How bytes are written in a field. Of all ways to write one signature only the sender's is taken: hex in lower case,
/// base64 with padding and nothing behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// Two digits for a byte, in lower case.
    Hex,
    /// RFC 4648 §4, with padding.
    Base64,
}

impl Encoding {
    /// All, by how they are written in the file.
    pub const ALL: [(&str, Self); 2] = [("hex", Self::Hex), ("base64", Self::Base64)];

    /// `bytes` as a sender writes them.
    pub(super) fn write(self, bytes: &[u8]) -> String {
        match self {
            Self::Hex => bytes
                .iter()
                .flat_map(|&byte| [byte >> 4, byte & 0xf])
                .filter_map(|digit| char::from_digit(u32::from(digit), 16))
                .collect(),
            Self::Base64 => STANDARD.encode(bytes),
        }
    }

    /// The bytes that `text` is, if it is written as a sender does.
    pub(super) fn read(self, text: &[u8]) -> Option<Vec<u8>> {
        let bytes = match self {
            Self::Hex => hex(text)?,
            Self::Base64 => STANDARD.decode(text).ok()?,
        };
        (self.write(&bytes).as_bytes() == text).then_some(bytes)
    }

    /// The bytes that `text` is where a person wrote it: in any case, with or without padding.
    pub(super) fn read_loosely(self, text: &[u8]) -> Option<Vec<u8>> {
        match self {
            Self::Hex => hex(text),
            Self::Base64 => STANDARD_PAD_INDIFFERENT.decode(text).ok(),
        }
    }
}

fn hex(text: &[u8]) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let pairs = text.chunks(2).map(|pair| match *pair {
        [high, low] => u8::try_from(digit(high)? << 4 | digit(low)?).ok(),
        _ => None,
    });
    pairs.collect()
}

impl fmt::Display for Encoding {
    /// As it is written in the file.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Hex => "hex",
            Self::Base64 => "base64",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_several_ways_to_write_bytes_only_the_senders_is_read() {
        for (encoding, bytes, text) in [
            (Encoding::Hex, &b"\x00\xff\x1a"[..], "00ff1a"),
            (Encoding::Hex, b"", ""),
            (Encoding::Base64, b"\xff\xfe", "//4="),
            (Encoding::Base64, b"", ""),
        ] {
            assert_eq!(encoding.write(bytes), text);
            assert_eq!(encoding.read(text.as_bytes()).as_deref(), Some(bytes));
        }
        for (encoding, text) in [
            (Encoding::Hex, "00FF"),
            (Encoding::Hex, "0"),
            (Encoding::Hex, "0x"),
            (Encoding::Hex, " 00"),
            (Encoding::Base64, "//4"),
            (Encoding::Base64, "//5="),
            (Encoding::Base64, "__4="),
            (Encoding::Base64, "//4=\n"),
            (Encoding::Base64, "//4=="),
        ] {
            assert_eq!(encoding.read(text.as_bytes()), None, "{text:?}");
        }
        assert_eq!(
            Encoding::Hex.read_loosely(b"00Ff"),
            Some(b"\x00\xff".to_vec())
        );
        assert_eq!(
            Encoding::Base64.read_loosely(b"//4"),
            Some(b"\xff\xfe".to_vec())
        );
    }
}
