//! Starting, and stopping.

use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use envoy_types::pb::envoy::service::ext_proc::v3::external_processor_server::ExternalProcessorServer;
use hooksieve::audit::Audit;
use hooksieve::commands::Error;
use hooksieve::commands::run::{Around, End, Surroundings};
use hooksieve::config::{Config, Endpoint};
use hooksieve::memory::Memory;
use hooksieve::proxy::Shared;
use hooksieve::route::Routes;
use hooksieve::server::{self, Bound, Listeners, Phase, Stopped};
use hooksieve::tls::Sides;
use hooksieve::transport::Address;
use hooksieve::upstream::OwnAddresses;
use hooksieve::workers::{Pulse, Rules, Running, Threads};
use tokio::runtime::Builder;
use tokio::sync::{Semaphore, watch};
use tokio::time::sleep;
use tonic::transport::Server;

use crate::LOG;
use crate::arguments::Arguments;
use crate::incoming::incoming;
use crate::service::{Desk, Processor};

/// What a message has beside a body: the head of a request, which Envoy limits to 60 KiB unless it is told otherwise, and
/// what it adds.
const BESIDE: usize = 1024 * 1024;
/// What Envoy may have sent of one body, and of all on a connection, before it waits for us. The 64 KiB of the standard
/// would make a large body come in many steps.
const WINDOWS: [u32; 2] = [1024 * 1024, 4 * 1024 * 1024];

/// For requests that are cut off to let go of what they have: a body that is being judged is not waited for longer.
const AT_THE_END: Duration = Duration::from_secs(1);

/// Serves Envoy until the first signal to stop, and then until what is in flight is done.
///
/// # Errors
///
/// When the config or an address can't be used, or something fails that nothing runs without.
pub fn run(arguments: &Arguments) -> Result<End, Error> {
    let around = Around::begin(&arguments.config, Endpoint::Known)?;
    let address = &arguments.listen;
    let listener = server::bind(address, &around.config().socket.access).map_err(|error| {
        Error::Unusable(format!(
            "hooksieve-extproc: can't listen on {address}: {error}"
        ))
    })?;
    let surroundings = Surroundings {
        admin: around.listen_for_admin()?,
        // Nothing is sent anywhere, so nothing can lead back here.
        ..Surroundings::default()
    };
    around.serve(surroundings, |config, audit, tls| {
        start(config, listener, audit, tls)
    })
}

fn start(
    config: &Config,
    listener: Bound,
    audit: Option<Audit>,
    tls: &Sides,
) -> io::Result<(Running, Rules)> {
    let (phase, told) = watch::channel(Phase::Serve);
    let routes = Arc::new(config.routes.clone());
    let largest = routes.iter().map(|route| route.inspect).max();
    let memory = Memory::new(config.limits.memory, largest.unwrap_or_default());
    let shared = Arc::new(Shared {
        audit,
        ..Shared::new(memory.clone())
    });
    // All threads of the runtime take from one queue, so they are one worker.
    let mut rules = Rules::new(config, &routes, &memory, 1, tls);
    let (serving, counter) = rules.first(&routes, &OwnAddresses::default(), 0);
    let places = Arc::new(Semaphore::new(config.limits.connections));
    let gauges = rules.gauges(&places, config.limits.connections);
    let processor = Processor::new(Desk {
        serving,
        shared: shared.clone(),
        counter,
        places,
    });
    let settings = Settings {
        largest_message: memory.room_for_one() + BESIDE,
        drain: config.timeouts.drain,
    };
    let runtime = Builder::new_multi_thread()
        .thread_name("worker")
        .enable_all()
        .build()?;
    let address = listener.address()?;
    let listeners = {
        let _within = runtime.enter();
        Listeners::watch([listener])?
    };
    let pulse = Pulse::of(1);
    runtime.spawn(pulse.answering(0).run());
    log_ready(&address, &routes);
    let mut threads = Threads::new(shared, phase);
    let thread = thread::Builder::new().name("serve".to_owned());
    threads.push(thread.spawn(move || {
        let stopped = runtime.block_on(serve(listeners, processor, settings, told));
        // Each request that is cut off has its line before the log ends.
        runtime.shutdown_timeout(AT_THE_END);
        stopped
    })?);
    let running = Running {
        threads,
        pulse,
        gauges,
    };
    Ok((running, rules))
}

/// How Envoy is served.
struct Settings {
    /// Bytes of the largest message that is taken.
    largest_message: usize,
    /// How long what is in flight has at the end.
    drain: Duration,
}

async fn serve(
    listeners: Listeners,
    processor: Processor,
    settings: Settings,
    told: watch::Receiver<Phase>,
) -> Stopped {
    let (reporter, health) = tonic_health::server::health_reporter();
    let processor =
        ExternalProcessorServer::new(processor).max_decoding_message_size(settings.largest_message);
    reporter
        .set_serving::<ExternalProcessorServer<Processor>>()
        .await;
    let [stream_window, connection_window] = WINDOWS;
    let draining = reached(told.clone(), Phase::Drain);
    let serving = Server::builder()
        .initial_stream_window_size(stream_window)
        .initial_connection_window_size(connection_window)
        // Who finds no place is told so, instead of waiting for one.
        .max_concurrent_streams(None)
        .add_service(health)
        .add_service(processor)
        .serve_with_incoming_shutdown(incoming(listeners), async move {
            draining.await;
            // Who asks once more is told, and asks somebody else.
            reporter
                .set_not_serving::<ExternalProcessorServer<Processor>>()
                .await;
        });
    let mut serving = pin!(serving);
    let overdue = async {
        reached(told.clone(), Phase::Drain).await;
        sleep(settings.drain).await;
    };
    tokio::select! {
        served = &mut serving => match served {
            Ok(()) => Stopped::Drained,
            Err(error) => {
                tracing::error!(target: LOG, error = &error as &dyn std::error::Error, "Envoy can't be served any more");
                Stopped::CutOff
            }
        },
        () = overdue => Stopped::Overdue,
        () = reached(told.clone(), Phase::CutOff) => Stopped::CutOff,
    }
}

/// Waits until it has come to `phase`, or nobody is there any more to say so.
async fn reached(mut told: watch::Receiver<Phase>, phase: Phase) {
    // Who has gone wants it stopped.
    let _ = told.wait_for(|now| *now >= phase).await;
}

/// Says where it listens, and what becomes of what no other route takes.
fn log_ready(address: &Address, routes: &Routes) {
    let top = routes.named(None).map(AsRef::as_ref);
    let others = routes.iter().filter(|route| route.name.is_some()).count();
    tracing::info!(target: LOG, listen = %address,
        deny = top.map(|top| top.policy.deny.len()),
        allow = top.map(|top| top.policy.allow.len()),
        mode = top.map(|top| tracing::field::display(top.mode)),
        routes = (others > 0).then_some(others),
        "ready"
    );
}
