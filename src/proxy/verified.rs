//! Whether a request is let in.

use std::time::SystemTime;

use bytes::Bytes;
use http::request::Parts;

use super::Failure;
use crate::body::Arrived;
use crate::route::{Mode, Route};
use crate::verify::Flaw;

/// Refuses a request that its sender did not sign, where that is asked for. Gives what to log of one that is only
/// observed.
pub fn verified(route: &Route, parts: &Parts, arrived: &Arrived) -> Result<Option<Flaw>, Failure> {
    let Some(verify) = &route.verify else {
        return Ok(None);
    };
    let now = SystemTime::now();
    let checked = match arrived {
        Arrived::Nothing => verify.check::<Bytes>(parts, &[], now),
        Arrived::Whole(body) => verify.check(parts, body.pieces(), now),
        Arrived::TooLarge(..) => Err(Flaw::TooLarge),
    };
    match (checked, route.mode) {
        (Ok(()), _) => Ok(None),
        (Err(flaw), Mode::Observe) => Ok(Some(flaw)),
        (Err(flaw), Mode::Enforce) => Err(Failure::Unverified(flaw)),
    }
}
