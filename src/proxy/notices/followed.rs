//! Which types of a route are looked at for whether they stop: those that came first, and those that came regularly since.
//!
//! A place that is taken is found without a lock. Made-up types may take all places, and lose them at the end of the hour;
//! regular ones keep theirs.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use super::regular::{Next, Regular, Stopped};
use crate::proxy::sharded::Sharded;

/// As many types of a route are followed. A larger number costs every event.
const MOST: usize = 32;
const HOUR: u64 = 60 * 60;

/// The types that are followed.
#[derive(Debug)]
pub struct Followed {
    /// Since 1970, that in which all is counted.
    hour: AtomicU64,
    /// How many events came in it.
    totals: Sharded<AtomicU64>,
    /// The hash of one type each, or 0.
    keys: [AtomicU64; MOST],
    /// How often each came in this hour.
    counts: [AtomicU64; MOST],
    /// Held by who takes a place, and at the end of an hour.
    kept: Mutex<[Option<Kept>; MOST]>,
}

#[derive(Debug)]
struct Kept {
    name: Box<str>,
    regular: Regular,
}

impl Followed {
    /// None from this second on.
    pub fn new(workers: usize, now: u64) -> Self {
        Self {
            hour: AtomicU64::new(now / HOUR),
            totals: Sharded::new(workers),
            keys: std::array::from_fn(|_| AtomicU64::default()),
            counts: std::array::from_fn(|_| AtomicU64::default()),
            kept: Mutex::new(std::array::from_fn(|_| None)),
        }
    }

    /// One more event in this second since 1970, with the hash and the name of its type, if it has one. Gives those that
    /// have stopped.
    pub fn count(
        &self,
        worker: usize,
        named: Option<(u64, &str)>,
        now: u64,
    ) -> Vec<(Box<str>, Stopped)> {
        let hour = now / HOUR;
        let counted = self.hour.load(Ordering::Relaxed);
        // Another worker may be a little ahead; a clock that was set back is more than that.
        let stopped = if hour > counted || hour + 1 < counted {
            self.end(hour)
        } else {
            Vec::new()
        };
        self.totals.of(worker).fetch_add(1, Ordering::Relaxed);
        if let Some((key, name)) = named {
            self.find(key, name);
        }
        stopped
    }

    fn find(&self, key: u64, name: &str) {
        let mut is_full = true;
        for (place, count) in self.keys.iter().zip(&self.counts) {
            match place.load(Ordering::Relaxed) {
                0 => is_full = false,
                found if found == key => {
                    count.fetch_add(1, Ordering::Relaxed);
                    return;
                }
                _ => {}
            }
        }
        if !is_full {
            self.take(key, name);
        }
    }

    /// Takes a place, if there is one and nobody else takes one at this moment.
    #[cold]
    fn take(&self, key: u64, name: &str) {
        let Ok(mut kept) = self.kept.try_lock() else {
            return;
        };
        let is_there = |place: &AtomicU64| place.load(Ordering::Relaxed) == key;
        if self.keys.iter().any(is_there) {
            return;
        }
        if let Some(free) = kept.iter().position(Option::is_none) {
            kept[free] = Some(Kept {
                name: name.into(),
                regular: Regular::default(),
            });
            self.counts[free].store(1, Ordering::Relaxed);
            self.keys[free].store(key, Ordering::Relaxed);
        }
    }

    /// Ends the hour before this one, unless another worker has.
    #[cold]
    fn end(&self, hour: u64) -> Vec<(Box<str>, Stopped)> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if self.hour.swap(hour, Ordering::Relaxed) == hour {
            return Vec::new();
        }
        let totals = self.totals.iter();
        let total: u64 = totals.map(|total| total.swap(0, Ordering::Relaxed)).sum();
        let mut all = Vec::new();
        for (number, place) in kept.iter_mut().enumerate() {
            let Some(one) = place else { continue };
            let own = self.counts[number].swap(0, Ordering::Relaxed);
            let next = one.regular.hour(own, total.saturating_sub(own));
            if next == Next::GoesOn {
                continue;
            }
            self.keys[number].store(0, Ordering::Relaxed);
            if let (Next::Stopped(stopped), Some(gone)) = (next, place.take()) {
                all.push((gone.name, stopped));
            }
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// So many of a type in an hour; the names of those that have stopped.
    fn come(followed: &Followed, hour: u64, key: u64, times: u64) -> Vec<String> {
        let name = key.to_string();
        let stopped = (0..times).flat_map(|time| {
            let now = hour * HOUR + time;
            followed.count((time % 2) as usize, Some((key, &name)), now)
        });
        stopped.map(|(name, _)| name.into()).collect()
    }

    #[test]
    fn a_type_that_came_for_a_day_is_missed_after_three_hours_and_once() {
        let followed = Followed::new(2, 7 * HOUR);
        for hour in 7..31 {
            for key in [1, 2, 3] {
                assert!(come(&followed, hour, key, 10).is_empty(), "{hour}");
            }
        }
        // The fourth hour shows that the third is over. One of no type shows it as well.
        for hour in 31..34 {
            assert!(come(&followed, hour, 3, 20).is_empty(), "{hour}");
        }
        let mut stopped = followed.count(0, None, 34 * HOUR);
        stopped.sort_by(|(one, _), (other, _)| one.cmp(other));
        let expected = Stopped {
            hours: 3,
            others: 60,
            per_hour: 10,
        };
        assert_eq!(stopped, [("1".into(), expected), ("2".into(), expected)]);
        for hour in 34..60 {
            assert!(come(&followed, hour, 3, 20).is_empty(), "{hour}");
        }
    }

    #[test]
    fn hours_without_any_event_are_none() {
        let followed = Followed::new(2, 0);
        // Eight hours a day.
        let hours = (0..).flat_map(|day| (0..8).map(move |hour| 24 * day + hour));
        for hour in hours.clone().take(24) {
            come(&followed, hour, 1, 10);
            come(&followed, hour, 2, 10);
        }
        let stopped: Vec<_> = hours
            .skip(24)
            .take(4)
            .flat_map(|hour| come(&followed, hour, 2, 10))
            .collect();
        assert_eq!(stopped, ["1"]);
    }

    #[test]
    fn made_up_types_take_no_place_of_a_regular_one_and_leave_theirs() {
        let followed = Followed::new(2, 0);
        for hour in 0..24 {
            come(&followed, hour, 1, 10);
            for made_up in 0..10_000 {
                let key = 10_000 * (hour + 1) + made_up;
                come(&followed, hour, key, 1);
            }
        }
        let names = || -> Vec<_> {
            let kept = followed.kept.lock().expect("nobody panics");
            let names = kept.iter().flatten().map(|kept| kept.name.len());
            names.collect()
        };
        assert_eq!(names().len(), MOST);
        // In a quiet hour all others lose their places.
        for hour in 24..26 {
            come(&followed, hour, 1, 10);
        }
        assert_eq!(names(), [1]);
    }
}
