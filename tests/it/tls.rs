//! TLS towards senders and towards upstreams.

mod bad;
mod check;
mod ends;
mod idle;
mod limits;
mod refused;
mod reload;
mod served;
mod upstream;
