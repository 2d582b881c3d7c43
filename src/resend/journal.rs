//! Which events have been delivered: a file beside the record, to which every answer is added.

use std::collections::HashSet;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, BufReader, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use http::StatusCode;
use serde::Deserialize;

use super::{Event, Failure};
use crate::audit::{Hash, Piece, each};
use crate::telemetry::{chain, in_json};

/// What the name of a journal begins with: a pattern for the files of the record does not take it.
const BEGIN: &str = "resent-";

/// What each event of a record was answered.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    delivered: HashSet<Hash>,
    /// Open for more answers; `None` where it is only read.
    file: Option<File>,
}

/// The members of a line that count.
#[derive(Deserialize)]
struct Answer {
    hash: Hash,
    status: Option<u16>,
}

impl Journal {
    /// Where the journal of a file is: `resent-dropped.jsonl` beside `dropped.jsonl`, `dropped.jsonl.1` and so on.
    #[must_use]
    pub fn beside(file: &Path) -> PathBuf {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let record = match name.rsplit_once('.') {
            Some((record, number)) if number.bytes().all(|byte| byte.is_ascii_digit()) => record,
            _ => &name,
        };
        file.with_file_name(format!("{BEGIN}{record}"))
    }

    /// What is in the journal at `path`, to which nothing is added.
    ///
    /// # Errors
    ///
    /// When it is there and can't be read.
    pub fn read(path: PathBuf) -> io::Result<Self> {
        let delivered = match File::open(&path) {
            Ok(file) => delivered(&file)?.0,
            Err(error) if error.kind() == io::ErrorKind::NotFound => HashSet::new(),
            Err(error) => return Err(error),
        };
        Ok(Self {
            path,
            delivered,
            file: None,
        })
    }

    /// The same, to add to it. It is begun where there is none.
    ///
    /// # Errors
    ///
    /// When it can't be read or written, or another process adds to it.
    pub fn open(path: PathBuf) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        options.read(true).append(true).create(true).mode(0o600);
        let mut file = options.open(&path)?;
        if let Err(TryLockError::WouldBlock) = file.try_lock() {
            return Err(io::Error::other("another resend is at it"));
        }
        let (delivered, is_torn) = delivered(&file)?;
        if is_torn {
            file.write_all(b"\n")?;
        }
        Ok(Self {
            path,
            delivered,
            file: Some(file),
        })
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether an event has been delivered.
    #[must_use]
    pub fn has(&self, event: &Hash) -> bool {
        self.delivered.contains(event)
    }

    /// Adds what an event was answered, and waits until that is on disk.
    ///
    /// # Errors
    ///
    /// When it can't be written: then the next run would send the event again.
    pub fn add(&mut self, event: &Event, answer: &Result<StatusCode, Failure>) -> io::Result<()> {
        let Some(file) = &mut self.file else {
            return Ok(());
        };
        let time = humantime::format_rfc3339_micros(SystemTime::now());
        let (number, hash) = (event.number, event.hash);
        let answered = match answer {
            Ok(status) => format!("\"status\":{}", status.as_u16()),
            Err(failure) => format!("\"error\":{}", in_json(&chain(failure))),
        };
        let line =
            format!("{{\"time\":\"{time}\",\"number\":{number},\"hash\":\"{hash}\",{answered}}}\n");
        file.write_all(line.as_bytes())?;
        file.sync_data()
    }
}

/// The events in a journal that were delivered, and whether its last line was torn. One that was, or is none of ours, says
/// nothing.
fn delivered(file: &File) -> io::Result<(HashSet<Hash>, bool)> {
    let (mut delivered, mut is_torn) = (HashSet::new(), false);
    each(BufReader::new(file), |_, piece| {
        let (Piece::Line(line) | Piece::Torn(line)) = piece;
        is_torn = piece == Piece::Torn(line);
        if let Ok(Answer { hash, status }) = serde_json::from_slice(line)
            && status.is_some_and(|status| (200..300).contains(&status))
        {
            delivered.insert(hash);
        }
        true
    })?;
    Ok((delivered, is_torn))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::resend::plan::tests::event;

    #[test]
    fn it_is_beside_the_record_whichever_of_its_files_is_named() {
        for (file, journal) in [
            ("/a/dropped.jsonl", "/a/resent-dropped.jsonl"),
            ("/a/dropped.jsonl.1", "/a/resent-dropped.jsonl"),
            ("dropped.jsonl.12", "resent-dropped.jsonl"),
            ("/a.1/b", "/a.1/resent-b"),
        ] {
            assert_eq!(Journal::beside(Path::new(file)), Path::new(journal));
        }
    }

    #[test]
    fn only_what_was_answered_2xx_is_delivered_and_a_torn_line_hides_no_other() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("resent-a");
        let [a, b, c] = [1, 2, 3].map(event);
        let mut journal = Journal::open(path.clone()).unwrap();
        assert!(Journal::open(path.clone()).is_err(), "it is locked");
        journal.add(&a, &Ok(StatusCode::NO_CONTENT)).unwrap();
        journal.add(&b, &Ok(StatusCode::FOUND)).unwrap();
        journal.add(&b, &Err(Failure::Broken)).unwrap();
        drop(journal);
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, format!("{text}{{\"time")).unwrap();
        let mut journal = Journal::open(path.clone()).unwrap();
        journal.add(&c, &Ok(StatusCode::OK)).unwrap();
        let journal = Journal::read(path).unwrap();
        let has = [a, b, c].map(|event| journal.has(&event.hash));
        assert_eq!(has, [true, false, true]);
        let missing = Journal::read(directory.path().join("b")).unwrap();
        assert!(!missing.has(&event(1).hash) && !missing.path().exists());
    }
}
