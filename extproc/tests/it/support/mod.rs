//! The parties of a test: what the proxy's tests have, with this binary in the place of the proxy, and Envoy, real or not.

#[path = "../../../../tests/it/support/binary.rs"]
#[allow(dead_code, reason = "it is the proxy's tests that use all of it")]
mod binary;
mod client;
#[path = "../../../../tests/it/support/clock.rs"]
#[allow(dead_code, reason = "it is the proxy's tests that use all of it")]
mod clock;
mod envoy;
#[path = "../../../../tests/it/support/message.rs"]
mod message;
#[path = "../../../../tests/it/support/names.rs"]
#[allow(dead_code, reason = "it is the proxy's tests that use all of it")]
mod names;
#[path = "../../../../tests/it/support/process.rs"]
#[allow(dead_code, reason = "it is the proxy's tests that use all of it")]
mod process;
#[path = "../../../../tests/it/support/sender.rs"]
#[allow(dead_code, reason = "it is the proxy's tests that use all of it")]
mod sender;
#[path = "../../../../tests/it/support/upstream.rs"]
#[allow(dead_code, reason = "it is the proxy's tests that use all of it")]
mod upstream;

use std::process::Command;
use std::time::Duration;

pub use binary::{Binary, run};
pub use client::{Body, Client, Said, head, message, mode, said};
pub use clock::Clock;
pub use envoy::Envoy;
pub use message::{Message, read_message};
pub use names::Names;
pub use process::{Hooksieve, wait_until};
pub use sender::{connect, exchange, post, post_with, rest};
pub use upstream::Upstream;

/// Where the binary is.
pub const BINARY: &str = env!("CARGO_BIN_EXE_hooksieve-extproc");
/// Where the tables are, and the configs of Envoy.
pub const REPOSITORY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
/// How long anything may take that is expected to happen. Only a failing test waits for it.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// A command that serves Envoy by the config at hand, on a free port.
pub fn command() -> Command {
    listening_on("127.0.0.1:0")
}

/// The same at this address.
pub fn listening_on(address: &str) -> Command {
    let mut command = Command::new(BINARY);
    command.args(["--listen", address]);
    command
}

/// A rule, an event that it drops, and one that it does not.
pub const DENY: &str = "[filter]\ndeny = [\"batch.*\"]\n";
pub const BATCH: &[u8] = br#"{"type":"batch.created","id":"evt_2"}"#;
pub const PAID: &[u8] = br#"{"type":"invoice.paid","id":"evt_1"}"#;

/// One with this config, and a client of it.
pub fn serving(config: &str) -> (Hooksieve, Client) {
    let hooksieve = Hooksieve::begin(&mut command(), String::new(), config);
    let client = Client::new(hooksieve.address());
    (hooksieve, client)
}

/// What is said of an event that is dropped, with this in the answer.
pub fn dropped(body: &str) -> Said {
    Said::Answered(200, Vec::new(), body.to_owned())
}

/// What is said of one that is refused for a reason.
pub fn refused(status: u16, why: &str) -> Said {
    let plain = (
        "content-type".to_owned(),
        "text/plain; charset=utf-8".to_owned(),
    );
    Said::Answered(status, vec![plain], format!("hooksieve: {why}\n"))
}
