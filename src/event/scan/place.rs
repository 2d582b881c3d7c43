//! Where a byte is in a body of several pieces, and what is written from there on.

use std::borrow::Cow;

use memchr::memchr2;

use crate::event::{Reading, json};

/// Where a byte is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// Which piece it is in.
    pub(super) piece: usize,
    /// Its offset in that piece.
    pub(super) at: usize,
}

/// Where a string is, by its quotes.
#[derive(Clone, Copy)]
pub(super) struct Span {
    /// The quote that begins it.
    pub(super) from: Place,
    /// The quote that ends it.
    pub(super) to: Place,
}

impl Place {
    /// So many bytes later, in the same piece.
    pub(super) fn plus(self, bytes: u32) -> Self {
        Self {
            at: self.at + bytes as usize,
            ..self
        }
    }

    /// The byte of the last bit of a mask over the block that begins here, if a bit is set.
    pub(super) fn last(self, mask: u64) -> Option<Self> {
        Some(self.plus(mask.checked_ilog2()?))
    }

    /// The byte that follows the one here, if it is in the same piece.
    pub(super) fn next_byte<P: AsRef<[u8]>>(self, pieces: &[P]) -> Option<u8> {
        pieces.get(self.piece)?.as_ref().get(self.at + 1).copied()
    }

    /// The value that follows the colon here, or `None` if it is plain that none does.
    pub(super) fn value<P: AsRef<[u8]>>(self, pieces: &[P]) -> Option<Reading<'_>> {
        let here = pieces.get(self.piece)?.as_ref().get(self.at + 1..)?;
        if let Some(string) = plain_string(here) {
            return Some(Reading::String(Cow::Borrowed(string)));
        }
        let mut bytes = self.bytes(pieces).skip(1);
        let (from, first) = bytes.find(|(_, byte)| !byte.is_ascii_whitespace())?;
        if first != b'"' {
            return Some(from.number(pieces));
        }
        let mut escaped = false;
        let (to, _) = bytes.find(|(_, byte)| {
            let ends = *byte == b'"' && !escaped;
            escaped = *byte == b'\\' && !escaped;
            ends
        })?;
        let string = json::string(Span { from, to }.text(pieces)?)?;
        Some(Reading::String(string))
    }

    /// What is read of a value that begins here and is no string.
    fn number<P: AsRef<[u8]>>(self, pieces: &[P]) -> Reading<'static> {
        let ends = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b',' | b'}' | b']');
        let bytes = self.bytes(pieces).map(|(_, byte)| byte);
        let text = bytes
            .take_while(|byte| !ends(byte))
            .take(json::LONGEST_INTEGER + 1)
            .collect();
        let text = String::from_utf8(text).ok();
        match text.filter(|text| json::integer(text).is_some()) {
            Some(digits) => Reading::String(Cow::Owned(digits)),
            None => Reading::NotAString,
        }
    }

    /// The first byte after this one that is no white space.
    pub(super) fn next_visible<P: AsRef<[u8]>>(self, pieces: &[P]) -> Option<u8> {
        let mut bytes = self.bytes(pieces).skip(1).map(|(_, byte)| byte);
        bytes.find(|byte| !byte.is_ascii_whitespace())
    }

    /// The bytes from here on, each with its place.
    fn bytes<P: AsRef<[u8]>>(self, pieces: &[P]) -> impl Iterator<Item = (Self, u8)> {
        (self.piece..pieces.len()).flat_map(move |piece| {
            let from = if piece == self.piece { self.at } else { 0 };
            let bytes = pieces[piece].as_ref();
            (from..bytes.len()).map(move |at| (Self { piece, at }, bytes[at]))
        })
    }
}

/// The string that `json` begins with, if it ends there as well and has no escapes in it.
fn plain_string(json: &[u8]) -> Option<&str> {
    let string = json.trim_ascii_start().strip_prefix(b"\"")?;
    let (plain, end) = string.split_at(memchr2(b'"', b'\\', string)?);
    end.starts_with(b"\"")
        .then(|| str::from_utf8(plain).ok())
        .flatten()
}

impl Span {
    /// What is written here, quotes included, or `None` if it ends before it begins. Copied only if it lies
    /// across a border between pieces.
    pub(super) fn text<P: AsRef<[u8]>>(self, pieces: &[P]) -> Option<Cow<'_, [u8]>> {
        let Self { from, to } = self;
        if from.piece == to.piece {
            let piece = pieces.get(from.piece)?.as_ref();
            return Some(Cow::Borrowed(piece.get(from.at..=to.at)?));
        }
        let (first, others) = pieces.get(from.piece..=to.piece)?.split_first()?;
        let (last, middle) = others.split_last()?;
        let mut text = first.as_ref().get(from.at..)?.to_vec();
        for piece in middle {
            text.extend_from_slice(piece.as_ref());
        }
        text.extend_from_slice(last.as_ref().get(..=to.at)?);
        Some(Cow::Owned(text))
    }
}
