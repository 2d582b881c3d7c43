//! What users see, on real sockets and with the real binary.

mod smoke;
mod support;
