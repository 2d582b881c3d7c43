//! Patterns over event types: what may be written. How a list of them is searched is in [`set`].

mod compare;
mod foreign;
mod globs;
mod literals;
mod mend;
mod nested;
mod order;
mod seen;
mod set;
mod uses;
mod warning;

use std::error::Error;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

pub use foreign::Foreign;
pub use set::Patterns;
pub use warning::Warning;

/// One pattern as written, known to be well-formed.
///
/// It is compared with the whole of a name, case-sensitively. `*` stands for any run of characters,
/// dots and none included; nothing else is special.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern(Arc<str>);

/// What is wrong with a pattern, and what to write instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PatternError {
    /// Nothing was written.
    Empty,
    /// White space comes first or last.
    Padded,
    /// A control character is in it.
    Control,
    /// Two stars stand side by side.
    DoubleStar,
    /// It is written in another language.
    Foreign(Foreign),
}

impl Pattern {
    /// As written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Pattern {
    type Err = PatternError;

    /// Takes `text` for a pattern.
    ///
    /// # Errors
    ///
    /// Refuses what can only be a mistake: see [`PatternError`].
    fn from_str(text: &str) -> Result<Self, PatternError> {
        let mistake = mistake(text).or_else(|| Foreign::find(text).map(PatternError::Foreign));
        mistake.map_or_else(|| Ok(Self(text.into())), Err)
    }
}

impl Pattern {
    /// The one that matches `name` and nothing else.
    ///
    /// There is none of a name with a `*`, which would match others too, nor of what is refused as a pattern.
    #[must_use]
    pub fn exactly(name: &str) -> Option<Self> {
        let is_exact = !name.contains('*');
        is_exact.then(|| name.parse().ok()).flatten()
    }
}

/// What is wrong with `text`, whatever the language.
fn mistake(text: &str) -> Option<PatternError> {
    if text.is_empty() {
        Some(PatternError::Empty)
    } else if text.contains(char::is_control) {
        Some(PatternError::Control)
    } else if text != text.trim() {
        Some(PatternError::Padded)
    } else if text.contains("**") {
        Some(PatternError::DoubleStar)
    } else {
        None
    }
}

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("empty: write an event type, or `*` for all of them"),
            Self::Padded => f.write_str("begins or ends with white space: write it without"),
            Self::Control => f.write_str("has a control character in it: write it without"),
            Self::DoubleStar => {
                f.write_str("`**` is not special: write one `*`, which matches dots too")
            }
            Self::Foreign(foreign) => foreign.fmt(f),
        }
    }
}

impl Error for PatternError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistake_is_refused() {
        use PatternError::{Control, DoubleStar, Empty, Padded};
        let table = [
            ("", Empty),
            (" ", Padded),
            (" a", Padded),
            ("a\u{a0}", Padded),
            ("a\n", Control),
            ("a\u{7f}b", Control),
            ("a**", DoubleStar),
            ("**.created", DoubleStar),
        ];
        for (text, error) in table {
            assert_eq!(text.parse::<Pattern>(), Err(error), "{text:?}");
        }
        for text in ["*", "a b", "orders/create", "*a*b*"] {
            assert!(text.parse::<Pattern>().is_ok(), "{text:?}");
        }
    }
}
