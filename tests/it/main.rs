//! What users see, on real sockets and with the real binary.

mod config;
mod demo;
mod failures;
mod http;
mod limits;
mod log;
mod open_files;
mod signals;
mod smoke;
mod stale;
mod stop;
mod support;
mod transparency;
