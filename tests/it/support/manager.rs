//! A small stand-in for systemd: it has the sockets, hands them over, and hears what it is told.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::os::fd::OwnedFd;
use std::os::unix::net::{UnixDatagram, UnixListener};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use super::{BINARY, Hooksieve, PATIENCE, Upstream};

/// A service manager with a port and a Unix socket that stay whoever serves.
pub struct Manager {
    directory: TempDir,
    port: TcpListener,
    socket: UnixListener,
    told: UnixDatagram,
}

/// Takes the two sockets, which come as stdin and stderr, for the first ones behind the standard streams, as the binary
/// wants them (`LISTEN_FDS`), with its process number.
const HAND_OVER: &str =
    "export LISTEN_FDS=2 LISTEN_PID=$$; exec \"$0\" 3<&0 4<&2 </dev/null 2>/dev/null";

impl Manager {
    /// One that nobody serves yet.
    pub fn new() -> Self {
        let directory = tempfile::tempdir().expect("a directory for sockets");
        let path = |name: &str| directory.path().join(name);
        let told = UnixDatagram::bind(path("notify")).expect("it is free");
        told.set_read_timeout(Some(PATIENCE))
            .expect("it can be set");
        Self {
            port: TcpListener::bind("127.0.0.1:0").expect("a free port"),
            socket: UnixListener::bind(path("in")).expect("it is free"),
            told,
            directory,
        }
    }

    /// Its port.
    pub fn address(&self) -> SocketAddr {
        self.port.local_addr().expect("it is bound")
    }

    /// The path of its Unix socket.
    pub fn socket(&self) -> PathBuf {
        self.directory.path().join("in")
    }

    /// The place for a file.
    pub fn directory(&self) -> &Path {
        self.directory.path()
    }

    /// Starts the binary on both sockets, and waits until it is ready.
    pub fn start(&self, upstream: &Upstream, config: &str) -> Hooksieve {
        self.start_in(upstream, config, &[])
    }

    /// The same with more in its environment.
    pub fn start_in(
        &self,
        upstream: &Upstream,
        config: &str,
        environment: &[(&str, &str)],
    ) -> Hooksieve {
        let config = format!(
            "listen = \"systemd\"\nupstream = \"http://{}\"\n{config}",
            upstream.address()
        );
        self.begin(&config, environment)
    }

    /// Starts the binary with this config, whatever it makes of the sockets.
    pub fn start_whole(&self, config: &str) -> Hooksieve {
        self.begin(config, &[])
    }

    fn begin(&self, config: &str, environment: &[(&str, &str)]) -> Hooksieve {
        let mut command = Command::new("sh");
        command
            .args(["-c", HAND_OVER, BINARY])
            .env("NOTIFY_SOCKET", self.directory.path().join("notify"))
            .envs(environment.iter().copied());
        let port = self.port.try_clone().expect("a file");
        let socket = self.socket.try_clone().expect("a file");
        let [stdin, stderr] = [OwnedFd::from(port), OwnedFd::from(socket)].map(Stdio::from);
        Hooksieve::handed(&mut command, config, stdin, stderr)
    }

    /// The lines of the next thing that it is told. Waits for it.
    pub fn hears(&self) -> Vec<String> {
        self.heard().expect("it is told something")
    }

    /// The lines of the next thing that it is told by then; `None` if it is told nothing.
    pub fn hears_within(&self, time: std::time::Duration) -> Option<Vec<String>> {
        self.told
            .set_read_timeout(Some(time))
            .expect("it can be set");
        let heard = self.heard().ok();
        self.told
            .set_read_timeout(Some(PATIENCE))
            .expect("it can be set");
        heard
    }

    fn heard(&self) -> io::Result<Vec<String>> {
        let mut bytes = [0; 4096];
        let length = self.told.recv(&mut bytes)?;
        let text = String::from_utf8_lossy(&bytes[..length]);
        Ok(text.lines().map(str::to_owned).collect())
    }
}
