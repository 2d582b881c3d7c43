//! `hooksieve`: serves until it is told to stop.

mod listen;
mod loops;
mod reload;
mod signals;
mod stop;
mod watchdog;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::runtime::{Builder, Runtime};

use super::Error;
use super::secrets::load_with_secrets;
use crate::admin::{self, Admin, Loaded, PUBLIC};
use crate::audit::{self, Audit, Opened};
use crate::config::Config;
use crate::handover::Predecessor;
use crate::route::Routes;
use crate::server::{Bound, Stopped};
use crate::systemd::{self, News};
use crate::telemetry::{self, Completeness, Losses, visible};
use crate::transport::Address;
use crate::upstream::OwnAddresses;
use crate::workers;
use listen::Listeners;
pub(super) use loops::refuse_loop;
use reload::Reload;
use signals::Signals;
use stop::Serving;

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
    let runtime = Builder::new_current_thread().enable_all().build()?;
    // Before all else: until then a signal kills, or, where this is process 1, is lost.
    let signals = {
        let _within = runtime.enter();
        Signals::catch()?
    };
    let (text, config) = load_with_secrets(path).map_err(Error::Unusable)?;
    let told = |what: &str, error: io::Error| {
        Error::Unusable(format!("hooksieve: {}: {what}: {error}", path.display()))
    };
    let handed_over =
        handed_over.map_err(|error| told("a socket that was handed over is no use", error))?;
    let mut before = runtime
        .block_on(listen::predecessor(&config))
        .map_err(|error| told("can't take over by [socket] handover", error))?;
    let listeners = Listeners::open(path, &config, before.as_mut(), handed_over);
    let listeners = listeners.map_err(Error::Unusable)?;
    let own = OwnAddresses::of(&listeners.senders).unwrap_or_default();
    let listen = config.shown_listen();
    refuse_loop(path, &text, &config.routes, &listen, &own).map_err(Error::Unusable)?;
    if let (Some(before), Some(_)) = (&mut before, config.audit.settings()) {
        runtime
            .block_on(wait_for_record(before, &config))
            .map_err(|error| told("can't take over the record of drops", error))?;
    }
    let record = open_record(path, &config).map_err(Error::Unusable)?;
    let log = telemetry::start(config.log.format, config.log.level)?;
    let audit = record.map(Opened::start).transpose()?;
    let file = File {
        path: path.to_owned(),
        text,
        own,
    };
    let losses = log.losses();
    let parts = (listeners, before, audit);
    let stopped = serve(config, file, parts, losses, &runtime, signals);
    // Ends after everything else, so that the last line is not lost.
    let log = log.finish();
    Ok(End {
        stopped: stopped?,
        log,
    })
}

/// A record of drops has one writer. So the process before this one is released before there is another, and its last
/// drops are waited for; connections wait in the queue meanwhile.
async fn wait_for_record(before: &mut Predecessor, config: &Config) -> io::Result<()> {
    /// What it needs beyond its drain, to end.
    const MORE: std::time::Duration = std::time::Duration::from_secs(5);
    before.release().await?;
    if before.ends(config.timeouts.drain + MORE).await {
        Ok(())
    } else {
        Err(io::Error::other("the process before this one does not end"))
    }
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

/// Where the config came from, and what it must not lead back to.
struct File {
    path: PathBuf,
    text: String,
    own: OwnAddresses,
}

fn serve(
    config: Config,
    file: File,
    (mut listeners, mut before, audit): (Listeners, Option<Predecessor>, Option<Audit>),
    losses: Losses,
    runtime: &Runtime,
    signals: Signals,
) -> io::Result<Stopped> {
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
    let addresses = senders
        .iter()
        .map(Bound::address)
        .collect::<io::Result<Vec<_>>>()?;
    let workers = workers::prepare(&config, senders, audit)?;
    tell_of_warnings(&config);
    if unasked > 0 {
        tracing::warn!(
            sockets = unasked,
            "sockets were handed over that nobody listens on: write listen = \"systemd\""
        );
    }
    // Before the first event, whose line comes behind this one. Senders are already waited for: the listener
    // is bound, and its queue takes them.
    log_ready(&addresses, &config.routes);
    let (running, rules) = workers.start()?;
    let File { path, text, own } = file;
    let routes = Arc::new(config.routes.clone());
    let loaded = Arc::new(Loaded::new(text.as_bytes(), routes));
    let admin = match (admin, running.gauges()) {
        (Some(listener), Some(gauges)) => {
            let shown = admin::State::new(
                gauges.clone(),
                losses,
                loaded.clone(),
                &config.admin.hosts,
                config.admin.strict_ready,
            );
            Some(show(listener, shown, config.admin.public)?)
        }
        _ => None,
    };
    if let Some(before) = &mut before {
        // One that has ended already has nothing to stop.
        let released = runtime.block_on(before.release());
        tracing::info!(
            error = released.err().map(tracing::field::display),
            "took over"
        );
    }
    drop(before);
    systemd::tell(News::Ready(reload::SERVING));
    let reload = Reload {
        path,
        config,
        own,
        rules,
        loaded,
    };
    let serving = Serving {
        running,
        reloading: reload.start(text)?,
        admin,
        offer,
    };
    let stopped = runtime.block_on(serving.until_stopped(signals))?;
    match stopped {
        Stopped::Drained => tracing::info!("stopped, everything in flight was finished"),
        Stopped::Overdue => {
            tracing::warn!("stopped, but the drain deadline cut off what was in flight");
        }
        Stopped::CutOff => tracing::warn!("stopped, and what was in flight was cut off"),
    }
    Ok(stopped)
}

/// Starts to show `state`, and says where, and to whom if that may be more than `is_meant`.
fn show(listener: Bound, state: admin::State, is_meant: bool) -> io::Result<Admin> {
    let admin = admin::start(listener, state)?;
    let address = admin.address();
    tracing::info!(listen = %address, "admin ready");
    if address.is_public() && !is_meant {
        tracing::warn!(listen = %address, "the admin listener is open to other networks: {PUBLIC}");
    }
    Ok(admin)
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

/// Says what in the config may be meant otherwise.
fn tell_of_warnings(config: &Config) {
    for warning in &config.warnings {
        tracing::warn!(config = %warning, "a pattern may be meant otherwise");
    }
}
