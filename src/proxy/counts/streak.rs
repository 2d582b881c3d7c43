//! How often in a row an endpoint has failed, and since when: what a sender counts before it gives up.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use http::StatusCode;

use super::Outcome;

/// Failures in a row. All workers share it: as long as all is well it is only read.
#[derive(Debug, Default)]
pub struct Streak {
    failures: AtomicU64,
    /// Seconds since 1970, when the first of them was.
    since: AtomicU64,
}

impl Streak {
    /// Notes what became of an event, and what its sender was told. What never was to reach the endpoint says nothing of it.
    pub fn note(&self, outcome: Outcome, status: Option<StatusCode>, now: impl Fn() -> u64) {
        let is_failure = match outcome {
            Outcome::Forwarded | Outcome::WouldDrop | Outcome::WouldReject => {
                !status.is_some_and(|status| status.is_success())
            }
            Outcome::Failed => true,
            Outcome::Dropped
            | Outcome::Rejected
            | Outcome::Refused
            | Outcome::Answered
            | Outcome::SenderFailed
            | Outcome::Abandoned => return,
        };
        if is_failure {
            if self.failures.fetch_add(1, Ordering::Relaxed) == 0 {
                self.since.store(now(), Ordering::Relaxed);
            }
        } else if self.failures.load(Ordering::Relaxed) > 0 {
            self.failures.store(0, Ordering::Relaxed);
        }
    }

    /// How many there are since the last success.
    pub fn failures(&self) -> u64 {
        self.failures.load(Ordering::Relaxed)
    }

    /// When the first of them was.
    pub fn since(&self) -> SystemTime {
        let since = Duration::from_secs(self.since.load(Ordering::Relaxed));
        SystemTime::UNIX_EPOCH + since
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_endpoint_did_counts_and_a_success_ends_it() {
        use Outcome::{Dropped, Failed, Forwarded, Refused, SenderFailed, WouldDrop};
        let streak = Streak::default();
        for (now, (outcome, status, failures, since)) in [
            (Forwarded, 200, 0, 0),
            (Forwarded, 500, 1, 1),
            (Failed, 502, 2, 1),
            (Dropped, 200, 2, 1),
            (SenderFailed, 408, 2, 1),
            (Refused, 400, 2, 1),
            (WouldDrop, 404, 3, 1),
            (Forwarded, 302, 4, 1),
            (Forwarded, 204, 0, 1),
            (Failed, 504, 1, 9),
        ]
        .into_iter()
        .enumerate()
        {
            let status = StatusCode::from_u16(status).ok();
            streak.note(outcome, status, || now as u64);
            assert_eq!(streak.failures(), failures, "{now}");
            let expected = SystemTime::UNIX_EPOCH + Duration::from_secs(since);
            assert_eq!(streak.since(), expected, "{now}");
        }
    }
}
