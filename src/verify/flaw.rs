//! Why a request was not signed.

use std::fmt;

use http::HeaderName;

/// Why a request does not verify. It is for the log; its sender is not told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// A field of the scheme is not there.
    Missing(HeaderName),
    /// A field of the scheme has several lines, and receivers differ in which one they take. One with `_` for `-` is one.
    Several(HeaderName),
    /// A field is not written as the scheme has it.
    Malformed(HeaderName),
    /// It is the signature of something else, or was made with another secret.
    Wrong,
    /// It was signed longer ago than is tolerated.
    TooOld,
    /// The time it was signed at is further ahead than is tolerated.
    TooNew,
    /// The body is a form of more fields than are looked at.
    ManyFields,
    /// There is more body than is held.
    TooLarge,
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(name) => write!(f, "there is no {name}"),
            Self::Several(name) => write!(f, "there are several {name}"),
            Self::Malformed(name) => write!(f, "{name} is not in the form of the scheme"),
            Self::Wrong => f.write_str("the signature is wrong"),
            Self::TooOld => f.write_str("it was signed too long ago"),
            Self::TooNew => f.write_str("it is signed for a time to come"),
            Self::ManyFields => f.write_str("the form has too many fields"),
            Self::TooLarge => f.write_str("the body is larger than limits.inspect"),
        }
    }
}

impl std::error::Error for Flaw {}
