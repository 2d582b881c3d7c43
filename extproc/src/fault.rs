//! How Envoy must not be configured: then it is told nothing, so that it answers 500 and the sender tries again.

use std::fmt;

use envoy_types::pb::envoy::extensions::filters::http::ext_proc::v3::processing_mode::BodySendMode;
use envoy_types::pb::envoy::service::ext_proc::v3::{ProcessingRequest, ProtocolConfiguration};
use tonic::Status;

/// What is wrong with how Envoy asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It does not wait for answers.
    Unheeded,
    /// Its bodies come in parts, of which some have gone on before the last is there.
    InParts,
    /// What came is no part of a request that this has seen the head of.
    OutOfOrder,
}

impl Fault {
    /// What is wrong with the first message of an exchange, if anything.
    pub fn of(first: &ProcessingRequest) -> Option<Self> {
        if first.observability_mode {
            return Some(Self::Unheeded);
        }
        let config = first.protocol_config.as_ref();
        config.and_then(|config| (!is_whole(config)).then_some(Self::InParts))
    }
}

/// Whether a body comes at once if it comes.
fn is_whole(config: &ProtocolConfiguration) -> bool {
    matches!(
        BodySendMode::try_from(config.request_body_mode),
        Ok(BodySendMode::None | BodySendMode::Buffered)
    )
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unheeded => {
                "Envoy is configured with observability_mode, by which nothing is dropped; take it out, and write mode = \
                 \"observe\" in the config instead"
            }
            Self::InParts => {
                "Envoy is configured to send bodies in parts; write request_body_mode: BUFFERED"
            }
            Self::OutOfOrder => "Envoy sent something else than the next part of a request",
        })
    }
}

impl std::error::Error for Fault {}

impl From<Fault> for Status {
    fn from(fault: Fault) -> Self {
        Self::failed_precondition(fault.to_string())
    }
}
