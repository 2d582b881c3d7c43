//! `hooksieve resend`: what was dropped reaches the endpoint after all, as it came and once.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant, SystemTime};

use serde_json::Value;
use tempfile::TempDir;

use crate::support::{
    BINARY, Hooksieve, Message, OK, Run, Upstream, ask, connect, exchange, post, post_with, run,
    wait_until,
};

const AUDIT: &str =
    "[filter]\ndeny = [\"batch.*\", \"form.*\"]\n[audit]\npath = \"dropped.jsonl\"\nbody = true\n";

/// A record of drops, and a config for an endpoint.
struct Record {
    directory: TempDir,
}

impl Record {
    /// That of these requests, under these further lines of config.
    fn of<R: AsRef<[u8]>>(requests: &[R], config: &str) -> Self {
        let nobody = Upstream::answering(OK);
        let hooksieve = Hooksieve::with(&nobody, &(AUDIT.to_owned() + config));
        for request in requests {
            assert_eq!(exchange(hooksieve.address(), request).status, 200);
        }
        assert_eq!(nobody.count(), 0, "all of them are dropped");
        let directory = tempfile::tempdir().expect("a directory");
        let from = hooksieve.config();
        let from = from.parent().expect("it is in one");
        for entry in fs::read_dir(from).expect("it is there") {
            let path = entry.expect("it can be listed").path();
            let name = path.file_name().expect("it has one");
            fs::copy(&path, directory.path().join(name)).expect("it can be copied");
        }
        Self { directory }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// What was answered, by the journal.
    fn journal(&self) -> Vec<Value> {
        let text = fs::read_to_string(self.path("resent-dropped.jsonl")).expect("it is there");
        let lines = text.lines().map(serde_json::from_str);
        lines.collect::<Result<_, _>>().expect("every line is JSON")
    }

    /// Sends to an endpoint, with these further arguments.
    fn resend(&self, endpoint: SocketAddr, arguments: &[&str]) -> Run {
        self.resend_by("", endpoint, arguments)
    }

    /// The same under these further lines of config.
    fn resend_by(&self, config: &str, endpoint: SocketAddr, arguments: &[&str]) -> Run {
        self.configure(config, endpoint);
        let command = ["resend"].iter().chain(arguments).chain(&["dropped.jsonl"]);
        run(self.directory.path(), &command.copied().collect::<Vec<_>>())
    }

    /// Writes the config for an endpoint.
    fn configure(&self, config: &str, endpoint: SocketAddr) {
        let config = format!("upstream = \"http://{endpoint}\"\n{AUDIT}{config}");
        fs::write(self.path("config.toml"), config).expect("it can be written");
    }
}

fn denied(name: &str) -> String {
    post(&format!(r#"{{"id":"{name}","type":"batch.{name}"}}"#))
}

/// What an endpoint gets of requests that are sent to it through a hooksieve that drops nothing.
fn forwarded<R: AsRef<[u8]>>(requests: &[R], config: &str) -> Vec<Message> {
    let upstream = Upstream::answering(OK);
    let hooksieve = Hooksieve::with(&upstream, config);
    for request in requests {
        assert_eq!(exchange(hooksieve.address(), request).status, 200);
    }
    upstream.requests()
}

#[test]
fn what_arrives_is_what_would_have_arrived() {
    let gzip: &[u8] = &[
        0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0xab, 0x56, 0x2a, 0xa9, 0x2c, 0x48, 0x55, 0xb2, 0x52,
        0x4a, 0x4a, 0x2c, 0x49, 0xce, 0xd0, 0x4b, 0x54, 0xaa, 0x05, 0,
    ];
    let _ = gzip;
    let requests: Vec<Vec<u8>> = vec![
        denied("a").into_bytes(),
        b"POST /x//y?z=%2F&\xc3\xa9 HTTP/1.1\r\nhost: Example.com:81\r\nX-STRANGE-case: \xe9\r\ncookie: a\r\nCookie: b\r\n\
          Stripe-Signature: t=1,v1=x\r\nContent-LENGTH: 18\r\nUser-Agent: a/1\r\n\r\n{\"type\":\"batch.a\"}"
            .to_vec(),
        b"PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTE: trailers\r\nConnection: close, x-hop\r\n\
          X-Hop: 1\r\n\r\n9\r\n{\"type\":\"\r\n9\r\nbatch.a\"}\r\n0\r\nTrailer: x\r\n\r\n"
            .to_vec(),
        b"POST http://b.example/absolute HTTP/1.1\r\nHost: a\r\nContent-Length: 18\r\n\r\n{\"type\":\"batch.a\"}".to_vec(),
        b"POST / HTTP/1.0\r\nContent-Length: 18\r\n\r\n{\"type\":\"batch.a\"}".to_vec(),
    ];
    for config in [
        "",
        "[forward]\nx_forwarded = true\nvia = true\nhost = \"upstream\"\n",
    ] {
        let record = Record::of(&requests, config);
        let endpoint = Upstream::answering(OK);
        let run = record.resend_by(config, endpoint.address(), &[]);
        assert_eq!(
            (run.code, run.stderr.as_str()),
            (Some(0), ""),
            "{}",
            run.stdout
        );
        let expected = forwarded(&requests, config);
        let arrived = endpoint.requests();
        assert_eq!(arrived.len(), expected.len());
        for (arrived, expected) in arrived.iter().zip(&expected) {
            assert_eq!(head(arrived), head(expected));
            assert_eq!(arrived.body, expected.body);
        }
    }
}

/// The lines of a head but for a Host that is the upstream's own, of which there are two here.
fn head(message: &Message) -> Vec<&str> {
    let lines = message.head.split("\r\n");
    lines
        .filter(|line| !line.to_lowercase().starts_with("host: 127."))
        .collect()
}

#[test]
fn what_was_sent_with_an_expectation_arrives_without() {
    let upstream = Upstream::answering(OK);
    let hooksieve = Hooksieve::with(&upstream, AUDIT);
    let mut stream = connect(hooksieve.address());
    let body = r#"{"type":"batch.a"}"#;
    let head = "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 18\r\n\r\n";
    assert_eq!(ask(&mut stream, head).status, 100);
    assert_eq!(ask(&mut stream, body).status, 200);
    let directory = hooksieve.config();
    let directory = directory.parent().expect("it is in one");
    let run = run(directory, &["resend", "dropped.jsonl"]);
    assert_eq!(run.code, Some(0), "{}{}", run.stdout, run.stderr);
    let arrived = &upstream.requests()[0];
    assert_eq!(arrived.text(), body);
    assert!(arrived.field("expect").is_empty());
}

#[test]
fn bodies_are_sent_as_they_were_whatever_is_in_them() {
    let config = "[filter]\nunreadable = \"drop\"\ndeny = [\"x\"]\n";
    let all: Vec<u8> = (0..=255).cycle().take(300_000).collect();
    let head = format!(
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Encoding: zstd\r\nContent-Length: {}\r\n\r\n",
        all.len()
    );
    let nobody = Upstream::answering(OK);
    let audit = AUDIT.split_once("[audit]").expect("it is in it").1;
    let hooksieve = Hooksieve::with(&nobody, &format!("{config}[audit]{audit}"));
    let answer = exchange(hooksieve.address(), [head.as_bytes(), &all].concat());
    assert_eq!(answer.status, 200);
    let directory = hooksieve.config();
    let directory = directory.parent().expect("it is in one");
    let endpoint = Upstream::answering(OK);
    let other = format!("upstream = \"http://{}\"\n", endpoint.address());
    fs::write(directory.join("other.toml"), other).expect("it can be written");
    let run = run(
        directory,
        &["resend", "--config", "other.toml", "dropped.jsonl"],
    );
    assert_eq!(run.code, Some(0), "{}{}", run.stdout, run.stderr);
    let arrived = endpoint.requests();
    assert!(arrived[0].body == all);
    assert_eq!(arrived[0].field("content-encoding"), ["zstd"]);
}

#[test]
fn a_second_run_sends_only_what_is_left() {
    let requests = ["a", "b", "c", "d"].map(denied);
    let record = Record::of(&requests, "");
    let failing = Upstream::new(|mut connection| {
        while let Some(request) = connection.request() {
            let status = match request.text() {
                body if body.contains("batch.b") => "500 Oops",
                body if body.contains("batch.c") => "302 Found",
                _ => "204 No Content",
            };
            connection.write(format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n"));
        }
    });
    let run = record.resend(failing.address(), &[]);
    assert_eq!((run.code, failing.count()), (Some(1), 4));
    let told = "       1  answered 302\n       1  answered 500\ndelivered: 2 of 4\nwhat is left is sent by another run\n";
    assert!(run.stdout.ends_with(told), "{}", run.stdout);
    let answers: Vec<_> = record
        .journal()
        .iter()
        .map(|line| line["status"].clone())
        .collect();
    assert_eq!(answers, [204, 500, 302, 204]);

    let endpoint = Upstream::answering(OK);
    let run = record.resend(endpoint.address(), &[]);
    assert_eq!(run.code, Some(0), "{}", run.stdout);
    assert!(
        run.stdout
            .starts_with("left out: 2 delivered before\nto send: 2, "),
        "{}",
        run.stdout
    );
    let bodies: Vec<_> = endpoint
        .requests()
        .iter()
        .map(|request| request.text().to_owned())
        .collect();
    assert!(bodies[0].contains("batch.b") && bodies[1].contains("batch.c") && bodies.len() == 2);

    let run = record.resend(endpoint.address(), &[]);
    assert_eq!((run.code, endpoint.count()), (Some(0), 2));
    assert_eq!(
        run.stdout,
        "left out: 4 delivered before\nnothing to send\n"
    );
}

#[test]
fn a_run_that_was_killed_sends_nothing_twice_that_was_answered() {
    let requests = ["a", "b", "c", "d"].map(denied);
    let record = Record::of(&requests, "");
    let slow = Upstream::new(|mut connection| {
        while let Some(request) = connection.request() {
            if !request.text().contains("batch.c") {
                connection.write(OK);
            }
        }
    });
    record.configure("", slow.address());
    let mut child = Command::new(BINARY)
        .args(["resend", "dropped.jsonl"])
        .current_dir(record.directory.path())
        .stdout(Stdio::null())
        .spawn()
        .expect("the binary starts");
    wait_until("the third is sent", || slow.count() == 3);
    child.kill().expect("it runs");
    child.wait().expect("it can be waited for");
    let endpoint = Upstream::answering(OK);
    let run = record.resend(endpoint.address(), &[]);
    assert_eq!((run.code, endpoint.count()), (Some(0), 2), "{}", run.stdout);
    assert!(endpoint.requests()[0].text().contains("batch.c"));
}

#[test]
fn a_record_whose_files_get_other_names_meanwhile_is_sent_all_the_same() {
    let requests = ["a", "b", "c"].map(denied);
    let record = Record::of(&requests, "");
    let path = record.path("dropped.jsonl");
    let moved = path.clone();
    let endpoint = Upstream::new(move |mut connection| {
        while let Some(request) = connection.request() {
            if request.text().contains("batch.a") {
                let other = moved.with_file_name("dropped.jsonl.1");
                fs::rename(&moved, other).expect("it can be moved");
                fs::write(&moved, "").expect("it can be written");
            }
            connection.write(OK);
        }
    });
    let run = record.resend(endpoint.address(), &[]);
    assert_eq!(
        (run.code, endpoint.count()),
        (Some(0), 3),
        "{}{}",
        run.stdout,
        run.stderr
    );
    assert_eq!(fs::read_to_string(path).ok().as_deref(), Some(""));
}

/// Needs `script`, without which nothing is tried.
#[test]
fn who_watches_sees_how_far_it_has_come_and_nobody_else_does() {
    let record = Record::of(&["a", "b"].map(denied), "");
    let endpoint = Upstream::answering(OK);
    record.configure("", endpoint.address());
    let line = format!("{BINARY} resend dropped.jsonl");
    let watched = Command::new("script")
        .args(["-qec", &line, "/dev/null"])
        .current_dir(record.directory.path())
        .stdin(Stdio::null())
        .output();
    let Ok(watched) = watched else {
        eprintln!("script is not installed");
        return;
    };
    let seen = String::from_utf8_lossy(&watched.stdout);
    assert!(
        seen.contains("\r[###############...............] 1 of 2"),
        "{seen}"
    );
    assert!(seen.contains("delivered: 2 of 2"), "{seen}");
    fs::remove_file(record.path("resent-dropped.jsonl")).expect("it is there");
    let run = record.resend(endpoint.address(), &[]);
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
    assert!(!run.stdout.contains("##"), "{}", run.stdout);
}

#[test]
fn an_answer_that_does_not_come_or_breaks_off_is_none() {
    let requests = ["a", "b"].map(denied);
    let record = Record::of(&requests, "");
    let failing = Upstream::new(|mut connection| {
        let request = connection.request().expect("an event");
        if request.text().contains("batch.a") {
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nok");
        }
    });
    let run = record.resend(failing.address(), &[]);
    assert_eq!(run.code, Some(1), "{}", run.stdout);
    assert!(run.stdout.contains("delivered: 0 of 2\n"), "{}", run.stdout);
    assert!(
        record
            .journal()
            .iter()
            .all(|line| line["error"].is_string())
    );
}

#[test]
fn an_endpoint_that_is_not_there_is_tried_once() {
    let requests = ["a", "b", "c"].map(denied);
    let record = Record::of(&requests, "");
    let gone = Upstream::answering(OK);
    let address = gone.address();
    gone.kill();
    let run = record.resend_by("[timeouts]\nconnect = \"50ms\"\n", address, &[]);
    assert_eq!(run.code, Some(1));
    let told = "delivered: 0 of 3\nstopped after 1, since the endpoint can't be reached\n";
    assert!(run.stdout.contains(told), "{}", run.stdout);
    assert_eq!(record.journal().len(), 1);
}

#[test]
fn only_what_is_asked_for_is_sent() {
    let routes = "[[route]]\npath = \"/a\"\n[[route]]\npath = \"/b/*\"\n";
    let at = |path: &str, name: &str| denied(name).replace("/webhook", path);
    let requests = [
        at("/a", "x"),
        at("/b/c", "x"),
        at("/b/d", "y"),
        at("/", "z"),
    ];
    let record = Record::of(&requests, routes);
    let now = humantime::format_rfc3339(SystemTime::now()).to_string();
    let table: [(&[&str], usize); 9] = [
        (&[], 4),
        (&["--route", "/b/*"], 2),
        (&["--type", "batch.x"], 2),
        (&["--type", "*.x", "--type", "batch.z"], 3),
        (&["--type", "*.x", "--route", "/a"], 1),
        (&["--since", "1h"], 4),
        (&["--since", &now], 0),
        (&["--since", "2020-01-01"], 4),
        (&["--type", "form.x"], 0),
    ];
    for (arguments, count) in table {
        let endpoint = Upstream::answering(OK);
        let dry: Vec<_> = arguments.iter().chain(&["--dry-run"]).copied().collect();
        let run = record.resend_by(routes, endpoint.address(), &dry);
        assert_eq!(
            (run.code, endpoint.connections()),
            (Some(0), 0),
            "{arguments:?}"
        );
        assert!(run.stdout.ends_with("nothing was sent: --dry-run\n"));
        assert!(!record.path("resent-dropped.jsonl").exists());
        let run = record.resend_by(routes, endpoint.address(), arguments);
        assert_eq!(
            (run.code, endpoint.count()),
            (Some(0), count),
            "{}",
            run.stdout
        );
        fs::remove_file(record.path("resent-dropped.jsonl")).expect("it is there");
    }
    for wrong in [["--type", "a**b"], ["--since", "soon"], ["--rate", "0"]] {
        let endpoint = SocketAddr::from(([127, 0, 0, 1], 9));
        let run = record.resend(endpoint, &wrong);
        assert_eq!(run.code, Some(2), "{}", run.stdout);
        assert!(run.stderr.contains(wrong[0]), "{}", run.stderr);
    }
}

#[test]
fn events_go_to_the_upstream_of_the_route_that_takes_them_now() {
    let record = Record::of(&[denied("x").replace("/webhook", "/a"), denied("y")], "");
    let [top, other] = [(); 2].map(|()| Upstream::answering(OK));
    let route = format!(
        "[[route]]\npath = \"/a\"\nupstream = \"http://{}\"\n",
        other.address()
    );
    let run = record.resend_by(&route, top.address(), &[]);
    assert_eq!((run.code, top.count(), other.count()), (Some(0), 1, 1));
    assert!(other.requests()[0].text().contains("batch.x"));
}

#[test]
fn no_more_are_sent_a_second_than_was_asked_for() {
    let requests = ["a", "b", "c"].map(denied);
    let record = Record::of(&requests, "");
    let endpoint = Upstream::answering(OK);
    let begun = Instant::now();
    let run = record.resend(endpoint.address(), &["--rate", "10"]);
    assert_eq!((run.code, endpoint.count()), (Some(0), 3));
    assert!(
        begun.elapsed() >= Duration::from_millis(200),
        "{:?}",
        begun.elapsed()
    );
}

#[test]
fn it_says_whose_signatures_have_expired_before_it_sends() {
    let now = SystemTime::UNIX_EPOCH
        .elapsed()
        .expect("it is later")
        .as_secs();
    let signed = |lines: &str| post_with(lines, r#"{"type":"batch.a"}"#);
    let requests = [
        signed(&format!("Stripe-Signature: t={},v1=x\r\n", now - 7200)),
        signed(&format!("Stripe-Signature: t={now},v1=x\r\n")),
        signed(&format!(
            "X-Slack-Signature: v0=x\r\nX-Slack-Request-Timestamp: {}\r\n",
            now - 600
        )),
        signed("X-Hub-Signature-256: sha256=x\r\n"),
        signed("Linear-Signature: x\r\n"),
        signed(""),
    ];
    let record = Record::of(&requests, "");
    let nobody = SocketAddr::from(([127, 0, 0, 1], 9));
    let run = record.resend(nobody, &["--dry-run"]);
    let (_, told) = run.stdout.split_once("signatures:\n").expect("it is told");
    let lines: Vec<_> = told.lines().collect();
    for (line, begin, end) in [
        (
            lines[0],
            "       1  GitHub, Meta: no time is signed",
            "as on the first day",
        ),
        (
            lines[1],
            "       1  Linear: a time is signed that can't be read here",
            "checks it",
        ),
        (
            lines[2],
            "       1  Slack: EXPIRED, signed 10m",
            "as most do after 5 minutes",
        ),
        (
            lines[3],
            "       2  Stripe: 1 EXPIRED, signed 2h",
            "refuses them",
        ),
        (lines[4], "       1  none known: ", "known here"),
    ] {
        assert!(
            line.starts_with(begin) && line.ends_with(end),
            "{}",
            run.stdout
        );
    }
}

#[test]
fn what_was_recorded_without_a_body_or_is_not_as_it_was_written_is_left_and_told() {
    let routes = "[[route]]\npath = \"/without\"\naudit.body = false\n";
    let requests = [
        denied("a").replace("/webhook", "/without"),
        denied("b"),
        denied("c"),
    ];
    let record = Record::of(&requests, routes);
    let path = record.path("dropped.jsonl");
    let text = fs::read_to_string(&path)
        .expect("it is there")
        .replace("batch.b\"", "batch.x\"");
    fs::write(&path, text).expect("it can be written");
    let endpoint = Upstream::answering(OK);
    let run = record.resend(endpoint.address(), &[]);
    assert_eq!((run.code, endpoint.count()), (Some(1), 1));
    let told = "left out: 1 recorded without a body, so they can't be sent: see audit.body\n\
                left out: 1 not as they were written, so they are not sent: see hooksieve audit verify\nto send: 1, ";
    assert!(run.stdout.starts_with(told), "{}", run.stdout);
}

#[test]
fn it_reads_while_hooksieve_writes() {
    let upstream = Upstream::answering(OK);
    let hooksieve = Hooksieve::with(&upstream, AUDIT);
    let directory = hooksieve.config();
    let directory: &Path = directory.parent().expect("it is in one");
    for round in 1..=3 {
        assert_eq!(exchange(hooksieve.address(), denied("a")).status, 200);
        let run = run(directory, &["resend", "dropped.jsonl"]);
        assert_eq!(
            (run.code, upstream.count()),
            (Some(0), round),
            "{}{}",
            run.stdout,
            run.stderr
        );
    }
}
