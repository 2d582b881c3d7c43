//! What becomes of a request once its body has been read: it is judged, and recorded where it is dropped.

use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use http::Response;
use http::request::Parts;

use super::access_log::AccessLog;
use super::{Failure, Shared, judge, record};
use crate::body::{Arrived, Paced};
use crate::policy::Action;
use crate::route::Route;
use crate::transport::Peer;

/// What is to be done with a request. `R` is the rest of a body that is too large.
#[derive(Debug)]
pub enum Settled<R = Box<Paced>> {
    /// It goes on as it came.
    Forward(Box<Parts>, Arrived<R>),
    /// It goes no further, and its sender is told that it arrived; but not before all of it has.
    Drop(Box<Response<Bytes>>, Arrived<R>),
    /// It goes no further, and its sender is told why.
    Reject(Box<Response<Bytes>>),
}

/// Decides what becomes of a request of `peer` under `route`. Where it is to be dropped, that is on record when this is
/// done, if it is to be.
///
/// # Errors
///
/// When its sender did not sign it, there is no memory for a copy, or it can't be recorded and is to be refused then.
pub async fn settle<R: Send + 'static>(
    shared: &Arc<Shared>,
    route: &Arc<Route>,
    mut parts: Box<Parts>,
    mut arrived: Arrived<R>,
    peer: Peer,
    log: &mut AccessLog,
) -> Result<Settled<R>, Failure> {
    log.read(arrived.len());
    let begun = log.is_counted().then(Instant::now);
    let decided = if judge::takes_long(route, &parts, &arrived) {
        // Boxed, so that it takes no room in the future of an event that does without.
        let judging = Box::pin(judge::elsewhere(route.clone(), shared, parts, arrived));
        let decided;
        (parts, arrived, decided) = judging.await;
        decided?
    } else {
        judge::here(route, &shared.first_seen, &parts, &arrived)?
    };
    log.decided(decided.noted);
    log.inspected(begun);
    let mut action = decided.action;
    if action == Action::Drop
        && route.audit.record
        && let Some(audit) = &shared.audit
    {
        let event = record::told(route.audit, &parts, &arrived, peer, log);
        // Boxed like what takes long, since few events are dropped.
        action = Box::pin(record::record(audit, route.audit.on_error, event, log)).await?;
    }
    Ok(match (action, decided.reply) {
        (Action::Drop, Some(reply)) => Settled::Drop(reply, arrived),
        (Action::Reject, Some(reply)) => Settled::Reject(reply),
        (_, _) => Settled::Forward(parts, arrived),
    })
}
