//! The last requests, for whoever looks.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// As many as are kept.
pub const RECENT: usize = 100;

/// One of them. Of what its sender chose no more is kept than the log has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recent {
    /// When it was over.
    pub at: Instant,
    /// What became of it, as the log has it.
    pub verdict: &'static str,
    /// Its route; `None` is the top level, or none.
    pub route: Option<Arc<str>>,
    /// Its type.
    pub event_type: Option<String>,
    /// Its id.
    pub event_id: Option<String>,
    /// The rule that decided.
    pub rule: Option<String>,
    /// What its sender was told.
    pub status: Option<u16>,
    /// How long it took.
    pub total: Duration,
    /// What went wrong.
    pub error: Option<String>,
}

/// The last ones of one worker.
#[derive(Debug, Default)]
pub struct Ring(VecDeque<Recent>);

impl Ring {
    /// One more, in the place of the oldest when there are enough.
    pub fn push(&mut self, recent: Recent) {
        if self.0.len() == RECENT {
            self.0.pop_front();
        }
        self.0.push_back(recent);
    }
}

/// The last ones of all workers, the latest first.
pub fn last<'a>(workers: impl Iterator<Item = &'a Mutex<Ring>>) -> Vec<Recent> {
    let mut all = Vec::new();
    for ring in workers {
        let ring = ring.lock().unwrap_or_else(PoisonError::into_inner);
        all.extend(ring.0.iter().cloned());
    }
    all.sort_by_key(|recent| std::cmp::Reverse(recent.at));
    all.truncate(RECENT);
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(start: Instant, second: u64) -> Recent {
        Recent {
            at: start + Duration::from_secs(second),
            verdict: "forward",
            route: None,
            event_type: None,
            event_id: None,
            rule: None,
            status: None,
            total: Duration::ZERO,
            error: None,
        }
    }

    #[test]
    fn the_last_of_all_workers_come_latest_first() {
        let start = Instant::now();
        let rings = [0, 1].map(|worker| {
            let mut ring = Ring::default();
            for second in 0..2 * RECENT as u64 {
                ring.push(at(start, 2 * second + worker));
            }
            Mutex::new(ring)
        });
        let all = last(rings.iter());
        let expected: Vec<_> = (0..RECENT as u64).map(|ago| at(start, 399 - ago)).collect();
        assert_eq!(all, expected);
    }
}
