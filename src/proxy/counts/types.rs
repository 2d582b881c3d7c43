//! Which types came, as many as are worth telling apart.
//!
//! Senders choose types, so their number is bounded, for each route and for all together. The first ones are told apart
//! for good; further ones are one. A type that is known is found without a lock: a hash, and a look at the few that have
//! the same bucket. Hashes have random keys, so that no sender can have all of its types in one.

use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

use super::outcomes::{Outcomes, Totalled};
use super::{Outcome, Sharded};

/// So many types of a route are told apart: more than most senders have.
pub const MOST_OF_ROUTE: usize = 200;
/// So many of all routes.
pub const MOST_OF_ALL: usize = 10_000;
/// What further ones are called.
pub const OTHER: &str = "other";

/// Few types share one, and a route that has none takes 1 KiB.
const BUCKETS: usize = 64;

/// The types of one route.
#[derive(Debug)]
pub struct Types {
    buckets: Box<[Chain]>,
    /// Held by who adds one.
    count: Mutex<usize>,
    is_full: AtomicBool,
    /// All that are not told apart.
    other: Node,
}

type Chain = OnceLock<Box<Node>>;

#[derive(Debug)]
struct Node {
    hash: u64,
    name: Box<str>,
    /// Seconds since the start.
    first: u64,
    shards: Sharded<Shard>,
    next: Chain,
}

#[derive(Debug, Default)]
struct Shard {
    outcomes: Outcomes,
    /// Seconds since the start.
    last: AtomicU64,
}

/// One type, and what is known of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen<'a> {
    /// As the log has it.
    pub name: &'a str,
    /// Whether this is all that are not told apart. A type may have that name as well.
    pub is_rest: bool,
    /// What became of those that came.
    pub totals: Totalled,
    /// When the first one came, in seconds since the start.
    pub first: u64,
    /// When the last one came, likewise.
    pub last: u64,
}

/// What all routes share.
#[derive(Debug, Default)]
pub struct Budget {
    keys: RandomState,
    count: AtomicUsize,
}

impl Types {
    /// None yet.
    pub fn new(workers: usize) -> Self {
        Self {
            buckets: (0..BUCKETS).map(|_| Chain::new()).collect(),
            count: Mutex::new(0),
            is_full: AtomicBool::new(false),
            other: Node::new(0, OTHER, 0, workers),
        }
    }

    /// One more of this type.
    pub fn count(&self, worker: usize, name: &str, outcome: Outcome, now: u64, budget: &Budget) {
        let hash = budget.keys.hash_one(name);
        let found = self.find(hash, name);
        let node = found.unwrap_or_else(|| self.add(hash, name, now, budget));
        let shard = node.shards.of(worker);
        shard.outcomes.count(outcome);
        shard.last.store(now, Ordering::Relaxed);
    }

    /// Those that are told apart, and, if there are any, the others as one.
    pub fn iter(&self) -> impl Iterator<Item = Seen<'_>> {
        let chains = self.buckets.iter().flat_map(walk).map(|node| (node, false));
        let all = chains.chain([(&self.other, true)]);
        all.filter_map(|(node, is_rest)| node.seen(is_rest))
    }

    fn chain(&self, hash: u64) -> &Chain {
        let number = usize::try_from(hash % BUCKETS as u64).unwrap_or_default();
        &self.buckets[number]
    }

    fn find(&self, hash: u64, name: &str) -> Option<&Node> {
        walk(self.chain(hash)).find(|node| node.hash == hash && *node.name == *name)
    }

    /// A place for a type that has none, or that of the others.
    #[cold]
    fn add(&self, hash: u64, name: &str, now: u64, budget: &Budget) -> &Node {
        if self.is_full.load(Ordering::Relaxed) {
            return &self.other;
        }
        let mut count = self.count.lock().unwrap_or_else(PoisonError::into_inner);
        // Another worker may have been first.
        if let Some(node) = self.find(hash, name) {
            return node;
        }
        if *count >= MOST_OF_ROUTE || !budget.take() {
            self.is_full.store(true, Ordering::Relaxed);
            return &self.other;
        }
        *count += 1;
        let workers = self.other.shards.workers();
        let last = walk(self.chain(hash)).last();
        let free = last.map_or_else(|| self.chain(hash), |node| &node.next);
        free.get_or_init(|| Box::new(Node::new(hash, name, now, workers)))
    }

    /// Parts with all of them.
    pub fn give_back(&self, budget: &Budget) {
        let count = self.count.lock().unwrap_or_else(PoisonError::into_inner);
        budget.count.fetch_sub(*count, Ordering::Relaxed);
    }
}

fn walk(chain: &Chain) -> impl Iterator<Item = &Node> {
    let first = chain.get().map(AsRef::as_ref);
    std::iter::successors(first, |node| node.next.get().map(AsRef::as_ref))
}

impl Node {
    fn new(hash: u64, name: &str, first: u64, workers: usize) -> Self {
        Self {
            hash,
            name: name.into(),
            first,
            shards: Sharded::new(workers),
            next: Chain::new(),
        }
    }

    /// What is known of it, if any have come.
    fn seen(&self, is_rest: bool) -> Option<Seen<'_>> {
        let last = self
            .shards
            .iter()
            .map(|shard| shard.last.load(Ordering::Relaxed));
        let totals = Totalled::of(self.shards.iter().map(|shard| &shard.outcomes));
        (totals.sum() > 0).then(|| Seen {
            name: &self.name,
            is_rest,
            totals,
            first: self.first,
            last: last.max().unwrap_or_default(),
        })
    }
}

impl Budget {
    /// Takes room for one more, if there is any.
    fn take(&self) -> bool {
        let more = |count: usize| (count < MOST_OF_ALL).then_some(count + 1);
        let taken = self
            .count
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, more);
        taken.is_ok()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::thread;

    use super::*;

    fn sums(types: &Types) -> BTreeMap<&str, u64> {
        types
            .iter()
            .map(|seen| (seen.name, seen.totals.sum()))
            .collect()
    }

    #[test]
    fn the_first_are_told_apart_for_good_and_further_ones_are_one() {
        let (types, budget) = (Types::new(1), Budget::default());
        for round in 0..2 {
            for number in 0..MOST_OF_ROUTE + 50 {
                types.count(0, &format!("t{number}"), Outcome::Forwarded, round, &budget);
            }
        }
        let sums = sums(&types);
        assert_eq!(sums.len(), MOST_OF_ROUTE + 1);
        assert_eq!((sums["t0"], sums["t199"], sums[OTHER]), (2, 2, 100));
        assert!(!sums.contains_key("t200"));
        let first = types.iter().find(|seen| seen.name == "t7").unwrap();
        assert_eq!((first.first, first.last), (0, 1));
    }

    #[test]
    fn of_many_workers_none_is_lost_and_none_counted_twice() {
        const WORKERS: usize = 4;
        let (types, budget) = (Types::new(WORKERS), Budget::default());
        thread::scope(|scope| {
            for worker in 0..WORKERS {
                let (types, budget) = (&types, &budget);
                scope.spawn(move || {
                    for number in 0..10_000 {
                        let name = format!("t{}", number % 190);
                        types.count(worker, &name, Outcome::Dropped, 1, budget);
                    }
                });
            }
        });
        let sums = sums(&types);
        assert_eq!(sums.len(), 190);
        assert_eq!(sums.values().sum::<u64>(), 10_000 * WORKERS as u64);
        assert_eq!(budget.count.load(Ordering::Relaxed), 190);
    }

    #[test]
    fn all_routes_share_one_budget_and_who_goes_gives_it_back() {
        let budget = Budget::default();
        budget.count.store(MOST_OF_ALL - 1, Ordering::Relaxed);
        let [one, other] = [(); 2].map(|()| Types::new(1));
        for name in ["a", "b"] {
            one.count(0, name, Outcome::Forwarded, 1, &budget);
        }
        assert_eq!(sums(&one), BTreeMap::from([("a", 1), (OTHER, 1)]));
        one.give_back(&budget);
        other.count(0, "a", Outcome::Forwarded, 1, &budget);
        assert_eq!(sums(&other), BTreeMap::from([("a", 1)]));
    }
}
