//! How the program waits for the end of its log, and learns what it was.

use std::{
    sync::{
        Arc,
        mpsc::{self, Receiver, Sender},
    },
    time::{Duration, Instant},
};

use super::{complaint::Complaint, queue::Queue};

/// How long the end of the program waits for the log.
const FLUSH: Duration = Duration::from_secs(1);

/// What the log is in the end.
#[must_use]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Completeness {
    /// Every line was written.
    Complete,
    /// Lines were lost. Stderr was told.
    Incomplete,
}

/// Keeps the log going. Finished or dropped, it waits until all lines are written, but no longer than a
/// second: an output that takes nothing must not keep the program from ending.
///
/// What is logged after that is lost.
#[derive(Debug)]
#[must_use = "the log ends when this is dropped"]
pub struct Guard {
    queue: Arc<Queue>,
    complaint: Complaint,
    /// Told what came of it when the writer thread ends; `None` after that.
    end: Option<Receiver<Completeness>>,
}

impl Guard {
    /// The guard of what is pushed to `queue`, and where the writer thread tells the end.
    pub(super) fn new(queue: Arc<Queue>, complaint: Complaint) -> (Self, Sender<Completeness>) {
        let (ended, end) = mpsc::channel();
        let guard = Self {
            queue,
            complaint,
            end: Some(end),
        };
        (guard, ended)
    }

    /// How many lines are lost while it goes on.
    #[must_use]
    pub fn losses(&self) -> Losses {
        Losses(Arc::clone(&self.queue))
    }

    /// Ends the log, and tells whether it has all lines.
    pub fn finish(mut self) -> Completeness {
        let completeness = self.close().unwrap_or(Completeness::Incomplete);
        if completeness == Completeness::Incomplete {
            self.complaint.say(format_args!(
                "lines of the log were lost: stdout did not keep up"
            ));
        }
        completeness
    }

    /// What the writer thread told; `None` when it told nothing in time.
    fn close(&mut self) -> Option<Completeness> {
        let end = self.end.take()?;
        self.queue.close(Instant::now() + FLUSH);
        end.recv_timeout(FLUSH).ok()
    }
}

/// Whoever has this can ask how many lines were lost.
#[derive(Clone, Debug)]
pub struct Losses(Arc<Queue>);

impl Losses {
    /// Lines that were lost since the start: stdout did not keep up, or could not be written.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.0.lost()
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.close();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::telemetry::writer::tests::log;

    #[test]
    fn the_end_writes_what_is_left_and_waits_no_longer() {
        let (queue, guard, writes) = log(100, |lines| Ok(lines.len()));
        queue.push(b"a\n");
        queue.push(b"b\n");
        let begin = Instant::now();
        assert_eq!(guard.finish(), Completeness::Complete);
        assert!(begin.elapsed() < FLUSH);
        // Not until the thread has ended: the guard has waited for what matters of it.
        assert_eq!(writes.try_iter().flatten().collect::<Vec<_>>(), b"a\nb\n");
    }
}
