//! What a connection is interrupted by while it waits.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::sync::watch::Receiver;
use tokio::time::{Instant, Sleep};

use super::Phase;
use super::watch::{Overdue, Watch};

/// What a connection is interrupted by while it waits.
#[derive(Debug)]
pub enum Interrupt {
    /// The sender has kept us waiting for too long.
    Overdue(Overdue),
    /// Nothing has been there to do for a while. Tells nothing of what comes next.
    Quiet,
    /// The server stops. Comes once.
    Stop,
}

/// The interrupts of one connection, from one timer and one signal.
pub struct Interrupts<'a, F> {
    watch: &'a Watch,
    timer: Pin<&'a mut Sleep>,
    stopped: Option<Pin<&'a mut F>>,
    told: Receiver<Phase>,
    is_asked: bool,
}

impl<'a, F: Future> Interrupts<'a, F> {
    /// Watches `watch` with `timer`, and waits for `stopped`, which is ready at a value of `told`.
    pub fn new(
        watch: &'a Watch,
        timer: Pin<&'a mut Sleep>,
        stopped: Pin<&'a mut F>,
        told: Receiver<Phase>,
    ) -> Self {
        Self {
            watch,
            timer,
            stopped: Some(stopped),
            told,
            is_asked: false,
        }
    }

    /// The next interrupt.
    pub fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Interrupt> {
        // Once it has been asked it wakes this task, so there is no need to ask again before it has news.
        if let Some(stopped) = &mut self.stopped
            && (!self.is_asked || self.told.has_changed().unwrap_or(true))
        {
            self.is_asked = true;
            if stopped.as_mut().poll(cx).is_ready() {
                self.stopped = None;
                return Poll::Ready(Interrupt::Stop);
            }
        }
        while let Some(due) = self.watch.due() {
            // Moved only when it would go off too late; one that goes off too early is set anew then.
            if due < self.timer.deadline() || self.timer.is_elapsed() {
                self.timer.as_mut().reset(due);
            }
            if self.timer.as_mut().poll(cx).is_pending() {
                break;
            }
            let now = Instant::now();
            if let Some(overdue) = self.watch.overdue(now) {
                return Poll::Ready(Interrupt::Overdue(overdue));
            }
            if self.watch.is_quiet(now) {
                self.watch.rests();
                return Poll::Ready(Interrupt::Quiet);
            }
        }
        Poll::Pending
    }
}
