//! Recorded drops, handed in again.
//!
//! [`Plan`] (what is to be sent) → [`Delivery`] (through the same code as any event) → [`Journal`] (what each was
//! answered).
//!
//! | file | question it answers |
//! |---|---|
//! | `plan` | which events are sent, in what order, and which are not? |
//! | `selection` | which events are asked for? |
//! | `signature` | who signed an event, and until when does that hold? |
//! | `delivery` | how does an event get to its endpoint as it came? |
//! | `journal` | which have been delivered? |
//! | `progress` | how far has it come? |

mod delivery;
mod journal;
mod plan;
mod progress;
mod selection;
mod signature;

pub use delivery::{Delivery, Failure};
pub use journal::Journal;
pub use plan::{Event, LeftOut, Plan};
pub use progress::Progress;
pub use selection::Selection;
pub use signature::{Signature, Validity};
