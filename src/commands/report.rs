//! `hooksieve report`: what came, by the log, and what other rules would have made of it.

use std::fs::File;
use std::io::{self, Cursor, ErrorKind, Read};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use flate2::read::MultiGzDecoder;

use super::Error;
use super::load::load;
use super::print::print;
use crate::coding::GZIP;
use crate::report::{Tally, WhatIf, write_json, write_text, write_toml};

/// What was asked.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Rules to try: says what they would have decided, and which verdicts would change
    #[arg(long, short, value_name = "FILE")]
    pub config: Option<PathBuf>,

    /// How to show it
    #[arg(long, short, value_enum, default_value_t)]
    pub format: Format,

    /// Logs as JSON lines, in gzip or not; `-` is stdin
    #[arg(required = true, value_name = "LOG")]
    pub logs: Vec<PathBuf>,
}

/// How a report is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Tables to read in a terminal
    #[default]
    Text,
    /// One object for programs
    Json,
    /// The types that came, as an allow list to start from
    Toml,
}

/// Writes to stdout what the logs say, of which `-` is stdin, and what the rules of the config would have made of it.
///
/// # Errors
///
/// When a log or the config can't be read, the config is wrong, or stdout can't be written. That nobody reads stdout
/// any more is none.
pub fn run(asked: &Arguments) -> Result<(), Error> {
    let Arguments {
        config,
        format,
        logs,
    } = asked;
    if config.is_some() && *format == Format::Toml {
        return Err(Error::Unusable(
            "hooksieve: --format toml lists the types that came, which no --config changes; leave one of them out"
                .to_owned(),
        ));
    }
    // Before the logs, which may take a while.
    let config = config
        .as_ref()
        .map(|path| load(path).map(|(_, config)| (path.display().to_string(), config)))
        .transpose()
        .map_err(Error::Unusable)?;
    let mut tally = Tally::default();
    for path in logs {
        read(path, &mut tally).map_err(|error| {
            let (path, why) = (path.display(), why(&error));
            Error::Unusable(format!("hooksieve: can't read the log {path}: {why}"))
        })?;
    }
    let judged = config
        .as_ref()
        .map(|(name, config)| (&**name, WhatIf::judge(&tally, &config.routes)));
    let what_if = judged.as_ref().map(|(name, what_if)| (*name, what_if));
    print(|mut out| match format {
        Format::Text => write_text(&mut out, &tally, what_if),
        Format::Json => write_json(&mut out, &tally, what_if),
        Format::Toml => write_toml(&mut out, &tally),
    })
}

fn read(path: &Path, tally: &mut Tally) -> io::Result<()> {
    if path == "-" {
        plain(io::stdin().lock(), tally)
    } else {
        plain(File::open(path)?, tally)
    }
}

/// Reads a log, out of gzip if it is in that, whatever it is called.
fn plain(mut from: impl Read, tally: &mut Tally) -> io::Result<()> {
    let mut begin = Vec::new();
    from.by_ref()
        .take(GZIP.len() as u64)
        .read_to_end(&mut begin)?;
    let is_gzip = begin == GZIP;
    let whole = Cursor::new(begin).chain(from);
    if is_gzip {
        // A rotated log may be several of them, one behind the other.
        tally.read(MultiGzDecoder::new(whole))
    } else {
        tally.read(whole)
    }
}

fn why(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::IsADirectory => "it is a directory; name the files in it".to_owned(),
        ErrorKind::UnexpectedEof => "its gzip ends too early; name it once it is whole".to_owned(),
        ErrorKind::InvalidInput | ErrorKind::InvalidData => format!("its gzip is broken: {error}"),
        _ => error.to_string(),
    }
}
