//! What is recorded, of which events, and where.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use rustix::process::Signal;
use serde_json::json;

use super::{all_lines, directory, drop_one, file, hooksieve, lines, recording, wait_for_closed};
use crate::support::{Hooksieve, OK, Upstream, exchange, get, post, post_with, run, wait_until};

#[test]
fn a_drop_is_recorded_as_it_came() {
    let upstream = Upstream::answering(OK);
    let hooksieve = hooksieve(&upstream, "body = true");
    let body = r#"{"id": "evt_1", "type": "batch.created"}"#;
    let head = "POST /hooks//a?b=%2F HTTP/1.1\r\nHost: example.com\r\nx-STRANGE: \u{e9}\r\nCookie: a\r\n\
                Cookie: b\r\nContent-Length: 40\r\n\r\n";
    let bytes: Vec<u8> = head
        .chars()
        .map(|char| u8::try_from(char).expect("one byte"))
        .collect();
    let answer = exchange(hooksieve.address(), [&bytes, body.as_bytes()].concat());
    assert_eq!(answer.status, 200);

    let mut lines = lines(&file(&hooksieve));
    let line = lines[0].as_object_mut().expect("an object");
    for varying in ["time", "peer", "hash"] {
        let text = line.remove(varying).expect("it is there");
        assert!(text.as_str().is_some_and(|text| text.len() > 10), "{text}");
    }
    let expected = json!({
        "number": 1,
        "prev": "0".repeat(64),
        "type": "batch.created",
        "id": "evt_1",
        "rule": "deny \"batch.*\"",
        "head": head,
        "bytes": 40,
        "body": "eyJpZCI6ICJldnRfMSIsICJ0eXBlIjogImJhdGNoLmNyZWF0ZWQifQ==",
    });
    assert_eq!(lines, [expected]);
    let mode = fs::metadata(file(&hooksieve))
        .expect("it is there")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn what_is_not_dropped_is_not_recorded() {
    let upstream = Upstream::answering(OK);
    let config = recording("") + "[[route]]\npath = \"/observed\"\nmode = \"observe\"\n";
    let hooksieve = Hooksieve::with(&upstream, &config);
    let denied = post(r#"{"type":"batch.created"}"#);
    for request in [
        post(r#"{"type":"invoice.paid"}"#),
        post("{"),
        get("/"),
        denied.replace("/webhook", "/observed"),
    ] {
        assert_eq!(exchange(hooksieve.address(), request).status, 200);
    }
    assert_eq!(upstream.count(), 4);
    assert_eq!(lines(&file(&hooksieve)), [json!(null); 0]);
    assert_eq!(exchange(hooksieve.address(), denied).status, 200);
    assert_eq!(lines(&file(&hooksieve)).len(), 1);
}

#[test]
fn a_route_says_what_of_its_drops_is_recorded() {
    let upstream = Upstream::answering(OK);
    let routes = "[[route]]\npath = \"/with\"\naudit.body = true\n\
                  [[route]]\npath = \"/without\"\naudit.record = false\n";
    let hooksieve = Hooksieve::with(&upstream, &(recording("") + routes));
    for path in ["/with", "/without", "/other"] {
        let request = post(r#"{"type":"batch.a"}"#).replace("/webhook", path);
        assert_eq!(exchange(hooksieve.address(), request).status, 200);
    }
    let lines = lines(&file(&hooksieve));
    let told: Vec<_> = lines
        .iter()
        .map(|line| (&line["route"], line["body"].is_string()))
        .collect();
    assert_eq!(told, [(&json!("/with"), true), (&json!(null), false)]);
}

#[test]
fn bodies_are_recorded_as_they_were_sent_and_one_that_was_not_held_is_not() {
    let upstream = Upstream::answering(OK);
    let config = recording("body = true") + "[limits]\ninspect = \"1 KiB\"\n";
    let config = config.replace("[filter]", "[filter]\nunreadable = \"drop\"");
    let hooksieve = Hooksieve::with(&upstream, &config);
    let chunked = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n\
                   8\r\n{\"type\":\r\n9\r\n\"batch.a\"\r\n1\r\n}\r\n0\r\n\r\n";
    let zipped = post_with("Content-Encoding: br\r\n", "\u{1}\0no");
    for request in [chunked.to_owned(), zipped, post(&" ".repeat(2000))] {
        assert_eq!(exchange(hooksieve.address(), request).status, 200);
    }
    let lines = lines(&file(&hooksieve));
    let told: Vec<_> = lines.iter().map(|line| &line["body"]).collect();
    let expected = [
        json!("eyJ0eXBlIjoiYmF0Y2guYSJ9"),
        json!("AQBubw=="),
        json!(null),
    ];
    assert_eq!(told, expected.iter().collect::<Vec<_>>());
    let head = lines[0]["head"].as_str().expect("text");
    assert!(
        head.contains("\r\nTransfer-Encoding: chunked\r\n"),
        "{head}"
    );
}

#[test]
fn files_are_closed_when_they_are_large_and_only_so_many_are_kept() {
    let upstream = Upstream::answering(OK);
    let lines_of_audit = "body = true\nmax_size = \"64 KiB\"\nkeep = 2";
    let hooksieve = hooksieve(&upstream, lines_of_audit);
    let body = format!(r#"{{"type":"batch.a","x":"{}"}}"#, "x".repeat(30_000));
    for _ in 0..10 {
        assert_eq!(exchange(hooksieve.address(), post(&body)).status, 200);
    }
    let path = file(&hooksieve);
    wait_for_closed(&path, 2);
    let names = |lines: &[serde_json::Value]| -> Vec<_> {
        lines
            .iter()
            .filter_map(|line| line["number"].as_u64())
            .collect()
    };
    wait_until("the file is closed that is full", || !path.exists());
    assert_eq!(names(&all_lines(&path)), [7, 8, 9, 10]);
    let verified = run(
        &directory(&hooksieve),
        &["audit", "verify", "dropped.jsonl.1", "dropped.jsonl.2"],
    );
    assert_eq!(verified.code, Some(0), "{}", verified.stdout);
    assert!(
        verified.stdout.contains("first: number 7; what was before"),
        "{}",
        verified.stdout
    );
}

#[test]
fn who_moves_the_file_away_gets_another_at_once_or_at_sighup() {
    let upstream = Upstream::answering(OK);
    let hooksieve = hooksieve(&upstream, "");
    let (path, moved) = (file(&hooksieve), directory(&hooksieve).join("moved"));
    assert_eq!(drop_one(hooksieve.address(), "1"), 200);
    fs::rename(&path, &moved).expect("it can be moved");
    hooksieve.signal(Signal::HUP);
    wait_until("there is another", || path.exists());
    assert_eq!(drop_one(hooksieve.address(), "2"), 200);
    assert_eq!((lines(&moved).len(), lines(&path).len()), (1, 1));
    let again = directory(&hooksieve).join("again");
    fs::rename(&path, &again).expect("it can be moved");
    // As logrotate leaves it.
    fs::write(&path, "").expect("it can be written");
    assert_eq!(drop_one(hooksieve.address(), "3"), 200);
    assert_eq!((lines(&again).len(), lines(&path).len()), (1, 1));
    let verified = run(
        &directory(&hooksieve),
        &["audit", "verify", "again", "dropped.jsonl", "moved"],
    );
    assert_eq!(verified.code, Some(0), "{}", verified.stdout);
}

#[test]
fn a_file_that_can_not_be_written_is_refused_at_start() {
    let directory = tempfile::tempdir().expect("a directory");
    for (path, why) in [
        ("missing/dropped.jsonl", "No such file or directory"),
        (".", "Is a directory"),
        ("config.toml", "it is another kind of file"),
        ("/dev/null", "it is no file"),
    ] {
        let config = format!(
            "listen = \"127.0.0.1:0\"\nupstream = \"http://127.0.0.1:1\"\naudit.path = \"{path}\"\n"
        );
        fs::write(directory.path().join("config.toml"), &config).expect("it can be written");
        let run = run(directory.path(), &[]);
        assert_eq!(run.code, Some(2), "{}", run.stderr);
        let begin =
            format!("hooksieve: config.toml: can't record drops in audit.path = \"{path}\": {why}");
        assert!(run.stderr.starts_with(&begin), "{}", run.stderr);
        let unchanged = fs::read_to_string(directory.path().join("config.toml"));
        assert_eq!(unchanged.ok(), Some(config));
    }
}

#[test]
fn two_at_once_do_not_write_to_one_file() {
    let upstream = Upstream::answering(OK);
    let hooksieve = hooksieve(&upstream, "");
    let config = format!(
        "listen = \"127.0.0.1:0\"\nupstream = \"http://127.0.0.1:1\"\naudit.path = {:?}\n",
        file(&hooksieve)
    );
    let other = tempfile::tempdir().expect("a directory");
    fs::write(other.path().join("config.toml"), config).expect("it can be written");
    let run = run(other.path(), &[]);
    assert_eq!(run.code, Some(2));
    assert!(
        run.stderr.contains("another process writes to it"),
        "{}",
        run.stderr
    );
}
