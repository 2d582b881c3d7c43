//! What is still told at `level = "warn"`: what failed here or at the endpoint, and no mistake of a sender.

use std::io::Write;
use std::net::{Shutdown, TcpListener};

use serde_json::{Value, json};

use super::{OK, config, event};
use crate::support::{
    Raw, Upstream, ask, connect, exchange, get, post, post_with, read_message, wait_until,
};

/// An upstream that fails in the way that the path asks for.
fn failing() -> Upstream {
    Upstream::new(|mut connection| {
        while let Some(request) = connection.request() {
            match request.start_line().split(' ').nth(1) {
                Some("/reset") => return connection.reset(),
                Some("/nonsense") => connection.write("nonsense\r\n\r\n"),
                Some("/silent") => {
                    let _ = connection.rest();
                    return;
                }
                Some("/breaks-off") => {
                    connection.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf");
                    return;
                }
                Some("/500") => {
                    connection.write("HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n");
                }
                _ => connection.write(OK),
            }
        }
    })
}

/// A hooksieve that tells warnings only, with these limits and timeouts.
fn at_warn(upstream: &Upstream, limits: &str, timeouts: &str) -> Raw {
    let config = config(upstream, "json") + "level = \"warn\"\n[timeouts]\n" + timeouts;
    Raw::start(&config.replace("connections = 100", limits))
}

fn to(path: &str) -> String {
    // Without a type, of which a warning would tell that no rule names it.
    post(r#"{"id":"1"}"#).replace("/webhook", path)
}

/// The fields `names` of each line that it wrote until it was stopped.
fn told(hooksieve: Raw, names: &[&str]) -> Vec<Vec<Value>> {
    let run = hooksieve.stop();
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
    let lines = run.stdout.lines().map(|line| {
        let line: Value = serde_json::from_str(line).expect("every line is JSON");
        assert_eq!(line["level"], "warn", "{line}");
        names.iter().map(|name| line[name].clone()).collect()
    });
    lines.collect()
}

#[test]
fn what_the_endpoint_failed_at_is_a_warning() {
    let upstream = failing();
    let hooksieve = at_warn(&upstream, "connections = 100", "response = \"300ms\"\n");
    for (path, status) in [("/reset", 502), ("/nonsense", 502), ("/silent", 504)] {
        assert_eq!(exchange(hooksieve.address(), to(path)).status, status);
    }
    let mut sender = connect(hooksieve.address());
    sender
        .write_all(to("/breaks-off").as_bytes())
        .expect("it can be sent");
    read_message(&mut sender, false).expect_err("it breaks off");
    // What it answered itself was passed back: nothing failed on the way. It is the fifth in a row all the same.
    assert_eq!(exchange(hooksieve.address(), to("/500")).status, 500);
    let mut told = told(hooksieve, &["message", "verdict", "path", "status"]);
    let fifth = told.pop().expect("there are lines");
    assert_eq!(fifth[0], "the endpoint fails");
    assert_eq!(
        told,
        [
            ["event", "fail", "/reset", "502"],
            ["event", "fail", "/nonsense", "502"],
            ["event", "fail", "/silent", "504"],
            ["event", "fail", "/breaks-off", "200"],
        ]
        .map(|[message, verdict, path, status]| {
            let status: u16 = status.parse().expect("a number");
            vec![json!(message), json!(verdict), json!(path), json!(status)]
        })
    );
}

#[test]
fn an_endpoint_that_is_not_there_is_a_warning_in_text_too() {
    let free = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let nobody = free.local_addr().expect("it is bound");
    drop(free);
    let hooksieve = Raw::start(&format!(
        "listen = \"127.0.0.1:0\"\nupstream = \"http://{nobody}\"\n[limits]\nconnections = 100\n\
         [timeouts]\nconnect = \"1ms\"\n[log]\nformat = \"text\"\nlevel = \"warn\"\n"
    ));
    assert_eq!(exchange(hooksieve.address(), get("/")).status, 502);
    let run = hooksieve.stop();
    let (_, line) = run.stdout.split_once("Z  WARN ").expect("one line");
    assert!(
        line.starts_with("event verdict=fail method=GET path=/ status=502 total_us="),
        "{line}"
    );
    assert_eq!(run.stdout.lines().count(), 1, "{}", run.stdout);
}

#[test]
fn what_there_was_no_room_for_is_a_warning() {
    let upstream = Upstream::answering(OK);
    let limits = "connections = 100\ninspect = \"4 KiB\"\nmemory = \"4 KiB\"";
    let hooksieve = at_warn(&upstream, limits, "");
    let request = post(&"x".repeat(4000));
    let mut half = connect(hooksieve.address());
    wait_until("the memory is used up", || {
        // Anew each time: it may have come while the last attempt had the memory.
        half = connect(hooksieve.address());
        half.write_all(&request.as_bytes()[..3900])
            .expect("it can be sent");
        exchange(hooksieve.address(), &request).status == 503
    });
    drop(half);
    let told = told(hooksieve, &["verdict", "status"]);
    assert!(told.contains(&vec![json!("fail"), json!(503)]), "{told:?}");

    let hooksieve = at_warn(&upstream, "connections = 1", "");
    let mut first = connect(hooksieve.address());
    assert_eq!(ask(&mut first, get("/")).status, 200);
    assert_eq!(exchange(hooksieve.address(), get("/")).status, 503);
    drop(first);
    assert_eq!(
        self::told(hooksieve, &["verdict", "status"]),
        [[json!("refuse"), json!(503)]]
    );
}

#[test]
fn what_a_sender_did_wrong_is_none() {
    let upstream = Upstream::answering(OK);
    let limits = "connections = 100\ninspect = \"4 KiB\"";
    let timeouts = "body = \"200ms\"\nheader = \"200ms\"\n";
    let hooksieve = at_warn(&upstream, limits, timeouts);
    let address = hooksieve.address();
    let large = post(&"x".repeat(100_000));
    let long = "x".repeat(100_000);
    for (status, request) in [
        (400, get("/").replace("Host", "Ghost")),
        (400, "no HTTP at all\r\n\r\n".to_owned()),
        (405, "TRACE / HTTP/1.1\r\nHost: a\r\n\r\n".to_owned()),
        (408, post("{}").replace("\r\n\r\n{}", "\r\n\r\n{")),
        (408, large[..50_000].to_owned()),
        (417, post_with("Expect: a miracle\r\n", "{}")),
        (431, post_with(&format!("X-Long: {long}\r\n"), "{}")),
        // These are none either, but no mistakes.
        (200, post(&event("batch.a", "1"))),
        (200, post("no JSON")),
    ] {
        let shown = &request[..request.len().min(40)];
        assert_eq!(exchange(address, &request).status, status, "{shown}");
    }
    // Two bodies and a head that break off.
    let small = post("{}");
    for half in [&large[..50_000], &small[..small.len() - 1], "GET / HT"] {
        let mut sender = connect(address);
        sender.write_all(half.as_bytes()).expect("it can be sent");
        sender.shutdown(Shutdown::Write).expect("it can be closed");
        let _ = read_message(&mut sender, false);
    }
    let told = told(hooksieve, &[]);
    assert!(told.is_empty(), "{} lines", told.len());
}
