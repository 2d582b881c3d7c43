//! What Prometheus reads.
//!
//! Everything is added up when it is asked for; until then nobody does anything for it but count.

mod families;
mod process;

use std::time::{Duration, SystemTime};

use prometheus::TextEncoder;
use prometheus::proto::MetricFamily;

use super::State;
use crate::proxy::counts::{
    CountedRoute, Distribution, INSPECT, MOST_OF_ROUTE, Totalled, UPSTREAM,
};
use crate::telemetry::visible;
use families::{Counter, Family, Gauge, histogram};

/// What `TextEncoder` writes, and that it is UTF-8.
pub const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// All metrics, in the text format of Prometheus.
pub fn expose(state: &State) -> String {
    let mut families = of_requests(state);
    families.extend(of_the_program(state));
    families.extend(process::families());
    let mut text = String::new();
    // It fails for a family without a name or samples, of which there are none.
    if let Err(error) = TextEncoder::new().encode_utf8(&families, &mut text) {
        tracing::error!(%error, "metrics can't be told");
    }
    text
}

/// What was counted of requests, by route: empty at the top level and where there is no route, as the log has none.
fn of_requests(state: &State) -> Vec<MetricFamily> {
    let routes = state.gauges.counts.routes();
    let (in_force, nowhere) = routes.split_at(routes.len() - 1);
    let mut events = Family::new::<Counter>(
        "hooksieve_events_total",
        "Requests by what became of them: as many as the log has events.",
        &["route", "verdict"],
    );
    let mut types = Family::new::<Counter>(
        "hooksieve_event_types_total",
        &format!(
            "Requests with a type, the first {MOST_OF_ROUTE} types of each route by themselves and the rest as other."
        ),
        &["route", "type", "verdict"],
    );
    let mut rules = Family::new::<Counter>(
        "hooksieve_rule_matches_total",
        "Requests that a rule in force decided, as the log names it.",
        &["route", "rule"],
    );
    let mut errors = Family::new::<Counter>(
        "hooksieve_upstream_errors_total",
        "Events at which the endpoint failed, by how it did.",
        &["route", "cause"],
    );
    let mut failures = Family::new::<Gauge>(
        "hooksieve_consecutive_failures",
        "Events for the endpoint in a row that were not answered with a 2xx.",
        &["route"],
    );
    let (mut upstream, mut inspect) = (Distribution::default(), Distribution::default());
    for CountedRoute { counts, .. } in &routes {
        upstream = upstream.and(&counts.upstream());
        inspect = inspect.and(&counts.inspect());
    }
    for route in in_force {
        let (counts, name) = (&route.counts, name(route));
        tell(&mut events, &[&name], &counts.totals(), Zeros::Told);
        for seen in counts.types() {
            let shown = visible(seen.name);
            tell(&mut types, &[&name, &shown], &seen.totals, Zeros::LeftOut);
        }
        for (rule, matches) in route.rules() {
            rules.add(&[&name, &visible(rule)], matches);
        }
        for (cause, count) in counts.causes() {
            errors.add(&[&name, cause.name()], count);
        }
        failures.add(&[&name], counts.streak().0);
    }
    for route in nowhere {
        tell(&mut events, &[""], &route.counts.totals(), Zeros::LeftOut);
    }
    let mut all: Vec<_> = [events, types, rules, errors, failures]
        .into_iter()
        .filter_map(Family::finish)
        .collect();
    all.extend([
        histogram(
            "hooksieve_upstream_duration_seconds",
            "Until the endpoint began its answer.",
            &upstream,
            &UPSTREAM,
        ),
        histogram(
            "hooksieve_inspect_duration_seconds",
            "Until it was decided what becomes of an event whose body was there.",
            &inspect,
            &INSPECT,
        ),
    ]);
    all
}

/// Whether what has not occurred is told too.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Zeros {
    Told,
    LeftOut,
}

fn tell(family: &mut Family, labels: &[&str], totals: &Totalled, zeros: Zeros) {
    for (verdict, count) in totals.by_verdict() {
        if count > 0 || zeros == Zeros::Told {
            let labels: Vec<_> = labels.iter().copied().chain([verdict]).collect();
            family.add(&labels, count);
        }
    }
}

/// What is told of the program and of its config.
fn of_the_program(state: &State) -> Vec<MetricFamily> {
    let (gauges, version) = (&state.gauges, state.loaded.version());
    let mut connections = Family::new::<Gauge>(
        "hooksieve_connections",
        "Open connections, of senders and to upstreams.",
        &["side"],
    );
    let free = gauges.places.available_permits();
    connections.add(&["sender"], gauges.senders.saturating_sub(free) as u64);
    connections.add(&["upstream"], gauges.upstream.count() as u64);
    let mut held = Family::new::<Gauge>(
        "hooksieve_held_bytes",
        "Bytes of limits.memory that are taken.",
        &[],
    );
    held.add(&[], gauges.memory.held() as u64);
    let mut lost = Family::new::<Counter>(
        "hooksieve_log_lines_lost_total",
        "Lines of the log that were lost, since stdout did not keep up or could not be written.",
        &[],
    );
    lost.add(&[], state.losses.count());
    let mut reloads = Family::new::<Counter>(
        "hooksieve_config_reloads_total",
        "Versions of the config that came while it ran.",
        &["result"],
    );
    reloads.add(&["applied"], version.applied);
    reloads.add(&["failed"], version.failed);
    let mut loaded = Family::new::<Gauge>(
        "hooksieve_config_loaded_timestamp_seconds",
        "Since when the config in force is.",
        &[],
    );
    loaded.set(&[], since_1970(version.since).as_secs_f64());
    let mut certificates = Family::new::<Gauge>(
        "hooksieve_certificate_expiry_timestamp_seconds",
        "Until when a certificate holds that is shown, by to whom and where it is kept.",
        &["shown_to", "file"],
    );
    for shown in &version.certificates {
        let file = visible(&shown.file.to_string_lossy());
        let until = since_1970(shown.until).as_secs_f64();
        certificates.set(&[shown.shown_to, &file], until);
    }
    let mut build = Family::new::<Gauge>(
        "hooksieve_build_info",
        "1, with what was built.",
        &["version"],
    );
    build.add(&[env!("CARGO_PKG_VERSION")], 1);
    [
        connections,
        held,
        lost,
        reloads,
        loaded,
        certificates,
        build,
    ]
    .into_iter()
    .filter_map(Family::finish)
    .collect()
}

fn name(route: &CountedRoute) -> String {
    visible(route.counts.name.as_deref().unwrap_or_default())
}

fn since_1970(at: SystemTime) -> Duration {
    at.duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default()
}
