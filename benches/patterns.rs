//! Finding the pattern that matches a type: the number of patterns should hardly matter.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use hooksieve::policy::{Pattern, Patterns};

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

criterion_group!(benches, find);
criterion_main!(benches);
