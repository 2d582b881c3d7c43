//! How many senders the limit of open files leaves room for.
//!
//! A sender is an open file, and its event in flight is another one, towards the upstream. If senders could take
//! them all, none would be left for the events that they send. So each is let in only while there is room for both.

use std::fmt;
use std::fs;
use std::io;

use rlimit::Resource;

/// The files to keep for what is opened now and then: whatever looks up the upstream's name, and the like.
const NOW_AND_THEN: usize = 8;
/// How many senders that find no place are told so at once. More are closed without a word: else a flood of them would
/// take memory, and files from those who have a place.
const TURNED_AWAY: usize = 256;
/// What is taken to be open where the system doesn't tell.
const UNTOLD: usize = 64;

/// How many senders there is room for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// With a place, and an event in flight each.
    pub senders: usize,
    /// Without one, while they are told so.
    pub turned_away: usize,
}

/// The open files that the system allows leave no room for a sender.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooFew {
    limit: usize,
    needed: usize,
}

/// Raises the limit of open files as far as it goes, and finds how many of `connections` senders fit into it beside
/// what is open already. Fewer than all is a warning in the log.
///
/// To be called when all is open that stays open; each of the `workers` may open one more for a moment.
///
/// # Errors
///
/// [`TooFew`] when there is no room at all, and whatever the system says where it does not tell its limit.
pub fn room(connections: usize, workers: usize) -> io::Result<Room> {
    let limit = rlimit::increase_nofile_limit(u64::MAX).or_else(|error| {
        tracing::warn!(%error, "can't raise the limit of open files");
        Resource::NOFILE.get_soft()
    })?;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let own = open() + workers + NOW_AND_THEN;
    let needed = own + needed(connections);
    let room = share_out(limit.saturating_sub(own), connections)
        .ok_or(TooFew { limit, needed })
        .map_err(io::Error::other)?;
    if room.senders < connections {
        tracing::warn!(
            connections,
            limit,
            needed,
            fitting = room.senders,
            "the limit of open files is too low for limits.connections: only as many senders are served as fit, \
             more are answered 503; raise it to what is needed (ulimit -n, LimitNOFILE)"
        );
    }
    Ok(room)
}

/// How many files are open now.
fn open() -> usize {
    // The directory itself is one of them while it is read.
    fs::read_dir("/dev/fd").map_or(UNTOLD, |files| files.count().saturating_sub(1))
}

/// What becomes of `files` that are there for senders, `connections` of which are wanted.
fn share_out(files: usize, connections: usize) -> Option<Room> {
    let senders = connections.min(files.saturating_sub(least_turned_away(files)) / 2);
    (senders > 0).then(|| Room {
        senders,
        turned_away: TURNED_AWAY.min(files - 2 * senders),
    })
}

/// Of `files`, how many are for those who find no place, however many are wanted for the others.
fn least_turned_away(files: usize) -> usize {
    (files / 16).clamp(4, TURNED_AWAY)
}

/// The fewest files from which `connections` senders have room.
fn needed(connections: usize) -> usize {
    let places = 2 * connections;
    // A sixteenth of them all is a fifteenth of the others.
    places + (places.saturating_sub(1) / 15).clamp(4, TURNED_AWAY)
}

impl fmt::Display for TooFew {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { limit, needed } = self;
        write!(
            f,
            "{limit} open files leave no room for senders; raise the limit (ulimit -n, LimitNOFILE), to {needed} for \
             all of limits.connections"
        )
    }
}

impl std::error::Error for TooFew {}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn of_few_files_most_are_for_those_who_are_let_in() {
        let table = [
            (0, 10_000, None),
            (5, 10_000, None),
            (6, 10_000, Some((1, 4))),
            (40, 10_000, Some((18, 4))),
            (1_000, 10_000, Some((469, 62))),
            (20_000, 10_000, Some((9_872, 256))),
            (20_256, 10_000, Some((10_000, 256))),
            (1_048_000, 10_000, Some((10_000, 256))),
            (40, 5, Some((5, 30))),
            (usize::MAX, 1_000_000, Some((1_000_000, 256))),
        ];
        for (files, connections, room) in table {
            let room = room.map(|(senders, turned_away)| Room {
                senders,
                turned_away,
            });
            assert_eq!(share_out(files, connections), room, "{files} {connections}");
        }
    }

    proptest! {
        #[test]
        fn no_more_is_given_than_there_is(files in 0..50_000_usize, connections in 1..=30_000_usize) {
            if let Some(room) = share_out(files, connections) {
                prop_assert!(2 * room.senders + room.turned_away <= files);
                prop_assert!(room.senders <= connections && room.turned_away > 0);
            }
        }

    }

    #[test]
    fn what_is_needed_is_enough_and_one_less_is_not() {
        for connections in (1..10_000).chain([1_000_000]) {
            let senders = |files| share_out(files, connections).map_or(0, |room| room.senders);
            assert_eq!(senders(needed(connections)), connections);
            assert!(
                senders(needed(connections) - 1) < connections,
                "{connections}"
            );
        }
    }

    #[test]
    fn a_file_that_is_opened_is_counted() {
        // Other tests open and close some meanwhile, but not as many.
        let before = open();
        let files: Vec<_> = (0..200)
            .map(|_| fs::File::open("/dev/null").unwrap())
            .collect();
        let counted = open().abs_diff(before + files.len());
        assert!(counted < 100, "{counted}");
    }
}
