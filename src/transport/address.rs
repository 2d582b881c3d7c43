//! Where somebody listens.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use super::UNIX;

/// Where somebody listens. Its `Display` is how the config has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// An IP address and a port; port 0 is any that is free.
    Tcp(SocketAddr),
    /// A socket in the file system, by its absolute path.
    Unix(PathBuf),
}

impl Address {
    /// Whether others than this machine, and the networks that are nobody's but their owner's, may reach it (RFC 1918,
    /// RFC 4193, RFC 6598, link-local). "Any address" is one that they may.
    #[must_use]
    pub fn is_public(&self) -> bool {
        match self {
            Self::Tcp(address) => match address.ip().to_canonical() {
                IpAddr::V4(ip) => {
                    let [first, second, ..] = ip.octets();
                    let is_shared = first == 100 && second & 0xC0 == 64;
                    !(ip.is_loopback() || ip.is_private() || ip.is_link_local() || is_shared)
                }
                IpAddr::V6(ip) => {
                    !(ip.is_loopback() || ip.is_unique_local() || ip.is_unicast_link_local())
                }
            },
            Self::Unix(_) => false,
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(address) => address.fmt(f),
            Self::Unix(path) => write!(f, "{UNIX}{}", path.display()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_and_private_networks_are_not_public() {
        for (address, is_public) in [
            ("127.0.0.1:1", false),
            ("127.9.9.9:1", false),
            ("[::1]:1", false),
            ("10.0.0.1:1", false),
            ("172.31.0.1:1", false),
            ("192.168.1.1:1", false),
            ("169.254.1.1:1", false),
            ("100.64.0.1:1", false),
            ("[fd00::1]:1", false),
            ("[fe80::1]:1", false),
            ("[::ffff:10.0.0.1]:1", false),
            ("0.0.0.0:1", true),
            ("[::]:1", true),
            ("172.32.0.1:1", true),
            ("100.128.0.1:1", true),
            ("203.0.113.7:1", true),
            ("[2001:db8::1]:1", true),
            ("[::ffff:203.0.113.7]:1", true),
        ] {
            let address = Address::Tcp(address.parse().unwrap());
            assert_eq!(address.is_public(), is_public, "{address}");
        }
        assert!(!Address::Unix("/run/a".into()).is_public());
    }
}
