//! `hooksieve-extproc` as Envoy sees it, message by message, and as senders see it, through a real Envoy.
//!
//! What needs Envoy is left out unless it is asked for: `ENVOY=/path/to/envoy cargo test -p hooksieve-extproc -- --ignored`.

mod around;
mod bodies;
mod configured;
mod decided;
mod faults;
mod guarded;
mod routes;
mod support;
mod through;
mod verdicts;
