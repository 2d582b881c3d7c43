//! What a connection is interrupted by while it waits.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::sync::watch::Receiver;
use tokio::time::Instant;

use super::Phase;
use super::watch::{Overdue, Watch};
use crate::deadline::Timer;

/// Something that ends a wait.
#[derive(Debug)]
pub enum Interrupt {
    /// There is no memory for the rest of a head.
    Full,
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
    timer: Timer,
    stopped: Option<Pin<&'a mut F>>,
    told: Receiver<Phase>,
    is_asked: bool,
}

impl<'a, F: Future> Interrupts<'a, F> {
    /// Keeps an eye on `watch`, and waits for `stopped`, which is ready at a value of `told`.
    pub fn new(watch: &'a Watch, stopped: Pin<&'a mut F>, told: Receiver<Phase>) -> Self {
        Self {
            watch,
            timer: Timer::default(),
            stopped: Some(stopped),
            told,
            is_asked: false,
        }
    }

    /// The next interrupt.
    pub fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Interrupt> {
        // Asked once, it wakes this task when there is news; until then there is no need to ask again.
        if let Some(stopped) = &mut self.stopped
            && (!self.is_asked || self.told.has_changed().unwrap_or(true))
        {
            self.is_asked = true;
            if stopped.as_mut().poll(cx).is_ready() {
                self.stopped = None;
                return Poll::Ready(Interrupt::Stop);
            }
        }
        if self.watch.is_full() {
            return Poll::Ready(Interrupt::Full);
        }
        while let Some(due) = self.watch.due() {
            ready!(self.timer.poll(cx, due));
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
