//! The real binary with any arguments and any config, whatever becomes of it.

use std::fs;
use std::io::Read;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use super::wait_until;

const BINARY: &str = env!("CARGO_BIN_EXE_hooksieve");

/// How a run ended, and what it wrote.
pub struct Run {
    /// The exit code; `None` when it died of a signal.
    pub code: Option<i32>,
    /// What it wrote to stdout.
    pub stdout: String,
    /// What it wrote to stderr.
    pub stderr: String,
}

/// Runs the binary in `directory` to its end.
pub fn run(directory: &Path, arguments: &[&str]) -> Run {
    let mut command = Command::new(BINARY);
    let mut running = Running::spawn(command.args(arguments).current_dir(directory));
    let (stdout, stderr) = running.read();
    Run {
        code: running.wait().code(),
        stdout,
        stderr,
    }
}

/// A hooksieve whose config is given whole and whose log may be in any form. It is killed when this is dropped.
pub struct Raw {
    running: Running,
    address: SocketAddr,
    _directory: TempDir,
}

impl Raw {
    /// Starts it and waits until it listens.
    pub fn start(config: &str) -> Self {
        Self::start_by(&mut Command::new(BINARY), config)
    }

    /// The same, with its outputs redirected as a shell does it.
    pub fn redirected(redirections: &str, config: &str) -> Self {
        let line = format!("exec \"$0\" {redirections}");
        Self::start_by(Command::new("sh").args(["-c", &line, BINARY]), config)
    }

    fn start_by(command: &mut Command, config: &str) -> Self {
        let directory = tempfile::tempdir().expect("a directory for the config");
        fs::write(directory.path().join("config.toml"), config).expect("the config can be written");
        let mut running = Running::spawn(command.current_dir(directory.path()));
        let mut address = None;
        wait_until("it listens", || {
            let ended = running.0.try_wait().expect("it can be waited for");
            assert!(ended.is_none(), "it ended: {}", running.read().1);
            address = listens_on(&running.0);
            address.is_some()
        });
        Self {
            running,
            address: address.expect("it listens"),
            _directory: directory,
        }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Resident memory in KiB.
    pub fn memory(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.running.0.id()));
        let status = status.expect("it runs");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = line.and_then(|line| line.trim().strip_suffix(" kB"));
        kib.and_then(|kib| kib.parse().ok()).expect("a number")
    }

    /// Sends SIGTERM, waits for the end, and tells all that was written. It must have answered something before,
    /// since a signal that comes too early kills.
    pub fn stop(mut self) -> Run {
        kill_process(Pid::from_child(&self.running.0), Signal::TERM).expect("it runs");
        let (stdout, stderr) = self.running.read();
        Run {
            code: self.running.wait().code(),
            stdout,
            stderr,
        }
    }
}

struct Running(Child);

impl Running {
    fn spawn(command: &mut Command) -> Self {
        let child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn();
        Self(child.expect("the binary starts"))
    }

    /// Reads both outputs to their ends. What is written to stderr fits into a pipe.
    fn read(&mut self) -> (String, String) {
        let (mut stdout, mut stderr) = (String::new(), String::new());
        let out = self.0.stdout.take().expect("it is piped");
        { out }
            .read_to_string(&mut stdout)
            .expect("stdout is UTF-8");
        let err = self.0.stderr.take().expect("it is piped");
        { err }
            .read_to_string(&mut stderr)
            .expect("stderr is UTF-8");
        (stdout, stderr)
    }

    fn wait(&mut self) -> ExitStatus {
        self.0.wait().expect("it can be waited for")
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The IPv4 loopback port on which a process listens, as the kernel tells it: the log may be silent.
fn listens_on(child: &Child) -> Option<SocketAddr> {
    let sockets = fs::read_dir(format!("/proc/{}/fd", child.id())).ok()?;
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
