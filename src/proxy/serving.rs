//! What one request is served by.

use std::sync::Arc;
use std::time::Duration;

use http::request::Parts;

use crate::route::{NoRoute, Route, Routes};
use crate::upstream::{Known, Upstream, Upstreams};

/// One version of the config, as one runtime has it. A request takes it at its start and uses it to its end, so that it
/// sees no mixture of two.
#[derive(Debug)]
pub struct Serving {
    routes: Arc<Routes>,
    upstreams: Upstreams,
}

impl Serving {
    /// These routes, with the upstreams of all of them.
    #[must_use]
    pub fn new(routes: Arc<Routes>, upstreams: Upstreams) -> Self {
        Self { routes, upstreams }
    }

    /// The next version, of whose upstreams so much is `known`. Those that stay keep their connections, as long as idle ones
    /// are to be kept for the same time.
    #[must_use]
    pub fn next(&self, routes: Arc<Routes>, known: &Known, keep: Duration) -> Self {
        Self::new(routes, self.upstreams.next(known, keep))
    }

    /// The route of a request, and the upstream of that.
    ///
    /// # Errors
    ///
    /// When there is no route.
    pub(super) fn find(&self, head: &Parts) -> Result<(&Arc<Route>, &Arc<Upstream>), NoRoute> {
        let route = self.routes.find(head)?;
        let upstream = self.upstreams.at(&route.upstream);
        Ok((
            route,
            upstream.expect("the upstreams are those of the routes"),
        ))
    }
}
