//! Finding the pattern that matches a type: neither the number of patterns nor their shape should matter much.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use hooksieve::event::{Path, Source};
use hooksieve::policy::{Pattern, Patterns, Policy};

/// As much as is inspected by default.
const BATCH: usize = 8 << 20;

/// So many rules, half of them exact names and half of them prefixes.
fn rules(count: usize) -> Patterns {
    let rule = |number: usize| {
        let star = if number.is_multiple_of(2) { "*" } else { "" };
        let rule = format!(
            "resource_{}.event_{}.{star}",
            number % 1_000,
            number / 1_000
        );
        rule.parse::<Pattern>().expect("a pattern")
    };
    (0..count).map(rule).collect()
}

fn find(criterion: &mut Criterion) {
    for count in [10, 1_000, 100_000] {
        let rules = rules(count);
        let mut group = criterion.benchmark_group(format!("{count} rules"));
        for (name, event_type) in [
            ("exact", "resource_1.event_0."),
            ("prefix", "resource_2.event_0.created"),
            ("none", "invoice.payment_succeeded"),
        ] {
            assert_eq!(rules.find(event_type).is_some(), name != "none");
            group.bench_function(name, |bencher| {
                bencher.iter(|| rules.find(black_box(event_type)));
            });
        }
        group.finish();
    }
}

/// A list of patterns of one shape, and types that almost match: each is as much work as there can be.
struct Shape {
    name: &'static str,
    pattern: fn(usize) -> String,
    event_type: fn(usize) -> String,
}

/// The first is what the others are to be compared with.
const SHAPES: [Shape; 10] = [
    Shape {
        name: "exact",
        pattern: |i| format!("a.x{i}.b"),
        event_type: |i| format!("a.x{}.c", i % 1_000),
    },
    Shape {
        name: "contains",
        pattern: |i| format!("*x{i}q*"),
        event_type: |i| format!("a.x{}.b", i % 1_000),
    },
    Shape {
        name: "ends",
        pattern: |i| format!("*.{i}"),
        event_type: |i| format!("a.{}.", i % 1_000),
    },
    Shape {
        name: "begins alike, ends",
        pattern: |i| format!("a.*.{i}q"),
        event_type: |i| format!("a.b.{}", i % 1_000),
    },
    Shape {
        name: "begins, ends alike",
        pattern: |i| format!("x{i}.*.ab"),
        event_type: |i| format!("x{}.ab", i % 1_000),
    },
    Shape {
        name: "one literal in all",
        pattern: |i| format!("*a*x{i}q*"),
        event_type: |i| format!("x{}q.a", i % 1_000),
    },
    Shape {
        name: "five literals",
        pattern: |i| format!("*a*b*{i}*c*d*"),
        event_type: |i| format!("b.a.{}.d.c", i % 1_000),
    },
    Shape {
        name: "each with each",
        pattern: |i| format!("*a{}q*b{}q*", i % 32, i / 32),
        event_type: |i| format!("b{}q.a{}q", i % 32, i / 32 % 32),
    },
    Shape {
        name: "wrong order",
        pattern: |i| format!("*a*b*a*{i}q*"),
        event_type: |i| format!("b.a.a.{}q.{}q.{}q.b", i % 100, i % 100 + 100, i % 100 + 200),
    },
    Shape {
        name: "one within the other",
        pattern: |i| format!("*{}*b*", "a".repeat(i % 1_000 + 1)),
        event_type: |i| format!("b.{}", "a".repeat(i % 100)),
    },
];

/// Those of which a list of so many is not absurdly large.
fn shapes(count: usize) -> &'static [Shape] {
    if count > 1_000 {
        &SHAPES[..SHAPES.len() - 1]
    } else {
        &SHAPES
    }
}

/// A list of events that fills a body.
fn batch(event_type: impl Fn(usize) -> String) -> String {
    let mut body = String::from("[");
    for event_type in (0..).map(event_type) {
        body.extend([r#"{"type":""#, &event_type, r#""},"#]);
        if body.len() > BATCH {
            break;
        }
    }
    body.pop();
    body + "]"
}

/// One event whose type fills a body: what the types begin with, up to the first dot, then what they end with.
fn long_type(event_type: impl Fn(usize) -> String) -> String {
    let mut body = String::from(r#"[{"type":""#);
    let types = || (0..).map(&event_type);
    for event_type in types() {
        body += event_type.split('.').next().unwrap_or_default();
        if body.len() > BATCH / 2 {
            break;
        }
    }
    for event_type in types() {
        body += event_type.split_once('.').map_or("", |(_, end)| end);
        if body.len() > BATCH {
            break;
        }
    }
    body + r#""}]"#
}

fn denying(patterns: impl IntoIterator<Item = String>) -> Policy {
    let patterns = patterns.into_iter();
    Policy {
        deny: patterns
            .map(|text| text.parse::<Pattern>().expect("a pattern"))
            .collect(),
        ..Policy::default()
    }
}

/// The judgement of a whole body, JSON included.
fn judge(criterion: &mut Criterion) {
    let source = Source::member(Path::member("type"));
    let finder = source.finder();
    for (count, one) in [(1_000, false), (1_000, true), (100_000, false)] {
        let what = if one { "one type" } else { "a batch" };
        let mut group = criterion.benchmark_group(format!("{count} patterns, {what}"));
        group
            .sample_size(10)
            .throughput(Throughput::Bytes(BATCH as u64));
        for shape in shapes(count) {
            let policy = denying((0..count).map(shape.pattern));
            let body = if one {
                long_type(shape.event_type)
            } else {
                batch(shape.event_type)
            };
            group.bench_function(shape.name, |bencher| {
                bencher.iter(|| policy.judge(black_box(&[&body]), &finder).verdict.action);
            });
        }
        group.finish();
    }
    let mut group = criterion.benchmark_group("one pattern of 5,000 stars");
    group
        .sample_size(10)
        .throughput(Throughput::Bytes(BATCH as u64));
    let policy = denying([format!("{}*b*", "*a".repeat(5_000))]);
    for (name, letters) in [("short types", 10), ("long types", 6_000)] {
        let body = batch(|_| format!("b{}", "a".repeat(letters)));
        group.bench_function(name, |bencher| {
            bencher.iter(|| policy.judge(black_box(&[&body]), &finder).verdict.action);
        });
    }
    group.finish();
}

/// Compiling a list, as at every start.
fn compile(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("compiling 100000 patterns");
    group.sample_size(10);
    for shape in shapes(100_000) {
        let patterns: Vec<Pattern> = (0..100_000)
            .map(|i| (shape.pattern)(i).parse().expect("a pattern"))
            .collect();
        group.bench_function(shape.name, |bencher| {
            bencher.iter(|| patterns.iter().cloned().collect::<Patterns>());
        });
    }
    group.finish();
}

criterion_group!(benches, find, judge, compile);
criterion_main!(benches);
