//! Recording a drop before its sender is told of it.

use http::request::Parts;

use super::access_log::AccessLog;
use super::failure::Failure;
use crate::audit::{Audit, Dropped, OnError, Rules};
use crate::body::Arrived;
use crate::headers;
use crate::policy::Action;
use crate::transport::Peer;

/// What is recorded of an event.
pub fn told<R>(
    rules: Rules,
    parts: &Parts,
    arrived: &Arrived<R>,
    peer: Peer,
    log: &AccessLog,
) -> Dropped {
    let body = match arrived {
        Arrived::Nothing if rules.body => Some(Vec::new()),
        Arrived::Whole(body) if rules.body => Some(body.pieces().to_vec()),
        // Of one that is too large only the beginning is here.
        Arrived::Nothing | Arrived::Whole(_) | Arrived::TooLarge(..) => None,
    };
    log.dropped(headers::written(parts), body, peer)
}

/// Records an event that is to be dropped, and gives what is to be done with it: it is dropped once it is recorded, or
/// what was asked for where it can't be.
///
/// # Errors
///
/// When it can't be recorded and is to be refused then.
pub async fn record(
    audit: &Audit,
    on_error: OnError,
    event: Dropped,
    log: &mut AccessLog,
) -> Result<Action, Failure> {
    let Err(error) = audit.record(event).await else {
        return Ok(Action::Drop);
    };
    let done = match on_error {
        OnError::Refuse => return Err(error.into()),
        OnError::Forward => Action::Forward,
        OnError::Drop => Action::Drop,
    };
    log.unrecorded(&error, done);
    Ok(done)
}
