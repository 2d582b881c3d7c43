//! When enough has come to say what most of it is.
//!
//! A window ends with the first event at which it is a minute old and has a hundred events: on a busy route every minute,
//! with many events, so that it does not depend on chance; on a quiet one with the hundredth. Nobody waits for an end: who
//! has the event that makes one adds up what all workers counted.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use super::most::{Asked, Most, Risen, Share};
use super::tally::Tally;
use crate::proxy::sharded::Sharded;

/// Seconds.
const LENGTH: u64 = 60;
/// Of fewer events none is most.
const ENOUGH: u64 = 100;

/// What names come most.
#[derive(Debug)]
pub struct Window {
    shares: Sharded<Counted>,
    /// The second since 1970 in which it may end.
    due: AtomicU64,
    judged: Mutex<Judged>,
}

/// What one worker has counted. The lock is its own but for an end.
#[derive(Debug, Default)]
struct Counted {
    total: AtomicU64,
    tally: Mutex<Tally>,
}

#[derive(Debug)]
struct Judged {
    most: Most,
    /// The second in which it began.
    begun: u64,
}

/// A name that has become more than half, and what it is half of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// What has become of it.
    pub risen: Risen,
    /// The length of the window in seconds.
    pub seconds: u64,
}

impl Window {
    /// One that begins in this second.
    pub fn new(workers: usize, asked: Asked, now: u64) -> Self {
        Self {
            shares: Sharded::new(workers),
            due: AtomicU64::new(now + LENGTH),
            judged: Mutex::new(Judged {
                most: Most::new(asked),
                begun: now,
            }),
        }
    }

    /// One more event in this second since 1970, with the hash and the text of its name, if it has one. Gives what is to
    /// be told of the window, if it ends.
    pub fn count(&self, worker: usize, named: Option<(u64, &str)>, now: u64) -> Option<Told> {
        let own = self.shares.of(worker);
        own.total.fetch_add(1, Ordering::Relaxed);
        if let Some((key, name)) = named {
            let mut tally = own.tally.lock().unwrap_or_else(PoisonError::into_inner);
            tally.count(key, name);
        }
        if self.is_due(now) {
            self.end(now)
        } else {
            None
        }
    }

    /// Whether it is old enough to end. Where the clock was set back it is not waited for.
    fn is_due(&self, now: u64) -> bool {
        let due = self.due.load(Ordering::Relaxed);
        due <= now || now + LENGTH < due
    }

    /// Ends it, if it has enough.
    #[cold]
    fn end(&self, now: u64) -> Option<Told> {
        let totals = self.shares.iter();
        let total: u64 = totals.map(|own| own.total.load(Ordering::Relaxed)).sum();
        if total < ENOUGH {
            return None;
        }
        // Who comes second leaves it to who came first.
        let mut judged = self.judged.try_lock().ok()?;
        if !self.is_due(now) {
            return None;
        }
        self.due.store(now + LENGTH, Ordering::Relaxed);
        let mut share = Share::default();
        for own in self.shares.iter() {
            let mut tally = own.tally.lock().unwrap_or_else(PoisonError::into_inner);
            share.total += own.total.swap(0, Ordering::Relaxed);
            share.tally = share.tally.and(std::mem::take(&mut *tally));
        }
        let begun = std::mem::replace(&mut judged.begun, now);
        let risen = judged.most.judge(share, now)?;
        Some(Told {
            risen,
            seconds: now.saturating_sub(begun),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    fn come(window: &Window, worker: usize, name: &str, times: u64, now: u64) -> Vec<Told> {
        let key = name.bytes().map(u64::from).sum();
        (0..times)
            .filter_map(|_| window.count(worker, Some((key, name)), now))
            .collect()
    }

    fn told(name: &str, count: u64, total: u64, seconds: u64) -> [Told; 1] {
        let risen = Risen {
            name: name.into(),
            count,
            total,
            percent_before: None,
        };
        [Told { risen, seconds }]
    }

    #[test]
    fn it_ends_with_the_hundredth_event_or_after_a_minute_whichever_is_later() {
        // On a busy route.
        let window = Window::new(2, Asked::Nothing, 10);
        assert_eq!(come(&window, 0, "a", 1_000, 10), []);
        assert_eq!(come(&window, 1, "b", 500, 69), []);
        assert_eq!(
            window.count(1, None, 71),
            Some(told("a", 1_000, 1_501, 61)[0].clone())
        );
        // On a quiet one.
        let window = Window::new(2, Asked::Nothing, 0);
        assert_eq!(come(&window, 0, "a", 99, 1_000), []);
        assert_eq!(come(&window, 1, "a", 1, 9_000), told("a", 100, 100, 9_000));
        // What comes next is of the next.
        assert_eq!(come(&window, 1, "a", 100, 9_010), []);
        assert_eq!(come(&window, 1, "b", 99, 9_059), []);
        assert_eq!(come(&window, 1, "b", 2, 9_060), []);
        // The clock is set back, which ends it as well.
        assert_eq!(come(&window, 1, "b", 200, 50).len(), 1);
        assert_eq!(come(&window, 1, "c", 300, 109), []);
        assert_eq!(come(&window, 1, "c", 1, 110).len(), 1);
    }

    #[test]
    fn it_has_nothing_of_the_one_before() {
        let window = Window::new(1, Asked::Nothing, 0);
        assert_eq!(come(&window, 0, "a", 100, 60), told("a", 100, 100, 60));
        assert_eq!(come(&window, 0, "c", 40, 70), []);
        let b = &come(&window, 0, "b", 60, 120)[0];
        assert_eq!(
            (&*b.risen.name, b.risen.count, b.risen.total),
            ("b", 60, 100)
        );
        assert_eq!((b.risen.percent_before, b.seconds), (Some(0), 60));
    }

    #[test]
    fn three_events_are_not_most() {
        let window = Window::new(1, Asked::Nothing, 0);
        assert_eq!(come(&window, 0, "a", 3, 100_000), []);
    }

    #[test]
    fn of_many_workers_one_tells_and_it_counts_what_all_have() {
        const WORKERS: usize = 4;
        let window = Window::new(WORKERS, Asked::Nothing, 0);
        let told: Vec<_> = thread::scope(|scope| {
            let threads: Vec<_> = (0..WORKERS)
                .map(|worker| {
                    let window = &window;
                    scope.spawn(move || {
                        let own = come(window, worker, &worker.to_string(), 1_001, 1);
                        own.into_iter().chain(come(window, worker, "all", 4_000, 1))
                    })
                })
                .collect();
            let told = threads
                .into_iter()
                .flat_map(|thread| thread.join().unwrap());
            told.collect()
        });
        assert_eq!(told, []);
        let told = window.count(0, None, 60).expect("it ends");
        assert_eq!((&*told.risen.name, told.risen.count), ("all", 16_000));
        assert_eq!(told.risen.total, 20_005);
    }
}
