//! Whether a request is let in.

use std::time::SystemTime;

use bytes::Bytes;
use http::request::Parts;

use super::Failure;
use crate::body::{self, Arrived};
use crate::memory::Memory;
use crate::route::{Mode, Route};
use crate::verify::{Flaw, Verify};

/// Refuses a request that its sender did not sign, where that is asked for. Gives what to log of one that is only
/// observed.
pub fn verified<R>(
    route: &Route,
    parts: &Parts,
    arrived: &Arrived<R>,
) -> Result<Option<Flaw>, Failure> {
    let Some(verify) = &route.verify else {
        return Ok(None);
    };
    settled(route, check(verify, parts, arrived))
}

/// The same with memory for the copy that some schemes take of a large body.
///
/// Fails also when there is none now. If there never could be, it can't be verified.
pub fn verified_within<R>(
    memory: &Memory,
    route: &Route,
    parts: &Parts,
    arrived: &Arrived<R>,
) -> Result<Option<Flaw>, Failure> {
    let Some(verify) = &route.verify else {
        return Ok(None);
    };
    let copied = if verify.copies() { arrived.len() } else { 0 };
    let mut share = memory.share();
    if share.grow(copied) {
        return settled(route, check(verify, parts, arrived));
    }
    if copied + arrived.len() <= memory.room_for_one() {
        return Err(body::Error::Memory.into());
    }
    settled(route, Err(Flaw::TooLarge))
}

fn check<R>(verify: &Verify, parts: &Parts, arrived: &Arrived<R>) -> Result<(), Flaw> {
    let now = SystemTime::now();
    match arrived {
        Arrived::Nothing => verify.check::<Bytes>(parts, &[], now),
        Arrived::Whole(body) => verify.check(parts, body.pieces(), now),
        Arrived::TooLarge(..) => Err(Flaw::TooLarge),
    }
}

fn settled(route: &Route, checked: Result<(), Flaw>) -> Result<Option<Flaw>, Failure> {
    match (checked, route.mode) {
        (Ok(()), _) => Ok(None),
        (Err(flaw), Mode::Observe) => Ok(Some(flaw)),
        (Err(flaw), Mode::Enforce) => Err(Failure::Unverified(flaw)),
    }
}
