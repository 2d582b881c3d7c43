//! What is in a file of certificates or of a key, and whether the two fit together.

#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;

use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use rustls::{InconsistentKeys, RootCertStore};

use super::certificate::Certificate;
use super::provider;

/// A certificate with those above it and its key, which fits.
#[derive(Clone, Debug)]
pub struct Pair {
    /// What the certificate says of itself.
    pub certificate: Certificate,
    pub(super) certified: Arc<CertifiedKey>,
}

/// Those whose certificates are believed, at least one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authorities(Vec<CertificateDer<'static>>);

/// What is wrong with a file.
#[derive(Debug)]
pub enum Flaw {
    /// It is no PEM, or PEM that is cut or garbled.
    Pem(pem::Error),
    /// There is no certificate in it.
    NoCertificate,
    /// The certificate with this number, from 1, can't be read.
    Certificate(usize),
    /// There is no key in it.
    NoKey,
    /// The key is encrypted.
    Encrypted,
    /// The key is of a kind that can't be used.
    Key,
    /// The key is another certificate's.
    OthersKey,
}

impl Pair {
    /// Puts together what is in the file of a certificate and in that of a key; both may be the same.
    ///
    /// # Errors
    ///
    /// When the key is none that can be used, or does not fit.
    pub fn new(chain: Chain, key: Key) -> Result<Self, Flaw> {
        let certified = CertifiedKey::from_der(chain.all, key.0, &provider());
        let certified = certified.map_err(|error| match error {
            rustls::Error::InconsistentKeys(InconsistentKeys::KeyMismatch) => Flaw::OthersKey,
            _ => Flaw::Key,
        })?;
        Ok(Self {
            certificate: chain.first,
            certified: Arc::new(certified),
        })
    }
}

/// Another key would have another certificate.
impl PartialEq for Pair {
    fn eq(&self, other: &Self) -> bool {
        self.certified.cert == other.certified.cert
    }
}

impl Eq for Pair {}

/// What is in the file of a certificate: it, and those that lead from it to an authority.
#[derive(Debug)]
pub struct Chain {
    first: Certificate,
    all: Vec<CertificateDer<'static>>,
}

/// What is in the file of a key.
#[derive(Debug)]
pub struct Key(PrivateKeyDer<'static>);

impl Chain {
    /// Reads the PEM of a certificate and perhaps of those above it.
    ///
    /// # Errors
    ///
    /// When there is none, or one can't be read.
    pub fn read(pem: &[u8]) -> Result<Self, Flaw> {
        let all = certificates(pem)?;
        // What can't be verified by those who get it is not shown to them.
        let mut store = RootCertStore::empty();
        for (number, one) in all.iter().enumerate() {
            let is_read = Certificate::read(one).is_some() && store.add(one.clone()).is_ok();
            if !is_read {
                return Err(Flaw::Certificate(number + 1));
            }
        }
        let first = all.first().and_then(|first| Certificate::read(first));
        Ok(Self {
            first: first.ok_or(Flaw::NoCertificate)?,
            all,
        })
    }
}

impl Key {
    /// Reads the first key in PEM: PKCS #8, PKCS #1 or SEC 1.
    ///
    /// # Errors
    ///
    /// When there is none, or it is encrypted.
    pub fn read(pem: &[u8]) -> Result<Self, Flaw> {
        match PrivateKeyDer::from_pem_slice(pem) {
            Ok(key) => Ok(Self(key)),
            // An old form tells of the passphrase within, where base64 is expected.
            Err(_) if is_encrypted(pem) => Err(Flaw::Encrypted),
            Err(pem::Error::NoItemsFound) => Err(Flaw::NoKey),
            Err(error) => Err(Flaw::Pem(error)),
        }
    }
}

impl Authorities {
    /// Reads the PEM of one or several.
    ///
    /// # Errors
    ///
    /// When there is none, or one can't be read.
    pub fn read(pem: &[u8]) -> Result<Self, Flaw> {
        let authorities = Self(certificates(pem)?);
        authorities.add_to(&mut RootCertStore::empty())?;
        Ok(authorities)
    }

    /// Adds them to those who are believed already.
    pub(super) fn add_to(&self, store: &mut RootCertStore) -> Result<(), Flaw> {
        for (number, one) in self.0.iter().enumerate() {
            let added = store.add(one.clone());
            added.map_err(|_| Flaw::Certificate(number + 1))?;
        }
        Ok(())
    }
}

fn certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, Flaw> {
    let all: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    let all = all.map_err(Flaw::Pem)?;
    if all.is_empty() {
        return Err(Flaw::NoCertificate);
    }
    Ok(all)
}

fn is_encrypted(pem: &[u8]) -> bool {
    let has = |text: &[u8]| memchr::memmem::find(pem, text).is_some();
    has(b"BEGIN ENCRYPTED PRIVATE KEY") || has(b"Proc-Type: 4,ENCRYPTED")
}

impl fmt::Display for Flaw {
    /// The rest of a sentence that begins with the file.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pem(error) => write!(f, "is broken PEM: {error}; name the file as it was issued"),
            Self::NoCertificate => f.write_str(
                "has no certificate in it; name a file in PEM, with -----BEGIN CERTIFICATE----- in it",
            ),
            Self::Certificate(number) => write!(
                f,
                "has something as certificate number {number} that can't be read; name the file as it was issued"
            ),
            Self::NoKey => f.write_str(
                "has no private key in it; name a file in PEM, with -----BEGIN PRIVATE KEY----- in it",
            ),
            Self::Encrypted => f.write_str(
                "is encrypted, and nobody is there to be asked for a passphrase; take it off, as with `openssl pkey`",
            ),
            Self::Key => f.write_str(
                "has a key that can't be used; have one made that is RSA of 2048 to 8192 bits, P-256, P-384, P-521 or \
                 Ed25519",
            ),
            Self::OthersKey => f.write_str("is the key of another certificate; name the one that was made with it"),
        }
    }
}

impl std::error::Error for Flaw {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Pem(error) => Some(error),
            _ => None,
        }
    }
}
