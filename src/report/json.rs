//! What came, as a program reads it: one object, as `docs/report.md` has it.

use std::io::{self, Write};
use std::time::SystemTime;

use serde::Serialize;
use serde_json::ser::Serializer;

use super::order::{cases, failures, pairs, routes};
use super::visible::Visible;
use super::{Case, Changed, Failure, Pair, Route, Subject, Tally, WhatIf};
use crate::telemetry::is_cut;

/// Writes what came, and what new rules would have made of it; those are called as their file is.
///
/// # Errors
///
/// When it can't be written.
pub fn write(
    out: &mut impl Write,
    tally: &Tally,
    what_if: Option<(&str, &WhatIf<'_>)>,
) -> io::Result<()> {
    let report = Report {
        events: tally.events,
        left_out: tally.left_out,
        first: tally.span.map(|(first, _)| time(first)),
        last: tally.span.map(|(_, last)| time(last)),
        other_lines: tally.others,
        skipped: Skipped {
            text: tally.skipped.text,
            foreign: tally.skipped.foreign,
            broken_off: tally.skipped.broken_off,
        },
        routes: routes(tally).into_iter().map(Came::of).collect(),
        what_if: what_if.map(|(config, what_if)| Judged::of(config, what_if)),
    };
    report.serialize(&mut Serializer::with_formatter(&mut *out, Visible))?;
    writeln!(out)
}

#[derive(Serialize)]
struct Report<'t> {
    events: u64,
    left_out: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    first: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last: Option<String>,
    other_lines: u64,
    skipped: Skipped,
    routes: Vec<Came<'t>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    what_if: Option<Judged<'t>>,
}

#[derive(Serialize)]
struct Skipped {
    text: u64,
    foreign: u64,
    broken_off: u64,
}

#[derive(Serialize)]
struct Came<'t> {
    #[serde(skip_serializing_if = "Option::is_none")]
    route: Option<&'t str>,
    events: u64,
    types: Vec<Kind<'t>>,
}

/// What came: one type, or what events had instead.
#[derive(Serialize)]
struct Kind<'t> {
    #[serde(flatten)]
    name: Name<'t>,
    count: u64,
    first: String,
    last: String,
    verdicts: Vec<Became<'t>>,
    #[serde(skip_serializing_if = "is_zero")]
    other_verdicts: u64,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    failures: Vec<Failed<'t>>,
    #[serde(skip_serializing_if = "is_zero")]
    other_failures: u64,
}

#[derive(Serialize)]
struct Name<'t> {
    kind: &'static str,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    name: Option<&'t str>,
}

#[derive(Serialize)]
struct Became<'t> {
    verdict: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<&'t str>,
    count: u64,
    first: String,
    last: String,
}

#[derive(Serialize)]
struct Failed<'t> {
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'t str>,
    count: u64,
}

#[derive(Serialize)]
struct Judged<'t> {
    config: &'t str,
    changes: Vec<Change<'t>>,
    same: Vec<Change<'t>>,
    untold: Vec<Untold>,
    unjudged: u64,
}

#[derive(Serialize)]
struct Change<'t> {
    #[serde(skip_serializing_if = "Option::is_none")]
    route: Option<&'t str>,
    #[serde(flatten)]
    name: Name<'t>,
    was: &'static str,
    would_be: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<&'t str>,
    count: u64,
}

#[derive(Serialize)]
struct Untold {
    why: &'static str,
    count: u64,
}

impl<'t> Came<'t> {
    fn of((path, route): (Option<&'t str>, &'t Route)) -> Self {
        Self {
            route: path,
            events: route.events(),
            types: pairs(route).into_iter().map(Kind::of).collect(),
        }
    }
}

impl<'t> Kind<'t> {
    fn of((subject, pair): (Subject<'t>, &'t Pair)) -> Self {
        Self {
            name: Name::of(subject),
            count: pair.counted.count,
            first: time(pair.counted.first),
            last: time(pair.counted.last),
            verdicts: cases(pair).into_iter().map(Became::of).collect(),
            other_verdicts: pair.other_cases,
            failures: failures(pair).into_iter().map(Failed::of).collect(),
            other_failures: pair.other_failures,
        }
    }
}

impl<'t> Name<'t> {
    fn of(subject: Subject<'t>) -> Self {
        let name = match subject {
            Subject::Type(name) => Some(name),
            _ => None,
        };
        Self {
            kind: kind(subject),
            name,
        }
    }
}

impl<'t> Became<'t> {
    fn of(case: &'t Case) -> Self {
        Self {
            verdict: case.verdict.word(),
            rule: case.rule.as_deref(),
            count: case.counted.count,
            first: time(case.counted.first),
            last: time(case.counted.last),
        }
    }
}

impl<'t> Failed<'t> {
    fn of(failure: &'t Failure) -> Self {
        Self {
            status: failure.status,
            error: failure.error.as_deref(),
            count: failure.count,
        }
    }
}

impl<'t> Judged<'t> {
    fn of(config: &'t str, what_if: &'t WhatIf<'_>) -> Self {
        let untold = what_if.untold.iter().map(|(why, count)| Untold {
            why: why.word(),
            count: *count,
        });
        Self {
            config,
            changes: what_if.changes.iter().map(Change::of).collect(),
            same: what_if.same.iter().map(Change::of).collect(),
            untold: untold.collect(),
            unjudged: what_if.unjudged,
        }
    }
}

impl<'t> Change<'t> {
    fn of(changed: &'t Changed<'_>) -> Self {
        Self {
            route: changed.route,
            name: Name::of(changed.subject),
            was: changed.was.word(),
            would_be: changed.would_be.word(),
            rule: changed.rule.as_deref(),
            count: changed.count,
        }
    }
}

/// What it is in a word or two.
pub(super) fn kind(subject: Subject<'_>) -> &'static str {
    match subject {
        Subject::Type(name) if is_cut(name) => "cut type",
        Subject::Type(_) => "type",
        Subject::Untyped => "no type",
        Subject::Unreadable => "unreadable",
        Subject::Bodiless => "no body",
        Subject::Unjudged => "not judged",
    }
}

/// As the log has it.
fn time(time: SystemTime) -> String {
    humantime::format_rfc3339_micros(time).to_string()
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
fn is_zero(count: &u64) -> bool {
    *count == 0
}
