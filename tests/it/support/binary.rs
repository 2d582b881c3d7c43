//! The real binary as a process.

use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};

use rustix::process::{Pid, Signal, kill_process};

use super::{BINARY, wait_until};

/// How a run ended, and what it wrote.
pub struct Run {
    /// The exit code; `None` when it died of a signal.
    pub code: Option<i32>,
    /// What it wrote to stdout.
    pub stdout: String,
    /// What it wrote to stderr.
    pub stderr: String,
}

/// A run of the binary. It is killed when this is dropped.
pub struct Binary(Child);

/// Runs the binary in `directory` to its end.
pub fn run(directory: &Path, arguments: &[&str]) -> Run {
    Binary::start(directory, arguments, Stdio::piped()).finish()
}

/// Runs a line for a shell, in which `"$0"` is the binary, to its end.
pub fn run_by_shell(directory: &Path, line: &str) -> Run {
    Binary::by_shell(directory, line, Stdio::piped()).finish()
}

impl Binary {
    /// Starts it in `directory`, with stderr as asked for.
    pub fn start(directory: &Path, arguments: &[&str], stderr: Stdio) -> Self {
        Self::spawn(Command::new(BINARY).args(arguments), directory, stderr)
    }

    /// Starts it in `directory` by a line for a shell, in which `"$0"` is the binary.
    pub fn by_shell(directory: &Path, line: &str, stderr: Stdio) -> Self {
        let mut shell = Command::new("sh");
        Self::spawn(shell.args(["-c", line, BINARY]), directory, stderr)
    }

    /// Starts it by a command that becomes the binary.
    pub fn spawn(command: &mut Command, directory: &Path, stderr: Stdio) -> Self {
        Self::spawn_with(command, directory, Stdio::null(), stderr)
    }

    /// The same with something to read from.
    pub fn spawn_with(
        command: &mut Command,
        directory: &Path,
        stdin: Stdio,
        stderr: Stdio,
    ) -> Self {
        let child = command
            .current_dir(directory)
            .stdin(stdin)
            .stdout(Stdio::piped())
            .stderr(stderr)
            .spawn();
        Self(child.expect("the binary starts"))
    }

    /// Its process number.
    pub fn id(&self) -> u32 {
        self.0.id()
    }

    /// What it writes to stdout.
    pub fn stdout(&mut self) -> ChildStdout {
        self.0
            .stdout
            .take()
            .expect("it is piped, and asked for once")
    }

    /// Resident memory in KiB: now, and at its highest.
    pub fn memory(&self) -> (u64, u64) {
        let status = fs::read_to_string(format!("/proc/{}/status", self.id())).expect("it runs");
        let kib = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            let kib = line.and_then(|line| line.trim().strip_suffix(" kB"));
            kib.and_then(|kib| kib.parse().ok()).expect("a number")
        };
        (kib("VmRSS:"), kib("VmHWM:"))
    }

    /// Sends a signal.
    pub fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.0), signal).expect("it runs");
    }

    /// How it ended, if it has.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.0.try_wait().expect("it can be waited for")
    }

    /// Waits for it to end.
    pub fn wait(&mut self) -> ExitStatus {
        let mut status = None;
        wait_until("it has ended", || {
            status = self.ended();
            status.is_some()
        });
        status.expect("it has ended")
    }

    /// Waits for it to end, and tells all that it wrote. What it writes to stderr must fit into a pipe.
    pub fn finish(mut self) -> Run {
        let mut stdout = String::new();
        if let Some(mut pipe) = self.0.stdout.take() {
            pipe.read_to_string(&mut stdout).expect("stdout is UTF-8");
        }
        let stderr = self.stderr();
        Run {
            code: self.wait().code(),
            stdout,
            stderr,
        }
    }

    /// Waits until nothing more comes on stderr, and tells what came.
    pub fn stderr(&mut self) -> String {
        let mut stderr = String::new();
        let mut pipe = self
            .0
            .stderr
            .take()
            .expect("it is piped, and asked for once");
        pipe.read_to_string(&mut stderr).expect("stderr is UTF-8");
        stderr
    }
}

impl Drop for Binary {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
