//! What is spoken on the port of TLS that is none, or another.

use std::io::{self, ErrorKind, Read, Write};
use std::sync::Arc;

use rustls::{AlertDescription, Error};

use crate::support::{Files, Hooksieve, OK, TlsSender, Upstream, ask, connect, post, tls_connect};

/// The alert by which a handshake was refused.
fn alert(failed: io::Result<TlsSender>) -> AlertDescription {
    let error = failed.expect_err("it is refused");
    let error = error.get_ref().and_then(|error| error.downcast_ref());
    match error {
        Some(Error::AlertReceived(alert)) => *alert,
        other => panic!("{other:?}"),
    }
}

#[test]
fn http_1_1_is_what_is_spoken_within_and_who_wants_another_is_told() {
    let files = Files::for_localhost();
    let upstream = Upstream::answering(OK);
    let mut hooksieve = Hooksieve::with(&upstream, &files.tls("a"));
    let speaking = |protocols: &[&[u8]]| {
        let mut sender = (*files.sender()).clone();
        sender.alpn_protocols = protocols.iter().map(|one| one.to_vec()).collect();
        tls_connect(hooksieve.address(), &Arc::new(sender))
    };
    let chosen = |protocols: &[&[u8]]| {
        let stream = speaking(protocols).expect("hands are shaken");
        stream.conn.alpn_protocol().map(<[u8]>::to_vec)
    };
    assert_eq!(
        chosen(&[b"h2", b"http/1.1"]).as_deref(),
        Some(&b"http/1.1"[..])
    );
    assert_eq!(chosen(&[]), None);
    assert_eq!(
        alert(speaking(&[b"h2"])),
        AlertDescription::NoApplicationProtocol
    );
    let told = hooksieve.events(1).remove(0);
    assert_eq!(told["verdict"], "refuse");
    assert!(
        told["error"]
            .as_str()
            .expect("a reason")
            .starts_with("the TLS handshake failed: ")
    );
    assert_eq!(hooksieve.stop().len(), 1);
}

#[test]
fn who_speaks_plain_http_is_told_so() {
    let files = Files::for_localhost();
    let upstream = Upstream::answering(OK);
    let mut hooksieve = Hooksieve::with(&upstream, &files.tls("a"));
    let mut stream = connect(hooksieve.address());
    let answer = ask(&mut stream, post("{}"));
    assert_eq!(answer.status, 400);
    assert!(answer.text().contains("https://"), "{}", answer.text());
    let mut rest = Vec::new();
    assert_eq!(stream.read_to_end(&mut rest).expect("a clean end"), 0);
    let told = hooksieve.stop();
    assert_eq!(told.len(), 1);
    assert_eq!(told[0]["status"], 400);
    assert!(
        told[0]["error"]
            .as_str()
            .expect("a reason")
            .contains("plain HTTP")
    );
}

#[test]
fn what_is_neither_is_refused_and_told_and_who_only_looks_is_not() {
    let files = Files::for_localhost();
    let upstream = Upstream::answering(OK);
    let mut hooksieve = Hooksieve::with(&upstream, &files.tls("a"));
    // As a health check that only connects.
    drop(connect(hooksieve.address()));
    let mut stream = connect(hooksieve.address());
    stream.write_all(&[0x80; 32]).expect("it can be sent");
    let mut told = Vec::new();
    match stream.read_to_end(&mut told) {
        // A fatal alert.
        Ok(_) => assert_eq!(told.first(), Some(&0x15), "{told:x?}"),
        Err(error) => assert_eq!(error.kind(), ErrorKind::ConnectionReset),
    }
    let events = hooksieve.stop();
    assert_eq!(events.len(), 1, "{events:#?}");
    assert_eq!(events[0]["error"], "what came was no TLS");
}
