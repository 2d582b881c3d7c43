//! `hooksieve`: serves until it is told to stop.

mod around;
mod reload;
mod signals;

use std::collections::{HashMap, HashSet};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;

use super::Error;
use crate::config::{Endpoint, Problems};
use crate::route::Routes;
use crate::server::Stopped;
use crate::telemetry::Completeness;
use crate::upstream::OwnAddresses;
use crate::workers;

pub use around::{Around, Started};

/// How it ended.
#[derive(Debug)]
pub struct End {
    /// What became of what was in flight.
    pub stopped: Stopped,
    /// Whether all of the log was written.
    pub log: Completeness,
}

/// Serves by the config at `path` until the first signal to stop, and then until what is in flight is done.
///
/// # Errors
///
/// When the config or its address can't be used, or something fails that nothing runs without.
pub fn run(path: &Path) -> Result<End, Error> {
    let around = Around::begin(path, Endpoint::Named)?;
    let config = around.config();
    let listener = TcpListener::bind(config.listen)
        .map_err(|error| around.unusable(&format!("can't listen on {}: {error}", config.listen)))?;
    let own = OwnAddresses::of([&listener]).unwrap_or_default();
    refuse_loop(path, around.text(), &config.routes, config.listen, &own)
        .map_err(Error::Unusable)?;
    around.serve(own, |config, audit| {
        let address = listener.local_addr()?;
        let workers = workers::prepare(config, listener, audit)?;
        // Before the first event, whose line comes behind this one. Senders are already waited for: the listener
        // is bound, and its queue takes them.
        log_ready(address, &config.routes);
        let (running, rules) = workers.start()?;
        Ok(Started {
            gauges: running.gauges().cloned(),
            threads: running.into_threads(),
            rules,
        })
    })
}

/// An upstream that leads back here would get each event until the connections are used up: what to tell the user then.
pub(super) fn refuse_loop(
    path: &Path,
    text: &str,
    routes: &Routes,
    listen: SocketAddr,
    own: &OwnAddresses,
) -> Result<(), String> {
    // To look a name up may take its time: each is looked up once.
    let mut origins = HashMap::new();
    let mut lines = HashSet::new();
    for route in routes.iter() {
        let origin = &route.upstream;
        let leads_back = origins
            .entry(origin)
            .or_insert_with(|| own.are_all_of(origin));
        if *leads_back {
            lines.insert(route.line);
        }
    }
    if lines.is_empty() {
        return Ok(());
    }
    let wrong = format!("leads back to listen = \"{listen}\"; write where your endpoint is");
    let problems = Problems::of_key(text, "upstream", &wrong, |line| lines.contains(&line));
    Err(problems.display_with(path).to_string())
}

/// Says where it listens, and what becomes of what no other route takes.
fn log_ready(address: SocketAddr, routes: &Routes) {
    let top = routes.named(None).map(AsRef::as_ref);
    let others = routes.iter().filter(|route| route.name.is_some()).count();
    tracing::info!(
        listen = %address,
        upstream = top.map(|top| tracing::field::display(&top.upstream)),
        deny = top.map(|top| top.policy.deny.len()),
        allow = top.map(|top| top.policy.allow.len()),
        mode = top.map(|top| tracing::field::display(top.mode)),
        routes = (others > 0).then_some(others),
        "ready"
    );
}
