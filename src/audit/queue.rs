//! How who drops an event waits for its line, without keeping a worker.

use std::fmt;
use std::io;
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::time::Duration;

use tokio::sync::{Semaphore, oneshot};
use tokio::time::timeout;

use super::Dropped;
use super::writer::{Message, Waiting};

/// KiB of events that wait for the writer at once; of more, each waits until there is room. One that is larger than that
/// has all of it.
const ROOM: u32 = 16 * 1024;
/// How long a line may take to get to disk. Senders wait three seconds at least and thirty at most.
const PATIENCE: Duration = Duration::from_secs(10);

/// Where drops are recorded. Clones are the same.
#[derive(Clone, Debug)]
pub struct Audit {
    queue: Sender<Message>,
    room: Arc<Semaphore>,
}

/// Why an event could not be recorded.
#[derive(Clone, Debug)]
pub enum Error {
    /// The file can't be written.
    File(Arc<io::Error>),
    /// The disk took too long. The line may get there yet.
    Overdue,
    /// The thread that writes is gone.
    Ended,
}

impl Audit {
    pub(super) fn new(queue: Sender<Message>) -> Self {
        Self {
            queue,
            room: Arc::new(Semaphore::new(ROOM as usize)),
        }
    }

    /// Records an event, and waits until its line is on disk. To be called within a runtime.
    ///
    /// # Errors
    ///
    /// When that can't be done, or is not done within ten seconds.
    pub async fn record(&self, event: Dropped) -> Result<(), Error> {
        let recorded = timeout(PATIENCE, self.recorded(event)).await;
        recorded.unwrap_or(Err(Error::Overdue))
    }

    async fn recorded(&self, event: Dropped) -> Result<(), Error> {
        let size = u32::try_from(event.size() / 1024 + 1).unwrap_or(ROOM);
        let room = self.room.clone().acquire_many_owned(size.min(ROOM)).await;
        let room = room.map_err(|_| Error::Ended)?;
        let (done, is_done) = oneshot::channel();
        let waiting = Box::new(Waiting { event, done, room });
        let sent = self.queue.send(Message::Record(waiting));
        sent.map_err(|_| Error::Ended)?;
        let told = is_done.await.map_err(|_| Error::Ended)?;
        told.map_err(Error::File)
    }

    /// Has the file opened again by its name, for who has moved it away.
    pub fn reopen(&self) {
        // Once its thread is gone nothing is written anyway.
        let _ = self.queue.send(Message::Reopen);
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::File(_) => "the drop can't be recorded",
            Self::Overdue => "the drop was not recorded in time",
            Self::Ended => "the drop can't be recorded, since its writer is gone",
        })
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::File(error) => Some(error.as_ref()),
            Self::Overdue | Self::Ended => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::audit::line::tests::dropped;
    use crate::audit::{Chain, Settings, open};

    #[tokio::test]
    async fn whoever_is_told_so_has_a_line_however_many_there_are() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("dropped.jsonl");
        let settings = Settings {
            path: path.clone(),
            max_size: 1 << 30,
            keep: 1,
        };
        let audit = open(settings).unwrap().start().unwrap();
        // More at once than there is room for.
        let large = vec![b'x'; 1 << 20];
        let events = (0..20).map(|number| dropped(&number.to_string(), Some(&large)));
        let recording: Vec<_> = events
            .map(|event| {
                let audit = audit.clone();
                tokio::spawn(async move { audit.record(event).await })
            })
            .collect();
        for recorded in recording {
            recorded.await.unwrap().unwrap();
        }
        let mut chain = Chain::default();
        let text = fs::read_to_string(&path).unwrap();
        assert!(
            text.lines()
                .all(|line| chain.take(line.as_bytes()).is_none())
        );
        assert_eq!(chain.last().map(|last| last.number), Some(20));
    }

    #[tokio::test(start_paused = true)]
    async fn a_disk_that_stands_still_is_not_waited_for_longer_than_senders_do() {
        let (sender, _queue) = std::sync::mpsc::channel();
        let audit = Audit::new(sender);
        let large = vec![b'x'; 9 << 20];
        let begun = tokio::time::Instant::now();
        // The second finds no room in the queue beside the first.
        let events = [&large, &large].map(|body| audit.record(dropped("a", Some(body))));
        let [first, second] = events;
        let (first, second) = tokio::join!(first, second);
        for recorded in [first, second] {
            assert!(matches!(recorded, Err(Error::Overdue)), "{recorded:?}");
        }
        assert_eq!(begun.elapsed().as_secs(), PATIENCE.as_secs());
    }

    #[tokio::test]
    async fn who_can_not_be_recorded_is_told_why_and_the_next_can_be() {
        let directory = tempfile::tempdir().unwrap();
        let inner = directory.path().join("inner");
        fs::create_dir(&inner).unwrap();
        let settings = Settings {
            path: inner.join("dropped.jsonl"),
            max_size: 1 << 20,
            keep: 1,
        };
        let audit = open(settings).unwrap().start().unwrap();
        fs::remove_dir_all(&inner).unwrap();
        let error = audit.record(dropped("a", None)).await.unwrap_err();
        assert!(matches!(error, Error::File(_)), "{error:?}");
        fs::create_dir(&inner).unwrap();
        audit.record(dropped("a", None)).await.unwrap();
    }
}
