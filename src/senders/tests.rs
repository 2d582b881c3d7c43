//! What holds for all of them.

use std::collections::HashSet;

use super::*;

#[test]
fn a_name_is_written_in_one_way_and_found() {
    let mut names = HashSet::new();
    for sender in ALL {
        let Sender { name, title, .. } = *sender;
        assert!(names.insert(name), "{name} is there twice");
        let is_plain = |char: char| char.is_ascii_lowercase() || char == '-';
        assert!(!name.is_empty() && name.chars().all(is_plain), "{name}");
        assert!(!title.is_empty(), "{name}");
        assert_eq!(named(name), Some(sender));
    }
    for unknown in ["", "Stripe", "stripe ", "stripes"] {
        assert_eq!(named(unknown), None, "{unknown}");
    }
}

#[test]
fn settings_are_keys_with_values_each_once() {
    for sender in ALL {
        let keys: Vec<_> = sender.settings().map(|(key, _)| key).collect();
        let lines = sender.settings.trim().lines().count();
        assert_eq!(keys.len(), lines, "{}", sender.name);
        assert_eq!(
            keys.iter().collect::<HashSet<_>>().len(),
            lines,
            "{}",
            sender.name
        );
        for key in keys {
            let (section, _) = key.split_once('.').unwrap();
            assert!(["filter", "drop", "verify"].contains(&section), "{key}");
        }
        // Otherwise a route would keep those of another sender.
        let handshakes: Vec<_> = sender.list("filter.handshake").collect();
        let written = sender.setting("filter.handshake");
        assert_eq!(
            written,
            Some(&*format!("{handshakes:?}")),
            "{}",
            sender.name
        );
    }
}

#[test]
fn who_wants_something_special_for_an_answer_is_given_it() {
    for sender in ALL {
        let Sender {
            name,
            statuses,
            body,
            ..
        } = *sender;
        let status = sender
            .setting("drop.status")
            .map_or(200, |code| code.parse().unwrap());
        if let Statuses::Only(all) = statuses {
            assert!(all.contains(&status), "{name}");
            // So that it does not depend on what is above.
            let is_told = sender.setting("drop.status").is_some();
            assert!(is_told || all.len() > 1, "{name}");
        }
        let text = sender.setting("drop.body");
        match body {
            Body::Any => assert_eq!(text, None, "{name}"),
            Body::Empty => assert_eq!(text, Some("\"\""), "{name}"),
            Body::Exactly(wanted) => {
                assert_eq!(text, Some(&*format!("{wanted:?}")), "{name}");
                assert!(sender.setting("drop.status").is_some(), "{name}");
            }
        }
    }
}

#[test]
fn a_scheme_comes_with_all_that_it_would_take_from_above() {
    for sender in ALL {
        let needed: &[_] = match sender.setting("verify.scheme") {
            Some("\"hmac-sha256\"") => &["verify.header", "verify.prefix", "verify.encoding"],
            Some("\"token\"") => &["verify.header"],
            Some(_) | None => &[],
        };
        let others = sender.settings().filter(|(key, _)| {
            let is_scheme = *key == "verify.scheme";
            key.starts_with("verify.") && !is_scheme
        });
        let told: Vec<_> = others.map(|(key, _)| key).collect();
        assert_eq!(told, needed, "{}", sender.name);
    }
}

#[test]
fn what_is_known_is_said_in_sentences_with_its_address() {
    for sender in ALL {
        for (heading, Fact { text, known }) in sender.facts() {
            let told = format!("{} {heading}: {text}", sender.name);
            assert!(text.ends_with('.') && !text.contains('\n'), "{told}");
            assert!(!text.contains("  ") && !text.contains('|'), "{told}");
            if let Known::Verified(address) | Known::SecondHand(address) = known {
                let is_odd = |char: char| !char.is_ascii_graphic() || "()<>\"".contains(char);
                assert!(address.starts_with("https://"), "{told}");
                assert!(!address.contains(is_odd), "{told}");
            }
        }
    }
}

#[test]
fn every_sender_says_which_types_it_has_or_why_none() {
    for sender in ALL {
        let can_be_read = sender.setting("filter.type").is_some();
        assert_eq!(can_be_read, !sender.example.is_empty(), "{}", sender.name);
    }
}

#[test]
fn who_signs_what_cannot_be_verified_says_so() {
    for sender in ALL {
        let text = sender.signature.text;
        let is_not_verified =
            text.starts_with("Can't be verified here") || text.starts_with("Not verified");
        let has_scheme = sender.setting("verify.scheme").is_some();
        assert_eq!(is_not_verified, !has_scheme, "{}: {text}", sender.name);
    }
}

#[test]
fn the_page_is_made_from_the_table() {
    const PAGE: &str = include_str!("../../docs/senders.md");
    // Between these the scripts write that try the senders' own libraries.
    let without = |page: &str, name: &str| {
        let (before, rest) = page.split_once(&format!("<!-- {name} -->\n")).unwrap();
        let (_, after) = rest.split_once(&format!("<!-- /{name} -->")).unwrap();
        format!("{before}{after}")
    };
    let bare = |page: &str| without(&without(page, "matrix"), "pypi");
    assert!(
        bare(PAGE) == bare(&Page.to_string()),
        "write it anew: cargo run -- senders --markdown > docs/senders.md"
    );
}

#[test]
fn the_readme_lists_them() {
    const README: &str = include_str!("../../README.md");
    let titles: Vec<_> = ALL.iter().map(|sender| sender.name).collect();
    let row = format!("| [Senders](docs/senders.md) | {} |", titles.join(", "));
    assert!(README.lines().any(|line| line == row), "write:\n{row}");
}
