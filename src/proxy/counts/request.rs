//! One request on its way to being counted.

use std::sync::Arc;
use std::time::{Duration, Instant};

use http::StatusCode;

use super::{Cause, CountedRoute, Counter, Outcome, Recent};
use crate::proxy::Serving;

/// By what a request is counted, and what is counted of it but not logged.
#[derive(Debug)]
pub struct Counting {
    counter: Arc<Counter>,
    /// The version of the config that has its route, and which route that is.
    route: Option<(Arc<Serving>, usize)>,
    inspected: Option<Duration>,
    cause: Option<Cause>,
}

/// How a request ended, as its line has it.
#[derive(Clone, Copy, Debug)]
pub struct Ended<'a> {
    /// What became of it.
    pub outcome: Outcome,
    /// The rule that decided.
    pub rule: Option<&'a str>,
    /// Its type.
    pub event_type: Option<&'a str>,
    /// How long its endpoint took to begin an answer.
    pub upstream: Option<Duration>,
    /// What its sender was told.
    pub status: Option<StatusCode>,
    /// When that was.
    pub at: Instant,
}

/// All that is counted of a request.
#[derive(Clone, Copy, Debug)]
pub struct Counted<'a> {
    /// What its line says.
    pub ended: Ended<'a>,
    /// How long it was judged.
    pub inspected: Option<Duration>,
    /// How its endpoint failed.
    pub cause: Option<Cause>,
}

impl Counting {
    /// A request that has just begun.
    #[must_use]
    pub fn by(counter: Arc<Counter>) -> Self {
        Self {
            counter,
            route: None,
            inspected: None,
            cause: None,
        }
    }

    /// It is under the route with this number in the version that serves it.
    pub fn routed(&mut self, serving: &Arc<Serving>, number: usize) {
        self.route = Some((serving.clone(), number));
    }

    /// It was judged for so long.
    pub fn inspected(&mut self, took: Duration) {
        self.inspected = Some(took);
    }

    /// Its endpoint failed, if it was that which did.
    pub fn failed(&mut self, cause: Option<Cause>) {
        self.cause = cause;
    }

    /// Counts it, at its end.
    pub fn count(&self, ended: &Ended<'_>) {
        let place = self.route.as_ref();
        let route: Option<&CountedRoute> =
            place.and_then(|(serving, number)| serving.counted(*number));
        let counted = Counted {
            ended: *ended,
            inspected: self.inspected,
            cause: self.cause,
        };
        self.counter.count(route, &counted);
    }

    /// Keeps what it was, until others have come after it.
    pub fn remember(&self, recent: Recent) {
        self.counter.remember(recent);
    }
}
