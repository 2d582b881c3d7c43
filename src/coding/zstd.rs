//! zstd.

use std::io::Read;

use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

use super::Flaw;
use super::copy::Copied;
use super::pieces::Pieces;

/// The largest window that a sender may ask for (RFC 9659 §3).
const WINDOW: usize = 8 * 1024 * 1024;
/// The most that a block stands for (RFC 8878 §3.1.1.2.4).
const BLOCK: usize = 128 * 1024;
/// How much is taken out at a time.
const STEP: usize = 16 * 1024;
/// What a frame begins with (RFC 8878 §3.1.1).
const FRAME: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
/// Where the frame says what its header has (RFC 8878 §3.1.1.1.1): a checksum, and how much it stands for.
const DESCRIPTOR: usize = FRAME.len();
const CHECKSUM: u8 = 1 << 2;
const SIZE: u8 = 0b1110_0000;

pub fn decode<P: AsRef<[u8]>>(
    mut pieces: Pieces<'_, P>,
    copied: &mut Copied<'_, '_>,
) -> Result<(), Flaw> {
    let mut begin = [0; DESCRIPTOR + 1];
    pieces.read_exact(&mut begin).map_err(|_| Flaw::CutShort)?;
    let descriptor = begin[DESCRIPTOR];
    let mut decoder = FrameDecoder::new();
    decoder.set_max_window_size(WINDOW as u64);
    // A dictionary is nothing that a receiver has either.
    if decoder.init((&begin[..]).chain(&mut pieces)).is_err() {
        return Err(pieces.failed());
    }
    let mut step = vec![0; STEP];
    let mut held = 0;
    while !decoder.is_finished() {
        // It keeps what may be referred to, in a buffer that is up to twice as large and beside half of that when it
        // grows.
        let kept = (decoder.blocks_decoded() * BLOCK).min(WINDOW);
        let needed = 3 * kept + BLOCK;
        if !copied.room.take(needed - held) {
            return Err(Flaw::Memory);
        }
        held = needed;
        let block = BlockDecodingStrategy::UptoBlocks(1);
        if decoder.decode_blocks(&mut pieces, block).is_err() {
            return Err(pieces.failed());
        }
        loop {
            match decoder.read(&mut step) {
                Ok(0) => break,
                Ok(length) => copied.push(&step[..length])?,
                Err(_) => return Err(Flaw::Broken),
            }
        }
    }
    let sum = decoder.get_calculated_checksum();
    let is_summed = descriptor & CHECKSUM == 0 || decoder.get_checksum_from_data() == sum;
    let is_sized = descriptor & SIZE == 0 || decoder.content_size() == copied.len() as u64;
    if !is_summed || !is_sized {
        return Err(Flaw::Broken);
    }
    copied.room.give(held);
    pieces.end(&FRAME)
}
