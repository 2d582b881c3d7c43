//! Names that only the binary under test knows.

use std::io::{Seek, Write};
use std::net::IpAddr;
use std::process::{Command, Stdio};

use tempfile::NamedTempFile;

/// An `/etc/hosts` that is seen by nobody but the processes that are told of it. It may grow.
pub struct Names(NamedTempFile);

impl Names {
    /// No names yet. `None` where a process may not have a view of its own on the file system: what needs names can't
    /// be shown there.
    pub fn new() -> Option<Self> {
        let names = Self(NamedTempFile::new().expect("a file for the names"));
        let works = names.known_to("true").stderr(Stdio::null()).status();
        if works.is_ok_and(|status| status.success()) {
            return Some(names);
        }
        eprintln!(
            "left out, since this system does not let a process have an /etc/hosts of its own"
        );
        None
    }

    /// Gives `name` one more address.
    pub fn add(&self, name: &str, address: IpAddr) {
        let mut file = self.0.as_file();
        writeln!(file, "{address} {name}").expect("the file can be written");
    }

    /// Forgets all of them.
    pub fn forget(&self) {
        let mut file = self.0.as_file();
        file.set_len(0).expect("the file can be emptied");
        file.rewind().expect("it has a beginning");
    }

    /// A command that runs `binary` with these names.
    pub fn known_to(&self, binary: &str) -> Command {
        const MOUNT_AND_RUN: &str = "mount --bind \"$0\" /etc/hosts && exec \"$@\"";
        let mut command = Command::new("unshare");
        let user_and_mounts = ["--map-root-user", "--mount"];
        command
            .args(user_and_mounts)
            .args(["sh", "-c", MOUNT_AND_RUN]);
        command.arg(self.0.path()).arg(binary);
        command
    }
}
