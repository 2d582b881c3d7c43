//! Bodies: reading one up to a limit, holding it, and handing it on.
//!
//! A request body is either absent, [`Held`] whole in memory, or too large to hold: then what was read so
//! far is handed on in front of the rest, which streams ([`Outgoing::Stream`]).

mod held;
mod memory;
mod outgoing;
mod read;

pub use held::Held;
pub use memory::{Hold, Memory};
pub use outgoing::{Outgoing, SenderFailed};
pub use read::{Arrived, Error, Limits, drain, read};
