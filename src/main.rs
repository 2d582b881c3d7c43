//! The `hooksieve` command: arguments to a command, its end to an exit code.

use std::process::ExitCode;

use clap::Parser;
use hooksieve::cli::{Arguments, Command};
use hooksieve::commands::audit::Verdict as Record;
use hooksieve::commands::check::Verdict;
use hooksieve::commands::explain::Fate;
use hooksieve::commands::resend::Outcome;
use hooksieve::commands::run::End;
use hooksieve::commands::{
    Error, audit, check, demo, explain, health, report, resend, run, schema, senders,
};
use hooksieve::server::Stopped;
use hooksieve::telemetry::Completeness;

/// The arguments, the config or the address it names can't be used.
const UNUSABLE: u8 = 2;
/// Something failed while running, was cut off at the end, or lines of the log were lost; or a check has objections.
const FAILED: u8 = 1;
/// An event that was asked about would be dropped, and none refused.
const DROPPED: u8 = 3;
/// An event that was asked about would be refused.
const REFUSED: u8 = 4;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match arguments.command {
        Some(Command::Check(arguments)) => match check::run(&arguments) {
            Ok(Verdict::Sound) => ExitCode::SUCCESS,
            Ok(Verdict::Objectionable) => ExitCode::from(FAILED),
            Err(error) => give_up(&error),
        },
        Some(Command::Explain(arguments)) => match explain::run(&arguments) {
            Ok(Fate::Forwarded) => ExitCode::SUCCESS,
            Ok(Fate::Dropped) => ExitCode::from(DROPPED),
            Ok(Fate::Refused) => ExitCode::from(REFUSED),
            Err(error) => give_up(&error),
        },
        Some(Command::Report(arguments)) => match report::run(&arguments) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => give_up(&error),
        },
        Some(Command::Audit(arguments)) => match audit::run(&arguments) {
            Ok(Record::Whole) => ExitCode::SUCCESS,
            Ok(Record::Broken) => ExitCode::from(FAILED),
            Err(error) => give_up(&error),
        },
        Some(Command::Resend(arguments)) => match resend::run(&arguments) {
            Ok(Outcome::Done) => ExitCode::SUCCESS,
            Ok(Outcome::Left) => ExitCode::from(FAILED),
            Err(error) => give_up(&error),
        },
        Some(Command::Senders(arguments)) => match senders::run(&arguments) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => give_up(&error),
        },
        Some(Command::Health(arguments)) => match health::run(&arguments) {
            Ok(()) => ExitCode::SUCCESS,
            // Nothing but 0 and 1 means anything to container engines.
            Err(error) => fail(FAILED, &error.to_string()),
        },
        Some(Command::Schema) => match schema::run() {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => give_up(&error),
        },
        Some(Command::Demo) => match demo::run() {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => fail(FAILED, &format!("hooksieve: the demo failed: {error}")),
        },
        None => match run::run(&arguments.config) {
            Ok(End {
                stopped: Stopped::Drained,
                log: Completeness::Complete,
            }) => ExitCode::SUCCESS,
            Ok(_) => ExitCode::from(FAILED),
            Err(error) => give_up(&error),
        },
    }
}

fn give_up(error: &Error) -> ExitCode {
    let code = match error {
        Error::Unusable(_) => UNUSABLE,
        Error::Failed(_) => FAILED,
    };
    fail(code, &error.to_string())
}

fn fail(code: u8, why: &str) -> ExitCode {
    eprintln!("{why}");
    ExitCode::from(code)
}
