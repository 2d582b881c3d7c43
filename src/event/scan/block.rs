//! Sixty-four bytes at a time, as masks: bit `n` of a mask speaks of byte `n` of the block.

use wide::u8x64;

/// Bytes in a block, which are the bits of a mask.
pub(super) const LEN: usize = 64;

/// The bytes of one block, to be compared all at once.
#[derive(Clone, Copy)]
pub(super) struct Block(u8x64);

impl Block {
    pub(super) fn new(bytes: &[u8; LEN]) -> Self {
        Self(u8x64::new(*bytes))
    }

    /// Where `byte` is.
    pub(super) fn find(self, byte: u8) -> u64 {
        self.0.simd_eq(u8x64::splat(byte)).to_bitmask()
    }

    /// Where brackets open, and where they close, those of objects and those of arrays.
    ///
    /// The two kinds differ in one bit, and with that bit set no other byte is like them.
    pub(super) fn brackets(self) -> (u64, u64) {
        let either = Self(self.0 | u8x64::splat(b'{' ^ b'['));
        (either.find(b'{'), either.find(b'}'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_is_found_where_it_is_and_nowhere_else() {
        for byte in 0..=u8::MAX {
            let other = if byte == b'x' { b'y' } else { b'x' };
            for at in 0..LEN {
                let mut bytes = [other; LEN];
                bytes[at] = byte;
                let block = Block::new(&bytes);
                let here = |is: bool| u64::from(is) << at;
                assert_eq!(block.find(byte), here(true), "{byte} at {at}");
                let brackets = (here(b"{[".contains(&byte)), here(b"}]".contains(&byte)));
                assert_eq!(block.brackets(), brackets, "{byte} at {at}");
            }
        }
    }
}
