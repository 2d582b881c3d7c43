//! Whether an event may use a connection to the upstream that another one has used.
//!
//! It saves opening one, which counts when many events come at once, and it can do harm:
//!
//! * An event written to a connection that the upstream is just closing is lost to a 502, and must not be sent
//!   again (RFC 9110 §9.2.2): GitHub, for one, never retries it. No look at the socket can rule that out, so trust
//!   is earned. At first one event at a time may use an idle connection, and only one that has been silent for a
//!   while, so that a close which follows the answer has had time to arrive; the others get connections of their
//!   own, which are not kept. With every few that are answered one more may; after enough of them there is no limit.
//!   When the upstream closes an idle connection before we would have, or one dies under an event, reuse is
//!   suspended, and then earned anew.
//! * A connection that idles can keep a worker of the upstream from an event on another one. Once an event has
//!   queued so, connections are closed behind their answers until it has been answered. Where it happens again and
//!   again reuse is suspended, for less long.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Notify;
use tokio::sync::futures::Notified;

use super::open::{Entered, Open};
use super::queue::{Place, Queue};
use super::trust::{Suspension, Trust};

/// After a connection was closed early; long enough that one event in many thousands pays for finding out.
const CLOSED: [Duration; 2] = [Duration::from_secs(10), Duration::from_mins(10)];
/// After events had to queue. To find out has cost a few of them some milliseconds.
const QUEUED: [Duration; 2] = [Duration::from_millis(250), Duration::from_mins(1)];
/// Answers on reused connections that have saved more time than that cost: half a second.
const WORTH_IT: u32 = 10_000;

/// What is known of one upstream, shared by all who send to it.
#[derive(Debug)]
pub struct Reuse {
    state: Mutex<State>,
    /// Told when events begin to queue.
    queued: Notify,
    open: Open,
}

#[derive(Debug)]
struct State {
    trust: Trust,
    queue: Queue,
    /// For what was closed early.
    closed: Suspension,
    /// For those that queued.
    queued: Suspension,
    /// Answers on reused connections since that last began.
    answers: u32,
}

/// One event's leave to use an idle connection. Dropped without a word it counts as neither good nor bad.
#[derive(Debug)]
pub struct Permit {
    reuse: Arc<Reuse>,
    since: Instant,
    /// How long the connection must have been idle.
    pub settled: Duration,
}

impl Default for Reuse {
    fn default() -> Self {
        let suspension = |[first, longest]: [Duration; 2]| Suspension::new(first, longest);
        Self {
            state: Mutex::new(State {
                trust: Trust::default(),
                queue: Queue::default(),
                closed: suspension(CLOSED),
                queued: suspension(QUEUED),
                answers: 0,
            }),
            queued: Notify::new(),
            open: Open::default(),
        }
    }
}

impl Reuse {
    /// Nothing known yet; connections are counted by `open`.
    #[must_use]
    pub fn counted_by(open: Open) -> Self {
        Self {
            open,
            ..Self::default()
        }
    }

    /// A connection has been opened.
    pub fn opened(&self) -> Entered {
        self.open.enter()
    }

    /// Asks for leave to use an idle connection.
    pub fn ask(self: &Arc<Self>, now: Instant) -> Option<Permit> {
        let mut state = self.state();
        if state.is_suspended(now) {
            return None;
        }
        let settled = state.trust.lend()?;
        Some(Permit {
            reuse: self.clone(),
            since: now,
            settled,
        })
    }

    /// How many idle connections are worth keeping.
    pub fn worth_keeping(&self, now: Instant) -> usize {
        let state = self.state();
        if state.is_suspended(now) {
            0
        } else {
            state.trust.worth_keeping()
        }
    }

    /// The upstream closed a connection that we would still have used, or one died under an event.
    pub fn closed_early(&self, now: Instant) {
        let mut state = self.state();
        // One restart closes many connections at once: that is one sign, not many.
        if let Some(time) = state.closed.begin(now) {
            tracing::debug!(
                seconds = time.as_secs(),
                "the upstream closes idle connections early: each event gets its own for a while"
            );
            state.trust.lose();
        }
    }

    /// The place of an event that is sent now on a new connection.
    pub fn place(&self, now: Instant) -> Place {
        self.state().queue.place(now)
    }

    /// The event with this place has waited for long.
    pub fn waits(&self, place: Place) {
        let mut state = self.state();
        let is_first = state.queue.is_empty();
        state.queue.join(place);
        drop(state);
        if is_first {
            self.queued.notify_waiters();
        }
    }

    /// The event with this place has its answer.
    pub fn answered(&self, place: Place, now: Instant) {
        let mut state = self.state();
        if state.queue.answered(place, now) {
            state.suspend(now);
        }
    }

    /// The event with this place gets none.
    pub fn gave_up(&self, place: Place) {
        self.state().queue.left(place);
    }

    /// Connections idle, and have not been asked for lately.
    pub fn rests(&self, now: Instant) {
        let mut state = self.state();
        if state.queue.is_stuck(now) {
            state.queue.clear(now);
        }
    }

    /// Whether events queue.
    pub fn is_queued(&self) -> bool {
        !self.state().queue.is_empty()
    }

    /// Waits until events begin to queue.
    pub fn queued(&self) -> Notified<'_> {
        self.queued.notified()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Every change is complete before anything can panic.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn is_suspended(&self, now: Instant) -> bool {
        self.closed.is_on(now) || self.queued.is_on(now) || self.queue.is_cleared()
    }

    /// Events queue because of connections that are kept.
    fn suspend(&mut self, now: Instant) {
        if self.answers >= WORTH_IT {
            self.queued.forget();
        }
        if let Some(time) = self.queued.begin(now) {
            tracing::debug!(
                milliseconds = time.as_millis(),
                "kept connections make events queue: each event gets its own for a while"
            );
            self.answers = 0;
        }
    }
}

impl Permit {
    /// The reused connection brought an answer.
    pub fn answered(self) {
        let mut state = self.reuse.state();
        state.trust.grow();
        if state.trust.is_full() {
            state.closed.forget();
        }
        state.answers = state.answers.saturating_add(1);
        if !state.queue.is_empty() {
            let now = Instant::now();
            if state.queue.overtake(now - self.since, now) {
                state.suspend(now);
            }
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.reuse.state().trust.give_back();
    }
}

#[cfg(test)]
mod tests {
    use super::super::queue::LONG;
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    fn reuse() -> (Arc<Reuse>, Instant) {
        (Arc::default(), Instant::now())
    }

    /// Events queue, and are answered as soon as idle connections are closed. Says when the last one is.
    fn queue(reuse: &Reuse, mut now: Instant, times: u32) -> Instant {
        for _ in 0..times {
            let place = reuse.place(now);
            reuse.waits(place);
            now += LONG;
            reuse.rests(now);
            assert_eq!(reuse.worth_keeping(now), 0, "while it waits");
            reuse.answered(place, now);
        }
        now
    }

    #[test]
    fn an_early_close_suspends_reuse_and_trust_is_earned_anew() {
        let (reuse, now) = reuse();
        while reuse.worth_keeping(now) < 100 {
            reuse.ask(now).expect("one may").answered();
        }
        reuse.closed_early(now);
        reuse.closed_early(now);
        let [first, _] = CLOSED;
        assert!(reuse.ask(now + first / 2).is_none());
        assert_eq!(reuse.worth_keeping(now + first / 2), 0);
        assert!(reuse.ask(now + first).is_some());
        assert_eq!(reuse.worth_keeping(now + first), 1);

        reuse.closed_early(now + first);
        assert!(reuse.ask(now + first * 2).is_none(), "twice as long now");
        assert!(reuse.ask(now + first * 3).is_some());
    }

    #[test]
    fn a_permit_ends_with_its_event() {
        let (reuse, now) = reuse();
        let permit = reuse.ask(now);
        assert!(permit.is_some() && reuse.ask(now).is_none());
        drop(permit);
        assert!(reuse.ask(now).is_some());
    }

    #[test]
    fn events_that_queue_again_and_again_suspend_reuse() {
        let (reuse, now) = reuse();
        reuse.rests(now);
        assert_eq!(reuse.worth_keeping(now), 1, "nobody waits");
        let now = queue(&reuse, now, 2);
        assert!(reuse.ask(now).is_some(), "that may be chance");
        let now = queue(&reuse, now, 1);
        let [first, _] = QUEUED;
        assert!(reuse.ask(now + first / 2).is_none());
        assert!(reuse.ask(now + first).is_some());

        let now = queue(&reuse, now + first, 3);
        assert!(reuse.ask(now + first).is_none(), "twice as long now");
    }

    #[test]
    fn many_answers_outweigh_a_suspension() {
        let (reuse, now) = reuse();
        let [first, _] = QUEUED;
        let now = queue(&reuse, now, 3);
        for _ in 0..WORTH_IT {
            reuse.ask(now + first).expect("it is over").answered();
        }
        let now = queue(&reuse, now + first, 3);
        assert!(reuse.ask(now + first).is_some(), "as short as the first");
    }

    #[test]
    fn events_on_reused_connections_that_overtake_suspend_reuse() {
        let (reuse, now) = reuse();
        reuse.waits(reuse.place(now.checked_sub(MS * 500).expect("a moment")));
        let overtaken = (0..99).take_while(|_| {
            let permit = reuse.ask(Instant::now());
            permit.map(Permit::answered).is_some()
        });
        assert!(overtaken.count() < 10);
    }
}
