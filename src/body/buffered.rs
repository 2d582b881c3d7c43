//! A request body held whole in memory, in the pieces in which it arrived.

use bytes::{Bytes, BytesMut};

use crate::memory::Share;

/// A piece shorter than this is copied together with others. Each keeps the whole buffer alive that it was
/// read into, 8 KiB at least: from a sender who sends byte by byte that would be gigabytes within
/// [`Limits::within`](super::Limits::within), whatever the budget says.
const SHORT: usize = 4 * 1024;

/// A body, or its beginning, in memory.
///
/// The pieces are the buffers the socket was read into: but for short ones nothing is copied on the way to the
/// upstream.
#[derive(Debug)]
pub struct Buffered {
    pieces: Vec<Bytes>,
    len: usize,
    share: Share,
}

impl Buffered {
    /// Nothing yet; what is added counts against `share`.
    #[must_use]
    pub fn new(share: Share) -> Self {
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
        match self.pieces.pop() {
            Some(last) if piece.len() < SHORT => self.append(last, &piece),
            last => self.pieces.extend(last.into_iter().chain([piece])),
        }
        true
    }

    /// Puts a copy of `short` behind the `last` piece: into it, where that is a copy as well.
    fn append(&mut self, last: Bytes, short: &[u8]) {
        let mut copy = last.try_into_mut().unwrap_or_else(|shared| {
            self.pieces.push(shared);
            BytesMut::with_capacity(SHORT)
        });
        copy.extend_from_slice(short);
        self.pieces.push(copy.freeze());
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
    pub(super) fn into_parts(self) -> (std::vec::IntoIter<Bytes>, usize, Share) {
        (self.pieces.into_iter(), self.len, self.share)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::Memory;

    #[test]
    fn pieces_are_held_as_they_came() {
        let mut held = Buffered::new(Memory::new(6, 6).share());
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

    #[test]
    fn short_pieces_do_not_keep_their_buffers() {
        let body: Vec<u8> = (0..100_000_u32).map(|at| at.to_le_bytes()[0]).collect();
        let mut held = Buffered::new(Memory::new(body.len(), body.len()).share());
        for (at, &byte) in body.iter().enumerate() {
            let mut buffer = BytesMut::with_capacity(8192);
            buffer.extend_from_slice(&[byte]);
            let piece = buffer.split_to(1).freeze();
            assert!(held.push(piece.clone()));
            // The socket's buffer goes when it is read anew; then nobody but this test keeps what was read.
            drop(buffer);
            assert!(piece.is_unique() || at == 0);
        }
        assert_eq!(held.pieces().concat(), body);
        assert!(held.pieces().len() <= 2);
    }

    #[test]
    fn long_pieces_are_not_copied() {
        let mut held = Buffered::new(Memory::new(3 * SHORT, 3 * SHORT).share());
        let piece = Bytes::from(vec![1; SHORT]);
        assert!(held.push(piece.clone()) && held.push(piece.clone()));
        assert!(held.push(piece.slice(..1)) && held.push(piece.slice(1..SHORT)));
        let starts: Vec<_> = held
            .pieces()
            .iter()
            .map(|held| held.as_ptr() == piece.as_ptr())
            .collect();
        assert_eq!(starts, [true, true, false]);
        assert_eq!(held.pieces().concat(), vec![1; 3 * SHORT]);
    }
}
