//! What came, as a person reads it in a terminal.

use std::io::{self, Write};
use std::time::SystemTime;

use super::order::{cases, failures, pairs, routes};
use super::table::Table;
use super::{Changed, Failure, MOST_PAIRS, Pair, Route, Subject, Tally, WhatIf};
use crate::telemetry::{in_words, visible};

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
    head(out, tally)?;
    if let Some((name, what_if)) = what_if {
        judged(out, tally, name, what_if)?;
    }
    for (path, route) in routes(tally) {
        came(out, path, route)?;
    }
    Ok(())
}

/// How many events, when, and what was left out.
fn head(out: &mut impl Write, tally: &Tally) -> io::Result<()> {
    let events = counted(tally.events, "event");
    match tally.span {
        None => writeln!(out, "No events")?,
        Some((first, last)) => {
            let (first, last) = (time(first), time(last));
            writeln!(out, "{events}, from {first} to {last} UTC")?;
        }
    }
    let skipped = &tally.skipped;
    for (count, what) in [
        (
            skipped.text,
            "written as text; reports read log.format = \"json\"",
        ),
        (skipped.foreign, "not from hooksieve, or broken"),
        (skipped.broken_off, "broken off at the end"),
    ] {
        if count > 0 {
            writeln!(out, "Skipped {}: {what}", counted(count, "line"))?;
        }
    }
    if tally.left_out > 0 {
        let left_out = counted(tally.left_out, "event");
        let most = number(MOST_PAIRS as u64);
        writeln!(out, "Left out {left_out}: of types beyond the first {most}")?;
    }
    Ok(())
}

/// What came by one route.
fn came(out: &mut impl Write, path: Option<&str>, route: &Route) -> io::Result<()> {
    let path = path.map_or_else(
        || "At top level".to_owned(),
        |path| format!("Route {}", in_words(path)),
    );
    writeln!(out, "\n{path}: {}", counted(route.events(), "event"))?;
    let mut table = Table::new([
        "COUNT",
        "VERDICT",
        "FIRST SEEN",
        "LAST SEEN",
        "TYPE",
        "RULE",
    ]);
    for (subject, pair) in pairs(route) {
        for case in cases(pair) {
            let rule = case.rule.as_deref().map_or_else(String::new, visible);
            table.row([
                number(case.counted.count),
                case.verdict.word().to_owned(),
                minute(case.counted.first),
                minute(case.counted.last),
                show(subject),
                rule,
            ]);
        }
        notes(&mut table, pair);
    }
    table.write(out)
}

/// What failed, below the rows of its type.
fn notes<const N: usize>(table: &mut Table<N>, pair: &Pair) {
    if pair.other_cases > 0 {
        table.note(format!("{} by other rules", number(pair.other_cases)));
    }
    for failure in failures(pair) {
        table.note(format!("{} {}", number(failure.count), told(failure)));
    }
    if pair.other_failures > 0 {
        table.note(format!("{} failed otherwise", number(pair.other_failures)));
    }
}

fn told(failure: &Failure) -> String {
    let status = failure.status.map_or_else(
        || "without an answer".to_owned(),
        |status| format!("answered {status}"),
    );
    match failure.error.as_deref() {
        Some(error) => format!("{status}: {}", visible(error)),
        None => status,
    }
}

/// What new rules would have made of it.
fn judged(out: &mut impl Write, tally: &Tally, name: &str, what_if: &WhatIf<'_>) -> io::Result<()> {
    let name = visible(name);
    let has_routes = !tally.routes.is_empty();
    let sum = |judged: &[Changed<'_>]| judged.iter().map(|judged| judged.count).sum::<u64>();
    let changed = sum(&what_if.changes);
    writeln!(
        out,
        "\nBy {name} {} would be decided otherwise",
        counted(changed, "event")
    )?;
    changes(out, &what_if.changes, has_routes)?;
    let same = sum(&what_if.same);
    writeln!(
        out,
        "\nBy {name} {} would be decided as before",
        counted(same, "event")
    )?;
    changes(out, &what_if.same, has_routes)?;
    if !what_if.untold.is_empty() {
        let untold: u64 = what_if.untold.iter().map(|(_, count)| count).sum();
        writeln!(out, "\nOf {} the log can't tell", counted(untold, "event"))?;
        let mut table = Table::new(["COUNT", "WHY"]);
        for (why, count) in &what_if.untold {
            table.row([number(*count), why.to_string()]);
        }
        table.write(out)?;
    }
    if what_if.unjudged > 0 {
        let unjudged = counted(what_if.unjudged, "event");
        writeln!(
            out,
            "\nNo rules decide on {unjudged}: refused, or failed before"
        )?;
    }
    writeln!(
        out,
        "\nEach event is judged by the type in its line, as if it had no other."
    )
}

fn changes(out: &mut impl Write, changes: &[Changed<'_>], has_routes: bool) -> io::Result<()> {
    if changes.is_empty() {
        return Ok(());
    }
    let mut table = Table::new(["COUNT", "WAS", "WOULD BE", "TYPE", "NEW RULE"]);
    for changed in changes {
        let path = match changed.route {
            Some(path) if has_routes => format!("{} ", in_words(path)),
            _ => String::new(),
        };
        table.row([
            number(changed.count),
            changed.was.word().to_owned(),
            changed.would_be.word().to_owned(),
            path + &show(changed.subject),
            changed.rule.as_deref().map_or_else(String::new, visible),
        ]);
    }
    table.write(out)
}

/// A type in quotes unless it is a word, so none looks like what stands for the lack of one.
fn show(subject: Subject<'_>) -> String {
    match subject {
        Subject::Type(name) => in_words(name),
        other => format!("({})", super::json::kind(other)),
    }
}

/// `1,234 events`.
pub(super) fn counted(count: u64, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{} {what}{plural}", number(count))
}

/// With a comma between thousands.
fn number(number: u64) -> String {
    let digits = number.to_string();
    let mut shown = String::new();
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

/// `2026-11-22 15:04:05`.
fn time(time: SystemTime) -> String {
    let time = humantime::format_rfc3339_seconds(time).to_string();
    time.trim_end_matches('Z').replace('T', " ")
}

/// The same without its seconds.
fn minute(at: SystemTime) -> String {
    let mut minute = time(at);
    minute.truncate("2026-11-22 15:04".len());
    minute
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_commas_between_thousands() {
        for (count, shown) in [
            (0, "0"),
            (999, "999"),
            (1_000, "1,000"),
            (12_345, "12,345"),
            (123_456, "123,456"),
            (1_234_567, "1,234,567"),
        ] {
            assert_eq!(number(count), shown);
        }
        assert_eq!(counted(1, "line"), "1 line");
        assert_eq!(counted(0, "line"), "0 lines");
    }

    #[test]
    fn a_type_never_passes_for_the_lack_of_one() {
        assert_eq!(show(Subject::Untyped), "(no type)");
        assert_eq!(show(Subject::Type("(no type)")), "\"(no type)\"");
        assert_eq!(show(Subject::Type("\u{1b}[2J")), "\"\\u001b[2J\"");
    }
    /// Only hooksieve writes those, and a log may have been in other hands.
    #[test]
    fn neither_rules_nor_errors_nor_the_name_of_the_config_steer_a_terminal() {
        let mut tally = Tally::default();
        let line = r#"{"time":"2026-11-22T15:04:05.000001Z","level":"info","message":"event","verdict":"fail","rule":"deny \"\u001b[2J\"","type":"a","error":"\u001b[2J"}"#;
        tally.read(line.as_bytes()).unwrap();
        let mut out = Vec::new();
        write(&mut out, &tally, Some(("\u{1b}[2J", &WhatIf::default()))).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(
            !text.contains('\u{1b}') && text.matches("\\u001b[2J").count() == 4,
            "{text}"
        );
    }
}
