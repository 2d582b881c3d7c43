//! How far the upstream's idle connections are trusted.
//!
//! An event written to a connection that the upstream is just closing is lost to a 502, and must not be sent
//! again (RFC 9110 §9.2.2): GitHub, for one, never retries it. No look at the socket can rule that out, so
//! trust is earned, much as TCP earns its window:
//!
//! * At first one event at a time may use an idle connection, and only one that has been silent for a while,
//!   so that a close which follows the answer has had time to arrive. All others get connections of their own,
//!   and few of those are kept.
//! * With every few that are answered one more may; after enough of them there is no limit.
//! * When the upstream closes an idle connection before we would have, or one dies under an event, reuse is
//!   suspended, each time for twice as long, and then earned anew.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Events on reused connections at once from which on the upstream is trusted without a limit.
const TRUSTED: u32 = 16;
/// Answers on reused connections that allow one more at a time. An upstream that closes one in ten of its
/// connections as a request arrives is found out with a window of one or two, not of ten.
const ANSWERS_PER_STEP: u32 = 4;
/// How long a connection must have been silent while trust is being earned.
pub const SETTLED: Duration = Duration::from_millis(20);
/// The first suspension; long enough that one event in many thousands pays for finding out.
const FIRST_SUSPENSION: Duration = Duration::from_secs(10);
/// The longest one.
const LAST_SUSPENSION: Duration = Duration::from_mins(10);

/// The trust in one upstream, shared by all who send to it.
#[derive(Debug)]
pub struct Reuse {
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    /// How many events may be on reused connections at once.
    window: u32,
    /// How many are.
    out: u32,
    /// Answers since the window last grew.
    answers: u32,
    suspended_until: Option<Instant>,
    next_suspension: Duration,
}

/// One event's leave to use an idle connection. Dropped without a word it counts as neither good nor bad.
#[derive(Debug)]
pub struct Leave {
    reuse: Arc<Reuse>,
    /// How long the connection must have been idle.
    pub settled: Duration,
}

impl Default for Reuse {
    fn default() -> Self {
        Self {
            state: Mutex::new(State {
                window: 1,
                out: 0,
                answers: 0,
                suspended_until: None,
                next_suspension: FIRST_SUSPENSION,
            }),
        }
    }
}

impl Reuse {
    /// Asks for leave to use an idle connection.
    pub fn ask(self: &Arc<Self>, now: Instant) -> Option<Leave> {
        let mut state = self.state();
        if state.is_suspended(now) || (!state.is_trusted() && state.out >= state.window) {
            return None;
        }
        state.out += 1;
        Some(Leave {
            reuse: self.clone(),
            settled: if state.is_trusted() {
                Duration::ZERO
            } else {
                SETTLED
            },
        })
    }

    /// How many idle connections are worth keeping. While few events may use one, each of the others leaves
    /// its own behind: to keep those would fill up an upstream that has a limit, and make it close some.
    pub fn worth_keeping(&self, now: Instant) -> usize {
        let state = self.state();
        if state.is_suspended(now) {
            0
        } else if state.is_trusted() {
            usize::MAX
        } else {
            TRUSTED as usize
        }
    }

    /// The upstream closed a connection that we would still have used, or one died under an event.
    pub fn closed_early(&self, now: Instant) {
        let mut state = self.state();
        // One restart closes many connections at once: that is one sign, not many.
        if !state.is_suspended(now) {
            tracing::debug!(
                seconds = state.next_suspension.as_secs(),
                "the upstream closes idle connections early: each event gets its own for a while"
            );
            state.suspended_until = Some(now + state.next_suspension);
            state.next_suspension = (state.next_suspension * 2).min(LAST_SUSPENSION);
            state.window = 1;
            state.answers = 0;
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Every change is complete before anything can panic.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn is_trusted(&self) -> bool {
        self.window >= TRUSTED
    }

    fn is_suspended(&self, now: Instant) -> bool {
        self.suspended_until.is_some_and(|until| now < until)
    }
}

impl Leave {
    /// The reused connection brought an answer.
    pub fn answered(self) {
        let mut state = self.reuse.state();
        if !state.is_trusted() {
            state.answers += 1;
            if state.answers >= ANSWERS_PER_STEP {
                state.answers = 0;
                state.window += 1;
            }
            if state.is_trusted() {
                state.next_suspension = FIRST_SUSPENSION;
            }
        }
    }
}

impl Drop for Leave {
    fn drop(&mut self) {
        self.reuse.state().out -= 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(reuse: &Arc<Reuse>, now: Instant, times: u32) {
        for _ in 0..times {
            reuse.ask(now).expect("leave is given").answered();
        }
    }

    #[test]
    fn trust_grows_by_one_with_every_few_answers() {
        let (reuse, now) = (Arc::new(Reuse::default()), Instant::now());
        let first = reuse.ask(now).expect("one may");
        assert_eq!(first.settled, SETTLED);
        assert!(reuse.ask(now).is_none(), "a second one may not");
        drop(first);

        answer(&reuse, now, ANSWERS_PER_STEP);
        let two = (reuse.ask(now), reuse.ask(now));
        assert!(two.0.is_some() && two.1.is_some() && reuse.ask(now).is_none());
        assert!(reuse.worth_keeping(now) < 100);
        drop(two);

        answer(&reuse, now, ANSWERS_PER_STEP * TRUSTED);
        let many: Vec<_> = (0..1000).map(|_| reuse.ask(now)).collect();
        assert!(many.iter().flatten().all(|leave| leave.settled.is_zero()));
        assert_eq!(many.iter().flatten().count(), 1000);
        assert!(reuse.worth_keeping(now) >= 1000);
    }

    #[test]
    fn an_early_close_suspends_reuse_and_trust_is_earned_anew() {
        let (reuse, now) = (Arc::new(Reuse::default()), Instant::now());
        answer(&reuse, now, ANSWERS_PER_STEP * TRUSTED);
        reuse.closed_early(now);
        reuse.closed_early(now);
        assert!(reuse.ask(now + FIRST_SUSPENSION / 2).is_none());
        assert_eq!(reuse.worth_keeping(now + FIRST_SUSPENSION / 2), 0);
        let later = now + FIRST_SUSPENSION;
        assert_eq!(reuse.ask(later).map(|leave| leave.settled), Some(SETTLED));

        reuse.closed_early(later);
        assert!(
            reuse.ask(later + FIRST_SUSPENSION).is_none(),
            "twice as long now"
        );
        assert!(reuse.ask(later + FIRST_SUSPENSION * 2).is_some());
    }

    #[test]
    fn suspensions_have_a_longest() {
        let reuse = Arc::new(Reuse::default());
        let mut now = Instant::now();
        for _ in 0..20 {
            reuse.closed_early(now);
            now += LAST_SUSPENSION;
            assert!(reuse.ask(now).is_some());
        }
    }
}
