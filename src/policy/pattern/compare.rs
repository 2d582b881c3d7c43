//! What two patterns have in common, whatever the name.
//!
//! Both answers are exact. A pattern covers another if it matches what is written there, taken for a name: a star in
//! that can be matched only by a star, which would match anything else in its place as well.

use super::globs::matches;
use super::{Pattern, Patterns};

impl Pattern {
    /// Whether every name that `other` matches is matched by this one too.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        matches(&self.0, &other.0)
    }

    /// Whether there is a name that both match.
    #[must_use]
    pub fn meets(&self, other: &Self) -> bool {
        match (self.ends(), other.ends()) {
            // Between beginning and end there is room for whatever either has there, one after the other.
            (Some((first, last)), Some((other_first, other_last))) => {
                (first.starts_with(other_first) || other_first.starts_with(first))
                    && (last.ends_with(other_last) || other_last.ends_with(last))
            }
            (Some(_), None) => matches(&self.0, &other.0),
            (None, _) => matches(&other.0, &self.0),
        }
    }

    /// What is before the first star and behind the last, if it has one.
    fn ends(&self) -> Option<(&str, &str)> {
        let (first, rest) = self.0.split_once('*')?;
        Some((first, rest.rsplit_once('*').map_or(rest, |(_, last)| last)))
    }
}

impl Patterns {
    /// One of these that covers `pattern`, as written.
    #[must_use]
    pub fn covering(&self, pattern: &Pattern) -> Option<&str> {
        self.find(&pattern.0)
    }

    /// Each pattern that matches nothing but what another one does as well, and that other one, in the order written.
    /// Without the first the set is the same.
    pub fn shadowed(&self) -> impl Iterator<Item = (&Pattern, &Pattern)> {
        // Nothing is covered by an exact name but that itself. Each set names one that matches: of the beginnings the
        // shortest, of the others the first. That may be the pattern itself, so those are asked for from behind too.
        let is_beginning = |pattern: &&Pattern| pattern.0.find('*') == Some(pattern.0.len() - 1);
        let is_other = |pattern: &&Pattern| pattern.0.contains('*') && !is_beginning(pattern);
        let beginnings: Self = self.iter().filter(is_beginning).cloned().collect();
        let others: Self = self.iter().filter(is_other).cloned().collect();
        let backwards: Self = self.iter().rev().filter(is_other).cloned().collect();
        let sets = [beginnings, others, backwards];
        self.iter().filter_map(move |pattern| {
            let mut covering = sets.iter().filter_map(|set| set.covering(pattern));
            let covering = covering.find(|&covering| covering != pattern.as_str())?;
            let other = self.iter().find(|other| other.as_str() == covering)?;
            Some((pattern, other))
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;

    fn pattern(text: &str) -> Pattern {
        text.parse().unwrap()
    }

    #[test]
    fn one_covers_another() {
        for (wide, narrow, expected) in [
            ("a", "a", true),
            ("a", "b", false),
            ("*", "a", true),
            ("*", "*a*", true),
            ("a*", "a", true),
            ("a", "a*", false),
            ("a*", "ab*", true),
            ("ab*", "a*", false),
            ("a*", "a*b", true),
            ("*a", "a*", false),
            ("*a*", "*b*a*c*", true),
            ("*a*a*", "*a*", false),
            ("*a*a*", "*aa*", true),
            ("a*a", "a", false),
            ("a*b", "a*c*b", true),
            ("a*c*b", "a*b", false),
            ("*ab*", "*a*b*", false),
            ("A*", "ab", false),
            ("é*", "é.x", true),
        ] {
            assert_eq!(
                pattern(wide).covers(&pattern(narrow)),
                expected,
                "{wide} {narrow}"
            );
        }
    }

    #[test]
    fn two_meet() {
        for (one, other, expected) in [
            ("a", "a", true),
            ("a", "b", false),
            ("a", "a*", true),
            ("a", "*b", false),
            ("*", "*", true),
            ("a*", "b*", false),
            ("a*", "ab*", true),
            ("a*", "*b", true),
            ("*a", "*b", false),
            ("*ba", "*a", true),
            ("ab*ab", "abab", true),
            ("ab*ab", "aba", false),
            ("a*x*b", "a*y*b", true),
        ] {
            assert_eq!(
                pattern(one).meets(&pattern(other)),
                expected,
                "{one} {other}"
            );
            assert_eq!(
                pattern(other).meets(&pattern(one)),
                expected,
                "{other} {one}"
            );
        }
    }

    #[test]
    fn what_is_shadowed_is_told_with_what_shadows_it() {
        let patterns: Patterns = ["ab*", "x", "*c*d*", "abc", "a*", "*c*", "*d", "ab*d", "xd"]
            .map(pattern)
            .into_iter()
            .collect();
        let told: Vec<_> = patterns.shadowed().collect();
        let told = told
            .iter()
            .map(|(one, other)| (one.as_str(), other.as_str()));
        assert!(told.eq([
            ("ab*", "a*"),
            ("*c*d*", "*c*"),
            ("abc", "a*"),
            ("ab*d", "a*"),
            ("xd", "*d")
        ]));
    }

    #[test]
    fn thousands_are_compared_in_no_time() {
        let all =
            (0..5_000).flat_map(|i| [format!("a{i}.*"), format!("*.b{i}.*"), format!("c{i}")]);
        let patterns: Patterns = all.map(|text| pattern(&text)).collect();
        // `a1.*` covers no `a10.*`, and so on.
        assert_eq!(patterns.shadowed().count(), 0);
    }

    /// All names of these letters up to a length.
    fn names(letters: &str, longest: usize) -> Vec<String> {
        let mut names = vec![String::new()];
        let mut last = names.clone();
        for _ in 0..longest {
            let longer = last
                .iter()
                .flat_map(|name| letters.chars().map(move |c| format!("{name}{c}")));
            last = longer.collect();
            names.extend(last.iter().cloned());
        }
        names
    }

    fn any_pattern(longest: usize) -> impl Strategy<Value = Pattern> {
        let text = vec(select(vec!['a', 'b', '*']), 1..=longest);
        text.prop_filter_map("it is refused", |text| {
            text.into_iter().collect::<String>().parse().ok()
        })
    }

    proptest! {
        #[test]
        fn covering_is_matching_all_that_the_other_does(wide in any_pattern(5), narrow in any_pattern(5)) {
            // A name with a letter of its own for each star is as long as the pattern.
            let of_narrow: Vec<_> = names("abc", 5).into_iter().filter(|name| matches(&narrow.0, name)).collect();
            let all = of_narrow.iter().all(|name| matches(&wide.0, name));
            prop_assert_eq!(wide.covers(&narrow), all, "{:?} {:?}", wide, narrow);
        }

        #[test]
        fn meeting_is_matching_one_name(one in any_pattern(4), other in any_pattern(4)) {
            let both = names("ab", 8).iter().any(|name| matches(&one.0, name) && matches(&other.0, name));
            prop_assert_eq!(one.meets(&other), both, "{:?} {:?}", one, other);
        }

        #[test]
        fn shadowed_is_what_any_other_covers(patterns in vec(any_pattern(5), 0..8)) {
            let mut patterns = patterns;
            patterns.sort_by(|a, b| a.0.len().cmp(&b.0.len()).then(b.0.cmp(&a.0)));
            patterns.dedup();
            for _ in 0..2 {
                patterns.reverse();
                let set: Patterns = patterns.iter().cloned().collect();
                let shadowed: Vec<_> = set.shadowed().map(|(one, other)| {
                    assert!(one != other && other.covers(one), "{one:?} {other:?}");
                    one.clone()
                }).collect();
                let expected = patterns.iter().filter(|one| {
                    patterns.iter().any(|other| other != *one && other.covers(one))
                });
                prop_assert!(expected.eq(&shadowed), "{:?}: {:?}", patterns, shadowed);
            }
        }
    }
}
