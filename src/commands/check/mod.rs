//! `hooksieve check`: whether a config can be used, what is in force, and what in it is surely not meant.

mod json;
mod probe;
mod text;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use clap::{Args, ValueEnum};

use super::Error;
use super::certificates::{self, Credentials};
use super::print::print;
use super::run::refuse_loop;
use super::secrets::load_with_secrets;
use crate::config::{Config, Endpoint, Listen, Places, Problem};
use crate::tls::Sides;
use crate::upstream::{Origin, OwnAddresses};
use probe::Probe;

/// What was asked.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The configuration
    #[arg(long, short, value_name = "FILE", default_value = "config.toml")]
    pub config: PathBuf,

    /// How to say what is in force
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,

    /// Connect to each upstream, within timeouts.connect
    #[arg(long)]
    pub probe: bool,

    /// Fail where there are warnings
    #[arg(long)]
    pub strict: bool,
}

/// How what is in force is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// As a file that means the same; warnings go to stderr
    Text,
    /// As one object, warnings included
    Json,
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The config can be used.
    Sound,
    /// It can, but an upstream could not be reached, or there are warnings where none are wanted.
    Objectionable,
}

/// All that was found out.
struct Found<'c> {
    file: &'c Path,
    /// When the file was changed last, where that can be told.
    changed: Option<SystemTime>,
    config: &'c Config,
    places: Places<'c>,
    warnings: Vec<Problem>,
    /// What came of connecting to each upstream, if that was asked for.
    probes: Vec<Probe>,
}

impl Found<'_> {
    /// Tells warnings and upstreams that were not reached on stderr, as problems are told.
    fn complain(&self) {
        for warning in &self.warnings {
            eprintln!("{}", warning.display_with(self.file));
        }
        for probe in &self.probes {
            if let Err(why) = &probe.reached {
                let (file, upstream) = (self.file.display(), &probe.upstream);
                let line = self
                    .line_of(upstream)
                    .map(|line| format!(":{line}"))
                    .unwrap_or_default();
                let url = upstream.url();
                eprintln!("{file}{line}: upstream = \"{url}\" was not reached: {why}");
            }
        }
    }

    /// Where an upstream is written first.
    fn line_of(&self, upstream: &Origin) -> Option<usize> {
        let routes = self
            .config
            .routes
            .iter()
            .filter(|route| route.upstream == *upstream);
        routes
            .filter_map(|route| self.places.key(route.line, "", "upstream"))
            .min()
    }
}

/// Checks a config, and says on stdout what is in force.
///
/// # Errors
///
/// When the config can't be used, or stdout can't be written.
pub fn run(arguments: &Arguments) -> Result<Verdict, Error> {
    let file = &*arguments.config;
    // Before it is read: a change in between makes it seem older, not newer.
    let changed = fs::metadata(file).and_then(|about| about.modified()).ok();
    let (text, config) = load_with_secrets(file, Endpoint::Named).map_err(Error::Unusable)?;
    let credentials = certificates::load(file, &text, &config).map_err(Error::Unusable)?;
    let own = OwnAddresses::at(config.listen.iter().filter_map(Listen::address));
    let listen = config.shown_listen();
    refuse_loop(file, &text, &config.routes, &listen, &own).map_err(Error::Unusable)?;
    let age = changed.and_then(|changed| changed.elapsed().ok());
    let found = Found {
        file,
        changed,
        config: &config,
        places: Places::of(&text),
        warnings: warnings(&config, &credentials, &text, age),
        probes: if arguments.probe {
            let tls = Sides::default();
            credentials.give(&tls);
            probe::all(&config, &tls.dialer)?
        } else {
            Vec::new()
        },
    };
    match arguments.format {
        Format::Text => {
            print(|out| write!(out, "{}", text::InForce(&found)))?;
            found.complain();
        }
        Format::Json => print(|out| writeln!(out, "{}", json::InForce(&found)))?,
    }
    let is_reached = found.probes.iter().all(Probe::is_reached);
    if is_reached && (found.warnings.is_empty() || !arguments.strict) {
        Ok(Verdict::Sound)
    } else {
        Ok(Verdict::Objectionable)
    }
}

/// What is surely not meant: first in the config, then in the certificates that it names.
fn warnings(
    config: &Config,
    credentials: &Credentials,
    text: &str,
    age: Option<Duration>,
) -> Vec<Problem> {
    let Credentials { served, towards } = credentials;
    let now = (text, SystemTime::now());
    let advice = config.advice_on_certificates(served.as_ref(), towards.as_deref(), now);
    let mut warnings = config.advice(text, age);
    warnings.extend(advice);
    warnings
}
