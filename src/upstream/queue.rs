//! Whether kept connections make events on new ones queue.
//!
//! Some servers give each connection a worker and leave it there while the connection idles: Apache prefork until
//! it is closed, Puma for 200 ms. Once all workers are taken so, an event on a new connection waits, and one that
//! reuses a connection is served before it. No server says that it is of this kind, but it shows:
//!
//! * Events that came later are answered on reused connections, and much sooner. Beside a server that takes
//!   connections as they come, an event waits as long on a new one as on a reused one, however busy that server
//!   is: 20 ms on either before an nginx with 512 senders.
//! * An event waits while connections idle, and is answered as soon as these are closed. Once this may be chance,
//!   since a server can also pause for some other reason.
//!
//! Both count only while no new connection gets an answer. A busy nginx takes one new connection for each round of
//! events on the others: they wait longer then, but their turn comes, and would come no sooner if all were new.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

/// An event without an answer after so long, on a new connection, is taken for one that queues.
pub const LONG: Duration = Duration::from_millis(3);
/// So many overtake it by chance.
const CHANCE: u32 = 4;
/// How many times longer than theirs its wait is by then.
const LONGER: u32 = 4;
/// What comes within this of closing the idle connections may come of that.
const SOON: Duration = Duration::from_millis(2);
/// What has come of it so often in a row is no chance.
const PROOFS: u32 = 3;

/// The events that queue on new connections, as far as can be told.
#[derive(Debug, Default)]
pub struct Queue {
    /// The first comes first.
    waiting: BTreeSet<Place>,
    /// The number that was given last.
    last: u64,
    /// When an event on a new connection was last answered.
    moved: Option<Instant>,
    /// Who came before this one does not queue, but just takes long: a server takes new connections in their order,
    /// and one that came later has been answered. ([`LONG`] later: two that come at once may be taken either way.)
    passed: Option<Place>,
    /// How many have been answered sooner that came later than the first who queues.
    overtaken: u32,
    /// The last for whom connections were closed, and when that was, until somebody is answered.
    cleared: u64,
    since: Option<Instant>,
    /// How many times in a row somebody was then answered soon.
    proofs: u32,
}

/// Where in the queue an event is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    since: Instant,
    number: u64,
}

impl Queue {
    /// The place of an event that is sent now on a new connection.
    pub fn place(&mut self, now: Instant) -> Place {
        self.last += 1;
        Place {
            since: now,
            number: self.last,
        }
    }

    /// The event with this place has waited for long.
    pub fn join(&mut self, place: Place) {
        self.waiting.insert(place);
    }

    /// It has been answered. Says whether it has become certain that kept connections make events queue.
    pub fn answered(&mut self, place: Place, now: Instant) -> bool {
        self.moved = Some(now);
        self.change(|queue| {
            queue.waiting.remove(&place);
            let before = place.since.checked_sub(LONG);
            queue.passed = queue.passed.max(before.map(|since| Place {
                since,
                number: u64::MAX,
            }));
        });
        match self.since {
            Some(since) if place.number <= self.cleared => {
                self.since = None;
                let soon = now - since <= SOON;
                self.proofs = if soon { self.proofs + 1 } else { 0 };
                self.proofs >= PROOFS
            }
            _ => false,
        }
    }

    /// It waits no more, and got no answer.
    pub fn left(&mut self, place: Place) {
        self.change(|queue| {
            queue.waiting.remove(&place);
        });
    }

    /// An event on a reused connection has been answered after so long. Says whether it has become certain that
    /// kept connections make events queue.
    pub fn overtake(&mut self, took: Duration, now: Instant) -> bool {
        let Some(first) = self.first() else {
            return false;
        };
        if took * LONGER <= now - self.stuck_since(first) {
            self.overtaken += 1;
        }
        if self.overtaken <= CHANCE {
            return false;
        }
        self.overtaken = 0;
        true
    }

    /// Whether nobody waits.
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Whether somebody waits, and nobody on a new connection has been answered for long.
    pub fn is_stuck(&self, now: Instant) -> bool {
        let first = self.waiting.first();
        first.is_some_and(|first| now - self.stuck_since(*first) >= LONG)
    }

    /// Connections idle while somebody waits: they are to be closed, and none is to be kept until all have been
    /// answered who were sent by now.
    pub fn clear(&mut self, now: Instant) {
        self.change(|queue| queue.passed = None);
        self.cleared = self.last;
        self.since = Some(now);
    }

    /// Whether none is to be kept.
    pub fn is_cleared(&self) -> bool {
        let first = self.first();
        first.is_some_and(|first| first.number <= self.cleared)
    }

    /// Since when nobody on a new connection has been answered, while this one waits.
    fn stuck_since(&self, first: Place) -> Instant {
        self.moved
            .map_or(first.since, |moved| moved.max(first.since))
    }

    /// Who came first of those that queue.
    fn first(&self) -> Option<Place> {
        match self.passed {
            Some(passed) => self.waiting.range(passed..).next().copied(),
            None => self.waiting.first().copied(),
        }
    }

    /// Makes a change that may bring somebody else to the front.
    fn change(&mut self, make: impl FnOnce(&mut Self)) {
        let first = self.first();
        make(self);
        if self.first() != first {
            self.overtaken = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    /// A queue of so many, each of whom came well after the one before, and when the last of them did.
    fn queue(length: u32) -> (Queue, Vec<Place>, Instant) {
        let (mut queue, start) = (Queue::default(), Instant::now());
        let places: Vec<_> = (0..length).map(|n| queue.place(start + LONG * n)).collect();
        for place in &places {
            queue.join(*place);
        }
        (queue, places, start + LONG * length.saturating_sub(1))
    }

    #[test]
    fn many_much_faster_answers_are_no_chance() {
        let answers = |waited: u32, took: u32, times: u32| {
            let (mut queue, _, start) = queue(1);
            (0..times).any(|_| queue.overtake(MS * took, start + MS * waited))
        };
        assert!(answers(4, 1, 5));
        assert!(answers(40, 10, 5));
        for (waited, took, times) in [(4, 1, 4), (3, 1, 9), (40, 11, 9), (20, 20, 99)] {
            assert!(
                !answers(waited, took, times),
                "{times} in {took} of {waited} ms"
            );
        }
    }

    #[test]
    fn nobody_is_overtaken_where_nobody_waits() {
        let (mut queue, places, now) = queue(2);
        queue.left(places[0]);
        assert!(!queue.answered(places[1], now));
        assert!(queue.is_empty());
        assert!((0..99).all(|_| !queue.overtake(MS, now + MS * 99)));
    }

    #[test]
    fn those_well_before_one_that_is_answered_are_not_overtaken() {
        let (mut queue, places, now) = queue(3);
        let overtaken = |queue: &mut Queue| (0..99).any(|_| queue.overtake(MS, now + MS * 99));
        queue.answered(places[1], now);
        assert!(overtaken(&mut queue), "the last one still is");
        // These are answered before they have waited for long.
        let quick = queue.place(now + MS * 2);
        queue.answered(quick, now + LONG);
        assert!(
            overtaken(&mut queue),
            "one that came at nearly the same time says nothing"
        );
        let quick = queue.place(now + LONG);
        queue.answered(quick, now + LONG);
        assert!(!overtaken(&mut queue));
        assert!(!queue.is_empty(), "but they wait");
    }

    #[test]
    fn who_is_overtaken_is_counted_for_each() {
        let (mut queue, places, now) = queue(2);
        let now = now + MS * 99;
        assert!((0..CHANCE).all(|_| !queue.overtake(MS, now)));
        queue.answered(places[0], now);
        let now = now + MS * 99;
        assert!((0..CHANCE).all(|_| !queue.overtake(MS, now)));
        assert!(queue.overtake(MS, now));
    }

    #[test]
    fn nobody_is_overtaken_while_new_connections_get_answers() {
        let (mut queue, places, mut now) = queue(9);
        for place in &places[..8] {
            queue.answered(*place, now);
            assert!(!queue.is_stuck(now));
            now += LONG;
            assert!((0..99).all(|_| !queue.overtake(MS, now)));
        }
        assert!(queue.is_stuck(now));
        now += MS;
        assert!((0..99).any(|_| queue.overtake(MS, now)));
    }

    #[test]
    fn none_is_kept_until_all_are_answered_that_waited() {
        let (mut queue, places, now) = queue(2);
        assert!(!queue.is_cleared());
        queue.clear(now);
        let later = queue.place(now);
        queue.join(later);
        for place in places {
            assert!(queue.is_cleared());
            queue.answered(place, now + MS * 9);
        }
        assert!(!queue.is_cleared() && !queue.is_empty());
    }

    #[test]
    fn who_still_waits_while_connections_idle_queues_after_all() {
        let (mut queue, places, now) = queue(2);
        queue.clear(now);
        let later = queue.place(now + LONG * 2);
        queue.answered(places[1], now + LONG * 2);
        queue.answered(later, now + LONG * 2);
        assert!(
            !queue.is_cleared(),
            "the first one just takes long, it seems"
        );
        queue.clear(now);
        assert!(queue.is_cleared());
    }

    #[test]
    fn an_answer_soon_after_the_connections_were_closed_proves_something_in_the_third_time() {
        let (mut queue, now) = (Queue::default(), Instant::now());
        let mut clear = |time: u32| {
            let places = [queue.place(now), queue.place(now)];
            for place in &places {
                queue.join(*place);
            }
            queue.clear(now);
            places.map(|place| queue.answered(place, now + MS * time))
        };
        let chance = [false, false];
        assert_eq!(clear(1), chance);
        assert_eq!(clear(2), chance);
        assert_eq!(clear(3), chance, "too late");
        assert_eq!(clear(1), chance);
        assert_eq!(clear(1), chance);
        assert_eq!(clear(1), [true, false]);
    }
}
