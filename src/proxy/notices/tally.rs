//! Which of many names come most, in memory for a few.
//!
//! By Misra and Gries: of what is counted a few names are kept, and where there are more, each of those kept loses one. A
//! name is never counted for more than it came, and never for less by more than [`Tally::at_most`] allows.

/// As many names are kept: enough that what is left out of a name's count stays under a seventeenth of all.
const KEPT: usize = 16;

/// How often names came, about.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    kept: Vec<Kept>,
    /// By how much a count may be too small.
    missed: u64,
}

/// A name, and how often it came at least.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Its hash, by which it is known.
    pub key: u64,
    /// As the log has it.
    pub name: Box<str>,
    /// At least so often it came.
    pub count: u64,
}

impl Tally {
    /// One more of this name.
    pub fn count(&mut self, key: u64, name: &str) {
        if let Some(known) = self.kept.iter_mut().find(|kept| kept.key == key) {
            known.count += 1;
        } else if self.kept.len() < KEPT {
            let name = name.into();
            self.kept.push(Kept {
                key,
                name,
                count: 1,
            });
        } else {
            self.lose(1);
        }
    }

    /// These and others.
    #[must_use]
    pub fn and(mut self, others: Self) -> Self {
        for other in others.kept {
            match self.kept.iter_mut().find(|kept| kept.key == other.key) {
                Some(known) => known.count += other.count,
                None => self.kept.push(other),
            }
        }
        self.missed += others.missed;
        self.kept.sort_by_key(|kept| std::cmp::Reverse(kept.count));
        if let Some(first_out) = self.kept.get(KEPT) {
            self.lose(first_out.count);
        }
        self
    }

    /// As often at most this name came.
    #[must_use]
    pub fn at_most(&self, key: u64) -> u64 {
        let known = self.kept.iter().find(|kept| kept.key == key);
        known.map_or(0, |kept| kept.count) + self.missed
    }

    /// The name that came most.
    #[must_use]
    pub fn first(&self) -> Option<&Kept> {
        self.kept.iter().max_by_key(|kept| kept.count)
    }

    fn lose(&mut self, count: u64) {
        self.missed += count;
        self.kept.retain_mut(|kept| {
            kept.count = kept.count.saturating_sub(count);
            kept.count > 0
        });
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn tally(keys: &[u64]) -> Tally {
        let mut tally = Tally::default();
        for &key in keys {
            tally.count(key, &key.to_string());
        }
        tally
    }

    #[test]
    fn a_few_names_are_counted_exactly() {
        let keys: Vec<_> = (0..100).map(|n| n % 16).collect();
        let tally = tally(&keys).and(tally(&[3; 50]));
        let first = tally.first().expect("there are names");
        assert_eq!((first.key, &*first.name, first.count), (3, "3", 57));
        assert_eq!((tally.at_most(3), tally.at_most(99)), (57, 0));
    }

    #[test]
    fn what_is_more_than_half_is_first_whatever_else_comes() {
        let mut keys: Vec<_> = (100..1_099).collect();
        keys.extend([7; 1_000]);
        let tally = tally(&keys);
        let first = tally.first().expect("there are names");
        assert!(first.key == 7 && first.count >= 1_000 - 1_999 / 17);
        assert!(tally.at_most(7) >= 1_000 && tally.kept.len() <= KEPT);
    }

    proptest! {
        #[test]
        fn no_count_is_too_large_and_none_is_too_small_by_more_than_is_told(
            shares in prop::collection::vec(prop::collection::vec(0_u64..40, 0..300), 0..5),
        ) {
            let tallies = shares.iter().map(|keys| tally(keys));
            let all = tallies.fold(Tally::default(), Tally::and);
            let total: usize = shares.iter().map(Vec::len).sum();
            prop_assert!(all.kept.len() <= KEPT);
            prop_assert!(all.missed <= total as u64 / (KEPT as u64 + 1));
            for key in 0..40 {
                let came = shares.iter().flatten().filter(|&&other| other == key).count() as u64;
                let kept = all.kept.iter().find(|kept| kept.key == key);
                prop_assert!(kept.is_none_or(|kept| kept.count <= came));
                prop_assert!(all.at_most(key) >= came);
            }
        }
    }
}
