//! How often each type came by each route, and what became of it.

use std::collections::HashMap;
use std::time::SystemTime;

use super::Subject;
use super::pair::Pair;
use super::record::Record;

/// How many pairs of a route and a type are told apart, those of the first lines that have any.
///
/// A report of so many takes 80 MB, and 140 MB where each type has 200 bytes and an error. Senders have tens of types;
/// a stranger who makes them up has as many as they like.
pub const MOST_PAIRS: usize = 100_000;

/// What came, by route and type.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// Lines on events.
    pub events: u64,
    /// Other lines of hooksieve's, as `ready`.
    pub others: u64,
    /// Lines that say nothing here.
    pub skipped: Skipped,
    /// Of the events, those of pairs beyond [`MOST_PAIRS`].
    pub left_out: u64,
    /// When the first and the last line on an event were written.
    pub span: Option<(SystemTime, SystemTime)>,
    /// What was under no route.
    pub top: Route,
    /// What was under each, by its path as in the file.
    pub routes: HashMap<Box<str>, Route>,
    pairs: usize,
}

/// Lines that say nothing here, by what they are.
#[derive(Clone, Debug, Default)]
pub struct Skipped {
    /// hooksieve's, as text.
    pub text: u64,
    /// Not hooksieve's, or broken.
    pub foreign: u64,
    /// At the end of a log, without an end of their own.
    pub broken_off: u64,
}

/// What came by one route.
#[derive(Clone, Debug, Default)]
pub struct Route {
    types: HashMap<Box<str>, Pair>,
    others: HashMap<Subject<'static>, Pair>,
}

impl Tally {
    /// Counts an event.
    pub(super) fn add(&mut self, record: &Record<'_>) {
        self.events += 1;
        let time = record.time;
        let (first, last) = self.span.get_or_insert((time, time));
        (*first, *last) = ((*first).min(time), (*last).max(time));

        let subject = record.subject();
        let route = match record.route.as_deref() {
            None => Some(&mut self.top),
            Some(path) => self.routes.get_mut(path),
        };
        if let Some(pair) = route.and_then(|route| route.find(subject)) {
            pair.add(record);
        } else if self.pairs < MOST_PAIRS {
            self.pairs += 1;
            let route = match record.route.as_deref() {
                None => &mut self.top,
                Some(path) => self.routes.entry(path.into()).or_default(),
            };
            route.insert(subject, time).add(record);
        } else {
            self.left_out += 1;
        }
    }
}

impl Route {
    /// All that came by it, in no order.
    pub fn iter(&self) -> impl Iterator<Item = (Subject<'_>, &Pair)> {
        let types = self.types.iter();
        let types = types.map(|(name, pair)| (Subject::Type(name), pair));
        let others = self.others.iter();
        types.chain(others.map(|(subject, pair)| (*subject, pair)))
    }

    /// How many events came by it.
    #[must_use]
    pub fn events(&self) -> u64 {
        self.iter().map(|(_, pair)| pair.counted.count).sum()
    }

    fn find(&mut self, subject: Subject<'_>) -> Option<&mut Pair> {
        match other(subject) {
            Err(name) => self.types.get_mut(name),
            Ok(other) => self.others.get_mut(&other),
        }
    }

    fn insert(&mut self, subject: Subject<'_>, time: SystemTime) -> &mut Pair {
        let pair = Pair::none(time);
        match other(subject) {
            Err(name) => self.types.entry(name.into()).or_insert(pair),
            Ok(other) => self.others.entry(other).or_insert(pair),
        }
    }
}

/// What is not a type, or the type.
fn other(subject: Subject<'_>) -> Result<Subject<'static>, &str> {
    match subject {
        Subject::Type(name) => Err(name),
        Subject::Untyped => Ok(Subject::Untyped),
        Subject::Unreadable => Ok(Subject::Unreadable),
        Subject::Bodiless => Ok(Subject::Bodiless),
        Subject::Unjudged => Ok(Subject::Unjudged),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::pair::Counted;
    use super::super::verdict::Verdict;
    use super::*;

    fn record(name: &str, at: u64) -> Record<'_> {
        Record {
            time: SystemTime::UNIX_EPOCH + Duration::from_secs(at),
            route: None,
            name: Some(name.into()),
            verdict: Verdict::Forward,
            rule: None,
            status: Some(200),
            bytes: 9,
            error: None,
        }
    }

    fn tally<'a>(records: impl IntoIterator<Item = Record<'a>>) -> Tally {
        let mut tally = Tally::default();
        for record in records {
            tally.add(&record);
        }
        tally
    }

    fn pair<'t>(tally: &'t Tally, name: &str) -> &'t Pair {
        &tally.top.types[name]
    }

    #[test]
    fn what_is_the_same_is_counted_and_the_rest_told_apart() {
        let dropped = |at| Record {
            verdict: Verdict::Drop,
            rule: Some("deny \"a\"".into()),
            ..record("a", at)
        };
        let failed = |status, error: Option<&'static str>| Record {
            status,
            error: error.map(Into::into),
            ..record("b", 5)
        };
        let routed = Record {
            route: Some("/x".into()),
            ..record("a", 1)
        };
        let tally = tally([
            record("a", 7),
            record("a", 3),
            dropped(9),
            dropped(4),
            record("b", 5),
            failed(Some(500), None),
            failed(Some(502), Some("refused")),
            failed(Some(502), Some("refused")),
            failed(None, None),
            routed,
        ]);
        assert_eq!(tally.events, 10);
        let at = |seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        assert_eq!(tally.span, Some((at(1), at(9))));
        let a = pair(&tally, "a");
        let counted = |count, first, last| Counted {
            count,
            first: at(first),
            last: at(last),
        };
        assert_eq!(a.counted, counted(4, 3, 9));
        let cases: Vec<_> = a
            .cases
            .iter()
            .map(|case| (case.verdict, case.counted))
            .collect();
        let expected = [
            (Verdict::Forward, counted(2, 3, 7)),
            (Verdict::Drop, counted(2, 4, 9)),
        ];
        assert_eq!(cases, expected);
        let failures: Vec<_> = pair(&tally, "b")
            .failures
            .iter()
            .map(|failure| (failure.status, failure.error.as_deref(), failure.count))
            .collect();
        let expected = [
            (Some(500), None, 1),
            (Some(502), Some("refused"), 2),
            (None, None, 1),
        ];
        assert_eq!(failures, expected);
        assert_eq!(tally.routes["/x"].events(), 1);
        assert_eq!(tally.top.events(), 9);
    }

    #[test]
    fn beyond_so_many_pairs_events_are_counted_and_left_out() {
        let names: Vec<_> = (0..MOST_PAIRS + 2)
            .map(|number| number.to_string())
            .collect();
        let mut tally = tally(names.iter().map(|name| record(name, 1)));
        assert_eq!((tally.left_out, tally.top.types.len()), (2, MOST_PAIRS));
        tally.add(&record("0", 1));
        let elsewhere = Record {
            route: Some("/x".into()),
            ..record("0", 1)
        };
        tally.add(&elsewhere);
        assert_eq!((tally.left_out, tally.routes.len()), (3, 0));
        assert_eq!(tally.top.events() + tally.left_out, tally.events);
    }
}
