//! What the rules in force have matched.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::Sharded;
use crate::policy::{Policy, Rule};

/// So many rules of all routes are counted each by itself, further ones of a route together: a scrape has a line for each,
/// and 1,000 routes may have 1,000 patterns.
pub const MOST: usize = 10_000;
/// What those are called.
const OTHERS: &str = "other";
/// What all doubts are called, each of which says more in the log.
const UNREADABLE: &str = "unreadable";

/// The rules of one route, in one version of the config, each with what it has matched.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    listed: Vec<(Box<str>, Arc<Matches>)>,
    by_name: HashMap<Box<str>, Arc<Matches>>,
    others: Option<Arc<Matches>>,
}

type Matches = Sharded<AtomicU64>;

impl Rules {
    /// Those of `policy`, and of `handshakes` as they are written. One that was there `before` goes on from where it is. So many are `left` to be counted each by
    /// itself.
    pub fn new<'a>(
        policy: &'a Policy,
        handshakes: impl Iterator<Item = &'a str>,
        before: &Self,
        workers: usize,
        left: &mut usize,
    ) -> Self {
        let new = || Arc::new(Sharded::new(workers));
        let others = before.others.clone().unwrap_or_else(new);
        let mut rules = Self {
            others: Some(others),
            ..Self::default()
        };
        for name in names(policy, handshakes) {
            if rules.by_name.contains_key(&*name) {
                continue;
            }
            let Some(less) = left.checked_sub(1) else {
                break;
            };
            *left = less;
            let matches = before.by_name.get(&*name).cloned().unwrap_or_else(new);
            rules.listed.push((name.clone(), matches.clone()));
            rules.by_name.insert(name, matches);
        }
        rules
    }

    /// The rule that the log calls so has matched.
    pub fn count(&self, worker: usize, rule: &str) {
        let found = self.by_name.get(rule).or_else(|| {
            let is_doubt = rule.starts_with(UNREADABLE);
            is_doubt.then(|| self.by_name.get(UNREADABLE)).flatten()
        });
        if let Some(matches) = found.or(self.others.as_ref()) {
            matches.of(worker).fetch_add(1, Ordering::Relaxed);
        }
    }

    /// How often each has matched, in the order of the config, those that never did too; and behind them all others
    /// together, if there were any.
    pub fn iter(&self) -> impl Iterator<Item = (&str, u64)> {
        let sum = |matches: &Matches| -> u64 {
            let each = matches.iter().map(|count| count.load(Ordering::Relaxed));
            each.sum()
        };
        let others = self
            .others
            .iter()
            .map(move |matches| (OTHERS, sum(matches)));
        let listed = self.listed.iter();
        listed
            .map(move |(name, matches)| (&**name, sum(matches)))
            .chain(others.filter(|(_, count)| *count > 0))
    }
}

/// The rules of a policy and handshakes, as the log has them.
fn names<'a>(
    policy: &'a Policy,
    handshakes: impl Iterator<Item = &'a str>,
) -> impl Iterator<Item = Box<str>> {
    let named = |rule: Rule<'_>| rule.to_string().into_boxed_str();
    let deny = policy
        .deny
        .iter()
        .map(|pattern| Rule::Deny(pattern.as_str()));
    let allow = policy
        .allow
        .iter()
        .map(|pattern| Rule::Allow(pattern.as_str()));
    let not_allowed = (!policy.allow.is_empty()).then_some(Rule::NotAllowed);
    // What can't be told for certain comes first, so that it is never among the others.
    [Box::from(UNREADABLE)].into_iter().chain(
        deny.chain(allow)
            .chain(not_allowed)
            .chain(handshakes.map(Rule::Handshake))
            .chain([Rule::EmptyBatch])
            .map(named),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{Doubt, Patterns};

    fn patterns(texts: &[&str]) -> Patterns {
        let patterns = texts.iter().map(|text| text.parse().expect("a pattern"));
        patterns.collect::<Vec<_>>().into_iter().collect()
    }

    fn policy(deny: &[&str], allow: &[&str]) -> Policy {
        Policy {
            deny: patterns(deny),
            allow: patterns(allow),
            ..Policy::default()
        }
    }

    fn rules_of(policy: &Policy, before: &Rules, workers: usize, left: &mut usize) -> Rules {
        Rules::new(policy, ["type=ping"].into_iter(), before, workers, left)
    }

    fn told(rules: &Rules) -> Vec<(&str, u64)> {
        let empty = Rule::EmptyBatch.to_string();
        rules
            .iter()
            .filter(|(name, _)| *name != empty && !name.starts_with("handshake"))
            .collect()
    }

    #[test]
    fn those_that_never_matched_are_there_and_all_doubts_are_one() {
        let rules = rules_of(&policy(&["a.*"], &["b"]), &Rules::default(), 2, &mut 9);
        for (worker, rule) in [
            (0, Rule::Deny("a.*")),
            (1, Rule::Deny("a.*")),
            (1, Rule::Unreadable(Doubt::Alias)),
            (0, Rule::Unreadable(Doubt::TooLarge)),
        ] {
            rules.count(worker, &rule.to_string());
        }
        let expected = [
            ("unreadable", 2),
            ("deny \"a.*\"", 2),
            ("allow \"b\"", 0),
            ("not in allow", 0),
        ];
        assert_eq!(told(&rules), expected);
    }

    #[test]
    fn one_that_stays_goes_on_and_one_that_comes_begins_at_0() {
        let before = rules_of(&policy(&["a", "b"], &[]), &Rules::default(), 1, &mut 9);
        before.count(0, "deny \"a\"");
        before.count(0, "deny \"b\"");
        let after = rules_of(&policy(&["c", "b"], &[]), &before, 1, &mut 9);
        after.count(0, "deny \"b\"");
        // By a request that began before.
        before.count(0, "deny \"b\"");
        let expected = [("unreadable", 0), ("deny \"c\"", 0), ("deny \"b\"", 3)];
        assert_eq!(told(&after), expected);
        let again = rules_of(&policy(&["a"], &[]), &after, 1, &mut 9);
        assert_eq!(told(&again), [("unreadable", 0), ("deny \"a\"", 0)]);
    }

    #[test]
    fn handshakes_and_empty_lists_are_rules_too() {
        let rules = rules_of(&policy(&[], &[]), &Rules::default(), 1, &mut 9);
        rules.count(0, &Rule::Handshake("type=ping").to_string());
        rules.count(0, &Rule::EmptyBatch.to_string());
        let all: Vec<_> = rules.iter().collect();
        let expected = [
            ("unreadable", 0),
            ("handshake \"type=ping\"", 1),
            ("no event in the list", 1),
        ];
        assert_eq!(all, expected);
    }

    #[test]
    fn beyond_the_bound_they_are_counted_together() {
        let mut left = 2;
        let rules = rules_of(
            &policy(&["a", "b", "c"], &[]),
            &Rules::default(),
            1,
            &mut left,
        );
        for rule in ["deny \"a\"", "deny \"b\"", "deny \"c\"", "unheard of"] {
            rules.count(0, rule);
        }
        let expected = [("unreadable", 0), ("deny \"a\"", 1), ("other", 3)];
        assert_eq!(told(&rules), expected);
        assert_eq!(left, 0);
    }
}
