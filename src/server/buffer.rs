//! How much may be read at once, and who pays for the buffer that it is read into.
//!
//! hyper doubles its buffer whenever a read has filled it, up to 400 KiB, and keeps it for as long as the connection
//! is busy. That makes large bodies faster, and would let every sender hold so much of requests that nobody has begun
//! with. So a read fills the buffer only where more of the same body follows and the budget has plenty; and what a
//! long head takes comes out of the budget as well.

use crate::memory::{Memory, Share};

/// What hyper reads at once as long as no read fills it. A connection has so much without asking, and once again for
/// a head that does not come in one piece.
const FREE: usize = 8 * 1024;
/// What may be read at once. A body of 1 MB takes 925 µs of processor time in halves of this, 880 in wholes, and 860 in
/// pieces twice as large.
const LARGEST: usize = 128 * 1024;

/// The buffer that hyper reads one connection into, as far as it can be told from outside.
#[derive(Debug)]
pub struct ReadBuffer {
    /// What hyper reads at once, at most.
    step: usize,
    /// What the last head took.
    head: usize,
    share: Share,
}

impl ReadBuffer {
    /// A new buffer. What it takes beyond a free amount it takes out of `memory`.
    pub fn new(memory: &Memory) -> Self {
        Self {
            step: FREE,
            head: 0,
            share: memory.share(),
        }
    }

    /// How much may be read of a head of which `so_far` has come; `None` when there is no memory for it.
    pub fn of_head(&mut self, so_far: usize) -> Option<usize> {
        // A buffer with less room than a step is doubled.
        let capacity = match so_far {
            0 => self.step,
            _ => (so_far + self.step).next_power_of_two(),
        };
        self.head = if capacity > 2 * FREE { capacity } else { 0 };
        let more = self.paid().saturating_sub(self.share.bytes());
        if more > 0 && !self.share.grow_beside_bodies(more) {
            return None;
        }
        self.share.shrink_to(self.paid());
        Some(self.step - 1)
    }

    /// How much may be read of a body of which `left` is to come.
    pub fn of_body(&mut self, left: u64) -> usize {
        let next = 2 * self.step;
        let is_worth_it = next <= LARGEST && left >= next as u64;
        let more = taken(next).saturating_sub(self.share.bytes());
        if is_worth_it && (more == 0 || self.share.grow_for_speed(more)) {
            next - 1
        } else {
            self.step - 1
        }
    }

    /// So much of a body was read.
    pub fn has_read(&mut self, bytes: usize) {
        if bytes >= self.step {
            self.step *= 2;
        }
        self.share.shrink_to(self.paid());
    }

    fn paid(&self) -> usize {
        self.head.max(taken(self.step))
    }
}

/// What a buffer takes that so much is read into at once. It grows by each step on the way there.
fn taken(step: usize) -> usize {
    if step > FREE { 2 * step } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_pays_for_what_it_takes_beyond_the_free_amount() {
        let memory = Memory::new(128 * 1024, 0);
        let mut buffer = ReadBuffer::new(&memory);
        for (so_far, paid) in [
            (0, 0),
            (FREE - 1, 0),
            (FREE, 0),
            (FREE + 1, 32),
            (31_000, 64),
        ] {
            assert_eq!(buffer.of_head(so_far), Some(FREE - 1), "{so_far}");
            assert_eq!(buffer.share.bytes(), paid * 1024, "{so_far}");
        }
        let mut other = ReadBuffer::new(&memory);
        assert_eq!(other.of_head(FREE), Some(FREE - 1));
        assert_eq!(other.of_head(FREE + 1), None, "half is left to bodies");
        assert_eq!(buffer.of_head(0), Some(FREE - 1));
        assert_eq!(other.of_head(FREE + 1), Some(FREE - 1));
    }

    #[test]
    fn a_large_body_is_read_in_larger_and_larger_pieces_if_it_fills_them() {
        let memory = Memory::new(1024 * 1024, 0);
        let mut buffer = ReadBuffer::new(&memory);
        let mut left = 1_000_000;
        for step in [16, 32, 64, 128, 128, 128] {
            let read = buffer.of_body(left);
            assert_eq!(read, step * 1024 - 1);
            buffer.has_read(read);
            left -= read as u64;
        }
        assert_eq!(buffer.share.bytes(), 2 * LARGEST);
        assert_eq!(buffer.of_head(0), Some(LARGEST - 1), "hyper keeps it");
        assert_eq!(buffer.share.bytes(), 2 * LARGEST);
    }

    #[test]
    fn what_would_not_be_filled_is_not_paid_for() {
        let memory = Memory::new(1024 * 1024, 0);
        let mut buffer = ReadBuffer::new(&memory);
        assert_eq!(buffer.of_body(2 * FREE as u64 - 1), FREE - 1);
        assert_eq!(buffer.of_body(u64::MAX), 2 * FREE - 1);
        buffer.has_read(FREE - 1);
        assert_eq!(buffer.share.bytes(), 0);
    }

    #[test]
    fn where_memory_is_short_pieces_stay_small() {
        let memory = Memory::new(1024 * 1024, 1024 * 1024);
        assert_eq!(ReadBuffer::new(&memory).of_body(u64::MAX), FREE - 1);
    }
}
