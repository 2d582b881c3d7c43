//! `hooksieve`: serves until it is told to stop.

mod reload;
mod signals;

use std::collections::{HashMap, HashSet};
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::runtime::{Builder, Runtime};

use super::Error;
use super::certificates::{self, Credentials};
use super::secrets::load_with_secrets;
use crate::admin::{self, Admin, Loaded, PUBLIC};
use crate::audit::{self, Audit, Opened};
use crate::config::{Config, Problems};
use crate::route::Routes;
use crate::server::{self, Bound, Stopped};
use crate::telemetry::{self, Completeness, Losses, visible};
use crate::tls::Sides;
use crate::upstream::OwnAddresses;
use crate::workers::{self, Running};
use reload::{Asking, Beside, Reload};
use signals::{Asked, Signals};

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
    let runtime = Builder::new_current_thread().enable_all().build()?;
    // Before all else: until then a signal kills, or, where this is process 1, is lost.
    let signals = {
        let _within = runtime.enter();
        Signals::catch()?
    };
    let (text, config) = load_with_secrets(path).map_err(Error::Unusable)?;
    // Before they are read: what is changed meanwhile is another then.
    let beside = Beside::of(config.certificate_files());
    let credentials = certificates::load(path, &text, &config).map_err(Error::Unusable)?;
    let listener = TcpListener::bind(config.listen).map_err(|error| {
        let (path, listen) = (path.display(), config.listen);
        Error::Unusable(format!(
            "hooksieve: {path}: can't listen on {listen}: {error}"
        ))
    })?;
    let admin = config.admin.listen.as_ref().map(|address| {
        server::bind(address).map_err(|error| {
            let path = path.display();
            Error::Unusable(format!(
                "hooksieve: {path}: can't listen on [admin] listen = \"{address}\": {error}"
            ))
        })
    });
    let admin = admin.transpose()?;
    let own = OwnAddresses::of([&listener]).unwrap_or_default();
    refuse_loop(path, &text, &config.routes, config.listen, &own).map_err(Error::Unusable)?;
    let record = open_record(path, &config).map_err(Error::Unusable)?;
    let log = telemetry::start(config.log.format, config.log.level)?;
    let audit = record.map(Opened::start).transpose()?;
    let file = File {
        path: path.to_owned(),
        text,
        own,
        beside,
        credentials,
    };
    let listeners = Listeners {
        senders: listener,
        admin,
    };
    let losses = log.losses();
    let stopped = serve(config, file, (listeners, audit), losses, &runtime, signals);
    // Ends after everything else, so that the last line is not lost.
    let log = log.finish();
    Ok(End {
        stopped: stopped?,
        log,
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

/// Opens the file in which drops are recorded, if there is to be one; or what to tell the user.
fn open_record(path: &Path, config: &Config) -> Result<Option<Opened>, String> {
    let Some(settings) = config.audit.settings() else {
        return Ok(None);
    };
    let file = settings.path.clone();
    audit::open(settings).map(Some).map_err(|error| {
        let (path, file) = (path.display(), visible(&file.to_string_lossy()));
        format!("hooksieve: {path}: can't record drops in audit.path = \"{file}\": {error}")
    })
}

/// Where the config came from, what it must not lead back to, and what is in the files that it names.
struct File {
    path: PathBuf,
    text: String,
    own: OwnAddresses,
    beside: Beside,
    credentials: Credentials,
}

/// Who is waited for.
struct Listeners {
    senders: TcpListener,
    /// Whoever runs this, if that is asked for.
    admin: Option<Bound>,
}

fn serve(
    config: Config,
    file: File,
    (listeners, audit): (Listeners, Option<Audit>),
    losses: Losses,
    runtime: &Runtime,
    signals: Signals,
) -> io::Result<Stopped> {
    let address = listeners.senders.local_addr()?;
    let File {
        path,
        text,
        own,
        beside,
        credentials,
    } = file;
    let sides = Sides::default();
    credentials.give(&sides);
    let workers = workers::prepare(&config, listeners.senders, audit, &sides)?;
    tell_of_warnings(&config);
    credentials.tell(&config);
    // Before the first event, whose line comes behind this one. Senders are already waited for: the listener
    // is bound, and its queue takes them.
    log_ready(address, &config.routes);
    let (running, rules) = workers.start()?;
    let routes = Arc::new(config.routes.clone());
    let loaded = Arc::new(Loaded::new(text.as_bytes(), routes));
    let admin = match (listeners.admin, running.gauges()) {
        (Some(listener), Some(gauges)) => {
            let shown = admin::State::new(
                gauges.clone(),
                losses,
                loaded.clone(),
                &config.admin.hosts,
                config.admin.strict_ready,
            );
            Some(show(listener, shown)?)
        }
        _ => None,
    };
    let reload = Reload {
        path,
        config,
        own,
        rules,
        loaded,
        credentials,
        sides,
    };
    let reloading = reload.start(text, beside)?;
    let stopped = runtime.block_on(until_stopped(running, reloading, admin.as_ref(), signals))?;
    // Who asks is told to the end that this is not ready.
    drop(admin);
    match stopped {
        Stopped::Drained => tracing::info!("stopped, everything in flight was finished"),
        Stopped::Overdue => {
            tracing::warn!("stopped, but the drain deadline cut off what was in flight");
        }
        Stopped::CutOff => tracing::warn!("stopped, and what was in flight was cut off"),
    }
    Ok(stopped)
}

/// Starts to show `state`, and says where, and to whom if that may be more than is meant.
fn show(listener: Bound, state: admin::State) -> io::Result<Admin> {
    let admin = admin::start(listener, state)?;
    let address = admin.address();
    tracing::info!(listen = %address, "admin ready");
    if address.is_public() {
        tracing::warn!(listen = %address, "the admin listener is open to other networks: {PUBLIC}");
    }
    Ok(admin)
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

/// Says what in the config may be meant otherwise.
fn tell_of_warnings(config: &Config) {
    for warning in &config.warnings {
        tracing::warn!(config = %warning, "a pattern may be meant otherwise");
    }
}

/// Lets the workers run until they are told to stop, and says how they stopped.
async fn until_stopped(
    running: Running,
    reloading: Asking,
    admin: Option<&Admin>,
    mut signals: Signals,
) -> io::Result<Stopped> {
    while signals.next().await == Asked::Reload {
        reloading.ask();
        running.reopen_audit();
    }
    drop(reloading);
    if let Some(admin) = admin {
        admin.drains();
    }
    running.drain();
    tracing::info!("stopping: what is in flight is finished, a second signal ends it at once");
    let cut_off = running.cut_off();
    let mut stopping = tokio::task::spawn_blocking(|| running.stop());
    loop {
        tokio::select! {
            stopped = &mut stopping => return Ok(stopped?),
            asked = signals.next() => match asked {
                Asked::Stop => break,
                Asked::Reload => {
                    tracing::info!("SIGHUP: it is stopping, the config is not read again");
                }
            },
        }
    }
    tracing::warn!("a second signal: what is in flight is cut off");
    cut_off();
    Ok(stopping.await?)
}
