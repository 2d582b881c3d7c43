mod every_key;
mod presets;
mod secrets;

use std::path::Path;

use bytes::Bytes;
use http::StatusCode;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::headers::{Forward, Host};
use crate::policy::{Action, Pattern, Patterns, Policy, Shadow};
use crate::route::{DropReply, Mode, Route};
use crate::upstream::{self, Origin};
use crate::verify::{Encoding, Hash, Key, Scheme, Source, TOLERANCE, Verify};

/// The shipped file, which documents the defaults.
const SHIPPED: &str = include_str!("../../config.toml");

/// Wrong files, each with what is said about it.
const PROBLEMS: &str = include_str!("tests/problems.txt");

/// What is shown for a wrong file.
fn problems(text: &str) -> String {
    match Config::parse(text) {
        Ok(config) => panic!("no problem in {text:?}: {config:?}"),
        Err(problems) => problems.display_with(Path::new("config.toml")).to_string(),
    }
}

fn parse(lines: &str) -> Config {
    Config::parse(&format!("upstream = \"http://app\"\n{lines}")).unwrap()
}

fn top(config: &Config) -> &Route {
    config.routes.named(None).unwrap()
}

#[test]
fn every_problem_is_told_in_words() {
    let is_case = |case: &&str| !case.is_empty() && !case.starts_with("##");
    for case in PROBLEMS.split("\n\n").map(str::trim_end).filter(is_case) {
        let (told, written): (Vec<_>, Vec<_>) = case
            .lines()
            .partition(|line| line.starts_with("config.toml"));
        let mut written = written.join("\n");
        if !written.contains("upstream") {
            written.insert_str(0, "upstream = \"http://app\"\n");
        }
        assert_eq!(problems(&written), told.join("\n"), "{case}");
    }
}

#[test]
fn a_problem_is_one_line_without_control_characters() {
    for text in [
        "mode = \u{1b}2J",
        "mode = \u{1b}[2J",
        "mode = \"a\u{7f}\"",
        "\u{feff}\r\nmode = '''\r\na\r\n'''",
        "\"\\n\" = 1\n[\"\\r\"]\n[filter]\ndeny = ['''\n''', '''\n''']",
    ] {
        let text = format!("upstream = 'http://app'\n{text}");
        let shown = problems(&text);
        let count = Config::parse(&text).unwrap_err().iter().count();
        assert_eq!(shown.lines().count(), count, "{shown:?}");
        assert!(
            shown.lines().all(|line| !line.contains(char::is_control)),
            "{shown:?}"
        );
    }
}

proptest! {
    #[test]
    fn whatever_is_written_is_understood_or_told_in_lines(
        pieces in vec(select(PIECES.split('|').collect::<Vec<_>>()), 0..12)
    ) {
        let text = pieces.concat();
        if let Err(problems) = Config::parse(&text) {
            let shown = problems.display_with(Path::new("c")).to_string();
            prop_assert!(shown.lines().all(|line| line.starts_with("c:")), "{}", shown);
            prop_assert!(!shown.replace('\n', "").contains(char::is_control), "{}", shown);
        }
    }
}

/// What config files are made of, and what slips in, between bars.
const PIECES: &str = "upstream|listen|mode|[filter]|[[filter]]|deny|drop|body| = |=|.|\n|\r\n| |\"|'|“|”|’|«|é|[|]|{|}|,| # |\
                      \\|\"\"\"|http://|:8080|me:secret@app|127.0.0.1|1|\u{feff}|\u{1b}";

#[test]
fn a_single_problem_names_its_line() {
    let told = |text| {
        let problems = Config::parse(text).unwrap_err();
        problems.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let missing = r#"upstream is missing; write upstream = "http://127.0.0.1:3000""#;
    let unknown =
        r#"line 2: "x" is not known; known are "listen", "upstream", "mode", "sender", "reload""#;
    assert_eq!(told("\nx = 1"), [missing, unknown]);
    assert_eq!(
        told("\nx ="),
        ["line 2, column 4: not TOML: a value is missing"]
    );
}

#[test]
fn the_shipped_file_shows_the_defaults() {
    let shipped = Config::parse(SHIPPED).unwrap();
    let mut defaults = Config::parse("upstream = \"http://127.0.0.1:3000\"").unwrap();
    let mut top = top(&defaults).clone();
    assert!(top.policy.deny.is_empty());
    top.policy.deny = ["batch.*".parse::<Pattern>().unwrap()]
        .into_iter()
        .collect();
    defaults.routes = Routes::new(Vec::new(), Some(top)).unwrap();
    assert_eq!(shipped, defaults);
}

#[test]
fn the_shipped_file_shows_every_key() {
    let shipped = DeTable::parse(SHIPPED).unwrap();
    // An unknown key is answered with the list of the known ones.
    let names = |text: &str| -> Vec<String> {
        let told = problems(&format!("upstream = \"http://app\"\n{text}"));
        let (_, known) = told.rsplit_once("known are ").unwrap();
        let names = known.split(", ");
        names
            .map(|name| name.trim_matches(['"', '[', ']']).to_owned())
            .collect()
    };
    for key in names("unheard-of = 1") {
        // What has no default can only be shown in a comment.
        let is_shown = SHIPPED.contains(&format!("\n# {key} = "));
        let is_set = shipped.get_ref().contains_key(key.as_str());
        assert!(is_set || is_shown, "{key}");
    }
    // Of `[[route]]`, `[audit]` and `[tls]` the shipped file shows but an example, which is no default; of `[verify]` and
    // `[upstream_tls]` where to read of it, and `[socket]` is for few.
    let sections = names("[unheard-of]");
    let elsewhere = ["audit", "route", "socket", "tls", "upstream_tls", "verify"];
    let is_shown = |name: &&String| !elsewhere.contains(&name.as_str());
    for section in sections.iter().filter(is_shown) {
        let table = shipped.get_ref()[section.as_str()]
            .get_ref()
            .as_table()
            .unwrap();
        for key in names(&format!("[{section}]\nunheard-of = 1")) {
            // What is off by default is shown as a comment.
            let is_shown = table.contains_key(key.as_str())
                || SHIPPED.contains(&format!("\n# {key} = ")) && has_no_default(section, &key);
            assert!(is_shown, "[{section}] {key}");
        }
    }
}

fn has_no_default(section: &str, name: &str) -> bool {
    let mut all = keys::KEYS.iter();
    all.any(|key| (key.section, key.name) == (section, name) && key.default.is_none())
}

#[test]
fn the_record_that_the_shipped_file_shows_is_one() {
    let (before, record) = SHIPPED.split_once("# [audit]").unwrap();
    let (record, after) = record.split_once("\n\n").unwrap();
    let text = format!("{before}[audit]{}\n\n{after}", record.replace("\n# ", "\n"));
    let config = Config::parse(&text).unwrap();
    assert!(config.audit.path.is_some() && top(&config).audit.body);
}

#[test]
fn the_certificate_that_the_shipped_file_shows_is_one() {
    let (before, tls) = SHIPPED.split_once("# [tls]").unwrap();
    let (tls, after) = tls.split_once("\n\n").unwrap();
    let text = format!("{before}[tls]{}\n\n{after}", tls.replace("\n# ", "\n"));
    assert_eq!(Config::parse(&text).unwrap().tls.pairs.len(), 1);
}

#[test]
fn the_route_that_the_shipped_file_shows_is_one() {
    let (before, route) = SHIPPED.split_once("# [[route]]").unwrap();
    let text = format!("{before}[[route]]{}", route.replace("\n# ", "\n"));
    let config = Config::parse(&text).unwrap();
    let route = config.routes.named(Some("/hooks/github")).unwrap();
    assert_eq!(route.upstream.port(), 3001);
    let deny = ["workflow_job.*".parse::<Pattern>().unwrap()];
    assert_eq!(route.policy.deny, deny.into_iter().collect());
    assert_eq!(route.drop, top(&config).drop);
}

#[test]
fn a_pattern_that_may_be_meant_otherwise_is_told_and_taken() {
    let config = parse(
        r#"
        [filter]
        allow = ["Push Hook", "v2.core.account[requirements].updated",
          'batch\d']
        deny = ["batch.[ab]", "batch.created batch.updated"]
        shadow.deny = ["batch.[ab]"]
        "#,
    );
    let warnings: Vec<_> = config.warnings.iter().map(ToString::to_string).collect();
    let expected = [
        r"line 5: [filter] allow: 'batch\d' has `\`, which stands for itself; for any run of characters write `*`",
        r#"line 6: [filter] deny: "batch.[ab]" has brackets, which stand for themselves; for one of several characters write one entry for each"#,
        r#"line 6: [filter] deny: "batch.created batch.updated" has blanks, which stand for themselves; for several patterns write one entry for each"#,
        r#"line 7: [filter.shadow] deny: "batch.[ab]" has brackets, which stand for themselves; for one of several characters write one entry for each"#,
    ];
    assert_eq!(warnings, expected);
    assert_eq!(top(&config).policy.allow.len(), 3);
    assert_eq!(top(&config).policy.deny.len(), 2);
}

#[test]
fn a_shadow_list_is_one_of_its_own_only_where_it_is_written() {
    let shadow = |lines: &str| {
        let lists = format!("[filter]\ndeny = [\"a\"]\nallow = [\"b\"]\n{lines}");
        let config = parse(&lists);
        let shadow = top(&config).policy.shadow.as_ref()?;
        Some([&shadow.deny, &shadow.allow].map(|list| list.as_ref().map(Patterns::len)))
    };
    for (lines, lengths) in [
        ("", None),
        ("[filter.shadow]", None),
        ("[filter.shadow]\ndeny = []", Some([Some(0), None])),
        ("shadow = { allow = [\"a\"] }", Some([None, Some(1)])),
        (
            "shadow.deny = [\"a\", \"c\"]\nshadow.allow = []",
            Some([Some(2), Some(0)]),
        ),
    ] {
        assert_eq!(shadow(lines), lengths, "{lines}");
    }
}

#[test]
fn a_status_without_a_body_needs_none() {
    let config = parse("[drop]\nstatus = 204");
    let drop = &top(&config).drop;
    assert_eq!(
        (drop.status, drop.body.clone()),
        (StatusCode::NO_CONTENT, Bytes::new())
    );
}

#[test]
fn a_trusted_network_of_ipv4_in_ipv6_clothes_is_ipv4() {
    for (written, meant) in [
        ("::ffff:127.0.0.1", "127.0.0.1/32"),
        ("::ffff:7f00:1", "127.0.0.1/32"),
        ("::ffff:10.0.0.0/104", "10.0.0.0/8"),
        ("::ffff:0:0/96", "0.0.0.0/0"),
        ("::/0", "::/0"),
        ("::1", "::1/128"),
    ] {
        let config = parse(&format!("forward.trusted = [\"{written}\"]"));
        assert_eq!(
            top(&config).forward.trusted,
            [meant.parse().unwrap()],
            "{written}"
        );
    }
}
