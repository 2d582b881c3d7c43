//! Whether each line follows from the one before.

use std::fmt;
use std::mem;

use super::hash::{Hash, Link};
use super::line::Line;

/// The lines of a record, one after another, through all its files.
#[derive(Debug, Default)]
pub struct Chain {
    first: Option<Link>,
    last: Option<Link>,
    /// One that stood where it does not belong, until another follows from it.
    stray: Option<Link>,
    /// Lines that can't be read, since the last that can.
    broken: u64,
}

/// What is wrong with a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finding {
    /// It is not as it was written, or is none of ours.
    Broken,
    /// So many are missing before it.
    Missing(u64),
    /// Its number has been there before.
    Stray,
    /// Its number fits, and it was written behind another line than the one before it.
    Parted,
}

impl Chain {
    /// Takes the next line, without its end, and gives what is wrong with it.
    pub fn take(&mut self, line: &[u8]) -> Option<Finding> {
        let Ok(line) = Line::read(line) else {
            self.broken += 1;
            return Some(Finding::Broken);
        };
        self.follow(line.link, line.previous)
    }

    fn follow(&mut self, link: Link, previous: Hash) -> Option<Finding> {
        let broken = mem::take(&mut self.broken);
        let stray = self.stray.take();
        let is_behind = |last: &Link| (last.number + 1, last.hash) == (link.number, previous);
        let finding = match self.last {
            // What was before may be deleted by now, but nothing was before the first.
            None if link.number == 1 && previous != Hash::default() => Some(Finding::Parted),
            None => None,
            Some(last) if is_behind(&last) || stray.is_some_and(|stray| is_behind(&stray)) => None,
            Some(last) if link.number <= last.number => {
                self.stray = Some(link);
                return Some(Finding::Stray);
            }
            Some(last) => match link.number - last.number - 1 {
                0 => Some(Finding::Parted),
                between if between > broken => Some(Finding::Missing(between - broken)),
                _ => None,
            },
        };
        self.first.get_or_insert(link);
        self.last = Some(link);
        finding
    }

    /// The first line, if there was one.
    #[must_use]
    pub fn first(&self) -> Option<Link> {
        self.first
    }

    /// The last line that is in its place, if there was one.
    #[must_use]
    pub fn last(&self) -> Option<Link> {
        self.last
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Broken => f.write_str("this line was changed, or put in"),
            Self::Missing(1) => f.write_str("a line was taken out before this one"),
            Self::Missing(count) => write!(f, "{count} lines were taken out before this one"),
            Self::Stray => {
                f.write_str("this line was put in, or moved: its number was there before")
            }
            Self::Parted => f.write_str(
                "this line was written behind another one than the one before it: one of the two was exchanged",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::audit::line::tests::{dropped, line};

    /// So many lines, each behind the one before.
    fn lines(count: u64) -> Vec<Vec<u8>> {
        let mut last = Link::default();
        let lines = (0..count).map(|number| {
            let event = dropped(&format!("batch.{number}"), Some(b"{}"));
            let (bytes, own) = line(&last, &event);
            last = own;
            bytes
        });
        lines.collect()
    }

    /// What is found, by the place of the line in the list.
    fn findings(lines: &[Vec<u8>]) -> Vec<(usize, Finding)> {
        let mut chain = Chain::default();
        let found = lines
            .iter()
            .enumerate()
            .filter_map(|(at, line)| Some((at, chain.take(line)?)));
        found.collect()
    }

    #[test]
    fn what_was_done_to_a_record_is_found_where_it_was_done() {
        use Finding::{Broken, Missing, Parted, Stray};
        type Doing = fn(&mut Vec<Vec<u8>>);
        type Found = &'static [(usize, Finding)];
        let table: [(&str, Doing, Found); 14] = [
            ("nothing", |_| (), &[]),
            (
                "all but the last ones gone",
                |lines| drop(lines.drain(..7)),
                &[],
            ),
            ("changed", |lines| lines[4][300] ^= 1, &[(4, Broken)]),
            (
                "the last changed",
                |lines| lines[9][300] ^= 1,
                &[(9, Broken)],
            ),
            (
                "the first changed",
                |lines| lines[0][300] ^= 1,
                &[(0, Broken)],
            ),
            (
                "two changed",
                |lines| {
                    lines[4][300] ^= 1;
                    lines[5][300] ^= 1;
                },
                &[(4, Broken), (5, Broken)],
            ),
            (
                "taken out",
                |lines| drop(lines.remove(4)),
                &[(4, Missing(1))],
            ),
            (
                "three taken out",
                |lines| drop(lines.drain(4..7)),
                &[(4, Missing(3))],
            ),
            (
                "one changed and the next taken out",
                |lines| {
                    lines[4][300] ^= 1;
                    lines.remove(5);
                },
                &[(4, Broken), (5, Missing(1))],
            ),
            (
                "put in",
                |lines| lines.insert(4, b"{}".to_vec()),
                &[(4, Broken)],
            ),
            (
                "twice",
                |lines| {
                    let line = lines[2].clone();
                    lines.insert(4, line);
                },
                &[(4, Stray)],
            ),
            (
                "exchanged by one that is sound in itself",
                |lines| {
                    let last = Line::read(&lines[3]).unwrap().link;
                    lines[4] = line(&last, &dropped("other", None)).0;
                },
                &[(5, Parted)],
            ),
            (
                "another record behind it",
                |lines| {
                    let mut last = Link::default();
                    for _ in 0..12 {
                        let (bytes, own) = line(&last, &dropped("other", None));
                        lines.push(bytes);
                        last = own;
                    }
                },
                &[(10, Stray)],
            ),
            (
                "a first line that is none",
                |lines| {
                    let last = Link {
                        number: 0,
                        hash: Hash::of(b"x"),
                    };
                    lines[0] = line(&last, &dropped("other", None)).0;
                },
                &[(0, Parted), (1, Parted)],
            ),
        ];
        for (what, doing, expected) in table {
            let mut lines = lines(10);
            doing(&mut lines);
            assert_eq!(findings(&lines), expected, "{what}");
        }
    }

    #[test]
    fn lines_that_changed_places_are_found() {
        let mut lines = lines(10);
        lines.swap(4, 5);
        assert_eq!(findings(&lines)[0], (4, Finding::Missing(1)));
    }

    proptest! {
        #[test]
        fn no_line_can_be_changed_taken_out_or_put_in_unseen(
            count in 2_u64..20,
            at in any::<prop::sample::Index>(),
            other in any::<prop::sample::Index>(),
            byte in any::<prop::sample::Index>(),
            bits in 1_u8..,
        ) {
            let whole = lines(count);
            prop_assert_eq!(findings(&whole), []);
            let mut changed = whole.clone();
            let line = &mut changed[at.index(whole.len())];
            let byte = byte.index(line.len());
            line[byte] ^= bits;
            prop_assert!(!findings(&changed).is_empty());
            // The end that is missing shows nowhere but in the number and hash that were told elsewhere.
            let mut less = whole.clone();
            let at = 1 + at.index(whole.len() - 1) - usize::from(whole.len() > 2);
            if at > 0 && at + 1 < less.len() {
                less.remove(at);
                prop_assert!(!findings(&less).is_empty());
            }
            let mut more = whole.clone();
            more.insert(at, whole[other.index(whole.len())].clone());
            prop_assert!(!findings(&more).is_empty());
        }
    }
}
