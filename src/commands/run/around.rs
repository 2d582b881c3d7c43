//! What is around those who serve, whatever they are: signals, the log, the record of drops, whoever looks, and the
//! config when it changes.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::runtime::{Builder, Runtime};

use super::End;
use super::record;
use super::reload::{self, Beside, Reload};
use super::signals::Signals;
use super::stop::Serving;
use crate::admin::{self, Admin, Loaded, PUBLIC};
use crate::audit::{Audit, Opened};
use crate::commands::Error;
use crate::commands::certificates::{self, Credentials};
use crate::commands::secrets::load_with_secrets;
use crate::config::{Config, Endpoint};
use crate::handover::{Offer, Predecessor};
use crate::server::{self, Bound, Stopped};
use crate::systemd::{self, News};
use crate::telemetry::{self, Losses};
use crate::tls::Sides;
use crate::upstream::OwnAddresses;
use crate::workers::{Rules, Running};

/// A program that is going to serve: its config is read, and no signal kills it any more.
#[derive(Debug)]
pub struct Around {
    file: File,
    config: Config,
    credentials: Credentials,
    /// Who goes by these.
    sides: Sides,
    runtime: Runtime,
    signals: Signals,
}

/// Where the config came from, and how it is read.
#[derive(Debug)]
struct File {
    path: PathBuf,
    text: String,
    endpoint: Endpoint,
    /// What it names, as it was.
    beside: Beside,
}

/// What there is beside those who serve.
#[derive(Debug, Default)]
pub struct Surroundings {
    /// Where they listen themselves: no upstream may lead there.
    pub own: OwnAddresses,
    /// For whoever looks, if that is asked for.
    pub admin: Option<Bound>,
    /// The process before this one, whose place this one takes.
    pub before: Option<Predecessor>,
    /// For the next process.
    pub offer: Option<Offer>,
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
        // Before they are read: what is changed meanwhile is another then.
        let beside = Beside::of(config.certificate_files());
        let credentials = certificates::load(path, &text, &config).map_err(Error::Unusable)?;
        let sides = Sides::default();
        credentials.give(&sides);
        let file = File {
            path: path.to_owned(),
            text,
            endpoint,
            beside,
        };
        Ok(Self {
            file,
            config,
            credentials,
            sides,
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

    /// Listens for whoever looks, if that is asked for.
    ///
    /// # Errors
    ///
    /// When the address can't be used.
    pub fn listen_for_admin(&self) -> Result<Option<Bound>, Error> {
        let admin = self.config.admin.listen.as_ref().map(|address| {
            server::bind(address, &self.config.socket.access).map_err(|error| {
                self.unusable(&format!(
                    "can't listen on [admin] listen = \"{address}\": {error}"
                ))
            })
        });
        admin.transpose()
    }

    /// In which what is beside those who serve runs.
    #[must_use]
    pub fn runtime(&self) -> &Runtime {
        &self.runtime
    }

    /// Has those who serve started, and lets them serve until the first signal to stop or until another process has taken
    /// over, and then until what is in flight is done.
    ///
    /// # Errors
    ///
    /// When a file that the config names can't be used, or something fails that nothing runs without.
    pub fn serve(
        self,
        mut surroundings: Surroundings,
        start: impl FnOnce(&Config, Option<Audit>, &Sides) -> io::Result<(Running, Rules)>,
    ) -> Result<End, Error> {
        let record = record::open(&self, surroundings.before.as_mut())?;
        let log = telemetry::start(self.config.log.format, self.config.log.level)?;
        let losses = log.losses();
        let stopped = record.map(Opened::start).transpose().and_then(|audit| {
            tell_of_warnings(&self.config);
            self.credentials.tell(&self.config);
            let started = start(&self.config, audit, &self.sides)?;
            self.oversee(started, surroundings, losses)
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
        (running, rules): (Running, Rules),
        surroundings: Surroundings,
        losses: Losses,
    ) -> io::Result<Stopped> {
        let Self {
            file,
            config,
            credentials,
            sides,
            runtime,
            signals,
        } = self;
        let routes = Arc::new(config.routes.clone());
        let loaded = Arc::new(Loaded::new(file.text.as_bytes(), routes));
        loaded.shows(credentials.expiries(&config));
        let admin = match (surroundings.admin, &running.gauges) {
            (Some(listener), Some(gauges)) => {
                let (hosts, strict_ready) = (&config.admin.hosts, config.admin.strict_ready);
                let gauges = gauges.clone();
                let shown = admin::State::new(gauges, losses, loaded.clone(), hosts, strict_ready);
                Some(show(listener, shown, config.admin.public)?)
            }
            _ => None,
        };
        if let Some(mut before) = surroundings.before {
            // One that has ended already has nothing to stop.
            let released = runtime.block_on(before.release());
            tracing::info!(
                error = released.err().map(tracing::field::display),
                "took over"
            );
        }
        systemd::tell(News::Ready(reload::SERVING));
        let reload = Reload {
            path: file.path,
            endpoint: file.endpoint,
            config,
            own: surroundings.own,
            rules,
            loaded,
            credentials,
            sides,
        };
        let serving = Serving {
            running,
            reloading: reload.start(file.text, file.beside)?,
            admin,
            offer: surroundings.offer,
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
