//! Patterns over event types, compiled by kind so that thousands cost what one does.

use std::collections::HashSet;
use std::error::Error;
use std::fmt;
use std::str::FromStr;

/// One pattern as written, known to be well-formed.
///
/// It is compared with the whole of a name, case-sensitively. `*` stands for any run of characters,
/// dots and none included; nothing else is special.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern(Box<str>);

/// What is wrong with a pattern, and what to write instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PatternError {
    /// Nothing was written.
    Empty,
    /// White space comes first or last.
    Padded,
    /// A control character is in it.
    Control,
    /// Two stars stand side by side.
    DoubleStar,
}

/// A set of patterns, compiled. The default is the empty set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Patterns {
    exact: HashSet<Box<str>>,
    /// `abc*`, each with its star. Sorted by what comes before the star, which is never the beginning of
    /// what comes before another's: hence only the last one not after a name can match it.
    prefixes: Vec<Box<str>>,
    /// All other shapes, in the order written.
    globs: Vec<Box<str>>,
}

impl FromStr for Pattern {
    type Err = PatternError;

    /// Takes `text` for a pattern.
    ///
    /// # Errors
    ///
    /// Refuses what can only be a mistake: see [`PatternError`].
    fn from_str(text: &str) -> Result<Self, PatternError> {
        if text.is_empty() {
            Err(PatternError::Empty)
        } else if text.contains(char::is_control) {
            Err(PatternError::Control)
        } else if text != text.trim() {
            Err(PatternError::Padded)
        } else if text.contains("**") {
            Err(PatternError::DoubleStar)
        } else {
            Ok(Self(text.into()))
        }
    }
}

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "empty: write an event type, or `*` for all of them",
            Self::Padded => "begins or ends with white space: write it without",
            Self::Control => "has a control character in it: write it without",
            Self::DoubleStar => "`**` is not special: write one `*`, which matches dots too",
        })
    }
}

impl Error for PatternError {}

impl FromIterator<Pattern> for Patterns {
    fn from_iter<I: IntoIterator<Item = Pattern>>(patterns: I) -> Self {
        let mut compiled = Self::default();
        for Pattern(text) in patterns {
            match text.find('*') {
                None => drop(compiled.exact.insert(text)),
                Some(star) if star + 1 == text.len() => compiled.prefixes.push(text),
                Some(_) => compiled.globs.push(text),
            }
        }
        compiled
            .prefixes
            .sort_unstable_by(|a, b| stem(a).cmp(stem(b)));
        // What a shorter prefix covers comes right after it.
        compiled
            .prefixes
            .dedup_by(|next, kept| next.starts_with(stem(kept)));
        compiled
    }
}

impl Patterns {
    /// Whether there is no pattern at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.exact.is_empty() && self.prefixes.is_empty() && self.globs.is_empty()
    }

    /// How many there are, without those that a shorter prefix covers.
    #[must_use]
    pub fn len(&self) -> usize {
        self.exact.len() + self.prefixes.len() + self.globs.len()
    }

    /// A pattern that matches `name`, as written, or `None` if none does.
    ///
    /// Where several match it is the exact name, else the shortest prefix, else the first of the others.
    /// The number of exact names and prefixes hardly matters; the others are tried one by one, each in
    /// time linear in the length of the name.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<&str> {
        let exact = self.exact.get(name).map(AsRef::as_ref);
        exact
            .or_else(|| self.prefix(name))
            .or_else(|| self.glob(name))
    }

    fn prefix(&self, name: &str) -> Option<&str> {
        let after = self.prefixes.partition_point(|prefix| stem(prefix) <= name);
        let candidate = self.prefixes[..after].last()?;
        name.starts_with(stem(candidate)).then_some(candidate)
    }

    fn glob(&self, name: &str) -> Option<&str> {
        let mut globs = self.globs.iter().map(AsRef::as_ref);
        globs.find(|glob| matches(glob, name))
    }
}

/// A prefix pattern without its star.
fn stem(prefix: &str) -> &str {
    prefix.trim_end_matches('*')
}

/// Whether `glob` matches the whole of `name`.
///
/// Between the first and the last, each literal may be taken where it first occurs: to take it later
/// only leaves less for those after it. So nothing is ever tried twice.
fn matches(glob: &str, name: &str) -> bool {
    let Some((first, others)) = glob.split_once('*') else {
        return glob == name;
    };
    let (middle, last) = others.rsplit_once('*').unwrap_or(("", others));
    let Some(mut rest) = name
        .strip_prefix(first)
        .and_then(|rest| rest.strip_suffix(last))
    else {
        return false;
    };
    middle
        .split('*')
        .all(|literal| match rest.split_once(literal) {
            Some((_, after)) => {
                rest = after;
                true
            }
            None => false,
        })
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
            ("a.?[b]", &["a.?[b]"], &["a.xb", "a.?b"]),
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
    fn a_mistake_is_refused() {
        use PatternError::{Control, DoubleStar, Empty, Padded};
        let table = [
            ("", Empty),
            (" ", Padded),
            (" a", Padded),
            ("a\u{a0}", Padded),
            ("a\n", Control),
            ("a\u{7f}b", Control),
            ("a**", DoubleStar),
            ("**.created", DoubleStar),
        ];
        for (text, error) in table {
            assert_eq!(text.parse::<Pattern>(), Err(error), "{text:?}");
        }
        for text in ["*", "a b", "orders/create", "*a*b*"] {
            assert!(text.parse::<Pattern>().is_ok(), "{text:?}");
        }
    }

    #[test]
    fn many_stars_are_tried_once() {
        let glob = "*a".repeat(1_000) + "*b*";
        let name = "a".repeat(100_000);
        assert_eq!(patterns(&[&glob]).find(&name), None);
    }
}
