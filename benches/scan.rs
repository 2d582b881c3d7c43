//! The quick pass over a body beside the strict one, on events as Stripe sends them.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use hooksieve::event::{self, Part, Path, Source};

/// One event with so many lines to its invoice: indented, with escapes of what is not ASCII.
fn invoice(lines: usize) -> String {
    let line = |number| {
        format!(
            r#"
          {{
            "id": "il_{number}",
            "object": "line_item",
            "amount": {number},
            "currency": "usd",
            "description": "1 \u00d7 Plan \u201cPro\u201d (at $10.00 / month) \\ line {number}",
            "livemode": false,
            "metadata": {{
              "k": "v"
            }},
            "period": {{
              "start": 1573029053,
              "end": 1575621053
            }},
            "price": {{
              "id": "price_{number}",
              "type": "recurring",
              "unit_amount": 1000
            }},
            "type": "subscription"
          }}"#
        )
    };
    let lines: Vec<_> = (0..lines).map(line).collect();
    format!(
        r#"{{
  "id": "evt_1FbjAb2eZvKYlo2C0001",
  "object": "event",
  "api_version": "2017-08-15",
  "created": 1573029053,
  "data": {{
    "object": {{
      "id": "in_1",
      "object": "invoice",
      "amount_due": 1000,
      "type": "not.the.event.type",
      "lines": {{
        "object": "list",
        "data": [{}],
        "has_more": false
      }}
    }}
  }},
  "livemode": false,
  "pending_webhooks": 2,
  "type": "invoice.paid"
}}"#,
        lines.join(",")
    )
}

fn passes(criterion: &mut Criterion) {
    let top = Source::member(Path::member("type"));
    let three = Source::member(Path::member("data").then("object").then("type"));
    let four = Source::member(
        Path::member("data")
            .then("object")
            .then("lines")
            .then("type"),
    );
    let two_parts = Source {
        parts: ["type", "object"]
            .map(|name| Part::Member(Path::member(name)))
            .into(),
        ..top.clone()
    };
    let [path, deep, deeper, parts] = [&top, &three, &four, &two_parts].map(Source::finder);
    for (size, lines) in [("0.5 KB", 0), ("5 KB", 8), ("135 KB", 220)] {
        let body = invoice(lines);
        let mut group = criterion.benchmark_group(size);
        group.throughput(Throughput::Bytes(body.len() as u64));
        group.bench_function("scan", |bencher| {
            bencher.iter(|| event::scan(&[black_box(&body)], &path).map(drop));
        });
        group.bench_function("scan, in pieces of 8,000 bytes", |bencher| {
            let pieces: Vec<_> = body.as_bytes().chunks(8_000).collect();
            bencher.iter(|| event::scan(black_box(&pieces), &path).map(drop));
        });
        group.bench_function("scan, by a path of three keys", |bencher| {
            bencher.iter(|| event::scan(&[black_box(&body)], &deep).map(drop));
        });
        group.bench_function("scan, by a path of four keys", |bencher| {
            bencher.iter(|| event::scan(&[black_box(&body)], &deeper).map(drop));
        });
        group.bench_function("scan, for a type of two parts", |bencher| {
            bencher.iter(|| event::scan(&[black_box(&body)], &parts).map(drop));
        });
        group.bench_function("strict", |bencher| {
            bencher.iter(|| {
                event::read(black_box(body.as_bytes()), &path, |event| {
                    black_box(event);
                })
            });
        });
        group.finish();
    }
}

criterion_group!(benches, passes);
criterion_main!(benches);
