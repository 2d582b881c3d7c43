//! What a report of a million lines costs. The lines are those of one sender with 40 types, one of which has an escape,
//! and of a stranger who makes up every type.

use std::fmt::Write;
use std::hint::black_box;

use criterion::{Criterion, Throughput};
use hooksieve::report::Tally;

const LINES: u32 = 1_000_000;

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let mut group = criterion.benchmark_group("report, a million lines");
    group.throughput(Throughput::Elements(LINES.into()));
    group.sample_size(10);
    let known = log(|number| format!("customer.subscription.updated_{}", number % 40));
    let made_up = log(|number| format!("customer.subscription.updated_{number}"));
    for (name, log) in [("40 types", known), ("as many types as lines", made_up)] {
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                let mut tally = Tally::default();
                tally.read(black_box(log.as_bytes())).expect("it is memory");
                assert_eq!(tally.events, u64::from(LINES));
                tally
            });
        });
    }
    group.finish();
    criterion.final_summary();
}

/// Lines as the log has them.
fn log(name: impl Fn(u32) -> String) -> String {
    let mut log = String::new();
    for number in 0..LINES {
        let (second, micro) = (number / 1_000 % 60, number % 1_000_000);
        let name = name(number);
        let (verdict, status) = match number % 40 {
            0 => (r#""drop","rule":"deny \"customer.*_0\"""#, 200),
            1 => (r#""forward""#, 500),
            _ => (r#""forward""#, 200),
        };
        writeln!(
            log,
            "{{\"time\":\"2026-11-22T15:04:{second:02}.{micro:06}Z\",\"level\":\"info\",\"message\":\"event\",\
             \"verdict\":{verdict},\"type\":\"{name}\",\"id\":\"evt_1PqwzZ2eZvKYlo2C8aBcDeFg{number}\",\
             \"method\":\"POST\",\"path\":\"/webhooks/stripe\",\"status\":{status},\"upstream_us\":412,\
             \"total_us\":498,\"bytes\":3120}}"
        )
        .expect("it is memory");
    }
    log
}
