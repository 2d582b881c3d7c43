//! Why a body can't be read for certain.

use std::error::Error;
use std::fmt;

/// Why a body can't be read for certain.
///
/// Each is something that some receivers read a type out of all the same, so it is neither a match nor
/// the lack of one. Its `Display` is the reason as the log gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// The body begins with a UTF-8 byte order mark.
    ByteOrderMark,
    /// The body is in UTF-16, by its byte order mark or by its first two bytes.
    Utf16,
    /// The body is not UTF-8.
    InvalidUtf8 {
        /// Offset of the first wrong byte.
        at: usize,
    },
    /// The body is not JSON, or something follows it.
    Syntax {
        /// Line where that shows, from 1.
        line: usize,
        /// Column where that shows, in bytes; about, since `serde_json` is at times one short.
        column: usize,
    },
    /// The body ends before its JSON does. An empty body is one of these.
    Incomplete,
    /// The body is no form, where the type is to be in one.
    NotAForm {
        /// Offset of the first byte that no form has there.
        at: usize,
    },
    /// A `\u` escape is half of a surrogate pair without the other half.
    LoneSurrogate {
        /// Offset of its backslash.
        at: usize,
    },
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ByteOrderMark => f.write_str("begins with a byte order mark"),
            Self::Utf16 => f.write_str("UTF-16, not UTF-8"),
            Self::InvalidUtf8 { at } => write!(f, "not UTF-8 at byte {at}"),
            Self::Syntax { line, column } => {
                write!(f, "not JSON at line {line} column {column}")
            }
            Self::Incomplete => f.write_str("ends before its JSON does"),
            Self::NotAForm { at } => write!(f, "not a form at byte {at}"),
            Self::LoneSurrogate { at } => write!(f, "lone surrogate at byte {at}"),
        }
    }
}

impl Error for Unreadable {}
