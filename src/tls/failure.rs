//! Why two did not come to speak TLS.

use std::fmt;
use std::io;

use rustls::{AlertDescription, CertificateError, Error, InvalidMessage, OtherError};

use super::verifier::Rejected;

/// Why a handshake went wrong.
#[derive(Debug)]
pub enum Failure {
    /// The connection was lost before its end. It may work at another try.
    Lost(io::Error),
    /// It took too long.
    TimedOut,
    /// There was no memory for it.
    Memory,
    /// More came than any handshake has.
    TooLong,
    /// What came was no TLS.
    NoTls,
    /// The other side does not believe our certificate, or wants one of us.
    Refused(AlertDescription),
    /// We do not believe the other side's certificate.
    Certificate(Box<Rejected>),
    /// There is no way of speaking TLS that both sides know, or one of them does it wrong.
    Protocol(Error),
    /// Nothing is known of how to speak TLS with the other side.
    Unset,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::AlertReceived(alert) if is_of_certificates(alert) => Self::Refused(alert),
            Error::InvalidMessage(InvalidMessage::InvalidContentType) => Self::NoTls,
            Error::InvalidCertificate(CertificateError::Other(OtherError(ref told))) => {
                match told.downcast_ref::<Rejected>() {
                    Some(rejected) => Self::Certificate(Box::new(rejected.clone())),
                    None => Self::Protocol(error),
                }
            }
            error => Self::Protocol(error),
        }
    }
}

fn is_of_certificates(alert: AlertDescription) -> bool {
    matches!(
        alert,
        AlertDescription::BadCertificate
            | AlertDescription::UnsupportedCertificate
            | AlertDescription::CertificateRevoked
            | AlertDescription::CertificateExpired
            | AlertDescription::CertificateUnknown
            | AlertDescription::CertificateRequired
            | AlertDescription::NoCertificate
            | AlertDescription::UnknownCA
            | AlertDescription::AccessDenied
    )
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lost(_) => f.write_str("the connection was lost within the TLS handshake"),
            Self::TimedOut => f.write_str("the TLS handshake did not end in time"),
            Self::Memory => f.write_str("there was no memory for a TLS handshake"),
            Self::TooLong => f.write_str("more came than any TLS handshake has"),
            Self::NoTls => f.write_str("what came was no TLS"),
            Self::Refused(alert) => {
                write!(
                    f,
                    "our certificate was refused, with the TLS alert {alert:?}"
                )
            }
            Self::Certificate(rejected) => rejected.fmt(f),
            Self::Protocol(error) => write!(f, "the TLS handshake failed: {error}"),
            Self::Unset => f.write_str("nothing is known of TLS there"),
        }
    }
}

impl std::error::Error for Failure {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Lost(error) => Some(error),
            _ => None,
        }
    }
}
