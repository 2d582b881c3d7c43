//! A request body held whole in memory.

use bytes::{Bytes, BytesMut};

use crate::memory::Share;

/// The largest buffer that the socket is read into.
const BUFFER: usize = 128 * 1024;
/// A shorter piece is copied. Any other stays in the buffer that it was read into, if what follows is going to fill
/// that.
const LONG: usize = 8 * 1024;
/// The size of the buffers into which pieces are copied.
const SEGMENT: usize = 16 * 1024;
/// Bytes of the socket's buffers that may stay unused because what was in them has been copied. A connection may take
/// so much without its being counted.
const UNUSED: usize = 8 * 1024;

/// A body, or its beginning, in memory.
///
/// It takes hardly more memory than it has bytes, in however small pieces it came. Of a large body that comes fast,
/// next to nothing is copied on the way to the upstream.
#[derive(Debug)]
pub struct Buffered {
    pieces: Vec<Bytes>,
    len: usize,
    /// How long it is going to be, if that is known.
    length: Option<usize>,
    unused: usize,
    share: Share,
}

impl Buffered {
    /// Nothing yet of a body of this length, if that is known. What is added counts against `share`.
    #[must_use]
    pub fn new(share: Share, length: Option<usize>) -> Self {
        Self {
            pieces: Vec::new(),
            len: 0,
            length,
            unused: 0,
            share,
        }
    }

    /// Adds a piece at the end, or answers `false` when the memory for bodies is used up.
    #[must_use]
    pub fn push(&mut self, mut piece: Bytes) -> bool {
        if !self.share.grow(piece.len()) {
            return false;
        }
        self.len += piece.len();
        let stays = piece.len() >= LONG && self.leaves_no_room_behind(piece.len());
        let (is_beside_last, moved) = self.fill_last(&mut piece);
        if stays && self.unused + moved <= UNUSED {
            self.unused += moved;
            self.pieces.push(piece);
        } else if !piece.is_empty() {
            if is_beside_last {
                self.unused += piece.len();
            }
            self.copy(&piece);
        }
        true
    }

    /// Whether the buffer of a long piece is full, or is going to be filled, or is the one that the connection keeps
    /// anyway, since the body ends here.
    fn leaves_no_room_behind(&self, piece: usize) -> bool {
        let room = BUFFER.saturating_sub(piece);
        let left = self.length.map(|length| length - self.len);
        room <= UNUSED || left.is_some_and(|left| left == 0 || left >= room)
    }

    /// Moves as much of `piece` as there is room for into the buffer of the last one. Says whether that is the buffer
    /// it is in, where there is no room for it, and how much was moved.
    fn fill_last(&mut self, piece: &mut Bytes) -> (bool, usize) {
        let Some(last) = self.pieces.pop() else {
            return (false, 0);
        };
        let (last, is_beside, moved) = match last.try_into_mut() {
            Ok(mut last) => {
                let room = last.capacity() - last.len();
                let moved = piece.split_to(room.min(piece.len()));
                last.extend_from_slice(&moved);
                (last.freeze(), false, moved.len())
            }
            // More is being read into the same buffer.
            Err(last) => (last, true, 0),
        };
        self.pieces.push(last);
        (is_beside, moved)
    }

    /// Adds a copy of the last bytes that came, with room for what is going to follow; but not the first time, since it
    /// is the short piece that came with the head, and what follows may be long.
    fn copy(&mut self, piece: &[u8]) {
        let before = self.len - piece.len();
        let expected = match self.length {
            Some(length) if !self.pieces.is_empty() => length - before,
            _ => before,
        };
        let mut copy = BytesMut::with_capacity(expected.min(SEGMENT).max(piece.len()));
        copy.extend_from_slice(piece);
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

    /// A body that comes as by a socket: in buffers of `size`, of which hyper keeps the last, in pieces of `piece`.
    fn read(body: &[u8], size: usize, piece: usize, length: Option<usize>) -> (Buffered, BytesMut) {
        let mut held = Buffered::new(Memory::new(body.len(), body.len()).share(), length);
        let mut buffer = BytesMut::with_capacity(size);
        for piece in body.chunks(piece) {
            if buffer.capacity() < size {
                buffer.reserve(size);
            }
            buffer.extend_from_slice(piece);
            assert!(held.push(buffer.split().freeze()));
        }
        (held, buffer)
    }

    /// What a body takes, but for the buffer that hyper keeps anyway.
    fn taken(held: Buffered) -> usize {
        let pieces = held.pieces.into_iter().map(|piece| {
            let length = piece.len();
            piece
                .try_into_mut()
                .map_or(length, |piece| piece.capacity())
        });
        pieces.sum()
    }

    #[test]
    fn it_is_what_came_and_no_more_than_there_is_memory_for() {
        let mut held = Buffered::new(Memory::new(6, 6).share(), None);
        assert!(held.is_empty());
        assert!(held.push(Bytes::from_static(b"abc")));
        assert!(held.push(Bytes::from_static(b"def")));
        assert_eq!(held.pieces().concat(), b"abcdef");
        assert!(
            !held.push(Bytes::from_static(b"g")),
            "the budget is 6 bytes"
        );
        assert_eq!(held.len(), 6);
    }

    #[test]
    fn it_takes_hardly_more_memory_than_it_has_bytes() {
        let body: Vec<u8> = (0..300_000_u32).map(|at| at.to_le_bytes()[0]).collect();
        for size in [8192, 16384, BUFFER] {
            for piece in [1, 100, 4096, 5000, 8191, 12_000, 32_768, 40_000, 131_071] {
                let piece = piece.min(size);
                for length in [None, Some(body.len())] {
                    let (held, _buffer) = read(&body, size, piece, length);
                    assert_eq!(held.pieces().concat(), body);
                    let taken = taken(held);
                    let most = body.len() + SEGMENT;
                    assert!(taken <= most, "{taken} in {piece} of {size}");
                }
            }
        }
    }

    #[test]
    fn a_small_body_takes_its_length_and_leaves_the_buffer_it_came_in() {
        let (held, mut buffer) = read(&[1; 500], 8192, 8192, Some(500));
        assert_eq!(taken(held), 500);
        assert!(buffer.try_reclaim(8192));
    }

    #[test]
    fn a_body_that_fills_the_buffers_is_not_copied() {
        let body = vec![1; 20 * (BUFFER - 1)];
        let (held, _buffer) = read(&body, BUFFER, BUFFER - 1, Some(body.len()));
        assert!(held.pieces().len() <= 21);
        assert!(held.unused <= 20);
    }
}
