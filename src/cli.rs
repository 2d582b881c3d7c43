//! What was typed.

use std::path::PathBuf;

use clap::{Parser, Subcommand};

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
    /// Show it at work: an endpoint, hooksieve before it with the shipped config, and a few events
    Demo,
    /// Print a JSON Schema of the configuration, by which editors complete keys and mark mistakes
    Schema,
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
