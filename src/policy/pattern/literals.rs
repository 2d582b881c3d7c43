//! Where literals end in a name, by one automaton for all of them.

use aho_corasick::Anchored;
use aho_corasick::automaton::{Automaton, StateID};
use aho_corasick::nfa::contiguous::NFA;

use super::nested::{Literal, Nested};

/// What stands before and after each name, so that a literal can say that it comes first or last: no UTF-8 has
/// such bytes.
pub(super) const BEGIN: u8 = 0xfe;
pub(super) const END: u8 = 0xff;

/// Distinct literals, none of them empty or only [`BEGIN`] or [`END`].
#[derive(Clone)]
pub(super) struct Literals {
    pub(super) nested: Nested,
    /// The lengths, with `BEGIN` and without `END`.
    pub(super) lengths: Vec<usize>,
    automaton: NFA,
    /// The state after `BEGIN`.
    start: StateID,
}

impl Literals {
    /// Compiles `texts`, and tells the number of each.
    pub(super) fn new(texts: &[Vec<u8>]) -> (Self, Vec<Literal>) {
        let (nested, order) = Nested::new(texts);
        let automaton = NFA::builder()
            .prefilter(false)
            .build(order.iter().map(|&text| &texts[text]))
            .expect("no config is so large that 31 bits can't count the states");
        let start = automaton
            .start_state(Anchored::No)
            .expect("it is built to find literals anywhere");
        let mut numbers = vec![0; texts.len()];
        for (number, &text) in order.iter().enumerate() {
            numbers[text] = number;
        }
        let literals = Self {
            nested,
            lengths: order.iter().map(|&text| length(&texts[text])).collect(),
            start: automaton.next_state(Anchored::No, start, BEGIN),
            automaton,
        };
        (literals, numbers)
    }

    /// Each place where literals end in `name`, from left to right, and the longest of them: the others are
    /// on its chain.
    ///
    /// A place is the number of bytes before it, `BEGIN` counted and `END` not.
    pub(super) fn ends(&self, name: &str) -> impl Iterator<Item = (usize, Literal)> {
        let mut state = self.start;
        let bytes = (2..).zip(name.bytes()).chain([(name.len() + 1, END)]);
        bytes.filter_map(move |(place, byte)| {
            state = self.automaton.next_state(Anchored::No, state, byte);
            let ends = self.automaton.is_match(state);
            // The automaton lists them by length, the longest first.
            ends.then(|| (place, self.automaton.match_pattern(state, 0).as_usize()))
        })
    }
}

fn length(text: &[u8]) -> usize {
    text.len() - usize::from(text.ends_with(&[END]))
}
