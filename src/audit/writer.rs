//! The thread that writes to the record: many events share one wait for the disk.

use std::io;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver};
use std::thread;

use tokio::sync::{OwnedSemaphorePermit, oneshot};

use super::file::Record;
use super::{Audit, Dropped};

/// Bytes of lines that are written before the disk is waited for, however many more there are.
const GROUP: u64 = 4 * 1024 * 1024;

/// What the thread is told.
pub(super) enum Message {
    /// To record this.
    Record(Box<Waiting>),
    /// To open the file again, by its name.
    Reopen,
}

/// An event, and who waits for its line.
pub(super) struct Waiting {
    pub event: Dropped,
    pub done: Done,
    /// The room that it takes in the queue.
    pub room: OwnedSemaphorePermit,
}

/// Where it is told that a line is on disk, or why not.
pub(super) type Done = oneshot::Sender<Result<(), Arc<io::Error>>>;

/// Starts the thread. It ends with the last clone of what is given back.
pub(super) fn start(record: Record) -> io::Result<Audit> {
    let (sender, queue) = mpsc::channel();
    let mut writer = Writer {
        record,
        queue,
        is_failing: false,
    };
    thread::Builder::new()
        .name("audit".to_owned())
        .spawn(move || while writer.group() {})?;
    Ok(Audit::new(sender))
}

struct Writer {
    record: Record,
    queue: Receiver<Message>,
    /// Whether the last group failed, which is told once.
    is_failing: bool,
}

impl Writer {
    /// Waits for an event, and writes its line with those of all that have come meanwhile. Answers `false` when there
    /// will be no more.
    fn group(&mut self) -> bool {
        let Ok(first) = self.queue.recv() else {
            return false;
        };
        let (mut next, mut group, mut reopens) = (Some(first), Vec::new(), false);
        let mut written = Ok(());
        while let Some(message) = next.take().or_else(|| self.queue.try_recv().ok()) {
            match message {
                // Whose sender has gone is answered no more.
                Message::Record(waiting) if waiting.done.is_closed() => {}
                Message::Record(waiting) => {
                    let Waiting { event, done, room } = *waiting;
                    group.push(done);
                    written = self.record.append(&event);
                    drop((event, room));
                }
                Message::Reopen => reopens = true,
            }
            let is_enough = self.record.is_full() || self.record.uncommitted() >= GROUP;
            if written.is_err() || reopens || is_enough {
                break;
            }
        }
        self.finish(group, written);
        if reopens {
            self.record.reopen();
        }
        true
    }

    /// Waits for the disk, and tells those who wait.
    fn finish(&mut self, group: Vec<Done>, written: io::Result<()>) {
        let committed = written.and_then(|()| self.record.commit());
        let told = committed.map_err(Arc::new);
        if let Err(error) = &told {
            self.record.give_up();
            self.failed(error);
        } else if !group.is_empty() {
            self.worked();
        }
        for done in group {
            // Who has gone meanwhile has a line, and was told nothing.
            let _ = done.send(told.clone());
        }
        if self.record.is_full()
            && let Err(error) = self.record.rotate()
        {
            let path = self.record.path().display();
            tracing::warn!(%path, %error, "the file of drops can't be closed, it goes on growing");
        }
    }

    fn failed(&mut self, error: &io::Error) {
        if !self.is_failing {
            let path = self.record.path().display();
            tracing::error!(%path, %error, "drops can't be recorded");
        }
        self.is_failing = true;
    }

    fn worked(&mut self) {
        if self.is_failing {
            let path = self.record.path().display();
            tracing::info!(%path, "drops are recorded again");
        }
        self.is_failing = false;
    }
}
