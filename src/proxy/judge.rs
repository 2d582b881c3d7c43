//! Deciding about one request without keeping the others waiting.

use std::future::pending;
use std::panic::resume_unwind;
use std::sync::Arc;

use bytes::Bytes;
use http::Response;
use http::request::Parts;
use tokio::task::spawn_blocking;

use super::noted::Noted;
use super::verified::{verified, verified_within};
use super::{Failure, FirstSeen, Shared, local_reply};
use crate::body::{self, Arrived};
use crate::headers;
use crate::policy::Action;
use crate::route::{Body, Route};
use crate::verify::Flaw;

/// A larger body is judged on a thread of its own. To judge so much takes a worker a tenth of a millisecond, one or two
/// where it is hard to read; to hand a body over costs 20 µs, which for 135 KB would be a fifth of all that it costs.
const AT_ONCE: usize = 192 * 1024;

/// What was decided, with nothing borrowed from the request.
pub struct Decided {
    /// What is to be done.
    pub action: Action,
    /// What the sender is told, unless the request goes on.
    pub reply: Option<Box<Response<Bytes>>>,
    /// What the log says of it.
    pub noted: Noted,
}

impl Decided {
    /// The same about a request that did not verify, if there is such a flaw.
    fn but(self, flaw: Option<&Flaw>) -> Self {
        Self {
            noted: self.noted.unverified(flaw),
            ..self
        }
    }
}

/// Whether to judge this takes so long that it is to be done [`elsewhere`]. A few encoded bytes can stand for many.
pub fn takes_long<R>(route: &Route, parts: &Parts, arrived: &Arrived<R>) -> bool {
    match arrived {
        Arrived::Whole(body) => {
            let is_looked_into = route.looks_into_bodies();
            let is_read = is_looked_into || route.verify.is_some();
            is_read && body.len() > AT_ONCE || is_looked_into && headers::is_encoded(&parts.headers)
        }
        Arrived::Nothing | Arrived::TooLarge(..) => false,
    }
}

/// Verifies and decides at once about what is in no content coding, and tells of a type that is new.
///
/// Fails where it does not verify.
pub fn here<R>(
    route: &Route,
    first_seen: &FirstSeen,
    parts: &Parts,
    arrived: &Arrived<R>,
) -> Result<Decided, Failure> {
    let flaw = verified(route, parts, arrived)?;
    Ok(plainly(route, first_seen, parts, arrived).but(flaw.as_ref()))
}

fn plainly<R>(
    route: &Route,
    first_seen: &FirstSeen,
    parts: &Parts,
    arrived: &Arrived<R>,
) -> Decided {
    let body = match arrived {
        Arrived::Nothing => Body::Absent,
        Arrived::Whole(buffered) => Body::Whole(buffered.pieces()),
        Arrived::TooLarge(..) => Body::TooLarge,
    };
    judged(route, first_seen, parts, body)
}

/// Verifies and decides, whatever the body is in.
///
/// Fails where it does not verify, and when there is no memory for a copy now. If there never could be one that is decoded,
/// that is a doubt, since trying again would not help.
fn whatever<R>(
    route: &Route,
    shared: &Shared,
    parts: &Parts,
    arrived: &Arrived<R>,
) -> Result<Decided, Failure> {
    let flaw = verified_within(&shared.memory, route, parts, arrived)?;
    let Arrived::Whole(buffered) = arrived else {
        return Ok(plainly(route, &shared.first_seen, parts, arrived).but(flaw.as_ref()));
    };
    // It goes back when the copy does, at the end.
    let mut share = shared.memory.share();
    let mut is_busy = false;
    let plain = route.decode(parts, buffered.pieces(), &mut |more| {
        let is_granted = share.grow(more);
        let all = share.bytes() + more + buffered.len();
        is_busy |= !is_granted && all <= shared.memory.room_for_one();
        is_granted
    });
    if is_busy {
        return Err(body::Error::Memory.into());
    }
    let body = plain.body(buffered.pieces());
    Ok(judged(route, &shared.first_seen, parts, body).but(flaw.as_ref()))
}

fn judged<P: AsRef<[u8]>>(
    route: &Route,
    first_seen: &FirstSeen,
    parts: &Parts,
    body: Body<'_, P>,
) -> Decided {
    let decision = route.decide(parts, body);
    if let Some(judgement) = &decision.judgement {
        // The quick look names the type of a broken body as well.
        let is_certain = || route.is_certain(judgement, parts, body);
        first_seen.note(route.name.as_deref(), judgement, is_certain);
    }
    Decided {
        action: decision.action,
        reply: local_reply::decided(&decision, &route.drop).map(Box::new),
        noted: Noted::from(&decision),
    }
}

/// Decides about a large or an encoded body, beside the workers, when it is its turn.
///
/// There are as many turns as threads may do so at once. The workers, who have everybody else's events in their
/// hands, are never left with less than their share of the processors, however many such bodies come.
pub async fn elsewhere<R: Send + 'static>(
    route: Arc<Route>,
    shared: &Arc<Shared>,
    parts: Box<Parts>,
    arrived: Arrived<R>,
) -> (Box<Parts>, Arrived<R>, Result<Decided, Failure>) {
    // Never closed.
    let _turn = shared.judging.acquire().await;
    let shared = shared.clone();
    let judging = spawn_blocking(move || {
        let decided = whatever(&route, &shared, &parts, &arrived);
        (parts, arrived, decided)
    });
    match judging.await {
        Ok(decided) => decided,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => resume_unwind(panic),
            // It was cancelled: the runtime ends, and this task with it.
            Err(_) => pending().await,
        },
    }
}
