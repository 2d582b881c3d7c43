//! What users see, on real sockets and with the real binary.

mod config;
mod demo;
mod docs;
mod failures;
mod http;
mod large_bodies;
mod limits;
mod log;
mod loops;
mod memory;
mod open_files;
mod reach;
mod reload;
mod routes;
mod signals;
mod smoke;
mod stale;
mod stop;
mod support;
mod transparency;
mod workers;
