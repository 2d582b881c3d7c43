//! Bodies: reading one up to a limit, holding it, and handing it on.
//!
//! A request body is either absent, [`Buffered`] whole in memory, or too large to hold: then what was read so
//! far is handed on in front of the rest, which streams ([`Outgoing::Stream`]).

mod buffered;
mod outgoing;
mod paced;
mod progress;
mod read;
mod turn;

pub use buffered::Buffered;
pub use outgoing::Outgoing;
pub use paced::Paced;
pub use progress::Progress;
pub use read::{Arrived, Error, Limits, read};
pub use turn::{Turn, Turns};
