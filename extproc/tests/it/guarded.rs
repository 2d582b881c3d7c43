//! What is verified before it is decided, and recorded before it is dropped.

use std::fs;
use std::process::Command;

use crate::support::{
    BATCH, BINARY, Body, Client, DENY, Hooksieve, Said, command, dropped, refused, serving,
};

#[test]
fn what_its_sender_did_not_sign_is_refused_and_what_is_too_large_to_be_verified() {
    const SIGNED: &str = "sha256=4ca363267e3a20bc39fd23c3c1295dde42481371f655545ca7334d1da59b7292";
    let config =
        "limits.inspect = \"1 KiB\"\n[verify]\nscheme = \"github\"\nsecret = \"env:GITHUB\"\n";
    let mut binary = command();
    binary.env("GITHUB", "53cr3t");
    let mut hooksieve = Hooksieve::begin(&mut binary, String::new(), config);
    let client = Client::new(hooksieve.address());
    let signed = &[("x-hub-signature-256", SIGNED)][..];
    let body = br#"{"type":"invoice.paid"}"#;
    assert_eq!(client.post(signed, body), Said::GoesOn(Body::Seen));
    let challenge = (
        "www-authenticate".to_owned(),
        "Webhook-Signature".to_owned(),
    );
    let unsigned = Said::Answered(401, vec![challenge], String::new());
    assert_eq!(client.post(signed, BATCH), unsigned);
    assert_eq!(client.post(&[], body), unsigned);
    let too_large = "the body is too large for its signature to be verified";
    assert_eq!(client.post(signed, &[b' '; 2000]), refused(413, too_large));
    drop(client);
    let events = hooksieve.stop();
    let verdicts: Vec<_> = events
        .iter()
        .map(|event| event["verdict"].clone())
        .collect();
    assert_eq!(verdicts, ["forward", "refuse", "refuse", "refuse"]);
}

#[test]
fn a_drop_is_on_record_with_who_sent_it() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("dropped.jsonl");
    let config = format!("{DENY}[audit]\npath = {path:?}\nbody = true\n");
    let (_hooksieve, client) = serving(&config);
    assert_eq!(
        client.post(&[("x-a", "1"), ("x-a", "2")], BATCH),
        dropped("")
    );
    let record = fs::read_to_string(path).expect("it is there");
    let line: serde_json::Value = serde_json::from_str(&record).expect("it is one line");
    assert_eq!(line["peer"], "203.0.113.7:40000");
    let written = "POST /webhook?token=x HTTP/1.1\r\nhost: example.com\r\ncontent-length: 37\r\nx-a: 1\r\nx-a: 2\r\n\r\n";
    assert_eq!(line["head"], written);
    assert_eq!(
        (&line["type"], &line["bytes"]),
        (&"batch.created".into(), &37.into())
    );
    assert!(line["body"].is_string(), "{line}");
}

#[test]
fn a_drop_that_cant_be_recorded_is_refused_so_that_its_sender_tries_again() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("dropped.jsonl");
    let config = format!("{DENY}[audit]\npath = {path:?}\n");
    let mut shell = Command::new("sh");
    shell.args([
        "-c",
        "trap '' XFSZ && ulimit -f 0 && exec \"$0\" \"$@\"",
        BINARY,
    ]);
    shell.args(["--listen", "127.0.0.1:0"]);
    let mut hooksieve = Hooksieve::begin(&mut shell, String::new(), &config);
    let client = Client::new(hooksieve.address());
    let Said::Answered(status, fields, text) = client.post(&[], BATCH) else {
        panic!("it is dropped");
    };
    assert_eq!(status, 503, "{text}");
    let later = ("retry-after".to_owned(), "1".to_owned());
    assert!(fields.contains(&later), "{fields:?}");
    drop(client);
    assert_eq!(hooksieve.stop()[0]["verdict"], "fail");
}
