//! The thread that writes the log, so that no other waits for the output.
//!
//! An output that fails is only a slow one: the rest is kept and tried again, so a line is never
//! written twice or torn.

use std::{
    convert::Infallible,
    io::{self, ErrorKind, Write},
    sync::{
        Arc,
        mpsc::{self, Receiver},
    },
    thread,
    time::{Duration, Instant},
};

use super::queue::Queue;

/// Bytes of lines that wait at most, about 16 000 events: a second or two of a stalled disk or log
/// collector at full load. As much again may be in the hands of the writer thread.
pub(super) const LIMIT: usize = 4 * 1024 * 1024;

/// How long the end of the program waits for the log.
const FLUSH: Duration = Duration::from_secs(1);

/// The pause before a failed write is tried again: short beside what the queue holds, and rare
/// enough to cost nothing when the output is gone for good.
const RETRY: Duration = Duration::from_millis(20);

/// Starts the thread that writes to `out` what is pushed to the queue, `limit` bytes of which may
/// wait. Where lines were lost, `notice` appends a line that says how many.
///
/// # Errors
///
/// When the thread can't be started.
pub(super) fn start(
    out: impl Write + Send + 'static,
    limit: usize,
    notice: impl Fn(&mut Vec<u8>, u64) + Send + 'static,
) -> io::Result<(Arc<Queue>, Guard)> {
    let queue = Arc::new(Queue::new(limit));
    let batch = Vec::with_capacity(limit);
    let (ended, end) = mpsc::channel();
    let guard = Guard {
        queue: Arc::clone(&queue),
        end,
    };
    let source = Arc::clone(&queue);
    thread::Builder::new().name("log".into()).spawn(move || {
        let _ended = ended;
        run(&source, batch, out, notice);
    })?;
    Ok((queue, guard))
}

/// Keeps the log going. Dropped, it waits until all lines are written, but no longer than a second:
/// an output that takes nothing must not keep the program from ending.
///
/// What is logged after that is lost.
#[derive(Debug)]
#[must_use = "the log ends when this is dropped"]
pub struct Guard {
    queue: Arc<Queue>,
    /// Nothing is ever sent: the other side is dropped when the writer thread ends.
    end: Receiver<Infallible>,
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.queue.close(Instant::now() + FLUSH);
        let _ = self.end.recv_timeout(FLUSH);
    }
}

/// The life of the writer thread: `batch` is empty, filled, written, and empty again.
fn run(queue: &Queue, mut batch: Vec<u8>, mut out: impl Write, notice: impl Fn(&mut Vec<u8>, u64)) {
    while let Some(lost) = queue.take(&mut batch) {
        if lost > 0 {
            notice(&mut batch, lost);
        }
        while write(&mut out, &mut batch).is_err() {
            if queue.is_over() {
                return;
            }
            thread::sleep(RETRY);
        }
    }
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
        sync::mpsc::{RecvTimeoutError, Sender},
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
        let notice = |line: &mut Vec<u8>, lost| writeln!(line, "lost {lost}").unwrap();
        let (queue, guard) = start(Output { take, taken }, limit, notice).unwrap();
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
        for line in ["a\n", "b\n"] {
            queue.push(line.as_bytes());
            assert_eq!(writes.recv_timeout(PATIENCE).unwrap(), line.as_bytes());
        }
    }

    #[test]
    fn the_end_writes_what_is_left_and_waits_no_longer() {
        let (queue, guard, writes) = log(100, |lines| Ok(lines.len()));
        queue.push(b"a\n");
        queue.push(b"b\n");
        let begin = Instant::now();
        drop(guard);
        assert!(begin.elapsed() < FLUSH);
        // Not `all`, which would wait for the thread on behalf of the guard.
        assert_eq!(writes.try_iter().flatten().collect::<Vec<_>>(), b"a\nb\n");
    }

    #[test]
    fn behind_a_blocked_output_lines_wait_for_one_write_and_the_rest_is_counted() {
        let (queue, guard, writes, open) = blocked(10);
        for line in ["123\n", "456\n", "too much\n", "7\n", "8\n", "9\n"] {
            queue.push(line.as_bytes());
        }
        drop(open);
        drop(guard);
        let writes: Vec<_> = writes.iter().collect();
        assert_eq!(writes, [&b"first\n"[..], b"123\n456\n7\nlost 3\n"]);
    }

    #[test]
    fn a_loss_with_nothing_else_to_write_is_reported_too() {
        let (queue, _guard, writes) = log(3, |lines| Ok(lines.len()));
        queue.push(b"four\n");
        assert_eq!(writes.recv_timeout(PATIENCE).unwrap(), b"lost 1\n");
    }

    #[test]
    fn a_blocked_output_does_not_keep_the_program_from_ending() {
        let (_queue, guard, _writes, _open) = blocked(10);
        drop(guard);
    }

    #[test]
    fn an_output_that_fails_for_good_ends_with_the_program() {
        let (queue, guard, writes) = log(10, |_| Err(ErrorKind::BrokenPipe.into()));
        queue.push(b"a\n");
        drop(guard);
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
        drop(guard);
        assert_eq!(all(&writes), "first\nsecond\n");
    }
}
