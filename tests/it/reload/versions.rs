//! What outlives a version of the config, and what ends with it.

use std::io::Write;
use std::sync::{Mutex, mpsc};
use std::thread;
use std::time::Duration;

use rustix::process::Signal;

use super::{BATCH, PAID};
use crate::support::{
    Hooksieve, OK, PATIENCE, Upstream, ask, connect, exchange, post, post_with, read_message,
    wait_until,
};

#[test]
fn a_request_is_judged_by_the_version_at_its_start() {
    let upstream = Upstream::answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    let denied = "[filter]\ndeny = [\"batch.*\"]\n[drop]\nbody = \"old\"\n";
    let hooksieve = Hooksieve::with(&upstream, denied);
    let mut sender = connect(hooksieve.address());
    let request = post_with("Expect: 100-continue\r\n", BATCH);
    let (head, body) = request.split_once("\r\n\r\n").expect("it has a body");
    write!(sender, "{head}\r\n\r\n").expect("it can be sent");
    // It is read: it has begun.
    let asked = read_message(&mut sender, true).expect("there is an answer");
    assert_eq!(asked.status, 100);
    hooksieve.save("[drop]\nbody = \"new\"\n");
    hooksieve.line("reloaded");
    sender.write_all(body.as_bytes()).expect("it can be sent");
    let answer = read_message(&mut sender, false).expect("there is an answer");
    assert_eq!((answer.status, answer.text()), (200, "old"));
    // The next on the same connection is under the new one.
    assert_eq!(ask(&mut sender, post(BATCH)).text(), "ok");
    assert_eq!(upstream.count(), 1);
}

#[test]
fn another_upstream_takes_over_while_the_old_one_finishes() {
    let (release, held) = mpsc::channel();
    let held = Mutex::new(held);
    let old = Upstream::new(move |mut connection| {
        while connection.request().is_some() {
            let released = held.lock().expect("no panic").recv_timeout(PATIENCE);
            if released.is_ok() {
                connection.write("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nold");
            }
        }
    });
    let new = Upstream::answering("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nnew");
    let mut hooksieve = Hooksieve::with(&old, "");
    let mut sender = connect(hooksieve.address());
    sender
        .write_all(post(PAID).as_bytes())
        .expect("it can be sent");
    wait_until("it has come", || old.count() == 1);
    let address = new.address();
    hooksieve.save_whole(&format!(
        "listen = \"127.0.0.1:0\"\nupstream = \"http://{address}\"\n"
    ));
    hooksieve.line("reloaded");
    let told = hooksieve.line("changed")["change"].clone();
    assert_eq!(
        told,
        format!("upstream http://{} -> http://{address}", old.address())
    );
    assert_eq!(exchange(hooksieve.address(), post(PAID)).text(), "new");
    release.send(()).expect("it waits");
    let answer = read_message(&mut sender, false).expect("there is an answer");
    assert_eq!(answer.text(), "old");
    assert_eq!(ask(&mut sender, post(PAID)).text(), "new");
    assert_eq!((old.count(), new.count()), (1, 2));
    drop(sender);
    assert_eq!(hooksieve.stop().len(), 3);
}

#[test]
fn idle_connections_to_an_upstream_that_goes_are_closed() {
    const KEPT: &str = "[timeouts]\nreuse = \"10m\"\n";
    let [old, new] = [(); 2].map(|()| Upstream::answering(OK));
    let hooksieve = Hooksieve::with(&old, KEPT);
    assert_eq!(exchange(hooksieve.address(), post(PAID)).status, 200);
    hooksieve.events(1);
    assert_eq!(old.open(), 1);
    let address = new.address();
    let head = format!("listen = \"127.0.0.1:0\"\nupstream = \"http://{address}\"\n");
    hooksieve.save_whole(&(head + KEPT));
    hooksieve.line("reloaded");
    wait_until("it is closed", || old.open() == 0);
    assert_eq!(exchange(hooksieve.address(), post(PAID)).status, 200);
    assert_eq!((old.count(), new.count()), (1, 1));
}

#[test]
fn connections_to_an_upstream_that_stays_are_used_again() {
    const EVENTS: usize = 60;
    let upstream = Upstream::answering(OK);
    let deny = |number: usize| {
        format!(
            "reload = \"signal\"\n[filter]\ndeny = [\"{number}\"]\n[timeouts]\nreuse = \"10m\"\n"
        )
    };
    let hooksieve = Hooksieve::with(&upstream, &deny(0));
    let mut sender = connect(hooksieve.address());
    let mut from = 0;
    for number in 1..=EVENTS {
        // Its connection settles, and is used again: the upstream comes to be trusted.
        thread::sleep(Duration::from_millis(3));
        hooksieve.save(&deny(number));
        hooksieve.signal(Signal::HUP);
        hooksieve.next_line("reloaded", &mut from);
        assert_eq!(ask(&mut sender, post(PAID)).status, 200);
    }
    let connections = upstream.connections();
    assert!(connections < EVENTS / 2, "{connections} connections");
}

#[test]
fn a_route_may_come_change_and_go() {
    let [top, other] = ["top", "abc"].map(|name| {
        Upstream::answering(format!(
            "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n{name}"
        ))
    });
    let hooksieve = Hooksieve::with(&top, "");
    let mut sender = connect(hooksieve.address());
    let mut is_answered = |text: &str| {
        let answer = ask(&mut sender, post(PAID));
        assert_eq!((answer.status, answer.text()), (200, text));
    };
    is_answered("top");
    let route = format!(
        "[[route]]\npath = \"/webhook\"\nupstream = \"http://{}\"\n",
        other.address()
    );
    hooksieve.save(&route);
    hooksieve.lines_of("reloaded", 1);
    is_answered("abc");
    hooksieve.save(&(route + "filter = { deny = [\"invoice.*\"] }\n"));
    hooksieve.lines_of("reloaded", 2);
    is_answered("");
    hooksieve.save("");
    hooksieve.lines_of("reloaded", 3);
    is_answered("top");
    let told = hooksieve.lines_of("changed", 3);
    let told: Vec<_> = told
        .iter()
        .map(|line| (line["route"].as_str(), line["change"].as_str()))
        .collect();
    let added = format!("added, upstream http://{}", other.address());
    let expected = [added.as_str(), r#"deny + "invoice.*""#, "removed"];
    assert_eq!(
        told,
        expected.map(|change| (Some("/webhook"), Some(change)))
    );
}
