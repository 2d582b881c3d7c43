//! Which types arrived that no rule names: each is told of once, the first time since the start.
//!
//! Senders add types without asking. Whoever denies what they know of learns here what they don't.
//!
//! Workers ask on each event that no rule names, so they share no lock: a type that was told of costs a hash and
//! mostly one look at memory that nobody writes to any more. Hashes have random keys, so that no sender can make one
//! type pass for another, nor all of them be looked for at one place.

use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use crate::policy::{Judgement, Pattern, Rule};
use crate::telemetry::{cut, in_toml, visible};

/// How many types are told of, of all routes. Who sends more of them makes them up: Stripe has some 250, GitHub 300.
const MOST: usize = 10_000;
/// Enough that few types share a place: 128 KiB.
const PLACES: u64 = 1 << 14;

/// The types that were told of.
#[derive(Debug)]
pub struct FirstSeen {
    keys: RandomState,
    /// The hash of one type each, or 0. None is ever taken out.
    places: Box<[AtomicU64]>,
    count: AtomicUsize,
}

impl Default for FirstSeen {
    /// Nothing was seen yet.
    fn default() -> Self {
        Self {
            keys: RandomState::new(),
            places: (0..PLACES).map(|_| AtomicU64::default()).collect(),
            count: AtomicUsize::default(),
        }
    }
}

impl FirstSeen {
    /// Tells of the type that this judgement of a route is on, if no rule names it and it is the first of its kind.
    ///
    /// `route` is the path of the route as in the file, `None` at the top level. `is_certain` is asked only where the
    /// type is new, whether the judgement holds by the strict pass too; where it does not, nothing is told.
    pub fn note(
        &self,
        route: Option<&str>,
        judgement: &Judgement<'_, '_>,
        is_certain: impl FnOnce() -> bool,
    ) {
        let Some(name) = judgement.unnamed() else {
            return;
        };
        // As the log has it: two that are the same there are one.
        let shown = cut(name);
        // What is free is 0.
        let hash = self.keys.hash_one((route, &*shown)).max(1);
        if !self.is_new(hash) || !is_certain() {
            return;
        }
        let is_whole = shown == name;
        match self.insert(hash) {
            Some(before) if before < MOST => tracing::warn!(
                route,
                r#type = &*shown,
                write = is_whole
                    .then(|| remedy(name, judgement.verdict.rule))
                    .flatten(),
                "a type that no rule names"
            ),
            Some(MOST) => tracing::warn!(
                told = MOST,
                "too many types that no rule names, no more of them are told"
            ),
            // Another worker was first.
            Some(_) | None => {}
        }
    }

    /// Whether it is not there, and there is room for it or for what is told when there is none.
    fn is_new(&self, hash: u64) -> bool {
        let mut found = self.way(hash).map(|place| place.load(Ordering::Relaxed));
        let last = found.find(|&found| found == hash || found == 0);
        last == Some(0) && self.count.load(Ordering::Relaxed) <= MOST
    }

    /// How many were there before it, unless it was there itself.
    fn insert(&self, hash: u64) -> Option<usize> {
        for place in self.way(hash) {
            match place.compare_exchange(0, hash, Ordering::Relaxed, Ordering::Relaxed) {
                Ok(_) => return Some(self.count.fetch_add(1, Ordering::Relaxed)),
                Err(found) if found == hash => return None,
                Err(_) => {}
            }
        }
        None
    }

    /// The places at which it is looked for, up to the first that is free.
    fn way(&self, hash: u64) -> impl Iterator<Item = &AtomicU64> {
        let start = usize::try_from(hash % PLACES).unwrap_or_default();
        let (before, from) = self.places.split_at(start);
        from.iter().chain(before)
    }
}

/// What to write so that a rule names exactly this type; `None` where no pattern does.
fn remedy(name: &str, rule: Rule<'_>) -> Option<String> {
    let entry = entry_of(name)?;
    let deny = format!("deny = [..., {entry}]");
    Some(match rule {
        Rule::NotAllowed => format!("allow = [..., {entry}], or {deny}"),
        _ => deny,
    })
}

/// The entry of a list that names exactly this type; `None` where no pattern does.
#[must_use]
pub fn entry_of(name: &str) -> Option<String> {
    Pattern::exactly(name).map(|_| quoted(name))
}

/// As a string of TOML: one without escapes where it can be, since the log escapes them once more.
fn quoted(name: &str) -> String {
    let is_literal = !name.contains('\'') && visible(name) == name;
    if is_literal {
        format!("'{name}'")
    } else {
        in_toml(name)
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use toml::de::DeTable;

    use super::*;
    use crate::policy::Patterns;

    #[test]
    fn each_is_new_once_and_no_more_than_one_beyond_the_bound() {
        let seen = FirstSeen::default();
        let hashes: Vec<_> = (0..20_000).map(|n| seen.keys.hash_one(n).max(1)).collect();
        for (number, &hash) in hashes.iter().enumerate() {
            let is_new = number <= MOST;
            assert_eq!(seen.is_new(hash), is_new, "{number}");
            assert_eq!(
                is_new.then(|| seen.insert(hash)),
                is_new.then_some(Some(number))
            );
            assert!(!seen.is_new(hash), "{number}");
        }
        assert!(
            hashes[..=MOST]
                .iter()
                .all(|&hash| seen.insert(hash).is_none())
        );
    }

    #[test]
    fn of_many_who_come_at_once_one_is_first() {
        let seen = FirstSeen::default();
        let mut firsts: Vec<_> = thread::scope(|scope| {
            let insert = || {
                let firsts = (1..=1_000).filter_map(|hash| seen.insert(hash * 7 % 1_009));
                firsts.collect::<Vec<_>>()
            };
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(insert)).collect();
            threads
                .into_iter()
                .flat_map(|thread| thread.join().unwrap())
                .collect()
        });
        firsts.sort_unstable();
        assert_eq!(firsts, (0..1_000).collect::<Vec<_>>());
    }

    #[test]
    fn those_of_one_place_are_told_apart_and_the_last_place_is_followed_by_the_first() {
        let seen = FirstSeen::default();
        for start in [0, 5, PLACES - 2] {
            for turn in 1..=10 {
                let hash = start + turn * PLACES;
                assert!(seen.is_new(hash) && seen.insert(hash).is_some() && !seen.is_new(hash));
            }
        }
    }

    #[test]
    fn what_is_to_be_written_names_the_type_and_nothing_else() {
        for (name, expected) in [
            ("invoice.paid", "'invoice.paid'"),
            ("Push Hook", "'Push Hook'"),
            (r"App\Events\Paid", r"'App\Events\Paid'"),
            (r#"a"b"#, r#"'a"b'"#),
            ("a'b", r#""a'b""#),
            (r#"a'b"c\D"#, r#""a'b\"c\\D""#),
            ("é", "'é'"),
            ("a\u{200b}b", r#""a\u200bb""#),
            ("a\u{202e}\"b", r#""a\u202e\"b""#),
        ] {
            let text = remedy(name, Rule::NoMatch).expect("there is one");
            assert_eq!(text, format!("deny = [..., {expected}]"));
            let text = text.replace("..., ", "");
            let table = DeTable::parse(&text).unwrap();
            let list = table.get_ref()["deny"].get_ref().as_array().unwrap();
            let written: Vec<_> = list
                .iter()
                .filter_map(|entry| entry.get_ref().as_str())
                .collect();
            assert_eq!(written, [name]);
            let patterns: Patterns = [written[0].parse::<Pattern>().unwrap()]
                .into_iter()
                .collect();
            assert_eq!(patterns.find(name), Some(name));
        }
        let text = remedy("a", Rule::NotAllowed);
        assert_eq!(
            text.as_deref(),
            Some("allow = [..., 'a'], or deny = [..., 'a']")
        );
    }

    #[test]
    fn nothing_is_to_be_written_that_would_name_others_too_or_is_no_pattern() {
        for name in [
            "", "*", "a*", "a**b", " a", "a ", "a\n", "a\0", "a,b", "a?", "{a}", "^a",
        ] {
            assert_eq!(remedy(name, Rule::NoMatch), None, "{name:?}");
        }
    }
}
