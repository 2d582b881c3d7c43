//! What is around those who serve, whatever they are: signals, the log, the record of drops, whoever looks, and the
//! config when it changes.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::runtime::{Builder, Runtime};

use super::End;
use super::reload::{Asking, Reload};
use super::signals::{Asked, Signals};
use crate::admin::{self, Admin, Gauges, Loaded, PUBLIC};
use crate::audit::{self, Audit, Opened};
use crate::commands::Error;
use crate::commands::secrets::load_with_secrets;
use crate::config::{Config, Endpoint};
use crate::server::{self, Bound, Stopped};
use crate::telemetry::{self, Losses, visible};
use crate::upstream::OwnAddresses;
use crate::workers::{Rules, Threads};

/// A program that is going to serve: its config is read, and no signal kills it any more.
#[derive(Debug)]
pub struct Around {
    file: File,
    config: Config,
    runtime: Runtime,
    signals: Signals,
}

/// Where the config came from, and how it is read.
#[derive(Debug)]
struct File {
    path: PathBuf,
    text: String,
    endpoint: Endpoint,
}

/// Those who serve now.
#[derive(Debug)]
pub struct Started {
    /// Their threads.
    pub threads: Threads,
    /// What they go by.
    pub rules: Rules,
    /// What can be asked of them, where anybody is to ask.
    pub gauges: Option<Gauges>,
}

impl Around {
    /// Catches signals, and reads the config at `path`.
    ///
    /// # Errors
    ///
    /// When one of both can't be done.
    pub fn begin(path: &Path, endpoint: Endpoint) -> Result<Self, Error> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        // Before all else: until then a signal kills, or, where this is process 1, is lost.
        let signals = {
            let _within = runtime.enter();
            Signals::catch()?
        };
        let (text, config) = load_with_secrets(path, endpoint).map_err(Error::Unusable)?;
        let file = File {
            path: path.to_owned(),
            text,
            endpoint,
        };
        Ok(Self {
            file,
            config,
            runtime,
            signals,
        })
    }

    /// What was read.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The text of it.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.file.text
    }

    /// What to tell the user of a config that can't be used, and `why`.
    #[must_use]
    pub fn unusable(&self, why: &str) -> Error {
        Error::Unusable(format!("hooksieve: {}: {why}", self.file.path.display()))
    }

    /// Opens what there is beside those who serve, has them started, and lets them serve until the first signal to stop,
    /// and then until what is in flight is done. No upstream may lead to `own`.
    ///
    /// # Errors
    ///
    /// When an address or a file that the config names can't be used, or something fails that nothing runs without.
    pub fn serve(
        self,
        own: OwnAddresses,
        start: impl FnOnce(&Config, Option<Audit>) -> io::Result<Started>,
    ) -> Result<End, Error> {
        let admin = self.config.admin.listen.as_ref().map(|address| {
            server::bind(address).map_err(|error| {
                self.unusable(&format!(
                    "can't listen on [admin] listen = \"{address}\": {error}"
                ))
            })
        });
        let admin = admin.transpose()?;
        let record = open_record(&self.file.path, &self.config).map_err(Error::Unusable)?;
        let log = telemetry::start(self.config.log.format, self.config.log.level)?;
        let losses = log.losses();
        let stopped = record.map(Opened::start).transpose().and_then(|audit| {
            tell_of_warnings(&self.config);
            let started = start(&self.config, audit)?;
            self.oversee(started, own, admin, losses)
        });
        // Ends after everything else, so that the last line is not lost.
        let log = log.finish();
        Ok(End {
            stopped: stopped?,
            log,
        })
    }

    fn oversee(
        self,
        started: Started,
        own: OwnAddresses,
        listener: Option<Bound>,
        losses: Losses,
    ) -> io::Result<Stopped> {
        let Self {
            file:
                File {
                    path,
                    text,
                    endpoint,
                },
            config,
            runtime,
            signals,
        } = self;
        let routes = Arc::new(config.routes.clone());
        let loaded = Arc::new(Loaded::new(text.as_bytes(), routes));
        let admin = match (listener, started.gauges) {
            (Some(listener), Some(gauges)) => {
                let (hosts, strict_ready) = (&config.admin.hosts, config.admin.strict_ready);
                let shown = admin::State::new(gauges, losses, loaded.clone(), hosts, strict_ready);
                Some(show(listener, shown, config.admin.public)?)
            }
            _ => None,
        };
        let reload = Reload {
            path,
            endpoint,
            config,
            own,
            rules: started.rules,
            loaded,
        };
        let reloading = reload.start(text)?;
        let stopped = runtime.block_on(until_stopped(
            started.threads,
            reloading,
            admin.as_ref(),
            signals,
        ))?;
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

/// Says what in the config may be meant otherwise.
pub(super) fn tell_of_warnings(config: &Config) {
    for warning in &config.warnings {
        tracing::warn!(config = %warning, "a pattern may be meant otherwise");
    }
}

/// Lets those who serve run until they are told to stop, and says how they stopped.
async fn until_stopped(
    serving: Threads,
    reloading: Asking,
    admin: Option<&Admin>,
    mut signals: Signals,
) -> io::Result<Stopped> {
    while signals.next().await == Asked::Reload {
        reloading.ask();
        serving.reopen_audit();
    }
    drop(reloading);
    if let Some(admin) = admin {
        admin.drains();
    }
    serving.drain();
    tracing::info!("stopping: what is in flight is finished, a second signal ends it at once");
    let cut_off = serving.cut_off();
    let mut stopping = tokio::task::spawn_blocking(|| serving.stop());
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
