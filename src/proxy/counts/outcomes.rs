//! What became of how many requests.

use std::sync::atomic::{AtomicU64, Ordering};

use super::Outcome;

/// Counters, one for each [`Outcome`].
#[derive(Debug, Default)]
pub struct Outcomes([AtomicU64; Outcome::ALL.len()]);

/// What they were at some moment, or several together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totalled([u64; Outcome::ALL.len()]);

impl Outcomes {
    /// One more.
    pub fn count(&self, outcome: Outcome) {
        self.0[outcome.number()].fetch_add(1, Ordering::Relaxed);
    }

    /// None any more.
    pub fn clear(&self) {
        for counter in &self.0 {
            counter.store(0, Ordering::Relaxed);
        }
    }
}

impl Totalled {
    /// All of these together.
    pub fn of<'a>(all: impl Iterator<Item = &'a Outcomes>) -> Self {
        let mut total = Self::default();
        for outcomes in all {
            for (total, counter) in total.0.iter_mut().zip(&outcomes.0) {
                *total += counter.load(Ordering::Relaxed);
            }
        }
        total
    }

    /// By what became of them, as the log has it: each verdict once, those that did not occur too.
    #[must_use]
    pub fn by_verdict(&self) -> Vec<(&'static str, u64)> {
        let mut by_verdict: Vec<(&'static str, u64)> = Vec::with_capacity(self.0.len());
        for (outcome, count) in Outcome::ALL.iter().zip(self.0) {
            let verdict = outcome.verdict();
            match by_verdict.iter_mut().find(|(known, _)| *known == verdict) {
                Some((_, total)) => *total += count,
                None => by_verdict.push((verdict, count)),
            }
        }
        by_verdict
    }

    /// How many in all.
    #[must_use]
    pub fn sum(&self) -> u64 {
        self.0.iter().sum()
    }

    /// How many of them are these.
    #[must_use]
    pub fn of_those(&self, is_meant: impl Fn(Outcome) -> bool) -> u64 {
        let all = Outcome::ALL.into_iter().zip(self.0);
        all.filter(|(outcome, _)| is_meant(*outcome))
            .map(|(_, count)| count)
            .sum()
    }
}

impl Outcome {
    /// Each of them, in the order in which they are shown.
    pub const ALL: [Self; 10] = [
        Self::Forwarded,
        Self::Dropped,
        Self::Rejected,
        Self::WouldDrop,
        Self::WouldReject,
        Self::Refused,
        Self::Answered,
        Self::SenderFailed,
        Self::Failed,
        Self::Abandoned,
    ];

    /// Its place among [all](Self::ALL).
    #[must_use]
    pub fn number(self) -> usize {
        match self {
            Self::Forwarded => 0,
            Self::Dropped => 1,
            Self::Rejected => 2,
            Self::WouldDrop => 3,
            Self::WouldReject => 4,
            Self::Refused => 5,
            Self::Answered => 6,
            Self::SenderFailed => 7,
            Self::Failed => 8,
            Self::Abandoned => 9,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_its_place() {
        for (number, outcome) in Outcome::ALL.into_iter().enumerate() {
            assert_eq!(outcome.number(), number, "{outcome:?}");
        }
    }

    #[test]
    fn what_the_log_calls_the_same_is_one() {
        let outcomes = Outcomes::default();
        for outcome in Outcome::ALL {
            outcomes.count(outcome);
        }
        let total = Totalled::of([&outcomes, &outcomes].into_iter());
        let by_verdict = total.by_verdict();
        assert_eq!(by_verdict.len(), 9);
        assert!(by_verdict.contains(&("fail", 4)) && by_verdict.contains(&("would drop", 2)));
        assert_eq!(total.sum(), 20);
        outcomes.clear();
        assert_eq!(Totalled::of([&outcomes].into_iter()).sum(), 0);
    }
}
