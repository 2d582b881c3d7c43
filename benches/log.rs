//! What the line of an event costs the thread that serves it, here and with what others log with.
//!
//! Events come in bursts of a thousand, whose lines all find room, as they do while the output keeps up. The
//! pauses in which they are written are not part of the figures.

use std::hint::black_box;
use std::io::{self, Write};
use std::thread;
use std::time::{Duration, Instant};

use criterion::{Bencher, BenchmarkGroup, Criterion, Throughput, measurement::WallTime};
use hooksieve::telemetry::{self, Format, cut};
use tracing::level_filters::LevelFilter;
use tracing::subscriber::{Subscriber, with_default};
use tracing_appender::non_blocking;

/// Events without a pause: a quarter of a megabyte of lines.
const BURST: u64 = 1_000;
/// Long enough for what a burst has left to be written.
const PAUSE: Duration = Duration::from_millis(8);

fn main() -> io::Result<()> {
    let mut criterion = Criterion::default().configure_from_args();
    let mut group = criterion.benchmark_group("log");
    group.throughput(Throughput::Elements(BURST));
    // The pauses take most of the time, and do not count.
    group.warm_up_time(Duration::from_millis(20));
    group.measurement_time(Duration::from_millis(600));
    group.sample_size(30);
    for (name, format) in [("text", Format::Text), ("json", Format::Json)] {
        let (lines, _guard) = telemetry::to(Output, format, LevelFilter::INFO)?;
        bench(&mut group, &format!("ours, {name}"), lines);
    }
    let (writer, _guard) = non_blocking(Output);
    let text = tracing_subscriber::fmt()
        .compact()
        .with_target(false)
        .with_ansi(false);
    bench(
        &mut group,
        "theirs, text",
        text.with_writer(writer).finish(),
    );
    let (writer, _guard) = non_blocking(Output);
    let json = tracing_subscriber::fmt()
        .json()
        .with_target(false)
        .flatten_event(true);
    bench(
        &mut group,
        "theirs, json",
        json.with_writer(writer).finish(),
    );
    group.finish();
    criterion.final_summary();
    Ok(())
}

/// Takes everything at once.
struct Output;

impl Write for Output {
    fn write(&mut self, lines: &[u8]) -> io::Result<usize> {
        Ok(black_box(lines).len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn bench(
    group: &mut BenchmarkGroup<'_, WallTime>,
    name: &str,
    subscriber: impl Subscriber + Send + Sync + 'static,
) {
    let in_bursts = |bencher: &mut Bencher<'_>| bencher.iter_custom(bursts);
    with_default(subscriber, || group.bench_function(name, in_bursts));
}

fn bursts(count: u64) -> Duration {
    let burst = |_| {
        let begin = Instant::now();
        for _ in 0..BURST {
            event(begin);
        }
        let taken = begin.elapsed();
        thread::sleep(PAUSE);
        taken
    };
    (0..count).map(burst).sum()
}

/// The event that every request ends with, with the same fields.
fn event(started: Instant) {
    let some = |text| black_box(Some(text));
    tracing::info!(
        target: "hooksieve::event",
        verdict = black_box("forward"),
        rule = black_box(None::<&str>),
        r#type = some("customer.subscription.updated").map(cut).as_deref(),
        id = some("evt_1PqwzZ2eZvKYlo2C8aBcDeFg"),
        method = &*cut(black_box("POST")),
        path = &*cut(black_box("/webhooks/stripe")),
        status = black_box(Some(200_u16)),
        upstream_us = black_box(Some(412_u64)),
        total_us = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX),
        bytes = black_box(3_120_u64),
        error = black_box(None::<&str>),
        "event"
    );
}
