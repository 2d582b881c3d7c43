//! The real Envoy, by the config in `deploy/envoy`.

use std::env;
use std::fs;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use super::{Hooksieve, REPOSITORY, listening_on, wait_until};

/// An Envoy. It is killed when this is dropped.
pub struct Envoy {
    process: Child,
    /// Where senders connect.
    pub address: SocketAddr,
    /// Where hooksieve is to listen.
    hooksieve: SocketAddr,
    _directory: TempDir,
}

impl Envoy {
    /// Before the endpoint at this address, by the shipped config with other ports.
    pub fn before(endpoint: SocketAddr) -> Self {
        Self::with(endpoint, |config| config)
    }

    /// The same with changes to the config.
    pub fn with(endpoint: SocketAddr, change: impl FnOnce(String) -> String) -> Self {
        let program = env::var("ENVOY").expect("ENVOY names the program");
        let [address, hooksieve] = free();
        let path = format!("{REPOSITORY}/deploy/envoy/envoy.yaml");
        let config = fs::read_to_string(path).expect("it is there");
        let config = [(8080, address), (3000, endpoint), (9002, hooksieve)]
            .into_iter()
            .fold(config, |config, (shipped, here)| {
                let [shipped, here] =
                    [shipped, here.port()].map(|port| format!("port_value: {port}}}"));
                assert_eq!(config.matches(&shipped).count(), 1, "{shipped}");
                config.replace(&shipped, &here)
            });
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("envoy.yaml");
        fs::write(&path, change(config)).expect("it can be written");
        let process = Command::new(program)
            .args([
                "--concurrency",
                "1",
                "--use-dynamic-base-id",
                "--log-level",
                "warn",
                "-c",
            ])
            .arg(&path)
            .stdin(Stdio::null())
            .spawn()
            .expect("Envoy starts");
        wait_until("Envoy listens", || TcpStream::connect(address).is_ok());
        Self {
            process,
            address,
            hooksieve,
            _directory: directory,
        }
    }
}

impl Envoy {
    /// A hooksieve that it asks, with this config.
    pub fn beside(&self, config: &str) -> Hooksieve {
        let mut binary = listening_on(&self.hooksieve.to_string());
        Hooksieve::begin(&mut binary, String::new(), config)
    }
}

impl Drop for Envoy {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Two ports that nobody has.
fn free() -> [SocketAddr; 2] {
    let listeners = [(); 2].map(|()| TcpListener::bind("127.0.0.1:0").expect("a free port"));
    listeners.map(|listener| listener.local_addr().expect("it is bound"))
}
