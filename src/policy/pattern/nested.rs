//! Which literals end with which others.
//!
//! Where one ends in a name, those that it ends with end too: `aab`, `ab` and `b` form a chain. Chains may be as
//! long as the list of patterns, so to walk one at each byte of a name would be too much. [`Nested::nearest`] visits
//! only those on a chain that somebody asks for.

use std::collections::BTreeMap;

/// One of several literals, by its number.
///
/// They are numbered depth first: each is followed by those that end with it, and among these the one that most
/// others end with comes first. So a chain consists of few runs of consecutive numbers: log₂ of all literals
/// at most, since each further run at least doubles what ends with its literals.
pub(super) type Literal = usize;

/// What is known of each literal.
#[derive(Clone)]
pub(super) struct Nested(Vec<Node>);

#[derive(Clone, Default)]
struct Node {
    /// The longest of the others that this one ends with.
    parent: Option<Literal>,
    /// The first of the run that this one is in.
    first: Literal,
}

impl Nested {
    /// Numbers `texts`, which are distinct, and tells in which order.
    pub(super) fn new<T: AsRef<[u8]>>(texts: &[T]) -> (Self, Vec<usize>) {
        let sorted = sorted(texts);
        let parents = parents(texts, &sorted);
        let (sizes, heaviest) = sizes(&parents);
        let mut nodes = vec![Node::default(); texts.len()];
        let mut order = vec![0; texts.len()];
        let mut numbers: Vec<Literal> = Vec::with_capacity(texts.len());
        // The next number for a text that ends with each, and for one that ends with none.
        let mut free: Vec<Literal> = Vec::with_capacity(texts.len());
        let mut free_of_all = 0;
        for (at, &text) in sorted.iter().enumerate() {
            let parent = parents[at];
            let goes_on = parent.filter(|&parent| heaviest[parent] == Some(at));
            let number = if let Some(parent) = goes_on {
                numbers[parent] + 1
            } else {
                let free = parent.map_or(&mut free_of_all, |parent| &mut free[parent]);
                *free += sizes[at];
                *free - sizes[at]
            };
            numbers.push(number);
            free.push(number + 1 + heaviest[at].map_or(0, |child| sizes[child]));
            order[number] = text;
            nodes[number] = Node {
                parent: parent.map(|parent| numbers[parent]),
                first: goes_on.map_or(number, |parent| nodes[numbers[parent]].first),
            };
        }
        (Self(nodes), order)
    }

    /// The longest of the others that `literal` ends with.
    pub(super) fn parent(&self, literal: Literal) -> Option<Literal> {
        self.0[literal].parent
    }

    /// The first on the chain of `literal` that is a key of `among`: a look-up for each run of the chain.
    pub(super) fn nearest<T>(
        &self,
        literal: Literal,
        among: &BTreeMap<Literal, T>,
    ) -> Option<Literal> {
        let mut rest = Some(literal);
        while let Some(last) = rest {
            let first = self.0[last].first;
            if let Some((&found, _)) = among.range(first..=last).next_back() {
                return Some(found);
            }
            rest = self.parent(first);
        }
        None
    }
}

/// The texts in the order of what they end with: each is followed by those that end with it.
fn sorted<T: AsRef<[u8]>>(texts: &[T]) -> Vec<usize> {
    let backwards = |text: usize| texts[text].as_ref().iter().rev();
    let mut sorted: Vec<usize> = (0..texts.len()).collect();
    sorted.sort_unstable_by(|&a, &b| backwards(a).cmp(backwards(b)));
    sorted
}

/// Of each text in `sorted`, the longest of the others that it ends with, as its place there.
fn parents<T: AsRef<[u8]>>(texts: &[T], sorted: &[usize]) -> Vec<Option<usize>> {
    let mut chain: Vec<usize> = Vec::new();
    let parent = |(at, &text): (usize, &usize)| {
        let is_end = |&end: &usize| texts[text].as_ref().ends_with(texts[sorted[end]].as_ref());
        while chain.pop_if(|end| !is_end(end)).is_some() {}
        let parent = chain.last().copied();
        chain.push(at);
        parent
    };
    sorted.iter().enumerate().map(parent).collect()
}

/// How many texts end with each, itself included; and of the others the one with the greatest such number.
fn sizes(parents: &[Option<usize>]) -> (Vec<usize>, Vec<Option<usize>>) {
    let mut sizes = vec![1; parents.len()];
    let mut heaviest: Vec<Option<usize>> = vec![None; parents.len()];
    for (at, &parent) in parents.iter().enumerate().rev() {
        if let Some(parent) = parent {
            sizes[parent] += sizes[at];
            if heaviest[parent].is_none_or(|other| sizes[other] < sizes[at]) {
                heaviest[parent] = Some(at);
            }
        }
    }
    (sizes, heaviest)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::iter::successors;

    use super::*;

    /// The literals and what is known of them, all by their numbers.
    fn numbered<'t>(texts: &[&'t str]) -> (Nested, Vec<&'t str>) {
        let (nested, order) = Nested::new(texts);
        (nested, order.iter().map(|&text| texts[text]).collect())
    }

    fn number(texts: &[&str], text: &str) -> Literal {
        texts.iter().position(|&other| other == text).unwrap()
    }

    fn chain(nested: &Nested, literal: Literal) -> impl Iterator<Item = Literal> {
        successors(Some(literal), |&literal| nested.parent(literal))
    }

    #[test]
    fn a_chain_is_all_that_a_literal_ends_with() {
        let (nested, texts) = numbered(&["c", "abc", "b", "bc", "xbc", "ac", "abcd", "aabc"]);
        let chain = |text| -> Vec<_> {
            let chain = chain(&nested, number(&texts, text));
            chain.map(|literal| texts[literal]).collect()
        };
        assert_eq!(chain("aabc"), ["aabc", "abc", "bc", "c"]);
        assert_eq!(chain("xbc"), ["xbc", "bc", "c"]);
        assert_eq!(chain("ac"), ["ac", "c"]);
        assert_eq!(chain("abcd"), ["abcd"]);
        assert_eq!(chain("b"), ["b"]);
    }

    #[test]
    fn the_nearest_is_the_longest_of_those_asked_for() {
        let (nested, texts) = numbered(&["c", "abc", "b", "bc", "xbc", "ac", "abcd", "aabc"]);
        let nearest = |text, among: &[&str]| {
            let among = among.iter().map(|other| (number(&texts, other), ()));
            let nearest = nested.nearest(number(&texts, text), &among.collect());
            nearest.map(|literal| texts[literal])
        };
        assert_eq!(nearest("aabc", &["c", "bc", "xbc"]), Some("bc"));
        assert_eq!(nearest("xbc", &["c", "abc", "aabc", "ac"]), Some("c"));
        assert_eq!(nearest("bc", &["bc"]), Some("bc"));
        assert_eq!(nearest("bc", &["abc", "b", "ac"]), None);
        assert_eq!(nearest("abcd", &[]), None);
    }

    #[test]
    fn a_long_chain_is_one_run() {
        let long = "a".repeat(1_000);
        let texts: Vec<_> = (0..1_000).map(|from| &long[from..]).collect();
        let (nested, texts) = numbered(&texts);
        let lengths: Vec<_> = texts.iter().map(|text| text.len()).collect();
        assert_eq!(lengths, (1..=1_000).collect::<Vec<_>>());
        assert!(nested.0.iter().all(|node| node.first == 0));
    }

    #[test]
    fn a_chain_has_few_runs() {
        // All words of a and b: as many branches as there can be.
        let words = |len: u32| {
            (0..1_usize << len).map(move |word| -> String {
                let letter = |bit| if word >> bit & 1 == 0 { 'a' } else { 'b' };
                (0..len).map(letter).collect()
            })
        };
        let texts: Vec<_> = (1..=10).flat_map(words).collect();
        let (nested, _) = Nested::new(&texts);
        for literal in 0..texts.len() {
            let firsts = chain(&nested, literal).map(|on_it| nested.0[on_it].first);
            let runs: BTreeSet<_> = firsts.collect();
            assert!(runs.len() <= 10, "{literal}: {runs:?}");
        }
    }
}
