//! What HTTP asks of an intermediary (RFC 9110, RFC 9112), one test a statement.

mod broken;
mod chunks;
mod delivery;
mod dialogue;
mod framing;
mod hops;
mod late;
mod routing;
mod syntax;

use std::time::{Duration, Instant};

/// Does something so often that an idle connection to the upstream would be used again, if it may be. Gives
/// how often.
fn again_and_again(mut something: impl FnMut()) -> usize {
    let start = Instant::now();
    let mut times = 0;
    while times < 10 || start.elapsed() < Duration::from_millis(100) {
        something();
        times += 1;
    }
    times
}

/// A POST with these header lines, each ending with CRLF, and what follows the head.
fn raw(lines: &str, body: &str) -> String {
    format!("POST / HTTP/1.1\r\nHost: a\r\n{lines}\r\n{body}")
}

fn chunked(body: &str) -> String {
    raw("Transfer-Encoding: chunked\r\n", body)
}
