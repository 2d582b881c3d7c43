//! The three parties of a test: the sender and the upstream on raw sockets, and the real binary between them.

mod message;
mod process;
mod sender;
mod upstream;

use std::time::Duration;

pub use message::{Message, read_message};
pub use process::{Hooksieve, wait_until};
pub use sender::{connect, exchange, get, post, post_with};
pub use upstream::{Connection, Upstream};

/// How long anything may take that is expected to happen. Only a failing test waits for it.
pub const PATIENCE: Duration = Duration::from_secs(20);
