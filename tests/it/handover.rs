//! One process takes over from another, without a service manager.

use std::fs;
use std::path::Path;

use crate::support::{
    Hooksieve, Load, OK, Upstream, assert_record_is_whole, exchange, exchange_local, post, run,
    wait_until,
};

const EVENT: &str = r#"{"type":"invoice.paid"}"#;
const TAKEN: &str = "another process has taken over: what is in flight is finished";

/// A config that may be taken over, with sockets in `directory`.
fn config(directory: &Path, upstream: &Upstream, more: &str) -> String {
    format!(
        "listen = [\"127.0.0.1:0\", \"unix:{0}/in.sock\"]\nupstream = \"http://{1}\"\n\
         socket.handover = \"unix:{0}/handover.sock\"\n{more}",
        directory.display(),
        upstream.address()
    )
}

/// Waits until it has ended by itself because another one is there.
fn replaced(hooksieve: &mut Hooksieve) {
    hooksieve.line(TAKEN);
    assert!(hooksieve.wait().success(), "it drains");
}

#[test]
fn under_load_nobody_is_refused_and_nothing_is_lost_or_doubled() {
    let directory = tempfile::tempdir().expect("a directory");
    let upstream = Upstream::answering(OK);
    let config = config(directory.path(), &upstream, "");
    let mut serves = Hooksieve::whole(&config);
    let (port, socket) = (serves.address(), directory.path().join("in.sock"));
    let load = Load::of_every_kind(port, &socket);
    for _ in 0..4 {
        load.wait_for(100);
        let next = Hooksieve::whole(&config);
        assert_eq!(next.address(), port, "the very socket");
        replaced(&mut serves);
        next.line("took over");
        serves = next;
    }
    load.wait_for(100);
    assert!(load.end(&upstream) >= 500);
    assert!(socket.exists(), "it went along");
    serves.stop();
    assert!(!socket.exists() && !directory.path().join("handover.sock").exists());
}

#[test]
fn one_that_can_not_start_leaves_the_other_as_it_is() {
    let directory = tempfile::tempdir().expect("a directory");
    let upstream = Upstream::answering(OK);
    let good = config(directory.path(), &upstream, "");
    let first = Hooksieve::whole(&good);
    let path = directory.path().join("config.toml");
    fs::write(
        &path,
        good.replace("upstream = \"http://", "upstream = \"http//"),
    )
    .expect("a file");
    assert_eq!(run(directory.path(), &[]).code, Some(2));
    let loops = good.replace(
        &upstream.address().to_string(),
        &first.address().to_string(),
    );
    fs::write(&path, loops).expect("a file");
    // It has all sockets in its hands by then.
    assert_eq!(run(directory.path(), &[]).code, Some(2), "it leads back");
    let socket = directory.path().join("in.sock");
    assert!(socket.exists() && directory.path().join("handover.sock").exists());
    assert_eq!(exchange(first.address(), post(EVENT)).status, 200);
    assert_eq!(exchange_local(&socket, post(EVENT)).status, 200);
}

#[test]
fn with_a_record_of_drops_the_next_waits_until_it_has_one_writer() {
    let directory = tempfile::tempdir().expect("a directory");
    let upstream = Upstream::answering(OK);
    let record = directory.path().join("dropped.jsonl");
    let more = format!(
        "filter.deny = [\"batch.*\"]\naudit.path = \"{}\"\n",
        record.display()
    );
    let config = config(directory.path(), &upstream, &more);
    let denied = post(r#"{"type":"batch.created"}"#);
    let mut first = Hooksieve::whole(&config);
    let address = first.address();
    assert_eq!(exchange(address, &denied).status, 200);
    let mut next = Hooksieve::whole(&config);
    replaced(&mut first);
    assert_eq!(exchange(address, &denied).status, 200);
    next.stop();
    assert_record_is_whole(directory.path(), std::slice::from_ref(&record));
    let lines = fs::read_to_string(&record).expect("it is there");
    assert_eq!(lines.lines().count(), 2);
}

#[test]
fn whoever_looks_sees_the_next_one_and_who_is_in_flight_is_answered() {
    let directory = tempfile::tempdir().expect("a directory");
    let (release, held) = std::sync::mpsc::channel::<()>();
    let held = std::sync::Mutex::new(held);
    let upstream = Upstream::new(move |mut connection| {
        while connection.request().is_some() {
            let _ = held.lock().expect("no panic").recv();
            connection.write(OK);
        }
    });
    let admin = directory.path().join("admin.sock");
    let more = format!("admin.listen = \"unix:{}\"\n", admin.display());
    let config = config(directory.path(), &upstream, &more);
    let mut first = Hooksieve::whole(&config);
    let address = first.address();
    let in_flight = std::thread::spawn(move || exchange(address, post(EVENT)));
    wait_until("it is in flight", || upstream.count() == 1);
    let next = Hooksieve::whole(&config);
    first.line(TAKEN);
    next.line("took over");
    let look = || exchange_local(&admin, "GET /readyz HTTP/1.1\r\nHost: a\r\n\r\n").status;
    for _ in 0..20 {
        assert_eq!(look(), 200);
    }
    drop(release);
    let answer = in_flight.join().expect("it is answered");
    assert_eq!(
        (answer.status, answer.field("connection")),
        (200, vec!["close"])
    );
    assert!(first.wait().success());
    assert_eq!(look(), 200);
}

#[test]
fn without_it_a_second_process_finds_the_place_taken() {
    let upstream = Upstream::answering(OK);
    let first = Hooksieve::before(&upstream);
    let directory = tempfile::tempdir().expect("a directory");
    let text = format!(
        "listen = \"{}\"\nupstream = \"http://{}\"\n",
        first.address(),
        upstream.address()
    );
    fs::write(directory.path().join("config.toml"), text).expect("it can be written");
    let second = run(directory.path(), &[]);
    assert_eq!(second.code, Some(2));
    assert!(
        second.stderr.contains("can't listen on"),
        "{}",
        second.stderr
    );
    assert_eq!(exchange(first.address(), post(EVENT)).status, 200);
}
