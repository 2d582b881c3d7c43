//! An upstream that leads back: an event must not go round.

use std::fs;
use std::io;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, OnceLock};
use std::thread;

use crate::support::{Connection, Hooksieve, Names, Raw, Upstream, connect, exchange, post, run};

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
const EVENT: &str = r#"{"type":"invoice.paid"}"#;
const VIA: &str = "[forward]\nvia = true\n";

/// An address that was free a moment ago. `ip` is no other test's.
fn free(ip: &str) -> SocketAddr {
    let listener = TcpListener::bind(format!("{ip}:0")).expect("a free port");
    listener.local_addr().expect("it is bound")
}

#[test]
fn an_upstream_that_is_the_listener_is_refused_at_the_start() {
    let mut pairs = vec![
        ("127.0.2.1", "127.0.2.1"),
        ("0.0.0.0", "127.0.0.1"),
        ("0.0.0.0", "127.0.2.2"),
        ("0.0.0.0", "0.0.0.0"),
    ];
    if TcpListener::bind("[::]:0").is_ok() {
        pairs.extend([
            ("[::]", "[::1]"),
            ("[::]", "127.0.0.1"),
            ("[::]", "localhost"),
        ]);
    }
    for (listen, upstream) in pairs {
        let listen = free(listen);
        let upstream = format!("http://{upstream}:{}", listen.port());
        let directory = tempfile::tempdir().expect("a directory for the config");
        let text =
            format!("mode = \"observe\"\nlisten = \"{listen}\"\nupstream = \"{upstream}\"\n");
        fs::write(directory.path().join("config.toml"), text).expect("it can be written");
        let run = run(directory.path(), &[]);
        assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{upstream}");
        let told = format!(
            "config.toml:3: upstream = \"{upstream}\" leads back to listen = \"{listen}\"; write where your \
             endpoint is\n"
        );
        assert_eq!(run.stderr, told);
    }
}

#[test]
fn an_upstream_at_the_same_port_of_another_address_is_none_of_ours() {
    let upstream = Upstream::answering(OK);
    let address = upstream.address();
    let listen = SocketAddr::from(([127, 0, 2, 3], address.port()));
    let _hooksieve = Raw::start(&format!(
        "listen = \"{listen}\"\nupstream = \"http://{address}\"\n"
    ));
    assert_eq!(exchange(listen, post(EVENT)).status, 200);
}

#[test]
fn a_name_that_comes_to_lead_back_is_a_508_and_one_line() {
    let Some(names) = Names::new() else { return };
    let (nobody, listen) = (free("127.0.2.7"), free("127.0.2.4"));
    names.add("endpoint.example", nobody.ip());
    let upstream = format!("endpoint.example:{}", listen.port());
    let config = "[timeouts]\nconnect = \"300ms\"\n";
    let mut hooksieve = Hooksieve::named(&names, listen, &upstream, config);
    assert_eq!(exchange(listen, post(EVENT)).status, 502);
    names.forget();
    names.add("endpoint.example", listen.ip());
    let answer = exchange(listen, post(EVENT));
    assert_eq!(answer.start_line(), "HTTP/1.1 508 Loop Detected");
    assert!(answer.text().contains("was not delivered"));
    let events = hooksieve.stop();
    assert_eq!(events.len(), 2, "{events:#?}");
    assert_eq!(
        (&events[1]["verdict"], &events[1]["status"]),
        (&"fail".into(), &508.into())
    );
}

#[test]
fn of_a_names_addresses_only_those_that_lead_on_are_used() {
    let Some(names) = Names::new() else { return };
    let listener = TcpListener::bind("127.0.2.6:0").expect("a free port");
    let upstream = Upstream::on(listener, |mut connection| {
        while connection.request().is_some() {
            connection.write(OK);
        }
    });
    let port = upstream.address().port();
    let listen = SocketAddr::from(([127, 0, 2, 5], port));
    names.add("endpoint.example", listen.ip());
    names.add("endpoint.example", upstream.address().ip());
    let config = "[timeouts]\nreuse = \"0s\"\n";
    let mut hooksieve =
        Hooksieve::named(&names, listen, &format!("endpoint.example:{port}"), config);
    for _ in 0..5 {
        assert_eq!(exchange(listen, post(EVENT)).status, 200);
    }
    assert_eq!((hooksieve.stop().len(), upstream.count()), (5, 5));
}

/// Passes the bytes of each connection on to an address that is not known yet, and back.
fn relay() -> (Upstream, Arc<OnceLock<SocketAddr>>) {
    let target = Arc::new(OnceLock::new());
    let to = target.clone();
    let relay = Upstream::new(move |connection: Connection| {
        let there = connect(*to.wait());
        let copy = |mut from: TcpStream, mut to: TcpStream| {
            thread::spawn(move || {
                let _ = io::copy(&mut from, &mut to);
                let _ = to.shutdown(std::net::Shutdown::Write);
            })
        };
        let clone = |stream: &TcpStream| stream.try_clone().expect("it can be cloned");
        let forth = copy(clone(&connection.stream), clone(&there));
        let back = copy(there, clone(&connection.stream));
        let _ = (forth.join(), back.join());
    });
    (relay, target)
}

#[test]
fn with_via_a_loop_through_others_ends_after_three_rounds() {
    let (relay, target) = relay();
    let mut hooksieve = Hooksieve::with(&relay, VIA);
    target.set(hooksieve.address()).expect("it is set once");
    let answer = exchange(hooksieve.address(), post(EVENT));
    assert_eq!(answer.status, 508);
    let events = hooksieve.stop();
    let count = |verdict: &str| {
        let meant = events.iter().filter(|event| event["verdict"] == verdict);
        meant.count()
    };
    assert_eq!((count("forward"), count("fail"), events.len()), (3, 1, 4));
}

#[test]
fn three_hooksieves_may_stand_in_a_row() {
    let upstream = Upstream::answering(OK);
    let last = Hooksieve::with(&upstream, VIA);
    let middle = Hooksieve::at(last.address(), VIA);
    let first = Hooksieve::at(middle.address(), VIA);
    assert_eq!(exchange(first.address(), post(EVENT)).status, 200);
    let received = upstream.requests().remove(0);
    assert_eq!(received.field("via"), ["1.1 hooksieve"; 3]);
}
