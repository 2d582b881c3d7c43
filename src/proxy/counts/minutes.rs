//! How many requests there were in each minute of the last hour.

use std::sync::atomic::{AtomicU64, Ordering};

use super::Outcome;
use super::outcomes::{Outcomes, Totalled};

/// As many as are told.
pub const MINUTES: usize = 60;

/// What became of the requests of one minute.
pub type Minute = Totalled;

/// The last minutes as one worker saw them, each in the place that its number has by the hour.
#[derive(Debug)]
pub struct Minutes([Slot; MINUTES]);

#[derive(Debug, Default)]
struct Slot {
    /// Which minute it is, counted from 1; 0 is none.
    minute: AtomicU64,
    outcomes: Outcomes,
}

impl Default for Minutes {
    fn default() -> Self {
        Self(std::array::from_fn(|_| Slot::default()))
    }
}

impl Minutes {
    /// One more in this minute. Only one thread ever does this.
    pub fn count(&self, minute: u64, outcome: Outcome) {
        let slot = &self.0[place(minute)];
        if slot.minute.load(Ordering::Relaxed) != minute {
            slot.outcomes.clear();
            slot.minute.store(minute, Ordering::Relaxed);
        }
        slot.outcomes.count(outcome);
    }

    fn at(&self, minute: u64) -> Option<&Outcomes> {
        let slot = &self.0[place(minute)];
        let is_meant = slot.minute.load(Ordering::Relaxed) == minute;
        is_meant.then_some(&slot.outcomes)
    }
}

/// Those of all workers up to this minute, the oldest first.
pub fn last<'a>(workers: impl Iterator<Item = &'a Minutes>, now: u64) -> [Minute; MINUTES] {
    let workers: Vec<_> = workers.collect();
    std::array::from_fn(|number| {
        let ago = (MINUTES - 1 - number) as u64;
        let minute = now.checked_sub(ago).filter(|minute| *minute > 0);
        let found = minute.into_iter().flat_map(|minute| {
            let all = workers.iter();
            all.filter_map(move |worker| worker.at(minute))
        });
        Totalled::of(found)
    })
}

fn place(minute: u64) -> usize {
    usize::try_from(minute % MINUTES as u64).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sums(workers: &[Minutes], now: u64) -> Vec<(usize, u64)> {
        let all = last(workers.iter(), now)
            .into_iter()
            .map(|minute| minute.sum());
        all.enumerate().filter(|(_, sum)| *sum > 0).collect()
    }

    #[test]
    fn what_is_older_than_an_hour_is_forgotten() {
        let workers = [Minutes::default(), Minutes::default()];
        for (worker, minute) in [(0, 1), (1, 1), (0, 2), (1, 60)] {
            workers[worker].count(minute, Outcome::Forwarded);
        }
        assert_eq!(sums(&workers, 60), [(0, 2), (1, 1), (59, 1)]);
        assert_eq!(sums(&workers, 61), [(0, 1), (58, 1)]);
        workers[0].count(61, Outcome::Dropped);
        assert_eq!(sums(&workers, 61), [(0, 1), (58, 1), (59, 1)]);
        assert_eq!(sums(&workers, 1_000), []);
    }
}
