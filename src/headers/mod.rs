//! The heads of requests and answers: what is refused, removed, rewritten, added. The only place that touches header
//! fields.

mod fields;
mod forwarded;
mod refuse;
mod request;
mod response;
mod via;

pub use refuse::{Refusal, check, ends_here, is_encoded};
pub use request::outgoing;
pub use response::{Malformed, incoming, may_trail};
pub use via::goes_round;
