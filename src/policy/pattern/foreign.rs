//! Patterns of another language: regular expressions, globs of a shell, lists in one text.
//!
//! Here only `*` means something, so these would match nothing, and a deny list that matches nothing lets everything
//! through. A sign is refused if no sender is known to have it in a type. Should one have it after all, `*` matches it
//! too. Signs that are in real types are accepted: `[configuration.merchant]` at Stripe, the `\` of PHP's class names,
//! the `$` of `$pageview` and of inner classes, blanks at GitLab; see [`Warning`](super::Warning).

use std::fmt;

use super::mend::mended;

/// A pattern of another language, and what to write instead of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Foreign {
    sign: Sign,
    /// The patterns that mean the same; empty if that can't be told.
    instead: Vec<String>,
}

/// What gives a pattern away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sign {
    Not,
    Regex,
    Braces,
    Comma,
    Bar,
    Question,
}

impl Foreign {
    /// What is foreign about `text`, which has no other mistake.
    pub(super) fn find(text: &str) -> Option<Self> {
        let sign = Sign::find(text)?;
        let meant = text.trim_start_matches('!').trim_start();
        let instead = mended(meant).unwrap_or_default();
        Some(Self { sign, instead })
    }
}

impl Sign {
    pub(super) fn find(text: &str) -> Option<Self> {
        let plain = without_sets(text);
        // A tag URI (RFC 4151) always has a comma.
        let is_list = plain.contains(',') && !text.starts_with("tag:");
        match text {
            _ if text.starts_with('!') => Some(Self::Not),
            _ if is_regex(text) => Some(Self::Regex),
            _ if plain.contains(['{', '}']) => Some(Self::Braces),
            _ if is_list => Some(Self::Comma),
            _ if plain.contains('|') => Some(Self::Bar),
            _ if plain.contains('?') => Some(Self::Question),
            _ => None,
        }
    }
}

/// Whether only a regular expression looks like this: anchors, signs with `\` before them, `.*` at the beginning.
pub(super) fn is_regex(text: &str) -> bool {
    let mut chars = text.chars();
    let mut escapes = false;
    while let Some(char) = chars.next() {
        // What follows in the name of a PHP class, or stands for it.
        let is_name = |next: char| next.is_alphanumeric() || next == '_' || next == '*';
        escapes |= char == '\\' && !chars.next().is_some_and(is_name);
    }
    escapes
        || without_sets(text).contains('^')
        || text.ends_with('$')
        || text.starts_with(".*")
        || text.starts_with(".+")
}

/// Leaves out what is in brackets, where signs have no meaning in other languages either.
fn without_sets(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, set)) = rest.split_once('[')
        && let Some((_, after)) = set.split_once(']')
    {
        plain += before;
        rest = after;
    }
    plain + rest
}

impl fmt::Display for Foreign {
    /// What it is, and what to write.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.sign {
            Sign::Not => "`!` negates nothing: write ",
            Sign::Regex => "a regular expression: write ",
            Sign::Braces => "braces are not special: write ",
            Sign::Comma => "`,` does not separate patterns: write ",
            Sign::Bar => "`|` does not separate patterns: write ",
            Sign::Question => "`?` is not special: write ",
        })?;
        match (&self.instead[..], self.sign) {
            ([], Sign::Not) => f.write_str("what follows it")?,
            ([], Sign::Comma | Sign::Bar) => f.write_str("one entry for each")?,
            ([], _) => f.write_str("`*` for any run of characters")?,
            ([one], _) => write!(f, "{one:?}")?,
            (several, _) => {
                f.write_str("one entry for each, ")?;
                for (i, one) in several.iter().enumerate() {
                    let comma = if i == 0 { "" } else { ", " };
                    write!(f, "{comma}{one:?}")?;
                }
            }
        }
        match self.sign {
            Sign::Not => f.write_str(" in the other list"),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Pattern, PatternError};

    #[track_caller]
    fn told(text: &str) -> String {
        match text.parse::<Pattern>() {
            Err(PatternError::Foreign(foreign)) => foreign.to_string(),
            other => panic!("{text:?}: {other:?}"),
        }
    }

    /// What is told of each pattern.
    const REFUSED: &str = r#"
a.created, a.updated  `,` does not separate patterns: write one entry for each, "a.created", "a.updated"
a,b                   `,` does not separate patterns: write one entry for each, "a", "b"
a,                    `,` does not separate patterns: write "a"
,                     `,` does not separate patterns: write one entry for each
a|b.*                 `|` does not separate patterns: write one entry for each, "a", "b.*"
a.(b|c)               `|` does not separate patterns: write one entry for each, "a.b", "a.c"
{a,b}.c               braces are not special: write one entry for each, "a.c", "b.c"
a.{b, c}              braces are not special: write one entry for each, "a.b", "a.c"
{a,b}{c,d}            braces are not special: write one entry for each, "ac", "ad", "bc", "bd"
a.?, b.{c,d}          braces are not special: write one entry for each, "a.*", "b.c", "b.d"
a{2}                  braces are not special: write `*` for any run of characters
${TYPE}               braces are not special: write `*` for any run of characters
a.?                   `?` is not special: write "a.*"
a?b??*                `?` is not special: write "a*b*"
!a.*                  `!` negates nothing: write "a.*" in the other list
! a                   `!` negates nothing: write "a" in the other list
!^a                   `!` negates nothing: write "a*" in the other list
!(a)                  `!` negates nothing: write "(a)" in the other list
!                     `!` negates nothing: write what follows it in the other list
^batch\.              a regular expression: write "batch.*"
^batch\..*$           a regular expression: write "batch.*"
^batch\.created$      a regular expression: write "batch.created"
\.created$            a regular expression: write "*.created"
batch\..*             a regular expression: write "batch.*"
batch\.*              a regular expression: write "batch.*"
/^batch\./            a regular expression: write "batch.*"
^batch\..+?\.v2$      a regular expression: write "batch.*.v2"
^(a|b)\.c             a regular expression: write one entry for each, "a.c*", "b.c*"
^a$|^b                a regular expression: write one entry for each, "a", "b*"
App\\Events           a regular expression: write "App\\Events"
.*                    a regular expression: write "*"
.*created             a regular expression: write "*created"
.+created             a regular expression: write "*created"
^a\d+$                a regular expression: write `*` for any run of characters
^[ab]$                a regular expression: write `*` for any run of characters
^(?!batch)            a regular expression: write `*` for any run of characters
a\                    a regular expression: write `*` for any run of characters
"#;

    #[test]
    fn what_to_write_instead_is_told() {
        for line in REFUSED.trim().lines() {
            let (text, expected) = line.split_at(22);
            assert_eq!(told(text.trim_end()), expected, "{text}");
        }
    }

    #[test]
    fn what_would_be_long_is_not_told() {
        for alternatives in ["{a,b,c}", "{a,a}", "(a|a)"] {
            let product = alternatives.repeat(100);
            assert!(told(&product).contains(": write "), "{alternatives}");
        }
        let list = "a,".repeat(100_000) + "b";
        assert!(told(&list).ends_with("write one entry for each"));
        let nested = "{".repeat(100_000) + ",";
        assert!(told(&nested).starts_with("braces"));
    }

    #[test]
    fn a_sign_of_real_types_is_none() {
        for text in [
            "orders/create",
            "Push Hook",
            "repo:push",
            "endpoint.url_validation",
            "com.github.pull_request.opened",
            "Microsoft.Storage.BlobCreated",
            "SubscriptionValidationEvent",
            "v2.core.account[configuration.merchant].updated",
            "v2.core.account[*].updated",
            r"App\Events\OrderShipped",
            r"App\Events\*",
            "$pageview",
            "com.acme.Outer$Inner",
            "urn:acme:order#created",
            "tag:acme.example,2024:order",
            "https://acme.example/events/order-created",
            "Yahoo!",
            "a+b",
            "a (b)",
            "0",
            "*",
        ] {
            assert!(text.parse::<Pattern>().is_ok(), "{text}");
        }
    }
}
