//! Commands whose stdout nobody reads, or that can't be written.

use std::fs::{self, OpenOptions};
use std::io;
use std::process::{Command, Output, Stdio};

use crate::support::BINARY;

/// What came of a command in a directory with a config, a denied event and a log.
fn run(arguments: &[&str], stdout: impl Into<Stdio>) -> Output {
    let directory = tempfile::tempdir().expect("a directory");
    for (name, text) in [
        (
            "config.toml",
            "upstream = \"http://a\"\n[filter]\ndeny = [\"a\"]\n",
        ),
        ("event.json", r#"{"type":"a"}"#),
        ("hooksieve.log", ""),
    ] {
        fs::write(directory.path().join(name), text).expect("it can be written");
    }
    let mut command = Command::new(BINARY);
    let command = command.args(arguments).current_dir(&directory);
    command.stdout(stdout).output().expect("it runs")
}

const COMMANDS: [(&[&str], i32); 4] = [
    (&["check"], 0),
    (&["explain", "event.json"], 3),
    (&["report", "hooksieve.log"], 0),
    (&["schema"], 0),
];

#[test]
fn that_nobody_reads_is_no_failure() {
    for (arguments, code) in COMMANDS {
        let (reader, writer) = io::pipe().expect("a pipe");
        drop(reader);
        let ran = run(arguments, writer);
        let stderr = String::from_utf8_lossy(&ran.stderr);
        assert_eq!(
            (ran.status.code(), &*stderr),
            (Some(code), ""),
            "{arguments:?}"
        );
    }
}

#[test]
fn a_full_disk_is_one_and_is_told() {
    for (arguments, _) in COMMANDS {
        let full = OpenOptions::new().write(true).open("/dev/full");
        let ran = run(arguments, full.expect("Linux has it"));
        let stderr = String::from_utf8_lossy(&ran.stderr);
        let why = "hooksieve: can't write to stdout: No space left on device (os error 28)\n";
        assert_eq!(
            (ran.status.code(), &*stderr),
            (Some(1), why),
            "{arguments:?}"
        );
    }
}
