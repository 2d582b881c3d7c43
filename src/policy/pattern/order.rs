//! Whether the literals of globs occur in their order, in one pass over a name for all globs at once.
//!
//! Each glob waits for one literal at a time, and takes it where it first occurs behind the one before: to take it
//! later only leaves less for those after it. So each literal of a glob is waited for once. Literals that nobody
//! waits for cost nothing, wherever they occur.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use super::literals::Literals;
use super::nested::Literal;
use super::uses::Sequence;

/// The first of `globs` whose literals occur in their order in `name`.
pub(super) fn first(
    literals: &Literals,
    sequences: &[Sequence],
    globs: &[usize],
    name: &str,
) -> Option<usize> {
    let mut first = None;
    let mut waiting = Waiting {
        literals,
        sequences,
        due: BinaryHeap::new(),
        by_literal: BTreeMap::new(),
    };
    for &glob in globs {
        waiting.wait(Wait { glob, next: 0 }, 0);
    }
    for (place, longest) in literals.ends(name) {
        waiting.wake(place);
        while let Some(found) = waiting.take(longest) {
            for wait in found {
                if first.is_some_and(|first| first < wait.glob) {
                    // It can't be the answer any more.
                } else if wait.next + 1 == sequences[wait.glob].len() {
                    first = Some(wait.glob);
                } else {
                    let next = wait.next + 1;
                    waiting.wait(Wait { next, ..wait }, place);
                }
            }
        }
    }
    first
}

/// The globs that are still in the race.
struct Waiting<'g> {
    literals: &'g Literals,
    sequences: &'g [Sequence],
    /// Those whose literal could not end before some place, by this place.
    due: BinaryHeap<Reverse<(usize, Wait)>>,
    /// The others, by the literal that they wait for.
    by_literal: BTreeMap<Literal, Vec<Wait>>,
}

/// A glob, and which of its literals it waits for.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Wait {
    glob: usize,
    next: usize,
}

impl Waiting<'_> {
    fn literal(&self, wait: &Wait) -> Literal {
        self.sequences[wait.glob][wait.next]
    }

    /// From now on it waits for a literal that begins at `place` or later.
    fn wait(&mut self, wait: Wait, place: usize) {
        let end = place + self.literals.lengths[self.literal(&wait)];
        self.due.push(Reverse((end, wait)));
    }

    /// Hands over those whose literal may end at `place`.
    fn wake(&mut self, place: usize) {
        let is_due = |due: &BinaryHeap<Reverse<(usize, Wait)>>| {
            due.peek().is_some_and(|Reverse((end, _))| *end <= place)
        };
        while is_due(&self.due)
            && let Some(Reverse((_, wait))) = self.due.pop()
        {
            let literal = self.literal(&wait);
            self.by_literal.entry(literal).or_default().push(wait);
        }
    }

    /// Those that wait for `longest` or a literal that it ends with, unless there are none.
    fn take(&mut self, longest: Literal) -> Option<Vec<Wait>> {
        let literal = self.literals.nested.nearest(longest, &self.by_literal)?;
        self.by_literal.remove(&literal)
    }
}
