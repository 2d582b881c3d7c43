//! Patterns that may be meant in another language, by a sign that real types have too.

use std::fmt;

use super::Pattern;

/// What is odd about a pattern that is taken as it is.
///
/// Its `Display` is the rest of a sentence that begins with the pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Warning {
    /// `[ab]`, a set of characters elsewhere.
    Set,
    /// `\d`, a class of characters elsewhere.
    Escape,
    /// `a.b a.c`, which looks like two patterns.
    Blank,
}

impl Pattern {
    /// What is odd about it, if something else may have been meant.
    #[must_use]
    pub fn warning(&self) -> Option<Warning> {
        let text = &*self.0;
        if sets(text).any(|set| !is_name(set)) {
            Some(Warning::Set)
        } else if is_escape(text) {
            Some(Warning::Escape)
        } else if text
            .split(' ')
            .filter(|word| word.contains(['.', '/', ':']))
            .count()
            > 1
        {
            Some(Warning::Blank)
        } else {
            None
        }
    }
}

/// What is in brackets.
fn sets(text: &str) -> impl Iterator<Item = &str> {
    let sets = text.split('[').skip(1);
    sets.filter_map(|set| set.split_once(']').map(|(set, _)| set))
}

/// Whether brackets hold a name, as they do in Stripe's types, or a part of one: too long for a set, or a star.
fn is_name(set: &str) -> bool {
    let is_part = |char: char| char.is_alphanumeric() || char == '_' || char == '.';
    set.is_empty() || set.contains('*') || set.len() > 3 && set.chars().all(is_part)
}

/// Whether a single letter follows a `\`; what separates the parts of a class's name has a word behind it.
fn is_escape(text: &str) -> bool {
    let mut parts = text.split('\\').skip(1);
    parts.any(|part| {
        let is_part = |char: &char| char.is_alphanumeric() || *char == '_';
        part.chars().take_while(is_part).count() == 1
    })
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Set => {
                "has brackets, which stand for themselves; for one of several characters write one entry for each"
            }
            Self::Escape => "has `\\`, which stands for itself; for any run of characters write `*`",
            Self::Blank => "has blanks, which stand for themselves; for several patterns write one entry for each",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_meant_otherwise_is_told() {
        let table = [
            ("batch.[ab]", Some(Warning::Set)),
            ("batch.[a-z]*", Some(Warning::Set)),
            ("[!a]", Some(Warning::Set)),
            ("[^abcd]", Some(Warning::Set)),
            ("[a,b]", Some(Warning::Set)),
            ("[a?]", Some(Warning::Set)),
            ("v2.core.account[requirements].[ab]", Some(Warning::Set)),
            ("v2.core.account[requirements].updated", None),
            ("v2.core.account[configuration.merchant].*", None),
            ("v2.core.account[*].updated", None),
            ("entry[].changes", None),
            ("a[b", None),
            ("a]b", None),
            (r"batch.\d", Some(Warning::Escape)),
            (r"batch.\w+", Some(Warning::Escape)),
            (r"\d*", Some(Warning::Escape)),
            (r"App\Events\OrderShipped", None),
            (r"App\Events\*", None),
            ("batch.created batch.updated", Some(Warning::Blank)),
            ("repo:push repo:fork", Some(Warning::Blank)),
            ("orders/create  orders/paid", Some(Warning::Blank)),
            ("Push Hook", None),
            ("Merge Request Hook", None),
            ("Push *", None),
            ("batch.created", None),
            ("*", None),
        ];
        for (text, warning) in table {
            assert_eq!(
                text.parse::<Pattern>().unwrap().warning(),
                warning,
                "{text}"
            );
        }
    }

    #[test]
    fn a_warning_goes_on_behind_the_pattern() {
        for warning in [Warning::Set, Warning::Escape, Warning::Blank] {
            let told = warning.to_string();
            assert!(
                told.starts_with("has ") && told.contains("; for "),
                "{told}"
            );
        }
    }
}
