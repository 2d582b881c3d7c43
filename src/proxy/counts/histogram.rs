//! How long something took, of many.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Where one bucket ends and the next begins, in nanoseconds, the shortest first.
pub type Bounds = [u64; BOUNDS];

const BOUNDS: usize = 14;
const MICRO: u64 = 1_000;
const MILLI: u64 = 1_000_000;

/// For an endpoint to begin its answer: from what a process nearby takes to what no sender waits for.
pub const UPSTREAM: Bounds = [
    500 * MICRO,
    MILLI,
    2_500 * MICRO,
    5 * MILLI,
    10 * MILLI,
    25 * MILLI,
    50 * MILLI,
    100 * MILLI,
    250 * MILLI,
    500 * MILLI,
    1_000 * MILLI,
    2_500 * MILLI,
    10_000 * MILLI,
    30_000 * MILLI,
];

/// For the decision on an event: a microsecond or two, milliseconds for large bodies and those that wait for their turn.
pub const INSPECT: Bounds = [
    500,
    MICRO,
    2_500,
    5 * MICRO,
    10 * MICRO,
    25 * MICRO,
    50 * MICRO,
    100 * MICRO,
    250 * MICRO,
    MILLI,
    5 * MILLI,
    25 * MILLI,
    100 * MILLI,
    1_000 * MILLI,
];

/// Counters, one for each bucket.
#[derive(Debug, Default)]
pub struct Histogram {
    /// The last is for what is beyond all bounds.
    buckets: [AtomicU64; BOUNDS + 1],
    /// Nanoseconds.
    sum: AtomicU64,
}

/// What they were at some moment, or several together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Distribution {
    buckets: [u64; BOUNDS + 1],
    sum: u64,
}

impl Histogram {
    /// One more, that took so long.
    pub fn observe(&self, bounds: &Bounds, took: Duration) {
        let nanos = u64::try_from(took.as_nanos()).unwrap_or(u64::MAX);
        let bucket = bounds.partition_point(|&bound| bound < nanos);
        self.buckets[bucket].fetch_add(1, Ordering::Relaxed);
        self.sum.fetch_add(nanos, Ordering::Relaxed);
    }
}

impl Distribution {
    /// All of these together.
    pub fn of<'a>(all: impl Iterator<Item = &'a Histogram>) -> Self {
        let mut total = Self::default();
        for histogram in all {
            for (total, bucket) in total.buckets.iter_mut().zip(&histogram.buckets) {
                *total += bucket.load(Ordering::Relaxed);
            }
            total.sum += histogram.sum.load(Ordering::Relaxed);
        }
        total
    }

    /// These and others.
    #[must_use]
    pub fn and(mut self, other: &Self) -> Self {
        for (total, bucket) in self.buckets.iter_mut().zip(other.buckets) {
            *total += bucket;
        }
        self.sum += other.sum;
        self
    }

    /// How many there were.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.buckets.iter().sum()
    }

    /// How long all of them took together.
    #[must_use]
    pub fn sum(&self) -> Duration {
        Duration::from_nanos(self.sum)
    }

    /// How many took no longer than each of the bounds.
    pub fn cumulative(&self, bounds: &Bounds) -> impl Iterator<Item = (Duration, u64)> {
        let mut so_far = 0;
        bounds.iter().zip(self.buckets).map(move |(&bound, count)| {
            so_far += count;
            (Duration::from_nanos(bound), so_far)
        })
    }

    /// The bound within which this part of them stayed; `None` where there were none, or it is beyond the last.
    #[must_use]
    pub fn within(&self, bounds: &Bounds, percent: u64) -> Option<Duration> {
        let wanted = (self.count() * percent).div_ceil(100).max(1);
        self.cumulative(bounds)
            .find(|(_, so_far)| *so_far >= wanted)
            .map(|(bound, _)| bound)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_ascend() {
        for bounds in [UPSTREAM, INSPECT] {
            assert!(bounds.is_sorted_by(|a, b| a < b));
        }
    }

    #[test]
    fn what_takes_as_long_as_a_bound_is_within_it() {
        let histogram = Histogram::default();
        for (millis, times) in [(0, 1), (1, 1), (2, 2), (30_000, 1), (60_000, 1)] {
            for _ in 0..times {
                histogram.observe(&UPSTREAM, Duration::from_millis(millis));
            }
        }
        let total = Distribution::of([&histogram].into_iter());
        let so_far: Vec<_> = total
            .cumulative(&UPSTREAM)
            .map(|(_, count)| count)
            .collect();
        assert_eq!(so_far, [1, 2, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 5]);
        assert_eq!(
            (total.count(), total.sum()),
            (6, Duration::from_millis(90_005))
        );
        let within = |percent| total.within(&UPSTREAM, percent);
        assert_eq!(within(1), Some(Duration::from_micros(500)));
        assert_eq!(within(50), Some(Duration::from_micros(2_500)));
        assert_eq!(within(99), None);
        assert_eq!(Distribution::default().within(&UPSTREAM, 50), None);
        assert_eq!(total.and(&total).count(), 12);
    }
}
