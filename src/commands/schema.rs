//! `hooksieve schema`: a JSON Schema of `config.toml`, for editors.

use super::Error;
use super::print::print;
use crate::config::schema;

/// Prints the schema.
///
/// # Errors
///
/// When it can't be written.
pub fn run() -> Result<(), Error> {
    print(|out| writeln!(out, "{:#}", schema()))
}
