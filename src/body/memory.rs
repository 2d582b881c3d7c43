//! How many bytes are held in bodies altogether.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A body up to this size is small, and may have what is kept for those. Nearly all events are.
const SMALL: usize = 64 * 1024;
/// The part of the budget that is kept for small bodies: one of so many.
const KEPT: usize = 8;

/// The budget for bytes held in request bodies, shared by all connections.
///
/// Part of it is kept for small bodies, so that senders of large ones, who can easily use up the rest, keep no
/// ordinary event out.
#[derive(Clone, Debug)]
pub struct Memory {
    free: Arc<AtomicUsize>,
    kept: usize,
}

/// A share of the [`Memory`] budget. It goes back when this is dropped.
#[derive(Debug)]
pub struct Hold {
    memory: Memory,
    bytes: usize,
}

impl Memory {
    /// A budget of so many bytes, in which a single body of `largest` must find room.
    #[must_use]
    pub fn new(bytes: usize, largest: usize) -> Self {
        Self {
            free: Arc::new(AtomicUsize::new(bytes)),
            kept: (bytes / KEPT).min(bytes.saturating_sub(largest)),
        }
    }

    /// An empty share, to be grown.
    #[must_use]
    pub fn hold(&self) -> Hold {
        Hold {
            memory: self.clone(),
            bytes: 0,
        }
    }
}

impl Hold {
    /// Takes `more` bytes out of the budget, or takes nothing and answers `false` when fewer are free to it.
    #[must_use]
    pub fn grow(&mut self, more: usize) -> bool {
        let all = self.bytes.saturating_add(more);
        let kept = if all > SMALL { self.memory.kept } else { 0 };
        let free = &self.memory.free;
        let taken = free.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |free| {
            free.checked_sub(more).filter(|left| *left >= kept)
        });
        if taken.is_ok() {
            self.bytes = all;
        }
        taken.is_ok()
    }

    /// Gives back what is more than `bytes`.
    pub fn shrink_to(&mut self, bytes: usize) {
        let less = self.bytes.saturating_sub(bytes);
        self.memory.free.fetch_add(less, Ordering::Relaxed);
        self.bytes -= less;
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.shrink_to(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_refused_beyond_the_budget_and_returned_on_drop() {
        let memory = Memory::new(10, 10);
        let mut first = memory.hold();
        assert!(first.grow(4) && first.grow(4));
        let mut second = memory.hold();
        assert!(!second.grow(3), "only 2 are free");
        assert!(second.grow(2));
        drop(first);
        assert!(second.grow(8));
        assert!(!second.grow(1));
        second.shrink_to(9);
        assert!(second.grow(1) && !second.grow(1));
    }

    #[test]
    fn what_is_kept_for_small_bodies_goes_to_small_bodies_only() {
        let memory = Memory::new(8 * SMALL, 0);
        let mut large = memory.hold();
        while large.grow(SMALL / 2) {}
        assert_eq!(large.bytes, 7 * SMALL);
        let mut small = memory.hold();
        assert!(small.grow(SMALL));
        assert!(!small.grow(1), "it is no longer small");
        assert!(!memory.hold().grow(1), "all is used up");
    }

    #[test]
    fn a_body_of_the_largest_size_always_finds_room_in_an_empty_budget() {
        for bytes in [10 * SMALL, 10 * SMALL + 1, 12 * SMALL] {
            assert!(Memory::new(bytes, 10 * SMALL).hold().grow(10 * SMALL));
        }
    }
}
