//! How long ago something was, and how long it took, for people.

use std::time::{Duration, SystemTime};

use super::html::{Html, html};

/// A moment, as how long ago it was, with the moment itself for who wants it.
pub fn ago(out: &mut Html, now: SystemTime, at: SystemTime) {
    let rfc_3339 = humantime::format_rfc3339_seconds(at);
    let since = now.duration_since(at).unwrap_or_default();
    html!(out, "<time datetime=\"" (rfc_3339) "\" title=\"" (rfc_3339) "\">" (short(since)) " ago</time>");
}

/// A time to one unit, cut rather than rounded.
pub fn short(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3600 => format!("{} min", seconds / 60),
        3600..86_400 => format!("{} h", seconds / 3600),
        _ => format!("{} d", seconds / 86_400),
    }
}

/// How long something took that may have taken microseconds.
pub fn took(time: Duration) -> String {
    let micros = time.as_micros();
    match micros {
        0..1_000 => format!("{micros} µs"),
        1_000..10_000 => format!("{:.1} ms", time.as_secs_f64() * 1_000.0),
        10_000..1_000_000 => format!("{} ms", micros / 1_000),
        _ => format!("{:.1} s", time.as_secs_f64()),
    }
}

/// A number with its thousands apart.
pub fn number(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_numbers_are_short() {
        for (millis, expected) in [
            (0, "0 s"),
            (59_999, "59 s"),
            (60_000, "1 min"),
            (7_200_000, "2 h"),
            (200_000_000, "2 d"),
        ] {
            assert_eq!(short(Duration::from_millis(millis)), expected);
        }
        for (micros, expected) in [
            (0, "0 µs"),
            (999, "999 µs"),
            (2_500, "2.5 ms"),
            (25_000, "25 ms"),
            (2_500_000, "2.5 s"),
        ] {
            assert_eq!(took(Duration::from_micros(micros)), expected);
        }
        for (value, expected) in [
            (0, "0"),
            (999, "999"),
            (1_000, "1,000"),
            (1_234_567, "1,234,567"),
        ] {
            assert_eq!(number(value), expected);
        }
    }
}
