//! Turns of large bodies at their worker, so that events which came meanwhile are not kept waiting.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Bytes of a body that are moved in one turn, which takes some 20 to 50 µs.
const SLICE: usize = 64 * 1024;
/// The first so many bytes need no turn, so nearly all bodies never wait for one.
const FREE: usize = 1024 * 1024;
/// How many bodies have their turn before the worker looks at its other tasks.
const AT_ONCE: usize = 2;

/// The turns of one worker, for which large bodies queue up.
#[derive(Clone, Debug)]
pub struct Turns(Arc<Semaphore>);

/// One body's turns.
pub struct Turn {
    turns: Turns,
    state: State,
    /// Bytes that may still be moved in this turn.
    left: usize,
}

enum State {
    /// It is its turn, or it has not needed one so far.
    Moving(Option<OwnedSemaphorePermit>),
    /// It was its turn, and the next body's begins when the other tasks have run.
    Over(Option<OwnedSemaphorePermit>),
    Queued(Pin<Box<Queueing>>),
}

type Queueing = dyn Future<Output = Option<OwnedSemaphorePermit>> + Send;

impl Default for Turns {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(AT_ONCE)))
    }
}

impl Turns {
    /// Turns for one more body.
    #[must_use]
    pub fn turn(&self) -> Turn {
        Turn {
            turns: self.clone(),
            state: State::Moving(None),
            left: FREE,
        }
    }
}

impl Turn {
    /// Ready when more of the body may be moved.
    pub fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        loop {
            self.state = match &mut self.state {
                State::Moving(_) if self.left > 0 => return Poll::Ready(()),
                State::Moving(permit) => {
                    let permit = permit.take();
                    self.state = State::Over(permit);
                    cx.waker().wake_by_ref();
                    return Poll::Pending;
                }
                State::Over(permit) => {
                    drop(permit.take());
                    let queue = self.turns.0.clone();
                    // It is never closed.
                    State::Queued(Box::pin(async { queue.acquire_owned().await.ok() }))
                }
                State::Queued(queueing) => {
                    let permit = ready!(queueing.as_mut().poll(cx));
                    self.left = SLICE;
                    State::Moving(permit)
                }
            };
        }
    }

    /// So many bytes were moved.
    pub fn moved(&mut self, bytes: usize) {
        self.left = self.left.saturating_sub(bytes);
    }

    /// There is nothing to move for now: it may be another's turn.
    pub fn pause(&mut self) {
        if let State::Moving(permit) = &mut self.state {
            *permit = None;
        }
    }
}

impl fmt::Debug for Turn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { left, .. } = self;
        f.debug_struct("Turn")
            .field("left", left)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use super::*;

    fn is_its_turn(turn: &mut Turn) -> bool {
        turn.poll(&mut Context::from_waker(Waker::noop()))
            .is_ready()
    }

    #[test]
    fn a_small_body_needs_no_turn() {
        let turns = Turns::default();
        let mut bodies: Vec<_> = (0..10).map(|_| turns.turn()).collect();
        for body in &mut bodies {
            body.moved(FREE - 1);
            assert!(is_its_turn(body));
        }
    }

    #[test]
    fn large_ones_wait_for_each_other_and_come_in_their_order() {
        let turns = Turns::default();
        let mut bodies: Vec<_> = (0..4).map(|_| turns.turn()).collect();
        for body in &mut bodies {
            body.moved(FREE);
            assert!(!is_its_turn(body), "other tasks come first");
        }
        let mut order = Vec::new();
        for _ in 0..4 {
            let before = order.len();
            for (number, body) in bodies.iter_mut().enumerate() {
                if is_its_turn(body) {
                    order.push(number);
                    body.moved(SLICE);
                    assert!(!is_its_turn(body));
                }
            }
            assert!(order.len() <= before + AT_ONCE);
        }
        assert_eq!(order, [0, 1, 2, 3, 0, 1]);
    }

    #[test]
    fn who_has_nothing_to_move_holds_up_nobody() {
        let turns = Turns::default();
        let mut slow: Vec<_> = (0..AT_ONCE).map(|_| turns.turn()).collect();
        for body in &mut slow {
            body.moved(FREE);
            assert!(!is_its_turn(body) && is_its_turn(body));
            body.pause();
        }
        let mut other = turns.turn();
        other.moved(FREE);
        assert!(!is_its_turn(&mut other) && is_its_turn(&mut other));
        drop(other);
        assert!(
            slow.iter_mut().all(is_its_turn),
            "what is left of a turn is kept"
        );
    }
}
