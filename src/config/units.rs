//! Sizes and times: a whole number with its unit.

use std::ops::RangeInclusive;
use std::time::Duration;

use toml::de::DeValue;

use super::value::string;

/// Bytes in a KiB.
pub(super) const KIB: usize = 1 << 10;
/// Bytes in a MiB.
pub(super) const MIB: usize = 1 << 20;
/// Bytes in a GiB.
pub(super) const GIB: usize = 1 << 30;

/// What is written as a number with a unit.
struct Measure {
    noun: &'static str,
    example: &'static str,
    /// Between number and unit, where we write one; read with or without.
    gap: &'static str,
    /// From the smallest to the largest.
    units: [Unit; 4],
}

struct Unit {
    name: &'static str,
    /// In the smallest unit of the measure.
    worth: u64,
    /// Other ways to write it, in lower case: refused, and told what would be right.
    ///
    /// `MB` is among them, because with two families nobody knows which one a writer had in mind.
    refused: &'static [&'static str],
}

const SIZE: Measure = Measure {
    noun: "a size",
    example: "8 MiB",
    gap: " ",
    units: [
        unit("B", 1, &["b", "byte", "bytes"]),
        unit("KiB", 1 << 10, &["k", "kb", "kib"]),
        unit("MiB", 1 << 20, &["m", "mb", "mib"]),
        unit("GiB", 1 << 30, &["g", "gb", "gib"]),
    ],
};

const TIME: Measure = Measure {
    noun: "a time",
    example: "10s",
    gap: "",
    units: [
        unit("ms", 1, &["ms", "msec", "milliseconds"]),
        unit("s", 1_000, &["s", "sec", "second", "seconds"]),
        unit("m", 60_000, &["min", "minute", "minutes"]),
        unit("h", 3_600_000, &["h", "hr", "hour", "hours"]),
    ],
};

const fn unit(name: &'static str, worth: u64, refused: &'static [&'static str]) -> Unit {
    Unit {
        name,
        worth,
        refused,
    }
}

/// A number of bytes within `range`, as `"512 B"`, `"32 KiB"`, `"8 MiB"` or `"1 GiB"`.
pub(super) fn size(range: RangeInclusive<usize>) -> impl Fn(&DeValue<'_>) -> Result<usize, String> {
    move |value| {
        let bytes = SIZE.read(value, &(*range.start() as u64..=*range.end() as u64))?;
        Ok(usize::try_from(bytes).expect("within a range of usize"))
    }
}

/// A time from `shortest` to a day, as `"500ms"`, `"10s"`, `"2m"` or `"1h"`.
///
/// A day, because none of our times makes sense at that length: whoever writes more mistook the unit.
pub(super) fn time(shortest: Duration) -> impl Fn(&DeValue<'_>) -> Result<Duration, String> {
    const DAY: u64 = 24 * 3_600_000;
    move |value| {
        let shortest = u64::try_from(shortest.as_millis()).unwrap_or(DAY);
        TIME.read(value, &(shortest..=DAY))
            .map(Duration::from_millis)
    }
}

/// `bytes` as it would be written in the file.
pub(super) fn show_size(bytes: usize) -> String {
    SIZE.show(bytes as u64)
}

/// `time`, to the millisecond, as it would be written in the file.
pub(super) fn show_time(time: Duration) -> String {
    TIME.show(u64::try_from(time.as_millis()).unwrap_or(u64::MAX))
}

impl Measure {
    /// What `value` comes to in the smallest unit.
    fn read(&self, value: &DeValue<'_>, range: &RangeInclusive<u64>) -> Result<u64, String> {
        let names = self.units.each_ref().map(|unit| unit.name).join(", ");
        let example = self.example;
        let right = format!("a whole number and its unit ({names}), as {example:?}");
        let written = string(value, &right)?;

        let unit_start = written.find(|c: char| !c.is_ascii_digit());
        let (number, unit) = written.split_at(unit_start.unwrap_or(written.len()));
        let unit = unit.trim_start_matches(' ');
        let known = self.units.iter().find(|known| known.name == unit);
        let meant = self.units.iter().find(|known| known.is_meant_by(unit));
        match (known, meant) {
            (Some(unit), _) if !number.is_empty() => self.total(number, unit, range),
            (None, Some(Unit { name, .. })) if !number.is_empty() => {
                let gap = self.gap;
                Err(format!(
                    "has an unknown unit; write \"{number}{gap}{name}\""
                ))
            }
            _ => Err(format!("is not {}; write {right}", self.noun)),
        }
    }

    fn total(&self, number: &str, unit: &Unit, range: &RangeInclusive<u64>) -> Result<u64, String> {
        let number: Option<u64> = number.parse().ok();
        number
            .and_then(|number| number.checked_mul(unit.worth))
            .filter(|total| range.contains(total))
            .ok_or_else(|| {
                let (least, most) = (self.show(*range.start()), self.show(*range.end()));
                format!("is out of range; write \"{least}\" to \"{most}\"")
            })
    }

    /// The number with the largest unit that leaves it whole.
    fn show(&self, total: u64) -> String {
        let whole = |unit: &&Unit| total >= unit.worth && total.is_multiple_of(unit.worth);
        let largest = self.units.iter().rev().find(whole);
        let unit = largest.unwrap_or(&self.units[0]);
        format!("{}{}{}", total / unit.worth, self.gap, unit.name)
    }
}

impl Unit {
    fn is_meant_by(&self, written: &str) -> bool {
        let written = written.to_ascii_lowercase();
        self.refused.contains(&written.as_str())
    }
}
