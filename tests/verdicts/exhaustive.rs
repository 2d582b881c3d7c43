//! Every document of so many parts.

use hooksieve::policy::{Action, Policy};

use crate::proof;

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

/// The paths that each document is read by.
const PATHS: [&[&str]; 3] = [&["t"], &["t", "t"], &["t", "t", "t"]];

/// Checks every document of up to `most` parts, and answers how many there are.
fn check(most: u32) -> usize {
    let policies = PATHS.map(|keys| Policy {
        deny: "a".parse().into_iter().collect(),
        unreadable: Action::Forward,
        path: proof::path(keys),
        ..Policy::default()
    });
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
                for (keys, policy) in PATHS.iter().zip(&policies) {
                    proof::readings(body, &ways, keys);
                    proof::verdicts(policy, body, &ways);
                }
                checked += 1;
            }
        }
    }
    checked
}

#[test]
fn every_document_of_four_parts() {
    assert_eq!(check(4), 4 * (1 + 13 + 169 + 2_197 + 28_561));
}

/// 261 million documents: `cargo test --release --test verdicts -- --ignored`.
#[test]
#[ignore = "takes minutes"]
fn every_document_of_seven_parts() {
    assert_eq!(check(7), 4 * ((13usize.pow(8) - 1) / 12));
}
