//! The threads that serve, as whoever started them holds them.

use std::sync::Arc;
use std::thread::JoinHandle;

use tokio::sync::watch;

use crate::proxy::Shared;
use crate::server::{Phase, Stopped};

/// Threads that serve. When this is dropped they stop, and cut off what is in flight.
#[derive(Debug)]
pub struct Threads {
    shared: Arc<Shared>,
    phase: watch::Sender<Phase>,
    each: Vec<JoinHandle<Stopped>>,
}

impl Threads {
    /// None yet. They share this, and will be told by `phase` what is asked of them.
    #[must_use]
    pub fn new(shared: Arc<Shared>, phase: watch::Sender<Phase>) -> Self {
        Self {
            shared,
            phase,
            each: Vec::new(),
        }
    }

    /// One more of them.
    pub fn push(&mut self, thread: JoinHandle<Stopped>) {
        self.each.push(thread);
    }

    /// What they share.
    #[must_use]
    pub fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    /// Stops accepting. What is in flight may finish within the config's `timeouts.drain`.
    pub fn drain(&self) {
        // Never back from a cut-off that was asked for already.
        self.phase
            .send_modify(|phase| *phase = Phase::Drain.max(*phase));
    }

    /// Has the file in which drops are recorded opened again by its name.
    pub fn reopen_audit(&self) {
        if let Some(audit) = &self.shared.audit {
            audit.reopen();
        }
    }

    /// [Drains](Self::drain), waits until nothing is in flight any more, and logs the totals.
    #[must_use]
    pub fn stop(mut self) -> Stopped {
        self.drain();
        let stopped = self.each.drain(..).map(|thread| {
            // One that panicked has finished nothing.
            thread.join().unwrap_or(Stopped::CutOff)
        });
        let stopped = stopped.max().unwrap_or(Stopped::Drained);
        self.shared.totals.log();
        stopped
    }

    /// To be called when there is no time left to [`stop`](Self::stop): cuts off what is in flight.
    pub fn cut_off(&self) -> impl FnOnce() + use<> {
        let phase = self.phase.clone();
        move || phase.send_modify(|phase| *phase = Phase::CutOff)
    }
}
