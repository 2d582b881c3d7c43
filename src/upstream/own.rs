//! Which addresses lead back to this process itself.

mod file;

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs, UdpSocket};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use socket2::SockRef;

use super::Origin;
use crate::server::Bound;
use crate::transport::Address;
use file::is_same_file;

/// How long a name is looked up at the start. What is not found in time is told when an event comes.
const LOOK_UP: Duration = Duration::from_secs(1);

/// Where this process takes connections. Clones are the same.
///
/// An event that is sent there comes back, and goes round until something runs out. It can't be known again, since
/// nothing may be added to it; but an address tells before a connection is made. Those of our open connections do not:
/// the kernel gives one local port to several connections that lead elsewhere, so a sender on this machine may well have
/// the address of one of ours.
#[derive(Clone, Debug, Default)]
pub struct OwnAddresses {
    ports: Arc<[Own]>,
    /// The files of our Unix sockets.
    sockets: Arc<[PathBuf]>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Own {
    address: SocketAddr,
    /// Whether a listener on `[::]` takes no IPv4.
    only_v6: bool,
}

impl OwnAddresses {
    /// Where `listeners` take connections.
    ///
    /// # Errors
    ///
    /// When the system does not say.
    pub fn of<'a>(listeners: impl IntoIterator<Item = &'a Bound>) -> io::Result<Self> {
        let own = |listener: &Bound| {
            let address = listener.address()?;
            let is_v6 = matches!(address, Address::Tcp(address) if address.is_ipv6());
            let only_v6 = is_v6 && SockRef::from(listener).only_v6()?;
            Ok((address, only_v6))
        };
        let own = listeners.into_iter().map(own);
        Ok(Self::new(own.collect::<io::Result<Vec<_>>>()?))
    }

    /// Where listeners at `addresses` would take connections, by the system's default.
    #[must_use]
    pub fn at<'a>(addresses: impl IntoIterator<Item = &'a Address>) -> Self {
        Self::new(
            addresses
                .into_iter()
                .map(|address| (address.clone(), false)),
        )
    }

    fn new(own: impl IntoIterator<Item = (Address, bool)>) -> Self {
        let (mut ports, mut sockets) = (Vec::new(), Vec::new());
        for (address, only_v6) in own {
            match address {
                Address::Tcp(address) => ports.push(Own { address, only_v6 }),
                Address::Unix(path) => sockets.push(path),
            }
        }
        Self {
            ports: ports.into(),
            sockets: sockets.into(),
        }
    }

    /// Whether a connection to `address` would be one to ourselves.
    #[must_use]
    pub fn include(&self, address: SocketAddr) -> bool {
        self.ports.iter().any(|own| own.is_at(address, is_local))
    }

    /// Whether a connection to the Unix socket at `path` would be one to ourselves: by whatever path, it is the same
    /// file.
    #[must_use]
    pub fn include_socket(&self, path: &Path) -> bool {
        self.sockets.iter().any(|own| is_same_file(own, path))
    }

    /// Whether everything that `origin` stands for is ourselves. May wait a second for a name, and a name that can't be
    /// looked up is somebody else.
    #[must_use]
    pub fn are_all_of(&self, origin: &Origin) -> bool {
        if let Some(path) = origin.socket() {
            return self.include_socket(path);
        }
        // A look-up is a wait that the others are spared.
        let is_possible = self
            .ports
            .iter()
            .any(|own| own.address.port() == origin.port());
        let found = if is_possible {
            look_up(origin)
        } else {
            Vec::new()
        };
        !found.is_empty() && found.into_iter().all(|address| self.include(address))
    }
}

impl Own {
    fn is_at(&self, address: SocketAddr, is_local: impl Fn(IpAddr) -> bool) -> bool {
        if address.port() != self.address.port() {
            return false;
        }
        // To connect to "any address" is to connect to this machine.
        let asked = match address.ip().to_canonical() {
            IpAddr::V4(Ipv4Addr::UNSPECIFIED) => Ipv4Addr::LOCALHOST.into(),
            IpAddr::V6(Ipv6Addr::UNSPECIFIED) => Ipv6Addr::LOCALHOST.into(),
            asked => asked,
        };
        match self.address.ip() {
            IpAddr::V4(Ipv4Addr::UNSPECIFIED) => asked.is_ipv4() && is_local(asked),
            IpAddr::V6(Ipv6Addr::UNSPECIFIED) => {
                (asked.is_ipv6() || !self.only_v6) && is_local(asked)
            }
            one => one.to_canonical() == asked,
        }
    }
}

/// Whether an address is one of this machine: then a socket can be bound to it.
fn is_local(address: IpAddr) -> bool {
    let can_be_bound = |address: IpAddr| UdpSocket::bind((address, 0)).is_ok();
    // Nobody's, for documentation. Where it can be bound too, being bound says nothing (`ip_nonlocal_bind`).
    let nobodys = if address.is_ipv4() {
        IpAddr::from([203, 0, 113, 254])
    } else {
        IpAddr::from([0x2001, 0xdb8, 0, 0, 0, 0, 0, 0xfffe])
    };
    address.is_loopback() || can_be_bound(address) && !can_be_bound(nobodys)
}

fn look_up(origin: &Origin) -> Vec<SocketAddr> {
    let (tell, told) = mpsc::channel();
    let (host, port) = (origin.host().to_owned(), origin.port());
    // The system's look-up can't be given a time, so it has a thread of its own, and is left behind when it hangs.
    let looking = thread::Builder::new().spawn(move || {
        let found = (host.as_str(), port).to_socket_addrs();
        let _late = tell.send(found.map(Vec::from_iter).unwrap_or_default());
    });
    match looking {
        Ok(_) => told.recv_timeout(LOOK_UP).unwrap_or_default(),
        Err(_) => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;
    use std::os::unix::fs::symlink;

    use super::*;
    use crate::server::{Access, bind};

    #[test]
    fn what_a_listener_takes() {
        let local =
            |address: IpAddr| address.is_loopback() || address == IpAddr::from([10, 0, 0, 5]);
        let own = |address: &str, only_v6| Own {
            address: address.parse().expect("an address"),
            only_v6,
        };
        for (listen, upstream, is_ours) in [
            ("127.0.0.1:80", "127.0.0.1:80", true),
            ("127.0.0.1:80", "127.0.0.1:81", false),
            ("127.0.0.1:80", "127.0.0.2:80", false),
            ("127.0.0.1:80", "0.0.0.0:80", true),
            ("127.0.0.1:80", "[::ffff:127.0.0.1]:80", true),
            ("[::ffff:127.0.0.1]:80", "127.0.0.1:80", true),
            ("[::1]:80", "[::]:80", true),
            ("10.0.0.5:80", "10.0.0.5:80", true),
            ("10.0.0.5:80", "127.0.0.1:80", false),
            ("0.0.0.0:80", "127.0.0.1:80", true),
            ("0.0.0.0:80", "127.1.2.3:80", true),
            ("0.0.0.0:80", "0.0.0.0:80", true),
            ("0.0.0.0:80", "10.0.0.5:80", true),
            ("0.0.0.0:80", "10.0.0.5:81", false),
            ("0.0.0.0:80", "10.0.0.6:80", false),
            ("0.0.0.0:80", "[::1]:80", false),
            ("[::]:80", "[::1]:80", true),
            ("[::]:80", "127.0.0.1:80", true),
            ("[::]:80", "10.0.0.5:80", true),
            ("[::]:80", "[2001:db8::1]:80", false),
        ] {
            let address = upstream.parse().expect("an address");
            let is_at = own(listen, false).is_at(address, local);
            assert_eq!(is_at, is_ours, "{listen} {upstream}");
        }
        let v4 = "127.0.0.1:80".parse().expect("an address");
        assert!(!own("[::]:80", true).is_at(v4, local), "it takes IPv6 only");
    }

    #[test]
    fn what_is_this_machine_and_what_is_not() {
        for (address, expected) in [
            ("127.0.0.1", true),
            ("127.9.9.9", true),
            ("203.0.113.7", false),
            ("2001:db8::7", false),
        ] {
            let address = address.parse().expect("an address");
            assert_eq!(is_local(address), expected, "{address}");
        }
        // The address by which this machine reaches others, if it has one.
        let socket = UdpSocket::bind("0.0.0.0:0").expect("a free port");
        if socket.connect("203.0.113.7:9").is_ok() {
            let own = socket.local_addr().expect("it is bound").ip();
            assert!(is_local(own), "{own}");
        }
    }

    #[test]
    fn an_upstream_is_ours_only_if_all_of_it_is() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("it is bound").port();
        let own = OwnAddresses::of([&Bound::Tcp(listener)]).expect("it is bound");
        let origin = |host, port| Origin::parse(&format!("http://{host}:{port}")).expect("a URL");
        let is = |host, port| own.are_all_of(&origin(host, port));
        assert!(is("127.0.0.1", port));
        assert!(!is("127.0.0.2", port));
        assert!(!is("127.0.0.1", port ^ 1));
        assert!(!OwnAddresses::default().are_all_of(&origin("127.0.0.1", port)));
    }

    #[test]
    fn a_socket_is_ours_by_whatever_path() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = |name: &str| directory.path().join(name);
        let address = Address::Unix(path("socket"));
        let planned = OwnAddresses::at([&address]);
        let bound = bind(&address, &Access::default()).expect("it is free");
        let own = OwnAddresses::of([&bound]).expect("it is bound");
        symlink(path("socket"), path("link")).expect("a link");
        symlink(directory.path(), path("around")).expect("a link");
        let origin = |name: &str| {
            let url = format!("unix:{}", path(name).display());
            Origin::parse(&url).expect("a socket")
        };
        for (name, is_ours) in [
            ("socket", true),
            ("link", true),
            ("around/socket", true),
            ("other", false),
        ] {
            assert_eq!(own.are_all_of(&origin(name)), is_ours, "{name}");
            assert_eq!(planned.are_all_of(&origin(name)), is_ours, "{name}");
        }
        drop((own, bound));
        assert!(planned.are_all_of(&origin("around/socket")));
        assert!(!planned.are_all_of(&origin("other")));
    }
}
