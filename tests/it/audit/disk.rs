//! Whatever becomes of the disk or of the process: who was told 200 has a line.

use std::collections::HashSet;
use std::fs;
use std::io::Write;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::Signal;

use super::{all_lines, denied, directory, drop_one, file, files, hooksieve, lines, recording};
use crate::support::{
    BINARY, Hooksieve, OK, Raw, Upstream, assert_record_is_whole, connect, exchange, post,
    read_message, wait_until,
};

/// Senders that drop events one after another, until they are stopped or nobody answers any more.
struct Senders {
    threads: Vec<thread::JoinHandle<()>>,
    is_over: Arc<AtomicBool>,
    /// The events whose senders were told 200.
    told: Arc<Mutex<Vec<String>>>,
}

impl Senders {
    fn start(address: SocketAddr, count: usize, name: &str) -> Self {
        let (is_over, told) = (Arc::new(AtomicBool::new(false)), Arc::default());
        let threads = (0..count).map(|number| {
            let (is_over, told) = (Arc::clone(&is_over), Arc::clone(&told));
            let name = format!("{name}-{number}");
            thread::spawn(move || send(address, &name, &is_over, &told))
        });
        Self {
            threads: threads.collect(),
            is_over: Arc::clone(&is_over),
            told: Arc::clone(&told),
        }
    }

    fn count(&self) -> usize {
        self.told.lock().expect("no panic").len()
    }

    /// Waits until they have stopped, and gives the events whose senders were told 200.
    fn told(self) -> Vec<String> {
        self.is_over.store(true, Ordering::SeqCst);
        for thread in self.threads {
            thread.join().expect("no panic");
        }
        let told = self.told.lock().expect("no panic");
        told.clone()
    }
}

fn send(address: SocketAddr, name: &str, is_over: &AtomicBool, told: &Mutex<Vec<String>>) {
    let mut stream = connect(address);
    for number in 0.. {
        let id = format!("{name}-{number}");
        let asked = stream.write_all(post(&denied(&id)).as_bytes());
        let answer = asked.and_then(|()| read_message(&mut stream, false));
        let Ok(answer) = answer else { return };
        if answer.status == 200 {
            told.lock().expect("no panic").push(id);
        }
        if is_over.load(Ordering::SeqCst) {
            return;
        }
    }
}

fn ids(path: &Path) -> HashSet<String> {
    let lines = all_lines(path).into_iter();
    let ids = lines.map(|line| line["id"].as_str().expect("text").to_owned());
    ids.collect()
}

fn assert_whole(directory: &Path, path: &Path) {
    assert_record_is_whole(directory, &files(path));
}

#[test]
fn killed_at_any_moment_no_line_is_lost_and_the_record_goes_on() {
    let upstream = Upstream::answering(OK);
    let config = format!(
        "listen = \"127.0.0.1:0\"\nupstream = \"http://{}\"\n{}",
        upstream.address(),
        recording("body = true\nmax_size = \"64 KiB\"\nkeep = 1000")
    );
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("dropped.jsonl");
    let mut told = Vec::new();
    for round in 0..6 {
        let line = format!("cd {} && exec \"$0\"", directory.path().display());
        let config = config.clone();
        fs::write(directory.path().join("config.toml"), &config).expect("it can be written");
        let hooksieve = Raw::by_shell(&line, &config);
        let senders = Senders::start(hooksieve.address(), 4, &round.to_string());
        wait_until("some are recorded", || senders.count() >= 30 * (round + 1));
        // SIGKILL.
        drop(hooksieve);
        told.extend(senders.told());
        if round % 2 == 1 {
            // What a write that was cut short leaves behind: a kill falls between two writes more often than not.
            let mut file = fs::OpenOptions::new()
                .append(true)
                .create(true)
                .open(&path)
                .expect("it can be opened");
            file.write_all(b"{\"number\":").expect("it can be written");
        }
    }
    let hooksieve = Raw::by_shell(
        &format!("cd {} && exec \"$0\"", directory.path().display()),
        &config,
    );
    assert_eq!(drop_one(hooksieve.address(), "last"), 200);
    let recorded = ids(&path);
    let lost: Vec<_> = told.iter().filter(|id| !recorded.contains(*id)).collect();
    assert!(
        told.len() >= 180 && lost.is_empty(),
        "lost {lost:?} of {}",
        told.len()
    );
    assert!(files(&path).len() > 2);
    assert_whole(directory.path(), &path);
}

#[test]
fn a_thousand_drops_a_second_are_recorded_in_groups() {
    const COUNT: usize = 2000;
    let upstream = Upstream::answering(OK);
    let hooksieve = hooksieve(&upstream, "");
    let begun = Instant::now();
    let senders = Senders::start(hooksieve.address(), 32, "a");
    wait_until("they are recorded", || senders.count() >= COUNT);
    let (took, told) = (begun.elapsed(), senders.told());
    // No more than what shows that not each of them waits for the disk alone; how fast it is is no test's to say.
    assert!(took < Duration::from_secs(10), "{took:?}");
    let recorded = ids(&file(&hooksieve));
    assert!(told.iter().all(|id| recorded.contains(id)));
    assert_whole(&directory(&hooksieve), &file(&hooksieve));
}

const EVENT: &str = r#""message":"event""#;
/// A limit of 8 blocks of 512 bytes to each file, and no death of it.
const SMALL: &str = "trap '' XFSZ && ulimit -f 8 && exec \"$0\"";

#[test]
fn what_finds_no_room_is_refused_so_that_it_is_sent_again() {
    let upstream = Upstream::answering(OK);
    let config = format!(
        "listen = \"127.0.0.1:0\"\nupstream = \"http://{}\"\n{}",
        upstream.address(),
        recording("")
    );
    let hooksieve = Raw::by_shell(SMALL, &config);
    let path = hooksieve.path("dropped.jsonl");
    let told: Vec<_> = (0..30)
        .map(|number| exchange(hooksieve.address(), post(&denied(&number.to_string()))))
        .collect();
    let (taken, refused): (Vec<_>, Vec<_>) = told.iter().partition(|answer| answer.status == 200);
    assert!(taken.len() > 3 && refused.len() > 10, "{}", taken.len());
    for answer in &refused {
        assert_eq!(answer.status, 503);
        assert_eq!(answer.field("retry-after"), ["1"]);
        assert_eq!(
            answer.text(),
            "hooksieve: the event can't be taken now, send it again\n"
        );
    }
    assert_eq!(
        lines(&path).len(),
        taken.len(),
        "no line is torn, none is of an event that was refused"
    );
    assert_eq!(upstream.count(), 0);
    let run = hooksieve.stop();
    let told = run.stdout.matches("drops can't be recorded").count();
    assert_eq!(told, 1, "{}", run.stdout);
    let failed = r#""error":"the drop can't be recorded: File too large (os error 27)""#;
    let events = run.stdout.lines().filter(|line| line.contains(EVENT));
    assert_eq!(
        events.filter(|line| line.contains(failed)).count(),
        refused.len()
    );
    // Its senders count that as failures, so it is told of as such as well.
    let told = run.stdout.matches("the endpoint fails").count();
    assert_eq!(told, 1, "{}", run.stdout);
}

#[test]
fn a_full_disk_refuses_until_there_is_room_again() {
    // A file system of 64 KiB that only the process sees.
    const MOUNT: &str = "mkdir disk && mount -t tmpfs -o size=64k tmpfs disk";
    let mut unshared = Command::new("unshare");
    let unshared = unshared.args(["--map-root-user", "--mount", "sh", "-c"]);
    let works = tempfile::tempdir()
        .map(|directory| unshared.arg(MOUNT).current_dir(directory.path()).output());
    if !works.is_ok_and(|output| output.is_ok_and(|output| output.status.success())) {
        eprintln!("left out, since this system does not let a process have a disk of its own");
        return;
    }
    let upstream = Upstream::answering(OK);
    let config = format!(
        "listen = \"127.0.0.1:0\"\nupstream = \"http://{}\"\n{}",
        upstream.address(),
        recording("body = true").replace("dropped.jsonl", "disk/dropped.jsonl")
    );
    let line = format!(
        "exec unshare --map-root-user --mount sh -c '{MOUNT} && head -c 30000 /dev/zero > disk/other && exec {BINARY}'"
    );
    let hooksieve = Raw::by_shell(&line, &config);
    let body = |number: usize| {
        format!(
            r#"{{"id":"{number}","type":"batch.a","x":"{}"}}"#,
            "x".repeat(3000)
        )
    };
    let mut taken = 0;
    let mut drops = |numbers: std::ops::Range<usize>| {
        let told: Vec<_> = numbers
            .map(|number| exchange(hooksieve.address(), post(&body(number))).status)
            .collect();
        taken += told.iter().filter(|status| **status == 200).count();
        assert!(
            told.iter().all(|status| [200, 503].contains(status)),
            "{told:?}"
        );
        told.last().copied()
    };
    assert_eq!(drops(0..15), Some(503));
    fs::remove_file(hooksieve.inside("disk/other")).expect("it can be removed");
    assert_eq!(drops(15..18), Some(200));
    let path = hooksieve.inside("disk/dropped.jsonl");
    assert_eq!(lines(&path).len(), taken);
    assert_whole(path.parent().expect("it is in one"), &path);
    let run = hooksieve.stop();
    assert!(
        run.stdout.contains("drops are recorded again"),
        "{}",
        run.stdout
    );
}

#[test]
fn a_directory_that_vanished_refuses_until_it_is_back() {
    let upstream = Upstream::answering(OK);
    let config = recording("").replace("dropped.jsonl", "record/dropped.jsonl");
    let directory = tempfile::tempdir().expect("a directory");
    let record = directory.path().join("record");
    fs::create_dir(&record).expect("it can be made");
    let config = config.replace("record/", &format!("{}/", record.display()));
    let hooksieve = Hooksieve::with(&upstream, &config);
    assert_eq!(drop_one(hooksieve.address(), "1"), 200);
    fs::remove_dir_all(&record).expect("it can be removed");
    assert_eq!(drop_one(hooksieve.address(), "2"), 503);
    fs::create_dir(&record).expect("it can be made");
    assert_eq!(drop_one(hooksieve.address(), "3"), 200);
    let path = record.join("dropped.jsonl");
    assert_eq!(lines(&path).len(), 1);
    fs::remove_file(&path).expect("it can be removed");
    assert_eq!(drop_one(hooksieve.address(), "4"), 200);
    assert_eq!(lines(&path)[0]["id"], "4");
    fs::remove_file(&path).expect("it can be removed");
    fs::create_dir(&path).expect("it can be made");
    assert_eq!(drop_one(hooksieve.address(), "5"), 503);
    hooksieve.line("drops are recorded again");
    let failed = hooksieve
        .events(5)
        .into_iter()
        .nth(1)
        .expect("there are five");
    assert_eq!(
        (&failed["verdict"], &failed["level"]),
        (&"fail".into(), &"warn".into())
    );
    assert_eq!(
        (&failed["type"], &failed["status"]),
        (&"batch.created".into(), &503.into())
    );
}

/// Needs to be somebody to whom permissions apply, even where the tests run as root.
#[test]
fn a_directory_that_can_not_be_written_keeps_no_line_from_the_file_and_a_file_refuses() {
    let works = Command::new("unshare").args(["--user", "true"]).status();
    if !works.is_ok_and(|status| status.success()) {
        eprintln!("left out, since this system does not let a process be somebody else");
        return;
    }
    let upstream = Upstream::answering(OK);
    let config = format!(
        "listen = \"127.0.0.1:0\"\nupstream = \"http://{}\"\n{}",
        upstream.address(),
        recording("body = true\nmax_size = \"64 KiB\"")
            .replace("dropped.jsonl", "record/dropped.jsonl")
    );
    let hooksieve = Raw::by_shell("mkdir record && exec unshare --user \"$0\"", &config);
    let record = hooksieve.path("record");
    let path = record.join("dropped.jsonl");
    let allow = |mode| {
        fs::set_permissions(&record, fs::Permissions::from_mode(mode)).expect("it is ours");
    };
    let body = format!(
        r#"{{"id":"a","type":"batch.a","x":"{}"}}"#,
        "x".repeat(30_000)
    );
    allow(0o555);
    for _ in 0..4 {
        assert_eq!(exchange(hooksieve.address(), post(&body)).status, 200);
    }
    assert_eq!(lines(&path).len(), 4);
    // Whoever moves it away can't have another begun.
    allow(0o755);
    fs::rename(&path, record.join("moved")).expect("it can be moved");
    allow(0o555);
    assert_eq!(drop_one(hooksieve.address(), "b"), 503);
    allow(0o755);
    assert_eq!(drop_one(hooksieve.address(), "c"), 200);
    assert_eq!(lines(&path).len(), 1);
    let run = hooksieve.stop();
    let told = "the file of drops can't be closed, it goes on growing";
    assert!(run.stdout.contains(told), "{}", run.stdout);
}

#[test]
fn what_can_not_be_recorded_is_forwarded_or_dropped_where_that_was_asked_for() {
    let upstream = Upstream::answering(OK);
    let routes = "[[route]]\npath = \"/forward\"\naudit.on_error = \"forward\"\n\
                  [[route]]\npath = \"/drop\"\naudit.on_error = \"drop\"\n";
    let hooksieve = Hooksieve::with(&upstream, &(recording("") + routes));
    fs::remove_file(file(&hooksieve)).expect("it can be removed");
    fs::create_dir(file(&hooksieve)).expect("it can be made");
    for (path, status, count) in [("/forward", 200, 1), ("/drop", 200, 1), ("/other", 503, 1)] {
        let request = post(&denied("a")).replace("/webhook", path);
        assert_eq!(
            exchange(hooksieve.address(), request).status,
            status,
            "{path}"
        );
        assert_eq!(upstream.count(), count, "{path}");
    }
    assert_eq!(upstream.requests()[0].body, denied("a").as_bytes());
    let events = hooksieve.events(3);
    let verdicts: Vec<_> = events.iter().map(|event| &event["verdict"]).collect();
    assert_eq!(verdicts, ["would drop", "drop", "fail"]);
    for event in events {
        let error = event["error"].as_str().expect("text");
        assert!(error.starts_with("the drop can't be recorded: "), "{error}");
    }
}

#[test]
fn events_that_are_not_dropped_need_no_record() {
    let upstream = Upstream::answering(OK);
    let hooksieve = hooksieve(&upstream, "");
    fs::remove_file(file(&hooksieve)).expect("it can be removed");
    fs::create_dir(file(&hooksieve)).expect("it can be made");
    let senders = Senders::start(hooksieve.address(), 8, "a");
    for _ in 0..50 {
        assert_eq!(
            exchange(hooksieve.address(), post("{\"type\":\"a\"}")).status,
            200
        );
    }
    assert_eq!(senders.told(), [""; 0]);
    hooksieve.signal(Signal::TERM);
}
