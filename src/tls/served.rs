//! What senders are shown, and who of them is let in.

use std::sync::Arc;

use rustls::RootCertStore;
use rustls::ServerConfig;
use rustls::server::{NoServerSessionStorage, WebPkiClientVerifier};

use super::pair::{Authorities, Pair};
use super::resolver::Resolver;
use super::{ALPN, VERSIONS, provider};

/// Certificates that are shown to senders, and what theirs must be issued by if they need one.
#[derive(Clone, Debug)]
pub struct Served {
    /// The certificates, at least one; the first is for all names that none of them is for.
    pub pairs: Vec<Pair>,
    /// Without, everybody may connect.
    pub(super) senders: Option<Authorities>,
    pub(super) config: ServerConfig,
}

impl Served {
    /// Shows `pairs`, of which there is at least one. With authorities for `senders`, each of these needs a certificate
    /// of theirs.
    ///
    /// # Errors
    ///
    /// When the cryptography can't be had as it is needed, which no file changes.
    pub fn new(pairs: Vec<Pair>, senders: Option<Authorities>) -> Result<Self, rustls::Error> {
        let builder =
            ServerConfig::builder_with_provider(provider()).with_protocol_versions(VERSIONS)?;
        let builder = match &senders {
            None => builder.with_no_client_auth(),
            Some(authorities) => {
                let mut roots = RootCertStore::empty();
                authorities
                    .add_to(&mut roots)
                    .map_err(|flaw| rustls::Error::General(flaw.to_string()))?;
                let verifier =
                    WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider());
                let verifier = verifier.build();
                builder.with_client_cert_verifier(
                    verifier.map_err(|error| rustls::Error::General(error.to_string()))?,
                )
            }
        };
        let mut config = builder.with_cert_resolver(Arc::new(Resolver::new(&pairs)));
        config.alpn_protocols = vec![ALPN.to_vec()];
        // Tickets resume a session with any worker, and after a reload; to keep sessions as well would take memory.
        config.session_storage = Arc::new(NoServerSessionStorage {});
        // A sender that comes back has one connection or another, not several at once from one.
        config.send_tls13_tickets = 1;
        Ok(Self {
            pairs,
            senders,
            config,
        })
    }
}

impl PartialEq for Served {
    fn eq(&self, other: &Self) -> bool {
        self.pairs == other.pairs && self.senders == other.senders
    }
}

impl Eq for Served {}
