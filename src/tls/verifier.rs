//! What is wrong with the certificate of an upstream, said so that whoever runs this knows what to do.

use std::fmt;
use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, DigitallySignedStruct, Error, OtherError, SignatureScheme};

use super::certificate::Certificate;

/// Verifies as rustls does, and tells of what it rejects.
#[derive(Debug)]
pub struct Telling(pub Arc<WebPkiServerVerifier>);

/// A certificate that was not believed, and why.
#[derive(Clone, Debug)]
pub struct Rejected {
    /// The certificate, where it can be read.
    pub certificate: Option<Certificate>,
    /// The name that it would have to be for.
    pub name: String,
    /// What is wrong with it.
    pub why: CertificateError,
}

impl ServerCertVerifier for Telling {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        above: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let verified = self
            .0
            .verify_server_cert(certificate, above, name, ocsp, now);
        verified.map_err(|error| match error {
            Error::InvalidCertificate(why) => {
                let rejected = Rejected {
                    certificate: Certificate::read(certificate),
                    name: name.to_str().into_owned(),
                    why,
                };
                CertificateError::Other(OtherError(Arc::new(rejected))).into()
            }
            error => error,
        })
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.0.verify_tls12_signature(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.0.verify_tls13_signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_verify_schemes()
    }
}

impl fmt::Display for Rejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            certificate,
            name,
            why,
        } = self;
        let Some(certificate) = certificate else {
            return f
                .write_str("the upstream's certificate can't be read; have another one issued");
        };
        write!(f, "the upstream's certificate {certificate}, ")?;
        match why {
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
                f.write_str("has expired; have it renewed there")
            }
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                f.write_str("is not valid yet; look at the clock here, or wait")
            }
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => write!(
                f,
                "is not for \"{name}\"; write the name that it is for in the URL or as upstream_tls.server_name, or have \
                 one issued for \"{name}\""
            ),
            CertificateError::UnknownIssuer => f.write_str(
                "is of nobody that is believed; name the certificate of who issued it as upstream_tls.ca, or have the \
                 upstream send those in between as well",
            ),
            CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => {
                f.write_str("is not for servers; have one issued that is (serverAuth)")
            }
            CertificateError::Other(OtherError(other)) => write!(
                f,
                "can't be used by a server: {other}; have another one issued there"
            ),
            why => write!(f, "can't be believed: {why}; have another one issued there"),
        }
    }
}

impl std::error::Error for Rejected {}
