//! gzip and deflate.

use std::io::{ErrorKind, Read};

use flate2::bufread::GzDecoder;
use flate2::{Decompress, FlushDecompress, Status};

use super::copy::Copied;
use super::pieces::Pieces;
use super::room::Room;
use super::{Flaw, GZIP};

/// What the decoder takes: the window of 32 KiB twice, and its tables.
const DECODER: usize = 96 * 1024;
/// How much is decoded at a time.
const STEP: usize = 16 * 1024;

pub fn gzip<P: AsRef<[u8]>>(
    pieces: Pieces<'_, P>,
    copied: &mut Copied<'_, '_>,
) -> Result<(), Flaw> {
    if !copied.room.take(DECODER) {
        return Err(Flaw::Memory);
    }
    let mut step = vec![0; STEP];
    let mut decoder = GzDecoder::new(pieces);
    loop {
        match decoder.read(&mut step) {
            // Only after its checksum and its length.
            Ok(0) => break,
            Ok(length) => copied.push(&step[..length])?,
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Err(Flaw::CutShort),
            Err(_) => return Err(Flaw::Broken),
        }
    }
    copied.room.give(DECODER);
    decoder.into_inner().end(&GZIP)
}

/// With zlib around it or without, whichever it is; by chance no stream is both.
pub fn deflate<P: AsRef<[u8]>>(
    coded: &[P],
    limit: usize,
    room: &Room<'_>,
) -> Result<Vec<Vec<u8>>, Flaw> {
    let read = |is_zlib| {
        let mut copied = Copied::new(limit, room);
        inflate(Pieces::new(coded), is_zlib, &mut copied)?;
        Ok(copied.into_pieces())
    };
    match (read(true), read(false)) {
        (Err(Flaw::Broken), only) | (only, Err(Flaw::Broken)) => only,
        (Ok(zlib), Ok(bare)) if zlib.iter().flatten().eq(bare.iter().flatten()) => Ok(zlib),
        (Err(flaw @ (Flaw::Memory | Flaw::TooLarge)), _)
        | (_, Err(flaw @ (Flaw::Memory | Flaw::TooLarge)))
        | (Err(flaw), Err(_)) => Err(flaw),
        _ => Err(Flaw::TwoReadings),
    }
}

fn inflate<P: AsRef<[u8]>>(
    mut pieces: Pieces<'_, P>,
    is_zlib: bool,
    copied: &mut Copied<'_, '_>,
) -> Result<(), Flaw> {
    if !copied.room.take(DECODER) {
        return Err(Flaw::Memory);
    }
    let mut step = vec![0; STEP];
    let mut decoder = Decompress::new(is_zlib);
    loop {
        let input = pieces.next();
        let (read, written) = (decoder.total_in(), decoder.total_out());
        let status = decoder.decompress(input, &mut step, FlushDecompress::None);
        let status = status.map_err(|_| Flaw::Broken)?;
        // Neither is more than what was given to it.
        let read = usize::try_from(decoder.total_in() - read).unwrap_or(usize::MAX);
        let written = usize::try_from(decoder.total_out() - written).unwrap_or(usize::MAX);
        pieces.advance(read);
        copied.push(&step[..written])?;
        if status == Status::StreamEnd {
            copied.room.give(DECODER);
            return pieces.end(&[]);
        }
        if read == 0 && written == 0 {
            return Err(pieces.failed());
        }
    }
}
