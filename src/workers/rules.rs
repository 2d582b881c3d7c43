//! What all workers go by, and how they get another version of it.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Semaphore, watch};

use crate::admin::Gauges;
use crate::config::Config;
use crate::memory::Memory;
use crate::proxy::Serving;
use crate::proxy::counts::{CountedRoute, Counter, Counts};
use crate::proxy::notices::Notices;
use crate::route::Routes;
use crate::tls::{Dialer, Sides};
use crate::upstream::{Known, Open, OwnAddresses, Upstreams};

/// What all workers of a proxy go by. Whoever has this can give them another version.
#[derive(Debug)]
pub struct Rules {
    each: Vec<watch::Sender<Arc<Serving>>>,
    known: Known,
    /// What is counted, if anybody is to ask, and the routes as they are counted now.
    counts: Option<Arc<Counts>>,
    counted: Option<Arc<[CountedRoute]>>,
    /// What whoever runs this is told of, whether or not anybody asks.
    notices: Notices,
    /// The connections to upstreams.
    open: Open,
    /// How long idle connections are kept, which does not change.
    keep: Duration,
    /// What is set aside for bodies, which does not change either.
    memory: Memory,
    /// How upstreams are spoken to where that is by TLS.
    dialer: Dialer,
}

impl Rules {
    /// Those of `config`, for so many workers to come.
    #[must_use]
    pub fn new(
        config: &Config,
        routes: &Routes,
        memory: &Memory,
        workers: usize,
        tls: &Sides,
    ) -> Self {
        let is_asked = config.admin.listen.is_some();
        let open = if is_asked {
            Open::counting()
        } else {
            Open::default()
        };
        let counts = is_asked.then(|| Counts::new(workers));
        let notices = Notices::new(routes, workers);
        let counted = |counts: &Arc<Counts>| counts.follow(routes, notices.streaks());
        Self {
            each: Vec::new(),
            known: known(routes, &Known::counted_by(open.clone())),
            counted: counts.as_ref().map(counted),
            counts,
            notices,
            open,
            keep: config.timeouts.reuse,
            memory: memory.clone(),
            dialer: tls.dialer.clone(),
        }
    }

    /// Whether anybody is to ask what was counted.
    #[must_use]
    pub fn are_counted(&self) -> bool {
        self.counts.is_some()
    }

    /// What one more worker is to go by, and to count with.
    pub fn first(
        &mut self,
        routes: &Arc<Routes>,
        own: &OwnAddresses,
        number: usize,
    ) -> (watch::Receiver<Arc<Serving>>, Option<Arc<Counter>>) {
        let dialer = self.dialer.clone();
        let upstreams = Upstreams::new(&self.known, self.keep, own.clone(), dialer);
        let serving = Serving::new(routes.clone(), upstreams)
            .counted_by(self.counted.clone())
            .watched_by(self.notices.watch(number));
        let (version, serving) = watch::channel(Arc::new(serving));
        self.each.push(version);
        let counts = self.counts.as_ref();
        (serving, counts.map(|counts| counts.counter(number)))
    }

    /// What can be asked of those who go by them, where anybody is to ask. So many senders have a place at once, and these
    /// of them are free.
    #[must_use]
    pub fn gauges(&self, places: &Arc<Semaphore>, senders: usize) -> Option<Gauges> {
        Some(Gauges {
            counts: self.counts.clone()?,
            places: places.clone(),
            senders,
            upstream: self.open.clone(),
            memory: self.memory.clone(),
        })
    }

    /// Gives all workers these routes in the place of those that they have. Every request that comes when this is done
    /// goes by them, and one that has begun goes by the old ones to its end.
    ///
    /// Upstreams that stay keep their connections, and what is known of them.
    pub fn apply(&mut self, routes: &Arc<Routes>) {
        self.known = known(routes, &self.known);
        self.notices.follow(routes);
        let notices = &self.notices;
        let counts = self.counts.as_ref();
        self.counted = counts.map(|counts| counts.follow(routes, notices.streaks()));
        for (number, version) in self.each.iter().enumerate() {
            let old = version.borrow().clone();
            let next = old.next(routes.clone(), &self.known, self.keep);
            let next = next
                .counted_by(self.counted.clone())
                .watched_by(notices.watch(number));
            // The old one, with idle connections to upstreams that nobody needs any more, ends here or with the last
            // request that has it.
            version.send_replace(Arc::new(next));
        }
    }

    /// The largest body that finds room in the memory for bodies.
    #[must_use]
    pub fn largest_body(&self) -> usize {
        self.memory.room_for_one()
    }
}

/// What is known of the upstreams of these routes: of those among them that were known `before`, all that was.
fn known(routes: &Routes, before: &Known) -> Known {
    Known::of(routes.iter().map(|route| &route.upstream), before)
}
