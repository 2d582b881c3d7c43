//! `hooksieve report`: what came, by the log, and what other rules would have made of it.

use std::fs::File;
use std::io::{self, BufWriter, Cursor, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;

use super::load::load;
use crate::cli::ReportFormat;
use crate::report::{Tally, WhatIf, write_json, write_text, write_toml};

/// What gzip begins with (RFC 1952 §2.3.1).
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// Why there is no report.
#[derive(Debug)]
pub enum Error {
    /// A log or the config can't be used; what to tell the user, one problem a line.
    Unusable(String),
    /// It can't be written.
    Failed(io::Error),
}

/// Writes to stdout what the `logs` say, of which `-` is stdin, and what the rules in the file `config` would have made
/// of it.
///
/// # Errors
///
/// When a log or the config can't be read, the config is wrong, or stdout can't be written. That nobody reads stdout
/// any more is none.
pub fn run(logs: &[PathBuf], config: Option<&Path>, format: ReportFormat) -> Result<(), Error> {
    if config.is_some() && format == ReportFormat::Toml {
        return Err(Error::Unusable(
            "hooksieve: --format toml lists the types that came, which no --config changes; leave one of them out"
                .to_owned(),
        ));
    }
    // Before the logs, which may take a while.
    let config = config
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
    let mut out = BufWriter::new(io::stdout().lock());
    match format {
        ReportFormat::Text => write_text(&mut out, &tally, what_if),
        ReportFormat::Json => write_json(&mut out, &tally, what_if),
        ReportFormat::Toml => write_toml(&mut out, &tally),
    }
    .and_then(|()| out.flush())
    .or_else(|error| match error.kind() {
        // As behind `| head`.
        ErrorKind::BrokenPipe => Ok(()),
        _ => Err(Error::Failed(error)),
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
