//! How much memory senders may take altogether.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A body up to this size is small, and may have what is kept for those. Nearly all events are.
const SMALL: usize = 64 * 1024;
/// The part of the budget that is kept for small bodies: one of so many.
const KEPT: usize = 8;

/// The budget for what connections hold beyond a small amount that each may: bodies above all. All connections
/// share it.
///
/// Part of it is kept for small bodies, so that senders of large ones, who can easily use up the rest, keep no
/// ordinary event out.
#[derive(Clone, Debug)]
pub struct Memory {
    free: Arc<AtomicUsize>,
    bytes: usize,
    kept: usize,
    half: usize,
    plenty: usize,
}

/// A share of the [`Memory`] budget. It goes back when this is dropped.
#[derive(Debug)]
pub struct Share {
    memory: Memory,
    bytes: usize,
}

impl Memory {
    /// A budget of so many bytes, in which a single body of `largest` must find room.
    #[must_use]
    pub fn new(bytes: usize, largest: usize) -> Self {
        let kept = (bytes / KEPT).min(bytes.saturating_sub(largest));
        Self {
            free: Arc::new(AtomicUsize::new(bytes)),
            bytes,
            kept,
            half: bytes / 2,
            plenty: (bytes / 2).max(largest + kept),
        }
    }

    /// The largest body that finds room in it when nobody else has any.
    #[must_use]
    pub fn room_for_one(&self) -> usize {
        self.bytes - self.kept
    }

    /// How many bytes are taken out of it.
    #[must_use]
    pub fn held(&self) -> usize {
        self.bytes.saturating_sub(self.free.load(Ordering::Relaxed))
    }

    /// An empty share, to be grown.
    #[must_use]
    pub fn share(&self) -> Share {
        Share {
            memory: self.clone(),
            bytes: 0,
        }
    }
}

impl Share {
    /// Takes `more` bytes for a body out of the budget, or takes nothing and answers `false` when fewer are free to
    /// it.
    #[must_use]
    pub fn grow(&mut self, more: usize) -> bool {
        let is_small = self.bytes.saturating_add(more) <= SMALL;
        self.take(more, if is_small { 0 } else { self.memory.kept })
    }

    /// The same for what is no body: half of the budget is left to those.
    #[must_use]
    pub fn grow_beside_bodies(&mut self, more: usize) -> bool {
        self.take(more, self.memory.half)
    }

    /// The same for what only saves time: the largest body must find room beside it as well.
    #[must_use]
    pub fn grow_for_speed(&mut self, more: usize) -> bool {
        self.take(more, self.memory.plenty)
    }

    /// Parts with so many of its bytes, or with all if it has fewer.
    #[must_use]
    pub fn split(&mut self, bytes: usize) -> Self {
        let bytes = bytes.min(self.bytes);
        self.bytes -= bytes;
        Self {
            memory: self.memory.clone(),
            bytes,
        }
    }

    /// How many bytes it has.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Takes `more` if `kept` stay free.
    fn take(&mut self, more: usize, kept: usize) -> bool {
        let free = &self.memory.free;
        let taken = free.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |free| {
            free.checked_sub(more).filter(|left| *left >= kept)
        });
        if taken.is_ok() {
            self.bytes += more;
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

impl Drop for Share {
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
        let mut first = memory.share();
        assert!(first.grow(4) && first.grow(4));
        let mut second = memory.share();
        assert!(!second.grow(3), "only 2 are free");
        assert!(second.grow(2));
        drop(first);
        assert!(second.grow(8));
        assert!(!second.grow(1));
        second.shrink_to(9);
        assert!(second.grow(1) && !second.grow(1));
        assert_eq!(memory.held(), 10);
        drop(second);
        assert_eq!(memory.held(), 0);
    }

    #[test]
    fn what_is_kept_for_small_bodies_goes_to_small_bodies_only() {
        let memory = Memory::new(8 * SMALL, 0);
        let mut large = memory.share();
        while large.grow(SMALL / 2) {}
        assert_eq!(large.bytes, 7 * SMALL);
        let mut small = memory.share();
        assert!(small.grow(SMALL));
        assert!(!small.grow(1), "it is no longer small");
        assert!(!memory.share().grow(1), "all is used up");
    }

    #[test]
    fn whatever_else_is_held_leaves_room_for_bodies() {
        let memory = Memory::new(12 * SMALL, 8 * SMALL);
        let (mut heads, mut speed) = (memory.share(), memory.share());
        while speed.grow_for_speed(SMALL) {}
        while heads.grow_beside_bodies(SMALL) {}
        let sizes = (speed.bytes() / SMALL, heads.bytes() / SMALL);
        assert_eq!(sizes, (2, 4));
        drop(heads);
        assert!(memory.share().grow(8 * SMALL), "the largest body");
    }

    #[test]
    fn a_share_can_be_divided() {
        let memory = Memory::new(10, 10);
        let mut share = memory.share();
        assert!(share.grow(10));
        let part = share.split(4);
        assert_eq!((part.bytes(), share.bytes()), (4, 6));
        drop(share);
        assert!(memory.share().grow(6) && !memory.share().grow(7));
        drop(part);
        assert!(memory.share().grow(10));
    }

    #[test]
    fn a_body_of_the_largest_size_always_finds_room_in_an_empty_budget() {
        for bytes in [10 * SMALL, 10 * SMALL + 1, 12 * SMALL] {
            assert!(Memory::new(bytes, 10 * SMALL).share().grow(10 * SMALL));
        }
    }
}
