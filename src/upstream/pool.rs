//! The idle connections to the upstream.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use super::link::Link;
use super::newcomer::Newcomer;
use super::queue::LONG;
use super::reuse::{Permit, Reuse};
use crate::transport::Transport;

/// A look at the socket this recent is as good as a new one, once the upstream is trusted.
const JUST_NOW: Duration = Duration::from_millis(10);

/// The idle connections of one runtime. (A connection must stay with the runtime that watches its socket.)
#[derive(Debug)]
pub struct Pool {
    rack: Mutex<Rack>,
    reuse: Arc<Reuse>,
    /// How long an idle connection may be used again.
    limit: Duration,
    is_swept: AtomicBool,
}

#[derive(Debug)]
struct Rack {
    /// The longest idle first.
    idle: Vec<Idle>,
    /// When an event last asked for one.
    asked: Instant,
}

#[derive(Debug)]
struct Idle {
    link: Link,
    since: Instant,
}

impl Pool {
    /// A pool that keeps connections for `limit`, which may be zero, and trusts them as far as `reuse` says.
    pub fn new(reuse: Arc<Reuse>, limit: Duration) -> Arc<Self> {
        Arc::new(Self {
            rack: Mutex::new(Rack {
                idle: Vec::new(),
                asked: Instant::now(),
            }),
            reuse,
            limit,
            is_swept: AtomicBool::new(false),
        })
    }

    /// Starts HTTP/1.1 on a fresh connection.
    pub async fn open(&self, stream: Transport) -> hyper::Result<Link> {
        // Where none is kept none keeps others waiting.
        let newcomer = (!self.limit.is_zero()).then(|| Newcomer::new(self.reuse.clone()));
        Link::new(stream, newcomer, self.reuse.opened()).await
    }

    /// The idle connection used last, if there is one that may be used and is still open.
    pub fn take(&self) -> Option<(Link, Permit)> {
        let now = Instant::now();
        let mut rack = self.rack();
        rack.asked = now;
        if rack.idle.is_empty() {
            return None;
        }
        let permit = self.reuse.ask(now)?;
        let settled = rack
            .idle
            .partition_point(|idle| idle.since + permit.settled <= now);
        let Idle { mut link, since } = rack.idle.remove(settled.checked_sub(1)?);
        let rested = now - since;
        if rested >= self.limit {
            return None;
        }
        if (rested >= JUST_NOW || !permit.settled.is_zero()) && !link.is_silent() {
            self.reuse.closed_early(now);
            return None;
        }
        Some((link, permit))
    }

    /// Keeps `link` for the next event, unless it can't or should not be used again.
    pub fn put(self: &Arc<Self>, mut link: Link) {
        let now = Instant::now();
        if self.limit.is_zero() || !link.is_ready() {
            return;
        }
        let mut rack = self.rack();
        if rack.idle.len() >= self.reuse.worth_keeping(now) {
            return;
        }
        rack.idle.push(Idle { link, since: now });
        drop(rack);
        if !self.is_swept.swap(true, Ordering::Relaxed) {
            tokio::spawn(sweep(Arc::downgrade(self), self.reuse.clone()));
        }
    }

    /// Tells that a connection died under an event.
    pub fn died(&self) {
        self.reuse.closed_early(Instant::now());
    }

    /// Lets go of what is too old or closed, or keeps others waiting. Says when to look again, if anything is left.
    fn tidy(&self) -> Option<Instant> {
        let now = Instant::now();
        let mut rack = self.rack();
        if !rack.idle.is_empty() && now - rack.asked >= LONG {
            self.reuse.rests(now);
        }
        let old = rack
            .idle
            .partition_point(|idle| idle.since + self.limit <= now);
        let closed = rack
            .idle
            .drain(..old)
            .fold(false, |closed, mut idle| closed | !idle.link.is_silent());
        if closed {
            self.reuse.closed_early(now);
        }
        if self.reuse.worth_keeping(now) == 0 {
            rack.idle.clear();
        }
        let Some(first) = rack.idle.first() else {
            self.is_swept.store(false, Ordering::Relaxed);
            return None;
        };
        let next = first.since + self.limit;
        Some(if self.reuse.is_queued() {
            next.min(now + LONG)
        } else {
            next
        })
    }

    fn rack(&self) -> MutexGuard<'_, Rack> {
        self.rack.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Tidies up for as long as there is something to tidy: when the next one gets too old, and when events queue.
async fn sweep(pool: Weak<Pool>, reuse: Arc<Reuse>) {
    loop {
        let queued = reuse.queued();
        let Some(next) = pool.upgrade().and_then(|pool| pool.tidy()) else {
            return;
        };
        tokio::select! {
            () = tokio::time::sleep_until(next.into()) => {}
            () = queued => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::{TcpListener, TcpStream as Peer};

    use tokio::net::TcpStream;

    use super::super::trust::SETTLED;
    use super::*;
    use crate::transport::Transport;

    /// A pool with one idle connection, and its other end. The runtime hears of nothing that happens to it:
    /// no test gives it the time.
    async fn pool() -> (Arc<Pool>, Peer) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        let stream = TcpStream::connect(address).await.expect("it listens");
        let stream = Transport::tcp(stream).expect("it is open");
        let pool = Pool::new(Arc::default(), Duration::from_mins(1));
        let link = pool.open(stream).await;
        let mut link = link.expect("a fresh connection");
        assert!(link.is_silent());
        pool.put(link);
        (pool, listener.accept().expect("it has come").0)
    }

    fn ago(time: Duration) -> Instant {
        Instant::now().checked_sub(time).expect("a moment")
    }

    #[tokio::test]
    async fn while_trust_is_earned_only_a_settled_connection_is_used() {
        let (pool, _peer) = pool().await;
        pool.rack().idle[0].since = Instant::now() + SETTLED;
        assert!(pool.take().is_none());
        pool.rack().idle[0].since = ago(SETTLED);
        assert!(pool.take().is_some());
    }

    #[tokio::test]
    async fn a_connection_that_was_closed_just_now_is_not_used() {
        let (pool, peer) = pool().await;
        pool.rack().idle[0].since = ago(SETTLED);
        drop(peer);
        assert!(pool.take().is_none());
        assert_eq!(pool.reuse.worth_keeping(Instant::now()), 0);
    }

    #[tokio::test]
    async fn a_connection_is_let_go_when_it_is_too_old() {
        let (pool, _peer) = pool().await;
        let since = ago(pool.limit / 2);
        pool.rack().idle[0].since = since;
        assert_eq!(pool.tidy(), Some(since + pool.limit));
        pool.rack().idle[0].since = ago(pool.limit);
        assert_eq!(pool.tidy(), None);
        assert_eq!(
            pool.reuse.worth_keeping(Instant::now()),
            1,
            "that was no early close"
        );
    }

    #[tokio::test]
    async fn connections_that_nobody_asks_for_are_let_go_while_an_event_queues() {
        let (pool, _peer) = pool().await;
        pool.rack().asked = ago(LONG);
        assert!(pool.tidy().is_some(), "nobody queues");

        let place = pool.reuse.place(ago(LONG));
        pool.reuse.waits(place);
        pool.rack().asked = Instant::now();
        assert!(pool.tidy().is_some(), "events still come and use them");
        pool.rack().asked = ago(LONG);
        assert_eq!(pool.tidy(), None);
    }

    #[tokio::test]
    async fn an_event_that_queues_has_idle_connections_looked_at_at_once() {
        let (pool, _peer) = pool().await;
        tokio::task::yield_now().await;
        pool.rack().asked = ago(LONG);
        pool.reuse.waits(pool.reuse.place(ago(LONG)));
        while !pool.rack().idle.is_empty() {
            tokio::task::yield_now().await;
        }
    }
}
