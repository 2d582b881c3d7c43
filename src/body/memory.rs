//! How many bytes are held in bodies altogether.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The budget for bytes held in request bodies, shared by all connections.
#[derive(Clone, Debug)]
pub struct Memory {
    free: Arc<AtomicUsize>,
}

/// A share of the [`Memory`] budget. It goes back when this is dropped.
#[derive(Debug)]
pub struct Hold {
    memory: Memory,
    bytes: usize,
}

impl Memory {
    /// A budget of so many bytes.
    #[must_use]
    pub fn new(bytes: usize) -> Self {
        Self {
            free: Arc::new(AtomicUsize::new(bytes)),
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
    /// Takes `more` bytes out of the budget, or takes nothing and answers `false` when fewer are free.
    #[must_use]
    pub fn grow(&mut self, more: usize) -> bool {
        let taken = self
            .memory
            .free
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |free| {
                free.checked_sub(more)
            })
            .is_ok();
        if taken {
            self.bytes += more;
        }
        taken
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.memory.free.fetch_add(self.bytes, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_refused_beyond_the_budget_and_returned_on_drop() {
        let memory = Memory::new(10);
        let mut first = memory.hold();
        assert!(first.grow(4) && first.grow(4));
        let mut second = memory.hold();
        assert!(!second.grow(3), "only 2 are free");
        assert!(second.grow(2));
        drop(first);
        assert!(second.grow(8));
        assert!(!second.grow(1));
    }
}
