//! An event on a new connection, for which nobody may be there.

use std::sync::Arc;
use std::task::Context;
use std::time::Instant;

use super::queue::{LONG, Place};
use super::reuse::Reuse;
use crate::deadline::Deadline;

/// Tells [`Reuse`] when an event waits for long on a new connection, and when it does no more. Dropped without a
/// word the event was given up.
#[derive(Debug)]
pub struct Newcomer {
    reuse: Arc<Reuse>,
    place: Option<Place>,
    /// Goes off when it has waited for long.
    deadline: Option<Deadline>,
}

impl Newcomer {
    /// An event that has yet to be sent.
    pub fn new(reuse: Arc<Reuse>) -> Self {
        Self {
            reuse,
            place: None,
            deadline: Some(Deadline::new(LONG)),
        }
    }

    /// The event has been sent, and has no answer yet.
    pub fn poll(&mut self, cx: &mut Context<'_>) {
        let Some(deadline) = &mut self.deadline else {
            return;
        };
        let reuse = &self.reuse;
        let place = *self
            .place
            .get_or_insert_with(|| reuse.place(Instant::now()));
        if deadline.poll(cx).is_ready() {
            reuse.waits(place);
            self.deadline = None;
        }
    }

    /// The answer has come.
    pub fn answered(mut self) {
        if let Some(place) = self.place.take() {
            self.reuse.answered(place, Instant::now());
        }
    }
}

impl Drop for Newcomer {
    fn drop(&mut self) {
        if let Some(place) = self.place {
            self.reuse.gave_up(place);
        }
    }
}
