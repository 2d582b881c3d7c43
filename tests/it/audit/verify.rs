//! `hooksieve audit verify` finds what was done to a record.

use std::fs;
use std::path::Path;

use super::{directory, drop_one, file, hooksieve, lines};
use crate::support::{OK, Run, Upstream, run};

fn verify(directory: &Path, arguments: &[&str]) -> Run {
    let arguments: Vec<_> = ["audit", "verify"]
        .iter()
        .chain(arguments)
        .copied()
        .collect();
    run(directory, &arguments)
}

/// A record of six lines.
fn record() -> Vec<String> {
    let upstream = Upstream::answering(OK);
    let hooksieve = hooksieve(&upstream, "body = true");
    for number in 0..6 {
        assert_eq!(drop_one(hooksieve.address(), &number.to_string()), 200);
    }
    let text = fs::read_to_string(file(&hooksieve)).expect("it is there");
    text.lines().map(str::to_owned).collect()
}

#[test]
fn what_was_changed_taken_out_or_put_in_is_named_with_its_line() {
    type Doing = fn(&mut Vec<String>);
    let record = record();
    let directory = tempfile::tempdir().expect("a directory");
    let table: [(Doing, i32, &str); 6] = [
        (
            |_| (),
            0,
            "lines: 6, files: 1: each follows from the one before\nlast: number 6, hash ",
        ),
        (
            |lines| lines[2] = lines[2].replace("batch", "botch"),
            1,
            "a:3: this line was changed, or put in\n",
        ),
        (
            |lines| lines[5] = lines[5].replace("batch", "botch"),
            1,
            "a:6: this line was changed, or put in\n",
        ),
        (
            |lines| drop(lines.remove(3)),
            1,
            "a:4: a line was taken out before this one\nlines: 5, files: 1: one thing is wrong\n",
        ),
        (
            |lines| drop(lines.drain(1..3)),
            1,
            "a:2: 2 lines were taken out before this one\n",
        ),
        (
            |lines| lines.insert(4, lines[1].clone()),
            1,
            "a:5: this line was put in, or moved: its number was there before\n",
        ),
    ];
    for (doing, code, told) in table {
        let mut lines = record.clone();
        doing(&mut lines);
        fs::write(directory.path().join("a"), lines.join("\n") + "\n").expect("it can be written");
        let verified = verify(directory.path(), &["a"]);
        assert!(verified.stdout.starts_with(told), "{}", verified.stdout);
        assert_eq!(verified.code, Some(code));
    }
}

#[test]
fn a_record_is_one_through_all_its_files_in_whatever_order() {
    let record = record();
    let directory = tempfile::tempdir().expect("a directory");
    for (name, lines) in [
        ("c", &record[..2]),
        ("a", &record[2..5]),
        ("b", &record[5..]),
    ] {
        fs::write(directory.path().join(name), lines.join("\n") + "\n").expect("it can be written");
    }
    assert_eq!(verify(directory.path(), &["a", "b", "c"]).code, Some(0));
    let without = verify(directory.path(), &["b", "c"]);
    let told = "b:1: 3 lines were taken out before this one\n";
    assert_eq!(
        (without.code, without.stdout.starts_with(told)),
        (Some(1), true)
    );
    let end = verify(directory.path(), &["a", "b"]);
    let told = "first: number 3; what was before is not in these files\n";
    assert_eq!((end.code, end.stdout.contains(told)), (Some(0), true));
}

#[test]
fn an_end_that_was_taken_away_shows_by_the_hash_that_the_log_told() {
    let upstream = Upstream::answering(OK);
    let mut first = hooksieve(&upstream, "");
    for number in ["1", "2", "3"] {
        assert_eq!(drop_one(first.address(), number), 200);
    }
    first.stop();
    let text = fs::read_to_string(file(&first)).expect("it is there");
    let told = "drops are recorded behind this line";
    assert_eq!(first.line(told)["number"], 0);
    let last = lines(&file(&first))[2]["hash"]
        .as_str()
        .expect("text")
        .to_owned();
    let directory = directory(&first);
    assert_eq!(
        verify(&directory, &["--hash", &last, "dropped.jsonl"]).code,
        Some(0)
    );
    let end = text.trim_end().rfind('\n').expect("several lines");
    fs::write(file(&first), &text[..=end]).expect("it can be written");
    assert_eq!(verify(&directory, &["dropped.jsonl"]).code, Some(0));
    let verified = verify(&directory, &["--hash", &last, "dropped.jsonl"]);
    assert_eq!(verified.code, Some(1));
    assert!(
        verified
            .stdout
            .starts_with(&format!("no line has the hash {last}: ")),
        "{}",
        verified.stdout
    );
}

#[test]
fn a_torn_end_is_told_and_no_finding_and_what_can_not_be_read_is_an_error() {
    let record = record();
    let directory = tempfile::tempdir().expect("a directory");
    fs::write(directory.path().join("a"), record.join("\n")).expect("it can be written");
    let verified = verify(directory.path(), &["a"]);
    assert!(
        verified.stdout.starts_with("a:6: part of a line: "),
        "{}",
        verified.stdout
    );
    assert_eq!(verified.code, Some(0));
    let missing = verify(directory.path(), &["a", "b"]);
    assert_eq!(missing.code, Some(2));
    assert!(
        missing.stderr.starts_with("hooksieve: can't read b: "),
        "{}",
        missing.stderr
    );
}
