//! `hooksieve audit`: whether a record of drops is as it was written.

use std::fs::File;
use std::io::{self, BufReader, Write};
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use super::Error;
use super::print::print;
use crate::audit::{Chain, Finding, Hash, Line, Piece, each};
use crate::telemetry::visible;

/// How many findings are told: all that one looks into by hand.
const MOST_TOLD: usize = 100;

/// What was asked.
#[derive(Debug, Args)]
pub struct Arguments {
    /// What to do with the record.
    #[command(subcommand)]
    pub asked: Asked,
}

/// What can be done with a record.
#[derive(Debug, Subcommand)]
pub enum Asked {
    /// Find lines that were changed, taken out or put in
    ///
    /// The exit code is 0 if there is none, 1 if there is one, and 2 if a file can't be read.
    Verify(Verify),
}

/// Which record is verified.
#[derive(Debug, Args)]
pub struct Verify {
    /// A line that must be there, by its hash as the log told it at a start: without, nobody can tell whether the end was
    /// taken away
    #[arg(long, value_name = "HASH", value_parser = hash)]
    pub hash: Option<Hash>,

    /// All files of the record, in any order
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
}

/// What a record is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Each line is there, and as it was written.
    Whole,
    /// One is not.
    Broken,
}

/// Says on stdout what is wrong with the record, and how far it goes.
///
/// # Errors
///
/// When a file can't be read, or stdout can't be written.
pub fn run(arguments: &Arguments) -> Result<Verdict, Error> {
    let Asked::Verify(Verify { hash, files }) = &arguments.asked;
    let files = in_order(files)?;
    let mut account = Account {
        sought: *hash,
        ..Account::default()
    };
    for (number, path) in files.iter().enumerate() {
        account.file(path, number + 1 == files.len())?;
    }
    if let Some(hash) = account.sought {
        let missing =
            format!("no line has the hash {hash}: lines were taken out, at the end if not above");
        account.findings.push(missing);
    }
    print(|out| account.write(out, files.len()))?;
    Ok(match account.findings.len() {
        0 => Verdict::Whole,
        _ => Verdict::Broken,
    })
}

/// What has been found so far.
#[derive(Default)]
struct Account {
    chain: Chain,
    /// The hash that is not found yet.
    sought: Option<Hash>,
    lines: usize,
    findings: Vec<String>,
    /// What is told, and is no finding.
    note: Option<String>,
}

impl Account {
    fn file(&mut self, path: &Path, is_last: bool) -> Result<(), Error> {
        let name = visible(&path.to_string_lossy());
        let mut number = 0;
        read(path, |_, piece| {
            number += 1;
            let (Piece::Line(line) | Piece::Torn(line)) = piece;
            if is_last && piece == Piece::Torn(line) {
                self.note = Some(format!(
                    "{name}:{number}: part of a line: it is being written, or was torn by a crash; no sender was told \
                     of it, and the next start cuts it off"
                ));
                return true;
            }
            self.lines += 1;
            if let Some(finding) = self.chain.take(line) {
                self.found(&name, number, finding);
            }
            let last = self.chain.last().map(|last| last.hash);
            self.sought = self.sought.filter(|sought| last != Some(*sought));
            true
        })
    }

    fn found(&mut self, name: &str, number: u64, finding: Finding) {
        self.findings.push(format!("{name}:{number}: {finding}"));
    }

    fn write(&self, out: &mut dyn Write, files: usize) -> io::Result<()> {
        for finding in self.findings.iter().take(MOST_TOLD) {
            writeln!(out, "{finding}")?;
        }
        let count = self.findings.len();
        if count > MOST_TOLD {
            writeln!(out, "and {} more", count - MOST_TOLD)?;
        }
        if let Some(note) = &self.note {
            writeln!(out, "{note}")?;
        }
        let verdict = match count {
            0 => "each follows from the one before".to_owned(),
            1 => "one thing is wrong".to_owned(),
            count => format!("{count} things are wrong"),
        };
        writeln!(out, "lines: {}, files: {files}: {verdict}", self.lines)?;
        let (Some(first), Some(last)) = (self.chain.first(), self.chain.last()) else {
            return Ok(());
        };
        if first.number > 1 {
            let number = first.number;
            writeln!(
                out,
                "first: number {number}; what was before is not in these files"
            )?;
        }
        writeln!(out, "last: number {}, hash {}", last.number, last.hash)
    }
}

/// The files by the number of their first line; those without one come first.
fn in_order(files: &[PathBuf]) -> Result<Vec<&PathBuf>, Error> {
    let mut numbered = Vec::new();
    for path in files {
        let mut number = 0;
        read(path, |_, piece| {
            if let Piece::Line(line) = piece
                && let Ok(line) = Line::read(line)
            {
                number = line.link.number;
            }
            number == 0
        })?;
        numbered.push((number, path));
    }
    numbered.sort_by_key(|(number, _)| *number);
    Ok(numbered.into_iter().map(|(_, path)| path).collect())
}

/// Hands on all lines of the file at `path`, for as long as it is told to go on.
fn read(path: &Path, take: impl FnMut(u64, Piece<'_>) -> bool) -> Result<(), Error> {
    let read = File::open(path).and_then(|file| each(BufReader::new(file), take));
    read.map_err(|error| {
        let path = visible(&path.to_string_lossy());
        Error::Unusable(format!("hooksieve: can't read {path}: {error}"))
    })
}

fn hash(written: &str) -> Result<Hash, String> {
    Hash::parse(written.as_bytes())
        .ok_or_else(|| "write 64 digits from 0 to f, as in the log".to_owned())
}
