//! The line of one type in an allow list.

use std::borrow::Cow;
use std::time::SystemTime;

use super::{Pair, Verdict};
use crate::config::Config;
use crate::policy::Pattern;
use crate::telemetry::{in_toml, is_cut, visible};

/// The line of one type, which is a comment where it is not to be allowed as it stands.
pub(super) fn entry(name: &str, pair: &Pair) -> String {
    let (count, last) = (pair.counted.count, day(pair.counted.last));
    let name_as_toml = in_toml(name);
    if let Some(why) = inexpressible(name) {
        return format!("# {name_as_toml}: {count}, last {last}, {why}");
    }
    let latest = pair.cases.iter().max_by_key(|case| case.counted.last);
    match latest.map(|case| (case.verdict, case.rule.as_deref().unwrap_or_default())) {
        Some((verdict @ (Verdict::Drop | Verdict::WouldDrop), rule)) => {
            let rule = visible(rule);
            format!("# {name_as_toml},  # {count}, last {last}, {verdict}: {rule}")
        }
        _ => format!("{name_as_toml},  # {count}, last {last}"),
    }
}

/// Why no entry stands for this type and no other.
fn inexpressible(name: &str) -> Option<Cow<'static, str>> {
    if is_cut(name) {
        return Some("cut in the log".into());
    }
    if name.contains('*') {
        return Some("`*` in it would match other types too".into());
    }
    if let Err(error) = name.parse::<Pattern>() {
        return Some(format!("no pattern: {}", visible(&error.to_string())).into());
    }
    // What is refused as a text and not as a pattern has quotes of a word processor.
    let is_refused = !name.is_ascii() && {
        let list = format!(
            "upstream = \"http://a\"\nfilter.allow = [{}]",
            in_toml(name)
        );
        Config::parse(&list).is_err()
    };
    is_refused.then_some("can't stand in a list as it is".into())
}

/// `2026-11-22`.
pub(super) fn day(time: SystemTime) -> String {
    let mut day = humantime::format_rfc3339_seconds(time).to_string();
    day.truncate("2026-11-22".len());
    day
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_entry_stands_for_alone_says_why() {
        let cut = "x".repeat(200) + "…";
        for (name, why) in [
            ("invoice.paid", None),
            ("é b", None),
            (&*cut, Some("cut in the log")),
            ("a*", Some("`*` in it would match other types too")),
            ("a?", Some("no pattern: `?` is not special: write \"a*\"")),
            ("“a”", Some("can't stand in a list as it is")),
        ] {
            assert_eq!(inexpressible(name).as_deref(), why, "{name}");
        }
    }
}
