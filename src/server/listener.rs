//! Where connections come in: a port, or a socket in the file system.

use std::io;
use std::net::TcpListener as StdTcp;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::net::UnixListener as StdUnix;
use std::path::PathBuf;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use socket2::{Domain, SockRef, Type};
use tokio::net::{TcpListener, UnixListener};

use super::access::Access;
use super::socket_file::{self, SocketFile};
use crate::transport::{Address, Peer, Transport};

/// A bound listener, which no runtime watches yet. Its queue takes connections from now on.
#[derive(Debug)]
pub enum Bound {
    /// TCP.
    Tcp(StdTcp),
    /// A Unix socket, and its file, which goes with the last listener on it if we have made it.
    Unix(StdUnix, Arc<SocketFile>),
}

/// A listener that a runtime watches.
#[derive(Debug)]
pub enum Listener {
    /// TCP.
    Tcp(TcpListener),
    /// A Unix socket, and its file.
    Unix(UnixListener, Arc<SocketFile>),
}

/// Listens at `address`. A Unix socket is for those whom `access` lets in.
///
/// # Errors
///
/// When the system does not allow it, or something is in the way: another program, or a file that is no socket.
pub fn bind(address: &Address, access: &Access) -> io::Result<Bound> {
    match address {
        Address::Tcp(address) => StdTcp::bind(address).map(Bound::Tcp),
        Address::Unix(path) => {
            let (listener, file) = socket_file::bind(path, access)?;
            Ok(Bound::Unix(listener, Arc::new(file)))
        }
    }
}

impl Bound {
    /// A listener that another program has made, as a service manager does. Its file stays when we go.
    ///
    /// # Errors
    ///
    /// When it is no socket for connections, or nobody listens on it.
    pub fn handed_over(socket: OwnedFd) -> io::Result<Self> {
        let told = SockRef::from(&socket);
        let is_for_connections = told.r#type()? == Type::STREAM && told.is_listener()?;
        let address = told.local_addr()?;
        match address.domain() {
            Domain::IPV4 | Domain::IPV6 if is_for_connections => Ok(Self::Tcp(socket.into())),
            Domain::UNIX if is_for_connections => {
                let path = match (address.as_pathname(), address.as_abstract_namespace()) {
                    (Some(path), _) => path.to_owned(),
                    (None, name) => {
                        let name = String::from_utf8_lossy(name.unwrap_or_default());
                        PathBuf::from(format!("@{name}"))
                    }
                };
                let file = SocketFile::of_another(&path);
                Ok(Self::Unix(socket.into(), Arc::new(file)))
            }
            _ => Err(io::Error::other(
                "it is no TCP socket and no Unix stream socket that listens",
            )),
        }
    }

    /// Where it is: with the port that was free, where any was asked for.
    ///
    /// # Errors
    ///
    /// When the system does not say.
    pub fn address(&self) -> io::Result<Address> {
        match self {
            Self::Tcp(listener) => listener.local_addr().map(Address::Tcp),
            Self::Unix(_, file) => Ok(Address::Unix(file.path().to_owned())),
        }
    }

    /// Another one on the same queue.
    ///
    /// # Errors
    ///
    /// When no file can be opened any more.
    pub fn try_clone(&self) -> io::Result<Self> {
        match self {
            Self::Tcp(listener) => listener.try_clone().map(Self::Tcp),
            Self::Unix(listener, file) => Ok(Self::Unix(listener.try_clone()?, file.clone())),
        }
    }

    /// The file of a Unix socket.
    #[must_use]
    pub fn file(&self) -> Option<&Arc<SocketFile>> {
        match self {
            Self::Tcp(_) => None,
            Self::Unix(_, file) => Some(file),
        }
    }

    /// Gives its file, if it has one, to those whom `access` lets in.
    ///
    /// # Errors
    ///
    /// When the system does not allow it.
    pub fn give_to(&self, access: &Access) -> io::Result<()> {
        self.file().map_or(Ok(()), |file| access.apply(file.path()))
    }

    /// Lets the runtime watch it in which this is called.
    ///
    /// # Errors
    ///
    /// When the runtime can't.
    pub fn watch(self) -> io::Result<Listener> {
        match self {
            Self::Tcp(listener) => {
                listener.set_nonblocking(true)?;
                TcpListener::from_std(listener).map(Listener::Tcp)
            }
            Self::Unix(listener, file) => {
                listener.set_nonblocking(true)?;
                let listener = UnixListener::from_std(listener)?;
                Ok(Listener::Unix(listener, file))
            }
        }
    }
}

impl AsFd for Bound {
    fn as_fd(&self) -> BorrowedFd<'_> {
        match self {
            Self::Tcp(listener) => listener.as_fd(),
            Self::Unix(listener, _) => listener.as_fd(),
        }
    }
}

impl Listener {
    /// The next connection, if there is one.
    ///
    /// # Errors
    ///
    /// When it was gone before it was its turn, or the system has run out of something.
    pub fn poll_accept(&self, cx: &mut Context<'_>) -> Poll<io::Result<(Transport, Peer)>> {
        Poll::Ready(match self {
            Self::Tcp(listener) => {
                let (stream, peer) = ready!(listener.poll_accept(cx))?;
                Transport::tcp(stream).map(|stream| (stream, Peer::from(peer)))
            }
            Self::Unix(listener, _) => {
                let (stream, _) = ready!(listener.poll_accept(cx))?;
                Ok((Transport::Unix(stream), Peer::Local))
            }
        })
    }
}
