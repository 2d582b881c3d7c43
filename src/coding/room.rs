//! Memory that is asked for before it is taken.

use std::cell::{Cell, RefCell};

/// What decoding may take without asking: what a decoder needs whatever it decodes, and an ordinary event.
const UNASKED: usize = 256 * 1024;

/// Where to ask, shared by a decoder and by what it fills.
pub struct Room<'f> {
    ask: RefCell<&'f mut dyn FnMut(usize) -> bool>,
    /// What is granted and not in use.
    free: Cell<usize>,
}

impl<'f> Room<'f> {
    pub fn new(ask: &'f mut dyn FnMut(usize) -> bool) -> Self {
        Self {
            ask: RefCell::new(ask),
            free: Cell::new(UNASKED),
        }
    }

    /// Whether so many bytes may be taken.
    pub fn take(&self, bytes: usize) -> bool {
        let free = self.free.get();
        let more = bytes.saturating_sub(free);
        if more > 0 && !(self.ask.borrow_mut())(more) {
            return false;
        }
        self.free.set(free.saturating_sub(bytes));
        true
    }

    /// So many bytes are in use no longer.
    pub fn give(&self, bytes: usize) {
        self.free.set(self.free.get() + bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_given_back_is_not_asked_for_again() {
        let mut asked = Vec::new();
        let mut ask = |bytes| {
            asked.push(bytes);
            bytes < 100
        };
        let room = Room::new(&mut ask);
        assert!(room.take(UNASKED - 1));
        assert!(room.take(11));
        assert!(!room.take(100), "it is refused");
        room.give(5);
        assert!(room.take(5) && room.take(1));
        assert_eq!(asked, [10, 100, 1]);
    }
}
