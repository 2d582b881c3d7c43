//! Drops are on disk before their senders are told, whatever happens; and what is done to their record is found.

mod disk;
mod record;
mod verify;

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::support::{Hooksieve, Upstream, exchange, post, wait_until};

/// Denies `batch.*` and records drops in `dropped.jsonl`, with these further lines in `[audit]`.
fn recording(lines: &str) -> String {
    format!("[filter]\ndeny = [\"batch.*\"]\n[audit]\npath = \"dropped.jsonl\"\n{lines}\n")
}

/// A hooksieve that does so.
fn hooksieve(upstream: &Upstream, lines: &str) -> Hooksieve {
    Hooksieve::with(upstream, &recording(lines))
}

/// The directory in which it runs.
fn directory(hooksieve: &Hooksieve) -> PathBuf {
    hooksieve
        .config()
        .parent()
        .expect("it is in one")
        .to_owned()
}

/// The file in which it records.
fn file(hooksieve: &Hooksieve) -> PathBuf {
    directory(hooksieve).join("dropped.jsonl")
}

/// The body of an event that is dropped.
fn denied(id: &str) -> String {
    json!({ "id": id, "type": "batch.created" }).to_string()
}

/// Sends an event that is to be dropped; what its sender is told.
fn drop_one(address: SocketAddr, id: &str) -> u16 {
    exchange(address, post(&denied(id))).status
}

/// The lines of a file, each of which is whole.
fn lines(path: &Path) -> Vec<Value> {
    let text = fs::read_to_string(path).expect("it is there");
    assert!(text.is_empty() || text.ends_with('\n'), "torn: {text}");
    let lines = text.lines().map(serde_json::from_str);
    lines.collect::<Result<_, _>>().expect("every line is JSON")
}

/// All lines of a record, in the order in which they were written.
fn all_lines(path: &Path) -> Vec<Value> {
    let mut lines: Vec<_> = files(path).iter().flat_map(|file| lines(file)).collect();
    lines.sort_by_key(|line| line["number"].as_u64());
    lines
}

/// All files of a record.
fn files(path: &Path) -> Vec<PathBuf> {
    let name = path
        .file_name()
        .and_then(|name| name.to_str())
        .expect("it has one");
    let entries = fs::read_dir(path.parent().expect("it is in one")).expect("it is there");
    let paths = entries.map(|entry| entry.expect("it can be listed").path());
    let is_of = |path: &PathBuf| {
        let own = path.file_name().and_then(|name| name.to_str());
        own.is_some_and(|own| own.starts_with(name))
    };
    paths.filter(is_of).collect()
}

/// Waits until so many files have been closed.
fn wait_for_closed(path: &Path, count: usize) {
    wait_until("files are closed", || {
        let closed = path.with_extension(format!("jsonl.{count}"));
        closed.exists()
    });
}
