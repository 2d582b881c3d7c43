//! What is counted of requests for whoever runs this, by route, type and rule.
//!
//! Where nobody asked for it (`[admin]` is off) there is no [`Counts`], and a request costs nothing more. Where there
//! is, a request is counted where its line is logged, so that the two can't differ.
//!
//! No worker waits for another, nor for who reads: each has counters of its own, which are added up when somebody asks.
//! What a request adds to is found once, with its route. Only a type, which its sender chose, is looked up by name.
//!
//! | file | question it answers |
//! |---|---|
//! | `outcomes` | what became of how many? |
//! | `histogram` | how long did it take? |
//! | `causes` | how did the endpoint fail? |
//! | `rules` | what have the rules in force matched? |
//! | `types` | which types came, within bounds? |
//! | `request` | what is to be counted of one request? |
//! | `routes` | what belongs to which route, across reloads? |
//! | `minutes` | how many came in each minute of the last hour? |
//! | `recent` | what were the last requests? |

mod causes;
mod histogram;
mod minutes;
mod outcomes;
mod recent;
mod request;
mod routes;
mod rules;
mod types;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

pub use causes::Cause;
pub use histogram::{Bounds, Distribution, INSPECT, UPSTREAM};
pub use minutes::{MINUTES, Minute};
pub use outcomes::Totalled;
pub use recent::{RECENT, Recent};
pub use request::{Counted, Counting};
pub use routes::{CountedRoute, CountedType, RouteCounts};
pub use types::{MOST_OF_ALL, MOST_OF_ROUTE, OTHER};

use super::ended::Ended;
use super::notices::Streak;
use super::outcome::Outcome;
use super::sharded::Sharded;
use crate::route::Routes;
use minutes::Minutes;
use recent::Ring;
use types::Budget;

/// All that is counted, of all workers.
#[derive(Debug)]
pub struct Counts {
    workers: usize,
    started: Instant,
    /// The routes in force, in the order of [`Routes::iter`].
    routes: Mutex<Arc<[CountedRoute]>>,
    /// What came under no route.
    nowhere: CountedRoute,
    minutes: Sharded<Minutes>,
    recent: Sharded<Mutex<Ring>>,
    budget: Arc<Budget>,
}

/// One worker's hold of them.
#[derive(Debug)]
pub struct Counter {
    counts: Arc<Counts>,
    worker: usize,
}

impl Counts {
    /// Nothing counted yet, for so many workers.
    #[must_use]
    pub fn new(workers: usize) -> Arc<Self> {
        let budget = Arc::new(Budget::default());
        Arc::new(Self {
            workers,
            started: Instant::now(),
            routes: Mutex::new(Arc::default()),
            nowhere: CountedRoute::nowhere(workers, &budget),
            minutes: Sharded::new(workers),
            recent: Sharded::new(workers),
            budget,
        })
    }

    /// What one of the workers counts with.
    #[must_use]
    pub fn counter(self: &Arc<Self>, worker: usize) -> Arc<Counter> {
        let counts = self.clone();
        Arc::new(Counter { counts, worker })
    }

    /// From now on these are the routes. One that stays, by its name, goes on from where it is, and so does each rule of it
    /// that stays. How often in a row the endpoint of each has failed is counted by `streaks`, in the same order.
    pub fn follow<'s>(
        &self,
        routes: &Routes,
        streaks: impl Iterator<Item = &'s Arc<Streak>>,
    ) -> Arc<[CountedRoute]> {
        let mut in_force = self.routes.lock().unwrap_or_else(PoisonError::into_inner);
        let streaked: Vec<_> = routes.iter().zip(streaks).collect();
        *in_force = routes::next(&in_force, &streaked, self.workers, &self.budget);
        in_force.clone()
    }

    /// The routes in force, in the order of [`Routes::iter`], and behind them what came under none.
    #[must_use]
    pub fn routes(&self) -> Vec<CountedRoute> {
        let in_force = self.routes.lock().unwrap_or_else(PoisonError::into_inner);
        let nowhere = self.nowhere.clone();
        in_force.iter().cloned().chain([nowhere]).collect()
    }

    /// How many requests there were in each minute of the last hour, the oldest first.
    #[must_use]
    pub fn minutes(&self) -> [Minute; MINUTES] {
        minutes::last(
            self.minutes.iter(),
            minute_of(self.second_of(Instant::now())),
        )
    }

    /// The last requests, the latest first, up to [`RECENT`].
    #[must_use]
    pub fn recent(&self) -> Vec<Recent> {
        recent::last(self.recent.iter())
    }

    /// How long it has counted.
    #[must_use]
    pub fn uptime(&self) -> Duration {
        self.started.elapsed()
    }

    /// What moment of the clock on the wall this second since the start is, by where that stands now: clocks are set.
    #[must_use]
    pub fn moment(&self, second: u64) -> SystemTime {
        on_the_wall(self.started + Duration::from_secs(second))
    }

    /// Which second since the start it is.
    fn second_of(&self, at: Instant) -> u64 {
        at.saturating_duration_since(self.started).as_secs()
    }
}

impl Counter {
    /// Counts a request that is over, of this route if it has one.
    fn count(&self, route: Option<&CountedRoute>, counted: &Counted<'_>) {
        let Self { counts, worker } = self;
        let route = route.unwrap_or(&counts.nowhere);
        let Ended { outcome, at, .. } = counted.ended;
        let second = counts.second_of(at);
        route.count(*worker, counted, second);
        let minutes = counts.minutes.of(*worker);
        minutes.count(minute_of(second), outcome);
    }

    /// Counts a connection that ended without a request.
    pub fn count_connection(&self) {
        let counted = Counted {
            ended: Ended::refused(),
            inspected: None,
        };
        self.count(None, &counted);
    }

    /// Keeps what a request was, until others have come after it.
    fn remember(&self, recent: Recent) {
        let ring = self.counts.recent.of(self.worker);
        // Nobody else but who looks at the page wants it.
        let mut ring = ring.lock().unwrap_or_else(PoisonError::into_inner);
        ring.push(recent);
    }
}

/// In which minute since the start a second is, counted from 1.
fn minute_of(second: u64) -> u64 {
    1 + second / 60
}

/// What the clock on the wall would have shown at a moment, by where it stands now.
#[must_use]
pub fn on_the_wall(at: Instant) -> SystemTime {
    let now = SystemTime::now();
    now.checked_sub(at.elapsed()).unwrap_or(now)
}

#[cfg(test)]
mod tests;
