//! The idle connections to the upstream.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use super::link::Link;
use super::reuse::{Leave, Reuse};

/// A look at the socket this recent is as good as a new one, once the upstream is trusted.
const JUST_NOW: Duration = Duration::from_millis(10);

/// The idle connections of one runtime. (A connection must stay with the runtime that watches its socket.)
#[derive(Debug)]
pub struct Pool {
    /// The longest idle first.
    idle: Mutex<Vec<Idle>>,
    reuse: Arc<Reuse>,
    /// How long an idle connection may be used again.
    limit: Duration,
    is_swept: AtomicBool,
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
            idle: Mutex::default(),
            reuse,
            limit,
            is_swept: AtomicBool::new(false),
        })
    }

    /// The idle connection used last, if there is one that may be used and is still open.
    pub fn take(&self) -> Option<(Link, Leave)> {
        let now = Instant::now();
        let mut idle = self.idle();
        if idle.is_empty() {
            return None;
        }
        let leave = self.reuse.ask(now)?;
        let settled = idle.partition_point(|idle| idle.since + leave.settled <= now);
        let Idle { mut link, since } = idle.remove(settled.checked_sub(1)?);
        let rested = now - since;
        if rested >= self.limit {
            return None;
        }
        if (rested >= JUST_NOW || !leave.settled.is_zero()) && !link.is_silent() {
            self.reuse.closed_early(now);
            return None;
        }
        Some((link, leave))
    }

    /// Keeps `link` for the next event, unless it can't or should not be used again.
    pub fn put(self: &Arc<Self>, mut link: Link) {
        let now = Instant::now();
        if self.limit.is_zero() || !link.is_ready() {
            return;
        }
        let mut idle = self.idle();
        if idle.len() >= self.reuse.worth_keeping(now) {
            return;
        }
        idle.push(Idle { link, since: now });
        drop(idle);
        if !self.is_swept.swap(true, Ordering::Relaxed) {
            tokio::spawn(sweep(Arc::downgrade(self), self.limit / 2));
        }
    }

    /// Tells that a connection died under an event.
    pub fn died(&self) {
        self.reuse.closed_early(Instant::now());
    }

    /// Lets go of what is too old or closed, and says whether anything is left.
    fn tidy(&self) -> bool {
        let now = Instant::now();
        let mut idle = self.idle();
        let mut closed = false;
        idle.retain_mut(|Idle { link, since }| {
            let in_time = now - *since < self.limit;
            let silent = link.is_silent();
            closed |= in_time && !silent;
            in_time && silent
        });
        if closed {
            self.reuse.closed_early(now);
        }
        if idle.is_empty() {
            self.is_swept.store(false, Ordering::Relaxed);
        }
        !idle.is_empty()
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Idle>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Tidies up now and then for as long as there is something to tidy.
async fn sweep(pool: Weak<Pool>, every: Duration) {
    loop {
        tokio::time::sleep(every).await;
        match pool.upgrade() {
            Some(pool) if pool.tidy() => {}
            _ => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::{TcpListener, TcpStream as Peer};

    use tokio::net::TcpStream;

    use super::super::reuse::SETTLED;
    use super::*;
    use crate::transport::Transport;

    /// A pool with one idle connection, and its other end. The runtime hears of nothing that happens to it:
    /// no test gives it the time.
    async fn pool() -> (Arc<Pool>, Peer) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        let stream = TcpStream::connect(address).await.expect("it listens");
        let stream = Transport::tcp(stream).expect("it is open");
        let link = Link::new(stream, Duration::from_secs(5)).await;
        let mut link = link.expect("a fresh connection");
        assert!(link.is_silent());
        let pool = Pool::new(Arc::default(), Duration::from_mins(1));
        pool.put(link);
        (pool, listener.accept().expect("it has come").0)
    }

    fn idle_since(pool: &Pool, since: Option<Instant>) {
        pool.idle()[0].since = since.expect("a moment");
    }

    #[tokio::test]
    async fn while_trust_is_earned_only_a_settled_connection_is_used() {
        let (pool, _peer) = pool().await;
        idle_since(&pool, Instant::now().checked_add(SETTLED));
        assert!(pool.take().is_none());
        idle_since(&pool, Instant::now().checked_sub(SETTLED));
        assert!(pool.take().is_some());
    }

    #[tokio::test]
    async fn a_connection_that_was_closed_just_now_is_not_used() {
        let (pool, peer) = pool().await;
        idle_since(&pool, Instant::now().checked_sub(SETTLED));
        drop(peer);
        assert!(pool.take().is_none());
        assert_eq!(pool.reuse.worth_keeping(Instant::now()), 0);
    }
}
