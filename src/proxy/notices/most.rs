//! Whether one name is more than half of all, and that is news.

use super::tally::Tally;

/// So many are told of within an [`HOUR`], each of them once: who alternates is not told of each time, nor who makes up
/// names.
const TOLD: usize = 4;
/// Seconds.
const HOUR: u64 = 60 * 60;

/// What is asked of a name that is more than half, so that it is told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// That it was less than a quarter of the window before.
    Suddenly,
    /// Nothing more.
    Nothing,
}

/// How names were distributed in one window.
#[derive(Clone, Debug, Default)]
pub struct Share {
    /// How many came in all, those without a name too.
    pub total: u64,
    /// What names they had.
    pub tally: Tally,
}

/// Which name is more than half, from window to window.
#[derive(Debug)]
pub struct Most {
    asked: Asked,
    before: Option<Share>,
    /// The name that became more than half, until it is less than a quarter.
    over: Option<u64>,
    /// Those that were told of, and in which second.
    told: Vec<(u64, u64)>,
}

/// A name that has become more than half.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Risen {
    /// As the log has it.
    pub name: Box<str>,
    /// How often it came, at least.
    pub count: u64,
    /// Of so many.
    pub total: u64,
    /// How many percent it was in the window before, at most; `None` for the first window.
    pub percent_before: Option<u64>,
}

impl Share {
    fn is_less_than_a_quarter(&self, key: u64) -> bool {
        4 * self.tally.at_most(key) < self.total
    }

    fn percent(&self, key: u64) -> u64 {
        (100 * self.tally.at_most(key)).div_ceil(self.total.max(1))
    }
}

impl Most {
    /// None yet.
    #[must_use]
    pub fn new(asked: Asked) -> Self {
        Self {
            asked,
            before: None,
            over: None,
            told: Vec::new(),
        }
    }

    /// What is to be told of one more window, which ends in this second.
    pub fn judge(&mut self, share: Share, now: u64) -> Option<Risen> {
        if self
            .over
            .is_some_and(|over| share.is_less_than_a_quarter(over))
        {
            self.over = None;
        }
        let first = share.tally.first().filter(|kept| {
            let is_most = 2 * kept.count > share.total;
            is_most && self.over != Some(kept.key)
        });
        let risen = first.map(|kept| {
            let risen = Risen {
                name: kept.name.clone(),
                count: kept.count,
                total: share.total,
                percent_before: self.before.as_ref().map(|before| before.percent(kept.key)),
            };
            (kept.key, risen)
        });
        let told = risen.and_then(|(key, risen)| {
            self.over = Some(key);
            (self.is_news(key) && self.may_tell(key, now)).then_some(risen)
        });
        self.before = Some(share);
        told
    }

    fn is_news(&self, key: u64) -> bool {
        match self.asked {
            Asked::Nothing => true,
            Asked::Suddenly => self
                .before
                .as_ref()
                .is_some_and(|before| before.is_less_than_a_quarter(key)),
        }
    }

    fn may_tell(&mut self, key: u64, now: u64) -> bool {
        self.told.retain(|(_, second)| now.abs_diff(*second) < HOUR);
        let is_known = self.told.iter().any(|(told, _)| *told == key);
        let may = !is_known && self.told.len() < TOLD;
        if may {
            self.told.push((key, now));
        }
        may
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Windows<'a> = &'a [&'a [(&'a str, u64)]];

    /// A window of 100, of which so many have each name.
    fn share(names: &[(&str, u64)]) -> Share {
        let mut tally = Tally::default();
        for (name, count) in names {
            let hash = |key: u64, byte| key.wrapping_mul(257).wrapping_add(u64::from(byte));
            let key = name.bytes().fold(0, hash);
            for _ in 0..*count {
                tally.count(key, name);
            }
        }
        Share { total: 100, tally }
    }

    /// What is told of windows that end every so many seconds, each by number and name.
    fn told(asked: Asked, every: u64, windows: Windows<'_>) -> Vec<(usize, String)> {
        let mut most = Most::new(asked);
        let told = windows.iter().enumerate().filter_map(|(number, names)| {
            let risen = most.judge(share(names), every * number as u64)?;
            Some((number, risen.name.into()))
        });
        told.collect()
    }

    #[test]
    fn what_is_told() {
        use Asked::{Nothing, Suddenly};
        let b = |number: usize| (number, "b".to_owned());
        let [low, edge, some, half, most] = [0, 24, 25, 50, 51].map(|count| [("b", count)]);
        let table: &[(Asked, Windows<'_>, Vec<_>)] = &[
            // How it is from the start is no change, and a rule that drops most is told of all the same.
            (Suddenly, &[&most, &most], vec![]),
            (Nothing, &[&most, &most], vec![b(0)]),
            (Suddenly, &[&low, &most], vec![b(1)]),
            (Suddenly, &[&edge, &most], vec![b(1)]),
            (Nothing, &[&some, &half, &most], vec![b(2)]),
            // It came slowly.
            (Suddenly, &[&some, &most], vec![]),
            (Suddenly, &[&low, &half, &most], vec![]),
            // Around the half nothing is said twice, and what was less than a quarter rises anew.
            (
                Suddenly,
                &[&low, &most, &half, &most, &some, &most],
                vec![b(1)],
            ),
            (Suddenly, &[&low, &most, &edge, &most], vec![b(1), b(3)]),
            (Nothing, &[&most, &edge, &most], vec![b(0), b(2)]),
        ];
        for (asked, windows, expected) in table {
            assert_eq!(
                &told(*asked, HOUR, windows),
                expected,
                "{asked:?} {windows:?}"
            );
        }
    }

    #[test]
    fn one_is_told_of_once_an_hour_and_no_more_than_four_are() {
        let (a, b): (&[_], &[_]) = (&[("a", 60)], &[("b", 60)]);
        let alternating: Vec<_> = (0..120).map(|n| if n % 2 == 0 { a } else { b }).collect();
        let expected = [(1, "b".to_owned()), (2, "a".to_owned())];
        let of_an_hour = &alternating[..60];
        assert_eq!(told(Asked::Suddenly, 60, of_an_hour), expected);
        let names: Vec<_> = (0..61).map(|number| format!("made up {number}")).collect();
        let made_up: Vec<_> = names.iter().map(|name| [(&**name, 90)]).collect();
        let windows: Vec<&[_]> = made_up.iter().map(|names| &names[..]).collect();
        let numbers: Vec<_> = told(Asked::Suddenly, 60, &windows)
            .into_iter()
            .map(|(number, _)| number)
            .collect();
        assert_eq!(numbers, [1, 2, 3, 4]);
    }

    #[test]
    fn it_is_told_by_how_much() {
        let mut most = Most::new(Asked::Suddenly);
        most.judge(share(&[("a", 90), ("b", 3)]), 0);
        let risen = most.judge(share(&[("a", 20), ("b", 75)]), 60);
        let expected = Risen {
            name: "b".into(),
            count: 75,
            total: 100,
            percent_before: Some(3),
        };
        assert_eq!(risen, Some(expected));
    }
}
