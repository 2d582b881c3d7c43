//! The log: every `tracing` event becomes one line on stdout, as text or as JSON.
//!
//! A request must not wait for its log line. So the thread that logs only formats the line and
//! appends it to a buffer in memory; a thread of its own writes that buffer out, many lines at a
//! time. When stdout stalls or fails, the buffer fills, further lines are counted instead of kept, and the
//! log itself says how many are missing.
//!
//! | file | question it answers |
//! |---|---|
//! | `subscriber` | which events are logged? |
//! | `fields` | how is the value of each kind of field written? |
//! | `line` | what does a line look like? |
//! | `notice` | what stands in the log where lines are missing? |
//! | `clock` | what does a moment look like? |
//! | `characters` | which characters and words can be seen for what they are? |
//! | `untrusted` | how is text from a sender kept from forging lines or flooding the log? |
//! | `quoted` | how is such text shown elsewhere than in the log? |
//! | `queue` | how do many threads leave lines to one? |
//! | `writer` | how do lines reach stdout without anyone waiting? |
//! | `complaint` | what is stderr told where the log can't tell it? |
//! | `guard` | how does the program wait for the end of its log, and learn what it was? |
//!
//! # Why it is our own
//!
//! Beside `tracing-subscriber` 0.3.23 with `tracing-appender` 0.2.5, on the line of an event, all of which takes
//! 12 µs (`benches/log.rs`; instructions as Callgrind counts them):
//!
//! | | here | there |
//! |---|---|---|
//! | one line as text, on the thread that serves | 0.30 µs, 3,500 instructions | 0.73 µs, 10,900 |
//! | one line as JSON | 0.26 µs, 3,300 | 1.5 µs, 19,900 |
//! | memory at rest; behind a stalled stdout | none; 8 MiB, given back | 4 MiB; 44 MiB |
//! | lines that a stalled stdout loses | counted, by the log itself | counted, for who asks |
//! | lines that a failing stdout loses | kept while there is room, then counted; stderr is told | lost in silence |
//! | the end, when stdout is stalled and the queue full | after a second | never: its guard prints to stdout |
//! | what steers terminals or misleads | escaped | in text not in `%fields`; in JSON only C0 |
//!
//! Spans are never enabled, as nothing here uses them. Text from a sender belongs in a field, never in
//! the message: a message can't break its line, but it could look like fields.

mod characters;
mod clock;
mod complaint;
mod fields;
mod guard;
mod line;
mod notice;
mod queue;
mod quoted;
mod subscriber;
mod untrusted;
mod writer;

use std::fs::File;
use std::io::{self, IsTerminal, Write};
use std::os::fd::AsFd;

use tracing::Subscriber;
use tracing::level_filters::LevelFilter;

pub use fields::chain;
pub use guard::{Completeness, Guard, Losses};
pub use quoted::{in_json, in_toml, in_words, visible};
pub use untrusted::{cut, is_cut};

use complaint::Complaint;
use line::Encoding;
use subscriber::Lines;

/// How log lines are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// [`Text`](Self::Text) when stdout is a terminal, [`Json`](Self::Json) otherwise. The default:
    /// people read terminals, programs read everything else.
    #[default]
    Auto,
    /// `2026-11-22T15:04:05.123Z  INFO message field=value`, without colours.
    Text,
    /// One JSON object a line, with `time`, `level`, `message` and then the fields of the event.
    Json,
}

impl Format {
    fn encoding(self) -> Encoding {
        match self {
            Self::Auto if io::stdout().is_terminal() => Encoding::Text,
            Self::Text => Encoding::Text,
            Self::Auto | Self::Json => Encoding::Json,
        }
    }
}

/// Sends all `tracing` events of this process to stdout, until the [`Guard`] is dropped.
///
/// Events of this crate are logged from `level` on; those of its dependencies only from `warn` on,
/// since what they say below that concerns their own developers.
///
/// # Errors
///
/// When the writer thread can't be started, or when the process already has a subscriber.
pub fn start(format: Format, level: LevelFilter) -> io::Result<Guard> {
    // Without the buffer of `io::stdout`, behind which nobody could tell what was written.
    let stdout = File::from(io::stdout().as_fd().try_clone_to_owned()?);
    let (lines, guard) = to(stdout, format, level)?;
    tracing::subscriber::set_global_default(lines).map_err(io::Error::other)?;
    Ok(guard)
}

/// The same for another output, and for no more than whom the subscriber is given to.
///
/// # Errors
///
/// When the writer thread can't be started.
pub fn to(
    out: impl Write + Send + 'static,
    format: Format,
    level: LevelFilter,
) -> io::Result<(impl Subscriber + Send + Sync, Guard)> {
    let encoding = format.encoding();
    let notice = move |line: &mut _, lost, failure| notice::write(line, encoding, lost, failure);
    let complaint = Complaint::to(io::stderr());
    let (queue, guard) = writer::start(out, writer::LIMIT, notice, complaint)?;
    Ok((Lines::new(encoding, level, queue), guard))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_named_format_does_not_depend_on_the_terminal() {
        assert_eq!(Format::Text.encoding(), Encoding::Text);
        assert_eq!(Format::Json.encoding(), Encoding::Json);
        assert_eq!(Format::default(), Format::Auto);
    }

    #[test]
    fn a_second_start_is_refused() {
        let _first = start(Format::Auto, LevelFilter::OFF).unwrap();
        assert!(start(Format::Auto, LevelFilter::OFF).is_err());
    }
}
