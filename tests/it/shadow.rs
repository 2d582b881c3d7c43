//! Shadow rules: what they would do is logged and counted, and nothing of it is done.

use rustix::process::Signal;
use serde_json::{Value, json};

use crate::support::{Connection, Hooksieve, OK, Upstream, exchange, get, post, post_with};

/// Each list of the shadow rules differs from that in force.
const BOTH: &str = "[filter]\ndeny = [\"batch.*\"]\nunreadable = \"reject\"\n\
                    [filter.shadow]\ndeny = [\"invoice.draft\", \"batch.b\"]\n";

/// What is sent, what its sender is told, and what the line says: the four fields of [`told`].
type Case<'c> = (&'c str, u16, [Value; 4]);

const TYPED: [(&str, u16, [Option<&str>; 4]); 9] = [
    (
        r#"{"type":"invoice.paid"}"#,
        200,
        [Some("forward"), None, None, None],
    ),
    (
        r#"{"type":"invoice.draft"}"#,
        200,
        [
            Some("forward"),
            None,
            Some("would drop"),
            Some(r#"deny "invoice.draft""#),
        ],
    ),
    // Both drop, by different rules.
    (
        r#"{"type":"batch.b"}"#,
        202,
        [Some("drop"), Some(r#"deny "batch.*""#), None, None],
    ),
    // What passes by no rule has none.
    (
        r#"{"type":"batch.a"}"#,
        202,
        [
            Some("drop"),
            Some(r#"deny "batch.*""#),
            Some("would forward"),
            None,
        ],
    ),
    // Two readings that agree by one set of rules, and not by the other.
    (
        r#"{"type":"invoice.paid","type":"invoice.draft"}"#,
        200,
        [
            Some("forward"),
            None,
            Some("would reject"),
            Some("unreadable: several types, and not one verdict"),
        ],
    ),
    (
        r#"{"type":"batch.a","type":"x"}"#,
        422,
        [
            Some("reject"),
            Some("unreadable: several types, and not one verdict"),
            Some("would forward"),
            None,
        ],
    ),
    // A batch, in which another event decides.
    (
        r#"[{"type":"batch.b"},{"type":"invoice.draft"}]"#,
        200,
        [
            Some("forward"),
            None,
            Some("would drop"),
            Some(r#"deny "batch.b""#),
        ],
    ),
    ("{}", 200, [Some("forward"), None, None, None]),
    (
        "{",
        422,
        [
            Some("reject"),
            Some("unreadable: ends before its JSON does"),
            None,
            None,
        ],
    ),
];

fn cases() -> impl Iterator<Item = Case<'static>> {
    TYPED
        .iter()
        .map(|&(body, status, told)| (body, status, told.map(|text| json!(text))))
}

fn told(line: &Value) -> [Value; 4] {
    ["verdict", "rule", "shadow", "shadow_rule"].map(|name| line[name].clone())
}

#[test]
fn what_they_would_do_is_logged_and_counted_and_never_done() {
    let upstream = Upstream::answering(OK);
    let config = format!("{BOTH}[drop]\nstatus = 202\n");
    let mut hooksieve = Hooksieve::with(&upstream, &config);
    for (body, status, _) in cases() {
        let answer = exchange(hooksieve.address(), post(body));
        assert_eq!(answer.status, status, "{body}");
    }
    assert_eq!(exchange(hooksieve.address(), get("/")).status, 200);
    let lines = hooksieve.stop();
    for ((body, _, expected), line) in cases().zip(&lines) {
        assert_eq!(told(line), expected, "{body}");
        for (name, value) in ["shadow", "shadow_rule"].iter().zip(&expected[2..]) {
            let there = line.as_object().expect("an object").contains_key(*name);
            assert_eq!(there, !value.is_null(), "{body}");
        }
    }
    let forwarded: Vec<_> = cases()
        .filter(|(_, status, _)| *status == 200)
        .map(|(body, ..)| body.as_bytes().to_vec())
        .collect();
    let mut came: Vec<_> = upstream
        .requests()
        .into_iter()
        .map(|request| request.body)
        .collect();
    assert_eq!(came.pop(), Some(Vec::new()), "what has no body");
    assert_eq!(came, forwarded);

    let totals = hooksieve.line("totals");
    let counted = ["forwarded", "dropped", "refused", "failed"].map(|name| &totals[name]);
    assert_eq!(counted, [6, 2, 2, 0]);
    let shadow =
        ["forward", "drop", "reject"].map(|would| &totals[format!("shadow_would_{would}")]);
    assert_eq!(shadow, [2, 2, 1]);
}

#[test]
fn in_observe_mode_both_are_only_logged() {
    let upstream = Upstream::answering(OK);
    let mut hooksieve = Hooksieve::with(&upstream, &format!("mode = \"observe\"\n{BOTH}"));
    for (body, ..) in cases() {
        assert_eq!(
            exchange(hooksieve.address(), post(body)).status,
            200,
            "{body}"
        );
    }
    assert_eq!(upstream.requests().len(), TYPED.len());
    for ((body, _, mut expected), line) in cases().zip(&hooksieve.stop()) {
        if expected[0] != "forward" {
            let verdict = expected[0].as_str().expect("a verdict");
            expected[0] = json!(format!("would {verdict}"));
        }
        assert_eq!(told(line), expected, "{body}");
    }
}

#[test]
fn a_list_left_out_is_that_in_force_and_an_empty_one_is_empty() {
    let upstream = Upstream::answering(OK);
    let lists = "[filter]\ndeny = [\"a\"]\nallow = [\"b\", \"c\"]\n";
    for (shadow, expected) in [
        ("allow = []", [None, None, Some("would forward")]),
        ("deny = [\"b\"]", [None, Some("would drop"), None]),
        (
            "deny = []\nallow = []",
            [Some("would forward"), None, Some("would forward")],
        ),
        ("", [None; 3]),
    ] {
        let config = format!("{lists}[filter.shadow]\n{shadow}\n");
        let mut hooksieve = Hooksieve::with(&upstream, &config);
        for name in ["a", "b", "x"] {
            let body = json!({ "type": name }).to_string();
            assert_eq!(exchange(hooksieve.address(), post(&body)).status, 200);
        }
        let lines = hooksieve.stop();
        let told: Vec<_> = lines.iter().map(|line| line["shadow"].as_str()).collect();
        assert_eq!(told, expected, "{shadow}");
        let verdicts: Vec<_> = lines.iter().map(|line| &line["verdict"]).collect();
        assert_eq!(verdicts, ["drop", "forward", "drop"], "{shadow}");
    }
}

/// It is judged on a thread of its own; what is not read is a doubt to both.
#[test]
fn a_large_body_is_judged_by_both_and_an_unread_one_by_neither() {
    let upstream = Upstream::answering(OK);
    let mut hooksieve = Hooksieve::with(&upstream, BOTH);
    let space = " ".repeat(1 << 20);
    let body = format!("{{{space}\"type\":\"invoice.draft\"}}");
    assert_eq!(exchange(hooksieve.address(), post(&body)).status, 200);
    let encoded = post_with(
        "Content-Encoding: compress\r\n",
        r#"{"type":"invoice.draft"}"#,
    );
    assert_eq!(exchange(hooksieve.address(), encoded).status, 415);
    let lines = hooksieve.stop();
    assert_eq!(lines[0]["shadow"], "would drop");
    assert_eq!(
        (&lines[1]["shadow"], &lines[1]["verdict"]),
        (&Value::Null, &json!("reject"))
    );
}

#[test]
fn what_failed_is_counted_as_it_is_logged() {
    let upstream = Upstream::new(Connection::reset);
    let mut hooksieve = Hooksieve::with(&upstream, BOTH);
    let event = post(r#"{"type":"invoice.draft"}"#);
    assert_eq!(exchange(hooksieve.address(), event).status, 502);
    hooksieve.signal(Signal::TERM);
    assert!(hooksieve.wait().success());
    let line = &hooksieve.events(1)[0];
    assert_eq!(
        (&line["verdict"], &line["shadow"]),
        (&json!("fail"), &json!("would drop"))
    );
    let totals = hooksieve.line("totals");
    assert_eq!(
        (&totals["failed"], &totals["shadow_would_drop"]),
        (&json!(1), &json!(1))
    );
    assert_eq!(
        totals["shadow_would_forward"],
        Value::Null,
        "there was none"
    );
}
