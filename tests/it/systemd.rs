//! Under a service manager: sockets that are handed over, and what it is told.

use std::fs;
use std::net::UdpSocket;
use std::os::fd::OwnedFd;
use std::process::{Command, Stdio};
use std::time::Duration;

use rustix::process::Signal;

use crate::support::{
    BINARY, Load, Manager, OK, Upstream, exchange, exchange_local, post, run, run_by_shell,
};

const EVENT: &str = r#"{"type":"invoice.paid"}"#;

#[test]
fn every_socket_that_is_handed_over_is_served_and_stays() {
    let upstream = Upstream::answering(OK);
    let manager = Manager::new();
    let mut hooksieve = manager.start(&upstream, "");
    let listen = format!("{}, unix:{}", manager.address(), manager.socket().display());
    assert_eq!(hooksieve.line("ready")["listen"], listen);
    assert_eq!(exchange(manager.address(), post(EVENT)).status, 200);
    assert_eq!(exchange_local(&manager.socket(), post(EVENT)).status, 200);
    hooksieve.stop();
    assert!(manager.socket().exists(), "it is the manager's");
    assert_eq!(upstream.count(), 2);
}

#[test]
fn beside_them_it_listens_where_it_is_told_to() {
    let upstream = Upstream::answering(OK);
    let manager = Manager::new();
    let own = manager.directory().join("own");
    let config = format!("admin.listen = \"unix:{}\"\n", own.display());
    let hooksieve = manager.start(&upstream, &config);
    hooksieve.line("admin ready");
    let ready = exchange_local(&own, "GET /readyz HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_eq!(ready.status, 200);
    assert_eq!(exchange(manager.address(), post(EVENT)).status, 200);
}

#[test]
fn a_restart_under_load_refuses_and_loses_nothing_and_doubles_nothing() {
    let upstream = Upstream::answering(OK);
    let manager = Manager::new();
    let (port, socket) = (manager.address(), manager.socket());
    let mut serves = manager.start(&upstream, "");
    let load = Load::of_every_kind(port, &socket);
    for _ in 0..4 {
        load.wait_for(100);
        serves.signal(Signal::TERM);
        assert!(serves.wait().success(), "it drains");
        // Nobody accepts for a moment: who connects waits in the queue.
        serves = manager.start(&upstream, "");
    }
    load.wait_for(100);
    assert!(load.end(&upstream) >= 500);
}

#[test]
fn it_is_told_when_this_is_ready_and_when_it_stops() {
    let upstream = Upstream::answering(OK);
    let manager = Manager::new();
    let mut hooksieve = manager.start(&upstream, "");
    assert_eq!(manager.hears(), ["READY=1", "STATUS=serving"]);
    hooksieve.stop();
    let stopping = "STATUS=stopping: what is in flight is finished";
    assert_eq!(manager.hears(), ["STOPPING=1", stopping]);
}

/// Microseconds since the system started.
fn uptime() -> u64 {
    let uptime = fs::read_to_string("/proc/uptime").expect("the system tells");
    let (seconds, rest) = uptime.split_once('.').expect("a fraction");
    let seconds: u64 = seconds.parse().expect("a number");
    let hundredths: u64 = rest[..2].parse().expect("a number");
    seconds * 1_000_000 + hundredths * 10_000
}

#[test]
fn a_reload_is_told_with_its_time_and_its_end_whatever_came_of_it() {
    let upstream = Upstream::answering(OK);
    let manager = Manager::new();
    let hooksieve = manager.start(&upstream, "reload = \"signal\"\n");
    assert_eq!(manager.hears()[0], "READY=1");
    let reloads = || {
        let before = uptime();
        hooksieve.signal(Signal::HUP);
        let told = manager.hears();
        assert_eq!(told[0], "RELOADING=1");
        let time = told[1].strip_prefix("MONOTONIC_USEC=").expect("its time");
        let time: u64 = time.parse().expect("a number");
        // `before` is rounded.
        assert!(
            (before..=uptime() + 10_000).contains(&time),
            "{before} {time}"
        );
        manager.hears()
    };
    assert_eq!(reloads(), ["READY=1", "STATUS=serving"]);
    let good = fs::read_to_string(hooksieve.config()).expect("it is there");
    hooksieve.save_whole(&format!("{good}mode = 1\n"));
    let told = reloads();
    assert_eq!(told[0], "READY=1");
    assert!(
        told[1].starts_with("STATUS=serving by the rules before, the config is not applied: ")
            && told[1].contains("mode = 1"),
        "{told:?}"
    );
    hooksieve.save_whole(&good);
    assert_eq!(reloads(), ["READY=1", "STATUS=serving"]);
}

#[test]
fn the_watchdog_hears_that_it_is_alive_if_it_wants_to_and_not_while_it_hangs() {
    let upstream = Upstream::answering(OK);
    let manager = Manager::new();
    let hooksieve = manager.start_in(&upstream, "", &[("WATCHDOG_USEC", "300000")]);
    assert_eq!(manager.hears()[0], "READY=1");
    for _ in 0..5 {
        assert_eq!(manager.hears(), ["WATCHDOG=1"]);
    }
    hooksieve.signal(Signal::STOP);
    // What was told before.
    while manager.hears_within(Duration::from_millis(500)).is_some() {}
    hooksieve.signal(Signal::CONT);
    assert_eq!(manager.hears(), ["WATCHDOG=1"]);
    drop(hooksieve);

    for environment in [
        &[][..],
        &[("WATCHDOG_USEC", "300000"), ("WATCHDOG_PID", "1")],
    ] {
        let manager = Manager::new();
        let _hooksieve = manager.start_in(&upstream, "", environment);
        assert_eq!(manager.hears()[0], "READY=1");
        assert_eq!(manager.hears_within(Duration::from_millis(500)), None);
    }
}

#[test]
fn sockets_that_are_missing_or_of_no_use_are_told() {
    let directory = tempfile::tempdir().expect("a directory");
    let config = "listen = \"systemd\"\nupstream = \"http://127.0.0.1:1\"\n";
    fs::write(directory.path().join("config.toml"), config).expect("it can be written");
    let nobody = "hooksieve: config.toml: listen = \"systemd\", but no socket was handed over; start it by a .socket \
                  unit, or write an address\n";
    let alone = run(directory.path(), &[]);
    assert_eq!((alone.code, &*alone.stderr), (Some(2), nobody));
    let of_another = "exec env LISTEN_FDS=1 LISTEN_PID=1 \"$0\"";
    let alone = run_by_shell(directory.path(), of_another);
    assert_eq!((alone.code, &*alone.stderr), (Some(2), nobody));

    let datagrams = UdpSocket::bind("127.0.0.1:0").expect("a free port");
    let line = "export LISTEN_FDS=1 LISTEN_PID=$$; exec \"$0\" 3<&0 </dev/null";
    let output = Command::new("sh")
        .args(["-c", line, BINARY])
        .current_dir(directory.path())
        .stdin(Stdio::from(OwnedFd::from(datagrams)))
        .output()
        .expect("the binary starts");
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{told}");
    assert!(
        told.starts_with("hooksieve: config.toml: a socket that was handed over is no use: "),
        "{told}"
    );
}

#[test]
fn sockets_that_nobody_asks_for_are_warned_of() {
    let upstream = Upstream::answering(OK);
    let manager = Manager::new();
    let config = format!(
        "listen = \"127.0.0.1:0\"\nupstream = \"http://{}\"\n",
        upstream.address()
    );
    let hooksieve = manager.start_whole(&config);
    let message = "sockets were handed over that nobody listens on: write listen = \"systemd\"";
    let line = hooksieve.line(message);
    assert_eq!(
        (&line["level"], &line["sockets"]),
        (&"warn".into(), &2.into())
    );
}
