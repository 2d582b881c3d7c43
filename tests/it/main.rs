//! What users see, on real sockets and with the real binary.

mod config;
mod demo;
mod http;
mod log;
mod failures;
mod limits;
mod smoke;
mod stale;
mod stop;
mod support;
mod transparency;
