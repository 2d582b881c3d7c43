//! What whoever runs it can look at: health, metrics and a page.

mod certificates;
mod health;
mod listener;
mod metrics;
mod page;
mod sums;

use std::collections::BTreeMap;
use std::net::SocketAddr;

use crate::support::{Hooksieve, Message, Upstream, exchange};

/// A hooksieve with these lines in its config that can be looked at, and where.
pub fn watched(upstream: &Upstream, config: &str) -> (Hooksieve, SocketAddr) {
    let config = format!("admin.listen = \"127.0.0.1:0\"\n{config}");
    let hooksieve = Hooksieve::with(upstream, &config);
    let admin = hooksieve.line("admin ready");
    let admin = admin["listen"].as_str().expect("it says where");
    let admin = admin.parse().expect("an address");
    (hooksieve, admin)
}

/// What is at a path.
pub fn look(admin: SocketAddr, path: &str) -> Message {
    exchange(
        admin,
        format!("GET {path} HTTP/1.1\r\nHost: {admin}\r\n\r\n"),
    )
}

/// The samples of what Prometheus reads, each by its name and labels.
fn samples(text: &str) -> BTreeMap<String, String> {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let mut samples = BTreeMap::new();
    for line in lines {
        let (name, value) = line.rsplit_once(' ').expect("a name and a value");
        let before = samples.insert(name.to_owned(), value.to_owned());
        assert!(before.is_none(), "{name} is there twice");
    }
    samples
}

/// The samples that there are now.
pub fn metrics(admin: SocketAddr) -> BTreeMap<String, String> {
    let answer = look(admin, "/metrics");
    assert_eq!(answer.status, 200);
    samples(answer.text())
}
