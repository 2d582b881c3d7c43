//! How often in a row an endpoint has failed, and since when: what a sender counts before it gives up. And whether that is
//! to be told.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use http::StatusCode;

use super::levels::{FIRST, Told, level};
use crate::proxy::Outcome;

/// Failures in a row. All workers share it: as long as all is well it is only read.
#[derive(Debug, Default)]
pub struct Streak {
    failures: AtomicU64,
    /// Seconds since 1970, when the first of them was.
    since: AtomicU64,
    /// How many were told of, so that it is not asked for in vain.
    told: AtomicU64,
    memory: Mutex<Told>,
}

/// What is to be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// So many have failed in a row.
    Fails(Failures),
    /// After so many, one has not.
    Answers(Failures),
}

/// Failures in a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failures {
    /// How many.
    pub count: u64,
    /// Seconds since 1970, when the first was.
    pub since: u64,
    /// Seconds from that until now.
    pub lasted: u64,
}

impl Streak {
    /// Notes what became of an event, and what its sender was told. What never was to reach the endpoint says nothing of it.
    ///
    /// `now` is in seconds since 1970.
    pub fn note(&self, outcome: Outcome, status: Option<StatusCode>, now: u64) -> Option<Change> {
        let is_failure = match outcome {
            Outcome::Forwarded | Outcome::WouldDrop | Outcome::WouldReject => {
                !status.is_some_and(|status| status.is_success())
            }
            Outcome::Failed => true,
            Outcome::Dropped
            | Outcome::Rejected
            | Outcome::Refused
            | Outcome::Answered
            | Outcome::SenderFailed
            | Outcome::Abandoned => return None,
        };
        if is_failure {
            self.fails(now)
        } else if self.failures.load(Ordering::Relaxed) > 0 {
            self.answers(now)
        } else {
            None
        }
    }

    fn fails(&self, now: u64) -> Option<Change> {
        let before = self.failures.fetch_add(1, Ordering::Relaxed);
        if before == 0 {
            self.since.store(now, Ordering::Relaxed);
        }
        let count = before + 1;
        if level(count) <= self.told.load(Ordering::Relaxed) {
            return None;
        }
        let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        // Another worker may have seen the end of them meanwhile.
        let goes_on = self.failures.load(Ordering::Relaxed) >= count;
        let is_told = goes_on && memory.fails(count, now);
        self.told.store(memory.level, Ordering::Relaxed);
        is_told.then(|| Change::Fails(self.lasted(count, now)))
    }

    fn answers(&self, now: u64) -> Option<Change> {
        let count = self.failures.swap(0, Ordering::Relaxed);
        if count < FIRST {
            return None;
        }
        let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        let is_told = memory.answers(now);
        self.told.store(0, Ordering::Relaxed);
        is_told.then(|| Change::Answers(self.lasted(count, now)))
    }

    fn lasted(&self, count: u64, now: u64) -> Failures {
        let since = self.since.load(Ordering::Relaxed);
        Failures {
            count,
            since,
            lasted: now.saturating_sub(since),
        }
    }

    /// How many there are since the last success.
    pub fn failures(&self) -> u64 {
        self.failures.load(Ordering::Relaxed)
    }

    /// When the first of them was.
    pub fn since(&self) -> SystemTime {
        let since = Duration::from_secs(self.since.load(Ordering::Relaxed));
        SystemTime::UNIX_EPOCH + since
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;
    use crate::proxy::Outcome::{
        Dropped, Failed, Forwarded, Refused, SenderFailed, WouldDrop, WouldReject,
    };

    #[test]
    fn only_what_the_endpoint_did_counts_and_a_success_ends_it() {
        let streak = Streak::default();
        for (now, (outcome, status, failures, since)) in [
            (Forwarded, 200, 0, 0),
            (Forwarded, 500, 1, 1),
            (Failed, 502, 2, 1),
            (Dropped, 200, 2, 1),
            (SenderFailed, 408, 2, 1),
            (Refused, 400, 2, 1),
            (WouldDrop, 404, 3, 1),
            (Forwarded, 302, 4, 1),
            (Forwarded, 204, 0, 1),
            (Failed, 504, 1, 9),
            (WouldReject, 200, 0, 9),
        ]
        .into_iter()
        .enumerate()
        {
            let status = StatusCode::from_u16(status).ok();
            assert_eq!(streak.note(outcome, status, now as u64), None, "{now}");
            assert_eq!(streak.failures(), failures, "{now}");
            let expected = SystemTime::UNIX_EPOCH + Duration::from_secs(since);
            assert_eq!(streak.since(), expected, "{now}");
        }
    }

    /// What is told when so many fail, one every second from `start` on, and then one does not.
    fn told(streak: &Streak, start: u64, count: u64) -> Vec<(&'static str, u64, u64)> {
        let failing = (start..).take(usize::try_from(count).unwrap());
        let mut told: Vec<_> = failing
            .filter_map(|now| streak.note(Failed, None, now))
            .collect();
        told.extend(streak.note(Forwarded, Some(StatusCode::OK), start + count));
        told.into_iter()
            .map(|change| match change {
                Change::Fails(failures) => ("fails", failures.count, failures.lasted),
                Change::Answers(failures) => ("answers", failures.count, failures.lasted),
            })
            .collect()
    }

    #[test]
    fn it_is_told_at_5_and_each_ten_times_as_many_and_then_when_it_is_over() {
        assert_eq!(told(&Streak::default(), 100, 4), []);
        let expected = [("fails", 5, 4), ("answers", 5, 5)];
        assert_eq!(told(&Streak::default(), 100, 5), expected);
        let expected = [
            ("fails", 5, 4),
            ("fails", 50, 49),
            ("fails", 500, 499),
            ("fails", 5_000, 4_999),
            ("answers", 49_999, 49_999),
        ];
        assert_eq!(told(&Streak::default(), 100, 49_999), expected);
    }

    #[test]
    fn one_that_comes_and_goes_is_told_of_again_only_later_or_once_it_is_worse() {
        let streak = Streak::default();
        let mut now = 1_000;
        let expected = [("fails", 5, 4), ("answers", 9, 9)];
        assert_eq!(told(&streak, now, 9), expected);
        // Over at 1,009, so quiet until 1,609.
        for _ in 0..10 {
            now += 20;
            assert_eq!(told(&streak, now, 9), [], "{now}");
        }
        let worse = [("fails", 50, 49), ("answers", 60, 60)];
        assert_eq!(told(&streak, 1_300, 60), worse);
        assert_eq!(told(&streak, 1_400, 60), []);
        // Over at 1,360, so quiet until 1,960: what has begun before that and goes on is told of then.
        let late = [("fails", 11, 10), ("answers", 12, 12)];
        assert_eq!(told(&streak, 1_950, 12), late);
        assert_eq!(told(&streak, 2_000, 49), []);
        let later = [("fails", 5, 4), ("answers", 5, 5)];
        assert_eq!(told(&streak, 2_562, 5), later);
        // The clock is set back to what it was.
        assert_eq!(told(&streak, 1_000, 5), later);
    }

    #[test]
    fn of_many_workers_none_tells_what_another_has_told() {
        const WORKERS: u64 = 4;
        const EACH: u64 = 12_500;
        let streak = Streak::default();
        let fail = || {
            let each = (0..EACH).filter_map(|_| streak.note(Failed, None, 1));
            each.collect::<Vec<_>>()
        };
        let mut told: Vec<_> = thread::scope(|scope| {
            let threads: Vec<_> = (0..WORKERS).map(|_| scope.spawn(fail)).collect();
            let told = threads.into_iter().map(|thread| thread.join().unwrap());
            told.flatten()
                .map(|change| match change {
                    Change::Fails(failures) => level(failures.count),
                    Change::Answers(_) => 0,
                })
                .collect()
        });
        told.sort_unstable();
        // Who comes late with a smaller count keeps silent.
        assert!(told.is_sorted_by(|a, b| a < b), "{told:?}");
        assert_eq!(told.last(), Some(&(WORKERS * EACH)));
        let over = streak.note(Forwarded, Some(StatusCode::OK), 3);
        let expected = Failures {
            count: WORKERS * EACH,
            since: 1,
            lasted: 2,
        };
        assert_eq!(over, Some(Change::Answers(expected)));
    }
}
