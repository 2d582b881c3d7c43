//! A record on disk of each event that is dropped, from which it can be handed in again.
//!
//! One line of JSON for each, on disk before the sender is told that its event was taken. Each line has the hash of the
//! one before it, so that a line that was changed, taken out or put in shows.
//!
//! [`Audit::record`] → `writer` (a thread of its own) → `file` → `line`.
//!
//! | file | question it answers |
//! |---|---|
//! | `dropped` | what is told of an event? |
//! | `line` | what does a line look like, and what does one say? |
//! | `lines` | where does a line end? |
//! | `hash` | by what is a line known again? |
//! | `chain` | does each line follow from the one before? |
//! | `tail` | where does a file end that was being written when the program died? |
//! | `file` | how do lines get to disk, and when does another file begin? |
//! | `rotation` | what are the files called, and which of them go? |
//! | `writer` | how do many events share one wait for the disk? |
//! | `queue` | how does who drops an event wait for its line without keeping a worker? |

mod chain;
mod dropped;
mod file;
mod hash;
mod line;
mod lines;
mod queue;
mod rotation;
mod tail;
mod writer;

use std::path::PathBuf;

pub use chain::{Chain, Finding};
pub use dropped::Dropped;
pub use file::{Opened, open};
pub use hash::{Hash, Link};
pub use line::{Broken, Line};
pub use lines::{Piece, each};
pub use queue::{Audit, Error};

/// `[audit]`: where drops are recorded, and how much of that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The file. A relative path begins where the program was started. No default: without one nothing is recorded.
    pub path: PathBuf,
    /// Bytes, 64 KiB to 1 TiB: a file that has so many is closed, and another begun. Default 64 MiB.
    pub max_size: u64,
    /// How many closed files are kept, 1 to 1,000; the oldest beyond that is deleted. Default 10.
    pub keep: usize,
}

/// What of a route's drops is recorded, where there is a file for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// Whether they are recorded at all. Default yes.
    pub record: bool,
    /// Whether their bodies are, without which they can't be handed in again. Default no: a body may be private, and
    /// takes room.
    pub body: bool,
    /// What becomes of one that can't be recorded. Default [`OnError::Refuse`].
    pub on_error: OnError,
}

/// What becomes of a drop that can't be recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnError {
    /// Its sender is told to try again, with a 503. The default: no event is lost without a trace.
    Refuse,
    /// It is forwarded, as if no rule had dropped it.
    Forward,
    /// It is dropped all the same.
    Drop,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            record: true,
            body: false,
            on_error: OnError::Refuse,
        }
    }
}
