//! How a request ends otherwise than by a decision.

use envoy_types::pb::envoy::service::ext_proc::v3::{HttpHeaders, ProcessingResponse};
use hooksieve::body;
use hooksieve::proxy::{self, AccessLog, Failure, Outcome};
use http::StatusCode;

use crate::LOG;
use crate::answer;
use crate::fault::Fault;
use crate::head;

/// Why there is no place for one more.
const FULL: &str = "there are more requests at once than limits.connections";
/// What is said where Envoy has answered for itself.
const TOO_SOON: &str = "Envoy answered before the body was here: it may be larger than Envoy's buffer, or have come too slowly";
/// What is said where a request went on without its body having been here.
const UNHEEDED: &str = "Envoy passed a request on whose body it was asked for, so that nobody has looked into it; write \
                        request_body_mode: BUFFERED and allow_mode_override: true";

/// The reply to a request that failed.
pub fn failed(log: &mut AccessLog, failure: &Failure) -> ProcessingResponse {
    log.failed(failure);
    let reply = proxy::failed(failure);
    log.answered(reply.status());
    answer::reply(reply)
}

/// The reply to one request more than there are places for.
pub fn without_place(mut log: AccessLog) -> ProcessingResponse {
    let reply = failed(&mut log, &Failure::Body(body::Error::Memory));
    log.ended(Outcome::Failed, FULL.to_owned());
    reply
}

/// What is said to the answer to a request whose body was waited for.
pub fn answered_too_soon(mut log: AccessLog, headers: &HttpHeaders) -> ProcessingResponse {
    let status = head::status(headers.headers.as_ref()).unwrap_or_default();
    let why = if status.is_client_error() || status.is_server_error() {
        TOO_SOON
    } else {
        tracing::error!(target: LOG, "{UNHEEDED}");
        UNHEEDED
    };
    log.ended(Outcome::Failed, why.to_owned());
    log.answered(status);
    answer::answered()
}

/// The end of a request that Envoy asks about otherwise than it has to.
pub fn refused(mut log: AccessLog, because: Fault) -> Fault {
    fault(&mut log, because.to_string());
    because
}

/// The same of one that can't be read.
pub fn fault(log: &mut AccessLog, why: String) {
    log.ended(Outcome::Failed, why);
    // Envoy's own, when it is told nothing.
    log.answered(StatusCode::INTERNAL_SERVER_ERROR);
}
