//! Times as certificates have them (RFC 5280 §4.1.2.5).

use std::time::{Duration, SystemTime};

/// `UTCTime`: the years 1950 to 2049.
pub const UTC: u8 = 0x17;
/// `GeneralizedTime`.
pub const GENERALIZED: u8 = 0x18;

/// The time that a value with this tag is. What is before 1970 is 1970: nobody asks for more.
pub fn time(tag: u8, text: &[u8]) -> Option<SystemTime> {
    let text = text.strip_suffix(b"Z")?;
    let (year, rest) = match tag {
        UTC => {
            let year = number(text.get(..2)?)?;
            (
                if year < 50 { 2000 + year } else { 1900 + year },
                &text[2..],
            )
        }
        GENERALIZED => (number(text.get(..4)?)?, &text[4..]),
        _ => return None,
    };
    let [month, day, hour, minute, second] = parts(rest)?;
    let is_one = (1..=12).contains(&month)
        && (1..=31).contains(&day)
        && hour < 24
        && minute < 60
        && second < 60;
    let seconds = days(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second;
    let after = Duration::from_secs(u64::try_from(seconds).unwrap_or(0));
    is_one.then(|| SystemTime::UNIX_EPOCH + after)
}

/// Five numbers of two digits, and nothing else.
fn parts(text: &[u8]) -> Option<[i64; 5]> {
    let mut parts = [0; 5];
    let (pairs, rest) = text.as_chunks::<2>();
    if pairs.len() != parts.len() || !rest.is_empty() {
        return None;
    }
    for (part, pair) in parts.iter_mut().zip(pairs) {
        *part = number(pair)?;
    }
    Some(parts)
}

fn number(digits: &[u8]) -> Option<i64> {
    let add = |sum: i64, digit: &u8| {
        let digit = digit.is_ascii_digit().then(|| i64::from(digit - b'0'));
        Some(sum * 10 + digit?)
    };
    digits.iter().try_fold(0, add)
}

/// Days from 1970-01-01 to a day of the Gregorian calendar. Years begin in March here, so that a leap day ends one.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let month = (month + 9) % 12;
    let of_year = (153 * month + 2) / 5 + day - 1;
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    year * 365 + leap_days + of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_the_one_that_is_written() {
        for (tag, text, shown) in [
            (UTC, "700101000000Z", Some("1970-01-01T00:00:00Z")),
            (UTC, "261129184501Z", Some("2026-11-29T18:45:01Z")),
            (UTC, "240229235959Z", Some("2024-02-29T23:59:59Z")),
            (UTC, "491231235959Z", Some("2049-12-31T23:59:59Z")),
            (UTC, "500101000000Z", Some("1970-01-01T00:00:00Z")),
            (GENERALIZED, "20500301000000Z", Some("2050-03-01T00:00:00Z")),
            (GENERALIZED, "21000301000000Z", Some("2100-03-01T00:00:00Z")),
            (GENERALIZED, "99991231235959Z", Some("9999-12-31T23:59:59Z")),
            (GENERALIZED, "00000101000000Z", Some("1970-01-01T00:00:00Z")),
            (UTC, "261301000000Z", None),
            (UTC, "261129240000Z", None),
            (UTC, "2611291845Z", None),
            (UTC, "261129184501", None),
            (UTC, "26112918450aZ", None),
            (UTC, "Z", None),
            (UTC, "", None),
            (0x16, "261129184501Z", None),
        ] {
            let read = time(tag, text.as_bytes());
            let read = read.map(|time| humantime::format_rfc3339_seconds(time).to_string());
            assert_eq!(read.as_deref(), shown, "{text}");
        }
    }
}
