//! From lines of the log to what came, and to what other rules would have made of it: pure, and knows no files.
//!
//! `lines` → `record` → [`Tally`] → [`WhatIf`] → shown.
//!
//! | file | question it answers |
//! |---|---|
//! | `lines` | where does a line end? |
//! | `record` | what does a line say? |
//! | `verdict` | what became of a request, in the words of the log? |
//! | `doubt` | which rules are those of a type that can't be told? |
//! | `tally` | how often did what come by which route? |
//! | `pair` | how often did one type come by one route, and what became of it? |
//! | `said` | what can be said of one kind of event under other rules? |
//! | `what_if` | what would other rules have made of all that came? |
//! | `order` | what comes first where it is shown? |
//! | `table` | how do columns stand below each other? |
//! | `visible` | how is JSON written that nothing hides in? |
//! | `entry` | what is the line of one type in an allow list? |
//! | `text`, `json`, `toml` | what does it look like? |

mod doubt;
mod entry;
mod json;
mod lines;
mod order;
mod pair;
mod record;
mod said;
mod table;
mod tally;
mod text;
mod toml;
mod verdict;
mod visible;
mod what_if;

use std::io::{self, Read};

pub use json::write as write_json;
pub use pair::{Case, Counted, Failure, Pair};
pub use said::{Decided, Untold};
pub use tally::{MOST_PAIRS, Route, Skipped, Tally};
pub use text::write as write_text;
pub use toml::write as write_toml;
pub use verdict::Verdict;
pub use what_if::{Changed, WhatIf};

use lines::Piece;
use record::Line;

/// What an event was, as far as its line says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject<'a> {
    /// It had this type, which may have been [cut](crate::telemetry::is_cut).
    Type(&'a str),
    /// Its body was read, and had no type.
    Untyped,
    /// Its type can't be told for certain, and the line names none.
    Unreadable,
    /// It had no body.
    Bodiless,
    /// Nothing was judged: it was refused, or failed before.
    Unjudged,
}

impl Tally {
    /// Counts every line that `from` holds. One that is not hooksieve's is counted as such, and never an error.
    ///
    /// # Errors
    ///
    /// When it can't be read.
    pub fn read(&mut self, from: impl Read) -> io::Result<()> {
        lines::each(from, |piece| match piece {
            Piece::TooLong => self.skipped.foreign += 1,
            Piece::Line(line) => self.line(line),
            Piece::Last(line) => match Line::read(line) {
                // Somebody may be writing it.
                Line::Foreign => self.skipped.broken_off += 1,
                _ => self.line(line),
            },
        })
    }

    fn line(&mut self, line: &[u8]) {
        match Line::read(line) {
            Line::Event(record) => self.add(&record),
            Line::Other => self.others += 1,
            Line::Text => self.skipped.text += 1,
            Line::Foreign if line.trim_ascii().is_empty() => (),
            Line::Foreign => self.skipped.foreign += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_are_skipped_are_counted_by_what_they_are() {
        let time = r#""time":"2026-11-22T15:04:05.000001Z","level":"info""#;
        let log = format!(
            "{{{time},\"message\":\"ready\"}}\n\
             {{{time},\"message\":\"event\",\"verdict\":\"forward\",\"type\":\"a\",\"bytes\":9}}\r\n\
             2026-11-22T15:04:05.123Z  INFO event verdict=drop\n\n\r\n\
             nginx\n{{{time},\"mess{{{time},\"message\":\"totals\"}}\n{}\n{{{time},\"mess",
            "x".repeat(300_000)
        );
        let mut tally = Tally::default();
        tally.read(log.as_bytes()).unwrap();
        assert_eq!((tally.events, tally.others), (1, 1));
        let skipped = &tally.skipped;
        assert_eq!(
            (skipped.text, skipped.foreign, skipped.broken_off),
            (1, 3, 1)
        );
    }

    #[test]
    fn a_last_line_that_is_whole_counts_without_its_end() {
        let mut tally = Tally::default();
        let line = r#"{"time":"2026-11-22T15:04:05.000001Z","level":"info","message":"event","verdict":"drop","type":"a"}"#;
        tally.read(line.as_bytes()).unwrap();
        tally.read(&b" "[..]).unwrap();
        assert_eq!((tally.events, tally.skipped.broken_off), (1, 1));
    }
}
