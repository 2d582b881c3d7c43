//! Several places where connections come in, waited for at once.

use std::future::poll_fn;
use std::io;
use std::task::{Context, Poll};

use tokio::net::TcpListener;

use super::listener::{Bound, Listener};
use crate::transport::{Peer, Transport};

/// Listeners that a runtime watches. None of them keeps another waiting, however many come to it.
#[derive(Debug)]
pub struct Listeners {
    each: Vec<Listener>,
    /// Which one is asked first: each is in its turn.
    first: usize,
}

impl Listeners {
    /// Lets the runtime watch all of these in which this is called.
    ///
    /// # Errors
    ///
    /// When the runtime can't.
    pub fn watch(all: impl IntoIterator<Item = Bound>) -> io::Result<Self> {
        let each = all.into_iter().map(Bound::watch);
        Ok(Self {
            each: each.collect::<io::Result<_>>()?,
            first: 0,
        })
    }

    /// The next connection to any of them. Dropped before it is ready, it has taken none.
    ///
    /// # Errors
    ///
    /// When it was gone before it was its turn, or the system has run out of something.
    pub async fn accept(&mut self) -> io::Result<(Transport, Peer)> {
        poll_fn(|cx| self.poll_accept(cx)).await
    }

    fn poll_accept(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<(Transport, Peer)>> {
        let count = self.each.len();
        for turn in 0..count {
            let number = (self.first + turn) % count;
            if let Poll::Ready(accepted) = self.each[number].poll_accept(cx) {
                self.first = (number + 1) % count;
                return Poll::Ready(accepted);
            }
        }
        Poll::Pending
    }
}

impl From<Listener> for Listeners {
    fn from(listener: Listener) -> Self {
        Self {
            each: vec![listener],
            first: 0,
        }
    }
}

impl From<TcpListener> for Listeners {
    fn from(listener: TcpListener) -> Self {
        Listener::Tcp(listener).into()
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpStream;
    use std::os::unix::net::UnixStream;

    use super::super::{Access, bind};
    use super::*;
    use crate::transport::Address;

    #[tokio::test]
    async fn each_is_in_its_turn_however_many_come_to_one() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("socket");
        let addresses = [
            Address::Tcp("127.0.0.1:0".parse().unwrap()),
            Address::Unix(path.clone()),
        ];
        let bound = addresses.map(|address| bind(&address, &Access::default()).unwrap());
        let Ok(Address::Tcp(port)) = bound[0].address() else {
            panic!("it is TCP");
        };
        let mut listeners = Listeners::watch(bound).unwrap();
        let many = [(); 5].map(|()| TcpStream::connect(port).unwrap());
        let one = UnixStream::connect(&path).unwrap();
        let mut peers = Vec::new();
        for _ in 0..6 {
            let (_stream, peer) = listeners.accept().await.unwrap();
            peers.push(peer);
        }
        assert!(peers[..2].contains(&Peer::Local), "{peers:?}");
        drop((many, one));
    }
}
