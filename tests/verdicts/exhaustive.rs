//! Every document of so many parts.

use hooksieve::policy::{Action, Policy};

use crate::proof::{self, Place};

/// All that matters to a document whose type is in `t`, or deeper.
const PARTS: [&str; 13] = [
    "{", "}", "[", "]", "\"", ":", ",", "\\", "t", "a", " ", "\"t\":", "\"a\"",
];

/// What the parts stand in.
const AROUND: [(&str, &str); 4] = [
    ("", ""),
    ("{", "}"),
    (r#"{"t":"a","#, "}"),
    (r#"{"t":{"t":{},"#, "}}"),
];

/// Where the type is: each document is read by all of these.
const PLACES: [Place; 7] = [
    Place {
        lists: &[],
        parts: &[&["t"]],
    },
    Place {
        lists: &[],
        parts: &[&["t", "t"]],
    },
    Place {
        lists: &[],
        parts: &[&["t", "t", "t"]],
    },
    Place {
        lists: &[&["t"]],
        parts: &[&["t"]],
    },
    Place {
        lists: &[&[]],
        parts: &[&["t"]],
    },
    Place {
        lists: &[&["t"], &["t"]],
        parts: &[&["t"]],
    },
    Place {
        lists: &[],
        parts: &[&["t"], &[], &["a"]],
    },
];

/// Checks every document of up to `most` parts, and answers how many there are.
fn check(most: u32) -> usize {
    let policy = Policy {
        deny: "a".parse().into_iter().collect(),
        unreadable: Action::Forward,
        ..Policy::default()
    };
    let sources = PLACES.each_ref().map(proof::source);
    let finders = sources.each_ref().map(proof::finder);
    let mut checked = 0;
    let mut body = String::new();
    for (before, after) in AROUND {
        for parts in 0..=most {
            for number in 0..PARTS.len().pow(parts) {
                body.clear();
                body.push_str(before);
                for place in 0..parts {
                    body.push_str(PARTS[number / PARTS.len().pow(place) % PARTS.len()]);
                }
                body.push_str(after);
                let body = body.as_bytes();
                let (one, other) = body.split_at(number % (body.len() + 1));
                let ways = [&[one, other][..]];
                for (place, finder) in PLACES.iter().zip(&finders) {
                    proof::readings(body, &ways, place, finder);
                    proof::verdicts(&policy, body, &ways, finder);
                }
                checked += 1;
            }
        }
    }
    checked
}

/// All that matters to a form.
const SIGNS: [&str; 13] = [
    "type", "ty", "pe", "TYPE", "=", "&", ";", "%", "7", "9", "+", "[", ".",
];

#[test]
fn every_form_of_four_parts() {
    let mut body = String::new();
    for number in 0..SIGNS.len().pow(4) {
        body.clear();
        for place in 0..4 {
            body.push_str(SIGNS[number / SIGNS.len().pow(place) % SIGNS.len()]);
        }
        proof::forms(body.as_bytes());
    }
}

#[test]
fn every_document_of_four_parts() {
    assert_eq!(check(4), 4 * (1 + 13 + 169 + 2_197 + 28_561));
}

/// 21 million documents, each by seven places: `cargo test --release --test verdicts -- --ignored`.
#[test]
#[ignore = "takes minutes"]
fn every_document_of_six_parts() {
    assert_eq!(check(6), 4 * ((13usize.pow(7) - 1) / 12));
}
