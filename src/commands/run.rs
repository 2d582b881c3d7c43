//! `hooksieve`: serves until it is told to stop.

mod around;
mod listen;
mod loops;
mod record;
mod reload;
mod signals;
mod stop;
mod watchdog;

use std::io;
use std::path::Path;

use super::Error;
use crate::audit::Audit;
use crate::config::{Config, Endpoint};
use crate::route::Routes;
use crate::server::{Bound, Stopped};
use crate::systemd;
use crate::telemetry::Completeness;
use crate::tls::Sides;
use crate::transport::Address;
use crate::upstream::OwnAddresses;
use crate::workers::{self, Rules, Running};
use listen::Listeners;

pub use around::{Around, Surroundings};
pub(super) use loops::refuse_loop;

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
    // While there is no other thread.
    let handed_over = systemd::sockets();
    let around = Around::begin(path, Endpoint::Named)?;
    let (config, runtime) = (around.config(), around.runtime());
    let told = |what: &str, error: io::Error| around.unusable(&format!("{what}: {error}"));
    let handed_over =
        handed_over.map_err(|error| told("a socket that was handed over is no use", error))?;
    let mut before = runtime
        .block_on(listen::predecessor(config))
        .map_err(|error| told("can't take over by [socket] handover", error))?;
    let mut listeners =
        Listeners::open(path, config, before.as_mut(), handed_over).map_err(Error::Unusable)?;
    let own = OwnAddresses::of(&listeners.senders).unwrap_or_default();
    let listen = config.shown_listen();
    refuse_loop(path, around.text(), &config.routes, &listen, &own).map_err(Error::Unusable)?;
    let offer = {
        let _within = runtime.enter();
        listeners.offer()?
    };
    let Listeners {
        senders,
        admin,
        unasked,
        ..
    } = listeners;
    let surroundings = Surroundings {
        own,
        admin,
        before,
        offer,
    };
    around.serve(surroundings, |config, audit, tls| {
        if unasked > 0 {
            tracing::warn!(
                sockets = unasked,
                "sockets were handed over that nobody listens on: write listen = \"systemd\""
            );
        }
        start(config, senders, audit, tls)
    })
}

fn start(
    config: &Config,
    senders: Vec<Bound>,
    audit: Option<Audit>,
    tls: &Sides,
) -> io::Result<(Running, Rules)> {
    let addresses = senders.iter().map(Bound::address);
    let addresses = addresses.collect::<io::Result<Vec<_>>>()?;
    let workers = workers::prepare(config, senders, audit, tls)?;
    // Before the first event, whose line comes behind this one. Senders are already waited for: the listeners
    // are bound, and their queues take them.
    log_ready(&addresses, &config.routes);
    workers.start()
}

/// Says where it listens, and what becomes of what no other route takes.
fn log_ready(addresses: &[Address], routes: &Routes) {
    let addresses: Vec<_> = addresses.iter().map(ToString::to_string).collect();
    let top = routes.named(None).map(AsRef::as_ref);
    let others = routes.iter().filter(|route| route.name.is_some()).count();
    tracing::info!(
        listen = addresses.join(", "),
        upstream = top.map(|top| tracing::field::display(&top.upstream)),
        deny = top.map(|top| top.policy.deny.len()),
        allow = top.map(|top| top.policy.allow.len()),
        mode = top.map(|top| tracing::field::display(top.mode)),
        routes = (others > 0).then_some(others),
        "ready"
    );
}
