//! One value for each worker: who counts never waits for another, nor takes a cache line away from one.

use std::sync::OnceLock;

/// A value for each worker, made when that first needs it.
#[derive(Debug)]
pub struct Sharded<T>(Box<[OnceLock<Box<Line<T>>>]>);

/// Two cache lines: processors fetch the neighbour of one as well.
#[derive(Debug, Default)]
#[repr(align(128))]
struct Line<T>(T);

impl<T: Default> Sharded<T> {
    /// None made yet, for so many workers.
    pub fn new(workers: usize) -> Self {
        Self((0..workers).map(|_| OnceLock::new()).collect())
    }

    /// That of one worker, by its number from 0.
    pub fn of(&self, worker: usize) -> &T {
        &self.0[worker].get_or_init(Box::default).0
    }

    /// For how many it is.
    pub fn workers(&self) -> usize {
        self.0.len()
    }

    /// Those that were made.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.0.iter().filter_map(|each| Some(&each.get()?.0))
    }
}
