//! What is in force as a file that means the same, with what there is to say of it in comments. Warnings and what failed go to stderr.

use std::fmt;
use std::time::{Duration, SystemTime};

use super::Found;
use crate::config::{Shown, Value};
use crate::telemetry::visible;

/// Where comments begin, if the value leaves room: what most lines fit into.
const COMMENTS: usize = 40;
/// A longer line is broken, where it is a list.
const LONGEST: usize = 100;

/// What is in force, and which upstreams were reached.
pub struct InForce<'f>(pub &'f Found<'f>);

impl fmt::Display for InForce<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Found {
            file,
            changed,
            config,
            places,
            probes,
            ..
        } = self.0;
        let name = visible(&file.to_string_lossy());
        let changed = changed.map(ago).unwrap_or_default();
        writeln!(
            f,
            "# What is in force by {name}{changed}. What names no line is a default."
        )?;
        section_by_section(f, "", config.shown(), |section, key| {
            places.key(None, section, key)
        })?;
        for (line, shown) in config.shown_routes() {
            let place = |section: &str, key: &str| places.key(Some(line), section, key);
            writeln!(f, "\n[[route]]")?;
            section_by_section(f, "route.", shown, place)?;
        }
        let reached = probes
            .iter()
            .filter_map(|probe| Some((probe, probe.reached.as_ref().ok()?)));
        for (number, (probe, address)) in reached.enumerate() {
            let gap = if number == 0 { "\n" } else { "" };
            let (upstream, ms) = (probe.upstream.url(), probe.ms());
            writeln!(
                f,
                "{gap}# {upstream} was reached at {address} in {ms:.1} ms"
            )?;
        }
        Ok(())
    }
}

/// The keys of one table, each with its line.
fn section_by_section(
    f: &mut fmt::Formatter<'_>,
    within: &str,
    shown: Vec<Shown>,
    place: impl Fn(&str, &str) -> Option<usize>,
) -> fmt::Result {
    let mut section = "";
    for shown in shown {
        if shown.section != section {
            section = shown.section;
            writeln!(f, "\n[{within}{section}]")?;
        }
        entry(f, shown.key, &shown.value, place(section, shown.key))?;
    }
    Ok(())
}

fn entry(f: &mut fmt::Formatter<'_>, key: &str, value: &Value, line: Option<usize>) -> fmt::Result {
    let written = format!("{key} = {value}");
    let comment = line
        .map(|line| format!("# line {line}"))
        .unwrap_or_default();
    match value {
        Value::List(list) if written.chars().count() > LONGEST => {
            writeln!(f, "{:<COMMENTS$}{comment}", format!("{key} = ["))?;
            for text in list {
                writeln!(f, "    {},", Value::Text(text.clone()))?;
            }
            writeln!(f, "]")
        }
        _ if comment.is_empty() => writeln!(f, "{written}"),
        // At least a blank stays between.
        _ => writeln!(f, "{written:<width$} {comment}", width = COMMENTS - 1),
    }
}

/// When the file was changed, in days: nobody needs to know it better.
fn ago(changed: SystemTime) -> String {
    const DAY: Duration = Duration::from_hours(24);
    let age = changed.elapsed().unwrap_or_default();
    match age.as_secs() / DAY.as_secs() {
        0 => ", changed within a day".to_owned(),
        1 => ", changed 1 day ago".to_owned(),
        days => format!(", changed {days} days ago"),
    }
}
