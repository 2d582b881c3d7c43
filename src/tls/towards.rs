//! Whom we trust as an upstream, and what we show there.

use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};

use super::pair::{Authorities, Pair};
use super::verifier::Telling;
use super::{ALPN, VERSIONS, provider};

/// How upstreams are spoken to by TLS.
#[derive(Clone, Debug)]
pub struct Towards {
    /// What we show to those who ask for it.
    pub pair: Option<Pair>,
    /// The name that is asked for and that the certificate must be for; without, it is that of the URL.
    pub(super) name: Option<ServerName<'static>>,
    roots: Arc<RootCertStore>,
    pub(super) config: Arc<ClientConfig>,
}

/// Why upstreams can't be spoken to by TLS.
#[derive(Debug)]
pub enum Unable {
    /// Nobody is believed; what was wrong with the roots of the system, if anything.
    NoRoots(Option<rustls_native_certs::Error>),
    /// The cryptography can't be had as it is needed, which no file changes.
    Crypto(String),
}

impl Towards {
    /// Believes the system's roots and these authorities beside them. The upstream must have a certificate for `name`, or
    /// without one for the host of its URL; it is shown `pair` where it asks.
    ///
    /// # Errors
    ///
    /// When there is nobody to believe.
    pub fn new(
        beside: Option<&Authorities>,
        pair: Option<Pair>,
        name: Option<ServerName<'static>>,
    ) -> Result<Self, Unable> {
        let system = rustls_native_certs::load_native_certs();
        let mut roots = RootCertStore::empty();
        // Old roots may be made in ways that are no more allowed.
        let _ = roots.add_parsable_certificates(system.certs);
        if let Some(beside) = beside {
            let added = beside.add_to(&mut roots);
            added.map_err(|flaw| Unable::Crypto(flaw.to_string()))?;
        }
        if roots.is_empty() {
            return Err(Unable::NoRoots(system.errors.into_iter().next()));
        }
        let roots = Arc::new(roots);
        let config = config(&roots, pair.as_ref()).map_err(Unable::Crypto)?;
        Ok(Self {
            pair,
            name,
            roots,
            config: Arc::new(config),
        })
    }
}

fn config(roots: &Arc<RootCertStore>, pair: Option<&Pair>) -> Result<ClientConfig, String> {
    let verifier = WebPkiServerVerifier::builder_with_provider(roots.clone(), provider());
    let verifier = verifier.build().map_err(|error| error.to_string())?;
    let builder = ClientConfig::builder_with_provider(provider())
        .with_protocol_versions(VERSIONS)
        .map_err(|error| error.to_string())?
        // What is dangerous about it is to believe what should not be; this one only tells more.
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Telling(verifier)));
    let mut config = match pair {
        None => builder.with_no_client_auth(),
        Some(pair) => {
            let shown = rustls::sign::SingleCertAndKey::from(pair.certified.clone());
            builder.with_client_cert_resolver(Arc::new(shown))
        }
    };
    config.alpn_protocols = vec![ALPN.to_vec()];
    Ok(config)
}

impl PartialEq for Towards {
    fn eq(&self, other: &Self) -> bool {
        self.pair == other.pair && self.name == other.name && self.roots.roots == other.roots.roots
    }
}

impl Eq for Towards {}

impl std::fmt::Display for Unable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NoRoots(why) => {
                f.write_str("no root certificates were found on this system")?;
                if let Some(why) = why {
                    write!(f, " ({why})")?;
                }
                f.write_str("; install the package ca-certificates, or name those you believe as upstream_tls.ca")
            }
            Self::Crypto(why) => write!(f, "TLS can't be had: {why}"),
        }
    }
}

impl std::error::Error for Unable {}
