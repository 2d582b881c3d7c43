//! Which literals occur in a name, where each of them ends first, and where last.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use super::nested::Literal;

/// So many are kept without an allocation. Few names have more.
const FEW: usize = 12;

/// The literals that occur in a name.
#[derive(Default)]
pub(super) struct Seen {
    few: [(Literal, Ends); FEW],
    len: usize,
    /// What does not fit in there.
    more: HashMap<Literal, Ends, BuildHasherDefault<Spread>>,
}

/// Where a literal ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Ends {
    pub(super) first: usize,
    pub(super) last: usize,
}

impl Seen {
    /// Notes that `literal` ends at `place`, which lies behind all that was noted so far. Tells whether it is new.
    pub(super) fn insert(&mut self, literal: Literal, place: usize) -> bool {
        if let Some(ends) = self.get_mut(literal) {
            ends.last = place;
            return false;
        }
        let ends = Ends {
            first: place,
            last: place,
        };
        match self.few.get_mut(self.len) {
            Some(free) => *free = (literal, ends),
            None => drop(self.more.insert(literal, ends)),
        }
        self.len += 1;
        true
    }

    /// Tells of each literal, the greatest first, that its `shorter` one ends where it ends itself.
    ///
    /// Has to be called before the last ends are asked for, where only the longest of the literals that end
    /// at one place were noted again.
    pub(super) fn pass_on(&mut self, shorter: impl Fn(Literal) -> Option<Literal>) {
        let mut literals: Vec<_> = self.literals().collect();
        literals.sort_unstable();
        for literal in literals.into_iter().rev() {
            let last = self.get(literal).map_or(0, |ends| ends.last);
            if let Some(ends) = shorter(literal).and_then(|shorter| self.get_mut(shorter)) {
                ends.last = ends.last.max(last);
            }
        }
    }

    /// Where `literal` ends.
    pub(super) fn get(&self, literal: Literal) -> Option<Ends> {
        let few = &self.few[..self.len.min(FEW)];
        match few.iter().find(|(other, _)| *other == literal) {
            Some((_, ends)) => Some(*ends),
            None => self.more.get(&literal).copied(),
        }
    }

    fn get_mut(&mut self, literal: Literal) -> Option<&mut Ends> {
        let few = &mut self.few[..self.len.min(FEW)];
        match few.iter_mut().find(|(other, _)| *other == literal) {
            Some((_, ends)) => Some(ends),
            None => self.more.get_mut(&literal),
        }
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// All of them, in no order.
    pub(super) fn literals(&self) -> impl Iterator<Item = Literal> {
        let few = self.few[..self.len.min(FEW)].iter();
        let few = few.map(|(literal, _)| *literal);
        few.chain(self.more.keys().copied())
    }
}

/// Hashes the numbers of literals. No sender has a say in these, so nobody can make them collide.
#[derive(Default)]
struct Spread(u64);

impl Hasher for Spread {
    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_usize(usize::from(byte));
        }
    }

    fn write_usize(&mut self, number: usize) {
        // By the golden ratio, after Fibonacci; a map goes by the lowest bits, so the best are moved there.
        let product = (self.0 ^ number as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 = product.rotate_left(32);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_and_last_are_kept_of_few_and_of_many() {
        for count in [1, FEW, FEW + 1, 1_000] {
            let mut seen = Seen::default();
            for place in 0..count {
                assert!(seen.insert(place, place));
            }
            for place in 0..count {
                assert!(!seen.insert(place, place + count));
            }
            assert_eq!(seen.len(), count);
            assert_eq!(seen.get(count), None);
            let mut literals: Vec<_> = seen.literals().collect();
            literals.sort_unstable();
            assert_eq!(literals, (0..count).collect::<Vec<_>>());
            for literal in literals {
                let (first, last) = (literal, literal + count);
                assert_eq!(seen.get(literal), Some(Ends { first, last }));
            }
        }
    }

    #[test]
    fn a_longer_literal_ends_where_the_shorter_ones_do() {
        // 0 is the end of 1, that of 2; 3 stands for itself.
        let mut seen = Seen::default();
        for (literal, place) in [(0, 1), (3, 2), (2, 5), (1, 5), (3, 7), (2, 9)] {
            seen.insert(literal, place);
        }
        seen.pass_on(|literal| [None, Some(0), Some(1), None][literal]);
        let last = [0, 1, 2, 3].map(|literal| seen.get(literal).unwrap().last);
        assert_eq!(last, [9, 9, 9, 7]);
    }
}
