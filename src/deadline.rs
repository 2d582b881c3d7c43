//! Waits that cost nothing until they are overdue.
//!
//! Most waits of a proxy end long before their deadline. A timer that is registered and taken back for each
//! of them costs more than the wait. A [`Timer`] is registered when a wait first blocks, and moved only when it
//! would go off too late: one that goes off too early sees that, and is set anew.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::task::coop;
use tokio::time::{Instant, Sleep, sleep_until};

/// Goes off at a time that may be another at each poll.
#[derive(Debug, Default)]
pub struct Timer(Option<Pin<Box<Sleep>>>);

/// Goes off when it has been waited for so long, counted from the first wait after it was made or rewound.
#[derive(Debug)]
pub struct Deadline {
    after: Duration,
    /// What is left of that while nothing is waited for.
    left: Duration,
    due: Option<Instant>,
    timer: Timer,
}

impl Timer {
    /// Ready once it is `due`. Must be polled from within a tokio runtime with its timer on.
    pub fn poll(&mut self, cx: &mut Context<'_>, due: Instant) -> Poll<()> {
        // Beside a peer that never stops sending, a task has used up its turn when it gets here, and then no timer of
        // tokio's goes off.
        if !coop::has_budget_remaining() && due <= Instant::now() {
            return Poll::Ready(());
        }
        let sleep = self.0.get_or_insert_with(|| Box::pin(sleep_until(due)));
        if due < sleep.deadline() {
            sleep.as_mut().reset(due);
        }
        loop {
            ready!(sleep.as_mut().poll(cx));
            if sleep.deadline() >= due {
                return Poll::Ready(());
            }
            sleep.as_mut().reset(due);
        }
    }
}

impl Deadline {
    /// A deadline `after` so long.
    #[must_use]
    pub fn new(after: Duration) -> Self {
        Self {
            after,
            left: after,
            due: None,
            timer: Timer::default(),
        }
    }

    /// Starts the time anew, with another length.
    pub fn rewind_to(&mut self, after: Duration) {
        self.after = after;
        self.rewind();
    }

    /// Starts the time anew.
    pub fn rewind(&mut self) {
        self.left = self.after;
        self.due = None;
    }

    /// Stops the time until the next wait.
    pub fn pause(&mut self) {
        if let Some(due) = self.due.take() {
            self.left = due.saturating_duration_since(Instant::now());
        }
    }

    /// Ready once the time is up. Must be polled from within a tokio runtime with its timer on.
    pub fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let left = self.left;
        let due = *self.due.get_or_insert_with(|| Instant::now() + left);
        self.timer.poll(cx, due)
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn goes_off_when_the_time_is_up() {
        let start = Instant::now();
        let mut deadline = Deadline::new(Duration::from_secs(5));
        poll_fn(|cx| deadline.poll(cx)).await;
        assert_eq!(start.elapsed(), Duration::from_secs(5));
    }

    #[tokio::test(start_paused = true)]
    async fn goes_off_in_a_task_that_has_used_up_its_turn() {
        let mut deadline = Deadline::new(Duration::from_secs(5));
        let mut cx = Context::from_waker(std::task::Waker::noop());
        assert!(deadline.poll(&mut cx).is_pending());
        tokio::time::advance(Duration::from_secs(6)).await;
        poll_fn(|cx| {
            while coop::has_budget_remaining() {
                ready!(coop::poll_proceed(cx)).made_progress();
            }
            assert!(deadline.poll(cx).is_ready());
            Poll::Ready(())
        })
        .await;
    }

    #[tokio::test(start_paused = true)]
    async fn a_timer_follows_the_time_it_is_given_either_way() {
        let start = Instant::now();
        let mut timer = Timer::default();
        let mut cx = Context::from_waker(std::task::Waker::noop());
        assert!(
            timer
                .poll(&mut cx, start + Duration::from_secs(5))
                .is_pending()
        );
        poll_fn(|cx| timer.poll(cx, start + Duration::from_secs(3))).await;
        assert_eq!(start.elapsed(), Duration::from_secs(3));
        poll_fn(|cx| timer.poll(cx, start + Duration::from_secs(9))).await;
        assert_eq!(start.elapsed(), Duration::from_secs(9));
    }

    #[tokio::test(start_paused = true)]
    async fn while_it_is_paused_no_time_passes() {
        let mut deadline = Deadline::new(Duration::from_secs(5));
        let mut cx = Context::from_waker(std::task::Waker::noop());
        assert!(deadline.poll(&mut cx).is_pending());
        tokio::time::advance(Duration::from_secs(3)).await;
        deadline.pause();
        tokio::time::advance(Duration::from_mins(1)).await;
        let start = Instant::now();
        poll_fn(|cx| deadline.poll(cx)).await;
        assert_eq!(start.elapsed(), Duration::from_secs(2));
    }

    #[tokio::test(start_paused = true)]
    async fn rewound_it_goes_off_that_much_later() {
        let start = Instant::now();
        let mut deadline = Deadline::new(Duration::from_secs(5));
        let mut cx = Context::from_waker(std::task::Waker::noop());
        assert!(deadline.poll(&mut cx).is_pending());
        tokio::time::advance(Duration::from_secs(3)).await;
        deadline.rewind();
        poll_fn(|cx| deadline.poll(cx)).await;
        assert_eq!(start.elapsed(), Duration::from_secs(8));
    }
}
