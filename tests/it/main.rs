//! What users see, on real sockets and with the real binary.

mod http;
mod config;
mod demo;
mod log;
mod smoke;
mod support;
mod transparency;
