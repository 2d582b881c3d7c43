//! The config, read from wherever its path leads.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use crate::config::Config;

/// How long a file may take to come to its end: a pipe to which nobody writes never does.
const PATIENCE: Duration = Duration::from_secs(5);
/// The largest file that is read, far above a config with tens of thousands of patterns.
const LARGEST: u64 = 16 << 20;

/// The text in the file at `path`, which may be a pipe, and the config that it is; or what to tell the user, one problem
/// a line.
pub fn load(path: &Path) -> Result<(String, Config), String> {
    let bytes = read(path).map_err(|error| {
        let path = path.display();
        match error.kind() {
            io::ErrorKind::IsADirectory => format!(
                "hooksieve: {path} is a directory, as container engines make one where the file to mount is missing; \
                 name a file with --config"
            ),
            _ => format!("hooksieve: can't read {path}: {error}; name another file with --config"),
        }
    })?;
    match Config::from_bytes(&bytes) {
        Ok(config) => Ok((String::from_utf8_lossy(&bytes).into_owned(), config)),
        Err(problems) => Err(problems.display_with(path).to_string()),
    }
}

/// All that is in the file at `path`, if it comes to an end.
fn read(path: &Path) -> io::Result<Vec<u8>> {
    let (done, is_done) = mpsc::channel();
    let path = path.to_owned();
    // To open a pipe can take for ever as well. This thread is left behind then, until the process ends.
    thread::Builder::new()
        .name("config".to_owned())
        .spawn(move || {
            let mut bytes = Vec::new();
            let read =
                File::open(path).and_then(|file| file.take(LARGEST + 1).read_to_end(&mut bytes));
            // Nobody listens any more once it has taken too long.
            let _ = done.send(read.map(|_| bytes));
        })?;
    let bytes = is_done.recv_timeout(PATIENCE).map_err(|_| {
        io::Error::other(format!(
            "it has come to no end within {} s",
            PATIENCE.as_secs()
        ))
    })??;
    if bytes.len() as u64 > LARGEST {
        let largest = LARGEST >> 20;
        return Err(io::Error::other(format!("it is larger than {largest} MiB")));
    }
    Ok(bytes)
}
