//! Health, metrics and a page, for whoever runs this: a second, small service on the same server.
//!
//! It only reads. No request changes anything, and none is answered that a page elsewhere could have made a browser
//! send for it to read: see `hosts`. It has a thread of its own, so that who looks keeps no event waiting.
//!
//! | file | question it answers |
//! |---|---|
//! | `service` | what is answered to which request? |
//! | `hosts` | by which names may it be asked for? |
//! | `loaded` | which version of the config is in force, and what was wrong with the last? |
//! | `metrics` | what does Prometheus read? |
//! | `page` | what do people see? |

mod hosts;
mod loaded;
mod metrics;
mod page;
mod service;

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use tokio::runtime::Builder;
use tokio::sync::{Semaphore, watch};

pub use loaded::{Expiry, Loaded};

use crate::memory::Memory;
use crate::proxy::counts::Counts;
use crate::server::{self, Bound, Patience, Phase, Settings};
use crate::telemetry::Losses;
use crate::tls::Acceptor;
use crate::transport::{Address, Peer};
use crate::upstream::Open;
use hosts::Hosts;

/// Who looks, at once; more are told to come back.
const CONNECTIONS: usize = 32;
/// Who is told so, at once.
const TURNED_AWAY: usize = 4;
/// The open files that it takes at most, beside the listener itself: its connections, and its runtime.
pub const FILES: usize = CONNECTIONS + TURNED_AWAY + 4;
/// For what its connections take beyond a small amount: long heads.
const MEMORY: usize = 1024 * 1024;
/// How long who looks may take for each part of it.
const PATIENCE: Patience = Patience {
    head: Duration::from_secs(10),
    idle: Duration::from_mins(2),
    reader: Duration::from_secs(30),
};
/// For answers that are on their way at the end.
const DRAIN: Duration = Duration::from_secs(1);

/// What to say of a listener that strangers may reach.
pub const PUBLIC: &str = "whoever reaches it reads which events come here, and what becomes of them; write a loopback \
                          address, one of a private network, or public = true where that is meant";

/// What can be asked of those who serve senders.
#[derive(Clone, Debug)]
pub struct Gauges {
    /// What was counted of requests.
    pub counts: Arc<Counts>,
    /// The places for senders that are free.
    pub places: Arc<Semaphore>,
    /// How many there are.
    pub senders: usize,
    /// The connections to upstreams.
    pub upstream: Open,
    /// What senders hold.
    pub memory: Memory,
}

/// All that is shown.
#[derive(Debug)]
pub struct State {
    gauges: Gauges,
    losses: Losses,
    loaded: Arc<Loaded>,
    hosts: Hosts,
    /// Whether a config that could not be applied makes it unready.
    strict_ready: bool,
    is_draining: AtomicBool,
}

/// The service at work. When this is dropped it ends.
#[derive(Debug)]
pub struct Admin {
    address: Address,
    state: Arc<State>,
    phase: watch::Sender<Phase>,
    thread: Option<JoinHandle<()>>,
}

impl State {
    /// What is shown of those who have these `gauges`, of a log with these `losses`, and of a config.
    ///
    /// It may be asked for by `hosts`, beside addresses and `localhost`. Where `strict_ready`, a config that could not be
    /// applied makes it unready.
    #[must_use]
    pub fn new(
        gauges: Gauges,
        losses: Losses,
        loaded: Arc<Loaded>,
        hosts: &[String],
        strict_ready: bool,
    ) -> Self {
        Self {
            gauges,
            losses,
            loaded,
            hosts: Hosts::new(hosts),
            strict_ready,
            is_draining: AtomicBool::new(false),
        }
    }
}

/// Shows `state` to who connects to `listener`, on a thread of its own.
///
/// # Errors
///
/// When there can't be another thread, or runtime.
pub fn start(listener: Bound, state: State) -> io::Result<Admin> {
    let address = listener.address()?;
    let state = Arc::new(state);
    let (phase, told) = watch::channel(Phase::Serve);
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let listener = {
        let _within = runtime.enter();
        listener.watch()?
    };
    let shown = state.clone();
    let thread = thread::Builder::new().name("admin".to_owned());
    let thread = thread.spawn(move || {
        let service = |peer: Peer| {
            let state = shown.clone();
            service_fn(move |request| {
                std::future::ready(Ok::<_, io::Error>(state.answer(peer, &request)))
            })
        };
        let ended = |peer, ended| tracing::debug!(%peer, ?ended, "somebody has looked");
        let _stopped = runtime.block_on(server::run(listener, settings(), service, ended, told));
    })?;
    Ok(Admin {
        address,
        state,
        phase,
        thread: Some(thread),
    })
}

impl Admin {
    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// From now on it is not ready: what is in flight is finished, and nothing else accepted.
    pub fn drains(&self) {
        self.state.is_draining.store(true, Ordering::Relaxed);
    }

    /// Leaves the listener to another process that has it too.
    pub fn stop_accepting(&self) {
        self.phase.send_replace(Phase::Drain);
    }
}

impl Drop for Admin {
    fn drop(&mut self) {
        self.phase.send_replace(Phase::Drain);
        if let Some(thread) = self.thread.take() {
            // One that panicked has nothing left to say.
            let _ = thread.join();
        }
    }
}

fn settings() -> Settings {
    let mut http = http1::Builder::new();
    http.half_close(true).max_headers(100);
    Settings {
        http,
        patience: PATIENCE,
        memory: Memory::new(MEMORY, 0),
        tls: Acceptor::default(),
        connections: Arc::new(Semaphore::new(CONNECTIONS)),
        turned_away: Arc::new(Semaphore::new(TURNED_AWAY)),
        drain: DRAIN,
    }
}
