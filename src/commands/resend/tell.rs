//! What is said before events are sent, and after.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::time::{Duration, SystemTime};

use http::StatusCode;

use crate::resend::{Failure, Journal, Plan, Signature, Validity};
use crate::telemetry::{chain, in_words, visible};

/// How many types are told by their names.
const MOST_TYPES: usize = 20;

/// What came of events.
#[derive(Debug, Default)]
pub struct Outcomes {
    /// How many were answered 2xx.
    pub delivered: usize,
    /// Of the others, how many got which answer.
    others: BTreeMap<String, usize>,
    /// How many were sent, or tried.
    tried: usize,
}

impl Outcomes {
    /// Counts an answer, and says whether it is of no use to go on.
    pub fn add(&mut self, answer: &Result<StatusCode, Failure>) -> bool {
        self.tried += 1;
        let other = match answer {
            Ok(status) if status.is_success() => {
                self.delivered += 1;
                return false;
            }
            Ok(status) => format!("answered {}", status.as_u16()),
            Err(failure) => chain(failure),
        };
        *self.others.entry(other).or_default() += 1;
        answer.as_ref().is_err_and(Failure::is_unreachable)
    }
}

/// What is going to be sent, and whose signatures will be refused.
pub fn plan(out: &mut dyn Write, plan: &Plan, now: SystemTime) -> io::Result<()> {
    let left_out = plan.left_out;
    for (count, why) in [
        (left_out.delivered, "delivered before"),
        (
            left_out.without_body,
            "recorded without a body, so they can't be sent: see audit.body",
        ),
        (
            left_out.broken,
            "not as they were written, so they are not sent: see hooksieve audit verify",
        ),
    ] {
        if count > 0 {
            writeln!(out, "left out: {count} {why}")?;
        }
    }
    let (Some(first), Some(last)) = (plan.events.first(), plan.events.last()) else {
        return writeln!(out, "nothing to send");
    };
    let [first, last] = [first, last].map(|event| humantime::format_rfc3339_seconds(event.time));
    writeln!(
        out,
        "to send: {}, dropped from {first} to {last}",
        plan.events.len()
    )?;
    types(out, plan)?;
    signatures(out, plan, now)
}

fn types(out: &mut dyn Write, plan: &Plan) -> io::Result<()> {
    let mut counts: BTreeMap<_, usize> = BTreeMap::new();
    for event in &plan.events {
        *counts.entry(event.event_type.as_deref()).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    // Those of one count stay in the order of their names.
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    for (name, count) in counts.iter().take(MOST_TYPES) {
        let name = name.map_or("no type".to_owned(), in_words);
        writeln!(out, "{count:>8}  {name}")?;
    }
    match counts.len().saturating_sub(MOST_TYPES) {
        0 => Ok(()),
        more => writeln!(out, "          and {more} more types"),
    }
}

/// How many events somebody signed, and when.
#[derive(Default)]
struct Signed {
    count: usize,
    over: usize,
    untold: usize,
    oldest: Option<SystemTime>,
}

fn signatures(out: &mut dyn Write, plan: &Plan, now: SystemTime) -> io::Result<()> {
    let mut all: BTreeMap<_, Signed> = BTreeMap::new();
    for event in &plan.events {
        let name = event
            .signature
            .map_or("none known", |signature| signature.name);
        let signed = all.entry(name).or_default();
        signed.count += 1;
        let Some(Signature { validity, .. }) = event.signature else {
            continue;
        };
        match validity.is_over(now) {
            Some(true) => signed.over += 1,
            Some(false) => (),
            None => signed.untold += 1,
        }
        if let Validity::Since(time) = validity {
            signed.oldest = Some(signed.oldest.map_or(time, |oldest| oldest.min(time)));
        }
    }
    writeln!(out, "signatures:")?;
    for (name, signed) in &all {
        writeln!(
            out,
            "{:>8}  {name}: {}",
            signed.count,
            said(name, signed, now)
        )?;
    }
    Ok(())
}

fn said(name: &str, signed: &Signed, now: SystemTime) -> String {
    let Signed {
        count,
        over,
        untold,
        oldest,
    } = signed;
    if name == "none known" {
        return "no field of a sender that is known here".to_owned();
    }
    if *untold > 0 {
        return "a time is signed that can't be read here; old ones are refused by an endpoint that checks it".to_owned();
    }
    let Some(oldest) = oldest else {
        return "no time is signed, they verify as on the first day".to_owned();
    };
    let age = now.duration_since(*oldest).unwrap_or_default();
    let age = humantime::format_duration(Duration::from_secs(age.as_secs()));
    match over {
        0 => format!("signed {age} ago at most, which most endpoints take"),
        _ if over == count => format!(
            "EXPIRED, signed {age} ago at most; refused by an endpoint that checks the time, as most do after 5 minutes"
        ),
        over => format!(
            "{over} EXPIRED, signed {age} ago at most; an endpoint that checks the time refuses them"
        ),
    }
}

/// Where the answers are written.
pub fn journal(out: &mut dyn Write, journal: &Journal) -> io::Result<()> {
    let path = visible(&journal.path().to_string_lossy());
    writeln!(out, "answers: {path}")
}

/// What came of it.
pub fn outcomes(out: &mut dyn Write, outcomes: &Outcomes, total: usize) -> io::Result<()> {
    for (answer, count) in &outcomes.others {
        writeln!(out, "{count:>8}  {}", visible(answer))?;
    }
    let (delivered, tried) = (outcomes.delivered, outcomes.tried);
    writeln!(out, "delivered: {delivered} of {total}")?;
    if tried < total {
        writeln!(
            out,
            "stopped after {tried}, since the endpoint can't be reached"
        )?;
    }
    if delivered < total {
        writeln!(out, "what is left is sent by another run")?;
    }
    Ok(())
}
