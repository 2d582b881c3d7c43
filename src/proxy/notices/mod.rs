//! What whoever runs this should know of without looking: the log says it, once when it changes.
//!
//! It is in force whether or not anything is counted for the admin listener, so it costs an event little: a hash of its type,
//! a look at a few places, and counters that no other worker writes to but for those of followed types. What is decided is
//! decided at an event, seldom, by whoever has it; there is no timer, and where nothing comes nothing is told.
//!
//! Time is that of the clock on the wall, as in the log. One that is set anew makes a window or an hour longer or shorter.
//!
//! Memory is bounded whatever is sent: of each route the names of 32 followed types, and 16 of each of its two windows, for
//! each worker and for the window before. No type is longer than the log has it.
//!
//! | file | question it answers |
//! |---|---|
//! | `streak` | how often in a row has an endpoint failed? |
//! | `levels` | is that to be told? |
//! | `remedy` | what can be done about it? |
//! | `tally` | which of many names come most? |
//! | `most` | is one of them more than half, and is that news? |
//! | `window` | when has enough come to say so? |
//! | `regular` | has a type that came every hour stopped? |
//! | `followed` | which types are looked at for that? |
//! | `watched` | what is kept of a route, across reloads? |
//! | `notice` | what does the log say? |

mod followed;
mod levels;
mod most;
mod notice;
mod regular;
mod remedy;
mod streak;
mod tally;
mod watched;
mod window;

use std::hash::RandomState;
use std::sync::Arc;
use std::time::SystemTime;

pub use streak::Streak;

use super::ended::Ended;
use crate::route::Routes;
use watched::{Moment, Watched};

/// What is kept of all routes, across reloads.
#[derive(Debug)]
pub struct Notices {
    workers: usize,
    /// Random, so that no sender can make one name pass for another.
    keys: RandomState,
    /// The routes in force, in the order of [`Routes::iter`].
    routes: Arc<[Watched]>,
}

/// The routes of one version of the config, as one worker watches them.
#[derive(Clone, Debug)]
pub struct Watch {
    routes: Arc<[Watched]>,
    keys: RandomState,
    worker: usize,
}

impl Notices {
    /// Of these routes, for so many workers.
    #[must_use]
    pub fn new(routes: &Routes, workers: usize) -> Self {
        Self {
            workers,
            keys: RandomState::new(),
            routes: watched::next(&[], routes, workers, now()),
        }
    }

    /// From now on these are the routes. What is kept of one that stays, by its name, goes on from where it is, unless the
    /// place of its types or its rules have changed: what depends on those begins anew.
    pub fn follow(&mut self, routes: &Routes) {
        self.routes = watched::next(&self.routes, routes, self.workers, now());
    }

    /// What one of the workers watches with, by its number from 0.
    #[must_use]
    pub fn watch(&self, worker: usize) -> Watch {
        Watch {
            routes: self.routes.clone(),
            keys: self.keys.clone(),
            worker,
        }
    }

    /// How often in a row the endpoint of each route has failed, in the order of the routes.
    pub fn streaks(&self) -> impl Iterator<Item = &Arc<Streak>> {
        self.routes.iter().map(|watched| &watched.streak)
    }
}

impl Watch {
    /// Notes how a request of the route with this number ended, and logs what whoever runs this should know of since.
    pub fn note(&self, number: usize, ended: &Ended<'_>) {
        let Some(watched) = self.routes.get(number) else {
            return;
        };
        let moment = Moment {
            worker: self.worker,
            now: now(),
            keys: &self.keys,
        };
        watched.note(ended, moment, |notice| notice.log(watched.name(), ended));
    }
}

/// Seconds since 1970; 0 before.
fn now() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    since.unwrap_or_default().as_secs()
}

#[cfg(test)]
mod tests;
