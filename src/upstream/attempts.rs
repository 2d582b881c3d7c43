//! Several connections being made at once, of which one is wanted.

use std::future::{Future, poll_fn};
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::net::TcpStream;

use crate::transport::Transport;

/// Attempts to make a connection. Dropped, they are given up.
#[derive(Default)]
pub struct Attempts {
    /// Those under way, the first begun first.
    under_way: Vec<(SocketAddr, Connecting)>,
    /// Why the last one that failed did.
    pub failed: Option<io::Error>,
}

type Connecting = Pin<Box<dyn Future<Output = io::Result<Transport>> + Send>>;

impl Attempts {
    /// Begins one more.
    pub fn begin(&mut self, address: SocketAddr) {
        let connecting = async move { Transport::tcp(TcpStream::connect(address).await?) };
        self.under_way.push((address, Box::pin(connecting)));
    }

    /// Where those lead that are under way.
    pub fn addresses(&self) -> impl Iterator<Item = SocketAddr> {
        self.under_way.iter().map(|(address, _)| *address)
    }

    /// Whether one to `address` is under way.
    pub fn has(&self, address: SocketAddr) -> bool {
        self.addresses().any(|other| other == address)
    }

    /// Waits for one of them to end, for ever where there is none; the connection if one was made. Only those begun
    /// before it are under way then.
    pub async fn next(&mut self) -> Option<Transport> {
        poll_fn(|cx| self.poll_next(cx)).await
    }

    /// Waits until one of them has made a connection.
    pub async fn made(&mut self) -> Transport {
        loop {
            if let Some(stream) = self.next().await {
                return stream;
            }
        }
    }

    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Transport>> {
        for number in 0..self.under_way.len() {
            let (_, connecting) = &mut self.under_way[number];
            match connecting.as_mut().poll(cx) {
                Poll::Pending => {}
                Poll::Ready(Ok(stream)) => {
                    self.under_way.truncate(number);
                    return Poll::Ready(Some(stream));
                }
                Poll::Ready(Err(error)) => {
                    drop(self.under_way.remove(number));
                    self.failed = Some(error);
                    return Poll::Ready(None);
                }
            }
        }
        Poll::Pending
    }
}
