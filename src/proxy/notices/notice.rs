//! What the log says.

use std::time::{Duration, SystemTime};

use humantime::{Rfc3339Timestamp, format_rfc3339_seconds};

use super::regular::Stopped;
use super::remedy::remedy;
use super::streak::{Change, Failures};
use super::window::Told;
use crate::proxy::counts::Cause;
use crate::proxy::ended::Ended;

/// Something that whoever runs this should know of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// An endpoint fails, or no longer does.
    Endpoint(Change),
    /// A type is suddenly most of what comes under a route.
    Most(Told),
    /// A type that was regular comes no more.
    Stopped(Box<str>, Stopped),
    /// A rule drops most of what comes under a route, or would: as the log has that.
    Drops(Told, &'static str),
}

impl Notice {
    /// Logs it, of this route, at the end of this event.
    pub fn log(&self, route: Option<&str>, ended: &Ended<'_>) {
        match self {
            Self::Endpoint(Change::Fails(failures)) => fails(route, failures, ended),
            Self::Endpoint(Change::Answers(failures)) => tracing::info!(
                route,
                failures = failures.count,
                since = %moment(failures.since),
                seconds = failures.lasted,
                "the endpoint answers again"
            ),
            Self::Most(Told { risen, seconds }) => tracing::warn!(
                route,
                r#type = &*risen.name,
                percent = percent(risen.count, risen.total),
                percent_before = risen.percent_before,
                events = risen.total,
                seconds,
                "a type is suddenly most of what comes"
            ),
            Self::Stopped(name, stopped) => tracing::warn!(
                route,
                r#type = &**name,
                per_hour = stopped.per_hour,
                hours = stopped.hours,
                others = stopped.others,
                "a type that came every hour has stopped"
            ),
            Self::Drops(Told { risen, seconds }, verdict) => tracing::warn!(
                route,
                rule = &*risen.name,
                verdict,
                percent = percent(risen.count, risen.total),
                events = risen.total,
                seconds,
                "a rule drops more than half of what comes"
            ),
        }
    }
}

fn fails(route: Option<&str>, failures: &Failures, ended: &Ended<'_>) {
    tracing::warn!(
        route,
        failures = failures.count,
        since = %moment(failures.since),
        status = ended.status.map(|status| status.as_u16()),
        cause = ended.cause.map(Cause::name),
        error = ended.error,
        remedy = remedy(ended),
        "the endpoint fails"
    );
}

fn percent(count: u64, total: u64) -> u64 {
    100 * count / total.max(1)
}

/// Seconds since 1970, as they are written.
fn moment(seconds: u64) -> Rfc3339Timestamp {
    format_rfc3339_seconds(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds))
}
