//! `hooksieve resend`: recorded drops are handed to their endpoints after all.

mod tell;

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use clap::Args;
use http::StatusCode;
use tokio::runtime::Builder;
use tokio::time::{Instant, sleep_until};

use super::Error;
use super::certificates::load_towards;
use super::load::load;
use super::print::print;
use crate::audit::{Line, Piece, each};
use crate::config::Config;
use crate::policy::{Pattern, PatternError};
use crate::resend::{Delivery, Event, Failure, Journal, Plan, Progress, Selection};
use crate::telemetry::visible;
use crate::tls::Dialer;
use tell::Outcomes;

/// What was asked.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The configuration: an event goes to the upstream of the route that takes it now, whatever its rules
    #[arg(long, short, value_name = "FILE", default_value = "config.toml")]
    pub config: PathBuf,

    /// Only types that match this, as 'batch.*'; once for each pattern
    #[arg(long = "type", value_name = "PATTERN", value_parser = pattern)]
    pub types: Vec<Pattern>,

    /// Only what was dropped since then: a time, as 2026-11-29T15:00:00Z, or how long ago, as 2h
    #[arg(long, value_name = "TIME", value_parser = moment)]
    pub since: Option<SystemTime>,

    /// Only what this route took, by its name in the record
    #[arg(long, value_name = "ROUTE")]
    pub route: Option<String>,

    /// Say what would be sent, and send nothing
    #[arg(long)]
    pub dry_run: bool,

    /// At most so many a second; without, each is sent when the one before it was answered
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub rate: Option<u32>,

    /// Files of the record, in any order
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Everything that was asked for has been delivered, now or before; or it was only asked what would be sent.
    Done,
    /// Something is left.
    Left,
}

/// Sends what is asked for and not delivered yet, one after another, and says on stdout what came of it.
///
/// # Errors
///
/// When the config, the record or its journal can't be read, or an answer can't be written to the journal: then it stops.
pub fn run(arguments: &Arguments) -> Result<Outcome, Error> {
    let (text, config) = load(&arguments.config).map_err(Error::Unusable)?;
    let tls = Dialer::default();
    let towards = load_towards(&arguments.config, &text, &config);
    tls.go_by(towards.map_err(Error::Unusable)?);
    // Open from here to the end: others may give the names to other files meanwhile.
    let files = arguments.files.iter().map(|path| {
        let file = File::open(path);
        file.map_err(|error| unusable("read", path, &error))
    });
    let files = files.collect::<Result<Vec<_>, _>>()?;
    let mut journals = Journals::open(&arguments.files, arguments.dry_run)?;
    let plan = plan(arguments, &files, &journals)?;
    print(|out| tell::plan(out, &plan, SystemTime::now()))?;
    if arguments.dry_run {
        print(|out| writeln!(out, "nothing was sent: --dry-run"))?;
        return Ok(Outcome::Done);
    }
    if plan.events.is_empty() {
        return Ok(outcome(&plan, 0));
    }
    print(|out| {
        journals
            .each
            .iter()
            .try_for_each(|journal| tell::journal(out, journal))
    })?;
    let outcomes = send(&plan, arguments, (&files, &config, tls), &mut journals)?;
    print(|out| tell::outcomes(out, &outcomes, plan.events.len()))?;
    Ok(outcome(&plan, plan.events.len() - outcomes.delivered))
}

/// Whether anything is left of what was asked for.
fn outcome(plan: &Plan, undelivered: usize) -> Outcome {
    let left_out = plan.left_out;
    if undelivered + left_out.without_body + left_out.broken == 0 {
        Outcome::Done
    } else {
        Outcome::Left
    }
}

/// Reads all files for what is asked for and not delivered yet.
fn plan(arguments: &Arguments, files: &[File], journals: &Journals) -> Result<Plan, Error> {
    let selection = Selection {
        types: arguments.types.iter().cloned().collect(),
        since: arguments.since,
        route: arguments.route.clone(),
    };
    let mut plan = Plan::default();
    for (number, file) in files.iter().enumerate() {
        let journal = journals.of(number);
        let read = each(BufReader::new(file), |offset, piece| {
            // Behind the last line is what is being written.
            if let Piece::Line(line) = piece {
                plan.add((number, offset), line, &selection, |hash| journal.has(hash));
            }
            true
        });
        read.map_err(|error| unusable("read", &arguments.files[number], &error))?;
    }
    plan.sort();
    Ok(plan)
}

/// Sends all of the plan, unless the endpoint can't be reached.
fn send(
    plan: &Plan,
    arguments: &Arguments,
    (files, config, tls): (&[File], &Config, Dialer),
    journals: &mut Journals,
) -> Result<Outcomes, Error> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let delivery = Delivery::new(&config.routes, config.timeouts.reuse, tls);
    let pause = arguments.rate.map(|rate| Duration::from_secs(1) / rate);
    let mut progress = Progress::new(plan.events.len());
    let mut outcomes = Outcomes::default();
    let sent = runtime.block_on(async {
        let mut next = Instant::now();
        for event in &plan.events {
            sleep_until(next).await;
            next = Instant::now() + pause.unwrap_or_default();
            let line = line(&files[event.file], event);
            let line =
                line.map_err(|error| unusable("read", &arguments.files[event.file], &error))?;
            let answer = deliver(&delivery, &line).await;
            let journal = journals.of_mut(event.file);
            let added = journal.add(event, &answer);
            added.map_err(|error| unusable("write", journal.path(), &error))?;
            progress.add(answer.as_ref().is_ok_and(StatusCode::is_success));
            if outcomes.add(&answer) {
                break;
            }
        }
        Ok(())
    });
    progress.end();
    sent.map(|()| outcomes)
}

async fn deliver(delivery: &Delivery<'_>, line: &[u8]) -> Result<StatusCode, Failure> {
    let line = Line::read(line).map_err(|_| Failure::Broken)?;
    delivery.deliver(&line).await
}

/// The line of an event.
fn line(mut file: &File, event: &Event) -> io::Result<Vec<u8>> {
    file.seek(SeekFrom::Start(event.offset))?;
    let mut line = vec![0; event.length];
    file.read_exact(&mut line)?;
    Ok(line)
}

/// The journals of all files: those of one record share one.
struct Journals {
    each: Vec<Journal>,
    /// Which of them is that of a file.
    of: Vec<usize>,
}

impl Journals {
    /// Opens them, or only reads them.
    fn open(files: &[PathBuf], is_read_only: bool) -> Result<Self, Error> {
        let (open, what): (fn(PathBuf) -> io::Result<Journal>, _) = if is_read_only {
            (Journal::read, "read")
        } else {
            (Journal::open, "write")
        };
        let (mut each, mut of, mut known) = (Vec::new(), Vec::new(), HashMap::new());
        for file in files {
            let path = Journal::beside(file);
            if !known.contains_key(&path) {
                let journal = open(path.clone()).map_err(|error| unusable(what, &path, &error))?;
                known.insert(path.clone(), each.len());
                each.push(journal);
            }
            of.push(known[&path]);
        }
        Ok(Self { each, of })
    }

    fn of(&self, file: usize) -> &Journal {
        &self.each[self.of[file]]
    }

    fn of_mut(&mut self, file: usize) -> &mut Journal {
        &mut self.each[self.of[file]]
    }
}

fn unusable(what: &str, path: &Path, error: &io::Error) -> Error {
    let path = visible(&path.to_string_lossy());
    Error::Unusable(format!("hooksieve: can't {what} {path}: {error}"))
}

fn pattern(written: &str) -> Result<Pattern, String> {
    written
        .parse()
        .map_err(|error: PatternError| format!("not a pattern ({error})"))
}

/// Reads a time, or how long ago it is.
fn moment(written: &str) -> Result<SystemTime, String> {
    let ago = humantime::parse_duration(written).ok();
    let ago = ago.and_then(|ago| SystemTime::now().checked_sub(ago));
    let day = || humantime::parse_rfc3339_weak(&format!("{written}T00:00:00"));
    ago.or_else(|| {
        humantime::parse_rfc3339_weak(written)
            .or_else(|_| day())
            .ok()
    })
    .ok_or_else(|| {
        "write a time in UTC, as 2026-11-29T15:00:00Z, or how long ago, as 2h".to_owned()
    })
}
