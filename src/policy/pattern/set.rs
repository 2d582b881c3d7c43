//! A list of patterns, compiled by kind so that thousands cost about what one does.

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use super::Pattern;
use super::globs::Globs;

/// A set of patterns, compiled. The default is the empty set.
///
/// Two are equal if the same was written in the same order. Clones are the same: thousands of routes may have one set.
#[derive(Clone, Default)]
pub struct Patterns(Arc<Compiled>);

#[derive(Default)]
struct Compiled {
    written: Vec<Pattern>,
    exact: HashSet<Arc<str>>,
    /// `abc*`, each with its star. Sorted by what comes before the star, which is never the beginning of
    /// what comes before another's: hence only the last one not after a name can match it.
    prefixes: Vec<Arc<str>>,
    /// All other shapes.
    globs: Option<Globs>,
}

impl FromIterator<Pattern> for Patterns {
    fn from_iter<I: IntoIterator<Item = Pattern>>(patterns: I) -> Self {
        let mut compiled = Compiled::default();
        let mut globs = Vec::new();
        for pattern in patterns {
            let text = pattern.0.clone();
            match text.find('*') {
                None => drop(compiled.exact.insert(text)),
                Some(star) if star + 1 == text.len() => compiled.prefixes.push(text),
                Some(_) => globs.push(text),
            }
            compiled.written.push(pattern);
        }
        compiled
            .prefixes
            .sort_unstable_by(|a, b| stem(a).cmp(stem(b)));
        // What a shorter prefix covers comes right after it.
        compiled
            .prefixes
            .dedup_by(|next, kept| next.starts_with(stem(kept)));
        compiled.globs = (!globs.is_empty()).then(|| Globs::new(globs));
        Self(Arc::new(compiled))
    }
}

impl Patterns {
    /// Whether there is no pattern at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.written.is_empty()
    }

    /// How many patterns were written.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.written.len()
    }

    /// The patterns, as and in the order in which they were written.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.written.iter().map(|pattern| &*pattern.0)
    }

    /// A pattern that matches `name`, as written, or `None` if none does.
    ///
    /// Where several match it is the exact name, else the shortest prefix, else the first of the others.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<&str> {
        let exact = self.0.exact.get(name).map(AsRef::as_ref);
        exact
            .or_else(|| self.prefix(name))
            .or_else(|| self.0.globs.as_ref()?.find(name))
    }

    fn prefix(&self, name: &str) -> Option<&str> {
        let after = self
            .0
            .prefixes
            .partition_point(|prefix| stem(prefix) <= name);
        let candidate = self.0.prefixes[..after].last()?;
        name.starts_with(stem(candidate)).then_some(candidate)
    }
}

impl fmt::Debug for Patterns {
    /// As written.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Patterns").field(&self.0.written).finish()
    }
}

impl PartialEq for Patterns {
    fn eq(&self, other: &Self) -> bool {
        self.0.written == other.0.written
    }
}

impl Eq for Patterns {}

/// A prefix pattern without its star.
fn stem(prefix: &str) -> &str {
    prefix.trim_end_matches('*')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patterns(texts: &[&str]) -> Patterns {
        texts
            .iter()
            .map(|text| text.parse::<Pattern>().unwrap())
            .collect()
    }

    #[test]
    fn matches_the_whole_name() {
        let table: &[(&str, &[&str], &[&str])] = &[
            ("batch", &["batch"], &["", "Batch", "batch.", "abatch"]),
            (
                "batch.*",
                &["batch.created", "batch.a.b", "batch."],
                &["batch", "v2.core.batch_job.created", "Batch.created"],
            ),
            ("*", &["", "a", "a.b", "é"], &[]),
            (
                "*.created",
                &[".created", "a.b.created"],
                &["created", "a.created2"],
            ),
            ("a*a", &["aa", "aba", "aaa"], &["a", "ab", "aab"]),
            (
                "a*b*c",
                &["abc", "aXbYc", "abbcc", "abcbc"],
                &["ac", "acb", "abcd", "aXc"],
            ),
            ("*b*", &["b", "abc"], &["", "ac"]),
            ("*a*b*", &["ab", "aba", "abab"], &["a", "ba"]),
            ("a.$[b]", &["a.$[b]"], &["a.xb", "a.$b", "a."]),
            ("é*", &["é", "éa"], &["e", "\u{c3}"]),
        ];
        for (pattern, yes, no) in table {
            let patterns = patterns(&[pattern]);
            for name in *yes {
                assert_eq!(patterns.find(name), Some(*pattern), "{pattern} {name}");
            }
            for name in *no {
                assert_eq!(patterns.find(name), None, "{pattern} {name}");
            }
        }
    }

    #[test]
    fn exact_before_shortest_prefix_before_first_other() {
        let patterns = patterns(&["*b", "a*b", "abc*", "ab*", "abc", "abd*", "b*", "*"]);
        assert_eq!(patterns.find("abc"), Some("abc"));
        assert_eq!(patterns.find("abcb"), Some("*"));

        let patterns = self::patterns(&["*b", "c*b", "abc*", "ab*", "abcd*", "b*"]);
        assert_eq!(patterns.find("abcd"), Some("ab*"));
        assert_eq!(patterns.find("b"), Some("b*"));
        assert_eq!(patterns.find("cb"), Some("*b"));
        assert_eq!(patterns.find("c"), None);

        // What ends in the same place as something longer counts no less.
        let patterns = self::patterns(&["*b*c*", "*bc", "*ab*", "*c"]);
        assert_eq!(patterns.find("abc"), Some("*b*c*"));
        assert_eq!(patterns.find("bbc"), Some("*b*c*"));
        assert_eq!(patterns.find("cabc"), Some("*b*c*"));
        assert_eq!(patterns.find("cab"), Some("*ab*"));
        assert_eq!(patterns.find("cc"), Some("*c"));
    }

    #[test]
    fn the_star_of_a_prefix_takes_no_part_in_the_order() {
        let patterns = patterns(&["a*", "a *", "a!*"]);
        for name in ["a", "a b", "a!b", "ab"] {
            assert_eq!(patterns.find(name), Some("a*"), "{name}");
        }
    }

    #[test]
    fn nothing_matches_in_an_empty_set() {
        assert!(Patterns::default().is_empty());
        assert_eq!(Patterns::default().find(""), None);
        for text in ["a", "a*", "*a"] {
            assert!(!patterns(&[text]).is_empty());
        }
    }

    #[test]
    fn equal_is_what_was_written_alike() {
        let written = ["a*", "a", "*a", "ab*"];
        assert_eq!(patterns(&written), patterns(&written));
        assert_eq!(patterns(&written).len(), 4);
        for other in [&["a*", "a", "*a"][..], &["a", "a*", "*a", "ab*"]] {
            assert_ne!(patterns(&written), patterns(other));
        }
        let shown = format!("{:?}", patterns(&["a*", "*b*"]));
        assert_eq!(shown, r#"Patterns([Pattern("a*"), Pattern("*b*")])"#);
    }

    #[test]
    fn many_stars_are_tried_once() {
        let glob = "*a".repeat(1_000) + "*b*";
        let name = "a".repeat(100_000);
        assert_eq!(patterns(&[&glob]).find(&name), None);
    }
}
