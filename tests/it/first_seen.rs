//! A type that no rule names is told of the first time, and no sender can make a flood of that.

use std::net::SocketAddr;
use std::thread;

use serde_json::{Value, json};

use crate::support::{Hooksieve, OK, Raw, Upstream, ask, connect, exchange, get, post, post_with};

const UNNAMED: &str = "a type that no rule names";
const NO_MORE: &str = "too many types that no rule names, no more of them are told";

fn event(name: &str) -> String {
    json!({ "type": name }).to_string()
}

/// Sends each body and ends it; what it told of types, as pairs of `type` and `write`.
fn told(hooksieve: &mut Hooksieve, bodies: &[impl AsRef<str>]) -> Vec<(Value, Value)> {
    for body in bodies {
        exchange(hooksieve.address(), post(body.as_ref()));
    }
    assert_eq!(hooksieve.stop().len(), bodies.len());
    let mut lines = hooksieve.lines();
    lines.retain(|line| line["message"] == UNNAMED);
    let pair = |line: &Value| (line["type"].clone(), line["write"].clone());
    lines.iter().map(pair).collect()
}

fn pair(name: &str, write: &str) -> (Value, Value) {
    (json!(name), json!(write))
}

#[test]
fn it_is_a_warning_with_what_to_write_before_the_line_of_its_event() {
    let upstream = Upstream::answering(OK);
    let mut hooksieve = Hooksieve::before(&upstream);
    for name in ["invoice.paid", "batch.created", "invoice.paid", "batch"] {
        exchange(hooksieve.address(), post(&event(name)));
    }
    hooksieve.stop();
    let mut lines = hooksieve.lines();
    lines.retain(|line| line["message"] == UNNAMED || line["message"] == "event");
    let order: Vec<_> = lines.iter().map(|line| &line["level"]).collect();
    assert_eq!(order, ["warn", "info", "info", "info", "warn", "info"]);
    assert_eq!(lines[4]["type"], "batch");
    let told = &mut lines[0];
    told.as_object_mut().expect("an object").remove("time");
    let expected = json!({
        "level": "warn",
        "message": UNNAMED,
        "type": "invoice.paid",
        "write": "deny = [..., 'invoice.paid']",
    });
    assert_eq!(told, &expected);
}

#[test]
fn by_an_allow_list_what_is_dropped_is_told_of() {
    let upstream = Upstream::answering(OK);
    let rules = "[filter]\ndeny = [\"*.draft\"]\nallow = [\"invoice.*\"]\n";
    let write = "allow = [..., 'charge.paid'], or deny = [..., 'charge.paid']";
    let bodies = ["invoice.paid", "charge.paid", "charge.draft", "charge.paid"].map(event);
    for mode in ["enforce", "observe"] {
        let config = format!("mode = \"{mode}\"\n{rules}");
        let mut hooksieve = Hooksieve::with(&upstream, &config);
        assert_eq!(told(&mut hooksieve, &bodies), [pair("charge.paid", write)]);
    }
}

#[test]
fn of_each_route_it_is_told_by_itself() {
    let upstream = Upstream::answering(OK);
    let config = "[filter]\ndeny = [\"a\"]\n[[route]]\npath = \"/one\"\n\
                  [[route]]\npath = \"/named\"\nfilter.allow = [\"x\"]\nfilter.shadow.allow = [\"y\"]\n";
    let mut hooksieve = Hooksieve::with(&upstream, config);
    for path in ["/one", "/other", "/one", "/named", "/another"] {
        let request = post(&event("x")).replace("/webhook", path);
        assert_eq!(exchange(hooksieve.address(), request).status, 200);
    }
    let events = hooksieve.stop();
    assert_eq!(events[3]["shadow"], "would drop");
    assert_eq!(events[3]["shadow_rule"], "not in allow");
    let mut lines = hooksieve.lines();
    lines.retain(|line| line["message"] == UNNAMED);
    let routes: Vec<_> = lines.iter().map(|line| &line["route"]).collect();
    assert_eq!(routes, [&json!("/one"), &Value::Null]);
}

/// A rule that is only tried names nothing yet.
#[test]
fn shadow_rules_do_not_count() {
    let upstream = Upstream::answering(OK);
    let config = "[filter.shadow]\ndeny = [\"a\"]\n";
    let mut hooksieve = Hooksieve::with(&upstream, config);
    assert_eq!(
        told(&mut hooksieve, &[event("a")]),
        [pair("a", "deny = [..., 'a']")]
    );
}

#[test]
fn what_can_not_be_told_for_certain_is_not_told_of() {
    let upstream = Upstream::answering(OK);
    for filter in [
        "deny = [\"batch.*\"]",
        "allow = [\"batch.*\"]",
        "deny = [\"batch.*\"]\nshadow.deny = [\"x\"]",
    ] {
        let mut hooksieve = Hooksieve::with(&upstream, &format!("[filter]\n{filter}\n"));
        let address = hooksieve.address();
        exchange(address, get("/"));
        exchange(
            address,
            post_with("Content-Encoding: gzip\r\n", &event("a")),
        );
        let bodies = [
            "{}",
            "[]",
            r#"{"type":null}"#,
            r#"{"type":"a","type":"batch.a"}"#,
            r#"{"Type":"a"}"#,
            // The quick look finds a type in each of these.
            r#"{"type":"a",}"#,
            r#"{"type":"a","b":+1}"#,
            "{\"type\":\"a\",\"b\":\"\u{7}\"}",
        ];
        for body in bodies {
            exchange(address, post(body));
        }
        hooksieve.events(bodies.len() + 2);
        let lines = hooksieve.lines();
        assert!(
            lines.iter().all(|line| line["message"] != UNNAMED),
            "{lines:#?}"
        );
        // And so it is new when it does come.
        exchange(address, post(&event("a")));
        hooksieve.stop();
        assert_eq!(hooksieve.line(UNNAMED)["type"], "a");
    }
}

#[test]
fn of_a_batch_the_event_that_decided_is_told_of() {
    let upstream = Upstream::answering(OK);
    let mut hooksieve = Hooksieve::before(&upstream);
    let (denied, one, other) = (event("batch.a"), event("one"), event("other"));
    let bodies = [
        format!("[{denied},{one},{other}]"),
        format!("[{other},{one}]"),
        format!("[{denied}]"),
    ];
    let write = ["deny = [..., 'one']", "deny = [..., 'other']"];
    let expected = [pair("one", write[0]), pair("other", write[1])];
    assert_eq!(told(&mut hooksieve, &bodies), expected);
}

/// It is judged on a thread of its own.
#[test]
fn that_of_a_large_body_is_told_of() {
    let upstream = Upstream::answering(OK);
    let mut hooksieve = Hooksieve::before(&upstream);
    let space = " ".repeat(1 << 20);
    let bodies = [
        format!("{{{space}\"type\":\"a\",}}"),
        format!("{{{space}\"type\":\"b\"}}"),
        event("b"),
    ];
    let expected = [pair("b", "deny = [..., 'b']")];
    assert_eq!(told(&mut hooksieve, &bodies), expected);
}

#[test]
fn what_names_others_too_or_can_not_be_written_is_not_to_be_written() {
    let upstream = Upstream::answering(OK);
    let mut hooksieve = Hooksieve::before(&upstream);
    // As long as what the log has of it.
    let long = "x".repeat(203);
    let names = [
        "*",
        "invoice.*",
        "",
        " a",
        "a,b",
        "^a",
        "a\n",
        "x\0",
        &long,
        "a'b\"",
        "App\\Paid",
    ];
    let bodies = names.map(event);
    let told = told(&mut hooksieve, &bodies);
    let cut = "x".repeat(200) + "…";
    let shown = names.map(|name| json!(if name == long { &*cut } else { name }));
    let writes: Vec<_> = told.iter().map(|(_, write)| write).collect();
    let types: Vec<_> = told.iter().map(|(name, _)| name.clone()).collect();
    assert_eq!(types, shown);
    assert!(
        writes[..9].iter().all(|write| write.is_null()),
        "{writes:?}"
    );
    assert_eq!(*writes[9], json!(r#"deny = [..., "a'b\""]"#));
    assert_eq!(*writes[10], json!(r"deny = [..., 'App\Paid']"));
}

#[test]
fn as_text_it_is_one_line_that_can_be_copied() {
    let upstream = Upstream::answering(OK);
    let config = format!(
        "listen = \"127.0.0.1:0\"\nupstream = \"http://{}\"\nlimits.connections = 100\nlog.format = \"text\"\n",
        upstream.address()
    );
    let hooksieve = Raw::start(&config);
    for name in ["invoice.paid", "a\r\n2026-01-01T00:00:00.000Z  WARN forged"] {
        exchange(hooksieve.address(), post(&event(name)));
    }
    let stdout = hooksieve.stop().stdout;
    let lines: Vec<_> = stdout
        .lines()
        .filter(|line| line.contains("Z  WARN a type"))
        .collect();
    assert_eq!(lines.len(), 2, "{stdout}");
    let expected =
        "a type that no rule names type=invoice.paid write=\"deny = [..., 'invoice.paid']\"";
    assert!(lines[0].ends_with(expected), "{stdout}");
    assert!(
        lines[1].ends_with(r#" type="a\r\n2026-01-01T00:00:00.000Z  WARN forged""#),
        "{stdout}"
    );
}

/// Four senders make up 12,000 types between them, each of which two of them send.
#[test]
fn no_more_than_10_000_are_told_of_and_that_once() {
    let upstream = Upstream::answering(OK);
    let mut hooksieve = Hooksieve::with(&upstream, "[filter]\nallow = [\"known\"]\n");
    let address = hooksieve.address();
    exchange(address, post(&event("first")));
    let (_, before) = hooksieve.memory();
    let senders = [0, 4_000, 8_000, 12_000]
        .map(|start| thread::spawn(move || send(address, start..start + 6_000)));
    for sender in senders {
        sender.join().expect("all are answered");
    }
    for name in ["first", "type.0", "type.17999", "known"] {
        exchange(address, post(&event(name)));
    }
    let (_, after) = hooksieve.memory();
    let events = hooksieve.stop();
    assert_eq!(events.len(), 24_005);
    let lines = hooksieve.lines();
    let with = |message: &str| {
        lines
            .iter()
            .filter(|line| line["message"] == message)
            .count()
    };
    let mut types: Vec<_> = lines
        .iter()
        .filter(|line| line["message"] == UNNAMED)
        .map(|line| line["type"].as_str().expect("a string"))
        .collect();
    types.sort_unstable();
    types.dedup();
    assert_eq!(
        (types.len(), with(UNNAMED), with(NO_MORE)),
        (10_000, 10_000, 1)
    );
    assert_eq!(
        (
            hooksieve.line(NO_MORE)["told"].as_u64(),
            &hooksieve.line(NO_MORE)["level"]
        ),
        (Some(10_000), &json!("warn"))
    );
    // The log that waits to be written is up to 8 MiB.
    assert!(after < before + 16 * 1024, "{before} and {after} KiB");
}

fn send(address: SocketAddr, types: std::ops::Range<u32>) {
    let mut sender = connect(address);
    for number in types {
        let answer = ask(&mut sender, post(&event(&format!("type.{number}"))));
        assert_eq!(answer.status, 200);
    }
}
