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
//! | [`demo`] | shows the whole thing at work on this machine | `run`, `config` |
//! | [`run`] | starts a proxy from a config, and stops it | `proxy`, `server`, `upstream`, `config` |
//! | [`proxy`] | reads, judges, answers or forwards; turns failures into statuses | all below it; of `server` only how connections end |
//! | [`server`] | accepts, serves, drains; generic over the service | nothing of ours |
//! | [`upstream`] | connections, the request line, header fields: the only place that touches them | `body`, `config`, `deadline` |
//! | [`body`] | reads a body up to a limit, holds it, hands it on | `deadline` |
//! | [`config`] | what the user wrote, and what it means | `policy`, `telemetry` |
//! | [`policy`] | patterns, rules, verdicts: pure, knows no HTTP | `event` |
//! | [`event`] | bytes to event types: pure, knows no HTTP | nothing |
//! | [`telemetry`] | the log | nothing |
//! | [`deadline`] | deadlines that cost nothing until they matter | nothing |
//!
//! `main` is a straight line through `cli`, `config`, `telemetry` and `run`, and alone knows exit codes. `config.toml`
//! says what can be set, `README.md` what a user can rely on.
//!
//! A request flows through once, downwards: `Request -> (Parts, Buffered) -> Judgement -> Response`.
//!
//! # What always holds
//!
//! 1. **Never acknowledged, never lost.** The sender of a forwarded event gets a 2xx only if the upstream gave it.
//! 2. **Dropped only when certain.** The whole body was read, is strict JSON, and every way to read its type
//!    leads to the same drop.
//! 3. **Bytes in, bytes out.** Only what RFC 9110 §7.6.1 makes a proxy remove is removed.
//! 4. **A bad config never replaces a good one.** A value of type [`config::Config`] is valid.
//! 5. **Every request is accounted for once**: one log line, one count.

pub mod body;
pub mod cli;
pub mod config;
pub mod deadline;
pub mod demo;
pub mod event;
pub mod headers;
pub mod policy;
pub mod proxy;
pub mod run;
pub mod server;
pub mod telemetry;
pub mod transport;
pub mod upstream;
