//! `hooksieve schema`: a JSON Schema of `config.toml`, for editors.

use std::io::{self, Write};

use crate::config::schema;

/// Prints the schema.
///
/// # Errors
///
/// When it can't be written.
pub fn run() -> io::Result<()> {
    let mut out = io::stdout().lock();
    serde_json::to_writer_pretty(&mut out, &schema())?;
    writeln!(out)
}
