//! Bodies in content codings: judged by what they stand for, and passed on as they came.

use std::io::Write;
use std::thread;
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
use ruzstd::encoding::{CompressionLevel, compress_to_vec};
use serde_json::Value;

use crate::support::{Hooksieve, Upstream, connect, exchange, post, wait_until};

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
const DENIED: &str = r#"{"type":"batch.created","id":"evt_1"}"#;
const ALLOWED: &str = r#"{"id":"evt_2", "type":"invoice.paid"}"#;
const REJECT: &str = "[filter]\ndeny = [\"batch.*\"]\nunreadable = \"reject\"\n";
const MIB: usize = 1024 * 1024;

/// [`DENIED`] as node 20 has it: `zlib.brotliCompressSync(event)`.
const DENIED_IN_BR: &[u8] = b"\x0b\x12\x80{\"type\":\"batch.created\",\"id\":\"evt_1\"}\x03";
/// The same of 16 MiB of spaces.
const SPACES_IN_BR: &[u8] =
    b"\xcb\xff\xff?\xf8%@\xe2\xb1@ \xf7\xfe/\xff\xff\xff\xf0K\0\xc4a\x11\x80\xee\xfd\x1f";

pub fn gzip(bytes: impl AsRef<[u8]>) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes.as_ref()).expect("it is memory");
    encoder.finish().expect("it is memory")
}

fn zlib(bytes: impl AsRef<[u8]>) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes.as_ref()).expect("it is memory");
    encoder.finish().expect("it is memory")
}

fn bare(bytes: impl AsRef<[u8]>) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes.as_ref()).expect("it is memory");
    encoder.finish().expect("it is memory")
}

fn zstd(bytes: impl AsRef<[u8]>) -> Vec<u8> {
    compress_to_vec(bytes.as_ref(), CompressionLevel::Fastest)
}

/// A POST of `body`, with a `Content-Encoding` for each of `codings`.
fn sent(codings: &[&str], body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let lines = codings
        .iter()
        .map(|line| format!("Content-Encoding: {line}\r\n"));
    let lines: String = lines.collect();
    let head = format!("POST /hook HTTP/1.1\r\nHost: a\r\n{lines}Content-Length: {length}\r\n\r\n");
    [head.as_bytes(), body].concat()
}

#[test]
fn a_denied_event_is_dropped_whatever_it_is_in() {
    let upstream = Upstream::answering(OK);
    let hooksieve = Hooksieve::with(&upstream, REJECT);
    let requests = [
        sent(&["gzip"], &gzip(DENIED)),
        sent(&["X-GZip"], &gzip(DENIED)),
        sent(&["deflate"], &zlib(DENIED)),
        sent(&["deflate"], &bare(DENIED)),
        sent(&["br"], DENIED_IN_BR),
        sent(&["zstd"], &zstd(DENIED)),
        sent(&["identity"], DENIED.as_bytes()),
        sent(&["gzip, br"], &{
            let inner = gzip(DENIED);
            let length = u32::try_from(inner.len() - 1).expect("it is small");
            // One uncompressed block (RFC 7932 §9.2).
            let header = (length << 4 | 1 << 20).to_le_bytes();
            [&header[..3], &inner, &[3]].concat()
        }),
        sent(
            &["gzip", "identity", "deflate,zstd"],
            &zstd(zlib(gzip(DENIED))),
        ),
    ];
    for request in &requests {
        let answer = exchange(hooksieve.address(), request);
        assert_eq!((answer.status, answer.text()), (200, ""));
    }
    let events = hooksieve.events(requests.len());
    for event in events {
        assert_eq!(event["verdict"], "drop", "{event}");
        assert_eq!(
            (&event["type"], &event["rule"]),
            (&"batch.created".into(), &"deny \"batch.*\"".into())
        );
    }
    assert_eq!(upstream.count(), 0);
}

#[test]
fn an_allowed_event_goes_on_as_it_came() {
    let upstream = Upstream::answering(OK);
    let hooksieve = Hooksieve::with(&upstream, REJECT);
    let large = format!("{ALLOWED}{}", " ".repeat(3 * MIB));
    let bodies = [
        ("GZip", gzip(ALLOWED)),
        ("gzip", gzip(&large)),
        ("deflate", bare(&large)),
        ("zstd", zstd(&large)),
        ("zstd, gzip", gzip(zstd(ALLOWED))),
    ];
    for (coding, body) in &bodies {
        let answer = exchange(hooksieve.address(), sent(&[coding], body));
        assert_eq!(answer.text(), "ok", "{coding}");
    }
    let requests = upstream.requests();
    for ((coding, body), request) in bodies.iter().zip(&requests) {
        assert_eq!(request.field("content-encoding"), [*coding]);
        assert!(request.body == *body, "{coding}");
    }
    for event in hooksieve.events(bodies.len()) {
        assert_eq!(
            (&event["verdict"], &event["type"]),
            (&"forward".into(), &"invoice.paid".into())
        );
    }
    // No rule names it; that is told of once, as of any other.
    let line = hooksieve.line("a type that no rule names");
    assert_eq!(line["type"], "invoice.paid");
}

#[test]
fn what_can_not_be_decoded_for_certain_is_a_doubt_that_the_log_names() {
    let cut = gzip(DENIED);
    let cut = &cut[..cut.len() - 9];
    let mut flipped = gzip(DENIED);
    flipped[20] ^= 1;
    let large = gzip(format!("{DENIED}{}", " ".repeat(2_000)));
    let table: [(&[&str], Vec<u8>, u16, &str); 13] = [
        (&["gzip"], cut.to_vec(), 422, "gzip: cut short"),
        (&["gzip"], flipped, 422, "gzip: broken"),
        (
            &["gzip"],
            [gzip(DENIED), b"\n".to_vec()].concat(),
            422,
            "gzip: something after its end",
        ),
        (
            &["gzip"],
            gzip(DENIED).repeat(2),
            422,
            "gzip: more than one stream",
        ),
        (&["br"], gzip(DENIED), 422, "br: broken"),
        (&["zstd"], zlib(DENIED), 422, "zstd: broken"),
        (
            &["gzip"],
            DENIED.into(),
            422,
            "gzip: looks like JSON as it was sent",
        ),
        (&["br", "gzip"], gzip(zlib(DENIED)), 422, "br: broken"),
        (
            &["gzip"],
            large,
            413,
            "gzip: more than limits.inspect when decoded",
        ),
        (
            &["gzip, x"],
            gzip(DENIED),
            415,
            "in a content encoding that can't be read",
        ),
        (
            &["gzip,gzip", "gzip, gzip"],
            gzip(gzip(gzip(gzip(DENIED)))),
            415,
            "in a content encoding that can't be read",
        ),
        (&["gzip"], gzip(""), 422, "ends before its JSON does"),
        (
            &["gzip"],
            gzip("type=batch.created"),
            422,
            "not JSON at line 1 column 2",
        ),
    ];
    for unreadable in ["reject", "forward", "drop"] {
        let upstream = Upstream::answering("HTTP/1.1 299 Up\r\nContent-Length: 0\r\n\r\n");
        let config = format!(
            "[filter]\ndeny = [\"batch.*\"]\nunreadable = \"{unreadable}\"\n[limits]\ninspect = \"1 KiB\"\n"
        );
        let mut hooksieve = Hooksieve::with(&upstream, &config);
        for (codings, body, status, why) in &table {
            let expected = match unreadable {
                "forward" => 299,
                "drop" => 200,
                _ => *status,
            };
            let answer = exchange(hooksieve.address(), sent(codings, body));
            assert_eq!(answer.status, expected, "{why}");
        }
        let events = hooksieve.stop();
        let events = events
            .iter()
            .filter(|event| event["message"] == "event" || event["verdict"] != Value::Null);
        let rules: Vec<_> = events
            .map(|event| event["rule"].as_str().expect("there is one"))
            .collect();
        let expected: Vec<_> = table
            .iter()
            .map(|(_, _, _, why)| format!("unreadable: {why}"))
            .collect();
        assert_eq!(rules, expected, "{unreadable}");
        let forwarded = if unreadable == "forward" {
            table.len()
        } else {
            0
        };
        assert_eq!(upstream.count(), forwarded);
    }
}

/// Deflate of so many MiB of spaces: one of them over and over.
fn deflated(mib: usize) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(&vec![b' '; MIB]).expect("it is memory");
    encoder.flush().expect("it is memory");
    encoder.get_ref().repeat(mib)
}

/// A frame of so many MiB of spaces: blocks of a byte that is repeated (RFC 8878 §3.1.1.2).
fn framed(mib: usize) -> Vec<u8> {
    let block = (128_u32 * 1024) << 3 | 1 << 1;
    let block = [&block.to_le_bytes()[..3], b" "].concat();
    [b"\x28\xb5\x2f\xfd\0\x58".as_slice(), &block.repeat(8 * mib)].concat()
}

#[test]
fn a_bomb_costs_what_the_limit_allows_and_others_get_through_beside_it() {
    let upstream = Upstream::answering(OK);
    let config = format!("{REJECT}[limits]\ninspect = \"4 MiB\"\nmemory = \"32 MiB\"\n");
    let hooksieve = Hooksieve::with(&upstream, &config);
    assert_eq!(
        exchange(hooksieve.address(), sent(&["gzip"], &gzip(DENIED))).status,
        200
    );
    let at_rest = hooksieve.memory().0;
    // Of 3 GB, as much as 4 MiB can stand for, and of 10 GB.
    let header = b"\x1f\x8b\x08\0\0\0\0\0\0\xff".to_vec();
    let gzipped = [header.clone(), deflated(3_000)].concat();
    let in_10_gb = gzip([header, deflated(10_000)].concat());
    let bombs = [
        (&["gzip"][..], gzipped),
        (&["gzip", "gzip"], in_10_gb),
        (&["zstd"], framed(10_000)),
        (&["deflate"], deflated(10)),
        (&["br"], SPACES_IN_BR.to_vec()),
    ];
    for (coding, bomb) in &bombs {
        assert!(bomb.len() < 4 * MIB, "{coding:?} {}", bomb.len());
    }
    let address = hooksieve.address();
    thread::scope(|scope| {
        let senders: Vec<_> = bombs
            .iter()
            .map(|(codings, bomb)| {
                scope.spawn(move || {
                    for _ in 0..3 {
                        assert_eq!(
                            exchange(address, sent(codings, bomb)).status,
                            413,
                            "{codings:?}"
                        );
                    }
                })
            })
            .collect();
        let mut longest = Duration::ZERO;
        while senders.iter().any(|sender| !sender.is_finished()) {
            let begun = Instant::now();
            assert_eq!(exchange(address, post(DENIED)).status, 200);
            longest = longest.max(begun.elapsed());
        }
        assert!(
            longest < Duration::from_secs(2),
            "an event took {longest:?}"
        );
    });
    // That of the budget, and what allocators keep.
    let peak = hooksieve.memory().1 - at_rest;
    assert!(peak < 48 * 1024, "{peak} KiB");
}

#[test]
fn a_decoded_copy_counts_against_the_memory_for_bodies() {
    let upstream = Upstream::answering(OK);
    let config = format!("{REJECT}[limits]\ninspect = \"4 MiB\"\nmemory = \"8 MiB\"\n");
    let hooksieve = Hooksieve::with(&upstream, &config);
    let large = gzip(format!("{DENIED}{}", " ".repeat(3 * MIB)));
    let whole = || exchange(hooksieve.address(), sent(&["gzip"], &large)).status;
    assert_eq!(whole(), 200);
    // A sender that has sent nearly all of a body, and stops.
    let mut begun = connect(hooksieve.address());
    let head = format!(
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n\r\n",
        4 * MIB
    );
    begun.write_all(head.as_bytes()).expect("it reads");
    begun.write_all(&vec![b' '; 4 * MIB - 1]).expect("it reads");
    let mut refused = None;
    wait_until("there is no room", || {
        let answer = exchange(
            hooksieve.address(),
            sent(&["zstd"], &zstd(format!("{DENIED}{}", " ".repeat(3 * MIB)))),
        );
        refused = Some(answer);
        refused.as_ref().is_some_and(|answer| answer.status == 503)
    });
    let refused = refused.expect("it was sent");
    assert_eq!(refused.field("retry-after"), ["1"]);
    // What is small finds room.
    assert_eq!(
        exchange(hooksieve.address(), sent(&["gzip"], &gzip(DENIED))).status,
        200
    );
    drop(begun);
    wait_until("there is room again", || whole() == 200);
}

#[test]
fn what_never_finds_room_is_a_doubt() {
    let upstream = Upstream::answering(OK);
    let config = format!("{REJECT}[limits]\ninspect = \"2 MiB\"\nmemory = \"2 MiB\"\n");
    let hooksieve = Hooksieve::with(&upstream, &config);
    let large = zstd(format!("{DENIED}{}", " ".repeat(2_000_000)));
    assert_eq!(
        exchange(hooksieve.address(), sent(&["zstd"], &large)).status,
        413
    );
    let event = &hooksieve.events(1)[0];
    assert_eq!(
        event["rule"],
        "unreadable: zstd: more than limits.memory leaves room for when decoded"
    );
}
