//! What senders are shown, and what they may speak.

use std::sync::Arc;

use rcgen::ExtendedKeyUsagePurpose;
use rustls::version::{TLS12, TLS13};
use rustls::{ClientConfig, HandshakeKind, ProtocolVersion};

use crate::support::{
    Authority, Files, Hooksieve, OK, TlsSender, Upstream, post, tls_ask, tls_connect,
    tls_connect_to,
};

const DROPPED: &str = r#"{"type":"batch.created"}"#;

/// The names of the certificate that was shown.
fn shown(stream: &TlsSender) -> String {
    let chain = stream.conn.peer_certificates().expect("one was shown");
    let certificate = hooksieve::tls::Certificate::read(&chain[0]);
    certificate.expect("it can be read").names.join(" ")
}

#[test]
fn events_come_and_go_by_tls_as_they_do_without() {
    let files = Files::for_localhost();
    let upstream =
        Upstream::answering("HTTP/1.1 201 Created\r\nContent-Length: 2\r\nX-a: b\r\n\r\nok");
    let config = format!(
        "filter.deny = [\"batch.*\"]\nforward = {{ x_forwarded = true, forwarded = true }}\n{}",
        files.tls("a")
    );
    let mut hooksieve = Hooksieve::with(&upstream, &config);
    for (version, name) in [
        (&TLS13, ProtocolVersion::TLSv1_3),
        (&TLS12, ProtocolVersion::TLSv1_2),
    ] {
        let builder = ClientConfig::builder_with_protocol_versions(&[version]);
        let builder = builder.with_root_certificates(files.authority.roots());
        let sender = Arc::new(builder.with_no_client_auth());
        let mut stream = tls_connect(hooksieve.address(), &sender).expect("hands are shaken");
        assert_eq!(stream.conn.protocol_version(), Some(name));
        let answer = tls_ask(&mut stream, post("{}")).expect("an answer");
        assert_eq!((answer.status, answer.text()), (201, "ok"));
        assert!(answer.lines().contains(&"X-a: b"), "{answer:?}");
        let answer = tls_ask(&mut stream, post(DROPPED)).expect("an answer");
        assert_eq!(answer.status, 200);
    }
    let requests = upstream.requests();
    assert_eq!(requests.len(), 2);
    for request in requests {
        assert_eq!(request.field("x-forwarded-proto"), ["https"]);
        assert!(request.field("forwarded")[0].ends_with(";proto=https"));
        assert_eq!(request.text(), "{}");
    }
    let told = hooksieve.line("certificate");
    assert_eq!(told["level"], "info");
    assert_eq!(
        (&told["shown_to"], &told["names"]),
        (&"senders".into(), &"localhost, 127.0.0.1".into())
    );
    assert!(told["until"].as_str().expect("a time").ends_with('Z'));
    assert_eq!(hooksieve.stop().len(), 4);
}

#[test]
fn a_body_of_many_records_comes_whole_both_ways() {
    let files = Files::for_localhost();
    let body = "x".repeat(3_000_000);
    let answer = format!(
        "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let upstream = Upstream::new(move |mut connection| {
        while connection.request().is_some() {
            connection.write(&answer);
        }
    });
    let hooksieve = Hooksieve::with(&upstream, &files.tls("a"));
    let mut stream = tls_connect(hooksieve.address(), &files.sender()).expect("hands are shaken");
    for _ in 0..2 {
        let answer = tls_ask(&mut stream, post(&body)).expect("an answer");
        assert_eq!(answer.body.len(), body.len());
    }
    assert!(
        upstream
            .requests()
            .iter()
            .all(|request| request.body == body.as_bytes())
    );
}

#[test]
fn of_several_certificates_each_sender_is_shown_the_one_for_its_name() {
    let files = Files::for_localhost();
    files.save("b", &files.authority.issue(&["b.example"]));
    files.save("c", &files.authority.issue(&["*.c.example"]));
    let list = |end: &str| {
        ["a", "b", "c"]
            .map(|name| files.quoted(&format!("{name}.{end}")))
            .join(", ")
    };
    let config = format!("[tls]\ncert = [{}]\nkey = [{}]\n", list("pem"), list("key"));
    let upstream = Upstream::answering(OK);
    let hooksieve = Hooksieve::with(&upstream, &config);
    assert_eq!(hooksieve.lines_of("certificate", 3).len(), 3);
    for (name, names) in [
        ("localhost", "localhost 127.0.0.1"),
        ("b.example", "b.example"),
        ("x.c.example", "*.c.example"),
        // An address is never asked for, so that is the first.
        ("127.0.0.1", "localhost 127.0.0.1"),
    ] {
        let stream = tls_connect_to(name, hooksieve.address(), &files.sender());
        assert_eq!(shown(&stream.expect("hands are shaken")), names, "{name}");
    }
    let unknown = tls_connect_to("d.example", hooksieve.address(), &files.sender());
    assert!(
        unknown
            .expect_err("it is for others")
            .to_string()
            .contains("d.example")
    );
}

#[test]
fn a_session_is_resumed_by_any_worker_and_nothing_is_sent_before_hands_are_shaken() {
    let files = Files::for_localhost();
    let upstream = Upstream::answering(OK);
    let hooksieve = Hooksieve::with(&upstream, &files.tls("a"));
    let kinds = |versions: &[&'static rustls::SupportedProtocolVersion]| {
        let builder = ClientConfig::builder_with_protocol_versions(versions);
        let builder = builder.with_root_certificates(files.authority.roots());
        let mut sender = builder.with_no_client_auth();
        sender.enable_early_data = true;
        let sender = Arc::new(sender);
        let kinds = (0..8).map(|_| {
            let mut stream = tls_connect(hooksieve.address(), &sender).expect("hands are shaken");
            assert!(!stream.conn.is_early_data_accepted());
            // The ticket comes with the answer at the latest.
            assert_eq!(
                tls_ask(&mut stream, post("{}")).expect("an answer").status,
                200
            );
            stream.conn.handshake_kind().expect("it is known")
        });
        kinds.collect::<Vec<_>>()
    };
    for versions in [[&TLS13], [&TLS12]] {
        let kinds = kinds(&versions);
        assert_eq!(kinds[0], HandshakeKind::Full);
        assert!(
            kinds[1..]
                .iter()
                .all(|kind| *kind == HandshakeKind::Resumed),
            "{kinds:?}"
        );
    }
}

#[test]
fn with_a_client_ca_only_senders_that_it_certified_are_let_in() {
    let files = Files::for_localhost();
    let senders = Authority::new("Senders");
    files.write("senders.pem", &senders.pem());
    let config = format!(
        "{}client_ca = {}\n",
        files.tls("a"),
        files.quoted("senders.pem")
    );
    let upstream = Upstream::answering(OK);
    let mut hooksieve = Hooksieve::with(&upstream, &config);
    let for_clients = |params: &mut rcgen::CertificateParams| {
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    };
    let known = senders.issue_with(&["sender"], for_clients);
    let stranger = files.authority.issue_with(&["sender"], for_clients);
    let ask_as = |sender| {
        // In TLS 1.3 the refusal comes behind what the sender takes for the end of the handshake.
        tls_connect(hooksieve.address(), &sender)
            .and_then(|mut stream| tls_ask(&mut stream, post("{}")))
    };
    let answer = ask_as(known.shown_by_one_who_believes(&files.authority));
    assert_eq!(answer.expect("an answer").status, 200);
    for sender in [
        files.sender(),
        stranger.shown_by_one_who_believes(&files.authority),
    ] {
        ask_as(sender).expect_err("it is refused");
    }
    let events = hooksieve.stop();
    assert_eq!(events.len(), 3, "{events:#?}");
    for told in &events[1..] {
        let error = told["error"].as_str().expect("a reason");
        assert!(error.starts_with("the TLS handshake failed: "), "{error}");
    }
}
