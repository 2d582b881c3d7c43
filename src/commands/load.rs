//! The config, read from wherever its path leads.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use crate::config::{Config, Endpoint};

/// How long a file may take to come to its end: a pipe to which nobody writes never does.
const PATIENCE: Duration = Duration::from_secs(5);
/// The largest file that is read, far above a config with tens of thousands of patterns.
const LARGEST: u64 = 16 << 20;

/// What is in a file, or why that can't be told, in words.
pub type Content = Result<Vec<u8>, String>;

/// The text in the file at `path`, which may be a pipe, and the config that it is; or what to tell the user, one problem
/// a line.
pub fn load(path: &Path) -> Result<(String, Config), String> {
    load_for(path, Endpoint::Named)
}

/// The same for whoever may know where events go.
pub fn load_for(path: &Path, endpoint: Endpoint) -> Result<(String, Config), String> {
    let bytes = read(path).map_err(|why| {
        let file = if path.is_dir() {
            "a file"
        } else {
            "another file"
        };
        format!("hooksieve: {why}; name {file} with --config")
    })?;
    let config = understand(path, &bytes, endpoint)?;
    Ok((String::from_utf8_lossy(&bytes).into_owned(), config))
}

/// The config that these bytes of the file at `path` are; or what to tell the user, one problem a line.
pub fn understand(path: &Path, bytes: &[u8], endpoint: Endpoint) -> Result<Config, String> {
    Config::from_bytes(bytes, endpoint).map_err(|problems| problems.display_with(path).to_string())
}

/// All that is in the file at `path`, which may be a pipe, if it comes to an end.
pub fn read(path: &Path) -> Content {
    read_in_time(path).map_err(|error| in_words(path, &error))
}

/// The same for a file that ends at once; `None` for a pipe or the like, which can be read but once.
pub fn read_again(path: &Path) -> Option<Content> {
    let content = match fs::metadata(path) {
        Ok(found) if found.is_file() || found.is_dir() => whole(path),
        Ok(_) => return None,
        Err(error) => Err(error),
    };
    Some(content.map_err(|error| in_words(path, &error)))
}

fn in_words(path: &Path, error: &io::Error) -> String {
    let path = path.display();
    match error.kind() {
        io::ErrorKind::IsADirectory => {
            format!(
                "{path} is a directory, as container engines make one where the file to mount is missing"
            )
        }
        _ => format!("can't read {path}: {error}"),
    }
}

/// All that is in the file at `path`, which may be a pipe, if it comes to an end within [`PATIENCE`].
pub fn read_in_time(path: &Path) -> io::Result<Vec<u8>> {
    let (done, is_done) = mpsc::channel();
    let path = path.to_owned();
    // To open a pipe can take for ever as well. This thread is left behind then, until the process ends.
    thread::Builder::new()
        .name("config".to_owned())
        .spawn(move || {
            // Nobody listens any more once it has taken too long.
            let _ = done.send(whole(&path));
        })?;
    is_done.recv_timeout(PATIENCE).map_err(|_| {
        io::Error::other(format!(
            "it has come to no end within {} s",
            PATIENCE.as_secs()
        ))
    })?
}

fn whole(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?
        .take(LARGEST + 1)
        .read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST {
        let largest = LARGEST >> 20;
        return Err(io::Error::other(format!("it is larger than {largest} MiB")));
    }
    Ok(bytes)
}
