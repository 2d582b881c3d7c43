//! Upstreams that speak TLS: whom we believe, and what is told where we do not.

use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rcgen::{ExtendedKeyUsagePurpose, date_time_ymd};
use rustls::HandshakeKind;

use crate::support::{
    Authority, Connection, Files, Hooksieve, Issued, OK, TlsUpstream, Upstream, exchange, post,
    read_message,
};

/// What is logged of an event for an upstream that shows this, and what its sender gets.
#[track_caller]
fn refused(files: &Files, issued: &Issued) -> String {
    let upstream = TlsUpstream::answering(issued.shown(), OK);
    refused_by(&format!(
        "upstream = {:?}\n{}",
        upstream.url(),
        files.upstream_tls()
    ))
}

#[track_caller]
fn refused_by(config: &str) -> String {
    let mut hooksieve = Hooksieve::alone(config);
    let begun = Instant::now();
    let answer = exchange(hooksieve.address(), post("{}"));
    assert_eq!(answer.status, 502);
    assert!(
        begun.elapsed() < Duration::from_secs(4),
        "it is not tried again and again"
    );
    assert!(!answer.text().contains("certificate"), "{}", answer.text());
    let told = hooksieve.stop().remove(0);
    assert_eq!(
        (&told["verdict"], &told["level"]),
        (&"fail".into(), &"warn".into()),
        "{told}"
    );
    told["error"].as_str().expect("a reason").to_owned()
}

#[test]
fn events_reach_an_upstream_that_is_believed_and_its_host_is_without_the_scheme() {
    let files = Files::for_localhost();
    let requests = Arc::new(Mutex::new(Vec::new()));
    let seen = requests.clone();
    let upstream = TlsUpstream::new(
        files.authority.issue(&["localhost"]).shown(),
        move |mut stream| {
            while let Ok(request) = read_message(&mut stream, false) {
                assert_eq!(stream.conn.alpn_protocol(), Some(&b"http/1.1"[..]));
                assert_eq!(stream.conn.server_name(), Some("localhost"));
                seen.lock().expect("no panic").push(request);
                let _ = stream.write_all(OK.as_bytes());
            }
        },
    );
    let config = format!(
        "upstream = {:?}\nforward.host = \"upstream\"\n{}",
        upstream.url(),
        files.upstream_tls()
    );
    let hooksieve = Hooksieve::alone(&config);
    assert_eq!(hooksieve.line("ready")["upstream"], upstream.url());
    assert_eq!(exchange(hooksieve.address(), post("{}")).status, 200);
    let large = "x".repeat(3_000_000);
    assert_eq!(exchange(hooksieve.address(), post(&large)).status, 200);
    let requests = requests.lock().expect("no panic");
    let host = format!("localhost:{}", upstream.address().port());
    assert_eq!(requests[0].field("host"), [&*host]);
    assert_eq!(requests[1].body.len(), large.len());
}

#[test]
fn a_session_with_an_upstream_is_resumed_on_the_next_connection() {
    let files = Files::for_localhost();
    let kinds = Arc::new(Mutex::new(Vec::new()));
    let seen = kinds.clone();
    let issued = files.authority.issue(&["localhost"]);
    let upstream = TlsUpstream::new(issued.shown(), move |mut stream| {
        if read_message(&mut stream, false).is_ok() {
            let kind = stream.conn.handshake_kind();
            seen.lock().expect("no panic").push(kind);
            let _ = stream.write_all(OK.as_bytes());
        }
    });
    let config = format!(
        "upstream = {:?}\ntimeouts.reuse = \"0s\"\n{}",
        upstream.url(),
        files.upstream_tls()
    );
    let hooksieve = Hooksieve::alone(&config);
    for _ in 0..3 {
        assert_eq!(exchange(hooksieve.address(), post("{}")).status, 200);
    }
    let kinds = kinds.lock().expect("no panic");
    assert_eq!(kinds[0], Some(HandshakeKind::Full));
    assert!(
        kinds[1..]
            .iter()
            .all(|kind| *kind == Some(HandshakeKind::Resumed)),
        "{kinds:?}"
    );
}

#[test]
fn what_the_system_believes_is_believed() {
    let files = Files::for_localhost();
    files.write("system.pem", &files.authority.pem());
    let upstream = TlsUpstream::answering(files.authority.issue(&["localhost"]).shown(), OK);
    let system = files.path().join("system.pem");
    let config = format!("upstream = {:?}\n", upstream.url());
    let hooksieve = Hooksieve::alone_knowing(&config, "SSL_CERT_FILE", &system);
    assert_eq!(exchange(hooksieve.address(), post("{}")).status, 200);
}

#[test]
fn another_name_can_be_asked_for() {
    let files = Files::for_localhost();
    let upstream = TlsUpstream::answering(files.authority.issue(&["app.internal"]).shown(), OK);
    let config = format!(
        "upstream = \"https://{}\"\n{}server_name = \"app.internal\"\n",
        upstream.address(),
        files.upstream_tls()
    );
    let hooksieve = Hooksieve::alone(&config);
    assert_eq!(exchange(hooksieve.address(), post("{}")).status, 200);
}

#[test]
fn an_upstream_that_asks_for_a_certificate_is_shown_one() {
    let files = Files::for_localhost();
    let ours = Authority::new("Ours");
    let issued = files.authority.issue(&["localhost"]);
    let upstream = TlsUpstream::answering(issued.shown_to_those_of(&ours), OK);
    files.save(
        "us",
        &ours.issue_with(&["us"], |params| {
            params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        }),
    );
    let config = format!("upstream = {:?}\n{}", upstream.url(), files.upstream_tls());
    let shown = format!(
        "cert = {}\nkey = {}\n",
        files.quoted("us.pem"),
        files.quoted("us.key")
    );
    let hooksieve = Hooksieve::alone(&format!("{config}{shown}"));
    assert_eq!(hooksieve.line("certificate")["shown_to"], "upstreams");
    assert_eq!(exchange(hooksieve.address(), post("{}")).status, 200);
    // In TLS 1.3 it says no behind the handshake, when the event is on its way.
    let without = Hooksieve::alone(&config);
    assert_eq!(exchange(without.address(), post("{}")).status, 502);
}

#[test]
fn a_certificate_that_is_not_believed_is_named_with_what_is_wrong() {
    let files = Files::for_localhost();
    let issue = |change: fn(&mut rcgen::CertificateParams)| {
        files.authority.issue_with(&["localhost"], change)
    };
    for (issued, told) in [
        (
            issue(|params| {
                params.not_before = date_time_ymd(2020, 1, 1);
                params.not_after = date_time_ymd(2021, 2, 3);
            }),
            "for localhost, issued by \"Test Authority\", valid from 2020-01-01T00:00:00Z until 2021-02-03T00:00:00Z, has \
             expired; have it renewed there",
        ),
        (
            issue(|params| params.not_before = date_time_ymd(2090, 1, 1)),
            "is not valid yet; look at the clock here, or wait",
        ),
        (
            files.authority.issue(&["app.internal", "192.0.2.1"]),
            "for app.internal, 192.0.2.1, issued by",
        ),
        (
            files.authority.issue(&["app.internal"]),
            "is not for \"localhost\"; write the name that it is for in the URL or as upstream_tls.server_name",
        ),
        (
            Authority::new("Somebody").issue(&["localhost"]),
            "issued by \"Somebody\"",
        ),
        (
            Authority::new("Somebody").issue(&["localhost"]),
            "is of nobody that is believed; name the certificate of who issued it as upstream_tls.ca",
        ),
        (Issued::self_signed(&["localhost"]), "issued by itself"),
        (
            issue(|params| params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth]),
            "is not for servers; have one issued that is (serverAuth)",
        ),
        (
            files.authority.issue(&[]),
            "of \"made for a test\", for no name,",
        ),
    ] {
        let error = refused(&files, &issued);
        assert!(
            error.starts_with("could not speak TLS with the upstream: the upstream's certificate "),
            "{error}"
        );
        assert!(error.contains(told), "{error}");
    }
}

#[test]
fn an_upstream_that_speaks_no_tls_is_told_to_be_such() {
    let files = Files::for_localhost();
    let upstream = Upstream::new(|mut connection| {
        // As a server answers what is no request.
        let _ = connection
            .stream
            .set_read_timeout(Some(Duration::from_millis(50)));
        let _ = connection.request();
        connection.write("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
    });
    let config = format!(
        "upstream = \"https://{}\"\n{}",
        upstream.address(),
        files.upstream_tls()
    );
    let error = refused_by(&config);
    assert!(error.contains("what came was no TLS"), "{error}");
}

/// Nothing was sent, so it is tried again, until the time to connect is over.
#[test]
fn a_handshake_that_is_lost_is_tried_again() {
    let files = Files::for_localhost();
    let upstream = Upstream::new(Connection::reset);
    let config = format!(
        "upstream = \"https://{}\"\ntimeouts.connect = \"1500ms\"\n{}",
        upstream.address(),
        files.upstream_tls()
    );
    let error = refused_by(&config);
    assert!(
        error.contains("lost within the TLS handshake") || error.contains("in time"),
        "{error}"
    );
    assert!(upstream.connections() > 1);
}

/// It takes the connection, and says nothing.
#[test]
fn a_handshake_that_never_ends_is_over_with_the_time_to_connect() {
    let files = Files::for_localhost();
    let upstream = Upstream::new(|mut connection| {
        let _ = connection.rest();
    });
    let config = format!(
        "upstream = \"https://{}\"\ntimeouts.connect = \"200ms\"\n{}",
        upstream.address(),
        files.upstream_tls()
    );
    let error = refused_by(&config);
    assert!(
        error.starts_with("could not connect to the upstream in time"),
        "{error}"
    );
}
