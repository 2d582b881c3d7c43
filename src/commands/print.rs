//! What a command says on stdout.

use std::io::{self, BufWriter, ErrorKind, Write};

use super::Error;

/// Lets `write` say it. That nobody reads any more, as behind `| head`, is no failure: what was asked is done all the
/// same, and the exit code says what came of it.
///
/// # Errors
///
/// When it can't be written, as to a full disk.
pub fn print(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Error> {
    let mut out = BufWriter::new(io::stdout().lock());
    let written = write(&mut out).and_then(|()| out.flush());
    written.or_else(|error| match error.kind() {
        ErrorKind::BrokenPipe => Ok(()),
        _ => Err(Error::Failed(io::Error::other(format!(
            "can't write to stdout: {error}"
        )))),
    })
}
