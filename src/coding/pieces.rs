//! Bytes in pieces, read from the first to the last.

use std::io::{self, BufRead, Read};
use std::slice::Iter;

use super::Flaw;

/// What is left of the bytes.
pub struct Pieces<'p, P> {
    now: &'p [u8],
    rest: Iter<'p, P>,
}

impl<'p, P: AsRef<[u8]>> Pieces<'p, P> {
    pub fn new(pieces: &'p [P]) -> Self {
        Self {
            now: &[],
            rest: pieces.iter(),
        }
    }

    /// What comes next; empty at the end.
    pub fn next(&mut self) -> &'p [u8] {
        while self.now.is_empty()
            && let Some(piece) = self.rest.next()
        {
            self.now = piece.as_ref();
        }
        self.now
    }

    /// Goes on behind so many bytes of [`next`](Self::next).
    pub fn advance(&mut self, bytes: usize) {
        self.now = &self.now[bytes..];
    }

    /// Whether a stream that has ended here is all there is. One that begins with `magic` is a second one.
    pub fn end(&mut self, magic: &[u8]) -> Result<(), Flaw> {
        let mut begin = [0; 4];
        let begin = &mut begin[..magic.len()];
        if self.next().is_empty() {
            return Ok(());
        }
        // What is shorter is none either.
        let is_second = !magic.is_empty() && self.read_exact(begin).is_ok() && begin == magic;
        Err(if is_second {
            Flaw::Second
        } else {
            Flaw::Trailing
        })
    }

    /// What is wrong with a stream that could not be read up to here.
    pub fn failed(&mut self) -> Flaw {
        if self.next().is_empty() {
            Flaw::CutShort
        } else {
            Flaw::Broken
        }
    }
}

impl<P: AsRef<[u8]>> Read for Pieces<'_, P> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let next = self.next();
        let length = next.len().min(buffer.len());
        buffer[..length].copy_from_slice(&next[..length]);
        self.advance(length);
        Ok(length)
    }
}

impl<P: AsRef<[u8]>> BufRead for Pieces<'_, P> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        Ok(self.next())
    }

    fn consume(&mut self, bytes: usize) {
        self.advance(bytes);
    }
}

/// Whether a receiver that decodes nothing may take these for JSON. Streams can be made that are both, in brotli and in
/// bare deflate; by chance none is, since it would have to do without 29 of the 256 bytes.
pub fn looks_like_json<P: AsRef<[u8]>>(pieces: &[P]) -> bool {
    let bytes = || pieces.iter().flat_map(AsRef::as_ref);
    let is_mark = bytes().take(3).eq(b"\xef\xbb\xbf");
    let mut text = bytes().skip(if is_mark { 3 } else { 0 });
    let is_space = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n');
    let begin = text.by_ref().find(|byte| !is_space(byte));
    matches!(begin, Some(b'{' | b'['))
        && text.all(|byte| !byte.is_ascii_control() || is_space(byte) || *byte == 0x7f)
}
