//! What of a request's body is judged.

use bytes::Bytes;

use crate::policy::Doubt;

/// A request's body, as far as it is judged.
#[derive(Debug)]
pub enum Body<'b, P> {
    /// There is none, or it is empty: nothing to judge.
    Absent,
    /// All of it, in the pieces in which it came. One in a content coding is a doubt: it goes through
    /// [`Route::decode`](super::Route::decode) first.
    Whole(&'b [P]),
    /// All of it was in content codings, and stands for these.
    Decoded(&'b [Bytes]),
    /// All of it is in content codings, and what it stands for can't be told.
    Undecoded(Doubt),
    /// More than [`Route::inspect`](super::Route::inspect).
    TooLarge,
}

impl<P> Copy for Body<'_, P> {}

impl<P> Clone for Body<'_, P> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<P: AsRef<[u8]>> Body<'_, P> {
    /// What is judged, in one piece; `None` where nothing is looked into.
    #[must_use]
    pub fn concat(&self) -> Option<Vec<u8>> {
        match self {
            Self::Absent | Self::TooLarge | Self::Undecoded(_) => None,
            Self::Whole(pieces) => {
                let pieces: Vec<&[u8]> = pieces.iter().map(AsRef::as_ref).collect();
                Some(pieces.concat())
            }
            Self::Decoded(pieces) => Some(pieces.concat()),
        }
    }
}
