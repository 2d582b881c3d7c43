//! How far it has come, for who watches.

use std::io::{self, IsTerminal, Write};

/// Characters of the bar.
const WIDTH: usize = 30;

/// A bar on stderr, where that is a terminal. Elsewhere nothing is shown.
#[derive(Debug)]
pub struct Progress {
    is_shown: bool,
    done: usize,
    total: usize,
    left: usize,
}

impl Progress {
    /// Nothing done of `total` events.
    #[must_use]
    pub fn new(total: usize) -> Self {
        let progress = Self {
            is_shown: io::stderr().is_terminal(),
            done: 0,
            total,
            left: 0,
        };
        progress.show();
        progress
    }

    /// One more is done.
    pub fn add(&mut self, is_delivered: bool) {
        self.done += 1;
        self.left += usize::from(!is_delivered);
        self.show();
    }

    /// Takes the bar away.
    pub fn end(self) {
        if self.is_shown {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }

    fn show(&self) {
        if self.is_shown {
            // That nobody sees it keeps no event back.
            let _ = write!(io::stderr(), "\r{}\x1b[K", self.bar());
        }
    }

    fn bar(&self) -> String {
        let Self {
            done, total, left, ..
        } = self;
        let full = (WIDTH * done).checked_div(*total).unwrap_or(WIDTH);
        let (full, empty) = ("#".repeat(full), ".".repeat(WIDTH - full));
        let failed = match left {
            0 => String::new(),
            left => format!(", {left} not delivered"),
        };
        format!("[{full}{empty}] {done} of {total}{failed}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_grows_with_what_is_done() {
        for (done, total, left, expected) in [
            (0, 3, 0, "[..............................] 0 of 3"),
            (1, 3, 0, "[##########....................] 1 of 3"),
            (
                3,
                3,
                2,
                "[##############################] 3 of 3, 2 not delivered",
            ),
            (0, 0, 0, "[##############################] 0 of 0"),
        ] {
            let progress = Progress {
                is_shown: false,
                done,
                total,
                left,
            };
            assert_eq!(progress.bar(), expected);
        }
    }
}
