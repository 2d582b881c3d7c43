//! What `explain` says.

use std::collections::BTreeMap;
use std::fs;

use hooksieve::telemetry::{cut, in_json};

use super::table::{Found, Group, Row, Said};
use crate::support::run;

/// Has the rows of a group explained, those with one head at once.
///
/// It is asked about a POST to a path, with header lines that can be typed; other rows are left out.
pub fn check(group: &Group, found: &mut Found) {
    let directory = tempfile::tempdir().expect("a directory");
    let write = |name: &str, bytes: &[u8]| {
        fs::write(directory.path().join(name), bytes).expect("it can be written");
    };
    write(
        "config.toml",
        group.config_before("127.0.0.1:3000").as_bytes(),
    );
    let mut by_head: BTreeMap<_, Vec<(String, &Row)>> = BTreeMap::new();
    for (number, row) in group.rows.iter().enumerate() {
        if row.target.starts_with('/') && row.headers.iter().all(|(_, value)| value.is_ascii()) {
            write(&number.to_string(), &row.body());
            let rows = by_head.entry((&row.target, &row.headers)).or_default();
            rows.push((number.to_string(), row));
        }
    }
    for ((target, headers), rows) in &by_head {
        let lines: Vec<_> = headers
            .iter()
            .map(|(name, value)| format!("--header={name}: {value}"))
            .collect();
        let mut arguments = vec!["explain", "--path", target];
        arguments.extend(lines.iter().map(String::as_str));
        arguments.push("--");
        arguments.extend(rows.iter().map(|(name, _)| name.as_str()));
        let run = run(directory.path(), &arguments);
        assert_eq!(run.stderr, "");
        let accounts: Vec<_> = run.stdout.split("\n\n").collect();
        assert_eq!(accounts.len(), rows.len(), "{}", run.stdout);
        for ((_, row), account) in rows.iter().zip(accounts) {
            found.hear(group, row, said(row, account));
        }
    }
}

/// The words of an account, as the log would have them. Of several readings it does not say which the log names, so one of
/// them is taken for it.
fn said(row: &Row, account: &str) -> Said {
    let mut lines = account.lines();
    let fate = lines.next().and_then(|line| line.rsplit_once(": "));
    let rows: Vec<_> = lines
        .filter_map(|line| line.strip_prefix("  ")?.split_once("  "))
        .map(|(what, text)| (what.trim_end(), text.trim_start()))
        .collect();
    let all = |what: &'static str| {
        let rows = rows.iter().filter(move |(name, _)| *name == what);
        rows.map(|(_, text)| *text)
    };
    let of = |what| all(what).next();
    let verdict = match (fate.map(|(_, fate)| fate), of("mode")) {
        _ if of("head").is_some() => "refuse",
        (_, Some(mode)) if mode.ends_with("; it would be dropped") => "would drop",
        (_, Some(mode)) if mode.ends_with("; it would be refused") => "would reject",
        (Some("forwarded"), _) => "forward",
        (Some("dropped"), _) => "drop",
        (Some("refused"), _) => "reject",
        _ => panic!("{account}"),
    };
    let expected = row.r#type.clone();
    let r#type = expected.filter(|name| {
        let name = in_json(&cut(name));
        of("type").is_none() || all("type").any(|text| text.contains(&name))
    });
    let sender = of("sender").and_then(|sender| sender.split_once(", "));
    let shadow = of("shadow").and_then(|shadow| shadow.split_once("; "));
    let shadow = shadow.map(|(would, text)| (would_be(would), rule(text)));
    let shadow = shadow.filter(|(would, _)| !would.ends_with(verdict));
    let (shadow, shadow_rule) = shadow.unzip();
    let route = of("route").and_then(|route| route.strip_prefix('"')?.split_once('"'));
    Said {
        verdict: verdict.to_owned(),
        rule: of("rule").and_then(rule),
        r#type,
        status: sender.and_then(|(status, _)| status.parse().ok()),
        answer: match (verdict, sender) {
            ("drop", Some((_, answer))) if answer != "with an empty body" => {
                serde_json::from_str(answer).expect("a string")
            }
            _ => String::new(),
        },
        shadow,
        shadow_rule: shadow_rule.flatten(),
        route: route.map(|(name, _)| name.to_owned()),
    }
}

fn would_be(words: &str) -> String {
    let would = match words {
        "it would be forwarded" => "would forward",
        "it would be dropped" => "would drop",
        "it would be refused" => "would reject",
        _ => panic!("{words}"),
    };
    would.to_owned()
}

/// A rule as the log has it: without where it is written.
fn rule(text: &str) -> Option<String> {
    if text.starts_with("none: ") {
        return None;
    }
    let unreadable = text.strip_prefix("unreadable = ");
    if let Some((_, why)) = unreadable.and_then(|rest| rest.split_once(": ")) {
        return Some(format!("unreadable: {why}"));
    }
    let place = text.rfind(", config.toml:").unwrap_or(text.len());
    Some(text[..place].to_owned())
}
