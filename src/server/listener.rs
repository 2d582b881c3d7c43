//! Where connections come in: a port, or a socket in the file system.

use std::io;
use std::net::TcpListener as StdTcp;
use std::os::unix::net::UnixListener as StdUnix;
use std::sync::Arc;

use tokio::net::{TcpListener, UnixListener};

use super::socket_file::{self, SocketFile};
use crate::transport::{Address, Peer, Transport};

/// A bound listener, which no runtime watches yet. Its queue takes connections from now on.
#[derive(Debug)]
pub enum Bound {
    /// TCP.
    Tcp(StdTcp),
    /// A Unix socket, and its file, which goes with the last listener on it.
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

/// Listens at `address`. A Unix socket is for those who may read and write the file: this user and this group.
///
/// # Errors
///
/// When the system does not allow it, or something is in the way: another program, or a file that is no socket.
pub fn bind(address: &Address) -> io::Result<Bound> {
    match address {
        Address::Tcp(address) => StdTcp::bind(address).map(Bound::Tcp),
        Address::Unix(path) => {
            let (listener, file) = socket_file::bind(path)?;
            Ok(Bound::Unix(listener, Arc::new(file)))
        }
    }
}

impl Bound {
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

impl Listener {
    /// The next connection.
    ///
    /// # Errors
    ///
    /// When it was gone before it was its turn, or the system has run out of something.
    pub async fn accept(&self) -> io::Result<(Transport, Peer)> {
        match self {
            Self::Tcp(listener) => {
                let (stream, peer) = listener.accept().await?;
                Ok((Transport::tcp(stream)?, Peer::from(peer)))
            }
            Self::Unix(listener, _) => {
                let (stream, _) = listener.accept().await?;
                Ok((Transport::Unix(stream), Peer::Local))
            }
        }
    }
}

impl From<TcpListener> for Listener {
    fn from(listener: TcpListener) -> Self {
        Self::Tcp(listener)
    }
}
