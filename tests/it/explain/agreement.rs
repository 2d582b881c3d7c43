//! What is explained is what the running proxy does.

use serde_json::Value;

use super::{directory, explain};
use crate::codings::gzip;
use crate::support::{Hooksieve, OK, Upstream, exchange, post_with};

/// Bodies of every kind: plain, in doubt, broken.
fn bodies() -> Vec<Vec<u8>> {
    let text = [
        r#"{"type":"batch.a"}"#,
        r#"{"type":"b","id":"1"}"#,
        r#"{"\u0074ype":"\u0062atch.a"}"#,
        r#"{"type":"batch.a","type":"batch.b"}"#,
        r#"{"type":"batch.a","type":"b"}"#,
        r#"{"type":"invoice.a","Type":"batch.a"}"#,
        r#"{"Type":"batch.a"}"#,
        r#"{"type\u0000":"invoice.a"}"#,
        r#"{"type":"batch.a\u0000b"}"#,
        r#"{"type":"b\u0000","x":1}"#,
        r#"{"type":null}"#,
        r#"{"type":"invoice.a","x":1e400}"#,
        r#"{"data":{"type":"batch.a"}}"#,
        "{}",
        "[]",
        "7",
        r#""batch.a""#,
        r#"[{"type":"batch.a"},{"type":"batch.b"}]"#,
        r#"[{"type":"batch.a"},{"type":"invoice.a"}]"#,
        r#"[{"type":"batch.a"},{"type":1}]"#,
        "\u{feff}{\"type\":\"batch.a\"}",
        r#"{"type":"batch.a"}}"#,
        r#"{"type":"batch.a""#,
        r#"{"type":"b",}"#,
        r#"{"type":"batch.a","x":"\ud800"}"#,
        "type=batch.a",
        " ",
        "",
    ];
    let mut bodies: Vec<_> = text.iter().map(|text| text.as_bytes().to_vec()).collect();
    bodies.push(b"{\"type\":\"batch.a\",\"x\":\"\xff\"}".to_vec());
    bodies.push(b"{\0\"\0t\0".to_vec());
    bodies.push(format!("{{\"type\":\"batch.a\"}}{}", " ".repeat(2_000)).into_bytes());
    bodies.push(format!("{{{}\"type\":\"b\"}}", "\"type\":\"b\",".repeat(20)).into_bytes());
    let plain = bodies.len();
    for number in 0..plain {
        bodies.push(gzip(&bodies[number]));
    }
    bodies
}

/// What the log of the proxy says, and what is explained.
#[test]
fn it_says_what_the_proxy_does() {
    let lines = [
        ("", ""),
        ("Content-Type", "a; charset=utf-7"),
        ("Content-Encoding", "br"),
        ("Content-Encoding", "gzip"),
        ("Content-Encoding", "compress"),
    ];
    for config in [
        "[filter]\ndeny = [\"batch.*\"]\n",
        "[filter]\ndeny = [\"batch.*\"]\nunreadable = \"reject\"\n",
        "[filter]\ndeny = [\"*.b\"]\nallow = [\"invoice.*\", \"batch.*\"]\nunreadable = \"drop\"\n[drop]\nstatus = 202\nbody = \"x\"\n",
        "mode = \"observe\"\n[filter]\nallow = [\"invoice.*\"]\nunreadable = \"reject\"\n",
    ] {
        let config = format!("{config}[limits]\ninspect = \"1 KiB\"\n");
        let upstream = Upstream::answering(OK);
        let mut hooksieve = Hooksieve::with(&upstream, &config);
        let bodies = bodies();
        let names: Vec<_> = (0..bodies.len())
            .map(|number| format!("{number}"))
            .collect();
        let names_of_files = names.iter().map(String::as_str);
        let files: Vec<_> = names_of_files
            .zip(bodies.iter().map(Vec::as_slice))
            .collect();
        let directory = directory(&config, &files);
        let mut explained = Vec::new();
        for (name, value) in lines {
            let header = format!("{name}: {value}");
            let mut arguments = vec!["--"];
            if !name.is_empty() {
                arguments = vec!["-H", &header, "--"];
            }
            arguments.extend(names.iter().map(String::as_str));
            let run = explain(directory.path(), &arguments);
            assert_eq!(run.stderr, "");
            explained.extend(run.stdout.split("\n\n").map(str::to_owned));
            for body in &bodies {
                let header = if name.is_empty() {
                    String::new()
                } else {
                    header.clone() + "\r\n"
                };
                let head = post_with(&format!("{header}Content-Length: {}\r\n", body.len()), "");
                let head = head.replace("Content-Length: 0\r\n", "");
                exchange(hooksieve.address(), [head.as_bytes(), body].concat());
            }
        }
        let events = hooksieve.stop();
        assert_eq!(events.len(), explained.len());
        for (event, explained) in events.iter().zip(&explained) {
            agree(event, explained);
        }
    }
}

fn agree(event: &Value, explained: &str) {
    let fate = explained
        .lines()
        .next()
        .and_then(|line| line.rsplit_once(": "));
    let verdict = match fate.expect("it begins with the fate").1 {
        "forwarded" if explained.contains("it would be dropped") => "would drop",
        "forwarded" if explained.contains("it would be refused") => "would reject",
        "forwarded" => "forward",
        "dropped" => "drop",
        "refused" => "reject",
        other => panic!("{other}"),
    };
    assert_eq!(event["verdict"], verdict, "{event} {explained}");
    let status = event["status"].to_string();
    let told = format!("  sender  {status}, ");
    let is_told = explained.contains(&told) || explained.contains("  sender  what ");
    assert!(is_told, "{event} {explained}");
    let rule = explained
        .lines()
        .find_map(|line| line.strip_prefix("  rule    "));
    let rule = rule.expect("there is a rule");
    match event["rule"].as_str() {
        None => assert!(rule.starts_with("none: "), "{event} {explained}"),
        Some(logged) => match logged.strip_prefix("unreadable: ") {
            Some(why) => assert!(rule.ends_with(why), "{event} {explained}"),
            None => assert!(rule.starts_with(logged), "{event} {explained}"),
        },
    }
}
