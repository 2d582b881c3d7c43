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

/// What a certificate or a key wants beside it.
fn beside(key: &Key) -> &'static str {
    match (key.section, key.name) {
        ("tls", "cert") => "\ntls.key = \"/k\"",
        ("tls", "key") => "\ntls.cert = \"/c\"",
        ("tls", _) => "\ntls.cert = \"/c\"\ntls.key = \"/k\"",
        ("upstream_tls", "cert") => "\nupstream_tls.key = \"/k\"",
        ("upstream_tls", "key") => "\nupstream_tls.cert = \"/c\"",
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
        match &key.kind {
            Kind::Flag => {
                assert!(is_taken(key, "true") && is_taken(key, "false"));
                assert!(!is_taken(key, "\"true\"") && !is_taken(key, "1"));
            }
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
                assert!(
                    ["\"64 KiB\"", "\"16MiB\""]
                        .iter()
                        .any(|size| is_taken(key, size))
                );
                assert!(!is_taken(key, "\"16 MB\"") && !is_taken(key, "65536"));
            }
            Kind::Time => assert!(is_taken(key, "\"2s\"") && !is_taken(key, "2")),
            Kind::Text => assert!(is_taken(key, "\"any: thing\"") && !is_taken(key, "1")),
            Kind::Sender => {
                assert!(
                    ALL.iter()
                        .all(|sender| is_taken(key, &format!("{:?}", sender.name)))
                );
                assert!(!is_taken(key, "\"unheard-of\"") && !is_taken(key, "1"));
            }
            Kind::Listeners => {
                assert!(is_taken(key, "\"[::1]:0\"") && is_taken(key, "\"systemd\""));
                assert!(is_taken(key, "[\"[::1]:0\", \"unix:/run/a\"]"));
                assert!(!is_taken(key, "80") && !is_taken(key, "[]"));
            }
            Kind::Listener => {
                assert!(is_taken(key, "\"[::1]:0\"") && is_taken(key, "\"unix:/run/a\""));
                assert!(!is_taken(key, "80") && !is_taken(key, "\"unix:a\""));
            }
            Kind::Hosts => {
                assert!(is_taken(key, "[\"a.example\", \"[::1]\"]"));
                assert!(!is_taken(key, "[\"a:1\"]") && !is_taken(key, "[\"a\", \"a\"]"));
            }
            Kind::Origin => {
                assert!(is_taken(key, "\"http://a\"") && !is_taken(key, "\"http://a/b\""));
                assert!(is_taken(key, "\"unix:/a\"") && !is_taken(key, "\"unix:a\""));
            }
            Kind::Socket => {
                assert!(is_taken(key, "\"unix:/a\"") && !is_taken(key, "\"/a\""));
            }
            Kind::Mode => assert!(is_taken(key, "\"0600\"") && !is_taken(key, "600")),
            Kind::Account => {
                assert!(is_taken(key, "\"www-data\"") && is_taken(key, "\"33\""));
                assert!(!is_taken(key, "33") && !is_taken(key, "\"a b\""));
            }
            Kind::File | Kind::Files => {
                let is_taken = |value| is_taken(key, &format!("{value}{}", beside(key)));
                assert!(
                    is_taken("\"/a/b c\"") && !is_taken("\"a/\""),
                    "{}",
                    key.path()
                );
                let is_list = matches!(key.kind, Kind::Files);
                assert_eq!(is_taken("[\"/a\"]"), is_list, "{}", key.path());
            }
            Kind::ServerName => {
                assert!(is_taken(key, "\"a.example\"") && is_taken(key, "\"::1\""));
                assert!(!is_taken(key, "\"https://a\""));
            }
            Kind::Source => {
                for right in [r#""a""#, r#""a.b[].c""#, r#"["header:A", "form:b"]"#] {
                    assert!(is_taken(key, right), "{right}");
                }
                for wrong in [r#""a:b""#, r#""a..b""#, r#""a[]""#, "[]"] {
                    assert!(!is_taken(key, wrong), "{wrong}");
                }
            }
            Kind::Handshakes => {
                assert!(is_taken(key, r#"["a=b"]"#) && !is_taken(key, r#"["a"]"#));
            }
            Kind::Patterns => {
                assert!(is_taken(key, "[\"a.*\", \"b\"]") && !is_taken(key, "[\"a\", \"a\"]"));
            }
            Kind::Secrets => {
                // It wants a scheme beside it.
                let is_taken =
                    |value| is_taken(key, &format!("{value}\nverify.scheme = \"stripe\""));
                assert!(is_taken("[\"env:A\", \"file:/b\"]") && is_taken("\"env:A\""));
                assert!(!is_taken("\"A\"") && !is_taken("\"file:b\""));
            }
            Kind::Header => assert!(is_taken(key, "\"X-A\"") && !is_taken(key, "\"X A\"")),
            Kind::Url => {
                assert!(is_taken(key, "\"https://a/b?c\"") && !is_taken(key, "\"/b\""));
            }
            Kind::Networks => {
                assert!(is_taken(key, "[\"::1\", \"10.0.0.0/8\", \"unix\"]"));
                assert!(!is_taken(key, "[\"a\"]"));
            }
        }
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
