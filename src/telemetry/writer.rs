//! The thread that writes the log, so that no other waits for the output.
//!
//! An output that fails is only a slow one, but stderr is told: the rest is kept and tried again, so a line is
//! never written twice or torn.

use std::{
    io::{self, ErrorKind, Write},
    sync::Arc,
    thread,
    time::Duration,
};

use super::{
    complaint::Complaint,
    guard::{Completeness, Guard},
    queue::Queue,
};

/// Bytes of lines that wait at most, about 16 000 events: a second or two of a stalled disk or log
/// collector at full load. As much again may be in the hands of the writer thread.
pub(super) const LIMIT: usize = 4 * 1024 * 1024;

/// So much of a buffer is kept in memory between batches, twice what it takes at full load. What more a stall has
/// filled is given back.
const KEPT: usize = 128 * 1024;

/// The pause before a failed write is tried again: short beside what the queue holds, and rare
/// enough to cost nothing when the output is gone for good.
const RETRY: Duration = Duration::from_millis(20);

/// Starts the thread that writes to `out` what is pushed to the queue, `limit` bytes of which may wait. Where
/// lines were lost, `notice` appends a line that says how many, and what failed if anything did.
pub(super) fn start(
    out: impl Write + Send + 'static,
    limit: usize,
    notice: impl Fn(&mut Vec<u8>, u64, Option<io::Error>) + Send + 'static,
    complaint: Complaint,
) -> io::Result<(Arc<Queue>, Guard)> {
    let queue = Arc::new(Queue::new(limit));
    let batch = Vec::with_capacity(limit);
    let (guard, ended) = Guard::new(Arc::clone(&queue), complaint.clone());
    let source = Arc::clone(&queue);
    thread::Builder::new().name("log".into()).spawn(move || {
        let _ = ended.send(run(&source, batch, out, notice, &complaint));
    })?;
    Ok((queue, guard))
}

/// The life of the writer thread: `batch` is empty, filled, written, and empty again.
fn run(
    queue: &Queue,
    mut batch: Vec<u8>,
    mut out: impl Write,
    notice: impl Fn(&mut Vec<u8>, u64, Option<io::Error>),
    complaint: &Complaint,
) -> Completeness {
    let mut completeness = Completeness::Complete;
    let mut failure = None;
    let capacity = batch.capacity();
    while let Some(lost) = queue.take(&mut batch) {
        let used = batch.len();
        let failed_before = failure.take();
        if lost > 0 {
            notice(&mut batch, lost, failed_before);
            completeness = Completeness::Incomplete;
        }
        while let Err(error) = write(&mut out, &mut batch) {
            // An output that was set not to block is only slow.
            if error.kind() != ErrorKind::WouldBlock {
                complaint.say(format_args!(
                    "can't write the log to stdout: {error}; events go on without it"
                ));
                failure = Some(error);
            }
            if queue.is_over() {
                return Completeness::Incomplete;
            }
            thread::sleep(RETRY);
        }
        if used > KEPT {
            // Grown again at once, and still not in memory: no thread that logs shall wait for that.
            batch.shrink_to(KEPT);
            batch.reserve_exact(capacity);
        }
    }
    completeness
}

/// Writes `batch` and empties it. When that fails, what was not written is left in it.
fn write(out: &mut impl Write, batch: &mut Vec<u8>) -> io::Result<()> {
    while !batch.is_empty() {
        match out.write(batch) {
            Ok(0) => return Err(ErrorKind::WriteZero.into()),
            Ok(written) => drop(batch.drain(..written)),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    out.flush()
}

#[cfg(test)]
pub(super) mod tests {
    use std::{
        iter,
        sync::mpsc::{self, Receiver, RecvTimeoutError, Sender},
    };

    use super::*;

    /// Longer than anything here takes, so that what would hang fails instead.
    const PATIENCE: Duration = Duration::from_secs(20);

    /// Takes of each write what it is told to, and passes that on.
    struct Output<F> {
        take: F,
        taken: Sender<Vec<u8>>,
    }

    impl<F: FnMut(&[u8]) -> io::Result<usize>> Write for Output<F> {
        fn write(&mut self, lines: &[u8]) -> io::Result<usize> {
            let taken = (self.take)(lines)?;
            let _ = self.taken.send(lines[..taken].to_owned());
            Ok(taken)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// A log of `limit` bytes, and what its output took, write by write.
    pub(in crate::telemetry) fn log(
        limit: usize,
        take: impl FnMut(&[u8]) -> io::Result<usize> + Send + 'static,
    ) -> (Arc<Queue>, Guard, Receiver<Vec<u8>>) {
        let (taken, writes) = mpsc::channel();
        let notice = |line: &mut Vec<u8>, lost, failure: Option<io::Error>| {
            let kind = failure.map(|error| error.kind());
            writeln!(line, "lost {lost} {kind:?}").unwrap();
        };
        let complaint = Complaint::to(io::sink());
        let (queue, guard) = start(Output { take, taken }, limit, notice, complaint).unwrap();
        (queue, guard, writes)
    }

    /// All that was written until the thread ended.
    pub(in crate::telemetry) fn all(writes: &Receiver<Vec<u8>>) -> String {
        let until_the_end = || match writes.recv_timeout(PATIENCE) {
            Err(RecvTimeoutError::Timeout) => panic!("the writer thread does not end"),
            write => write.ok(),
        };
        let lines = iter::from_fn(until_the_end).flatten().collect();
        String::from_utf8(lines).unwrap()
    }

    /// A log whose output is in the middle of writing `first\n`, and goes on when the sender is dropped.
    fn blocked(limit: usize) -> (Arc<Queue>, Guard, Receiver<Vec<u8>>, Sender<()>) {
        let (open, gate) = mpsc::channel();
        let (entered, writing) = mpsc::channel();
        let (queue, guard, writes) = log(limit, move |lines| {
            let _ = entered.send(());
            let _ = gate.recv();
            Ok(lines.len())
        });
        queue.push(b"first\n");
        writing.recv_timeout(PATIENCE).unwrap();
        (queue, guard, writes, open)
    }

    #[test]
    fn lines_are_written_before_the_end() {
        let (queue, _guard, writes) = log(100, |lines| Ok(lines.len()));
        for line in [b"a\n", b"b\n"] {
            queue.push(line);
            assert_eq!(writes.recv_timeout(PATIENCE).unwrap(), line);
        }
    }

    #[test]
    fn behind_a_blocked_output_lines_wait_for_one_write_and_the_rest_is_counted() {
        let (queue, guard, writes, open) = blocked(10);
        for line in ["123\n", "456\n", "too much\n", "7\n", "8\n", "9\n"] {
            queue.push(line.as_bytes());
        }
        drop(open);
        assert_eq!(guard.finish(), Completeness::Incomplete);
        let writes: Vec<_> = writes.iter().collect();
        assert_eq!(writes, [&b"first\n"[..], b"123\n456\n7\nlost 3 None\n"]);
    }

    #[test]
    fn a_loss_behind_a_failure_is_reported_with_it_and_the_next_is_not() {
        let (fails, failing) = mpsc::channel();
        let full = Arc::new(());
        let disk = Arc::downgrade(&full);
        let (queue, guard, writes) = log(10, move |lines| {
            if disk.upgrade().is_none() {
                return Ok(lines.len());
            }
            let _ = fails.send(());
            Err(ErrorKind::StorageFull.into())
        });
        queue.push(b"first\n");
        failing.recv_timeout(PATIENCE).unwrap();
        queue.push(b"too long to be kept\n");
        drop(full);
        let next = || writes.recv_timeout(PATIENCE).unwrap();
        assert_eq!(next(), b"first\n");
        assert_eq!(next(), b"lost 1 Some(StorageFull)\n");
        queue.push(b"too long to be kept\n");
        assert_eq!(next(), b"lost 1 None\n");
        assert_eq!(guard.finish(), Completeness::Incomplete);
    }

    #[test]
    fn a_blocked_output_does_not_keep_the_program_from_ending() {
        let (_queue, guard, _writes, _open) = blocked(10);
        assert_eq!(guard.finish(), Completeness::Incomplete);
    }

    #[test]
    fn an_output_that_fails_for_good_ends_with_the_program() {
        let (queue, guard, writes) = log(10, |_| Err(ErrorKind::BrokenPipe.into()));
        queue.push(b"a\n");
        assert_eq!(guard.finish(), Completeness::Incomplete);
        assert_eq!(all(&writes), "");
    }

    #[test]
    fn failures_and_short_writes_neither_repeat_nor_tear_lines() {
        let mut answers = [
            Err(ErrorKind::WouldBlock),
            Ok(1),
            Err(ErrorKind::Interrupted),
            Ok(2),
            Ok(0),
            Err(ErrorKind::StorageFull),
        ]
        .into_iter();
        let (queue, guard, writes) = log(100, move |lines| match answers.next() {
            Some(answer) => answer.map_err(Into::into),
            None => Ok(lines.len()),
        });
        queue.push(b"first\n");
        queue.push(b"second\n");
        assert_eq!(guard.finish(), Completeness::Complete);
        assert_eq!(all(&writes), "first\nsecond\n");
    }
}
