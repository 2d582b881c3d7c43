//! When a file that is being changed is taken for finished.

use std::time::{Duration, Instant};

use super::beside::Beside;
use super::watch::Touch;
use crate::commands::load::Content;

/// How long nothing may happen before the file is looked at, and then again: a file that is copied or saved is
/// written, renamed and given its mode within a few milliseconds.
const QUIET: Duration = Duration::from_millis(50);
/// The same while somebody has it open to write, and for what nobody saves on purpose: a file that is empty or not
/// there. Editors move the old file away first, or empty it.
const DOUBTFUL: Duration = Duration::from_millis(500);
/// After so long it is taken as it is, if it is anything, even if it is never quiet.
const LONGEST: Duration = Duration::from_secs(2);

/// What is in the config, and in the files that it names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// The first.
    pub config: Content,
    /// The second.
    pub beside: Beside,
}

/// A file to which something has happened, until it stays as it is.
#[derive(Debug)]
pub struct Settle {
    begun: Instant,
    /// When it is to be read next.
    due: Instant,
    /// What was read last, and since when it has been so.
    before: Option<(Snapshot, Instant)>,
}

impl Settle {
    /// Something has just happened.
    pub fn begin(touch: Touch, now: Instant) -> Self {
        Self {
            begun: now,
            due: now + quiet(touch),
            before: None,
        }
    }

    /// Something has happened again.
    pub fn touched(&mut self, touch: Touch, now: Instant) {
        self.due = now + quiet(touch);
        let is_late = now >= self.begun + LONGEST;
        if is_late {
            self.due = self.due.min(now + QUIET);
        } else {
            self.due = self.due.min(self.begun + LONGEST);
            self.before = None;
        }
    }

    /// When the file is to be read next.
    pub fn due(&self) -> Instant {
        self.due
    }

    /// It was read. Gives back what is in it once that is what it was before.
    pub fn read(&mut self, content: Snapshot, now: Instant) -> Option<Snapshot> {
        let since = match &self.before {
            Some((before, since)) if *before == content => *since,
            _ => now,
        };
        let is_doubtful = is_doubtful(&content);
        let enough = if is_doubtful { DOUBTFUL } else { QUIET };
        let is_late = !is_doubtful && now >= self.begun + LONGEST;
        if is_late || now >= since + enough {
            return Some(content);
        }
        self.before = Some((content, since));
        self.due = now + QUIET;
        None
    }
}

fn quiet(touch: Touch) -> Duration {
    match touch {
        Touch::Begun => DOUBTFUL,
        Touch::Done => QUIET,
    }
}

fn is_doubtful(content: &Snapshot) -> bool {
    let Snapshot { config, beside } = content;
    let is_empty = |bytes: &Vec<u8>| bytes.trim_ascii().is_empty();
    config.as_ref().is_ok_and(is_empty) || config.is_err() || beside.is_doubtful()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What happens at which millisecond.
    enum Step {
        Touched(Touch),
        /// It is read, with this in it; an empty text for a file that is not there.
        Read(&'static str),
    }
    use Step::{Read, Touched};
    use Touch::{Begun, Done};

    fn content(text: &str) -> Snapshot {
        let config = match text {
            "" => Err("not there".to_owned()),
            text => Ok(text.into()),
        };
        Snapshot {
            config,
            beside: Beside::default(),
        }
    }

    #[test]
    fn what_stays_as_it_is_is_finished() {
        // The last of each is what is taken; nothing before is.
        let table: [&[(u64, Step)]; 8] = [
            // Renamed into its place.
            &[(50, Read("a")), (100, Read("a"))],
            // Written without a word of its end.
            &[(10, Touched(Begun)), (510, Read("a")), (560, Read("a"))],
            // Written in two goes, in the middle of which it was read.
            &[(50, Read("a")), (100, Read("ab")), (150, Read("ab"))],
            &[
                (50, Read("a")),
                (60, Touched(Begun)),
                (61, Touched(Done)),
                (111, Read("a")),
                (161, Read("a")),
            ],
            // Moved away before it is written anew.
            &[
                (50, Read("")),
                (100, Read("")),
                (300, Read("a")),
                (350, Read("a")),
            ],
            // Emptied, and gone.
            &[(50, Read(" \n")), (540, Read(" \n")), (550, Read(" \n"))],
            &[(50, Read("")), (540, Read("")), (550, Read(""))],
            // Never the same for long.
            &[(50, Read("a")), (1900, Touched(Begun)), (2000, Read("b"))],
        ];
        for (case, steps) in table.iter().enumerate() {
            let start = Instant::now();
            let mut settle = Settle::begin(Done, start);
            for (at, (millis, step)) in steps.iter().enumerate() {
                let now = start + Duration::from_millis(*millis);
                match step {
                    Touched(touch) => settle.touched(*touch, now),
                    Read(text) => {
                        let is_last = at + 1 == steps.len();
                        let taken = settle.read(content(text), now);
                        assert_eq!(taken, is_last.then(|| content(text)), "{case}, {at}");
                    }
                }
            }
        }
    }

    #[test]
    fn it_is_read_when_it_was_quiet_and_at_the_latest_after_a_while() {
        let start = Instant::now();
        let at = |millis| start + Duration::from_millis(millis);
        let mut settle = Settle::begin(Begun, start);
        assert_eq!(settle.due(), at(500));
        settle.touched(Done, at(20));
        assert_eq!(settle.due(), at(70));
        assert_eq!(settle.read(content("a"), at(70)), None);
        assert_eq!(settle.due(), at(120));
        settle.touched(Begun, at(1_990));
        assert_eq!(settle.due(), at(2_000));
        settle.touched(Begun, at(2_500));
        assert_eq!(settle.due(), at(2_550));
    }
}
