//! One request on its way to being counted.

use std::sync::Arc;
use std::time::Duration;

use super::{CountedRoute, Counter, Ended, Recent};

/// By what a request is counted, and what is counted of it but not logged.
#[derive(Debug)]
pub struct Counting {
    counter: Arc<Counter>,
    inspected: Option<Duration>,
}

/// All that is counted of a request.
#[derive(Clone, Copy, Debug)]
pub struct Counted<'a> {
    /// What its line says.
    pub ended: Ended<'a>,
    /// How long it was judged.
    pub inspected: Option<Duration>,
}

impl Counting {
    /// A request that has just begun.
    #[must_use]
    pub fn by(counter: Arc<Counter>) -> Self {
        Self {
            counter,
            inspected: None,
        }
    }

    /// It was judged for so long.
    pub fn inspected(&mut self, took: Duration) {
        self.inspected = Some(took);
    }

    /// Counts it, at its end, under its route if it has one.
    pub fn count(&self, route: Option<&CountedRoute>, ended: &Ended<'_>) {
        let counted = Counted {
            ended: *ended,
            inspected: self.inspected,
        };
        self.counter.count(route, &counted);
    }

    /// Keeps what it was, until others have come after it.
    pub fn remember(&self, recent: Recent) {
        self.counter.remember(recent);
    }
}
