//! A log that can't be written: events go on, stderr says why, and the exit code that lines were lost.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::iter;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Command;
use std::sync::mpsc;
use std::thread;

use serde_json::Value;
use tempfile::TempDir;

use super::{OK, config, event};
use crate::support::{PATIENCE, Raw, Upstream, connect, exchange, post, read_message, wait_until};

const FULL: &str = "hooksieve: can't write the log to stdout: No space left on device (os error 28); \
                    events go on without it\n";
const GONE: &str = "hooksieve: can't write the log to stdout: Broken pipe (os error 32); events go on without it\n";
const BEHIND: &str = "hooksieve: lines of the log were lost: stdout did not keep up\n";

/// Where a log goes whose reader comes and goes, and what stderr says.
struct Outputs {
    directory: TempDir,
}

impl Outputs {
    fn new() -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let outputs = Self { directory };
        let made = Command::new("mkfifo").arg(outputs.log()).status();
        assert!(made.expect("mkfifo starts").success());
        outputs
    }

    fn log(&self) -> PathBuf {
        self.directory.path().join("log")
    }

    fn err(&self) -> PathBuf {
        self.directory.path().join("err")
    }

    /// What is at the other end of the log. Who opens it to write as well need not wait for a writer.
    fn reader(&self) -> File {
        let reader = File::options().read(true).write(true).open(self.log());
        reader.expect("it can be read")
    }

    fn start(&self, upstream: &Upstream) -> Raw {
        let (log, err) = (self.log(), self.err());
        let redirections = format!(">'{}' 2>'{}'", log.display(), err.display());
        Raw::by_shell(
            &format!("exec \"$0\" {redirections}"),
            &config(upstream, "json"),
        )
    }

    fn stderr(&self) -> String {
        fs::read_to_string(self.err()).expect("it was made")
    }

    /// The lines up to the last one.
    fn read(&self) -> mpsc::Receiver<Value> {
        let lines = BufReader::new(self.reader()).lines();
        let (sender, receiver) = mpsc::channel();
        thread::spawn(move || {
            for line in lines {
                let line = line.expect("it can be read");
                let line: Value = serde_json::from_str(&line).expect("every line is JSON");
                let is_last = line["message"]
                    .as_str()
                    .is_some_and(|message| message.starts_with("stopped"));
                if sender.send(line).is_err() || is_last {
                    return;
                }
            }
        });
        receiver
    }
}

fn all(lines: &mpsc::Receiver<Value>) -> Vec<Value> {
    let next = || lines.recv_timeout(PATIENCE).ok();
    iter::from_fn(next).collect()
}

fn messages(lines: &[Value]) -> Vec<&str> {
    lines
        .iter()
        .filter_map(|line| line["message"].as_str())
        .collect()
}

fn is_served(address: SocketAddr) {
    // Without a type, of which the log would tell once that no rule names it.
    let answer = exchange(address, post(r#"{"id":"1"}"#));
    assert_eq!((answer.status, answer.text()), (200, "ok"));
}

/// So many events whose lines have 2,600 bytes each.
fn long_events(address: SocketAddr, count: usize) {
    let long = "\u{1b}".repeat(200);
    let request = post(&event(&format!("batch.{long}"), &long));
    let mut connection = connect(address);
    for _ in 0..count {
        connection
            .write_all(request.as_bytes())
            .expect("it is open");
        let answer = read_message(&mut connection, false).expect("an answer");
        assert_eq!(answer.status, 200);
    }
}

#[test]
fn what_can_not_be_written_is_told_once_on_stderr_and_by_the_exit_code() {
    let upstream = Upstream::answering(OK);
    let hooksieve = Raw::by_shell("exec \"$0\" >/dev/full", &config(&upstream, "json"));
    for _ in 0..3 {
        is_served(hooksieve.address());
    }
    let run = hooksieve.stop();
    assert_eq!((run.code, run.stderr.as_str()), (Some(1), FULL));
}

#[test]
fn with_stderr_on_the_same_full_disk_the_exit_code_tells() {
    let upstream = Upstream::answering(OK);
    let hooksieve = Raw::by_shell("exec \"$0\" >/dev/full 2>&1", &config(&upstream, "text"));
    is_served(hooksieve.address());
    is_served(hooksieve.address());
    assert_eq!(hooksieve.stop().code, Some(1));
}

#[test]
fn a_reader_that_has_gone_is_told_while_events_are_served() {
    let upstream = Upstream::answering(OK);
    let outputs = Outputs::new();
    let reader = outputs.reader();
    let hooksieve = outputs.start(&upstream);
    is_served(hooksieve.address());
    drop(reader);
    is_served(hooksieve.address());
    wait_until("stderr tells", || outputs.stderr() == GONE);
    is_served(hooksieve.address());
    assert_eq!(hooksieve.stop().code, Some(1));
    assert_eq!(outputs.stderr(), GONE);
}

#[test]
fn an_output_that_comes_back_in_time_has_lost_nothing() {
    let upstream = Upstream::answering(OK);
    let outputs = Outputs::new();
    let reader = outputs.reader();
    let hooksieve = outputs.start(&upstream);
    drop(reader);
    is_served(hooksieve.address());
    wait_until("stderr tells", || outputs.stderr() == GONE);
    let lines = outputs.read();
    assert_eq!(hooksieve.stop().code, Some(0));
    assert_eq!(messages(&all(&lines))[..2], ["ready", "event"]);
    assert_eq!(outputs.stderr(), GONE);
}

#[test]
fn what_was_lost_before_it_came_back_is_counted() {
    const COUNT: usize = 2_000;
    let upstream = Upstream::answering(OK);
    let outputs = Outputs::new();
    let reader = outputs.reader();
    let hooksieve = outputs.start(&upstream);
    drop(reader);
    is_served(hooksieve.address());
    wait_until("stderr tells", || outputs.stderr() == GONE);
    long_events(hooksieve.address(), COUNT);
    let lines = outputs.read();
    let (mut events, mut lost) = (0, Value::Null);
    while lost.is_null() {
        let line = lines.recv_timeout(PATIENCE).expect("the loss is reported");
        match line["message"].as_str() {
            Some("ready") => {}
            Some("event") => events += 1,
            _ => lost = line,
        }
    }
    assert_eq!(lost["lost"], 1 + COUNT - events);
    assert_eq!(lost["error"], "Broken pipe (os error 32)");
    assert_eq!(
        lost["message"],
        "log lines lost: stdout could not be written"
    );
    is_served(hooksieve.address());
    assert_eq!(hooksieve.stop().code, Some(1));
    assert_eq!(messages(&all(&lines))[0], "event");
    assert_eq!(outputs.stderr(), GONE);
}

#[test]
fn the_memory_of_lines_that_waited_is_given_back() {
    const MIB: u64 = 1024;
    let upstream = Upstream::answering(OK);
    let outputs = Outputs::new();
    let reader = outputs.reader();
    let hooksieve = outputs.start(&upstream);
    drop(reader);
    long_events(hooksieve.address(), 20);
    let before = hooksieve.memory();
    long_events(hooksieve.address(), 1_400);
    let waiting = hooksieve.memory();
    assert!(waiting > before + 2 * MIB);
    let _lines = outputs.read();
    wait_until("it is given back", || {
        hooksieve.memory() < waiting - 2 * MIB
    });
}

#[test]
fn what_a_stalled_output_never_took_is_told_at_the_end() {
    let upstream = Upstream::answering(OK);
    let outputs = Outputs::new();
    let _reader = outputs.reader();
    let hooksieve = outputs.start(&upstream);
    // Twice what a pipe holds.
    long_events(hooksieve.address(), 50);
    assert_eq!(outputs.stderr(), "");
    assert_eq!(hooksieve.stop().code, Some(1));
    assert_eq!(outputs.stderr(), BEHIND);
}

#[test]
fn a_stalled_stderr_does_not_keep_it_from_ending_either() {
    let upstream = Upstream::answering(OK);
    let outputs = Outputs::new();
    let _reader = outputs.reader();
    let redirections = format!(">'{}' 2>&1", outputs.log().display());
    let hooksieve = Raw::by_shell(
        &format!("exec \"$0\" {redirections}"),
        &config(&upstream, "json"),
    );
    long_events(hooksieve.address(), 50);
    assert_eq!(hooksieve.stop().code, Some(1));
}

#[test]
fn a_closed_stdout_is_no_log_and_no_failure() {
    let upstream = Upstream::answering(OK);
    for closed in [">&-", ">/dev/null"] {
        let hooksieve = Raw::by_shell(&format!("exec \"$0\" {closed}"), &config(&upstream, "json"));
        is_served(hooksieve.address());
        let run = hooksieve.stop();
        assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{closed}");
    }
}
