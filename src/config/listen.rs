//! Where senders connect, as the config has it.

use std::fmt;

use crate::transport::Address;

/// Where senders connect. Its `Display` is how the config has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Listen {
    /// A port, or a Unix socket, that is made at the start.
    At(Address),
    /// Every socket that whoever started the program hands over to it, as systemd does.
    Systemd,
}

/// How many there may be. Each is an open file of each worker, and all have to fit into one hand-over.
pub const MOST: usize = 32;

/// How [`Listen::Systemd`] is written.
pub const SYSTEMD: &str = "systemd";

impl Listen {
    /// Where that is, if the config says so.
    #[must_use]
    pub fn address(&self) -> Option<&Address> {
        match self {
            Self::At(address) => Some(address),
            Self::Systemd => None,
        }
    }
}

impl fmt::Display for Listen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::At(address) => address.fmt(f),
            Self::Systemd => f.write_str(SYSTEMD),
        }
    }
}
