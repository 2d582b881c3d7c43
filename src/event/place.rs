//! A place in a body, as people name it.

use memchr::{memchr_iter, memrchr};

use super::Unreadable;

/// A place in a body. Lines and columns count from 1, columns in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The line: one more than the line feeds before it.
    pub line: usize,
    /// The column within it.
    pub column: usize,
}

impl Place {
    /// The place of the byte `offset` of `body`; its end for what is beyond.
    #[must_use]
    pub fn of(body: &[u8], offset: usize) -> Self {
        let before = &body[..offset.min(body.len())];
        let line_start = memrchr(b'\n', before);
        let in_line = &before[line_start.map_or(0, |at| at + 1)..];
        Self {
            line: 1 + memchr_iter(b'\n', before).count(),
            column: 1 + String::from_utf8_lossy(in_line).chars().count(),
        }
    }
}

impl Unreadable {
    /// Where in `body`, which is unreadable for this, that shows.
    #[must_use]
    pub fn place(&self, body: &[u8]) -> Place {
        match *self {
            Self::ByteOrderMark | Self::Utf16 => Place::of(body, 0),
            Self::InvalidUtf8 { at } | Self::LoneSurrogate { at } | Self::NotAForm { at } => {
                Place::of(body, at)
            }
            Self::Incomplete => Place::of(body, body.len()),
            Self::Syntax { line, column } => {
                let lines = body.split_inclusive(|&byte| byte == b'\n');
                let before: usize = lines.take(line - 1).map(<[u8]>::len).sum();
                // At the end of a line serde_json names column 0 of the next, and at times it is one short.
                Place::of(body, before + column.saturating_sub(1))
            }
        }
    }
}
