//! A stream of bytes to somebody, and who that is, whatever carries it.

use std::fmt;
use std::io;
use std::mem::MaybeUninit;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// A connection, with either a sender or the upstream.
#[derive(Debug)]
pub enum Transport {
    /// TCP.
    Tcp(TcpStream),
}

/// Who is at the other end of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Peer {
    /// Whoever is at this address; IPv4 is never written as IPv6.
    Ip(SocketAddr),
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

    /// The address at the other end.
    ///
    /// # Errors
    ///
    /// When the connection is gone already.
    pub fn remote(&self) -> io::Result<SocketAddr> {
        match self {
            Self::Tcp(stream) => stream.peer_addr(),
        }
    }

    /// Waits until there is something to read, or the other side has closed.
    ///
    /// # Errors
    ///
    /// When the connection can't be watched any more.
    pub async fn readable(&self) -> io::Result<()> {
        match self {
            Self::Tcp(stream) => stream.readable().await,
        }
    }

    /// Ready when there is something to read, or the other side has closed.
    pub fn poll_readable(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self {
            Self::Tcp(stream) => stream.poll_read_ready(cx),
        }
    }

    /// Whether the other side has neither sent anything nor closed. Asks the kernel itself: the runtime learns of
    /// a close only when it next looks at its events.
    #[must_use]
    pub fn is_silent(&self) -> bool {
        match self {
            Self::Tcp(stream) => {
                let mut byte = [MaybeUninit::uninit()];
                let peeked = SockRef::from(stream).peek(&mut byte);
                matches!(peeked, Err(error) if error.kind() == io::ErrorKind::WouldBlock)
            }
        }
    }

    /// Acknowledges at once what has come. Most systems take their time for it, up to 40 ms, and a peer may be waiting.
    pub fn acknowledge(&self) {
        match self {
            // Where it can't be done it is done later.
            Self::Tcp(stream) => {
                let _ = SockRef::from(stream).set_tcp_quickack(true);
            }
        }
    }

    /// Ends the connection so that what was sent can't be taken for whole.
    pub fn reset(self) {
        match self {
            // Should this fail, the connection is closed the ordinary way, and framing alone tells that it is cut.
            Self::Tcp(stream) => {
                let _ = SockRef::from(&stream).set_linger(Some(Duration::ZERO));
            }
        }
    }

    /// The stream itself, whatever its kind.
    fn stream(self: Pin<&mut Self>) -> Pin<&mut TcpStream> {
        match self.get_mut() {
            Self::Tcp(stream) => Pin::new(stream),
        }
    }
}

impl Peer {
    /// Its IP address, where it has one.
    #[must_use]
    pub fn ip(&self) -> Option<IpAddr> {
        match self {
            Self::Ip(address) => Some(address.ip()),
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
        }
    }
}

impl AsyncRead for Transport {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.stream().poll_read(cx, buf)
    }
}

impl AsyncWrite for Transport {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.stream().poll_write(cx, buf)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.stream().poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        match self {
            Self::Tcp(stream) => stream.is_write_vectored(),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream().poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream().poll_shutdown(cx)
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
