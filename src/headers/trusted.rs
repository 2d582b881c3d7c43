//! Peers whose word is taken for who is behind them.

use std::fmt;
use std::str::FromStr;

use ipnet::{AddrParseError, IpNet};

use crate::transport::Peer;

/// Some peers that are trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trusted {
    /// Those with addresses of this network; a single address is a network of that length.
    Network(IpNet),
    /// Whoever connects to a Unix socket of ours: the mode of its file says who can.
    Local,
}

/// How [`Trusted::Local`] is written.
const LOCAL: &str = "unix";

impl Trusted {
    /// Whether `peer` is one of them.
    #[must_use]
    pub fn include(&self, peer: Peer) -> bool {
        match (self, peer.ip()) {
            (Self::Network(network), Some(address)) => network.contains(&address),
            (Self::Local, None) => true,
            (Self::Network(_), None) | (Self::Local, Some(_)) => false,
        }
    }
}

impl From<IpNet> for Trusted {
    fn from(network: IpNet) -> Self {
        Self::Network(network)
    }
}

impl FromStr for Trusted {
    type Err = AddrParseError;

    /// A network, or the word for Unix sockets.
    fn from_str(written: &str) -> Result<Self, AddrParseError> {
        match written {
            LOCAL => Ok(Self::Local),
            network => network.parse().map(Self::Network),
        }
    }
}

impl fmt::Display for Trusted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Network(network) => network.fmt(f),
            Self::Local => f.write_str(LOCAL),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use super::*;

    #[test]
    fn a_network_includes_no_local_peer_and_the_other_way_round() {
        let near = Peer::from(SocketAddr::from(([127, 0, 0, 1], 1)));
        for (written, peer, is_included) in [
            ("127.0.0.0/8", near, true),
            ("10.0.0.0/8", near, false),
            ("0.0.0.0/0", Peer::Local, false),
            ("unix", Peer::Local, true),
            ("unix", near, false),
        ] {
            let trusted: Trusted = written.parse().expect("it is one");
            assert_eq!(trusted.include(peer), is_included, "{written} {peer}");
            assert_eq!(trusted.to_string(), written);
        }
    }
}
