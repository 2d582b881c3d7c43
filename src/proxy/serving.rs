//! What one request is served by.

use std::sync::Arc;
use std::time::Duration;

use http::request::Parts;

use super::counts::CountedRoute;
use super::ended::Ended;
use super::notices::Watch;
use crate::route::{NoRoute, Route, Routes};
use crate::upstream::{Known, Upstream, Upstreams};

/// One version of the config, as one runtime has it. A request takes it at its start and uses it to its end, so that it
/// sees no mixture of two.
#[derive(Debug)]
pub struct Serving {
    routes: Arc<Routes>,
    upstreams: Upstreams,
    /// The same routes in the same order, where they are counted.
    counted: Option<Arc<[CountedRoute]>>,
    /// The same once more, where whoever runs this is told of what they should know of.
    watch: Option<Watch>,
}

/// What a request was found to go by.
#[derive(Debug)]
pub struct Found<'s> {
    /// The route that takes it.
    pub route: &'s Arc<Route>,
    /// Where that leads.
    pub upstream: &'s Arc<Upstream>,
    /// Which of [all](Routes::iter) routes it is.
    pub number: usize,
}

impl Serving {
    /// These routes, with the upstreams of all of them.
    #[must_use]
    pub fn new(routes: Arc<Routes>, upstreams: Upstreams) -> Self {
        Self {
            routes,
            upstreams,
            counted: None,
            watch: None,
        }
    }

    /// The same, with requests counted by these: its routes in their order.
    #[must_use]
    pub fn counted_by(self, counted: Option<Arc<[CountedRoute]>>) -> Self {
        Self { counted, ..self }
    }

    /// The same, with what whoever runs this should know of told by this: its routes in their order.
    #[must_use]
    pub fn watched_by(self, watch: Watch) -> Self {
        let watch = Some(watch);
        Self { watch, ..self }
    }

    /// The next version, of whose upstreams so much is `known`. Those that stay keep their connections, as long as idle ones
    /// are to be kept for the same time.
    #[must_use]
    pub fn next(&self, routes: Arc<Routes>, known: &Known, keep: Duration) -> Self {
        Self::new(routes, self.upstreams.next(known, keep))
    }

    /// By what the requests of the route with this number are counted, if they are.
    pub(super) fn counted(&self, number: usize) -> Option<&CountedRoute> {
        self.counted.as_ref()?.get(number)
    }

    /// Notes how a request of the route with this number ended.
    pub(super) fn note(&self, number: usize, ended: &Ended<'_>) {
        if let Some(watch) = &self.watch {
            watch.note(number, ended);
        }
    }

    /// The route of a request, and the upstream of that.
    ///
    /// # Errors
    ///
    /// When there is no route.
    ///
    /// # Panics
    ///
    /// Never: the upstreams are those of the routes.
    pub fn find(&self, head: &Parts) -> Result<Found<'_>, NoRoute> {
        let (number, route) = self.routes.find_with_number(head)?;
        let upstream = self.upstreams.at(&route.upstream);
        Ok(Found {
            route,
            upstream: upstream.expect("the upstreams are those of the routes"),
            number,
        })
    }
}
