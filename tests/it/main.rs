//! What users see, on real sockets and with the real binary.

mod config;
mod demo;
mod failures;
mod http;
mod limits;
mod log;
mod loops;
mod reach;
mod smoke;
mod stale;
mod stop;
mod support;
mod transparency;
