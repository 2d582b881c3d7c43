//! `hooksieve health`, as a container engine sees it.

use std::fs;
use std::io::Write;
use std::net::TcpListener;
use std::sync::Mutex;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::Signal;
use tempfile::TempDir;

use crate::admin::watched;
use crate::support::{Hooksieve, OK, Run, Upstream, connect, post, read_message, run, wait_until};

/// What health says by this file alone.
fn told_by(config: &str, arguments: &[&str]) -> Run {
    let directory = directory(config);
    run(directory.path(), &[&["health"], arguments].concat())
}

fn directory(config: &str) -> TempDir {
    let directory = tempfile::tempdir().expect("a directory");
    fs::write(directory.path().join("config.toml"), config).expect("it can be written");
    directory
}

/// A file that says to ask there.
fn asking(listen: &str) -> String {
    format!("[admin]\nlisten = \"{listen}\"\n")
}

fn parts(run: &Run) -> (Option<i32>, &str, &str) {
    (run.code, run.stdout.as_str(), run.stderr.as_str())
}

#[test]
fn who_runs_is_well_wherever_it_listens() {
    let upstream = Upstream::answering(OK);
    let directory = tempfile::tempdir().expect("a directory");
    let socket = format!("unix:{}", directory.path().join("admin.sock").display());
    for (listen, public) in [
        ("127.0.0.1:0", false),
        ("0.0.0.0:0", true),
        ("[::1]:0", false),
        ("[::]:0", true),
        (&socket, false),
    ] {
        let config = format!("admin.listen = \"{listen}\"\nadmin.public = {public}\n");
        let hooksieve = Hooksieve::with(&upstream, &config);
        let at = hooksieve.line("admin ready");
        let file = asking(at["listen"].as_str().expect("it says where"));
        assert_eq!(
            parts(&told_by(&file, &[])),
            (Some(0), "ok\n", ""),
            "{listen}"
        );
        assert_eq!(
            parts(&told_by(&file, &["--ready"])),
            (Some(0), "ready\n", ""),
            "{listen}"
        );
    }
}

#[test]
fn a_mistake_that_is_not_applied_makes_nobody_unwell() {
    let upstream = Upstream::answering(OK);
    let (hooksieve, admin) = watched(&upstream, "");
    let lines = format!("admin.listen = \"{admin}\"\n");
    let asked = || {
        let directory = hooksieve.config();
        let directory = directory.parent().expect("it is in a directory");
        run(directory, &["health"])
    };
    hooksieve.save(&format!(
        "[filter]\ndeny = [\"a\"\n[admin]\nlisten = \"{admin}\"\n"
    ));
    assert_eq!(asked().code, Some(0), "a list before it is open");
    for mistake in ["mode = \"enforced\"\n", "[filter]\ndeny = [\"a\"\n", "="] {
        hooksieve.save(&format!("{lines}{mistake}"));
        assert_eq!(parts(&asked()), (Some(0), "ok\n", ""), "{mistake}");
    }
}

#[test]
fn who_drains_is_well_and_not_ready() {
    let (go_on, gate) = mpsc::channel::<()>();
    let gate = Mutex::new(gate);
    let upstream = Upstream::new(move |mut connection| {
        connection.request();
        let gate = gate.lock().expect("no panic");
        gate.recv().expect("the test says when");
        connection.write(OK);
    });
    let (mut hooksieve, admin) = watched(&upstream, "");
    let mut sender = connect(hooksieve.address());
    let event = post("{}");
    sender.write_all(event.as_bytes()).expect("it can be sent");
    wait_until("it has arrived", || upstream.count() == 1);
    hooksieve.signal(Signal::TERM);
    hooksieve.line("stopping: what is in flight is finished, a second signal ends it at once");
    let file = asking(&admin.to_string());
    assert_eq!(parts(&told_by(&file, &[])), (Some(0), "ok\n", ""));
    let told =
        format!("hooksieve: config.toml: [admin] listen = \"{admin}\" answers 503: draining\n");
    assert_eq!(
        parts(&told_by(&file, &["--ready"])),
        (Some(1), "", told.as_str())
    );
    go_on.send(()).expect("the upstream waits for it");
    let answer = read_message(&mut sender, false).expect("an answer");
    assert_eq!(answer.status, 200);
    assert!(hooksieve.wait().success());
    let gone = told_by(&file, &[]);
    assert_eq!(gone.code, Some(1));
    let told = format!("[admin] listen = \"{admin}\" can't be asked: Connection refused");
    assert!(gone.stderr.contains(&told), "{}", gone.stderr);
}

#[test]
fn who_can_not_be_asked_is_unwell_and_it_is_said_why() {
    let upstream = "upstream = \"http://127.0.0.1:1\"\n";
    for (config, told) in [
        (
            upstream,
            "hooksieve: config.toml: nobody can be asked, since [admin] has no listen; write listen = \
             \"127.0.0.1:9090\" there, and start anew\n",
        ),
        (
            "[admin]\nlisten = \"unix:admin.sock\"\n",
            "config.toml:2: [admin] listen = \"unix:admin.sock\" has no path from the root; write unix:/ and so on, as \
             \"unix:/run/hooksieve/admin.sock\"\n",
        ),
        (
            "upstream =\n",
            "config.toml:1:11: not TOML: a value is missing\n",
        ),
    ] {
        assert_eq!(parts(&told_by(config, &[])), (Some(1), "", told));
    }
    let empty = tempfile::tempdir().expect("a directory");
    let run = run(empty.path(), &["health"]);
    assert_eq!(run.code, Some(1));
    assert!(
        run.stderr.contains("can't read config.toml"),
        "{}",
        run.stderr
    );
    let nowhere = empty.path().join("admin.sock");
    let nobody = told_by(&asking(&format!("unix:{}", nowhere.display())), &[]);
    assert_eq!(nobody.code, Some(1));
    assert!(
        nobody.stderr.contains("can't be asked: No such file"),
        "{}",
        nobody.stderr
    );
}

#[test]
fn what_is_silent_or_no_http_is_unwell() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    let file = asking(&address.to_string());
    let begun = Instant::now();
    let silent = told_by(&file, &[]);
    assert!(begun.elapsed() >= Duration::from_secs(2));
    let told = format!(
        "hooksieve: config.toml: [admin] listen = \"{address}\" has no answer within 2 s\n"
    );
    assert_eq!(parts(&silent), (Some(1), "", told.as_str()));
    drop(listener.accept().expect("it was asked"));

    let other = thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("it is asked");
        stream
            .write_all(b"SSH-2.0-other\r\n")
            .expect("it can be written");
    });
    let strange = told_by(&file, &["--config", "config.toml"]);
    other.join().expect("no panic");
    assert_eq!(strange.code, Some(1));
    // Closed with the question unread, it may be a reset.
    assert!(
        ["answers no HTTP", "can't be asked"]
            .iter()
            .any(|why| strange.stderr.contains(why)),
        "{}",
        strange.stderr
    );
}
