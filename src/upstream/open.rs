//! How many connections to upstreams are open.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Counts connections, if anybody wants to know. The default does not.
#[derive(Clone, Debug, Default)]
pub struct Open(Option<Arc<AtomicUsize>>);

/// A connection that is open until this is dropped.
#[derive(Debug)]
pub struct Entered(Option<Arc<AtomicUsize>>);

impl Open {
    /// One that counts.
    #[must_use]
    pub fn counting() -> Self {
        Self(Some(Arc::default()))
    }

    /// A connection has been opened.
    #[must_use]
    pub fn enter(&self) -> Entered {
        if let Some(count) = &self.0 {
            count.fetch_add(1, Ordering::Relaxed);
        }
        Entered(self.0.clone())
    }

    /// How many are open; 0 where nobody counts.
    #[must_use]
    pub fn count(&self) -> usize {
        let count = self.0.as_ref();
        count.map_or(0, |count| count.load(Ordering::Relaxed))
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        if let Some(count) = &self.0 {
            count.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_has_left_is_not_counted() {
        let open = Open::counting();
        let first = open.enter();
        let second = open.clone().enter();
        assert_eq!(open.count(), 2);
        drop(first);
        assert_eq!(open.count(), 1);
        drop(second);
        assert_eq!(open.count(), 0);
        let _uncounted = Open::default().enter();
        assert_eq!(Open::default().count(), 0);
    }
}
