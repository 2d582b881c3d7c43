//! Listening sockets go over from one process to the next, so that a restart refuses nobody.
//!
//! A process that is to be replaced listens on a Unix socket of its own, its [`Offer`]. The next one [asks](ask) there for
//! the places that its config names, gets the very sockets on which the first one listens, and serves on them. When it
//! says that it is ready, the first one drains. Both accept from one queue meanwhile, so no connection is ever in a queue
//! that nobody empties: it is not so with `SO_REUSEPORT`, where each process has a queue of its own, and what is in one
//! is reset when that is closed.
//!
//! | file | question it answers |
//! |---|---|
//! | `offer` | who asks, and what is given to them? |
//! | `predecessor` | is there somebody, and what do they give? |
//! | `words` | how is it said, and how do sockets go along? |

mod offer;
mod predecessor;
mod words;

use std::io;
use std::time::Duration;

use tokio::net::UnixStream;

pub use offer::{Given, Offer};
pub use predecessor::{Predecessor, ask};

/// How long a word of the other side may take to come: it has nothing else to do.
const WORD: Duration = Duration::from_secs(10);
/// How long the next process may take to be ready: it reads its config and a record of drops.
const READY: Duration = Duration::from_mins(1);

/// Sockets go to and come from processes of the same user only, or of root, who could take them anyway.
fn is_trusted(stream: &UnixStream) -> io::Result<bool> {
    let other = stream.peer_cred()?.uid();
    Ok(other == 0 || other == nix::unistd::geteuid().as_raw())
}

#[cfg(test)]
mod tests {
    use std::io::Read;
    use std::net::{SocketAddr, TcpStream};
    use std::path::Path;

    use super::*;
    use crate::server::{Access, Bound, bind};
    use crate::transport::Address;

    fn bound(address: &Address) -> Bound {
        bind(address, &Access::private()).expect("it is free")
    }

    fn offer(path: &Path, offered: &[&Address]) -> (Offer, Vec<Bound>) {
        let listener = Address::Unix(path.to_owned());
        let mut all: Vec<_> = offered.iter().map(|address| bound(address)).collect();
        all.push(bound(&listener));
        let names = offered.iter().copied().chain([&listener]);
        let clones = all.iter().map(|bound| bound.try_clone().expect("a file"));
        let offered = names.cloned().zip(clones).collect();
        let own = all.last().expect("the offer itself");
        let own = own.try_clone().expect("a file");
        (Offer::new(own, offered).expect("it can be watched"), all)
    }

    #[tokio::test]
    async fn the_next_gets_the_very_sockets_it_names_and_what_is_in_their_queues() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("handover");
        let port = Address::Tcp(SocketAddr::from(([127, 0, 0, 1], 0)));
        let [socket, kept, unknown] =
            ["socket", "kept", "unknown"].map(|name| Address::Unix(directory.path().join(name)));
        let (mut offer, mut first) = offer(&path, &[&port, &socket, &kept]);
        let Ok(Address::Tcp(at)) = first[0].address() else {
            panic!("it is TCP");
        };
        let mut queued = TcpStream::connect(at).unwrap();
        let next = async {
            let own = Address::Unix(path.clone());
            let wanted = [&port, &socket, &unknown, &own];
            let mut before = ask(&path, &wanted).await.unwrap().expect("it is there");
            assert!(before.take(&unknown).is_none() && before.take(&kept).is_none());
            let taken = [&port, &socket, &own].map(|name| before.take(name).expect("it is given"));
            assert!(before.take(&port).is_none(), "once");
            before.release().await.unwrap();
            taken
        };
        let (given, taken) = tokio::join!(offer.taken(), next);
        for bound in first.drain(..) {
            drop(bound);
        }
        drop((offer, given));
        let Bound::Tcp(listener) = &taken[0] else {
            panic!("it is TCP");
        };
        // It was in the queue before, and nobody noticed.
        drop(listener.accept().unwrap());
        assert_eq!(queued.read(&mut [0]).unwrap(), 0);
        let is_there = |address: &Address| matches!(address, Address::Unix(path) if path.exists());
        assert!(is_there(&socket) && path.exists(), "left to the next");
        assert!(!is_there(&kept), "nobody wanted it");
    }

    #[tokio::test]
    async fn where_nobody_is_there_is_nothing_and_who_gives_up_takes_nothing_away() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("handover");
        assert!(ask(&path, &[]).await.unwrap().is_none());
        drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
        assert!(ask(&path, &[]).await.unwrap().is_none(), "left behind");

        let socket = Address::Unix(directory.path().join("socket"));
        let (mut offer, _first) = offer(&path, &[&socket]);
        let fails = async {
            let mut before = ask(&path, &[&socket]).await.unwrap().expect("it is there");
            drop(before.take(&socket).expect("it is given"));
            drop(before);
            // Another, which is ready.
            let mut before = ask(&path, &[&socket]).await.unwrap().expect("it is there");
            assert!(matches!(&socket, Address::Unix(path) if path.exists()));
            before.release().await.unwrap();
        };
        let ((), _given) = tokio::join!(fails, offer.taken());
    }
}
