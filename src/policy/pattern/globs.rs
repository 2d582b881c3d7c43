//! Patterns with stars anywhere, none of which is tried for itself.
//!
//! A glob is a sequence of literals, of which the first may have to begin the name and the last to end it. It
//! matches a name in which they occur in this order without overlapping. One pass over the name finds all literals
//! of all globs, and where each ends first and last. With that is decided
//!
//! - a glob of one literal, as `*.draft` or `*test*`: its literal occurs or not;
//! - a glob of two, as `invoice.*.draft`: the second ends last where there is room for it behind the first;
//! - nearly every glob of more, most of which lack a literal. The others take one more pass, together.
//!
//! # What it costs
//!
//! Time is linear in the length of the name, whatever the globs are. To this come the globs of several literals
//! whose two rarest both occur: at worst a logarithmic time for each of their literals. How many these are
//! depends on what is in the name, and hardly on how long the list is unless every combination is in it.

use std::sync::Arc;

use memchr::memmem;

use super::literals::{BEGIN, END, Literals};
use super::nested::Literal;
use super::order;
use super::seen::{Ends, Seen};
use super::uses::{Sequence, Uses};

/// So many globs are tried one by one sooner than a pass for all is set up.
const FEW: usize = 4;

/// Globs, compiled.
#[derive(Clone)]
pub(super) struct Globs {
    /// As written, also in their order.
    texts: Vec<Arc<str>>,
    sequences: Vec<Sequence>,
    literals: Literals,
    uses: Uses,
}

impl Globs {
    /// Compiles `texts`, each of which has a star in it and something else.
    pub(super) fn new(texts: Vec<Arc<str>>) -> Self {
        let mut distinct: Vec<Vec<u8>> = texts.iter().flat_map(|text| literals_of(text)).collect();
        distinct.sort_unstable();
        distinct.dedup();
        let (literals, numbers) = Literals::new(&distinct);
        let number = |literal| {
            let at = distinct.binary_search(&literal);
            numbers[at.expect("it has those of all globs")]
        };
        let sequence = |text: &Arc<str>| literals_of(text).map(number).collect();
        let sequences: Vec<Sequence> = texts.iter().map(sequence).collect();
        Self {
            uses: Uses::new(&literals, &sequences),
            texts,
            sequences,
            literals,
        }
    }

    /// The first glob that matches `name`.
    pub(super) fn find(&self, name: &str) -> Option<&str> {
        let mut alone = None;
        let mut seen = Seen::default();
        self.literals.ends(name).for_each(|(place, longest)| {
            alone = first(alone, self.uses.alone(longest));
            let mut next = self.uses.among_others(longest);
            // With a literal, those on its chain have been seen.
            while let Some(literal) = next
                && seen.insert(literal, place)
            {
                next = self.shorter(literal);
            }
        });
        let several = self.candidates(name, &mut seen);
        let found = first(alone, self.first_of_several(name, &several));
        found.map(|glob| &*self.texts[glob])
    }

    /// The globs of several literals that may match, in the order written. Those of two do.
    fn candidates(&self, name: &str, seen: &mut Seen) -> Vec<usize> {
        let end = name.len() + 1;
        let mut candidates = Vec::new();
        let mut take = |globs: &[(Literal, usize)]| {
            let globs = globs.iter().map(|&(_, glob)| glob);
            candidates.extend(globs.filter(|&glob| self.has_room(glob, seen, |_| end)));
        };
        for rarest in seen.literals() {
            let globs = self.uses.rarest_of(rarest);
            if globs.len() <= seen.len() {
                take(globs);
                continue;
            }
            for second in seen.literals() {
                let from = globs.partition_point(|&(other, _)| other < second);
                let to = globs.partition_point(|&(other, _)| other <= second);
                take(&globs[from..to]);
            }
        }
        if !candidates.is_empty() {
            seen.pass_on(|literal| self.shorter(literal));
            candidates.retain(|&glob| self.has_room(glob, seen, |ends| ends.last));
            candidates.sort_unstable();
        }
        candidates
    }

    /// Whether all literals of a glob have been seen, and each can end by its limit if none overlaps the one
    /// before.
    fn has_room(&self, glob: usize, seen: &Seen, limit: impl Fn(Ends) -> usize) -> bool {
        let mut literals = self.sequences[glob].iter();
        let end = literals.try_fold(0, |end, &literal| {
            let ends = seen.get(literal)?;
            let end = ends.first.max(end + self.literals.lengths[literal]);
            (end <= limit(ends)).then_some(end)
        });
        end.is_some()
    }

    /// The first of `candidates` that matches.
    fn first_of_several(&self, name: &str, candidates: &[usize]) -> Option<usize> {
        if candidates.len() > FEW {
            return order::first(&self.literals, &self.sequences, candidates, name);
        }
        let mut candidates = candidates.iter().copied();
        candidates.find(|&glob| matches(&self.texts[glob], name))
    }

    /// The next on the chain of `literal` that is in a sequence of several.
    fn shorter(&self, literal: Literal) -> Option<Literal> {
        let parent = self.literals.nested.parent(literal)?;
        self.uses.among_others(parent)
    }
}

/// The one that comes first in the order written.
fn first(a: Option<usize>, b: Option<usize>) -> Option<usize> {
    a.into_iter().chain(b).min()
}

/// The literals of a glob; the first with `BEGIN` if it begins the name, the last with `END` if it ends it.
fn literals_of(glob: &str) -> impl Iterator<Item = Vec<u8>> {
    let marked = [&[BEGIN], glob.as_bytes(), &[END]].concat();
    let literals = marked.split(|&byte| byte == b'*');
    let literals: Vec<Vec<u8>> = literals.map(<[u8]>::to_vec).collect();
    let is_nothing = |literal: &[u8]| matches!(literal, [] | [BEGIN | END]);
    literals
        .into_iter()
        .filter(move |literal| !is_nothing(literal))
}

/// Whether `glob` matches the whole of `name`.
///
/// Between the first and the last, each literal may be taken where it first occurs: to take it later
/// only leaves less for those after it. So nothing is ever tried twice.
pub(super) fn matches(glob: &str, name: &str) -> bool {
    let Some((first, others)) = glob.split_once('*') else {
        return glob == name;
    };
    let (middle, last) = others.rsplit_once('*').unwrap_or(("", others));
    let rest = name.strip_prefix(first);
    let Some(rest) = rest.and_then(|rest| rest.strip_suffix(last)) else {
        return false;
    };
    let mut rest = rest.as_bytes();
    middle.split('*').all(|literal| {
        let at = memmem::find(rest, literal.as_bytes());
        rest = at.map_or(rest, |at| &rest[at + literal.len()..]);
        at.is_some()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn globs(texts: impl IntoIterator<Item = String>) -> Globs {
        Globs::new(texts.into_iter().map(Arc::from).collect())
    }

    #[test]
    fn a_glob_is_a_sequence_of_literals() {
        let table: &[(&str, &[&[u8]])] = &[
            ("a*", &[b"\xfea"]),
            ("*a", &[b"a\xff"]),
            ("*a*", &[b"a"]),
            ("a*b", &[b"\xfea", b"b\xff"]),
            ("*a*b*", &[b"a", b"b"]),
        ];
        for (glob, literals) in table {
            let found: Vec<_> = literals_of(glob).collect();
            assert_eq!(found, *literals, "{glob}");
        }
    }

    /// Each with each, so that every literal is in many globs.
    #[test]
    fn a_literal_of_many_globs_leads_to_the_one_that_matches() {
        let all = || (0..30).flat_map(|a| (0..30).map(move |b| (a, b)));
        let globs = globs(all().map(|(a, b)| format!("*a{a}.*b{b}.*")));
        for (a, b) in all() {
            let glob = format!("*a{a}.*b{b}.*");
            let found = globs.find(&format!("a{a}.b{b}."));
            assert_eq!(found, Some(glob.as_str()));
            assert_eq!(globs.find(&format!("b{b}.a{a}.")), None);
            assert_eq!(globs.find(&format!("a{a}.a{b}.")), None);
        }
    }

    #[test]
    fn many_globs_that_lack_nothing_but_the_order_are_told_apart() {
        let globs = globs((0..100).map(|i| format!("*a*b*a*{i}q*")));
        let many: Vec<_> = (0..100).rev().map(|i| format!("{i}q")).collect();
        let many = many.concat();
        assert_eq!(globs.find(&format!("baa{many}b")), None);
        assert_eq!(globs.find(&format!("baa{many}ba7q")), Some("*a*b*a*7q*"));
        assert_eq!(globs.find(&format!("baba{many}")), Some("*a*b*a*0q*"));
    }
}
