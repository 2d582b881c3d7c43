//! How long a connection may keep us waiting.
//!
//! hyper's own header timeout also ends idle connections, and registers a timer for every request. Here the reads
//! and writes of a connection only note what they wait for and until when. One timer for each connection looks at
//! the note when it goes off.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use tokio::time::Instant;

use super::flow::{Expected, Flow};
use super::stage::{Stage, StageCell};

/// How long a sender may keep its connection waiting.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// For the rest of a request's head, once its first byte is there.
    pub head: Duration,
    /// For the next request.
    pub idle: Duration,
    /// For somebody to read on in the answer.
    pub reader: Duration,
}

/// What a connection has been waiting for too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overdue {
    /// The rest of a request's head.
    Head,
    /// A request.
    Request,
    /// Somebody to read the answer.
    Reader,
}

/// What a connection waits for and until when. Clones are the same note.
///
/// All of them are in one task, so it does not matter in which order others would see the changes. The fields are
/// atomic because a task that is `Send` can't share a `Cell` with itself.
#[derive(Clone, Debug)]
pub struct Watch(Arc<Note>);

#[derive(Debug)]
struct Note {
    patience: Patience,
    start: Instant,
    stage: StageCell,
    /// Milliseconds after `start`; [`NEVER`] while we are the ones waited for.
    read_by: AtomicU64,
    write_by: AtomicU64,
    flow: Flow,
    /// A request has begun on it.
    has_served: AtomicBool,
}

const NEVER: u64 = u64::MAX;

/// How long there must be nothing to do for a connection to be quiet. A sender with another event at hand
/// sends it sooner, and to get hyper back costs a few microseconds.
const QUIET: Duration = Duration::from_millis(20);

impl Watch {
    /// Starts with a connection that has not sent anything yet.
    pub fn new(patience: Patience) -> Self {
        let watch = Self(Arc::new(Note {
            patience,
            start: Instant::now(),
            stage: StageCell::default(),
            read_by: AtomicU64::new(NEVER),
            write_by: AtomicU64::new(NEVER),
            flow: Flow::default(),
            has_served: AtomicBool::new(false),
        }));
        watch.expect_read(patience.idle);
        watch
    }

    /// Whether there was a request on it.
    pub fn has_served(&self) -> bool {
        self.0.has_served.load(Ordering::Relaxed)
    }

    /// The next request is waited for no longer than this from now on, whatever patience there is.
    pub fn expect_request(&self, within: Duration) {
        self.expect_read(within);
    }

    /// What is under way, in bytes.
    pub fn flow(&self) -> &Flow {
        &self.0.flow
    }

    /// What the next bytes that come in belong to.
    pub fn expected(&self) -> Expected {
        match self.stage() {
            Stage::Serving => Expected::Body(self.0.flow.body()),
            Stage::Head => Expected::Head(self.0.flow.head()),
            _ => Expected::Head(0),
        }
    }

    /// Bytes came in.
    pub fn bytes_read(&self, bytes: usize) {
        match self.stage() {
            Stage::Serving => self.0.flow.body_came(bytes),
            Stage::Head => self.0.flow.head_came(bytes, false),
            _ => {
                self.set(Stage::Head);
                self.expect_read(self.0.patience.head);
                self.0.flow.head_came(bytes, true);
            }
        }
    }

    /// There is no memory for the rest of a head.
    pub fn overflows(&self) {
        self.set(Stage::Full);
    }

    /// Whether there is no memory for the rest of a head.
    pub fn is_full(&self) -> bool {
        self.stage() == Stage::Full
    }

    /// A read found nothing: behind an answer that is the wait for the next request.
    pub fn read_blocked(&self) {
        if self.stage() == Stage::Answered {
            self.set(Stage::Between);
            self.expect_read(self.0.patience.idle);
        }
    }

    /// Bytes went out.
    pub fn bytes_written(&self) {
        self.0.write_by.store(NEVER, Ordering::Relaxed);
    }

    /// The sender does not read.
    pub fn write_blocked(&self) {
        if self.0.write_by.load(Ordering::Relaxed) == NEVER {
            self.0
                .write_by
                .store(self.after(self.0.patience.reader), Ordering::Relaxed);
        }
    }

    /// Whether what was written last did not go out.
    pub fn is_write_blocked(&self) -> bool {
        self.0.write_by.load(Ordering::Relaxed) != NEVER
    }

    /// A request's head is complete and handed over. Its body has this length, if that is known.
    pub fn request_begins(&self, length: Option<u64>) {
        self.0.has_served.store(true, Ordering::Relaxed);
        self.set(Stage::Serving);
        self.0.flow.body_begins(length);
        self.0.read_by.store(NEVER, Ordering::Relaxed);
    }

    /// All of its answer has been handed over.
    pub fn answer_ends(&self) {
        self.set(Stage::Answered);
    }

    /// Whether the next request has not begun, and the last answer is long gone.
    pub fn is_idle(&self) -> bool {
        matches!(self.stage(), Stage::Resting | Stage::Between)
    }

    /// Whether there has been nothing to do for a while.
    pub fn is_quiet(&self, now: Instant) -> bool {
        self.stage() == Stage::Between && !self.is_write_blocked() && self.quiet_from() <= now
    }

    /// Nobody but the socket waits for the next request from now on.
    pub fn rests(&self) {
        self.set(Stage::Resting);
    }

    /// Somebody looks whether the next request has come.
    pub fn wakes(&self) {
        self.set(Stage::Between);
    }

    /// Until when there is patience, if anything is waited for.
    pub fn due(&self) -> Option<Instant> {
        let read_by = self.0.read_by.load(Ordering::Relaxed);
        let write_by = self.0.write_by.load(Ordering::Relaxed);
        let due = read_by.min(write_by);
        if self.stage() == Stage::Between {
            return Some(self.quiet_from());
        }
        (due != NEVER).then(|| self.0.start + Duration::from_millis(due))
    }

    /// When a connection between two requests becomes quiet.
    fn quiet_from(&self) -> Instant {
        let idle_until = Duration::from_millis(self.0.read_by.load(Ordering::Relaxed));
        self.0.start + (idle_until + QUIET).saturating_sub(self.0.patience.idle)
    }

    /// What is overdue at `now`.
    pub fn overdue(&self, now: Instant) -> Option<Overdue> {
        let passed = |by: &AtomicU64| {
            let by = by.load(Ordering::Relaxed);
            by != NEVER && self.0.start + Duration::from_millis(by) <= now
        };
        if passed(&self.0.write_by) {
            Some(Overdue::Reader)
        } else if passed(&self.0.read_by) {
            Some(if self.stage() == Stage::Head {
                Overdue::Head
            } else {
                Overdue::Request
            })
        } else {
            None
        }
    }

    fn expect_read(&self, within: Duration) {
        self.0.read_by.store(self.after(within), Ordering::Relaxed);
    }

    fn after(&self, wait: Duration) -> u64 {
        let due = self.0.start.elapsed() + wait;
        u64::try_from(due.as_millis()).unwrap_or(NEVER)
    }

    fn stage(&self) -> Stage {
        self.0.stage.get()
    }

    fn set(&self, stage: Stage) {
        self.0.stage.set(stage);
    }
}

#[cfg(test)]
mod tests;
