//! Rules of types that can't be told for certain, as the log has them.

use std::borrow::Cow;

/// Whether a rule is that of a type that can't be told for certain.
pub(super) fn is_doubt(rule: &str) -> bool {
    rule.starts_with("unreadable: ")
}

/// `unreadable: not JSON` of `unreadable: not JSON at line 1 column 2`: there are as many places as bodies.
pub(super) fn without_place(rule: Cow<'_, str>) -> Cow<'_, str> {
    if !is_doubt(&rule) {
        return rule;
    }
    let place = [" at line ", " at byte "]
        .iter()
        .find_map(|at| rule.find(at));
    match (place, rule) {
        (None, rule) => rule,
        (Some(end), Cow::Borrowed(rule)) => Cow::Borrowed(&rule[..end]),
        (Some(end), Cow::Owned(rule)) => Cow::Owned(rule[..end].to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_in_a_body_is_left_out_and_nothing_of_a_pattern() {
        for (rule, expected) in [
            (
                "unreadable: not JSON at line 1 column 2",
                "unreadable: not JSON",
            ),
            (
                "unreadable: lone surrogate at byte 2",
                "unreadable: lone surrogate",
            ),
            (
                "unreadable: UTF-16, not UTF-8",
                "unreadable: UTF-16, not UTF-8",
            ),
            ("deny \"a at line 1\"", "deny \"a at line 1\""),
        ] {
            assert_eq!(without_place(rule.into()), expected);
            assert_eq!(without_place(rule.to_owned().into()), expected);
        }
    }
}
