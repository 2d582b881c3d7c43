//! What was typed.

use std::path::PathBuf;

use clap::{Parser, Subcommand};

use crate::commands::{audit, check, explain, health, report, resend, senders};

/// An event-filtering reverse proxy for webhooks: drops the event types that config.toml denies, passes
/// everything else on byte for byte.
#[derive(Debug, Parser)]
#[command(version, args_conflicts_with_subcommands = true)]
pub struct Arguments {
    /// The configuration
    #[arg(long, short, value_name = "FILE", default_value = "config.toml")]
    pub config: PathBuf,

    /// What to do instead of serving.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What can be done instead of serving.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Say whether the configuration can be used, what is in force by it, and what in it is surely not meant
    ///
    /// The exit code is 0 if it can be used, 2 if not, and 1 if an upstream could not be reached or, with --strict, if
    /// there are warnings.
    Check(check::Arguments),

    /// Say of events what would become of them, and why, without sending anything
    ///
    /// The exit code is 0 if all of them would be forwarded, 3 if one would be dropped, and 4 if one would be refused.
    Explain(Box<explain::Arguments>),

    /// Show what came, by the log, and what other rules would have made of it
    Report(report::Arguments),

    /// Look at the record of dropped events
    Audit(audit::Arguments),

    /// Send recorded drops to their endpoints after all, one after another
    ///
    /// What each is answered goes to a journal beside the record, so that the next run sends only what is left: anything
    /// that was not answered 2xx. The exit code is 0 if nothing is left, 1 if something is, and 2 if a file can't be used.
    Resend(Box<resend::Arguments>),

    /// Show what is known of senders: where their types are, how they sign, what they want for an answer
    Senders(senders::Arguments),

    /// Ask the hooksieve that runs by a configuration whether it is well: for HEALTHCHECK of a container and the like
    ///
    /// The exit code is 0 if it says so within two seconds, and else 1.
    Health(health::Arguments),

    /// Print a JSON Schema of the configuration, by which editors complete keys and mark mistakes
    Schema,

    /// Show it at work: an endpoint, hooksieve before it with the shipped config, and a few events
    Demo,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_arguments_make_sense() {
        Arguments::command().debug_assert();
    }
}
