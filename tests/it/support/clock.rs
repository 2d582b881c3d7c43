//! A clock that the binary under test goes by, and that the test puts forward.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use tempfile::TempDir;

/// A clock on the wall that goes like all others, but for how far it was put forward. Whatever waits goes by another, which
/// stays right. Needs libfaketime.
pub struct Clock {
    library: PathBuf,
    directory: TempDir,
    ahead: Duration,
}

impl Clock {
    /// One that is right. `None` where there is no libfaketime: what needs hours can't be shown there.
    pub fn new() -> Option<Self> {
        let places = fs::read_dir("/usr/lib").ok()?.map_while(Result::ok);
        let mut libraries = places.map(|place| place.path().join("faketime/libfaketimeMT.so.1"));
        let Some(library) = libraries.find(|library| library.exists()) else {
            eprintln!("left out, since libfaketime is not there");
            return None;
        };
        let clock = Self {
            library,
            directory: tempfile::tempdir().expect("a directory for the time"),
            ahead: Duration::ZERO,
        };
        clock.set();
        Some(clock)
    }

    /// Puts it forward.
    pub fn forward(&mut self, by: Duration) {
        self.ahead += by;
        self.set();
    }

    /// A command that runs `binary` by this clock.
    pub fn known_to(&self, binary: &str) -> Command {
        let mut command = Command::new(binary);
        command
            .env("LD_PRELOAD", &self.library)
            .env("FAKETIME_TIMESTAMP_FILE", self.file())
            .env("FAKETIME_NO_CACHE", "1")
            // A thread that waits leaves it to the kernel, which goes by the right one.
            .env("DONT_FAKE_MONOTONIC", "1");
        command
    }

    fn file(&self) -> PathBuf {
        self.directory.path().join("ahead")
    }

    /// In one go, since it is read at any moment.
    fn set(&self) {
        let new = self.directory.path().join("new");
        fs::write(&new, format!("+{}\n", self.ahead.as_secs())).expect("it can be written");
        fs::rename(new, self.file()).expect("it can be replaced");
    }
}
