//! Addresses of the upstream that are slow or dead, as far as others have shown it.

use std::net::SocketAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// How long an address that another one overtook comes behind the others, so that not every event waits for it.
const BEHIND: Duration = Duration::from_mins(1);

/// The addresses that others overtook, and when.
#[derive(Debug, Default)]
pub struct Overtaken(Mutex<Vec<(SocketAddr, Instant)>>);

impl Overtaken {
    /// Notes that connections to these addresses were still being made when one begun later was there.
    pub fn note(&self, addresses: impl Iterator<Item = SocketAddr>) {
        for address in addresses {
            tracing::debug!(%address, "an address of the upstream is slow or dead, another is used");
            let now = Instant::now();
            self.change(|overtaken| {
                overtaken.retain(|(other, _)| *other != address);
                overtaken.push((address, now));
            });
        }
    }

    /// The addresses in the order in which they are to be tried.
    pub fn put_last(&self, mut addresses: Vec<SocketAddr>) -> Vec<SocketAddr> {
        let now = Instant::now();
        self.change(|overtaken| {
            overtaken.retain(|(_, since)| now - *since < BEHIND);
            addresses.sort_by_key(|address| overtaken.iter().any(|(other, _)| other == address));
        });
        addresses
    }

    fn change(&self, change: impl FnOnce(&mut Vec<(SocketAddr, Instant)>)) {
        // Every change is complete before anything can panic.
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn an_overtaken_address_comes_last_for_a_while() {
        let [a, b, c] = [1, 2, 3].map(|port| SocketAddr::from(([127, 0, 0, 1], port)));
        let overtaken = Overtaken::default();
        overtaken.note([b].into_iter());
        assert_eq!(overtaken.put_last(vec![b, a, c]), [a, c, b]);
        tokio::time::advance(BEHIND / 2).await;
        overtaken.note([b].into_iter());
        tokio::time::advance(BEHIND / 2).await;
        assert_eq!(overtaken.put_last(vec![b, a, c]), [a, c, b]);
        tokio::time::advance(BEHIND / 2).await;
        assert_eq!(overtaken.put_last(vec![b, a, c]), [b, a, c]);
    }
}
