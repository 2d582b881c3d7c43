//! Finding the route of a request: their number should not matter, and a strange path must not cost more than it is worth.

use std::fmt::Write;
use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use hooksieve::config::Config;
use hooksieve::route::Routes;
use http::Request;
use http::request::Parts;

/// So many routes: of four each, one is exact, one a prefix, and two of these for a host.
fn routes(count: usize) -> Routes {
    let mut text = String::from("upstream = \"http://app\"\n");
    for number in 0..count {
        let star = if number % 2 == 0 { "/*" } else { "" };
        let host = match number % 4 {
            0 | 1 => String::new(),
            _ => format!("host = \"h{number}.example.com\"\n"),
        };
        write!(text, "[[route]]\npath = \"/hooks/{number}{star}\"\n{host}").expect("it has room");
    }
    let config = Config::parse(&text);
    config.expect("a valid config").routes
}

fn head(host: &str, target: &str) -> Parts {
    let request = Request::post(target).header("host", host).body(());
    request.expect("a valid request").into_parts().0
}

fn find(criterion: &mut Criterion) {
    let tricks = "/a;x/%2e%2e//./b%252f..%255c%3b".repeat(1_000);
    let segments = "/a".repeat(10_000);
    for count in [0, 1, 10_000] {
        let routes = routes(count);
        let mut group = criterion.benchmark_group(format!("{count} routes"));
        for (name, host, target) in [
            ("prefix", "example.com", "/hooks/0/stripe"),
            ("host", "h9998.example.com", "/hooks/9998/stripe"),
            ("none", "example.com", "/webhook"),
            ("escaped", "example.com", "/hooks/0/a%20b"),
            ("20 KB of segments", "example.com", &*segments),
            ("30 KB of tricks", "example.com", &*tricks),
        ] {
            let head = head(host, target);
            group.bench_function(name, |bencher| {
                bencher.iter(|| routes.find(black_box(&head)).is_ok());
            });
        }
        group.finish();
    }
}

/// Reading a config of so many routes, as at every start.
fn read(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("reading");
    group.sample_size(10);
    group.bench_function("10000 routes", |bencher| bencher.iter(|| routes(10_000)));
    group.finish();
}

criterion_group!(benches, find, read);
criterion_main!(benches);
