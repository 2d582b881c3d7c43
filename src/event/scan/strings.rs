//! What is inside of a string.

use super::block::{Block, LEN};

/// Bits 0, 2, 4 …
const EVEN: u64 = 0x5555_5555_5555_5555;

/// Tells strings from the rest, block by block, and keeps what reaches over from one into the next.
#[derive(Clone, Copy, Default)]
pub(super) struct Strings {
    /// All ones inside of a string, else zero.
    inside: u64,
    /// One if the next byte is escaped, else zero.
    escape: u64,
}

impl Strings {
    /// The quotes that begin or end a string, and what is inside of strings: everything from the quote that
    /// begins one up to, but without, the one that ends it.
    ///
    /// Of `block` the first `len` bytes count, at least one. The rest are spaces.
    #[inline]
    pub(super) fn next(&mut self, block: Block, len: usize) -> (u64, u64) {
        let quotes = block.find(b'"');
        let quotes = quotes & !self.escaped(block.find(b'\\'), quotes, len);
        let inside = parity(quotes) ^ self.inside;
        self.inside = 0u64.wrapping_sub(inside >> (LEN - 1));
        (quotes, inside)
    }

    /// Whether no string is left unfinished.
    pub(super) fn ended(self) -> bool {
        self.inside == 0
    }

    /// Which bytes a backslash escapes; for the sake of speed, none where that makes no difference.
    #[inline]
    fn escaped(&mut self, backslashes: u64, quotes: u64, len: usize) -> u64 {
        let last = len - 1;
        let after = backslashes << 1 | self.escape;
        if after & quotes == 0 && backslashes >> last == 0 {
            self.escape = 0;
            return 0;
        }
        let escapes = escapes(backslashes & !self.escape);
        let after = escapes << 1 | self.escape;
        self.escape = escapes >> last;
        after
    }
}

/// Which backslashes escape what follows them: of each run of them the first, the third and so on.
///
/// To add to a run its own first bit clears the run, and sets the bit after it, which is in no run.
fn escapes(backslashes: u64) -> u64 {
    let first = backslashes & !(backslashes << 1);
    let from_odd = backslashes & backslashes.wrapping_add(first & EVEN);
    let from_even = backslashes ^ from_odd;
    from_even & EVEN | from_odd & !EVEN
}

/// Whether the number of bits up to and including each one is odd.
fn parity(bits: u64) -> u64 {
    [1, 2, 4, 8, 16, 32]
        .iter()
        .fold(bits, |bits, shift| bits ^ bits << shift)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The same, one byte after the other.
    fn naive(bytes: &[u8]) -> Vec<(bool, bool)> {
        let (mut inside, mut escaped) = (false, false);
        let step = |&byte: &u8| {
            let quote = byte == b'"' && !escaped;
            escaped = byte == b'\\' && !escaped;
            inside ^= quote;
            (quote, inside)
        };
        bytes.iter().map(step).collect()
    }

    fn by_blocks(pieces: &[&[u8]]) -> Vec<(bool, bool)> {
        let mut strings = Strings::default();
        let mut all = Vec::new();
        for bytes in pieces.iter().flat_map(|piece| piece.chunks(LEN)) {
            let mut block = [b' '; LEN];
            block[..bytes.len()].copy_from_slice(bytes);
            let (quotes, inside) = strings.next(Block::new(&block), bytes.len());
            let bit = |mask: u64, at| mask >> at & 1 == 1;
            all.extend((0..bytes.len()).map(|at| (bit(quotes, at), bit(inside, at))));
        }
        let ended = all.last().is_none_or(|(_, inside)| !inside);
        assert_eq!(strings.ended(), ended);
        all
    }

    proptest! {
        #[test]
        fn same_as_one_byte_after_the_other(
            text in r#"[\\"x]{0,300}|[\\]{60,70}"[\\]{0,140}"x|[x"]{0,70}\\{0,5}["x]{0,70}"#,
            cut in any::<prop::sample::Index>(),
        ) {
            let bytes = text.as_bytes();
            let (one, two) = bytes.split_at(cut.index(bytes.len() + 1));
            prop_assert_eq!(by_blocks(&[one, two]), naive(bytes));
        }
    }
}
