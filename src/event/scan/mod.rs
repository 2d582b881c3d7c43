//! The quick pass over a body: what [`super::read`] finds in a well-formed object, several times as fast.
//!
//! It looks only for what tells the objects on the path from the rest, 64 bytes at a time: which quotes are
//! escaped, hence what is inside of a string, hence which brackets count. While a whole block stays nested in
//! something else its brackets are counted and nothing else is done with it; most of a large event passes so.
//! Elsewhere brackets and colons are visited in their order. A colon directly within the innermost open object on
//! the path ends a key, which is the last string before it. Where that leads on to another object, its members
//! are looked at until it closes.
//!
//! # What it may be trusted with
//!
//! It checks nothing. Of a body that [`super::read`] refuses it may say anything, though it never panics
//! and its time stays linear. Of an object that [`super::read`] accepts it says the same, because there
//!
//! - a quote opens or closes a string unless a backslash escapes it, and backslashes are only in strings;
//! - brackets outside of strings are balanced, and the first and the last are those of the object;
//! - a colon outside of strings stands between the key and the value of a member, and nowhere else.
//!
//! That is enough to forward an event on its word, where a body that is no JSON would be forwarded as well: then
//! the verdict is that of the strict pass alone whatever the body. Nothing else is decided here. The policy's
//! `judge` holds to that and says why in full; `tests/verdicts` and `fuzz/` try to refute it.

mod block;
mod place;
mod strings;

#[cfg(test)]
mod tests;

use std::mem;

use block::{Block, LEN};
use place::{Place, Span};
use strings::Strings;

use super::json;
use super::path::{Member, Step};
use super::{Event, Path};

/// Finds the event of a body that arrived in `pieces`, whose type is at the end of `path`.
///
/// `None` unless the body looks like one object. If it *is* one, well-formed as a whole, the event is that
/// which [`read`](super::read) finds; whether it is, only [`read`](super::read) can tell.
///
/// Its cost is that of [`scan`](super::scan).
pub(super) fn scan<'a, P: AsRef<[u8]>>(pieces: &'a [P], path: &Path) -> Option<Event<'a>> {
    let mut bytes = pieces.iter().flat_map(AsRef::as_ref);
    if bytes.find(|byte| !byte.is_ascii_whitespace()) != Some(&b'{') {
        return None;
    }
    let mut scan = Scan {
        pieces,
        step: path.start(),
        around: Vec::new(),
        event: Event::default(),
        strings: Strings::default(),
        depth: 0,
        last: Quotes::default(),
    };
    for (piece, bytes) in pieces.iter().enumerate() {
        scan.piece(piece, bytes.as_ref())?;
    }
    (scan.depth == 0 && scan.strings.ended()).then_some(scan.event)
}

/// What is known at the end of a block.
struct Scan<'a, 'p, P> {
    pieces: &'a [P],
    /// The innermost open object on the path, whose members are looked at.
    step: Step<'p>,
    /// Those around it, from the event itself inwards.
    around: Vec<Step<'p>>,
    event: Event<'a>,
    strings: Strings,
    /// How many brackets are open.
    depth: usize,
    /// The last string so far that is not a key yet, nested blocks aside.
    last: Quotes,
}

/// The quotes that began and ended a string last.
#[derive(Default)]
struct Quotes {
    opening: Option<Place>,
    closing: Option<Place>,
}

/// What there is outside of strings, and where strings begin and end.
struct Marks {
    opening: u64,
    closing: u64,
    opens: u64,
    closes: u64,
    colons: u64,
}

impl<'p, P: AsRef<[u8]>> Scan<'_, 'p, P> {
    /// How many brackets are open directly within the object whose members are looked at.
    #[inline]
    fn level(&self) -> usize {
        self.around.len() + 1
    }

    /// Goes through one piece. What is left of it after its last whole block is filled up with spaces.
    fn piece(&mut self, piece: usize, bytes: &[u8]) -> Option<()> {
        let (blocks, rest) = bytes.as_chunks::<LEN>();
        let mut place = Place { piece, at: 0 };
        for block in blocks {
            self.block(block, LEN, place)?;
            place.at += LEN;
        }
        if rest.is_empty() {
            return Some(());
        }
        let mut block = [b' '; LEN];
        block[..rest.len()].copy_from_slice(rest);
        self.block(&block, rest.len(), place)
    }

    /// Goes through one block, which begins at `place` and of which `len` bytes are the body's.
    #[inline]
    fn block(&mut self, bytes: &[u8; LEN], len: usize, place: Place) -> Option<()> {
        let block = Block::new(bytes);
        let (quotes, strings) = self.strings.next(block, len);
        let (opens, closes) = block.brackets();
        let (opens, closes) = (opens & !strings, closes & !strings);
        if opens | closes == 0 && self.depth > self.level() {
            return Some(());
        }
        let down = closes.count_ones() as usize;
        if down + self.level() < self.depth {
            // Even if all that close came first, none of this would be directly within the object.
            self.depth = self.depth - down + opens.count_ones() as usize;
            return Some(());
        }
        let marks = Marks {
            opening: quotes & strings,
            closing: quotes & !strings,
            opens,
            closes,
            colons: block.find(b':') & !strings,
        };
        self.visit(marks, place)
    }

    /// Visits brackets and colons one by one.
    #[inline(never)]
    fn visit(&mut self, mut marks: Marks, place: Place) -> Option<()> {
        let mut left = marks.opens | marks.closes | marks.colons;
        while left != 0 {
            let mark = left & left.wrapping_neg();
            left ^= mark;
            if mark & marks.opens != 0 {
                self.depth += 1;
            } else if mark & marks.closes != 0 {
                self.depth = self.depth.checked_sub(1)?;
                if self.depth < self.level() {
                    self.leave();
                }
            } else if self.depth == self.level() {
                self.remember(&mut marks, mark - 1, place);
                let key = Span {
                    from: self.last.opening.take()?,
                    to: self.last.closing.take()?,
                };
                self.member(key, place.plus(mark.trailing_zeros()))?;
            }
        }
        self.remember(&mut marks, !0, place);
        Some(())
    }

    /// Remembers the last string among these bytes, and takes its marks away: a string is a key only once.
    fn remember(&mut self, marks: &mut Marks, bytes: u64, place: Place) {
        let Quotes { opening, closing } = &mut self.last;
        *opening = place.last(marks.opening & bytes).or(*opening);
        *closing = place.last(marks.closing & bytes).or(*closing);
        marks.opening &= !bytes;
        marks.closing &= !bytes;
    }

    /// Turns to the value after this colon, where an object is to follow.
    #[inline(never)] // Most paths have one key, and the loop is quicker without this.
    fn enter(&mut self, step: Step<'p>, colon: Place) -> Option<()> {
        match Step::instead(colon.next_visible(self.pieces)?) {
            Some(reading) => self.event.push(reading, step.is_alias()),
            // It is the very next bracket that opens.
            None => self.around.push(mem::replace(&mut self.step, step)),
        }
        Some(())
    }

    /// Leaves the object whose members were looked at for the one around it.
    #[inline(never)] // As above.
    fn leave(&mut self) {
        if let Some(around) = self.around.pop() {
            let left = mem::replace(&mut self.step, around);
            if let Some(reading) = left.end() {
                self.event.push(reading, left.is_alias());
            }
        }
    }

    /// Takes note of a member of the object whose members are looked at.
    fn member(&mut self, key: Span, colon: Place) -> Option<()> {
        let first = key.from.next_byte(self.pieces);
        if first.is_some_and(|first| !self.step.may_know(first)) {
            return Some(());
        }
        let key = json::string(key.text(self.pieces)?)?;
        match self.step.member(&key) {
            Member::OnPath { alias } => match self.step.next(alias) {
                Some(step) => self.enter(step, colon)?,
                None => self.event.push(colon.value(self.pieces)?, alias),
            },
            Member::Id => self.event.set_id(colon.value(self.pieces)?),
            Member::Other => {}
        }
        Some(())
    }
}
