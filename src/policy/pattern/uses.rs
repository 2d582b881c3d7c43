//! What a literal that occurs in a name says about globs.

use std::cmp::Reverse;

use super::literals::Literals;
use super::nested::Literal;

/// The literals of a glob in their order, at least one.
pub(super) type Sequence = Box<[Literal]>;

/// What one literal says, by its number.
#[derive(Clone)]
pub(super) struct Uses(Vec<Use>);

#[derive(Clone, Default)]
struct Use {
    alone: Option<usize>,
    among_others: Option<Literal>,
    rarest_of: Vec<(Literal, usize)>,
}

impl Uses {
    /// Of the globs with these sequences.
    pub(super) fn new(literals: &Literals, sequences: &[Sequence]) -> Self {
        let mut uses = vec![Use::default(); literals.lengths.len()];
        let mut shared_by = vec![0; uses.len()];
        for (glob, sequence) in sequences.iter().enumerate() {
            if let [literal] = sequence[..] {
                uses[literal].alone.get_or_insert(glob);
                continue;
            }
            for &literal in sequence {
                uses[literal].among_others = Some(literal);
                shared_by[literal] += 1;
            }
        }
        for (glob, sequence) in sequences.iter().enumerate() {
            let mut rarest = sequence.to_vec();
            rarest.sort_by_key(|&literal| {
                let len = literals.lengths[literal];
                (shared_by[literal], Reverse(len))
            });
            if let [rarest, second, ..] = rarest[..] {
                uses[rarest].rarest_of.push((second, glob));
            }
        }
        for literal in 0..uses.len() {
            uses[literal].rarest_of.sort_unstable();
            // The numbers of those on the chain are smaller, so they have been here.
            if let Some(parent) = literals.nested.parent(literal) {
                let Use {
                    alone,
                    among_others,
                    ..
                } = uses[parent];
                let all = uses[literal].alone.into_iter().chain(alone);
                uses[literal].alone = all.min();
                uses[literal].among_others = uses[literal].among_others.or(among_others);
            }
        }
        Self(uses)
    }

    /// The first glob that is one literal, on the chain of this one: it matches where this one occurs.
    pub(super) fn alone(&self, literal: Literal) -> Option<usize> {
        self.0[literal].alone
    }

    /// The first literal on the chain of this one that is in a sequence of several.
    pub(super) fn among_others(&self, literal: Literal) -> Option<Literal> {
        self.0[literal].among_others
    }

    /// The globs of several literals of which this one is in the fewest others, with the literal that is in the
    /// fewest after it; sorted by the latter.
    ///
    /// Where a literal is in all globs, as `a` in `*a*1*`, `*a*2*` …, nothing is to be done for it.
    pub(super) fn rarest_of(&self, literal: Literal) -> &[(Literal, usize)] {
        &self.0[literal].rarest_of
    }
}
