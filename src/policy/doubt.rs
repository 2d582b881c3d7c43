//! Why the type of an event can't be told for certain.

use std::error::Error;
use std::fmt;

use crate::coding::{Coding, Flaw};
use crate::event;

/// Why the type of an event can't be told for certain.
///
/// Each is something that some receivers read a type out of all the same, so it is neither a match nor
/// the lack of one. Its `Display` is the reason as the log gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// The body is not one that can be read for certain.
    Unreadable(event::Unreadable),
    /// The type is there, and not a string.
    NotAString,
    /// The events are in several lists, or in one that is there only to some receivers, as when case is ignored.
    Scattered,
    /// There are several types and their verdicts differ, or more than
    /// [`MAX_READINGS`](event::MAX_READINGS).
    Ambiguous,
    /// A member is the type only to some receivers, as when case is ignored, and would change the verdict.
    Alias,
    /// The body is larger than the inspection limit.
    TooLarge,
    /// The body is in a content encoding that can't be read, or in more than [`MOST`](crate::coding::MOST) of them.
    Encoded,
    /// The body is in a content encoding that could be read, if it were not for this.
    Undecoded(Coding, Flaw),
    /// The body is in a character set other than UTF-8, by what came with it.
    Charset,
}

impl From<event::Unreadable> for Doubt {
    fn from(why: event::Unreadable) -> Self {
        Self::Unreadable(why)
    }
}

impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unreadable(why) => return why.fmt(f),
            Self::Undecoded(coding, flaw) => return write!(f, "{coding}: {flaw}"),
            Self::NotAString => "the type is not a string",
            Self::Scattered => "not one list of events to all receivers",
            Self::Ambiguous => "several types, and not one verdict",
            Self::Alias => "the type in another case would change the verdict",
            Self::TooLarge => "larger than the inspection limit",
            Self::Encoded => "in a content encoding that can't be read",
            Self::Charset => "in a character set other than UTF-8",
        })
    }
}

// No source: what a variant holds is already all that it displays.
impl Error for Doubt {}

#[cfg(test)]
mod tests {
    use super::*;

    /// Logs and answers quote them.
    #[test]
    fn each_says_in_a_few_words_what_it_is() {
        let table: &[(Doubt, &str)] = &[
            (
                event::Unreadable::ByteOrderMark.into(),
                "begins with a byte order mark",
            ),
            (
                event::Unreadable::InvalidUtf8 { at: 7 }.into(),
                "not UTF-8 at byte 7",
            ),
            (Doubt::NotAString, "the type is not a string"),
            (Doubt::Scattered, "not one list of events to all receivers"),
            (Doubt::Ambiguous, "several types, and not one verdict"),
            (
                Doubt::Alias,
                "the type in another case would change the verdict",
            ),
            (Doubt::TooLarge, "larger than the inspection limit"),
            (Doubt::Encoded, "in a content encoding that can't be read"),
            (Doubt::Undecoded(Coding::Gzip, Flaw::Broken), "gzip: broken"),
            (
                Doubt::Undecoded(Coding::Brotli, Flaw::TooLarge),
                "br: more than limits.inspect when decoded",
            ),
            (Doubt::Charset, "in a character set other than UTF-8"),
        ];
        for (doubt, expected) in table {
            assert_eq!(doubt.to_string(), *expected);
            assert!(doubt.source().is_none(), "{doubt} would be said twice");
        }
    }
}
