//! How many events may be on reused connections at once, and when none may.

use std::time::{Duration, Instant};

/// Events on reused connections at once from which on the upstream is trusted without a limit.
const TRUSTED: u32 = 16;
/// Answers on reused connections that allow one more at a time. An upstream that closes one in ten of its
/// connections as a request arrives is found out with a window of one or two, not of ten.
const ANSWERS_PER_STEP: u32 = 4;
/// How long a connection must have been silent while trust is being earned: longer than a close takes to follow an
/// answer, and short enough that a busy proxy has earned it within some tens of milliseconds.
pub const SETTLED: Duration = Duration::from_millis(2);

/// A window that grows with answers, much as TCP's.
#[derive(Debug)]
pub struct Trust {
    /// How many events may be on reused connections at once.
    window: u32,
    /// How many are.
    out: u32,
    /// Answers since the window last grew.
    answers: u32,
}

impl Default for Trust {
    fn default() -> Self {
        Self {
            window: 1,
            out: 0,
            answers: 0,
        }
    }
}

impl Trust {
    /// Whether there is a limit no more.
    pub fn is_full(&self) -> bool {
        self.window >= TRUSTED
    }

    /// Lets one more event use an idle connection, if that many may, and says how long the connection must have
    /// been silent.
    pub fn lend(&mut self) -> Option<Duration> {
        if !self.is_full() && self.out >= self.window {
            return None;
        }
        self.out += 1;
        Some(if self.is_full() {
            Duration::ZERO
        } else {
            SETTLED
        })
    }

    /// An event uses its connection no more.
    pub fn give_back(&mut self) {
        self.out -= 1;
    }

    /// How many idle connections are worth keeping. Only so many may be used: to keep others would fill up an
    /// upstream that has a limit, and make it close some.
    pub fn worth_keeping(&self) -> usize {
        if self.is_full() {
            usize::MAX
        } else {
            self.window as usize
        }
    }

    /// A reused connection brought an answer.
    pub fn grow(&mut self) {
        if !self.is_full() {
            self.answers += 1;
            if self.answers >= ANSWERS_PER_STEP {
                self.answers = 0;
                self.window += 1;
            }
        }
    }

    /// Must be earned anew.
    pub fn lose(&mut self) {
        self.window = 1;
        self.answers = 0;
    }
}

/// A time in which no connection is reused; the next one is twice as long.
#[derive(Debug)]
pub struct Suspension {
    first: Duration,
    longest: Duration,
    next: Duration,
    until: Option<Instant>,
}

impl Suspension {
    /// None yet.
    pub fn new(first: Duration, longest: Duration) -> Self {
        Self {
            first,
            longest,
            next: first,
            until: None,
        }
    }

    /// Whether it is on.
    pub fn is_on(&self, now: Instant) -> bool {
        self.until.is_some_and(|until| now < until)
    }

    /// Begins, unless it is on, and says how long it will be.
    pub fn begin(&mut self, now: Instant) -> Option<Duration> {
        if self.is_on(now) {
            return None;
        }
        let time = self.next;
        self.until = Some(now + time);
        self.next = (time * 2).min(self.longest);
        Some(time)
    }

    /// The next one is as short as the first.
    pub fn forget(&mut self) {
        self.next = self.first;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(trust: &mut Trust, times: u32) {
        for _ in 0..times {
            trust.lend().expect("one may");
            trust.grow();
            trust.give_back();
        }
    }

    #[test]
    fn it_grows_by_one_with_every_few_answers() {
        let mut trust = Trust::default();
        assert_eq!(trust.lend(), Some(SETTLED));
        assert_eq!(trust.lend(), None, "a second one may not");
        assert_eq!(trust.worth_keeping(), 1);
        trust.give_back();

        answer(&mut trust, ANSWERS_PER_STEP);
        assert!(trust.lend().is_some() && trust.lend().is_some() && trust.lend().is_none());
        assert_eq!(trust.worth_keeping(), 2);
        trust.give_back();
        trust.give_back();

        answer(&mut trust, ANSWERS_PER_STEP * TRUSTED);
        assert!((0..1000).all(|_| trust.lend() == Some(Duration::ZERO)));
        assert!(trust.worth_keeping() >= 1000);

        trust.lose();
        assert_eq!(trust.worth_keeping(), 1);
    }

    #[test]
    fn a_suspension_is_twice_as_long_as_the_one_before_up_to_the_longest() {
        let second = Duration::from_secs(1);
        let mut suspension = Suspension::new(second, second * 5);
        let mut now = Instant::now();
        for seconds in [1, 2, 4, 5, 5] {
            assert_eq!(suspension.begin(now), Some(second * seconds));
            assert_eq!(suspension.begin(now), None, "one is on");
            now += second * seconds;
            assert!(!suspension.is_on(now));
            assert!(suspension.is_on(now.checked_sub(second / 2).expect("it is later")));
        }
        suspension.forget();
        assert_eq!(suspension.begin(now), Some(second));
    }
}
