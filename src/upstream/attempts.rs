//! Several connections being made at once, of which one is wanted.

use std::future::{Future, poll_fn};
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::net::TcpStream;

use super::Error;
use super::origin::{Origin, Scheme};
use crate::tls::{self, Dialer};
use crate::transport::Transport;

/// Attempts to make a connection. Dropped, they are given up.
pub struct Attempts<'a> {
    origin: &'a Origin,
    tls: &'a Dialer,
    /// Those under way, the first begun first.
    under_way: Vec<(SocketAddr, Connecting)>,
    /// Why the last one that failed did, where another try may go better.
    failed: Option<io::Error>,
    /// The same where it will not.
    lasting: Option<tls::Failure>,
}

/// Why an attempt failed.
pub enum Failed {
    /// There is no connection.
    Socket(io::Error),
    /// There is one, on which no hands were shaken.
    Tls(tls::Failure),
}

type Connecting = Pin<Box<dyn Future<Output = Result<Transport, Failed>> + Send>>;

impl<'a> Attempts<'a> {
    /// None yet. A connection to `origin` is ready once hands are shaken by `tls`, where it is spoken to so.
    pub fn new(origin: &'a Origin, tls: &'a Dialer) -> Self {
        Self {
            origin,
            tls,
            under_way: Vec::new(),
            failed: None,
            lasting: None,
        }
    }

    /// Begins one more.
    pub fn begin(&mut self, address: SocketAddr) {
        let connecting: Connecting = match self.origin.scheme() {
            Scheme::Http => Box::pin(async move { Ok(Transport::Tcp(connect(address).await?)) }),
            Scheme::Https => {
                let (tls, host) = (self.tls.clone(), self.origin.host().to_owned());
                Box::pin(async move {
                    let stream = tls.connect(connect(address).await?, &host).await?;
                    Ok(Transport::Tls(Box::new(stream)))
                })
            }
        };
        self.under_way.push((address, connecting));
    }

    /// This went wrong.
    pub fn note(&mut self, failed: Failed) {
        match failed {
            Failed::Socket(error) => self.failed = Some(error),
            Failed::Tls(lost @ tls::Failure::Lost(_)) => self.failed = Some(io::Error::other(lost)),
            Failed::Tls(failure) => self.lasting = Some(failure),
        }
    }

    /// Why none will be made, if none is under way and one failed in a way that another try would not change.
    pub fn take_lasting(&mut self) -> Option<tls::Failure> {
        let is_over = self.under_way.is_empty();
        is_over.then(|| self.lasting.take()).flatten()
    }

    /// Why none was made in time.
    pub fn given_up(self) -> Error {
        match (self.lasting, self.failed) {
            (Some(failure), _) => Error::Tls(failure),
            (None, Some(error)) => Error::Connect(error),
            (None, None) => Error::Connect(io::ErrorKind::TimedOut.into()),
        }
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
                    self.note(error);
                    return Poll::Ready(None);
                }
            }
        }
        Poll::Pending
    }
}

async fn connect(address: SocketAddr) -> io::Result<TcpStream> {
    let stream = TcpStream::connect(address).await?;
    // Small writes go out at once.
    stream.set_nodelay(true)?;
    Ok(stream)
}

impl From<io::Error> for Failed {
    fn from(error: io::Error) -> Self {
        Self::Socket(error)
    }
}

impl From<tls::Failure> for Failed {
    fn from(failure: tls::Failure) -> Self {
        Self::Tls(failure)
    }
}
