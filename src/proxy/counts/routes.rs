//! What is counted of a route, across reloads.

use std::sync::Arc;

use super::causes::{Cause, Causes};
use super::histogram::{Distribution, Histogram, INSPECT, UPSTREAM};
use super::outcomes::{Outcomes, Totalled};
use super::rules::{self, Rules};
use super::types::{Budget, Seen, Types};
use super::{Counted, Sharded, Streak};
use crate::policy::Policy;
use crate::route::Route;

pub use super::types::Seen as CountedType;

/// A route in one version of the config, and what was counted of it in all of them.
#[derive(Clone, Debug)]
pub struct CountedRoute {
    /// What goes on as long as there is a route of its name.
    pub counts: Arc<RouteCounts>,
    rules: Arc<Rules>,
}

/// What is counted of all routes of one name.
#[derive(Debug)]
pub struct RouteCounts {
    /// As the log has it; `None` is the top level, and where there is no route.
    pub name: Option<Arc<str>>,
    shares: Sharded<Share>,
    causes: Causes,
    streak: Arc<Streak>,
    types: Types,
    budget: Arc<Budget>,
}

#[derive(Debug, Default)]
struct Share {
    outcomes: Outcomes,
    upstream: Histogram,
    inspect: Histogram,
}

/// The routes of the next version, in their order, each with what counts the failures in a row of its endpoint.
pub fn next(
    before: &[CountedRoute],
    routes: &[(&Arc<Route>, &Arc<Streak>)],
    workers: usize,
    budget: &Arc<Budget>,
) -> Arc<[CountedRoute]> {
    let known: std::collections::HashMap<_, _> = before
        .iter()
        .map(|route| (route.counts.name.as_deref(), route))
        .collect();
    let mut left = rules::MOST;
    let next = routes.iter().map(|(route, streak)| {
        let stays = known.get(&route.name.as_deref());
        let counts = stays.map_or_else(
            || RouteCounts::new(route.name.clone(), Arc::clone(streak), workers, budget),
            |stays| stays.counts.clone(),
        );
        let none = Rules::default();
        let before = stays.map_or(&none, |stays| &stays.rules);
        let handshakes = route.handshakes.iter().map(|one| &*one.written);
        let rules = Rules::new(&route.policy, handshakes, before, workers, &mut left);
        CountedRoute {
            counts,
            rules: Arc::new(rules),
        }
    });
    next.collect()
}

impl CountedRoute {
    /// For what comes under no route, and meets no rule.
    pub fn nowhere(workers: usize, budget: &Arc<Budget>) -> Self {
        let (policy, none) = (Policy::default(), Rules::default());
        let rules = Rules::new(&policy, std::iter::empty(), &none, workers, &mut 0);
        Self {
            counts: RouteCounts::new(None, Arc::default(), workers, budget),
            rules: Arc::new(rules),
        }
    }

    /// Counts a request of its own that was over in this second since the start.
    pub fn count(&self, worker: usize, counted: &Counted<'_>, second: u64) {
        let counts = &*self.counts;
        let share = counts.shares.of(worker);
        let ended = &counted.ended;
        share.outcomes.count(ended.outcome);
        if let Some(took) = ended.upstream {
            share.upstream.observe(&UPSTREAM, took);
        }
        if let Some(took) = counted.inspected {
            share.inspect.observe(&INSPECT, took);
        }
        if let Some(cause) = ended.cause {
            counts.causes.count(cause);
        }
        if let Some(rule) = ended.rule {
            self.rules.count(worker, rule);
        }
        if let Some(name) = ended.event_type {
            let (types, budget) = (&counts.types, &counts.budget);
            types.count(worker, name, ended.outcome, second, budget);
        }
    }

    /// How often each of its rules has matched, in the order of the config.
    pub fn rules(&self) -> impl Iterator<Item = (&str, u64)> {
        self.rules.iter()
    }
}

impl RouteCounts {
    fn new(
        name: Option<Arc<str>>,
        streak: Arc<Streak>,
        workers: usize,
        budget: &Arc<Budget>,
    ) -> Arc<Self> {
        Arc::new(Self {
            name,
            shares: Sharded::new(workers),
            causes: Causes::default(),
            streak,
            types: Types::new(workers),
            budget: budget.clone(),
        })
    }

    /// What became of its requests.
    #[must_use]
    pub fn totals(&self) -> Totalled {
        Totalled::of(self.shares.iter().map(|share| &share.outcomes))
    }

    /// How long its endpoint took to begin its answers.
    #[must_use]
    pub fn upstream(&self) -> Distribution {
        Distribution::of(self.shares.iter().map(|share| &share.upstream))
    }

    /// How long its events were judged.
    #[must_use]
    pub fn inspect(&self) -> Distribution {
        Distribution::of(self.shares.iter().map(|share| &share.inspect))
    }

    /// How often its endpoint failed in each way.
    pub fn causes(&self) -> impl Iterator<Item = (Cause, u64)> {
        self.causes.iter()
    }

    /// How often its endpoint has failed since it last did not, and since when.
    #[must_use]
    pub fn streak(&self) -> (u64, std::time::SystemTime) {
        (self.streak.failures(), self.streak.since())
    }

    /// Its types, in no order.
    pub fn types(&self) -> impl Iterator<Item = Seen<'_>> {
        self.types.iter()
    }
}

impl Drop for RouteCounts {
    fn drop(&mut self) {
        self.types.give_back(&self.budget);
    }
}
