//! The real binary with a config that is given whole and a log in any form.

use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Stdio;

use rustix::process::Signal;
use tempfile::TempDir;

use super::binary::{Binary, Run};
use super::wait_until;

/// A hooksieve whose config is given whole and whose log may be in any form. It is killed when this is dropped.
pub struct Raw {
    binary: Binary,
    address: SocketAddr,
    directory: TempDir,
}

impl Raw {
    /// Starts it and waits until it listens.
    pub fn start(config: &str) -> Self {
        Self::by_shell("exec \"$0\"", config)
    }

    /// The same, by a line for a shell in which `"$0"` is the binary.
    pub fn by_shell(line: &str, config: &str) -> Self {
        let directory = tempfile::tempdir().expect("a directory for the config");
        fs::write(directory.path().join("config.toml"), config).expect("the config can be written");
        let mut binary = Binary::by_shell(directory.path(), line, Stdio::piped());
        let mut address = None;
        wait_until("it listens", || {
            let ended = binary.ended();
            assert!(ended.is_none(), "it ended: {}", binary.stderr());
            address = listens_on(binary.id());
            address.is_some()
        });
        Self {
            binary,
            address: address.expect("it listens"),
            directory,
        }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The path of a file in its directory, where its config is as well.
    pub fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// The same as the process sees it, which may have mounts of its own.
    pub fn inside(&self, name: &str) -> PathBuf {
        let (process, path) = (self.binary.id(), self.path(name));
        PathBuf::from(format!("/proc/{process}/root{}", path.display()))
    }

    /// Resident memory in KiB.
    pub fn memory(&self) -> u64 {
        self.binary.memory().0
    }

    /// Sends SIGTERM, waits for the end, and tells all that was written. It must have answered something before,
    /// since a signal that comes too early kills.
    pub fn stop(self) -> Run {
        self.binary.signal(Signal::TERM);
        self.binary.finish()
    }
}

/// The IPv4 loopback port on which a process listens, as the kernel tells it: the log may be silent.
fn listens_on(process: u32) -> Option<SocketAddr> {
    let sockets = fs::read_dir(format!("/proc/{process}/fd")).ok()?;
    let inodes: Vec<_> = sockets
        .filter_map(|entry| fs::read_link(entry.ok()?.path()).ok())
        .filter_map(|link| {
            let inode = link.to_str()?.strip_prefix("socket:[")?;
            Some(inode.strip_suffix(']')?.to_owned())
        })
        .collect();
    let table = fs::read_to_string("/proc/net/tcp").expect("the kernel lists its sockets");
    table.lines().find_map(|line| {
        // sl local_address rem_address st … inode …, state 0A is LISTEN.
        let columns: Vec<_> = line.split_whitespace().collect();
        let is_meant = columns.get(3) == Some(&"0A") && inodes.iter().any(|i| i == columns[9]);
        let (_, port) = columns.get(1)?.split_once(':').filter(|_| is_meant)?;
        let port = u16::from_str_radix(port, 16).ok()?;
        Some(SocketAddr::from(([127, 0, 0, 1], port)))
    })
}
