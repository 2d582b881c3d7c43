//! A request body held whole in memory, in the pieces in which it arrived.

use bytes::Bytes;

use super::Hold;

/// A body, or its beginning, in memory.
///
/// The pieces are the buffers the socket was read into: nothing is copied on the way to the upstream.
#[derive(Debug)]
pub struct Held {
    pieces: Vec<Bytes>,
    len: usize,
    share: Hold,
}

impl Held {
    /// Nothing yet; what is added counts against `share`.
    #[must_use]
    pub fn new(share: Hold) -> Self {
        Self {
            pieces: Vec::new(),
            len: 0,
            share,
        }
    }

    /// Adds a piece at the end, or answers `false` when the memory for bodies is used up.
    #[must_use]
    pub fn push(&mut self, piece: Bytes) -> bool {
        if !self.share.grow(piece.len()) {
            return false;
        }
        self.len += piece.len();
        self.pieces.push(piece);
        true
    }

    /// Bytes held.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether nothing is held.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The pieces, in order.
    #[must_use]
    pub fn pieces(&self) -> &[Bytes] {
        &self.pieces
    }

    /// The pieces from the first to the last, and the share of memory to keep until they are gone.
    pub(super) fn into_parts(self) -> (std::vec::IntoIter<Bytes>, usize, Hold) {
        (self.pieces.into_iter(), self.len, self.share)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::body::Memory;

    #[test]
    fn pieces_are_held_as_they_came() {
        let mut held = Held::new(Memory::new(6).hold());
        assert!(held.is_empty());
        assert!(held.push(Bytes::from_static(b"abc")));
        assert!(held.push(Bytes::from_static(b"def")));
        assert_eq!(held.pieces(), ["abc", "def"]);
        assert!(
            !held.push(Bytes::from_static(b"g")),
            "the budget is 6 bytes"
        );
        assert_eq!(held.len(), 6);
    }
}
