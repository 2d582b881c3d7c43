//! hooksieve stands in front of a webhook endpoint, drops the event types that `config.toml` denies, and
//! passes everything else on byte for byte, the answer included.
//!
//! # The map
//!
//! One direction, no cycles; each module may use those below it.
//!
//! | module | what it does |
//! |---|---|
//! | [`cli`] | what was typed |
//! | [`commands`] | run, check, explain, report, audit, resend, senders, health, schema, demo: thin |
//! | [`report`] | lines of the log -> what came, and what other rules would have made of it: pure |
//! | [`resend`] | recorded drops -> their endpoints after all |
//! | [`config`] | what the user wrote -> routes and settings; nobody below knows it but [`workers`] |
//! | [`handover`] | listening sockets go over from one process to the next |
//! | [`systemd`] | what a service manager hands over, and what it is told |
//! | [`workers`] | starts workers, hands them new versions of the config, stops them |
//! | [`admin`] | health, metrics and a page: a second, small service on the same server |
//! | [`proxy`] | read -> verify -> decide -> reply or forward; the only place that turns failures into statuses |
//! | [`route`] | [`Routes`](route::Routes) (which route is it?) and [`Route::decide`](route::Route::decide): pure, no I/O, no response types |
//! | [`senders`] | what is known of senders: a table |
//! | [`verify`] | signature schemes: is this signed by whoever has the secret? Pure |
//! | [`policy`] | patterns, rules, verdict: pure, knows no HTTP |
//! | [`event`] | bytes -> event types: pure, knows no HTTP |
//! | [`coding`] | content codings: bytes -> what they stand for, within limits: pure, knows no HTTP |
//! | [`audit`] | a record on disk of each event that is dropped, and whether that is whole |
//! | [`upstream`] | connections: getting one, an event through it exactly once |
//! | [`headers`] | request and response heads: what is refused, removed, rewritten, added; the only place that touches header fields |
//! | [`body`] | reading a body up to a limit, holding it, handing it on |
//! | [`server`] | listeners, connections, drain: generic over the service, knows none of the above |
//! | [`transport`] | a stream of bytes to somebody, and who that is |
//! | [`tls`] | certificates, what we show and whom we trust, streams that are encrypted |
//! | [`memory`] | how much memory senders may take altogether |
//! | [`open_files`] | how many senders the limit of open files leaves room for |
//! | [`deadline`] | waits that cost nothing until they are overdue |
//! | [`telemetry`] | the log |
//!
//! Beside it, `hooksieve-extproc` in `extproc/` is another front end, with a lockfile in common and dependencies of its own: Envoy
//! asks it what becomes of a request, and it answers by [`config`], [`route`] and what [`proxy`] has to settle one.
//!
//! `main` goes from arguments to a command, and alone knows exit codes. `config.toml`
//! says what can be set, `README.md` what a user can rely on.
//!
//! A request flows through once, downwards: `Request -> (Parts, Buffered) -> Decision -> Response`.
//!
//! # What always holds
//!
//! 1. **Never acknowledged, never lost.** The sender of a forwarded event gets a 2xx only if the upstream gave it.
//! 2. **Dropped only when certain.** The whole body was read, what its type is in is well-formed, and every way to read
//!    that leads to the same drop.
//! 3. **Bytes in, bytes out.** Only what RFC 9110 §7.6.1 makes a proxy remove is removed.
//! 4. **A bad config never replaces a good one.** A value of type [`config::Config`] is valid.
//! 5. **Every request is accounted for once**: one log line, one count.

pub mod admin;
pub mod audit;
pub mod body;
pub mod cli;
pub mod coding;
pub mod commands;
pub mod config;
pub mod deadline;
pub mod event;
pub mod handover;
pub mod headers;
pub mod memory;
pub mod open_files;
pub mod policy;
pub mod proxy;
pub mod report;
pub mod resend;
pub mod route;
pub mod senders;
pub mod server;
pub mod systemd;
pub mod telemetry;
pub mod tls;
pub mod transport;
pub mod upstream;
pub mod verify;
pub mod workers;
