//! The threads that serve: starting them by a config, giving them another, and stopping them.

mod rules;

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::num::NonZero;
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use hyper::server::conn::http1;
use hyper::service::service_fn;
use tokio::runtime::{self, Runtime};
use tokio::sync::{Semaphore, watch};

use crate::admin::{self, Gauges};
use crate::audit::Audit;
use crate::config::Config;
use crate::memory::Memory;
use crate::open_files::{self, Room};
use crate::proxy::counts::Counter;
use crate::proxy::{Proxy, Shared};
use crate::server::{self, ConnectionEnd, Patience, Phase, Settings, Stopped};
use crate::tls::Sides;
use crate::transport::Peer;
use crate::upstream::OwnAddresses;

pub use rules::Rules;

/// How many tasks run before the sockets are looked at again: half of tokio's default. An event waits less for
/// those that came with it, which shows in the slowest hundredth; the looking costs about 1 %.
const TURN: u32 = 31;

/// A proxy at work. When this is dropped it stops, and cuts off what is in flight.
#[derive(Debug)]
pub struct Running {
    address: SocketAddr,
    shared: Arc<Shared>,
    phase: watch::Sender<Phase>,
    workers: Vec<JoinHandle<Stopped>>,
    gauges: Option<Gauges>,
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
    listener: TcpListener,
    proxy: Proxy,
    counter: Option<Arc<Counter>>,
}

/// Prepares as many workers as there are cores, all of which accept from `listener`.
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
/// When the listener or a runtime can't be set up, or the system allows too few open files.
pub fn prepare(
    config: &Config,
    listener: TcpListener,
    audit: Option<Audit>,
    tls: &Sides,
) -> io::Result<Workers> {
    listener.set_nonblocking(true)?;
    let (phase, told) = watch::channel(Phase::Serve);
    let routes = Arc::new(config.routes.clone());
    let largest = routes.iter().map(|route| route.inspect).max();
    let memory = Memory::new(config.limits.memory, largest.unwrap_or_default());
    let count = thread::available_parallelism().map_or(1, NonZero::get);
    let own = OwnAddresses::of([&listener])?;
    let shared = Shared {
        audit,
        ..Shared::new(memory.clone())
    };
    let mut running = Running {
        address: listener.local_addr()?,
        shared: Arc::new(shared),
        phase,
        workers: Vec::new(),
        gauges: None,
    };
    let mut rules = Rules::new(config, &routes, &memory, count, tls);
    let mut each = Vec::new();
    for number in 0..count {
        let (serving, counter) = rules.first(&routes, &own, number);
        let proxy = Proxy::new(serving, running.shared.clone(), config.timeouts.body);
        let runtime = runtime::Builder::new_current_thread()
            .event_interval(TURN)
            .enable_all()
            .build()?;
        each.push(Worker {
            runtime,
            listener: listener.try_clone()?,
            proxy: proxy.counted_by(counter.clone()),
            counter,
        });
    }
    // Only the workers have it now: once they stop, nobody connects to a proxy that won't answer.
    drop(listener);
    let beside = if rules.are_counted() { admin::FILES } else { 0 };
    let room = open_files::room(config.limits.connections, count + beside)?;
    let settings = settings(config, memory, room, tls);
    running.gauges = rules.gauges(&settings, room);
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
            let shared = running.shared.clone();
            let thread = thread::Builder::new().name(format!("worker-{number}"));
            running.workers.push(thread.spawn(move || {
                let Worker {
                    runtime,
                    listener,
                    proxy,
                    counter,
                } = worker;
                let ended = move |peer, ended| {
                    let counter = counter.as_deref();
                    shared.totals.connection_ended(peer, &ended, counter);
                };
                let stopped = runtime.block_on(work(listener, settings, proxy, ended, told));
                // A look-up of the upstream's name that hangs is not waited for.
                runtime.shutdown_background();
                stopped
            })?);
        }
        Ok((running, self.rules))
    }
}

impl Running {
    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What can be asked of it while it runs; `None` where nobody is to ask.
    #[must_use]
    pub fn gauges(&self) -> Option<&Gauges> {
        self.gauges.as_ref()
    }

    /// Stops accepting. What is in flight may finish within the config's `timeouts.drain`.
    pub fn drain(&self) {
        // Never back from a cut-off that was asked for already.
        self.phase
            .send_modify(|phase| *phase = Phase::Drain.max(*phase));
    }

    /// Has the file in which drops are recorded opened again by its name.
    pub fn reopen_audit(&self) {
        if let Some(audit) = &self.shared.audit {
            audit.reopen();
        }
    }

    /// [Drains](Self::drain), waits until nothing is in flight any more, and logs the totals.
    #[must_use]
    pub fn stop(mut self) -> Stopped {
        self.drain();
        let stopped = self.workers.drain(..).map(|worker| {
            // One that panicked has finished nothing.
            worker.join().unwrap_or(Stopped::CutOff)
        });
        let stopped = stopped.max().unwrap_or(Stopped::Drained);
        self.shared.totals.log();
        stopped
    }

    /// To be called when there is no time left to [`stop`](Self::stop): cuts off what is in flight.
    pub fn cut_off(&self) -> impl FnOnce() + use<> {
        let phase = self.phase.clone();
        move || phase.send_modify(|phase| *phase = Phase::CutOff)
    }
}

async fn work(
    listener: TcpListener,
    settings: Settings,
    proxy: Proxy,
    ended: impl Fn(Peer, ConnectionEnd) + Clone + Send + 'static,
    phase: watch::Receiver<Phase>,
) -> Stopped {
    let listener = match tokio::net::TcpListener::from_std(listener) {
        Ok(listener) => listener,
        Err(error) => {
            tracing::error!(%error, "a worker can't watch the listener");
            return Stopped::CutOff;
        }
    };
    let proxy = Arc::new(proxy);
    let service = |peer: Peer| {
        let proxy = proxy.clone();
        service_fn(move |request| proxy.clone().handle(request, peer))
    };
    server::run(listener, settings, service, ended, phase).await
}

fn settings(config: &Config, memory: Memory, room: Room, tls: &Sides) -> Settings {
    let routes = config.routes.iter();
    let reader = routes.map(|route| route.timeouts.response).max();
    let mut http = http1::Builder::new();
    http.half_close(true)
        .preserve_header_case(true)
        .title_case_headers(true)
        .auto_date_header(false)
        .max_header_size(config.limits.header_size)
        .max_headers(config.limits.headers);
    Settings {
        http,
        patience: Patience {
            head: config.timeouts.header,
            idle: config.timeouts.idle,
            // No connection is any one route's.
            reader: reader.unwrap_or_default(),
        },
        memory,
        tls: tls.acceptor.clone(),
        connections: Arc::new(Semaphore::new(room.senders)),
        turned_away: Arc::new(Semaphore::new(room.turned_away)),
        drain: config.timeouts.drain,
    }
}
