//! Reaching an upstream whose name has several addresses, some of which are dead.

use std::net::{IpAddr, TcpListener};
use std::thread;
use std::time::{Duration, Instant};

use crate::support::{Connection, Deaf, Hooksieve, Message, Names, Upstream, exchange, post};

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
const EVENT: &str = r#"{"type":"invoice.paid"}"#;
const NAME: &str = "endpoint.example";
const DEAD: [u8; 4] = [127, 0, 1, 1];

fn answers(mut connection: Connection) {
    while connection.request().is_some() {
        connection.write(OK);
    }
}

/// A port at which nobody hears at [`DEAD`], and a listener at the same port of `alive`.
fn dead_and_alive(alive: [u8; 4]) -> (Deaf, TcpListener) {
    let tries = (0..100).find_map(|_| {
        let deaf = Deaf::at((DEAD, 0));
        let listener = TcpListener::bind((IpAddr::from(alive), deaf.address().port()));
        Some((deaf, listener.ok()?))
    });
    tries.expect("a port that is free at both")
}

/// The answer to an event whose upstream has these addresses, and how long it took.
fn through(addresses: &[[u8; 4]], port: u16, config: &str) -> Option<(Message, Duration)> {
    let names = Names::new()?;
    for &address in addresses {
        names.add(NAME, address.into());
    }
    let listen = ([127, 0, 0, 1], 0).into();
    let hooksieve = Hooksieve::named(&names, listen, &format!("{NAME}:{port}"), config);
    let begun = Instant::now();
    let answer = exchange(hooksieve.address(), post(EVENT));
    Some((answer, begun.elapsed()))
}

#[test]
fn of_two_addresses_one_may_be_dead() {
    const ALIVE: [u8; 4] = [127, 0, 1, 2];
    let (deaf, listener) = dead_and_alive(ALIVE);
    let upstream = Upstream::on(listener, answers);
    let port = deaf.address().port();
    for addresses in [[DEAD, ALIVE], [ALIVE, DEAD]] {
        let Some((answer, took)) = through(&addresses, port, "") else {
            return;
        };
        assert_eq!(answer.status, 200);
        assert!(took < Duration::from_secs(4), "{took:?} is most of the 5 s");
    }
    assert_eq!(upstream.count(), 2, "each event comes once");
}

#[test]
fn of_many_addresses_all_but_one_may_be_dead_or_refuse() {
    const ALIVE: [u8; 4] = [127, 0, 1, 3];
    const REFUSES: [u8; 4] = [127, 0, 1, 4];
    let (deaf, listener) = dead_and_alive(ALIVE);
    let port = deaf.address().port();
    let more = [[127, 0, 1, 5], [127, 0, 1, 6]];
    let _dead = more.map(|dead| Deaf::at((dead, port)));
    let upstream = Upstream::on(listener, answers);
    let addresses = [DEAD, REFUSES, more[0], more[1], ALIVE];
    let config = "[timeouts]\nconnect = \"2s\"\n";
    let Some((answer, _)) = through(&addresses, port, config) else {
        return;
    };
    assert_eq!(answer.status, 200);
    assert_eq!(upstream.count(), 1);
}

#[test]
fn one_that_comes_up_is_found_while_another_is_dead() {
    const RESTARTS: [u8; 4] = [127, 0, 1, 7];
    let (deaf, listener) = dead_and_alive(RESTARTS);
    let address = listener.local_addr().expect("it is bound");
    drop(listener);
    let event = thread::spawn(move || {
        let config = "[timeouts]\nconnect = \"15s\"\n";
        through(&[DEAD, RESTARTS], address.port(), config)
    });
    thread::sleep(Duration::from_secs(1));
    let listener = TcpListener::bind(address).expect("the port is still free");
    let upstream = Upstream::on(listener, answers);
    let Some((answer, _)) = event.join().expect("there is an answer") else {
        return;
    };
    assert_eq!((answer.status, upstream.count()), (200, 1));
    drop(deaf);
}

#[test]
fn a_name_without_a_living_address_is_a_502_after_the_connect_timeout() {
    let deaf = Deaf::at(([127, 0, 1, 8], 0));
    let addresses = [[127, 0, 1, 8], [127, 0, 1, 9]];
    let config = "[timeouts]\nconnect = \"300ms\"\n";
    let Some((answer, took)) = through(&addresses, deaf.address().port(), config) else {
        return;
    };
    assert_eq!(answer.status, 502);
    assert!(took >= Duration::from_millis(300) && took < Duration::from_secs(4));
}
