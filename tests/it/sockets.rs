//! Unix sockets on both sides, and several listeners.

mod senders;
mod upstreams;
