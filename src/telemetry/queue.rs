//! Where lines wait for the writer thread.
//!
//! Two buffers take turns: threads that log append to one while the writer thread writes the other.

use std::{
    mem,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// How long the first line waits for others: under load one write takes many lines, and nobody sees
/// the delay. Not longer, since the writer may share a core with those who wait for it to be done.
const COLLECT: Duration = Duration::from_millis(4);

/// Lines on their way from many threads to one.
#[derive(Debug)]
pub(super) struct Queue {
    state: Mutex<State>,
    /// Signalled when there is something to take after there was nothing, and at the end.
    wake: Condvar,
    limit: usize,
}

#[derive(Debug)]
struct State {
    /// Whole lines, never more than the limit. Allocated in full: what is never used costs no memory,
    /// and no thread that logs waits until megabytes have moved to where there is more room.
    lines: Vec<u8>,
    /// Lines that found no room behind `lines`.
    lost: u64,
    /// Lines that were lost before those, and told of.
    told: u64,
    /// Set when the end has come: until then what is left may be written.
    close_by: Option<Instant>,
}

impl State {
    fn is_idle(&self) -> bool {
        self.lines.is_empty() && self.lost == 0
    }
}

impl Queue {
    /// An empty queue for `limit` bytes.
    pub(super) fn new(limit: usize) -> Self {
        let state = State {
            lines: Vec::with_capacity(limit),
            lost: 0,
            told: 0,
            close_by: None,
        };
        Self {
            state: Mutex::new(state),
            wake: Condvar::new(),
            limit,
        }
    }

    /// Leaves a line, which ends in its only newline, to be taken, or counts it as lost when there is
    /// no room for it. Waits for no one but threads that do the same.
    pub(super) fn push(&self, line: &[u8]) {
        let mut state = self.lock();
        let was_idle = state.is_idle();
        if line.len() <= self.limit - state.lines.len() {
            state.lines.extend_from_slice(line);
        } else {
            state.lost += 1;
        }
        drop(state);
        // Otherwise the writer thread knows already, and waking it takes a system call.
        if was_idle {
            self.wake.notify_one();
        }
    }

    /// Waits for lines, exchanges them for the empty `batch`, and returns how many were lost after
    /// them; `None` when the end has come and nothing is left.
    pub(super) fn take(&self, batch: &mut Vec<u8>) -> Option<u64> {
        let state = self
            .wake
            .wait_while(self.lock(), |state| {
                state.is_idle() && state.close_by.is_none()
            })
            .unwrap_or_else(PoisonError::into_inner);
        let (mut state, _) = self
            .wake
            .wait_timeout_while(state, COLLECT, |state| state.close_by.is_none())
            .unwrap_or_else(PoisonError::into_inner);
        if state.is_idle() {
            return None;
        }
        mem::swap(&mut state.lines, batch);
        state.told += state.lost;
        Some(mem::take(&mut state.lost))
    }

    /// How many lines have been lost since the start.
    pub(super) fn lost(&self) -> u64 {
        let state = self.lock();
        state.told + state.lost
    }

    /// The end has come: what is left is to be written at once, and not after `by`.
    pub(super) fn close(&self, by: Instant) {
        self.lock().close_by = Some(by);
        self.wake.notify_one();
    }

    /// Whether the time to write what is left has run out.
    pub(super) fn is_over(&self) -> bool {
        let close_by = self.lock().close_by;
        close_by.is_some_and(|by| by <= Instant::now())
    }

    /// A thread that panicked with the lock held has left whole lines: appending is all it did.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    fn taken(queue: &Queue) -> (String, Option<u64>) {
        let mut batch = Vec::new();
        let lost = queue.take(&mut batch);
        (String::from_utf8(batch).unwrap(), lost)
    }

    fn closed(limit: usize) -> Queue {
        let queue = Queue::new(limit);
        queue.close(Instant::now());
        queue
    }

    #[test]
    fn lines_are_taken_together_in_their_order_and_once() {
        let queue = closed(100);
        queue.push(b"a\n");
        queue.push(b"b\n");
        assert_eq!(taken(&queue), ("a\nb\n".into(), Some(0)));
        assert_eq!(taken(&queue), (String::new(), None));
    }

    #[test]
    fn a_line_fits_to_the_last_byte_and_what_does_not_is_counted() {
        let queue = closed(6);
        for line in ["123\n", "45\n", "6\n", "7\n", "\n"] {
            queue.push(line.as_bytes());
        }
        assert_eq!(taken(&queue), ("123\n6\n".into(), Some(3)));
        queue.push(b"after\n");
        assert_eq!(taken(&queue), ("after\n".into(), Some(0)));
        queue.push(b"too long\n");
        assert_eq!(queue.lost(), 4);
    }

    #[test]
    fn the_two_buffers_take_turns() {
        let queue = closed(100);
        let mut batch = Vec::with_capacity(100);
        let mut seen = Vec::new();
        for _ in 0..4 {
            queue.push(b"line\n");
            queue.take(&mut batch);
            seen.push(batch.as_ptr());
            batch.clear();
        }
        assert_ne!(seen[0], seen[1]);
        assert_eq!(seen[..2], seen[2..]);
    }

    #[test]
    fn the_first_line_waits_for_others() {
        let queue = Queue::new(100);
        queue.push(b"a\n");
        let begin = Instant::now();
        assert_eq!(taken(&queue), ("a\n".into(), Some(0)));
        assert!(begin.elapsed() >= COLLECT);
    }

    #[test]
    fn it_is_over_only_when_the_time_to_close_has_passed() {
        let queue = Queue::new(100);
        assert!(!queue.is_over());
        queue.close(Instant::now() + Duration::from_mins(10));
        assert!(!queue.is_over());
        queue.close(Instant::now());
        assert!(queue.is_over());
    }

    /// Appends what is pushed to `queue` until it is closed, and returns how many lines were lost.
    fn drain(queue: &Queue, lines: &mut Vec<u8>) -> u64 {
        let (mut batch, mut all_lost) = (Vec::new(), 0);
        while let Some(lost) = queue.take(&mut batch) {
            lines.append(&mut batch);
            all_lost += lost;
        }
        all_lost
    }

    #[test]
    fn lines_of_many_threads_stay_whole_and_in_order_and_none_goes_missing() {
        const EACH: u64 = 5_000;
        let queue = Queue::new(400);
        let push_all = |thread| {
            for number in 1..=EACH {
                queue.push(format!("{thread} {number}\n").as_bytes());
            }
        };
        let mut lines = Vec::new();
        let lost = thread::scope(|scope| {
            let drain = scope.spawn(|| drain(&queue, &mut lines));
            thread::scope(|scope| {
                for thread in 0..4 {
                    scope.spawn(move || push_all(thread));
                }
            });
            queue.close(Instant::now());
            drain.join().unwrap()
        });

        let (mut latest, mut kept) = ([0; 4], 0);
        for line in str::from_utf8(&lines).unwrap().lines() {
            let (thread, number) = line.split_once(' ').unwrap();
            let latest = &mut latest[thread.parse::<usize>().unwrap()];
            let number = number.parse().unwrap();
            assert!(*latest < number, "{line} after {latest}");
            *latest = number;
            kept += 1;
        }
        assert!(kept > 0 && lost > 0, "kept {kept}, lost {lost}");
        assert_eq!(kept + lost, 4 * EACH);
    }
}
