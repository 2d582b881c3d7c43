use std::collections::BTreeSet;

use super::super::Config;
use super::*;
use crate::senders::ALL;

const UPSTREAM: &str = "upstream = \"http://127.0.0.1:3000\"\n";

/// A file with one more key in it.
fn file(key: &Key, value: &str) -> String {
    match key.path().as_str() {
        "upstream" => format!("upstream = {value}\n"),
        path => format!("{UPSTREAM}{path} = {value}\n"),
    }
}

fn is_taken(key: &Key, value: &str) -> bool {
    Config::parse(&file(key, value)).is_ok()
}

/// What a certificate, a key or a secret wants beside it.
fn beside(key: &Key) -> &'static str {
    match (key.section, key.name) {
        ("tls", "cert") => "\ntls.key = \"/k\"",
        ("tls", "key") => "\ntls.cert = \"/c\"",
        ("tls", _) => "\ntls.cert = \"/c\"\ntls.key = \"/k\"",
        ("upstream_tls", "cert") => "\nupstream_tls.key = \"/k\"",
        ("upstream_tls", "key") => "\nupstream_tls.cert = \"/c\"",
        ("verify", "secret") => "\nverify.scheme = \"stripe\"",
        _ => "",
    }
}

/// The names that could stand in the place of `unheard-of`, by what is said of it.
fn known(file: &str) -> BTreeSet<String> {
    let problems = Config::parse(file).unwrap_err();
    let told = problems.iter().next().unwrap().to_string();
    let (_, known) = told.rsplit_once("known are ").unwrap();
    let names = known.split(", ");
    names
        .map(|name| name.trim_matches('"').to_owned())
        .collect()
}

#[test]
fn a_default_that_is_written_changes_nothing() {
    let unwritten = Config::parse(UPSTREAM).unwrap();
    for key in KEYS {
        if let Some(default) = key.default {
            let written = Config::parse(&file(key, default));
            assert_eq!(written.unwrap(), unwritten, "{}", key.path());
        }
    }
}

#[test]
fn these_are_the_keys_that_are_read() {
    let mut sections: Vec<_> = KEYS.iter().map(|key| key.section).collect();
    sections.dedup();
    for section in sections {
        let unheard_of = match section {
            "" => format!("unheard-of = 1\n{UPSTREAM}"),
            _ => format!("{UPSTREAM}[{section}]\nunheard-of = 1\n"),
        };
        let known = known(&unheard_of);
        let keys = KEYS.iter().filter(|key| key.section == section);
        let expected: BTreeSet<_> = keys.map(|key| key.name.to_owned()).collect();
        assert_eq!(known, expected, "[{section}]");
    }
}

#[test]
fn a_route_takes_those_that_are_its_own() {
    let file = format!("{UPSTREAM}[[route]]\npath = \"/a\"\nunheard-of = 1\n");
    let is_own = |key: &&Key| key.section.is_empty() && key.scope == Scope::Route;
    let shared = KEYS.iter().filter(is_own).map(|key| key.name);
    let own = OF_ROUTES.iter().map(|(name, _)| *name).chain(shared);
    assert_eq!(known(&file), own.map(str::to_owned).collect());
    for key in KEYS {
        let value = match key.kind {
            Kind::Origin | Kind::Url => "\"http://a\"",
            Kind::Header => "\"X-A\"",
            Kind::Word(["stripe", ..]) | Kind::Sender => "\"stripe\"",
            _ => key.default.unwrap_or("[]"),
        };
        let route = format!(
            "{UPSTREAM}[[route]]\npath = \"/a\"\n{} = {value}\n",
            key.path()
        );
        let is_taken = Config::parse(&route).is_ok();
        assert_eq!(is_taken, key.scope == Scope::Route, "{}", key.path());
    }
}

#[test]
fn of_each_kind_is_read_what_it_says() {
    for key in KEYS {
        let (right, wrong) = samples(&key.kind);
        for (value, expected) in right
            .iter()
            .map(|value| (value, true))
            .chain(wrong.iter().map(|value| (value, false)))
        {
            let file = format!("{value}{}", beside(key));
            assert_eq!(is_taken(key, &file), expected, "{} = {value}", key.path());
        }
    }
}

#[test]
fn numbers_words_and_senders_are_those_of_the_table() {
    for key in KEYS {
        match &key.kind {
            Kind::Integer(range) => {
                let (least, most) = (*range.start(), *range.end());
                let told = |number: u32| is_taken(key, &number.to_string());
                assert!(told(least) && told(most), "{}", key.path());
                assert!(!told(least - 1) && !told(most + 1), "{}", key.path());
            }
            Kind::Word(words) => {
                assert!(words.iter().all(|word| is_taken(key, &format!("{word:?}"))));
                let problems = Config::parse(&file(key, "\"unheard-of\"")).unwrap_err();
                let told = problems.iter().next().unwrap().to_string();
                let all: Vec<_> = words.iter().map(|word| format!("{word:?}")).collect();
                assert!(
                    told.ends_with(&format!("write {}", all.join(" or "))),
                    "{told}"
                );
            }
            Kind::Size => {
                let mut sizes = ["\"64 KiB\"", "\"16MiB\""].iter();
                assert!(sizes.any(|size| is_taken(key, size)));
            }
            Kind::Sender => {
                let mut senders = ALL.iter();
                assert!(senders.all(|sender| is_taken(key, &format!("{:?}", sender.name))));
            }
            _ => {}
        }
    }
}

/// Values of a kind that are taken, and some that are not. What is of the table's own making is left to another test.
fn samples(kind: &Kind) -> (&'static [&'static str], &'static [&'static str]) {
    match kind {
        Kind::Integer(_) | Kind::Word(_) => (&[], &[]),
        Kind::Flag => (&["true", "false"], &["\"true\"", "1"]),
        Kind::Size => (&[], &["\"16 MB\"", "65536"]),
        Kind::Time => (&["\"2s\""], &["2"]),
        Kind::Text => (&["\"any: thing\""], &["1"]),
        Kind::Sender => (&[], &["\"unheard-of\"", "1"]),
        Kind::Listeners => (
            &[
                "\"[::1]:0\"",
                "\"systemd\"",
                "[\"[::1]:0\", \"unix:/run/a\"]",
            ],
            &["80", "[]"],
        ),
        Kind::Listener => (&["\"[::1]:0\"", "\"unix:/run/a\""], &["80", "\"unix:a\""]),
        Kind::Hosts => (
            &["[\"a.example\", \"[::1]\"]"],
            &["[\"a:1\"]", "[\"a\", \"a\"]"],
        ),
        Kind::Origin => (
            &["\"http://a\"", "\"https://a:1\"", "\"unix:/a\""],
            &["\"http://a/b\"", "\"unix:a\""],
        ),
        Kind::Socket => (&["\"unix:/a\""], &["\"/a\""]),
        Kind::Mode => (&["\"0600\""], &["600"]),
        Kind::Account => (&["\"www-data\"", "\"33\""], &["33", "\"a b\""]),
        Kind::File => (&["\"/a/b c\""], &["\"a/\"", "[\"/a\"]"]),
        Kind::Files => (&["\"/a/b c\"", "[\"/a\"]"], &["\"a/\"", "[]"]),
        Kind::ServerName => (&["\"a.example\"", "\"::1\""], &["\"https://a\""]),
        Kind::Source => (
            &[r#""a""#, r#""a.b[].c""#, r#"["header:A", "form:b"]"#],
            &[r#""a:b""#, r#""a..b""#, r#""a[]""#, "[]"],
        ),
        Kind::Handshakes => (&[r#"["a=b"]"#], &[r#"["a"]"#]),
        Kind::Patterns => (&["[\"a.*\", \"b\"]"], &["[\"a\", \"a\"]"]),
        Kind::Secrets => (
            &["[\"env:A\", \"file:/b\"]", "\"env:A\""],
            &["\"A\"", "\"file:b\""],
        ),
        Kind::Header => (&["\"X-A\""], &["\"X A\""]),
        Kind::Url => (&["\"https://a/b?c\""], &["\"/b\""]),
        Kind::Networks => (&["[\"::1\", \"10.0.0.0/8\", \"unix\"]"], &["[\"a\"]"]),
    }
}

#[test]
fn the_docs_show_them_all_in_this_order() {
    const DOCS: &str = include_str!("../../../docs/configuration.md");
    let rows = KEYS.iter().map(|key| {
        let default = key
            .default
            .map_or("none".to_owned(), |text| format!("`{text}`"));
        format!("| `{}` | {default} | {} |", key.path(), key.about)
    });
    let (_, table) = DOCS
        .split_once("| key | default | what it means |\n")
        .unwrap();
    let shown = table
        .lines()
        .skip(1)
        .take_while(|line| line.starts_with("| `"));
    assert_eq!(shown.collect::<Vec<_>>(), rows.collect::<Vec<_>>());
}
