//! `hooksieve-extproc`: hooksieve inside Envoy.
//!
//! Envoy asks of each request what becomes of it ([external processing]); this answers what the proxy would have done, by
//! the same `config.toml` and with the same code. It never has the request in hand: what is let go on goes on in Envoy.
//!
//! | module | question it answers |
//! |---|---|
//! | `arguments` | what was typed? |
//! | `serve` | how does it start, and how does it stop? |
//! | `incoming` | where do Envoy's connections come from? |
//! | `service` | what does Envoy call? |
//! | `exchange` | what is said of one request, message by message? |
//! | `head` | which request do Envoy's headers stand for? |
//! | `need` | what of its body must come before it can be decided? |
//! | `answer` | how is a decision written for Envoy? |
//! | `end` | how does a request end otherwise than by a decision? |
//! | `fault` | how must Envoy not be configured? |
//!
//! [external processing]: https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/ext_proc_filter

mod answer;
mod arguments;
mod end;
mod exchange;
mod fault;
mod head;
mod incoming;
mod need;
mod serve;
mod service;

use std::process::ExitCode;

use clap::Parser;
use hooksieve::commands::Error;
use hooksieve::commands::run::End;
use hooksieve::server::Stopped;
use hooksieve::telemetry::Completeness;

use arguments::Arguments;

/// Whose lines ours are in the log, which has those of hooksieve alone.
const LOG: &str = "hooksieve::extproc";
/// The arguments, the config or an address can't be used.
const UNUSABLE: u8 = 2;
/// Something failed while running, was cut off at the end, or lines of the log were lost.
const FAILED: u8 = 1;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match serve::run(&arguments) {
        Ok(End {
            stopped: Stopped::Drained,
            log: Completeness::Complete,
        }) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::from(FAILED),
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(match error {
                Error::Unusable(_) => UNUSABLE,
                Error::Failed(_) => FAILED,
            })
        }
    }
}
