//! What the sections of the file mean that hold for the whole program.

use std::path::PathBuf;
use std::time::Duration;

use tracing::level_filters::LevelFilter;

use crate::audit;
use crate::server::Access;
use crate::telemetry::Format;
use crate::tls::ServerName;
use crate::transport::Address;

/// When the file is read again while the program runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reload {
    /// Whenever it is saved, and at SIGHUP. The default: who changes a rule means it to hold.
    Watch,
    /// At SIGHUP and not before.
    Signal,
}

/// `[limits]`: how much is accepted, so that no sender can exhaust the machine.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Senders connected at once, 1 to 1,000,000; more are answered 503. Default 10,000.
    pub connections: usize,
    /// Bytes held in bodies, and in heads over 8 KiB, altogether, [`Route::inspect`](crate::route::Route::inspect) to
    /// 1 TiB; beyond it requests are answered 503. Default 256 MiB.
    pub memory: usize,
    /// Fields in the head of a request, 1 to 1,000; more are answered 431. Default 100.
    pub headers: usize,
    /// Bytes in the head of a request, request line included, 8 KiB to 1 MiB; more are answered 431.
    /// Default 32 KiB.
    pub header_size: usize,
}

/// `[timeouts]`: how long anything is waited for. From 1 ms to 24 h, to the millisecond.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Timeouts {
    /// For the head of a request to arrive. Default 10 s.
    pub header: Duration,
    /// For an inspected body to arrive whole, and each MiB of a larger one. Default 30 s.
    pub body: Duration,
    /// For the next request on a sender's connection. Default 60 s.
    pub idle: Duration,
    /// How long an idle connection to the upstream may be used again; zero opens one per event. Default 100 ms:
    /// under load it is used again sooner, otherwise a new one costs 50 µs; an event written while the upstream closes
    /// is a 502.
    pub reuse: Duration,
    /// After SIGTERM, for what is in flight to be finished. Default 30 s, as long as an answer may take.
    pub drain: Duration,
}

/// `[log]`: what is told, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Log {
    /// Default [`Format::Auto`].
    pub format: Format,
    /// The least severe level that is written: error, warn, info or debug. Default info, at which each event
    /// is a line.
    pub level: LevelFilter,
}

/// `[audit]`: the file in which drops are recorded. What of them is, each route says for itself.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Audit {
    /// Where it is. Default none: nothing is recorded unasked.
    pub path: Option<PathBuf>,
    /// Bytes after which another file is begun, 64 KiB to 1 TiB. Default 64 MiB.
    pub max_size: usize,
    /// How many files are kept beside the one that is written, 1 to 1,000. Default 10.
    pub keep: usize,
}

impl Audit {
    /// What is needed to open the file; `None` where there is none.
    #[must_use]
    pub fn settings(&self) -> Option<audit::Settings> {
        Some(audit::Settings {
            path: self.path.clone()?,
            max_size: self.max_size as u64,
            keep: self.keep,
        })
    }
}

/// `[admin]`: health, metrics and a page for whoever runs this.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Admin {
    /// Where it listens; default nowhere, and then nothing is counted for it.
    pub listen: Option<Address>,
    /// By which names it may be asked for, beside IP addresses and `localhost`. Default none: a page elsewhere that makes
    /// its name lead here would read all of it. On a Unix socket, which no page reaches, any name will do.
    pub hosts: Vec<String>,
    /// Whether it is meant that other networks may reach it, so that nobody is warned. Default no. A container, which has
    /// no other address that it can name, writes yes and leaves it to the network around it.
    pub public: bool,
    /// Whether it is not ready, either, while the file that was saved last has a mistake. Default no: events go on by the
    /// rules before.
    pub strict_ready: bool,
}

/// `[socket]`: Unix sockets that are made here, and how listeners go over to another process.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Socket {
    /// Who may connect to them.
    pub access: Access,
    /// The Unix socket at which the next process asks for the listeners of this one. Default none: a second process is
    /// a mistake, and finds the port taken.
    pub handover: Option<PathBuf>,
}

/// `[tls]`: what senders are shown where they are to speak TLS.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Tls {
    /// Certificates and their keys; the first is for all names that none of them is for. Default none: senders speak
    /// plain HTTP.
    pub pairs: Vec<Files>,
    /// The certificates by which those of senders must be issued. Default none: a sender needs no certificate.
    pub client_ca: Option<PathBuf>,
}

/// `[upstream_tls]`: whom `https://` upstreams are taken for, and what they are shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct UpstreamTls {
    /// Certificates of those who are believed beside the system's. Default none.
    pub ca: Option<PathBuf>,
    /// The certificate that upstreams are shown which ask for one, and its key. Default none.
    pub pair: Option<Files>,
    /// The name that is asked for and that their certificates must be for. Default the host of each URL.
    pub server_name: Option<ServerName<'static>>,
}

/// A certificate, with those above it, and its key: PEM, both perhaps in one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Files {
    /// Where the certificate is.
    pub cert: PathBuf,
    /// Where its key is.
    pub key: PathBuf,
}
