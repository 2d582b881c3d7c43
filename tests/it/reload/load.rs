//! A thousand new versions, while senders are at work.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use rustix::process::Signal;

use crate::support::{Hooksieve, Upstream, ask, connect, post, wait_until};

const RELOADS: usize = 1_000;
/// So large a body is judged beside the workers.
const LARGE: usize = 200_000;
/// So many threads may still be there that large bodies were judged on: each stays for ten seconds.
const JUDGING: usize = 4;
/// After so many everything is as large as it gets.
const BEFORE: usize = 100;
/// In KiB: what an allocator may keep of what is as large as a few thousand events.
const MORE: u64 = 8 * 1024;

/// Sets it when the test is over, however it ends: nobody waits for senders that wait for it.
struct Over<'a>(&'a AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// Two versions: each denies one type, and tells the senders which it is.
fn version(number: usize) -> String {
    let name = ["a", "b"][number % 2];
    // So much that a thousand versions that stay in memory can be seen.
    let long = "x".repeat(20_000);
    format!(
        "reload = \"signal\"\n[filter]\ndeny = [\"{long}\", \"{name}.*\"]\n[drop]\nbody = \"{name}\"\n"
    )
}

#[test]
fn none_fails_and_none_is_judged_by_a_mixture_under_a_thousand_reloads() {
    let upstream = Upstream::answering("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nendpoint");
    let mut hooksieve = Hooksieve::with(&upstream, &version(0));
    let address = hooksieve.address();
    let mut from = 0;
    let mut reload = |number: usize| {
        hooksieve.save(&version(number));
        hooksieve.signal(Signal::HUP);
        let reloaded = hooksieve.next_line("reloaded", &mut from);
        // Out with one rule, in with another, and another answer.
        assert_eq!(reloaded["changes"], 3);
    };
    (1..=BEFORE).for_each(&mut reload);
    let (threads, files) = hooksieve.threads_and_files();
    let (memory, _) = hooksieve.memory();

    let (is_over, dropped, forwarded) = (
        AtomicBool::new(false),
        AtomicUsize::new(0),
        AtomicUsize::new(0),
    );
    thread::scope(|scope| {
        // Small ones, and a large one.
        let over = Over(&is_over);
        for (padding, pause) in [(0, 3), (0, 3), (0, 3), (LARGE, 150)] {
            let (is_over, dropped, forwarded) = (&is_over, &dropped, &forwarded);
            scope.spawn(move || {
                let mut sender = connect(address);
                let padding = "x".repeat(padding);
                let events = ["a", "b"].map(|name| {
                    let event = format!(r#"{{"padding":"{padding}","type":"{name}.c"}}"#);
                    (name, post(&event))
                });
                while !is_over.load(Ordering::SeqCst) {
                    thread::sleep(Duration::from_millis(pause));
                    for (name, event) in &events {
                        let answer = ask(&mut sender, event);
                        assert_eq!(answer.status, 200);
                        let count = match answer.text() {
                            "endpoint" => forwarded,
                            told if told == *name => dropped,
                            mixture => panic!("{name} was answered {mixture:?}"),
                        };
                        count.fetch_add(1, Ordering::SeqCst);
                    }
                }
            });
        }
        (BEFORE + 1..=RELOADS).for_each(&mut reload);
        drop(over);
    });
    let [dropped, forwarded] = [dropped, forwarded].map(AtomicUsize::into_inner);
    assert!(
        dropped > RELOADS && forwarded > RELOADS,
        "{dropped} {forwarded}"
    );
    assert_eq!(upstream.count(), forwarded);
    wait_until("what was needed is given back", || {
        let now = hooksieve.threads_and_files();
        now.0 <= threads + JUDGING && now.1 <= files && hooksieve.memory().0 <= memory + MORE
    });

    hooksieve.stop();
    let totals = hooksieve.line("totals");
    let counted = ["dropped", "forwarded", "refused", "failed"].map(|key| totals[key].as_u64());
    let expected = [dropped, forwarded, 0, 0].map(|count| Some(count as u64));
    assert_eq!(counted, expected);
}
