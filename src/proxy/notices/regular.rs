//! Whether a type that came every hour comes no more.
//!
//! Hours in which nothing at all came under the route are none: where a route rests by night, a type that comes by day is
//! regular, and its nights say nothing.

/// In so many hours in a row it came: a whole day, so that what comes by day only is not missed by night.
const HOURS: u64 = 24;
/// So often it came in each of them, on average. What comes that often is not missing for three hours by chance.
const PACE: u64 = 4;
/// In so many hours it did not come.
const SILENT: u64 = 3;
/// So many others came in those, at least.
const OTHERS: u64 = 10;

/// How regularly one type has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Regular {
    came: Sum,
    missed: Sum,
}

/// Hours in a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Sum {
    hours: u64,
    own: u64,
    others: u64,
}

/// What follows from an hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// It is to be looked at for another hour.
    GoesOn,
    /// It is not regular.
    Irregular,
    /// It was regular, and has stopped.
    Stopped(Stopped),
}

/// How it has stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stopped {
    /// For so many hours.
    pub hours: u64,
    /// So many others came in those.
    pub others: u64,
    /// So often in an hour it came before.
    pub per_hour: u64,
}

impl Regular {
    /// One more hour, in which it came so often, and others so often.
    pub fn hour(&mut self, own: u64, others: u64) -> Next {
        if own == 0 {
            return self.silent(others);
        }
        if self.missed.hours > 0 {
            // In a row is without a gap.
            *self = Self::default();
        }
        self.came.add(own, others);
        if self.came.hours == 2 * HOURS {
            // What was lately counts for as much as all before.
            self.came.halve();
        }
        if self.came.own < PACE * self.came.hours {
            return Next::Irregular;
        }
        Next::GoesOn
    }

    fn silent(&mut self, others: u64) -> Next {
        let Sum {
            hours,
            own,
            others: before,
        } = self.came;
        if hours < HOURS {
            return Next::Irregular;
        }
        let missed = &mut self.missed;
        missed.add(0, others);
        // Others come at least half as often as they did, so it is not all that has become less.
        let is_alone =
            missed.others >= OTHERS && 2 * missed.others * hours >= before * missed.hours;
        if missed.hours >= SILENT && is_alone {
            return Next::Stopped(Stopped {
                hours: missed.hours,
                others: missed.others,
                per_hour: own / hours,
            });
        }
        if missed.hours == HOURS {
            return Next::Irregular;
        }
        Next::GoesOn
    }
}

impl Sum {
    fn add(&mut self, own: u64, others: u64) {
        self.hours += 1;
        self.own += own;
        self.others += others;
    }

    fn halve(&mut self) {
        self.hours /= 2;
        self.own /= 2;
        self.others /= 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What comes of hours, each so many times: how often it came, and others.
    fn after(hours: &[(usize, u64, u64)]) -> (usize, Next) {
        let mut regular = Regular::default();
        let hours = hours
            .iter()
            .flat_map(|&(times, own, others)| std::iter::repeat_n((own, others), times));
        let mut last = (0, Next::GoesOn);
        for (number, (own, others)) in hours.enumerate() {
            last = (number + 1, regular.hour(own, others));
            if last.1 != Next::GoesOn {
                break;
            }
        }
        last
    }

    fn stopped(hours: u64, others: u64, per_hour: u64) -> Next {
        Next::Stopped(Stopped {
            hours,
            others,
            per_hour,
        })
    }

    #[test]
    fn what_is_regular_and_what_has_stopped() {
        use Next::{GoesOn, Irregular};
        for (hours, expected) in [
            // A day, and three hours without it.
            (&[(24, 5, 20), (3, 0, 20)][..], (27, stopped(3, 60, 5))),
            (&[(24, 5, 20), (2, 0, 20)], (26, GoesOn)),
            // A gap in the first day.
            (&[(23, 5, 20), (1, 0, 20)], (24, Irregular)),
            // Too rare to be missed so soon, whether from the start or later.
            (&[(1, 3, 20)], (1, Irregular)),
            (&[(10, 5, 20), (11, 3, 20)], (21, Irregular)),
            (
                &[(1, 50, 20), (23, 3, 20), (3, 0, 20)],
                (27, stopped(3, 60, 4)),
            ),
            // Comes again in time: it has to be regular anew.
            (
                &[(24, 5, 20), (2, 0, 20), (1, 5, 20), (1, 0, 20)],
                (28, Irregular),
            ),
            (
                &[(24, 5, 20), (2, 0, 20), (24, 5, 20), (3, 0, 20)],
                (53, stopped(3, 60, 5)),
            ),
            // All has become less: told once the others are back, and never if they stay away.
            (
                &[(24, 5, 20), (5, 0, 9), (2, 0, 20)],
                (30, stopped(6, 65, 5)),
            ),
            (&[(24, 5, 20), (24, 0, 9)], (48, Irregular)),
            // Too few others to tell.
            (&[(24, 5, 3), (3, 0, 3)], (27, GoesOn)),
            (&[(24, 5, 3), (4, 0, 3)], (28, stopped(4, 12, 5))),
            // Of long ago little is left.
            (
                &[(240, 100, 900), (200, 10, 20), (3, 0, 20)],
                (443, stopped(3, 60, 10)),
            ),
        ] {
            assert_eq!(after(hours), expected, "{hours:?}");
        }
    }
}
