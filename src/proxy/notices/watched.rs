//! What is kept of a route, across reloads.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

use super::followed::Followed;
use super::most::Asked;
use super::notice::Notice;
use super::streak::Streak;
use super::window::Window;
use crate::proxy::Outcome;
use crate::proxy::ended::Ended;
use crate::route::{Mode, Route, Routes};

/// A route in one version of the config, and what is kept of it from one to the next: each part as long as what it is about
/// stays.
#[derive(Clone, Debug)]
pub struct Watched {
    route: Arc<Route>,
    /// As long as there is a route of its name.
    pub streak: Arc<Streak>,
    /// And as long as types are read from the same place.
    types: Arc<Types>,
    /// And as long as the same rules are applied in the same way.
    rules: Arc<Window>,
}

#[derive(Debug)]
struct Types {
    most: Window,
    followed: Followed,
}

/// When and by whom an event is noted.
#[derive(Clone, Copy, Debug)]
pub struct Moment<'k> {
    /// The worker's number, from 0.
    pub worker: usize,
    /// Seconds since 1970.
    pub now: u64,
    /// What names are hashed with.
    pub keys: &'k RandomState,
}

/// The routes of the next version, in their order, from this second since 1970 on.
pub fn next(before: &[Watched], routes: &Routes, workers: usize, now: u64) -> Arc<[Watched]> {
    let known: HashMap<_, _> = before
        .iter()
        .map(|watched| (watched.route.name.as_deref(), watched))
        .collect();
    let next = routes.iter().map(|route| {
        let stays = known.get(&route.name.as_deref()).copied();
        let types = stays.filter(|stays| stays.route.source == route.source);
        let rules = stays.filter(|stays| is_judged_alike(&stays.route, route));
        Watched {
            route: route.clone(),
            streak: stays.map_or_else(Arc::default, |stays| stays.streak.clone()),
            types: types.map_or_else(
                || Arc::new(Types::new(workers, now)),
                |stays| stays.types.clone(),
            ),
            rules: rules.map_or_else(
                || Arc::new(Window::new(workers, Asked::Nothing, now)),
                |stays| stays.rules.clone(),
            ),
        }
    });
    next.collect()
}

fn is_judged_alike(one: &Route, other: &Route) -> bool {
    one.source == other.source
        && one.policy == other.policy
        && one.handshakes == other.handshakes
        && one.mode == other.mode
}

impl Watched {
    /// As the log has it.
    pub fn name(&self) -> Option<&str> {
        self.route.name.as_deref()
    }

    /// Notes how a request of its own ended, and tells what whoever runs this should know of since.
    pub fn note(&self, ended: &Ended<'_>, at: Moment<'_>, mut tell: impl FnMut(Notice)) {
        if let Some(change) = self.streak.note(ended.outcome, ended.status, at.now) {
            tell(Notice::Endpoint(change));
        }
        if !is_an_event(ended.outcome) {
            return;
        }
        let Moment { worker, now, .. } = at;
        // Of a place that is free it is 0.
        let named = |name| (at.keys.hash_one(name).max(1), name);
        let kind = ended.event_type.map(named);
        if let Some(most) = self.types.most.count(worker, kind, now) {
            tell(Notice::Most(most));
        }
        for (name, stopped) in self.types.followed.count(worker, kind, now) {
            tell(Notice::Stopped(name, stopped));
        }
        let is_dropped = matches!(ended.outcome, Outcome::Dropped | Outcome::WouldDrop);
        let rule = ended.rule.filter(|_| is_dropped).map(named);
        if let Some(most) = self.rules.count(worker, rule, now) {
            let verdict = match self.route.mode {
                Mode::Enforce => Outcome::Dropped,
                Mode::Observe => Outcome::WouldDrop,
            };
            tell(Notice::Drops(most, verdict.verdict()));
        }
    }
}

impl Types {
    fn new(workers: usize, now: u64) -> Self {
        Self {
            most: Window::new(workers, Asked::Suddenly, now),
            followed: Followed::new(workers, now),
        }
    }
}

/// Whether it was an event, as far as that can be told: not what was refused, or never came whole.
fn is_an_event(outcome: Outcome) -> bool {
    match outcome {
        Outcome::Forwarded
        | Outcome::Dropped
        | Outcome::Rejected
        | Outcome::WouldDrop
        | Outcome::WouldReject
        | Outcome::Failed => true,
        Outcome::Refused | Outcome::Answered | Outcome::SenderFailed | Outcome::Abandoned => false,
    }
}
