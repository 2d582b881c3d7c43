//! Whether upstreams can be reached.

use std::collections::HashMap;
use std::io;
use std::time::{Duration, Instant};

use tokio::runtime::Builder;

use crate::config::Config;
use crate::telemetry::chain;
use crate::tls::Dialer;
use crate::transport::Peer;
use crate::upstream::{self, Origin};

/// What came of connecting to an upstream.
#[derive(Debug)]
pub struct Probe {
    /// The upstream.
    pub upstream: Origin,
    /// The address at which it was reached, or why it was not.
    pub reached: Result<Peer, String>,
    /// How long that took.
    pub took: Duration,
}

/// Connects to each upstream once, as an event would, and closes the connection again.
///
/// Fails only where nothing can be tried.
pub fn all(config: &Config, tls: &Dialer) -> io::Result<Vec<Probe>> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let probes = runtime.block_on(async {
        let begun: Vec<_> = upstreams(config)
            .into_iter()
            .map(|(upstream, within)| tokio::spawn(one(upstream, within, tls.clone())))
            .collect();
        let mut probes = Vec::new();
        for probe in begun {
            probes.push(probe.await?);
        }
        Ok(probes)
    });
    // A look-up of a name that hangs is not waited for.
    runtime.shutdown_background();
    probes
}

/// The upstreams, each once, with the time it has: the longest where routes differ in that.
fn upstreams(config: &Config) -> Vec<(Origin, Duration)> {
    let mut upstreams: Vec<(Origin, Duration)> = Vec::new();
    let mut numbers = HashMap::new();
    for route in config.routes.iter() {
        let (upstream, within) = (&route.upstream, route.timeouts.connect);
        let number = *numbers.entry(upstream).or_insert(upstreams.len());
        match upstreams.get_mut(number) {
            Some((_, longest)) => *longest = within.max(*longest),
            None => upstreams.push((upstream.clone(), within)),
        }
    }
    upstreams
}

async fn one(upstream: Origin, within: Duration, tls: Dialer) -> Probe {
    let begun = Instant::now();
    let reached = upstream::reach(&upstream, within, tls).await;
    Probe {
        upstream,
        reached: reached.map_err(|error| chain(&error)),
        took: begun.elapsed(),
    }
}

impl Probe {
    /// Whether it was reached.
    pub fn is_reached(&self) -> bool {
        self.reached.is_ok()
    }

    /// How long it took, in milliseconds.
    pub fn ms(&self) -> f64 {
        self.took.as_secs_f64() * 1e3
    }
}
