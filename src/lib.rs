//! hooksieve stands in front of a webhook endpoint, drops the event types that `config.toml` denies, and
//! passes everything else on byte for byte, the answer included.
//!
//! # The map
//!
//! One direction, no cycles; each module may use those below it.
//!
//! | module | what it does | knows |
//! |---|---|---|
//! | [`cli`] | what was typed | nothing |
//! | [`demo`] | shows the whole thing at work on this machine | everything |
//! | [`run`] | starts a proxy from a config, and stops it | everything below |
//! | [`proxy`] | reads, judges, answers or forwards; turns failures into statuses | all below but `server`'s insides |
//! | [`server`] | accepts, serves, drains; generic over the service | nothing of ours |
//! | [`upstream`] | connections, the request line, header fields: the only place that touches them | `body`, `config` |
//! | [`body`] | reads a body up to a limit, holds it, hands it on | nothing |
//! | [`config`] | what the user wrote, and what it means | `policy` |
//! | [`policy`] | patterns, rules, verdicts: pure, knows no HTTP | `event` |
//! | [`event`] | bytes to event types: pure, knows no HTTP | nothing |
//! | [`telemetry`] | the log | nothing |
//! | [`alarm`] | deadlines that cost nothing until they matter | nothing |
//!
//! A request flows through once, downwards: `Request -> (Parts, Held) -> Judgement -> Response`.
//!
//! # What always holds
//!
//! 1. **Never acknowledged, never lost.** The sender of a forwarded event gets a 2xx only if the upstream gave it.
//! 2. **Dropped only when certain.** The whole body was read, is strict JSON, and every way to read its type
//!    leads to the same drop.
//! 3. **Bytes in, bytes out.** Only what RFC 9110 §7.6.1 makes a proxy remove is removed.
//! 4. **A bad config never replaces a good one.** A value of type [`config::Config`] is valid.
//! 5. **Every request is accounted for once**: one log line, one count.

pub mod alarm;
pub mod body;
pub mod cli;
pub mod config;
pub mod demo;
pub mod event;
pub mod policy;
pub mod proxy;
pub mod run;
pub mod server;
pub mod telemetry;
pub mod upstream;
