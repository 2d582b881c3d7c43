//! Bytes as a source of choices.

/// Bytes to choose by, of which there are ever more zeros at the end.
pub struct Choices<'a> {
    rest: &'a [u8],
}

impl<'a> Choices<'a> {
    /// Chooses by these.
    pub fn new(rest: &'a [u8]) -> Self {
        Self { rest }
    }

    /// What has not been used.
    pub fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// The next byte.
    pub fn byte(&mut self) -> u8 {
        self.rest.split_off_first().copied().unwrap_or(0)
    }

    /// A number below `end`, which is at most 65,536.
    pub fn below(&mut self, end: usize) -> usize {
        let high = if end > 256 { self.byte() } else { 0 };
        usize::from(u16::from_be_bytes([high, self.byte()])) % end
    }

    /// One of these.
    pub fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }

    /// A small number, at times one that is about the length of a block or two.
    pub fn length(&mut self) -> usize {
        match self.byte() {
            small @ 0..200 => usize::from(small % 8),
            near => 56 + usize::from(near - 200) % 16 + if near > 230 { 64 } else { 0 },
        }
    }

    /// How many bytes each piece has, by turns. At least one of them is not empty.
    pub fn cuts(&mut self) -> Vec<usize> {
        match self.byte() {
            0..64 => vec![usize::MAX],
            64..128 => vec![1 + self.below(130)],
            128..192 => vec![self.below(256), 1 + self.length(), self.length()],
            _ => vec![self.below(65_536), usize::MAX],
        }
    }
}
