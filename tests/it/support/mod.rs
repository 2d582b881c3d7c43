//! The three parties of a test: the sender and the upstream on raw sockets, and the real binary between them.

mod binary;
mod certificates;
mod clock;
mod deaf;
mod gate;
mod load;
mod local;
mod manager;
mod message;
mod names;
mod process;
mod random;
mod raw;
mod record;
mod sender;
mod through;
mod tls;
mod upstream;

use std::process::Command;
use std::time::Duration;

pub use binary::{Run, run, run_by_shell};
pub use certificates::{Authority, Files, Issued};
pub use clock::Clock;
pub use deaf::Deaf;
pub use gate::Gate;
pub use load::Load;
pub use local::{LocalUpstream, exchange_local};
pub use manager::Manager;
pub use message::{Message, read_message};
pub use names::Names;
pub use process::{Hooksieve, wait_until};
pub use random::Random;
pub use raw::Raw;
pub use record::assert_record_is_whole;
pub use sender::{ask, connect, exchange, exchange_closing, get, post, post_with, rest};
pub use through::{OK, answer_to, assert_refused, passed_back, passed_on, passed_on_with};
pub use tls::{TlsSender, TlsUpstream, tls_ask, tls_connect, tls_connect_to, tls_on};
pub use upstream::{Connection, Upstream};

/// Where the binary is.
pub const BINARY: &str = env!("CARGO_BIN_EXE_hooksieve");
/// Where the tables are, and the docs.
pub const REPOSITORY: &str = env!("CARGO_MANIFEST_DIR");

/// A command that serves by the config at hand.
pub fn command() -> Command {
    Command::new(BINARY)
}

/// How long anything may take that is expected to happen. Only a failing test waits for it.
pub const PATIENCE: Duration = Duration::from_secs(20);
