//! The real binary on a free port, and what it logs.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::Signal;
use serde_json::Value;
use tempfile::TempDir;

use super::binary::Binary;
use super::{BINARY, Clock, Names, PATIENCE, Upstream, command};

/// A hooksieve that runs, on a free port and with its log as JSON. It is killed when this is dropped.
pub struct Hooksieve {
    binary: Binary,
    address: Option<SocketAddr>,
    log: Arc<Log>,
    /// What its config begins with: where it listens, and before whom.
    head: String,
    directory: TempDir,
}

#[derive(Default)]
struct Log {
    lines: Mutex<Vec<Value>>,
    grown: Condvar,
}

impl Hooksieve {
    /// With `deny = ["batch.*"]` and defaults.
    pub fn before(upstream: &Upstream) -> Self {
        Self::with(upstream, "[filter]\ndeny = [\"batch.*\"]\n")
    }

    /// With these further lines in its config.
    pub fn with(upstream: &Upstream, config: &str) -> Self {
        Self::at(upstream.address(), config)
    }

    /// The same, before whatever is or will be at an address.
    pub fn at(upstream: SocketAddr, config: &str) -> Self {
        let mut binary = command();
        Self::spawn(&mut binary, "127.0.0.1:0", &upstream.to_string(), config)
    }

    /// With these further lines in its config, and a variable in its environment.
    pub fn knowing(upstream: &Upstream, config: &str, name: &str, value: &str) -> Self {
        let mut binary = command();
        binary.env(name, value);
        let upstream = upstream.address().to_string();
        Self::spawn(&mut binary, "127.0.0.1:0", &upstream, config)
    }

    /// With these further lines in its config, going by a clock.
    pub fn by_clock(clock: &Clock, upstream: &Upstream, config: &str) -> Self {
        let mut binary = clock.known_to(BINARY);
        let upstream = upstream.address().to_string();
        Self::spawn(&mut binary, "127.0.0.1:0", &upstream, config)
    }

    /// At an address of its own, before an upstream with a name of which `names` tell, as `name:port`.
    pub fn named(names: &Names, listen: SocketAddr, upstream: &str, config: &str) -> Self {
        let mut binary = names.known_to(BINARY);
        Self::spawn(&mut binary, &listen.to_string(), upstream, config)
    }

    /// The same where the system lets nobody watch a file. `None` where it doesn't let a process be somebody else: that can't
    /// be shown there.
    pub fn unable_to_watch(upstream: &Upstream, config: &str) -> Option<Self> {
        const FORBID: &str = "echo 0 > /proc/sys/user/max_inotify_instances";
        let unshared = |line: &str| {
            let mut command = Command::new("unshare");
            command.args(["--map-root-user", "sh", "-c", line]);
            command
        };
        let works = unshared(FORBID).stderr(Stdio::null()).status();
        if !works.is_ok_and(|status| status.success()) {
            eprintln!("left out, since this system does not let a process have limits of its own");
            return None;
        }
        let mut binary = unshared(&format!("{FORBID} && exec {BINARY}"));
        let upstream = upstream.address().to_string();
        Some(Self::spawn(&mut binary, "127.0.0.1:0", &upstream, config))
    }

    /// With this config, which names its upstreams itself.
    pub fn alone(config: &str) -> Self {
        let head = "listen = \"127.0.0.1:0\"\n".to_owned();
        Self::begin(&mut command(), head, config)
    }

    /// With this config, which says itself where it listens.
    pub fn whole(config: &str) -> Self {
        Self::begin(&mut Command::new(BINARY), String::new(), config)
    }

    /// The same, by a command that becomes the binary, with stdin and stderr as given.
    pub fn handed(binary: &mut Command, config: &str, stdin: Stdio, stderr: Stdio) -> Self {
        Self::begin_with(binary, String::new(), config, stdin, stderr)
    }

    /// The same, with a variable in its environment.
    pub fn alone_knowing(config: &str, name: &str, value: &Path) -> Self {
        let head = "listen = \"127.0.0.1:0\"\n".to_owned();
        Self::begin(Command::new(BINARY).env(name, value), head, config)
    }

    fn spawn(binary: &mut Command, listen: &str, upstream: &str, config: &str) -> Self {
        let head = format!("listen = \"{listen}\"\nupstream = \"http://{upstream}\"\n");
        Self::begin(binary, head, config)
    }

    /// By this command, with a config of which the head stays when it is saved.
    pub fn begin(binary: &mut Command, head: String, config: &str) -> Self {
        Self::begin_with(binary, head, config, Stdio::null(), Stdio::inherit())
    }

    fn begin_with(
        binary: &mut Command,
        head: String,
        config: &str,
        stdin: Stdio,
        stderr: Stdio,
    ) -> Self {
        let directory = tempfile::tempdir().expect("a directory for the config");
        let path = directory.path().join("config.toml");
        fs::write(&path, head.clone() + config).expect("the config can be written");
        let mut binary = Binary::spawn_with(binary, directory.path(), stdin, stderr);
        let log = Arc::new(Log::default());
        let lines = BufReader::new(binary.stdout()).lines();
        let reader = log.clone();
        thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let line = serde_json::from_str(&line).expect("every line is JSON");
                reader.lines.lock().expect("no panic").push(line);
                reader.grown.notify_all();
            }
        });
        let ready = log.wait(|line| line["message"] == "ready", 1);
        let listen = ready[0]["listen"].as_str().expect("it says where");
        let address = listen.split(", ").find_map(|place| place.parse().ok());
        Self {
            binary,
            address,
            log,
            head,
            directory,
        }
    }

    /// Where its config is.
    pub fn config(&self) -> PathBuf {
        self.directory.path().join("config.toml")
    }

    /// Saves its config with other further lines.
    pub fn save(&self, config: &str) {
        self.save_whole(&(self.head.clone() + config));
    }

    /// Saves its config as this and nothing else.
    pub fn save_whole(&self, text: &str) {
        fs::write(self.config(), text).expect("the config can be written");
    }

    /// Where it listens: the first port, of several places.
    pub fn address(&self) -> SocketAddr {
        self.address.expect("it listens on a port")
    }

    /// The first `count` lines on events. Waits for them.
    pub fn events(&self, count: usize) -> Vec<Value> {
        self.log.wait(|line| line["message"] == "event", count)
    }

    /// The first line with this message. Waits for it.
    pub fn line(&self, message: &str) -> Value {
        self.log
            .wait(|line| line["message"] == message, 1)
            .remove(0)
    }

    /// The first `count` lines with this message. Waits for them.
    pub fn lines_of(&self, message: &str, count: usize) -> Vec<Value> {
        self.log.wait(|line| line["message"] == message, count)
    }

    /// The first line with this message from line number `from` on, which becomes the one behind it. Waits for it.
    pub fn next_line(&self, message: &str, from: &mut usize) -> Value {
        let (number, line) = self.log.next(*from, |line| line["message"] == message);
        *from = number + 1;
        line
    }

    /// All lines so far.
    pub fn lines(&self) -> Vec<Value> {
        self.log.lines.lock().expect("no panic").clone()
    }

    /// Sends a signal.
    pub fn signal(&self, signal: Signal) {
        self.binary.signal(signal);
    }

    /// Waits for it to end.
    pub fn wait(&mut self) -> ExitStatus {
        self.binary.wait()
    }

    /// Ends it in good order, and gives all lines on events.
    pub fn stop(&mut self) -> Vec<Value> {
        self.signal(Signal::TERM);
        assert!(self.wait().success(), "it drains");
        // The totals come last.
        self.line("totals");
        let mut lines = self.lines();
        lines.retain(|line| line["message"] == "event");
        lines
    }

    /// Resident memory in KiB: now, and at its highest.
    pub fn memory(&self) -> (u64, u64) {
        self.binary.memory()
    }

    /// How many threads it has, and how many open files.
    pub fn threads_and_files(&self) -> (usize, usize) {
        let count = |what: &str| {
            let entries = fs::read_dir(format!("/proc/{}/{what}", self.binary.id()));
            entries.expect("it runs").count()
        };
        (count("task"), count("fd"))
    }
}

impl Log {
    fn next(&self, mut from: usize, is_meant: impl Fn(&Value) -> bool) -> (usize, Value) {
        let deadline = Instant::now() + PATIENCE;
        let mut lines = self.lines.lock().expect("no panic");
        loop {
            let new = lines.iter().enumerate().skip(from);
            if let Some((number, line)) = new.into_iter().find(|(_, line)| is_meant(line)) {
                return (number, line.clone());
            }
            from = lines.len();
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "no such line came");
            lines = self.grown.wait_timeout(lines, left).expect("no panic").0;
        }
    }

    fn wait(&self, is_meant: impl Fn(&Value) -> bool, count: usize) -> Vec<Value> {
        let deadline = Instant::now() + PATIENCE;
        let mut lines = self.lines.lock().expect("no panic");
        loop {
            let meant: Vec<_> = lines
                .iter()
                .filter(|line| is_meant(line))
                .take(count)
                .cloned()
                .collect();
            if meant.len() == count {
                return meant;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(
                !left.is_zero(),
                "{} of {count} lines came: {lines:#?}",
                meant.len()
            );
            lines = self.grown.wait_timeout(lines, left).expect("no panic").0;
        }
    }
}

/// Looks again and again whether something has become true.
pub fn wait_until(what: &str, mut is_true: impl FnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !is_true() {
        assert!(Instant::now() < deadline, "waited too long until {what}");
        thread::sleep(Duration::from_millis(2));
    }
}
