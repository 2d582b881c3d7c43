//! How far failures in a row are told of, so that each is told once.

/// So many in a row are told of, and then ten times as many, and so on. Fewer are a restart, or a bad event.
pub const FIRST: u64 = 5;
/// Seconds. What fails again within so long after an end that was told is told of only once it has failed for longer than
/// the last time, so that an endpoint that comes and goes is not told of each time.
const PAUSE: u64 = 10 * 60;

/// What was told.
#[derive(Debug, Default)]
pub struct Told {
    /// How far the failures that go on were told of: 5, 50, and so on; 0 if they were not.
    pub level: u64,
    /// The same of the last ones that were told of and are over.
    before: u64,
    /// Seconds since 1970, until when no more of that is told.
    quiet: u64,
}

impl Told {
    /// Whether so many failures are to be told of.
    pub fn fails(&mut self, count: u64, now: u64) -> bool {
        let level = level(count);
        // Where the clock was set back it is not waited for.
        let is_quiet = now < self.quiet && self.quiet <= now + PAUSE;
        let is_further = level > self.level && (level > self.before || !is_quiet);
        if is_further {
            self.level = level;
        }
        is_further
    }

    /// Whether the end of them is.
    pub fn answers(&mut self, now: u64) -> bool {
        let is_told = self.level > 0;
        if is_told {
            self.before = self.level;
            self.level = 0;
            self.quiet = now + PAUSE;
        }
        is_told
    }
}

/// The last count up to this one that is told of, or 0.
pub fn level(count: u64) -> u64 {
    let levels = std::iter::successors(Some(FIRST), |level| level.checked_mul(10));
    levels
        .take_while(|&level| level <= count)
        .last()
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_told_of_at_5_and_ten_times_as_many() {
        for (count, expected) in [
            (0, 0),
            (4, 0),
            (5, 5),
            (49, 5),
            (50, 50),
            (499, 50),
            (500, 500),
            (u64::MAX, 5_000_000_000_000_000_000),
        ] {
            assert_eq!(level(count), expected, "{count}");
        }
    }

    #[test]
    fn each_level_is_told_once_and_so_is_the_end() {
        let mut told = Told::default();
        let counts = (1..=60).filter(|&count| told.fails(count, count));
        assert_eq!(counts.collect::<Vec<_>>(), [5, 50]);
        assert!(told.answers(60) && !told.answers(60));
        // Until 660 it has to be worse than that.
        let quiet = 660;
        for (count, now, expected) in [
            (5, 60, false),
            (50, quiet - 1, false),
            (500, quiet - 1, true),
            (500, quiet, false),
        ] {
            assert_eq!(told.fails(count, now), expected, "{count} {now}");
        }
    }
}
