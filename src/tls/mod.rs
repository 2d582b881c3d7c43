//! TLS on both sides: what we show, whom we trust, and streams that are encrypted by it.
//!
//! Files become values here ([`Pair`], [`Authorities`]), values become what a side goes by ([`Served`], [`Towards`]), and
//! those are what [`Acceptor`] and [`Dialer`] go by until they are given others. Nothing here reads a file but for the
//! system's roots.
//!
//! TLS 1.2 and 1.3 and nothing older; of 1.2 only suites with forward secrecy and authenticated encryption. There is no
//! compression, no renegotiation, and no early data (0-RTT), which could be sent twice by whoever overhears it.
//!
//! | file | question it answers |
//! |---|---|
//! | `der` | what is the next value of a certificate? |
//! | `time` | when is that? |
//! | `certificate` | for whom is a certificate, by whom, and until when? |
//! | `pair` | what is in these files, and do they fit together? |
//! | `served` | what are senders shown, and who of them is let in? |
//! | `resolver` | which certificate is for the name that a sender asks for? |
//! | `acceptor` | how does a sender's connection become a stream? |
//! | `towards` | whom do we trust as an upstream, and what do we show there? |
//! | `verifier` | what is wrong with the certificate of an upstream? |
//! | `dialer` | how does a connection to an upstream become a stream? |
//! | `failure` | why was there none? |
//! | `stream` | how do bytes get through it? |
//! | `socket` | what can be read and written at once? |

mod acceptor;
mod certificate;
mod der;
mod dialer;
mod failure;
mod pair;
mod resolver;
mod served;
mod socket;
mod stream;
mod time;
mod towards;
mod verifier;

use std::sync::Arc;

use rustls::crypto::{CryptoProvider, aws_lc_rs};

pub use acceptor::{Acceptor, Offer, begins_plain};
pub use certificate::{Certificate, Validity};
pub use dialer::Dialer;
pub use failure::Failure;
pub use pair::{Authorities, Chain, Flaw, Key, Pair};
pub use rustls::pki_types::ServerName;
pub use served::Served;
pub use stream::Stream;
pub use towards::{Towards, Unable};
pub use verifier::Rejected;

/// The only protocol that is spoken within: HTTP/2 is left out on both sides.
const ALPN: &[u8] = b"http/1.1";
/// The versions that are spoken, the better first.
const VERSIONS: &[&rustls::SupportedProtocolVersion] =
    &[&rustls::version::TLS13, &rustls::version::TLS12];

/// What both sides go by, until they are given something else. Clones are the same.
#[derive(Clone, Debug, Default)]
pub struct Sides {
    /// Towards senders.
    pub acceptor: Acceptor,
    /// Towards upstreams.
    pub dialer: Dialer,
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(aws_lc_rs::default_provider())
}
