//! What a judgement costs, by comparison: neither the shape of patterns nor their number multiplies it.

use std::time::{Duration, Instant};

use super::*;

/// How much more is taken for the same, for machines are busy. What these tests are for is a factor of hundreds.
const SAME: u32 = 25;

/// A pattern or a type with a number in it.
type Numbered = fn(usize) -> String;

fn denying(count: usize, pattern: impl Fn(usize) -> String) -> Policy {
    Policy {
        deny: patterns(&(0..count).map(pattern).collect::<Vec<_>>()),
        ..Policy::default()
    }
}

/// A list of so many events, none of which is denied.
fn batch(count: usize, event_type: impl Fn(usize) -> String) -> String {
    let event = |i| format!(r#"{{"type":"{}"}}"#, event_type(i));
    format!("[{}]", (0..count).map(event).collect::<Vec<_>>().join(","))
}

/// The least of several times that it takes to judge `body`, which no pattern matches.
fn cost(policy: &Policy, body: &str) -> Duration {
    let once = || {
        let start = Instant::now();
        assert_eq!(policy.judge(&[body], &finder()).verdict.rule, Rule::NoMatch);
        start.elapsed()
    };
    (0..3).map(|_| once()).min().unwrap()
}

#[test]
fn a_thousand_patterns_of_any_shape_cost_what_exact_names_do() {
    let exact = denying(1_000, |i| format!("a.x{i}.b"));
    let exact = cost(&exact, &batch(1_000, |i| format!("a.x{}.c", i % 1_000)));
    let shapes: &[(Numbered, Numbered)] = &[
        (|i| format!("*x{i}q*"), |i| format!("a.x{i}.b")),
        (|i| format!("*.{i}"), |i| format!("a.{i}.")),
        (|i| format!("a.*.{i}q"), |i| format!("a.b.{i}")),
        (|i| format!("x{i}.*.ab"), |i| format!("x{i}.ab")),
        (|i| format!("*a*x{i}q*"), |i| format!("x{i}q.a")),
        (|i| format!("*a*b*x{i}*c*"), |i| format!("b.a.x{i}.c")),
        (
            |i| format!("*a{}q*b{}q*", i % 32, i / 32),
            |i| format!("b{}q.a{}q", i % 32, i / 32 % 32),
        ),
    ];
    for (pattern, event_type) in shapes {
        let policy = denying(1_000, pattern);
        let cost = cost(&policy, &batch(1_000, |i| event_type(i % 1_000)));
        assert!(cost < exact * SAME, "{}: {cost:?}, {exact:?}", pattern(1));
    }
}

#[test]
fn a_thousand_patterns_go_through_a_long_type_at_once() {
    let numbers = (0..10_000).map(|i| format!("x{}q", i % 1_000));
    let numbers = numbers.collect::<Vec<_>>().concat();
    let letters = "a".repeat(50_000);
    let shapes: &[(Numbered, String)] = &[
        (|i| format!("*x{i}y*"), numbers.clone()),
        (|i| format!("*x{i}q*b*"), format!("b{numbers}")),
        (|i| format!("*b*c*b*x{i}q*"), format!("cbb{numbers}c")),
        (|i| format!("*{}b*", "a".repeat(i + 1)), letters.clone()),
        (
            |i| format!("*{}*b*", "a".repeat(i + 1)),
            format!("b{letters}"),
        ),
        (
            |i| format!("*{}*{}b*", "a".repeat(i + 1), "a".repeat(1_000 - i)),
            format!("b{letters}"),
        ),
    ];
    for (pattern, event_type) in shapes {
        let body = batch(1, |_| event_type.clone());
        let one = cost(&denying(1, pattern), &body);
        let all = cost(&denying(1_000, pattern), &body);
        assert!(all < one * SAME, "{}: {all:?}, {one:?}", pattern(1));
    }
}
