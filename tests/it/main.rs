//! What users see, on real sockets and with the real binary.

mod http;
mod smoke;
mod support;
mod transparency;
