//! A stream of bytes to somebody, and who that is, whatever carries it.

mod address;
mod socket_path;

use std::fmt;
use std::io;
use std::mem::MaybeUninit;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpStream, UnixStream};

use crate::tls;
pub use address::Address;
pub use socket_path::{NoSocketPath, UNIX, socket_path};

/// A connection, with either a sender or the upstream.
#[derive(Debug)]
pub enum Transport {
    /// TCP.
    Tcp(TcpStream),
    /// A Unix socket.
    Unix(UnixStream),
    /// TCP with TLS on it. Boxed, so that the others take no more room for it.
    Tls(Box<tls::Stream>),
}

/// A mark on what came through TLS.
#[derive(Clone, Copy, Debug)]
pub struct Encrypted;

/// Who is at the other end of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Peer {
    /// Whoever is at this address; IPv4 is never written as IPv6.
    Ip(SocketAddr),
    /// Somebody on this machine, on a Unix socket.
    Local,
}

impl Transport {
    /// A TCP connection whose small writes go out at once.
    ///
    /// # Errors
    ///
    /// When the connection is gone already.
    pub fn tcp(stream: TcpStream) -> io::Result<Self> {
        stream.set_nodelay(true)?;
        Ok(Self::Tcp(stream))
    }

    /// Who is at the other end.
    ///
    /// # Errors
    ///
    /// When the connection is gone already.
    pub fn remote(&self) -> io::Result<Peer> {
        match self {
            Self::Tcp(stream) => stream.peer_addr().map(Peer::from),
            Self::Unix(_) => Ok(Peer::Local),
            Self::Tls(stream) => stream.tcp().peer_addr().map(Peer::from),
        }
    }

    /// Whether what comes and goes is encrypted.
    #[must_use]
    pub fn is_encrypted(&self) -> bool {
        matches!(self, Self::Tls(_))
    }

    /// Ready when there is something to read, or the other side has closed.
    pub fn poll_readable(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self {
            Self::Tcp(stream) => stream.poll_read_ready(cx),
            Self::Unix(stream) => stream.poll_read_ready(cx),
            Self::Tls(stream) => stream.poll_readable(cx),
        }
    }

    /// Whether the other side has neither sent anything nor closed. Asks the kernel itself: the runtime learns of
    /// a close only when it next looks at its events. What TLS sends for itself is nothing.
    #[must_use]
    pub fn is_silent(&mut self) -> bool {
        let socket = match self {
            Self::Tcp(stream) => SockRef::from(&*stream),
            Self::Unix(stream) => SockRef::from(&*stream),
            Self::Tls(stream) => return stream.is_silent(),
        };
        let peeked = socket.peek(&mut [MaybeUninit::uninit()]);
        matches!(peeked, Err(error) if error.kind() == io::ErrorKind::WouldBlock)
    }

    /// Acknowledges at once what has come. Most systems take their time for it, up to 40 ms, and a peer may be waiting.
    pub fn acknowledge(&self) {
        match self {
            // Where it can't be done it is done later.
            Self::Tcp(stream) => {
                let _ = SockRef::from(stream).set_tcp_quickack(true);
            }
            // There it comes at once.
            Self::Unix(_) => {}
            Self::Tls(stream) => {
                let _ = SockRef::from(stream.tcp()).set_tcp_quickack(true);
            }
        }
    }

    /// Ends a connection on which nothing is under way. TLS says that this is the end, as far as it can at once.
    pub fn end(&mut self) {
        match self {
            // The system says it when this is dropped.
            Self::Tcp(_) | Self::Unix(_) => {}
            Self::Tls(stream) => stream.say_goodbye(),
        }
    }

    /// Ends the connection so that what was sent can't be taken for whole.
    pub fn reset(self) {
        match self {
            // Should this fail, the connection is closed the ordinary way, and framing alone tells that it is cut.
            Self::Tcp(stream) => {
                let _ = SockRef::from(&stream).set_linger(Some(Duration::ZERO));
            }
            // A Unix socket can't be reset.
            Self::Unix(stream) => drop(stream),
            // Nor is it said that this is the end.
            Self::Tls(stream) => {
                let _ = SockRef::from(stream.tcp()).set_linger(Some(Duration::ZERO));
            }
        }
    }
}

impl Peer {
    /// Its IP address, where it has one.
    #[must_use]
    pub fn ip(&self) -> Option<IpAddr> {
        match self {
            Self::Ip(address) => Some(address.ip()),
            Self::Local => None,
        }
    }
}

impl From<SocketAddr> for Peer {
    /// A listener on `[::]` sees IPv4 peers in IPv6 clothes; they are taken off here.
    fn from(address: SocketAddr) -> Self {
        Self::Ip(SocketAddr::new(address.ip().to_canonical(), address.port()))
    }
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ip(address) => address.fmt(f),
            Self::Local => f.write_str("local"),
        }
    }
}

/// What is done to the stream, whatever its kind.
macro_rules! delegate {
    ($transport:expr, $stream:ident => $done:expr) => {
        match $transport {
            Transport::Tcp($stream) => $done,
            Transport::Unix($stream) => $done,
            Transport::Tls($stream) => $done,
        }
    };
}

impl AsyncRead for Transport {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        delegate!(self.get_mut(), stream => Pin::new(&mut *stream).poll_read(cx, buf))
    }
}

impl AsyncWrite for Transport {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        delegate!(self.get_mut(), stream => Pin::new(&mut *stream).poll_write(cx, buf))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        delegate!(self.get_mut(), stream => Pin::new(&mut *stream).poll_write_vectored(cx, bufs))
    }

    fn is_write_vectored(&self) -> bool {
        delegate!(self, stream => stream.is_write_vectored())
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        delegate!(self.get_mut(), stream => Pin::new(&mut *stream).poll_flush(cx))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        delegate!(self.get_mut(), stream => Pin::new(&mut *stream).poll_shutdown(cx))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_peer_is_the_same_whichever_listener_saw_it() {
        let mapped: SocketAddr = "[::ffff:192.0.2.1]:80".parse().unwrap();
        let plain: SocketAddr = "192.0.2.1:80".parse().unwrap();
        assert_eq!(Peer::from(mapped), Peer::from(plain));
        assert_eq!(Peer::from(mapped).to_string(), "192.0.2.1:80");
        assert_eq!(Peer::from(mapped).ip(), Some(plain.ip()));
    }
}
