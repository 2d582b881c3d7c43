//! The `hooksieve` command: arguments, config, listener, log, proxy, exit code.

use std::fs;
use std::io;
use std::net::TcpListener;
use std::process::ExitCode;

use clap::Parser;
use hooksieve::cli::{Arguments, Command};
use hooksieve::config::Config;
use hooksieve::server::Stopped;
use hooksieve::{demo, run, telemetry};
use tokio::signal::unix::{Signal, SignalKind, signal};

/// The arguments, the config or the address it names can't be used.
const UNUSABLE: u8 = 2;
/// Something failed while running, or was cut off at the end.
const FAILED: u8 = 1;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if let Some(Command::Demo) = arguments.command {
        return match demo::run() {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => fail(FAILED, &format!("the demo failed: {error}")),
        };
    }
    let path = arguments.config.display();
    let text = match fs::read_to_string(&arguments.config) {
        Ok(text) => text,
        Err(error) => {
            return fail(
                UNUSABLE,
                &format!("can't read {path}: {error}; name another file with --config"),
            );
        }
    };
    let config = match Config::parse(&text) {
        Ok(config) => config,
        Err(problems) => {
            eprintln!("{}", problems.display_with(&arguments.config));
            return ExitCode::from(UNUSABLE);
        }
    };
    let listener = match TcpListener::bind(config.listen) {
        Ok(listener) => listener,
        Err(error) => {
            return fail(
                UNUSABLE,
                &format!("{path}: can't listen on {}: {error}", config.listen),
            );
        }
    };
    match serve(&config, listener) {
        Ok(Stopped::Drained) => ExitCode::SUCCESS,
        Ok(Stopped::Overdue | Stopped::CutOff) => ExitCode::from(FAILED),
        Err(error) => fail(FAILED, &error.to_string()),
    }
}

fn fail(code: u8, why: &str) -> ExitCode {
    eprintln!("hooksieve: {why}");
    ExitCode::from(code)
}

/// Serves until the first signal to stop, and then until what is in flight is done.
fn serve(config: &Config, listener: TcpListener) -> io::Result<Stopped> {
    // Ends after everything else, so that the last line is not lost.
    let _log = telemetry::start(config.log.format, config.log.level)?;
    // An event takes two descriptors, and the soft limit of most systems is 1024.
    if let Err(error) = rlimit::increase_nofile_limit(u64::MAX) {
        tracing::warn!(%error, "can't raise the limit of open files");
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let stopped = runtime.block_on(run_until_stopped(config, listener))?;
    match stopped {
        Stopped::Drained => tracing::info!("stopped, everything in flight was finished"),
        Stopped::Overdue => {
            tracing::warn!("stopped, but the drain deadline cut off what was in flight");
        }
        Stopped::CutOff => tracing::warn!("stopped, and what was in flight was cut off"),
    }
    Ok(stopped)
}

/// Runs a proxy until it is told to stop, and says how it stopped.
async fn run_until_stopped(config: &Config, listener: TcpListener) -> io::Result<Stopped> {
    let (mut terminate, mut interrupt) = (
        signal(SignalKind::terminate())?,
        signal(SignalKind::interrupt())?,
    );
    for warning in &config.warnings {
        tracing::warn!(config = %warning, "a pattern may be meant otherwise");
    }
    // Before the first event, whose line comes behind this one. Senders are already waited for: the listener
    // is bound, and its queue takes them.
    tracing::info!(
        listen = %listener.local_addr()?,
        upstream = %config.upstream,
        deny = config.filter.deny.len(),
        allow = config.filter.allow.len(),
        mode = %config.mode,
        "ready"
    );
    let running = run::start(config, listener)?;
    next(&mut terminate, &mut interrupt).await;
    tracing::info!("stopping: what is in flight is finished, a second signal ends it at once");
    let cut_off = running.cut_off();
    let mut stopping = tokio::task::spawn_blocking(|| running.stop());
    let stopped = tokio::select! {
        stopped = &mut stopping => stopped,
        () = next(&mut terminate, &mut interrupt) => {
            tracing::warn!("a second signal: what is in flight is cut off");
            cut_off();
            stopping.await
        }
    };
    Ok(stopped?)
}

/// The next signal to stop.
async fn next(terminate: &mut Signal, interrupt: &mut Signal) {
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
}
