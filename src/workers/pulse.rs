//! Whether the workers are alive: whether the runtime of each still turns.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::watch;

/// Asks all workers at once. Each answers from within the runtime that serves its connections, so one that hangs
/// answers no more, and neither does one that has ended. Between two questions none of them does anything.
#[derive(Debug)]
pub struct Pulse {
    question: watch::Sender<u64>,
    answers: Arc<[AtomicU64]>,
}

/// One worker, as it answers.
#[derive(Debug)]
pub struct Answering {
    question: watch::Receiver<u64>,
    answers: Arc<[AtomicU64]>,
    number: usize,
}

impl Pulse {
    /// For so many workers.
    #[must_use]
    pub fn of(workers: usize) -> Self {
        Self {
            question: watch::Sender::new(0),
            answers: (0..workers).map(|_| AtomicU64::new(0)).collect(),
        }
    }

    /// What worker `number` answers with, to be run within its runtime.
    #[must_use]
    pub fn answering(&self, number: usize) -> Answering {
        Answering {
            question: self.question.subscribe(),
            answers: self.answers.clone(),
            number,
        }
    }

    /// Asks all of them.
    pub fn ask(&self) {
        self.question.send_modify(|question| *question += 1);
    }

    /// Those that have not answered what was asked last, by their numbers.
    pub fn silent(&self) -> impl Iterator<Item = usize> {
        let question = *self.question.borrow();
        let answers = self.answers.iter().enumerate();
        answers.filter_map(move |(number, answer)| {
            (answer.load(Ordering::Relaxed) != question).then_some(number)
        })
    }
}

impl Answering {
    /// Answers until nobody can ask any more.
    pub async fn run(mut self) {
        while self.question.changed().await.is_ok() {
            let question = *self.question.borrow_and_update();
            self.answers[self.number].store(question, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::thread;
    use std::time::{Duration, Instant};

    use tokio::runtime::Builder;

    use super::*;

    fn wait_until(is_true: impl Fn() -> bool) {
        let begun = Instant::now();
        while !is_true() {
            assert!(begun.elapsed() < Duration::from_secs(20), "in vain");
            thread::sleep(Duration::from_millis(1));
        }
    }

    /// A worker whose runtime does what it is told, which may be to hang.
    fn worker(
        answering: Answering,
    ) -> (
        tokio::sync::mpsc::UnboundedSender<Hang>,
        thread::JoinHandle<()>,
    ) {
        let (tell, mut told) = tokio::sync::mpsc::unbounded_channel::<Hang>();
        let thread = thread::spawn(move || {
            let runtime = Builder::new_current_thread().build().unwrap();
            runtime.block_on(async {
                tokio::spawn(answering.run());
                while let Some(hang) = told.recv().await {
                    let _ = hang.recv();
                }
            });
        });
        (tell, thread)
    }

    /// Until when to hang.
    type Hang = mpsc::Receiver<()>;

    #[test]
    fn a_worker_that_hangs_is_silent_until_it_turns_and_one_that_ended_for_ever() {
        let pulse = Pulse::of(2);
        let (first, _) = worker(pulse.answering(0));
        let (second, ended) = worker(pulse.answering(1));
        let silent = || pulse.silent().collect::<Vec<_>>();
        assert!(silent().is_empty(), "nobody was asked");
        pulse.ask();
        wait_until(|| silent().is_empty());

        let (go_on, hang) = mpsc::channel();
        first.send(hang).unwrap();
        // Whichever comes first: it answers once at most, and then hangs.
        pulse.ask();
        wait_until(|| !silent().contains(&1));
        pulse.ask();
        wait_until(|| silent() == [0]);
        go_on.send(()).unwrap();
        wait_until(|| silent().is_empty());

        drop(second);
        ended.join().unwrap();
        pulse.ask();
        wait_until(|| silent() == [1]);
    }
}
