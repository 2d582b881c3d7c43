//! The process that is to be replaced.

use std::future::pending;
use std::io;
use std::os::fd::AsFd;
use std::time::Duration;

use tokio::net::UnixStream;
use tokio::time::{sleep, timeout};

use super::words::{GREETING, MOST, READY as IS_READY, hear, say};
use super::{READY, WORD, is_trusted};
use crate::server::{Bound, Listeners};
use crate::transport::{Address, Transport};

/// How long to wait before accepting again when that has failed.
const EXHAUSTED: Duration = Duration::from_secs(1);

/// Where the next process can ask, and what it can get.
#[derive(Debug)]
pub struct Offer {
    listeners: Listeners,
    offered: Vec<(Address, Bound)>,
}

/// What is left of an offer that was taken: the next process sees when this one has ended.
#[derive(Debug)]
pub struct Given(UnixStream);

impl Offer {
    /// Gives the sockets that are `offered`, by the names under which they are asked for, to who asks at `listener`. Must be
    /// called within a runtime.
    ///
    /// # Errors
    ///
    /// When the runtime can't watch the listener.
    pub fn new(listener: Bound, offered: Vec<(Address, Bound)>) -> io::Result<Self> {
        Ok(Self {
            listeners: Listeners::watch([listener])?,
            offered,
        })
    }

    /// Waits until the next process serves in the place of this one. One that fails before has changed nothing.
    pub async fn taken(&mut self) -> Given {
        loop {
            let stream = match self.listeners.accept().await {
                Ok((Transport::Unix(stream), _)) => stream,
                // There is no other kind here.
                Ok(_) => pending().await,
                Err(error) => {
                    tracing::error!(%error, "the next process can't ask, trying again in a second");
                    sleep(EXHAUSTED).await;
                    continue;
                }
            };
            match self.give(&stream).await {
                Ok(()) => return Given(stream),
                Err(error) => tracing::warn!(%error, "a process asked to take over, and did not"),
            }
        }
    }

    async fn give(&self, stream: &UnixStream) -> io::Result<()> {
        if !is_trusted(stream)? {
            return Err(io::Error::other("it runs as another user"));
        }
        let (lines, _) = timeout(WORD, hear(stream)).await??;
        let Some((GREETING, wanted)) = lines.split_first().map(|(first, rest)| (&**first, rest))
        else {
            return Err(io::Error::other(
                "it speaks otherwise, as another version may",
            ));
        };
        let is_wanted = |(address, _): &&(Address, Bound)| wanted.contains(&address.to_string());
        let given: Vec<_> = self.offered.iter().filter(is_wanted).take(MOST).collect();
        let names: Vec<_> = given
            .iter()
            .map(|(address, _)| address.to_string())
            .collect();
        let sockets: Vec<_> = given.iter().map(|(_, bound)| bound.as_fd()).collect();
        timeout(
            WORD,
            say(stream, names.iter().map(String::as_str), &sockets),
        )
        .await??;
        let (word, _) = timeout(READY, hear(stream)).await??;
        if word != [IS_READY] {
            return Err(io::Error::other(
                "it says something else than that it is ready",
            ));
        }
        for (_, bound) in given {
            if let Some(file) = bound.file() {
                file.leave();
            }
        }
        Ok(())
    }
}

impl Given {
    /// Keeps the next process from taking this one for ended until the system closes everything.
    pub fn until_the_end(self) {
        std::mem::forget(self.0);
    }
}
