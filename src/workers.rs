//! The threads that serve: starting them by a config, giving them another, and stopping them.

mod pulse;
mod rules;
mod settings;
mod threads;

use std::io;
use std::num::NonZero;
use std::sync::Arc;
use std::thread;

use hyper::service::service_fn;
use tokio::runtime::{self, Runtime};
use tokio::sync::watch;

use crate::admin::{self, Gauges};
use crate::audit::Audit;
use crate::config::Config;
use crate::memory::Memory;
use crate::open_files;
use crate::proxy::counts::Counter;
use crate::proxy::{Proxy, Shared};
use crate::server::{self, Bound, ConnectionEnd, Listeners, Phase, Settings, Stopped};
use crate::tls::Sides;
use crate::transport::Peer;
use crate::upstream::OwnAddresses;

pub use pulse::{Answering, Pulse};
pub use rules::Rules;
pub use threads::Threads;

use settings::settings;

/// How many tasks run before the sockets are looked at again: half of tokio's default. An event waits less for
/// those that came with it, which shows in the slowest hundredth; the looking costs about 1 %.
const TURN: u32 = 31;

/// Those who serve now. When this is dropped they stop, and cut off what is in flight.
#[derive(Debug)]
pub struct Running {
    /// Their threads.
    pub threads: Threads,
    /// By which they can be asked whether they are alive.
    pub pulse: Pulse,
    /// What can be asked of them; `None` where nobody is to ask.
    pub gauges: Option<Gauges>,
}

/// Workers that are ready to start. Everything that stays open is open.
#[derive(Debug)]
pub struct Workers {
    /// Of those that have been started, none yet.
    running: Running,
    rules: Rules,
    told: watch::Receiver<Phase>,
    settings: Settings,
    each: Vec<Worker>,
}

/// One worker before it starts.
#[derive(Debug)]
struct Worker {
    runtime: Runtime,
    listeners: Vec<Bound>,
    proxy: Proxy,
    counter: Option<Arc<Counter>>,
    answering: Answering,
}

/// Prepares as many workers as there are cores, all of which accept from all `listeners`.
///
/// Each worker is a thread with a runtime and connections of its own: nothing is shared on the way of an
/// event but the rules, a few counters, and what is known of each upstream. On one core an
/// event costs 3 % less so than on one runtime over all cores (10.1 against 10.4 µs, small events, three
/// alternating runs); on two cores the difference was within the noise.
///
/// Drops are recorded in `audit`, if there is one. Where TLS is spoken it is by `tls`.
///
/// # Errors
///
/// When a listener or a runtime can't be set up, or the system allows too few open files.
pub fn prepare(
    config: &Config,
    listeners: Vec<Bound>,
    audit: Option<Audit>,
    tls: &Sides,
) -> io::Result<Workers> {
    let (phase, told) = watch::channel(Phase::Serve);
    let routes = Arc::new(config.routes.clone());
    let largest = routes.iter().map(|route| route.inspect).max();
    let memory = Memory::new(config.limits.memory, largest.unwrap_or_default());
    let count = thread::available_parallelism().map_or(1, NonZero::get);
    let own = OwnAddresses::of(&listeners)?;
    let shared = Shared {
        audit,
        ..Shared::new(memory.clone())
    };
    let mut running = Running {
        pulse: Pulse::of(count),
        threads: Threads::new(Arc::new(shared), phase),
        gauges: None,
    };
    let mut rules = Rules::new(config, &routes, &memory, count, tls);
    let mut each = Vec::new();
    for number in 0..count {
        let (serving, counter) = rules.first(&routes, &own, number);
        let proxy = Proxy::new(
            serving,
            running.threads.shared().clone(),
            config.timeouts.body,
        );
        let runtime = runtime::Builder::new_current_thread()
            .event_interval(TURN)
            .enable_all()
            .build()?;
        each.push(Worker {
            runtime,
            listeners: listeners
                .iter()
                .map(Bound::try_clone)
                .collect::<io::Result<_>>()?,
            proxy: proxy.counted_by(counter.clone()),
            counter,
            answering: running.pulse.answering(number),
        });
    }
    // Only the workers have them now: once they stop, nobody connects to a proxy that won't answer.
    drop(listeners);
    let beside = if rules.are_counted() { admin::FILES } else { 0 };
    let room = open_files::room(config.limits.connections, count + beside)?;
    let settings = settings(config, memory, room, tls);
    running.gauges = rules.gauges(&settings.connections, room.senders);
    Ok(Workers {
        running,
        rules,
        told,
        settings,
        each,
    })
}

impl Workers {
    /// Starts them, and gives what they go by beside them.
    ///
    /// # Errors
    ///
    /// When a thread can't be started.
    pub fn start(self) -> io::Result<(Running, Rules)> {
        let mut running = self.running;
        for (number, worker) in self.each.into_iter().enumerate() {
            let (settings, told) = (self.settings.clone(), self.told.clone());
            let shared = running.threads.shared().clone();
            let thread = thread::Builder::new().name(format!("worker-{number}"));
            running.threads.push(thread.spawn(move || {
                let Worker {
                    runtime,
                    listeners,
                    proxy,
                    counter,
                    answering,
                } = worker;
                runtime.spawn(answering.run());
                let ended = move |peer, ended| {
                    let counter = counter.as_deref();
                    shared.totals.connection_ended(peer, &ended, counter);
                };
                let stopped = runtime.block_on(work(listeners, settings, proxy, ended, told));
                // A look-up of the upstream's name that hangs is not waited for.
                runtime.shutdown_background();
                stopped
            })?);
        }
        Ok((running, self.rules))
    }
}

async fn work(
    listeners: Vec<Bound>,
    settings: Settings,
    proxy: Proxy,
    ended: impl Fn(Peer, ConnectionEnd) + Clone + Send + 'static,
    phase: watch::Receiver<Phase>,
) -> Stopped {
    let listeners = match Listeners::watch(listeners) {
        Ok(listeners) => listeners,
        Err(error) => {
            tracing::error!(%error, "a worker can't watch the listeners");
            return Stopped::CutOff;
        }
    };
    let proxy = Arc::new(proxy);
    let service = |peer: Peer| {
        let proxy = proxy.clone();
        service_fn(move |request| proxy.clone().handle(request, peer))
    };
    server::run(listeners, settings, service, ended, phase).await
}
