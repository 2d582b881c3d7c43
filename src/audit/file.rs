//! How lines get to disk, and when another file begins.

#[cfg(test)]
mod tests;

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;

use super::hash::Link;
use super::line;
use super::rotation;
use super::tail::tail;
use super::{Audit, Dropped, Settings, writer};

/// Who may read a record: the user that writes it. There may be secrets in it.
const MODE: u32 = 0o600;
/// Bytes that are gathered before they are written.
const BUFFER: usize = 64 * 1024;

/// A record that is open and can be written to.
#[derive(Debug)]
pub struct Opened {
    record: Record,
    torn: u64,
}

/// Lines on their way to disk.
#[derive(Debug)]
pub(super) struct Record {
    settings: Settings,
    /// `None` until it is opened again.
    open: Option<Open>,
    /// The last line that is on disk for certain.
    last: Link,
    /// Bytes at which the file is closed.
    rotate_at: u64,
}

#[derive(Debug)]
struct Open {
    file: File,
    /// Bytes of whole lines that are on disk for certain.
    len: u64,
    /// The last line of all, which may be on disk or not.
    tip: Link,
    unwritten: Vec<u8>,
    /// Bytes of the file once all is written.
    end: u64,
}

/// Opens the record, or begins one. A last line that was torn by a crash is cut off: no sender was told of it.
///
/// # Errors
///
/// When there can't be such a file, it can't be written to, another process does so, or it is something else.
pub fn open(settings: Settings) -> io::Result<Opened> {
    let mut record = Record {
        open: None,
        last: Link::default(),
        rotate_at: settings.max_size,
        settings,
    };
    let torn = record.open()?;
    Ok(Opened { record, torn })
}

impl Opened {
    /// Starts the thread that writes to it, and says in the log how far it has come: by that it shows whether its end is
    /// taken away.
    ///
    /// # Errors
    ///
    /// When there can't be another thread.
    pub fn start(self) -> io::Result<Audit> {
        let Record { settings, last, .. } = &self.record;
        tell_of_torn(&settings.path, self.torn);
        tracing::info!(
            path = %settings.path.display(),
            number = last.number,
            hash = %last.hash,
            "drops are recorded behind this line"
        );
        writer::start(self.record)
    }
}

impl Record {
    /// Writes the line of an event, to the disk or on the way to it.
    ///
    /// # Errors
    ///
    /// When it can't be written; then no line counts that was not committed.
    pub(super) fn append(&mut self, event: &Dropped) -> io::Result<()> {
        if self.open.as_ref().is_some_and(Open::is_clean) && !self.is_at_its_path() {
            self.open = None;
        }
        if self.open.is_none() {
            let torn = self.open()?;
            tell_of_torn(&self.settings.path, torn);
        }
        let open = self.open.as_mut().expect("it was opened");
        open.tip = line::write(open, &open.tip.clone(), event)?;
        Ok(())
    }

    /// Waits until all lines are on disk.
    ///
    /// # Errors
    ///
    /// When they can't be written, or the file was deleted meanwhile.
    pub(super) fn commit(&mut self) -> io::Result<()> {
        let Some(open) = self.open.as_mut().filter(|open| !open.is_clean()) else {
            return Ok(());
        };
        open.flush()?;
        open.file.sync_data()?;
        if open.file.metadata()?.nlink() == 0 {
            return Err(io::Error::new(ErrorKind::NotFound, "it was deleted"));
        }
        (open.len, self.last) = (open.end, open.tip);
        Ok(())
    }

    /// Takes back what was not committed. The file is opened again for the next line.
    pub(super) fn give_up(&mut self) {
        if let Some(open) = self.open.take() {
            // Where that fails too, what is torn is cut off when it is opened, and what is whole may stay.
            let _ = open.file.set_len(open.len);
        }
    }

    /// Closes the file, in which all is committed, and opens it again by its name. Where that can't be done it is tried
    /// for the next line.
    pub(super) fn reopen(&mut self) {
        self.open = None;
        if let Ok(torn) = self.open() {
            tell_of_torn(&self.settings.path, torn);
        }
    }

    /// Bytes that are not committed.
    pub(super) fn uncommitted(&self) -> u64 {
        self.open.as_ref().map_or(0, |open| open.end - open.len)
    }

    /// Whether it is time to [`rotate`](Self::rotate).
    pub(super) fn is_full(&self) -> bool {
        self.open
            .as_ref()
            .is_some_and(|open| open.end >= self.rotate_at)
    }

    /// Closes the file, in which all is committed, for good, and begins another with the next line.
    ///
    /// # Errors
    ///
    /// When it can't be moved. Then it goes on growing, and is moved when it has grown as much again.
    pub(super) fn rotate(&mut self) -> io::Result<()> {
        let len = self.open.take().map_or(0, |open| open.len);
        let Settings {
            path,
            max_size,
            keep,
        } = &self.settings;
        let rotated = rotation::rotate(path, *keep);
        self.rotate_at = match rotated {
            Ok(()) => *max_size,
            Err(_) => len + max_size,
        };
        rotated
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.settings.path
    }

    /// Opens the file by its name, and says how many bytes of a torn line were cut off.
    fn open(&mut self) -> io::Result<u64> {
        let path = &self.settings.path;
        let mut file = OpenOptions::new()
            .read(true)
            .append(true)
            .create(true)
            .mode(MODE)
            .open(path)?;
        if !file.metadata()?.is_file() {
            return Err(io::Error::other("it is no file"));
        }
        match file.try_lock() {
            // Not every file system can lock.
            Ok(()) | Err(TryLockError::Error(_)) => (),
            Err(TryLockError::WouldBlock) => {
                return Err(io::Error::other("another process writes to it"));
            }
        }
        let found = tail(&mut file)?;
        if found.torn > 0 {
            file.set_len(found.whole)?;
        }
        file.sync_all()?;
        rotation::sync_directory(path)?;
        // An empty file goes on where the one before it ended.
        let known = Some(self.last).filter(|last| last.number > 0);
        self.last = found
            .last
            .or(known)
            .or_else(|| last_of_closed(path))
            .unwrap_or_default();
        self.open = Some(Open {
            file,
            len: found.whole,
            tip: self.last,
            unwritten: Vec::new(),
            end: found.whole,
        });
        Ok(found.torn)
    }

    /// Whether the file is still the one that its path leads to: others move files away, or delete them.
    fn is_at_its_path(&self) -> bool {
        let own = self.open.as_ref().map(|open| open.file.metadata());
        let (Some(Ok(own)), Ok(found)) = (own, fs::metadata(&self.settings.path)) else {
            return false;
        };
        (own.dev(), own.ino()) == (found.dev(), found.ino())
    }
}

/// The last line of the file that was closed last, if there is one.
fn last_of_closed(path: &Path) -> Option<Link> {
    let mut file = File::open(rotation::closed(path, 1)).ok()?;
    tail(&mut file).ok()?.last
}

fn tell_of_torn(path: &Path, bytes: u64) {
    if bytes > 0 {
        tracing::warn!(
            path = %path.display(),
            bytes,
            "the record of drops ended in part of a line, which was cut off; no sender was told of that event"
        );
    }
}

impl Open {
    fn is_clean(&self) -> bool {
        self.end == self.len
    }
}

impl Write for Open {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.unwritten.extend_from_slice(bytes);
        self.end += bytes.len() as u64;
        if self.unwritten.len() >= BUFFER {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.write_all(&self.unwritten)?;
        self.unwritten.clear();
        Ok(())
    }
}
