//! The third promise of the README: bytes in, bytes out. What RFC 9110 makes a proxy remove is under `http`.

mod answer;
mod body;
mod forward;
mod large;
mod request;
mod vanished;
