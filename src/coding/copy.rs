//! What was decoded, up to a limit.

use super::Flaw;
use super::room::Room;

/// The size of the first piece.
const FIRST: usize = 16 * 1024;
/// The size of the largest.
const LARGEST: usize = 256 * 1024;

/// What was decoded so far. It is never moved: what is full stays, and a new piece is begun.
pub struct Copied<'r, 'f> {
    pieces: Vec<Vec<u8>>,
    len: usize,
    limit: usize,
    /// Where it gets its memory from.
    pub room: &'r Room<'f>,
}

impl<'r, 'f> Copied<'r, 'f> {
    pub fn new(limit: usize, room: &'r Room<'f>) -> Self {
        Self {
            pieces: Vec::new(),
            len: 0,
            limit,
            room,
        }
    }

    /// Adds these at the end.
    pub fn push(&mut self, mut bytes: &[u8]) -> Result<(), Flaw> {
        if bytes.len() > self.limit - self.len {
            return Err(Flaw::TooLarge);
        }
        self.len += bytes.len();
        while !bytes.is_empty() {
            let last = match self.pieces.last_mut() {
                Some(last) if last.len() < last.capacity() => last,
                _ => self.begin()?,
            };
            let free = last.capacity() - last.len();
            let (fitting, rest) = bytes.split_at(free.min(bytes.len()));
            last.extend_from_slice(fitting);
            bytes = rest;
        }
        Ok(())
    }

    /// Begins a piece.
    fn begin(&mut self) -> Result<&mut Vec<u8>, Flaw> {
        let size = self.pieces.last().map_or(FIRST, |last| 2 * last.capacity());
        let size = size.min(LARGEST);
        if !self.room.take(size) {
            return Err(Flaw::Memory);
        }
        self.pieces.push(Vec::with_capacity(size));
        Ok(self.pieces.last_mut().expect("it was just added"))
    }

    /// How many bytes there are.
    pub fn len(&self) -> usize {
        self.len
    }

    pub fn into_pieces(self) -> Vec<Vec<u8>> {
        self.pieces
    }
}
