//! What users see, on real sockets and with the real binary.

mod config;
mod demo;
mod docs;
mod failures;
mod first_seen;
mod http;
mod large_bodies;
mod limits;
mod log;
mod loops;
mod memory;
mod open_files;
mod reach;
mod report;
mod routes;
mod schema;
mod shadow;
mod signals;
mod smoke;
mod stale;
mod stop;
mod support;
mod transparency;
mod workers;
