//! What the log says without being asked: once when it changes, with and without anybody who looks.

use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

use serde_json::{Value, json};

use crate::support::{Clock, Hooksieve, OK, Upstream, exchange, post};

const FAILS: &str = "the endpoint fails";
const ANSWERS: &str = "the endpoint answers again";
const MOST: &str = "a type is suddenly most of what comes";
const STOPPED: &str = "a type that came every hour has stopped";
const DROPS: &str = "a rule drops more than half of what comes";

const ERROR: &str = "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n";
const A_MINUTE: Duration = Duration::from_secs(61);
const AN_HOUR: Duration = Duration::from_hours(1);

/// All that is said of any of this, without the time, in order.
fn told(hooksieve: &Hooksieve) -> Vec<Value> {
    let mut lines = hooksieve.lines();
    lines.retain(|line| {
        [FAILS, ANSWERS, MOST, STOPPED, DROPS]
            .iter()
            .any(|message| line["message"] == **message)
    });
    for line in &mut lines {
        line.as_object_mut().expect("an object").remove("time");
    }
    lines
}

fn send(hooksieve: &Hooksieve, count: usize, name: &str) {
    let event = json!({ "type": name }).to_string();
    for _ in 0..count {
        exchange(hooksieve.address(), post(&event));
    }
}

/// An endpoint that fails until it is told not to.
fn failing() -> (Upstream, Arc<AtomicBool>) {
    let mended = Arc::new(AtomicBool::new(false));
    let copes = mended.clone();
    let endpoint = Upstream::new(move |mut connection| {
        while connection.request().is_some() {
            let copes = copes.load(Ordering::Relaxed);
            connection.write(if copes { OK } else { ERROR });
        }
    });
    (endpoint, mended)
}

#[test]
fn an_endpoint_that_fails_is_told_of_at_5_and_50_and_when_it_answers_again() {
    for config in ["", "admin.listen = \"127.0.0.1:0\"\n"] {
        let (endpoint, mended) = failing();
        let mut hooksieve = Hooksieve::with(&endpoint, config);
        send(&hooksieve, 50, "a");
        let first = hooksieve.line(FAILS);
        let since = first["since"].as_str().expect("a time");
        let since = humantime::parse_rfc3339(since).expect("a time");
        let ago = SystemTime::now().duration_since(since);
        assert!(ago.is_ok_and(|ago| ago < Duration::from_mins(2)));
        mended.store(true, Ordering::Relaxed);
        send(&hooksieve, 1, "a");
        // So soon it is told of again only if it is worse.
        mended.store(false, Ordering::Relaxed);
        send(&hooksieve, 20, "a");
        mended.store(true, Ordering::Relaxed);
        send(&hooksieve, 1, "a");
        hooksieve.stop();
        let lines = told(&hooksieve);
        let fails = |failures: u64| {
            json!({
                "level": "warn",
                "message": FAILS,
                "failures": failures,
                "since": first["since"],
                "status": 500,
                "remedy": "see the endpoint's own log; if it fails at one type, deny that until it does not",
            })
        };
        let answers = json!({
            "level": "info",
            "message": ANSWERS,
            "failures": 50,
            "since": first["since"],
            "seconds": lines.last().expect("it is told")["seconds"],
        });
        assert_eq!(lines, [fails(5), fails(50), answers]);
    }
}

#[test]
fn what_keeps_events_from_the_endpoint_is_told_of_with_it() {
    let endpoint = Upstream::answering(OK);
    // An address that nobody takes meanwhile.
    let free = TcpListener::bind("127.0.0.7:0").expect("a free port");
    let nobody = free.local_addr().expect("it is bound");
    drop(free);
    let config = format!(
        "timeouts.connect = \"1ms\"\n[[route]]\npath = \"/webhook\"\nupstream = \"http://{nobody}\"\n"
    );
    let mut hooksieve = Hooksieve::with(&endpoint, &config);
    send(&hooksieve, 5, "a");
    let events = hooksieve.stop();
    let line = &told(&hooksieve)[0];
    assert_eq!(
        (&line["route"], &line["status"], &line["cause"]),
        (&json!("/webhook"), &json!(502), &json!("connect"))
    );
    assert_eq!(line["error"], events[4]["error"]);
    assert_eq!(
        line["remedy"],
        "see that the endpoint runs, and that it listens at this upstream"
    );
}

/// What its sender or the rules ended says nothing of the endpoint.
#[test]
fn four_failures_are_not_told_of_nor_what_was_not_for_the_endpoint() {
    let (endpoint, _) = failing();
    let mut hooksieve = Hooksieve::before(&endpoint);
    for _ in 0..4 {
        send(&hooksieve, 1, "a");
        send(&hooksieve, 2, "batch.created");
        exchange(hooksieve.address(), "TRACE / HTTP/1.1\r\nHost: a\r\n\r\n");
    }
    hooksieve.stop();
    assert_eq!(told(&hooksieve), [] as [Value; 0]);
}

#[test]
fn a_type_that_is_suddenly_most_is_told_of_once_and_kept_in_its_place() {
    let Some(mut clock) = Clock::new() else {
        return;
    };
    let endpoint = Upstream::answering(OK);
    let mut hooksieve = Hooksieve::by_clock(&clock, &endpoint, "");
    let hostile = format!("paid\u{202e}\r\n{{\"level\":\"info\"}}{}", "x".repeat(300));
    let shown = format!(
        "paid\u{202e}\r\n{{\"level\":\"info\"}}{}…",
        "x".repeat(200 - 25)
    );
    for name in ["a", "b", "c", "d"] {
        send(&hooksieve, 25, name);
    }
    clock.forward(A_MINUTE);
    // With it a usual minute is over.
    send(&hooksieve, 1, "a");
    for _ in 0..4 {
        send(&hooksieve, 99, &hostile);
        clock.forward(A_MINUTE);
        send(&hooksieve, 1, "a");
    }
    hooksieve.stop();
    let lines = told(&hooksieve);
    let expected = json!({
        "level": "warn",
        "message": MOST,
        "type": shown,
        "percent": 99,
        "percent_before": 0,
        "events": 100,
        "seconds": lines[0]["seconds"],
    });
    assert_eq!(lines, [expected]);
}

#[test]
fn a_type_that_came_every_hour_of_a_day_is_missed_after_three() {
    let Some(mut clock) = Clock::new() else {
        return;
    };
    let endpoint = Upstream::answering(OK);
    let mut hooksieve = Hooksieve::by_clock(&clock, &endpoint, "");
    for _ in 0..24 {
        send(&hooksieve, 5, "invoice.paid");
        send(&hooksieve, 5, "invoice.sent");
        clock.forward(AN_HOUR);
    }
    for _ in 0..6 {
        send(&hooksieve, 5, "invoice.sent");
        clock.forward(AN_HOUR);
    }
    hooksieve.stop();
    let expected = json!({
        "level": "warn",
        "message": STOPPED,
        "type": "invoice.paid",
        "per_hour": 5,
        "hours": 3,
        "others": 15,
    });
    assert_eq!(told(&hooksieve), [expected]);
}

#[test]
fn a_rule_that_drops_more_than_half_is_told_of_once_for_each_version_of_the_rules() {
    let Some(mut clock) = Clock::new() else {
        return;
    };
    let endpoint = Upstream::answering(OK);
    let rules = "[[route]]\npath = \"/webhook\"\nfilter.deny = [\"batch.*\"]\n";
    let mut hooksieve = Hooksieve::by_clock(&clock, &endpoint, rules);
    let mut reloads = 0;
    let mut window = |hooksieve: &Hooksieve, names: [(&str, usize); 2]| {
        for (name, count) in names {
            send(hooksieve, count, name);
        }
        clock.forward(A_MINUTE);
        send(hooksieve, 1, "invoice.paid");
    };
    let mut save = |hooksieve: &Hooksieve, config: &str| {
        hooksieve.save(config);
        reloads += 1;
        hooksieve.lines_of("reloaded", reloads);
    };
    let (half, more) = (("batch.a", 50), ("batch.a", 51));
    let paid = ("invoice.paid", 49);
    window(&hooksieve, [half, paid]);
    window(&hooksieve, [more, paid]);
    window(&hooksieve, [more, paid]);
    // It is the same, whatever else is changed.
    save(&hooksieve, &format!("{rules}timeouts.response = \"20s\"\n"));
    window(&hooksieve, [more, paid]);
    save(&hooksieve, &format!("mode = \"observe\"\n{rules}"));
    window(&hooksieve, [more, paid]);
    hooksieve.stop();
    let lines = told(&hooksieve);
    let line = |number: usize, verdict: &str| {
        json!({
            "level": "warn",
            "message": DROPS,
            "route": "/webhook",
            "rule": "deny \"batch.*\"",
            "verdict": verdict,
            "percent": 50,
            "events": 101,
            "seconds": lines[number]["seconds"],
        })
    };
    assert_eq!(lines, [line(0, "drop"), line(1, "would drop")]);
}
