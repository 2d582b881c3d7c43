//! Envoy's connections.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::Stream;
use futures_util::stream;
use hooksieve::server::Listeners;
use hooksieve::transport::{Peer, Transport};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::sleep;
use tonic::transport::server::Connected;

use crate::LOG;

/// How long to wait when the system has run out of something. The next that fails to be accepted would fail as well.
const PAUSE: Duration = Duration::from_secs(1);

/// A connection of Envoy's.
#[derive(Debug)]
pub struct Connection {
    transport: Transport,
    peer: Peer,
}

/// All connections that come to `listeners`. It never ends.
pub fn incoming(listeners: Listeners) -> impl Stream<Item = io::Result<Connection>> {
    stream::unfold(listeners, async |mut listeners| {
        loop {
            match listeners.accept().await {
                Ok((transport, peer)) => {
                    return Some((Ok(Connection { transport, peer }), listeners));
                }
                Err(error) => {
                    tracing::warn!(target: LOG, %error, "a connection of Envoy's can't be accepted");
                    sleep(PAUSE).await;
                }
            }
        }
    })
}

impl Connected for Connection {
    type ConnectInfo = Peer;

    fn connect_info(&self) -> Peer {
        self.peer
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().transport).poll_read(cx, buf)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().transport).poll_write(cx, buf)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().transport).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.transport.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().transport).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().transport).poll_shutdown(cx)
    }
}
