//! Applying the config anew while the program runs.
//!
//! | file | question it answers |
//! |---|---|
//! | `source` | what is in the file, when that or one beside it changes, or somebody asks? |
//! | `beside` | are the certificates that it names another? |
//! | `settle` | is it finished, or still being written? |
//! | `watch` | has something happened on the way to it? |
//! | `links` | on which names in which directories does it depend what a path leads to? |

mod beside;
mod links;
mod settle;
mod source;
#[cfg(test)]
mod tests;
mod watch;

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;

pub use beside::Beside;
pub use source::Asking;

use super::around::tell_of_warnings;
use super::refuse_loop;
use crate::admin::Loaded;
use crate::commands::certificates::{self, Credentials};
use crate::commands::load::understand;
use crate::commands::secrets::with_secrets;
use crate::config::{Change, Changes, Config, Endpoint};
use crate::systemd::{self, News};
use crate::telemetry::{cut, visible};
use crate::tls::Sides;
use crate::upstream::OwnAddresses;
use crate::workers::Rules;
use source::{Found, Source};

/// What the service manager is told while all is well.
pub const SERVING: &str = "serving";
/// How many changes are told of one reload, and problems of one file: all that one edits by hand.
const MOST_TOLD: usize = 100;

/// What a file is compared with, and what is done with it.
#[derive(Debug)]
pub struct Reload {
    /// Where it is.
    pub path: PathBuf,
    /// How it is read.
    pub endpoint: Endpoint,
    /// What is in force.
    pub config: Config,
    /// Where we listen.
    pub own: OwnAddresses,
    /// Those who go by it.
    pub rules: Rules,
    /// What whoever looks is told of it.
    pub loaded: Arc<Loaded>,
    /// The certificates in force.
    pub credentials: Credentials,
    /// Those who go by these.
    pub sides: Sides,
}

impl Reload {
    /// Applies the file whenever its text is another than `text`, or the files that it names are others than those
    /// `beside` it, on a thread of its own, until what it gives back is dropped.
    ///
    /// # Errors
    ///
    /// When there can't be another thread.
    pub fn start(mut self, text: String, beside: Beside) -> io::Result<Asking> {
        let before = Ok(text.into_bytes());
        let (mut source, asking) = Source::new(self.path.clone(), before, self.config.reload);
        source.look_beside(beside);
        let thread = thread::Builder::new().name("reload".to_owned());
        thread.spawn(move || {
            while let Some(Found::Change(content) | Found::Asked(content)) = source.next() {
                systemd::tell(News::Reloading);
                let understood = content.and_then(|bytes| {
                    let config = self.understand(&bytes)?;
                    // Before they are read; and where something is wrong with them, it may be put right there.
                    source.look_beside(Beside::of(config.certificate_files()));
                    let credentials = self.credentials_of(&config, &bytes)?;
                    Ok((config, credentials, bytes))
                });
                match understood {
                    Ok((config, credentials, bytes)) => {
                        self.secure(&config, credentials);
                        self.apply(config, &bytes, &mut source);
                        systemd::tell(News::Ready(SERVING));
                    }
                    Err(why) => {
                        self.loaded.failed(&why);
                        refuse(&why);
                        self.renew();
                        systemd::tell(News::Ready(&still_serving(&why)));
                    }
                }
            }
        })?;
        Ok(asking)
    }

    /// The config that these bytes are, if it can take the place of the one in force; or what is wrong with it.
    fn understand(&self, bytes: &[u8]) -> Result<Config, String> {
        let config = understand(&self.path, bytes, self.endpoint)?;
        let text = String::from_utf8_lossy(bytes);
        let listen = self.config.shown_listen();
        refuse_loop(&self.path, &text, &config.routes, &listen, &self.own)?;
        self.refuse_without_room(&config)?;
        with_secrets(&self.path, &text, config)
    }

    /// The certificates that such a config names.
    fn credentials_of(&self, config: &Config, bytes: &[u8]) -> Result<Credentials, String> {
        certificates::load(&self.path, &String::from_utf8_lossy(bytes), config)
    }

    /// Reads the certificates anew by the config in force: the file may stay wrong for longer than they are valid.
    fn renew(&mut self) {
        let config = self.config.clone();
        // Lines of the file are of no use where nothing is told of them.
        if let Ok(credentials) = certificates::load(&self.path, "", &config) {
            self.secure(&config, credentials);
        }
    }

    /// Has these certificates shown and believed from now on, and says so if they are others.
    fn secure(&mut self, config: &Config, credentials: Credentials) {
        if credentials == self.credentials {
            return;
        }
        credentials.give(&self.sides);
        credentials.tell(config);
        self.loaded.shows(credentials.expiries(config));
        self.credentials = credentials;
    }

    /// A body as large as `limits.inspect` must find room in the memory that was set aside at the start.
    fn refuse_without_room(&self, config: &Config) -> Result<(), String> {
        let room = self.rules.largest_body();
        let inspect = config.routes.iter().map(|route| route.inspect).max();
        let inspect = inspect.unwrap_or_default();
        if inspect <= room {
            return Ok(());
        }
        let (path, mib) = (self.path.display(), 1 << 20);
        Err(format!(
            "{path}: a body of limits.inspect, {} MiB, finds no room in limits.memory as it was at the start, which \
             leaves it {} MiB; restart, or write less",
            inspect.div_ceil(mib),
            room / mib,
        ))
    }

    fn apply(&mut self, config: Config, bytes: &[u8], source: &mut Source) {
        let Changes { live, at_start } = Changes::between(&self.config, &config);
        tell_of_warnings(&config);
        for Change { route, text } in live.iter().take(MOST_TOLD) {
            tracing::info!(route = route.as_deref(), change = %text, "changed");
        }
        for Change { text, .. } in &at_start {
            tracing::warn!(change = %text, "this needs a restart, the old value stays");
        }
        if config.reload != self.config.reload {
            source.look_when(config.reload);
        }
        self.config.reload = config.reload;
        self.config.tls = config.tls;
        self.config.upstream_tls = config.upstream_tls;
        self.config.routes = config.routes;
        let routes = Arc::new(self.config.routes.clone());
        self.rules.apply(&routes);
        self.loaded.applied(bytes, routes);
        // Behind all who begin by the old rules.
        tracing::info!(changes = live.len(), "reloaded");
    }
}

/// What the service manager is told when a file was not applied.
fn still_serving(why: &str) -> String {
    let first = why.lines().next().unwrap_or_default();
    format!(
        "serving by the rules before, the config is not applied: {}",
        visible(&cut(first))
    )
}

/// Says why a file was not applied.
fn refuse(why: &str) {
    let count = why.lines().count();
    let told: Vec<_> = why.lines().take(MOST_TOLD).collect();
    let told = told.join("\n");
    let more = count.saturating_sub(MOST_TOLD);
    tracing::error!(
        error = %told,
        more = (more > 0).then_some(more),
        "the config is not applied, the rules in force stay"
    );
}
