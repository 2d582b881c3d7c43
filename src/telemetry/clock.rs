//! A moment as RFC 3339, in UTC.

use std::{
    cell::Cell,
    time::{SystemTime, UNIX_EPOCH},
};

const DAY: u64 = 24 * 60 * 60;

/// Up to the second: `2026-11-22T15:04:05`.
type Stamp = [u8; 19];

thread_local! {
    /// The last second this thread wrote: a busy thread writes thousands of lines in each.
    static LAST: Cell<(u64, Stamp)> = const { Cell::new((0, *b"1970-01-01T00:00:00")) };
}

/// Appends `time` with `DECIMALS` digits (at most nine) of its second, cut rather than rounded.
///
/// A time before 1970 is written as the start of 1970.
pub(super) fn write<const DECIMALS: usize>(line: &mut Vec<u8>, time: SystemTime) {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    let second = since.as_secs();
    let (last, mut stamp) = LAST.get();
    if second != last {
        stamp = to_the_second(second);
        LAST.set((second, stamp));
    }
    line.extend_from_slice(&stamp);
    line.push(b'.');
    let nanos: [u8; 9] = digits(since.subsec_nanos().into());
    line.extend_from_slice(&nanos[..DECIMALS]);
    line.push(b'Z');
}

fn to_the_second(second: u64) -> Stamp {
    let (year, month, day) = civil(second / DAY);
    let mut stamp = *b"0000-00-00T00:00:00";
    stamp[0..4].copy_from_slice(&digits::<4>(year));
    stamp[5..7].copy_from_slice(&digits::<2>(month));
    stamp[8..10].copy_from_slice(&digits::<2>(day));
    stamp[11..13].copy_from_slice(&digits::<2>(second % DAY / 3600));
    stamp[14..16].copy_from_slice(&digits::<2>(second % 3600 / 60));
    stamp[17..19].copy_from_slice(&digits::<2>(second % 60));
    stamp
}

/// Year, month and day of the Gregorian calendar, `days` after 1970-01-01.
///
/// Years are counted from March, so that the leap day is the last of its year and months follow one
/// pattern: 153 days in every five.
fn civil(days: u64) -> (u64, u64, u64) {
    const FROM_0000_03_01: u64 = 719_468;
    const CENTURIES_4: u64 = 146_097;

    let days = days + FROM_0000_03_01;
    let era = days / CENTURIES_4;
    let day_of_era = days % CENTURIES_4;
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 {
        from_march + 3
    } else {
        from_march - 9
    };
    let year = 400 * era + year_of_era + u64::from(month <= 2);
    (year, month, day)
}

/// The last `N` decimal digits of `number`, with leading zeros.
fn digits<const N: usize>(mut number: u64) -> [u8; N] {
    let mut text = [b'0'; N];
    for digit in text.iter_mut().rev() {
        *digit += (number % 10) as u8;
        number /= 10;
    }
    text
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn written<const DECIMALS: usize>(since: Duration) -> String {
        let mut line = Vec::new();
        write::<DECIMALS>(&mut line, UNIX_EPOCH + since);
        String::from_utf8(line).unwrap()
    }

    #[test]
    fn moments_that_calendars_get_wrong() {
        for (second, expected) in [
            (0, "1970-01-01T00:00:00.Z"),
            (DAY - 1, "1970-01-01T23:59:59.Z"),
            (68_169_600, "1972-02-29T00:00:00.Z"),
            (951_782_399, "2000-02-28T23:59:59.Z"),
            (951_782_400, "2000-02-29T00:00:00.Z"),
            (951_868_800, "2000-03-01T00:00:00.Z"),
            (978_307_199, "2000-12-31T23:59:59.Z"),
            (1_709_164_800, "2024-02-29T00:00:00.Z"),
            (1_795_359_845, "2026-11-22T15:04:05.Z"),
            (4_107_542_399, "2100-02-28T23:59:59.Z"),
            (4_107_542_400, "2100-03-01T00:00:00.Z"),
            (253_402_300_799, "9999-12-31T23:59:59.Z"),
        ] {
            assert_eq!(written::<0>(Duration::from_secs(second)), expected);
        }
    }

    #[test]
    fn every_day_of_eight_centuries_follows_the_one_before() {
        let leap = |year| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let (mut year, mut month, mut day) = (1970, 1, 1);
        for days in 0..2 * 146_097 {
            assert_eq!(civil(days), (year, month, day));
            let last = match month {
                2 => 28 + u64::from(leap(year)),
                4 | 6 | 9 | 11 => 30,
                _ => 31,
            };
            (year, month, day) = match (month, day) {
                (12, 31) => (year + 1, 1, 1),
                _ if day == last => (year, month + 1, 1),
                _ => (year, month, day + 1),
            };
        }
    }

    #[test]
    fn decimals_are_cut_and_keep_their_zeros() {
        let time = Duration::new(1, 1_234_999);
        assert_eq!(written::<3>(time), "1970-01-01T00:00:01.001Z");
        assert_eq!(written::<6>(time), "1970-01-01T00:00:01.001234Z");
    }

    #[test]
    fn the_kept_second_gives_way_to_another() {
        let first = written::<3>(Duration::from_millis(59_999));
        assert_eq!(first, "1970-01-01T00:00:59.999Z");
        let second = written::<3>(Duration::from_mins(1));
        assert_eq!(second, "1970-01-01T00:01:00.000Z");
    }

    #[test]
    fn a_clock_before_1970_reads_1970() {
        let mut line = Vec::new();
        write::<3>(&mut line, UNIX_EPOCH - Duration::from_secs(1));
        assert_eq!(line, b"1970-01-01T00:00:00.000Z");
    }
}
