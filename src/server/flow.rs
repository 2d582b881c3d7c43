//! What is under way on a connection, in bytes.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// Bytes that have come of a head, are to come of a body, or wait for the sender to read them.
#[derive(Debug, Default)]
pub struct Flow {
    head: AtomicUsize,
    body: AtomicU64,
    unwritten: AtomicUsize,
}

/// What the next bytes belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// A head of which so many bytes have come.
    Head(usize),
    /// A body of which at most so many bytes are to come.
    Body(u64),
}

impl Flow {
    /// Bytes came of a head; of a new one, if it `begins` with them.
    pub fn head_came(&self, bytes: usize, begins: bool) {
        let before = if begins { 0 } else { self.head() };
        self.head.store(before + bytes, Ordering::Relaxed);
    }

    /// The head is complete, and a body begins. Some of that may have come with the head.
    pub fn body_begins(&self, length: Option<u64>) {
        let length = length.unwrap_or(u64::MAX);
        self.body.store(length, Ordering::Relaxed);
    }

    /// Bytes came of a body.
    pub fn body_came(&self, bytes: usize) {
        let left = self.body().saturating_sub(bytes as u64);
        self.body.store(left, Ordering::Relaxed);
    }

    /// Bytes of an answer are on their way.
    pub fn handed_over(&self, bytes: usize) {
        let before = self.unwritten();
        self.unwritten.store(before + bytes, Ordering::Relaxed);
    }

    /// Everything that was handed over has been written.
    pub fn flushed(&self) {
        self.unwritten.store(0, Ordering::Relaxed);
    }

    /// How much of the unfinished head has come.
    pub fn head(&self) -> usize {
        self.head.load(Ordering::Relaxed)
    }

    /// How much of the body is to come, at most.
    pub fn body(&self) -> u64 {
        self.body.load(Ordering::Relaxed)
    }

    /// How much of an answer has been handed over since everything was written.
    pub fn unwritten(&self) -> usize {
        self.unwritten.load(Ordering::Relaxed)
    }
}
