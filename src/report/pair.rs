//! How often one type came by one route, and what became of it.

use std::time::SystemTime;

use super::record::Record;
use super::verdict::Verdict;
use crate::telemetry::cut;

/// How many verdicts with a rule are told apart of each pair, and how many failures.
const MOST_OF_A_PAIR: usize = 16;

/// What came of one type by one route.
#[derive(Clone, Debug)]
pub struct Pair {
    /// How many there were, the first and the last of them.
    pub counted: Counted,
    /// What became of them.
    pub cases: Vec<Case>,
    /// How many are in none of these, since there were more of them than are told apart.
    pub other_cases: u64,
    /// Those whose sender was not told 2xx, of all cases.
    pub failures: Vec<Failure>,
    /// How many are in none of these.
    pub other_failures: u64,
}

/// How many, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    /// How many there were.
    pub count: u64,
    /// When the line of the first was written.
    pub first: SystemTime,
    /// When that of the last was.
    pub last: SystemTime,
}

/// What became of some events of one type, and by which rule.
#[derive(Clone, Debug)]
pub struct Case {
    /// What became of them.
    pub verdict: Verdict,
    /// The rule that decided, as the log has it.
    pub rule: Option<Box<str>>,
    /// How many there were, the first and the last of them.
    pub counted: Counted,
}

/// Events whose sender was not told 2xx.
#[derive(Clone, Debug)]
pub struct Failure {
    /// What the sender was told.
    pub status: Option<u16>,
    /// What went wrong; none where the endpoint gave that answer itself.
    pub error: Option<Box<str>>,
    /// How many there were.
    pub count: u64,
}

impl Pair {
    /// None yet.
    pub(super) fn none(time: SystemTime) -> Self {
        Self {
            counted: Counted::none(time),
            cases: Vec::with_capacity(1),
            other_cases: 0,
            failures: Vec::new(),
            other_failures: 0,
        }
    }

    /// Counts an event.
    pub(super) fn add(&mut self, record: &Record<'_>) {
        self.counted.add(record.time);
        self.add_case(record);
        let is_told_2xx = record
            .status
            .is_some_and(|status| (200..300).contains(&status));
        if !is_told_2xx {
            self.add_failure(record);
        }
    }

    fn add_case(&mut self, record: &Record<'_>) {
        let rule = record.rule.as_deref().map(cut);
        let is_meant = |case: &&mut Case| {
            case.verdict == record.verdict && case.rule.as_deref() == rule.as_deref()
        };
        if let Some(case) = self.cases.iter_mut().find(is_meant) {
            case.counted.add(record.time);
        } else if self.cases.len() < MOST_OF_A_PAIR {
            let mut counted = Counted::none(record.time);
            counted.add(record.time);
            self.cases.push(Case {
                verdict: record.verdict,
                rule: rule.as_deref().map(Into::into),
                counted,
            });
        } else {
            self.other_cases += 1;
        }
    }

    fn add_failure(&mut self, record: &Record<'_>) {
        let error = record.error.as_deref().map(cut);
        let is_meant = |failure: &&mut Failure| {
            failure.status == record.status && failure.error.as_deref() == error.as_deref()
        };
        if let Some(failure) = self.failures.iter_mut().find(is_meant) {
            failure.count += 1;
        } else if self.failures.len() < MOST_OF_A_PAIR {
            self.failures.push(Failure {
                status: record.status,
                error: error.as_deref().map(Into::into),
                count: 1,
            });
        } else {
            self.other_failures += 1;
        }
    }
}

impl Counted {
    fn none(time: SystemTime) -> Self {
        Self {
            count: 0,
            first: time,
            last: time,
        }
    }

    fn add(&mut self, time: SystemTime) {
        self.count += 1;
        self.first = self.first.min(time);
        self.last = self.last.max(time);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beyond_so_many_rules_and_failures_of_a_pair_they_are_counted_together() {
        let numbers: Vec<_> = (0..40).map(|number| number.to_string()).collect();
        let mut a = Pair::none(SystemTime::UNIX_EPOCH);
        for number in &numbers {
            a.add(&Record {
                time: SystemTime::UNIX_EPOCH,
                route: None,
                name: Some("a".into()),
                verdict: Verdict::Fail,
                rule: Some(number.into()),
                status: Some(502),
                bytes: 9,
                error: Some(number.into()),
            });
        }
        assert_eq!((a.cases.len(), a.other_cases), (16, 24));
        assert_eq!((a.failures.len(), a.other_failures), (16, 24));
        assert_eq!(a.counted.count, 40);
    }
}
