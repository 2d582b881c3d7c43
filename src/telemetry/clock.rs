//! A moment as RFC 3339, in UTC.

use std::{
    io::Write,
    time::{Duration, SystemTime},
};

/// The last second that has four digits for its year, since 1970.
const LAST: Duration = Duration::from_secs(253_402_300_799);

/// Appends `time` to the millisecond, cut rather than rounded: short, for people.
pub(super) fn write_millis(line: &mut Vec<u8>, time: SystemTime) {
    let _ = write!(line, "{}", humantime::format_rfc3339_millis(within(time)));
}

/// Appends `time` to the microsecond, cut rather than rounded: for programs.
pub(super) fn write_micros(line: &mut Vec<u8>, time: SystemTime) {
    let _ = write!(line, "{}", humantime::format_rfc3339_micros(within(time)));
}

/// What can be written is from 1970 to 9999, and a clock that was set wrong may stand anywhere.
fn within(time: SystemTime) -> SystemTime {
    time.clamp(SystemTime::UNIX_EPOCH, SystemTime::UNIX_EPOCH + LAST)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn millis(time: SystemTime) -> String {
        let mut line = Vec::new();
        write_millis(&mut line, time);
        String::from_utf8(line).unwrap()
    }

    #[test]
    fn decimals_are_cut_and_keep_their_zeros() {
        let time = SystemTime::UNIX_EPOCH + Duration::new(1_795_359_845, 1_999_999);
        assert_eq!(millis(time), "2026-11-22T15:04:05.001Z");
        let mut line = Vec::new();
        write_micros(&mut line, time);
        assert_eq!(line, b"2026-11-22T15:04:05.001999Z");
    }

    #[test]
    fn a_clock_that_is_set_wrong_reads_as_near_as_can_be_written() {
        let before = SystemTime::UNIX_EPOCH - Duration::from_secs(1);
        assert_eq!(millis(before), "1970-01-01T00:00:00.000Z");
        let beyond = SystemTime::UNIX_EPOCH + Duration::from_secs(1 << 40);
        assert_eq!(millis(beyond), "9999-12-31T23:59:59.000Z");
    }
}
