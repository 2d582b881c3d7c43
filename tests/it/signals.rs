//! Signals that don't stop it, and any that come early.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;

use rustix::process::{Pid, Signal, kill_process};

use crate::support::{
    Hooksieve, PATIENCE, Upstream, connect, exchange, post, read_message, wait_until,
};

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
const EVENT: &str = r#"{"type":"invoice.paid"}"#;

/// An upstream that answers one request for each word that it is given.
fn held() -> (Upstream, mpsc::Sender<()>) {
    let (release, held) = mpsc::channel();
    let held = std::sync::Mutex::new(held);
    let upstream = Upstream::new(move |mut connection| {
        while connection.request().is_some() {
            let released = held.lock().expect("no panic").recv_timeout(PATIENCE);
            if released.is_ok() {
                connection.write(OK);
            }
        }
    });
    (upstream, release)
}

#[test]
fn an_event_in_flight_survives_what_servers_reload_or_reopen_logs_by() {
    let (upstream, release) = held();
    let mut hooksieve = Hooksieve::before(&upstream);
    let mut sender = connect(hooksieve.address());
    let event = post(EVENT);
    sender.write_all(event.as_bytes()).expect("it can be sent");
    wait_until("the event has come", || upstream.count() == 1);
    for signal in [Signal::USR1, Signal::USR2, Signal::HUP] {
        hooksieve.signal(signal);
    }
    let reloaded = hooksieve.line("reloaded");
    assert_eq!(
        (&reloaded["level"], &reloaded["changes"]),
        (&"info".into(), &0.into())
    );

    release.send(()).expect("the upstream waits");
    let answer = read_message(&mut sender, false).expect("there is an answer");
    assert_eq!((answer.status, answer.text()), (200, "ok"));
    // The same rules are in force.
    let dropped = exchange(hooksieve.address(), post(r#"{"type":"batch.created"}"#));
    assert_eq!((dropped.status, upstream.count()), (200, 1));
    assert_eq!(hooksieve.stop().len(), 2);
}

#[test]
fn none_of_them_is_a_second_signal_to_stop() {
    let (upstream, release) = held();
    let mut hooksieve = Hooksieve::before(&upstream);
    let mut sender = connect(hooksieve.address());
    let event = post(EVENT);
    sender.write_all(event.as_bytes()).expect("it can be sent");
    wait_until("the event has come", || upstream.count() == 1);
    hooksieve.signal(Signal::QUIT);
    hooksieve.line("stopping: what is in flight is finished, a second signal ends it at once");
    for signal in [Signal::USR1, Signal::USR2, Signal::HUP] {
        hooksieve.signal(signal);
    }
    hooksieve.line("SIGHUP: it is stopping, the config is not read again");
    release.send(()).expect("the upstream waits");
    let answer = read_message(&mut sender, false).expect("there is an answer");
    assert_eq!(answer.status, 200);
    drop(sender);
    assert_eq!(hooksieve.wait().code(), Some(0));
    hooksieve.line("stopped, everything in flight was finished");
}

/// A hooksieve that has been started and that waits for its config, which `signals` come before.
fn signalled_before_its_config(signals: &[Signal]) -> (Child, tempfile::TempDir) {
    let directory = tempfile::tempdir().expect("a directory for the config");
    let path = directory.path().join("config.toml");
    let made = Command::new("mkfifo").arg(&path).status();
    assert!(made.expect("there is mkfifo").success());
    let child = Command::new(env!("CARGO_BIN_EXE_hooksieve"))
        .current_dir(directory.path())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    // This waits for the other side, which has begun to read when it is done.
    let mut config = OpenOptions::new()
        .write(true)
        .open(&path)
        .expect("the binary reads it");
    for &signal in signals {
        kill_process(Pid::from_child(&child), signal).expect("it runs");
    }
    let text = "listen = \"127.0.0.1:0\"\nupstream = \"http://127.0.0.1:9\"\n";
    config
        .write_all(text.as_bytes())
        .expect("the binary reads it");
    (child, directory)
}

#[test]
fn a_signal_that_comes_before_it_listens_does_not_kill() {
    let signals = [Signal::HUP, Signal::USR1, Signal::USR2, Signal::TERM];
    for last in 1..=signals.len() {
        let (mut child, directory) = signalled_before_its_config(&signals[..last]);
        if last < signals.len() {
            kill_process(Pid::from_child(&child), Signal::QUIT).expect("it still runs");
        }
        let mut ended = None;
        wait_until("it has ended", || {
            ended = child.try_wait().expect("it can be waited for");
            ended.is_some()
        });
        let code = ended.expect("it has ended").code();
        let said = child.wait_with_output().expect("it has ended").stdout;
        let said = String::from_utf8_lossy(&said);
        assert_eq!(code, Some(0), "{:?} {said}", &signals[..last]);
        assert!(said.contains("stopped, everything in flight was finished"));
        fs::remove_dir_all(directory.path()).expect("it is there");
    }
}
