//! Content codings: bytes -> what they stand for, or why that can't be told for certain. Pure, knows no HTTP.
//!
//! Receivers differ in what they make of a stream that is not quite whole: some stop at its end and leave the rest,
//! some read on, some take what came before it broke. So only what is exactly one whole stream is decoded.
//!
//! However much the bytes stand for, no more of it is made than a limit allows, and no memory is taken without asking.

mod brotli;
mod copy;
mod inflate;
mod pieces;
mod room;
#[cfg(test)]
mod tests;
mod zstd;

use std::fmt;

use copy::Copied;
use pieces::Pieces;
use room::Room;

/// How many codings on top of each other are undone. Nobody sends two.
pub const MOST: usize = 3;

/// What gzip begins with (RFC 1952 §2.3.1).
pub const GZIP: [u8; 2] = [0x1f, 0x8b];

/// A content coding that can be undone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coding {
    /// RFC 1952.
    Gzip,
    /// RFC 1950, which is zlib, as RFC 9110 §8.4.1.2 has it; or RFC 1951 alone, as some send it.
    Deflate,
    /// RFC 7932.
    Brotli,
    /// RFC 8878, with a window of 8 MiB at most (RFC 9659).
    Zstd,
}

/// Why bytes could not be decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// They are not in the coding, or are damaged.
    Broken,
    /// They end before the stream does.
    CutShort,
    /// Something comes after the stream.
    Trailing,
    /// Another stream comes after the first, which some receivers read and some don't.
    Second,
    /// They are zlib as well as bare deflate, and stand for something else in each.
    TwoReadings,
    /// As they are, they look like JSON to a receiver that decodes nothing.
    Plain,
    /// They stand for more than the limit.
    TooLarge,
    /// There was no memory for what they stand for.
    Memory,
}

impl Coding {
    /// The coding of this name, in any case. `x-gzip` is `gzip` (RFC 9110 §8.4.1.3).
    #[must_use]
    pub fn named(name: &[u8]) -> Option<Self> {
        let codings: [(&[u8], Self); 5] = [
            (b"gzip", Self::Gzip),
            (b"x-gzip", Self::Gzip),
            (b"deflate", Self::Deflate),
            (b"br", Self::Brotli),
            (b"zstd", Self::Zstd),
        ];
        codings
            .into_iter()
            .find(|(written, _)| name.eq_ignore_ascii_case(written))
            .map(|(_, coding)| coding)
    }

    fn undo<P: AsRef<[u8]>>(
        self,
        coded: &[P],
        limit: usize,
        room: &Room<'_>,
    ) -> Result<Vec<Vec<u8>>, Flaw> {
        let mut copied = Copied::new(limit, room);
        let pieces = Pieces::new(coded);
        match self {
            Self::Gzip => inflate::gzip(pieces, &mut copied)?,
            Self::Deflate => return inflate::deflate(coded, limit, room),
            Self::Brotli => brotli::decode(pieces, &mut copied)?,
            Self::Zstd => zstd::decode(pieces, &mut copied)?,
        }
        Ok(copied.into_pieces())
    }
}

/// Undoes `codings`, the last one first, and gives what the bytes stand for, in pieces.
///
/// Neither that nor what is between two codings may be more than `limit` bytes. Beyond a quarter of a MiB, `room` is
/// asked for all memory before it is taken; when it answers `false`, there is none. None of it is given back: it is
/// free once the pieces are.
///
/// # Errors
///
/// When that can't be done for certain: with the coding that it is up to.
pub fn decode<P: AsRef<[u8]>>(
    codings: &[Coding],
    coded: &[P],
    limit: usize,
    room: &mut dyn FnMut(usize) -> bool,
) -> Result<Vec<Vec<u8>>, (Coding, Flaw)> {
    let room = Room::new(room);
    let Some((last, before)) = codings.split_last() else {
        return Ok(coded.iter().map(|piece| piece.as_ref().to_vec()).collect());
    };
    if pieces::looks_like_json(coded) {
        return Err((*last, Flaw::Plain));
    }
    let undone = last.undo(coded, limit, &room);
    let mut decoded = undone.map_err(|flaw| (*last, flaw))?;
    for coding in before.iter().rev() {
        let undone = coding.undo(&decoded, limit, &room);
        room.give(decoded.iter().map(Vec::capacity).sum());
        decoded = undone.map_err(|flaw| (*coding, flaw))?;
    }
    Ok(decoded)
}

impl fmt::Display for Coding {
    /// As it is written in a header.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Gzip => "gzip",
            Self::Deflate => "deflate",
            Self::Brotli => "br",
            Self::Zstd => "zstd",
        })
    }
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Broken => "broken",
            Self::CutShort => "cut short",
            Self::Trailing => "something after its end",
            Self::Second => "more than one stream",
            Self::TwoReadings => "two readings, with and without zlib around it",
            Self::Plain => "looks like JSON as it was sent",
            Self::TooLarge => "more than limits.inspect when decoded",
            Self::Memory => "more than limits.memory leaves room for when decoded",
        })
    }
}
