//! The heads of requests and answers: what is refused, removed, rewritten, added. The only place that touches header
//! fields.

mod cgi;
mod content;
mod fields;
mod forwarded;
mod lines;
mod refuse;
mod request;
mod response;
mod trusted;
mod via;
mod wire;

pub use cgi::same_to_cgi;
pub use content::{codings, has_other_charset, is_encoded};
pub use lines::{Lines, lines};
pub use refuse::{Refusal, check, ends_here};
pub use request::{Forward, Host, host, outgoing};
pub use response::{Malformed, ends_connection, incoming, may_trail};
pub use trusted::Trusted;
pub use via::goes_round;
pub use wire::{fields, message, written};
