//! What senders choose: it forges no line, floods no log, and its secrets are not in there.

use std::io::Write;
use std::net::Shutdown;

use serde_json::{Value, json};

use super::{OK, config, event};
use crate::support::{Hooksieve, Raw, Upstream, connect, exchange, post, post_with, read_message};

/// Must never be logged.
const SECRET: &str = "s3cret";
/// Tries to end its value, its line, to colour what follows, to turn it around, and to hide something in it.
const FORGED: &str = "x\",\"verdict\":\"drop\"}\r\n2026-01-01T00:00:00.000Z ERROR \u{1b}[31mforged\u{9b}2J a=\"b\
                      \u{202e}drow\u{2028}\u{a0}\u{200b}\u{e0041}";
/// The same as it stands in a line.
const ESCAPED: &str = r#""x\",\"verdict\":\"drop\"}\r\n2026-01-01T00:00:00.000Z ERROR \u001b[31mforged\u009b2J a=\"b\u202edrow\u2028\u00a0\u200b\udb40\udc41""#;

#[test]
fn a_sender_forges_no_line_as_text() {
    let upstream = Upstream::answering(OK);
    let hooksieve = Raw::start(&config(&upstream, "text"));
    exchange(hooksieve.address(), post(&event(FORGED, FORGED)));
    let stdout = hooksieve.stop().stdout;
    assert_eq!(stdout.lines().count(), 6, "{stdout}");
    let has_controls = |line: &str| line.contains(char::is_control);
    assert!(!stdout.split('\n').any(has_controls), "{stdout}");
    let new = stdout.lines().nth(1).expect("that the type is new");
    assert!(
        new.ends_with(&format!("a type that no rule names type={ESCAPED}")),
        "{new}"
    );
    let line = stdout.lines().nth(2).expect("the event");
    assert!(
        line.contains(&format!(" type={ESCAPED} id={ESCAPED} ")),
        "{line}"
    );
}

#[test]
fn a_sender_forges_no_line_as_json() {
    let upstream = Upstream::answering(OK);
    let hooksieve = Raw::start(&config(&upstream, "json"));
    exchange(hooksieve.address(), post(&event(FORGED, FORGED)));
    let stdout = hooksieve.stop().stdout;
    let lines: Vec<Value> = stdout
        .lines()
        .map(|line| serde_json::from_str(line).expect("every line is JSON"))
        .collect();
    assert_eq!(lines.len(), 6, "{stdout}");
    assert!(stdout.is_ascii(), "{stdout}");
    assert_eq!(lines[1]["message"], "a type that no rule names");
    assert_eq!(lines[1]["type"], json!(FORGED));
    assert_eq!(lines[2]["verdict"], "forward");
    assert_eq!(
        (&lines[2]["type"], &lines[2]["id"]),
        (&json!(FORGED), &json!(FORGED))
    );
}

#[test]
fn as_text_what_is_no_word_is_quoted() {
    let upstream = Upstream::answering(OK);
    let hooksieve = Raw::start(&config(&upstream, "text"));
    let values = [
        ("invoice.paid", "evt_1", "type=invoice.paid id=evt_1 "),
        ("a:b/c-d", "a=b", "type=a:b/c-d id=\"a=b\" "),
        ("é", "a,b", "type=\"é\" id=\"a,b\" "),
        ("", "a b", "type=\"\" id=\"a b\" "),
    ];
    for (kind, id, _) in values {
        exchange(hooksieve.address(), post(&event(kind, id)));
    }
    let stdout = hooksieve.stop().stdout;
    let events = stdout.lines().filter(|line| line.contains(" event "));
    for (line, (.., expected)) in events.zip(values) {
        assert!(line.contains(expected), "{line}");
    }
}

#[test]
fn what_senders_choose_is_cut_at_200_bytes() {
    let upstream = Upstream::answering(OK);
    let hooksieve = Hooksieve::before(&upstream);
    let (long, path, method) = ("é".repeat(150), "/p".repeat(200), "M".repeat(300));
    let body = event(&long, &long);
    let length = body.len();
    let request =
        format!("{method} {path} HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\n\r\n{body}");
    assert_eq!(exchange(hooksieve.address(), request).status, 200);
    let line = &hooksieve.events(1)[0];
    let cut = "é".repeat(100) + "…";
    assert_eq!((&line["type"], &line["id"]), (&json!(cut), &json!(cut)));
    assert_eq!(line["path"], "/p".repeat(100) + "…");
    assert_eq!(line["method"], "M".repeat(200) + "…");
    assert_eq!(upstream.requests()[0].body, body.as_bytes());
}

#[test]
fn no_secret_is_logged() {
    let upstream = Upstream::new(|mut connection| {
        while let Some(request) = connection.request() {
            let line = request.start_line().to_owned();
            connection.write(match line.split(['?', ' ']).nth(1) {
                Some("/no-http") => "s3cret\r\n\r\n",
                Some("/bad-length") => "HTTP/1.1 200 OK\r\nContent-Length: s3cret\r\n\r\n",
                Some("/bad-field") => "HTTP/1.1 200 OK\r\ns3cret s3cret\r\n\r\n",
                Some("/bad-chunk") => {
                    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\ns3cret\r\n"
                }
                _ => OK,
            });
        }
    });
    let hooksieve = Raw::start(&(config(&upstream, "json") + "level = \"debug\"\n"));
    let fields =
        "Authorization: Bearer s3cret\r\nStripe-Signature: t=1,v1=s3cret\r\nCookie: s3cret\r\n";
    let request = |target: &str, body: &str| {
        post_with(fields, body).replace("/webhook", &format!("{target}?token={SECRET}"))
    };
    let body = json!({"type": "a", "data": {"key": SECRET}}).to_string();
    let denied = body.replace("\"a\"", "\"batch.a\"");
    let mut statuses = Vec::new();
    for request in [
        request("/", &body),
        request("/", &denied),
        request("/", &body[..20]),
        request("/", SECRET),
        request("http://s3cret:s3cret@a/", &body),
        request("/no-http", &body),
        request("/bad-length", &body),
        request("/bad-field", &body),
        // Not passed on: framed badly, without Host, with nonsense in the head.
        request("/", "").replace("Content-Length: 0", "Transfer-Encoding: chunked") + SECRET,
        request("/", "").replace("Content-Length: 0", "Transfer-Encoding: s3cret, chunked"),
        request("/", "").replace("Content-Length: 0", "Expect: s3cret"),
        request("/", "").replace("example.com", "s3cret@a"),
        request("/", "").replace("Cookie: s3", "Cookie s3"),
        request("/", "").replace("POST /", "POST s3cret /"),
    ] {
        let mut stream = connect(hooksieve.address());
        stream
            .write_all(request.as_bytes())
            .expect("it can be sent");
        stream.shutdown(Shutdown::Write).expect("it is open");
        statuses.push(read_message(&mut stream, false).expect("an answer").status);
    }
    let refused = [400, 501, 417, 400, 400, 400];
    assert_eq!(
        statuses,
        [&[200; 4][..], &[400], &[502; 3], &refused].concat()
    );
    // The head of this answer is passed back; what is no chunk cuts it off.
    let mut stream = connect(hooksieve.address());
    stream
        .write_all(request("/bad-chunk", &body).as_bytes())
        .expect("it can be sent");
    read_message(&mut stream, false).expect_err("the answer is broken");

    let run = hooksieve.stop();
    let lines = run.stdout.matches("\"message\":\"event\"").count();
    assert_eq!(lines, statuses.len() + 1, "{}", run.stdout);
    assert!(!run.stdout.contains(SECRET), "{}", run.stdout);
    assert_eq!(run.stderr, "");
}
