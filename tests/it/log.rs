//! The log: one line an event, with what became of it.

mod levels;
mod lost;
mod totals;
mod untrusted;

use std::io::Write;
use std::net::TcpListener;

use rustix::process::Signal;
use serde_json::{Value, json};

use crate::support::{Hooksieve, Raw, Upstream, connect, exchange, get, post, wait_until};

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
const DENY: &str = "[filter]\ndeny = [\"batch.*\"]\n";
/// A config for a log in this format. So few connections fit into any limit of open files, which else is warned of.
fn config(upstream: &Upstream, format: &str) -> String {
    let upstream = upstream.address();
    format!(
        "listen = \"127.0.0.1:0\"\nupstream = \"http://{upstream}\"\n{DENY}\
         [limits]\nconnections = 100\n[log]\nformat = \"{format}\"\n"
    )
}

/// An event with this type and id, whatever characters are in them.
fn event(kind: &str, id: &str) -> String {
    json!({"id": id, "type": kind}).to_string()
}

/// The field `name` of each line.
fn all<'l>(lines: &'l [Value], name: &str) -> Vec<&'l Value> {
    lines.iter().map(|line| &line[name]).collect()
}

fn keys(line: &Value) -> Vec<&str> {
    let fields = line.as_object().expect("a line is an object");
    fields.keys().map(String::as_str).collect()
}

#[test]
fn ready_says_what_listens_where_and_how_many_rules_are_in_force() {
    let upstream = Upstream::answering(OK);
    let hooksieve = Hooksieve::with(
        &upstream,
        "mode = \"observe\"\n[filter]\ndeny = [\"a\", \"b.*\"]\nallow = [\"c\"]\n",
    );
    let mut ready = hooksieve.line("ready");
    ready.as_object_mut().expect("an object").remove("time");
    assert_eq!(
        ready,
        json!({
            "level": "info",
            "message": "ready",
            "listen": hooksieve.address().to_string(),
            "upstream": upstream.address().to_string(),
            "deny": 2,
            "allow": 1,
            "mode": "observe",
        })
    );
}

#[test]
fn an_event_is_one_line_with_what_became_of_it() {
    let upstream = Upstream::answering("HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n");
    let hooksieve = Hooksieve::before(&upstream);
    let forwarded = event("invoice.paid", "evt_1");
    let dropped = event("batch.created", "evt_2");
    exchange(hooksieve.address(), post(&forwarded));
    exchange(hooksieve.address(), post(&dropped));
    exchange(hooksieve.address(), get("/health"));

    let lines = hooksieve.events(3);
    let common = "bytes id level message method path status time total_us type verdict";
    let and = |more| {
        let mut names: Vec<_> = common.split(' ').chain([more]).collect();
        names.sort_unstable();
        names
    };
    assert_eq!(keys(&lines[0]), and("upstream_us"));
    assert_eq!(keys(&lines[1]), and("rule"));

    assert_eq!(all(&lines, "verdict"), ["forward", "drop", "forward"]);
    let rule = json!("deny \"batch.*\"");
    assert_eq!(all(&lines, "rule"), [&Value::Null, &rule, &Value::Null]);
    assert_eq!(all(&lines[..2], "type"), ["invoice.paid", "batch.created"]);
    assert_eq!(all(&lines[..2], "id"), ["evt_1", "evt_2"]);
    assert_eq!(all(&lines, "method"), ["POST", "POST", "GET"]);
    assert_eq!(all(&lines, "path"), ["/webhook", "/webhook", "/health"]);
    assert_eq!(all(&lines, "status"), [202, 200, 202]);
    assert_eq!(all(&lines, "bytes"), [forwarded.len(), dropped.len(), 0]);
    let micros = |name: &str| lines[0][name].as_u64().expect("a whole number");
    assert!((1..=micros("total_us")).contains(&micros("upstream_us")));
}

#[test]
fn the_text_format_says_the_same() {
    let upstream = Upstream::answering(OK);
    let hooksieve = Raw::start(&config(&upstream, "text"));
    let address = hooksieve.address();
    exchange(address, post(&event("batch.created", "evt_2")));
    let run = hooksieve.stop();
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));

    let lines: Vec<_> = run.stdout.lines().collect();
    let upstream = upstream.address();
    let [ready, event, stopping, totals, stopped] = lines[..] else {
        panic!("not five lines: {}", run.stdout);
    };
    let (time, ready) = ready.split_once("Z  INFO ").expect("time and level");
    assert_eq!(time.len(), "2026-11-22T15:04:05.123".len());
    assert_eq!(
        ready,
        format!("ready listen={address} upstream={upstream} deny=1 allow=0 mode=enforce")
    );
    let (before, total) = event.split_once(" total_us=").expect("the time it took");
    assert!(
        before.ends_with(
            "Z  INFO event verdict=drop rule=\"deny \\\"batch.*\\\"\" type=batch.created id=evt_2 \
             method=POST path=/webhook status=200"
        ),
        "{event}"
    );
    let (total, bytes) = total.split_once(' ').expect("the size");
    assert!(
        total.parse::<u64>().is_ok() && bytes == "bytes=37",
        "{event}"
    );
    assert!(stopping.contains("Z  INFO stopping"));
    assert!(totals.ends_with("Z  INFO totals forwarded=0 dropped=1 refused=0 failed=0"));
    assert!(stopped.contains("Z  INFO stopped"));
}

#[test]
fn of_a_batch_the_event_that_decides_is_named() {
    let upstream = Upstream::answering(OK);
    let hooksieve = Hooksieve::before(&upstream);
    let (denied, other) = (event("batch.a", "1"), event("b", "2"));
    let also_denied = event("batch.c", "3");
    exchange(hooksieve.address(), post(&format!("[{denied},{other}]")));
    exchange(
        hooksieve.address(),
        post(&format!("[{denied},{also_denied}]")),
    );
    exchange(hooksieve.address(), post("[]"));

    let lines = hooksieve.events(3);
    assert_eq!(all(&lines, "verdict"), ["forward", "drop", "forward"]);
    let none = &Value::Null;
    assert_eq!(all(&lines, "type"), [&json!("b"), &json!("batch.a"), none]);
    assert_eq!(all(&lines, "id"), [&json!("2"), &json!("1"), none]);
    assert_eq!(
        all(&lines, "rule"),
        [
            none,
            &json!("deny \"batch.*\""),
            &json!("no event in the list")
        ]
    );
}

#[test]
fn observe_forwards_and_logs_what_would_be_dropped() {
    let upstream = Upstream::answering(OK);
    let config = "mode = \"observe\"\n[filter]\ndeny = [\"batch.*\"]\nunreadable = \"reject\"\n";
    let mut hooksieve = Hooksieve::with(&upstream, config);
    for body in [&event("batch.a", "1"), "no JSON", &event("b", "2")] {
        let answer = exchange(hooksieve.address(), post(body));
        assert_eq!((answer.status, answer.text()), (200, "ok"));
    }
    assert_eq!(upstream.requests().len(), 3);
    let lines = hooksieve.events(3);
    let verdicts = ["would drop", "would reject", "forward"];
    assert_eq!(all(&lines, "verdict"), verdicts);
    assert_eq!(lines[0]["rule"], "deny \"batch.*\"");
    assert_eq!(lines[1]["rule"], "unreadable: not JSON at line 1 column 2");
    assert!(lines.iter().all(|line| line["upstream_us"].is_u64()));

    hooksieve.signal(Signal::TERM);
    assert!(hooksieve.wait().success());
    let totals = hooksieve.line("totals");
    assert_eq!(
        (&totals["forwarded"], &totals["dropped"]),
        (&json!(3), &json!(0))
    );
}

#[test]
fn at_warn_only_what_failed_is_told_and_what_is_new() {
    let upstream = Upstream::new(|mut connection| {
        while let Some(request) = connection.request() {
            if request.start_line().contains("/stuck") {
                let _ = connection.rest();
                return;
            }
            connection.write(OK);
        }
    });
    let text = config(&upstream, "text") + "level = \"warn\"\n[timeouts]\ndrain = \"1ms\"\n";
    let hooksieve = Raw::start(&text);
    let stuck = post(&event("a", "1")).replace("/webhook", "/stuck");
    let mut sender = connect(hooksieve.address());
    sender.write_all(stuck.as_bytes()).expect("it can be sent");
    wait_until("it has arrived", || !upstream.requests().is_empty());
    exchange(hooksieve.address(), post(&event("a", "1")));
    exchange(hooksieve.address(), post(&event("batch.a", "1")));
    let run = hooksieve.stop();
    assert_eq!((run.code, run.stderr.as_str()), (Some(1), ""));
    let lines: Vec<_> = run.stdout.lines().collect();
    let [new, event, stopped] = lines[..] else {
        panic!("not three lines: {}", run.stdout);
    };
    assert!(new.contains("Z  WARN a type that no rule names type=a "));
    assert!(event.contains("Z  WARN event verdict=abandoned type=a id=1 method=POST path=/stuck"));
    assert!(stopped.contains("Z  WARN stopped, but"));
}

#[test]
fn an_upstream_that_is_not_there_is_named_by_what_happened() {
    // An address that nobody else takes meanwhile, hooksieve itself least of all.
    let free = TcpListener::bind("127.0.0.5:0").expect("a free port");
    let nobody = free.local_addr().expect("it is bound");
    drop(free);
    let hooksieve = Hooksieve::at(nobody, "[timeouts]\nconnect = \"1ms\"\n");
    assert_eq!(exchange(hooksieve.address(), get("/")).status, 502);
    let line = &hooksieve.events(1)[0];
    assert_eq!(
        (&line["verdict"], &line["status"]),
        (&json!("fail"), &json!(502))
    );
    let error = line["error"].as_str().expect("an error");
    assert!(error.contains("Connection refused"), "{error}");
}

#[test]
fn the_last_line_says_how_it_ended() {
    let upstream = Upstream::new(|mut connection| {
        connection.request().expect("an event");
        let _ = connection.rest();
    });
    let mut hooksieve = Hooksieve::before(&upstream);
    hooksieve.signal(Signal::INT);
    assert!(hooksieve.wait().success());
    hooksieve.line("stopped, everything in flight was finished");

    let mut hooksieve = Hooksieve::before(&upstream);
    let mut stuck = connect(hooksieve.address());
    let request = post(&event("a", "1"));
    stuck.write_all(request.as_bytes()).expect("it can be sent");
    wait_until("it has arrived", || !upstream.requests().is_empty());
    hooksieve.signal(Signal::TERM);
    hooksieve.line("stopping: what is in flight is finished, a second signal ends it at once");
    hooksieve.signal(Signal::TERM);
    assert_eq!(hooksieve.wait().code(), Some(1));
    hooksieve.line("stopped, and what was in flight was cut off");
}
