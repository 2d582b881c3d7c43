//! Each event once (RFC 9110 §9.2.2), its answer in turn, and to the end (RFC 9112 §9.3, §9.6).

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

use rustix::process::Signal;
use socket2::{Domain, Socket, Type};

use crate::support::{
    Gate, Hooksieve, OK, Upstream, ask, connect, exchange, post, post_with, read_message, rest,
    wait_until,
};

#[test]
fn an_event_that_may_have_been_sent_is_not_sent_again() {
    for read_it in [true, false] {
        let upstream = Upstream::new(move |mut connection| {
            if read_it {
                connection.request();
            } else {
                connection
                    .stream
                    .read_exact(&mut [0])
                    .expect("something comes");
            }
            connection.reset();
        });
        let hooksieve = Hooksieve::before(&upstream);
        assert_eq!(exchange(hooksieve.address(), post("{}")).status, 502);
        assert_eq!(upstream.connections(), 1);
    }
}

#[test]
fn an_event_sent_on_a_used_connection_is_not_sent_again_either() {
    let upstream = Upstream::new(|mut connection| {
        connection.request();
        connection.write(OK);
        if connection.request().is_some() {
            connection.reset();
        }
    });
    let hooksieve = Hooksieve::before(&upstream);
    let mut sent = 0;
    wait_until("a used connection is reset", || {
        sent += 1;
        exchange(hooksieve.address(), post("{}")).status == 502
    });
    assert_eq!(upstream.requests().len(), sent, "each came once");
}

#[test]
fn a_failed_connect_is_no_retry() {
    // Bound and not listening yet: connects are refused, and nobody else gets the port.
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket");
    socket
        .bind(&SocketAddr::from(([127, 0, 0, 1], 0)).into())
        .expect("a free port");
    let address = socket
        .local_addr()
        .expect("it is bound")
        .as_socket()
        .expect("an address");
    let hooksieve = Hooksieve::at(address, "");
    let mut stream = connect(hooksieve.address());
    stream
        .write_all(post("{}").as_bytes())
        .expect("it can be sent");
    // Time for some attempts to fail; were there none, the test would pass all the same.
    std::thread::sleep(Duration::from_millis(50));
    socket.listen(16).expect("it can listen");
    let upstream = Upstream::on(TcpListener::from(socket), |mut connection| {
        connection.request();
        connection.write(OK);
    });
    assert_eq!(
        read_message(&mut stream, false).expect("an answer").status,
        200
    );
    assert_eq!(upstream.requests().len(), 1);
}

#[test]
fn answers_on_a_pipelined_connection_come_in_order() {
    let upstream = Upstream::new(|mut connection| {
        while let Some(request) = connection.request() {
            let body = request.text();
            connection.write(format!(
                "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}",
                body.len()
            ));
        }
    });
    let hooksieve = Hooksieve::before(&upstream);
    let mut stream = connect(hooksieve.address());
    let event = |n: usize| match n % 3 {
        0 => format!("{{\"type\": \"batch.created\", \"n\": {n}}}"),
        _ => format!("{{\"type\": \"invoice.paid\", \"n\": {n}}}"),
    };
    let requests: String = (0..30).map(|n| post(&event(n))).collect();
    stream
        .write_all(requests.as_bytes())
        .expect("they can be sent");
    for n in 0..30 {
        let answer = read_message(&mut stream, false).expect("an answer");
        let expected = if n % 3 == 0 { String::new() } else { event(n) };
        assert_eq!(answer.text(), expected);
    }
    assert_eq!(upstream.requests().len(), 20);
}

#[test]
fn the_last_answer_of_a_drain_says_close() {
    let (came, draining) = (Gate::default(), Gate::default());
    let upstream = Upstream::new({
        let (came, draining) = (came.clone(), draining.clone());
        move |mut connection| {
            connection.request();
            came.open();
            draining.pass();
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        }
    });
    let mut hooksieve = Hooksieve::before(&upstream);
    let mut stream = connect(hooksieve.address());
    stream
        .write_all(post("{}").as_bytes())
        .expect("it can be sent");
    came.pass();
    hooksieve.signal(Signal::TERM);
    hooksieve.line("stopping: what is in flight is finished, a second signal ends it at once");
    wait_until("nobody is let in", || {
        TcpStream::connect(hooksieve.address()).is_err()
    });
    draining.open();
    let answer = read_message(&mut stream, false).expect("an answer");
    assert_eq!(
        (answer.text(), answer.field("connection")),
        ("ok", vec!["close"])
    );
    assert!(rest(&mut stream).expect("a clean end").is_empty());
    drop(stream);
    assert!(hooksieve.wait().success());
}

#[test]
fn an_answer_that_comes_before_the_body_is_read_is_not_lost_to_a_reset() {
    let upstream = Upstream::answering(OK);
    let hooksieve = Hooksieve::before(&upstream);
    let part = vec![b'x'; 100_000];
    for _ in 0..10 {
        let mut stream = connect(hooksieve.address());
        let head =
            "POST / HTTP/1.1\r\nHost: a\r\nExpect: a-miracle\r\nContent-Length: 4000000\r\n\r\n";
        stream.write_all(head.as_bytes()).expect("it can be sent");
        stream.peek(&mut [0]).expect("the answer comes");
        for _ in 0..40 {
            stream.write_all(&part).expect("it is still taken");
        }
        let answer = read_message(&mut stream, false).expect("an answer");
        assert_eq!(
            (answer.status, answer.field("connection")),
            (417, vec!["close"])
        );
        assert!(rest(&mut stream).expect("a clean end").is_empty());
    }
}

#[test]
fn connection_close_of_a_sender_is_kept() {
    let upstream = Upstream::answering(OK);
    let hooksieve = Hooksieve::before(&upstream);
    let mut stream = connect(hooksieve.address());
    let answer = ask(&mut stream, post_with("Connection: close\r\n", "{}"));
    assert_eq!(answer.field("connection"), ["close"]);
    assert!(rest(&mut stream).expect("a clean end").is_empty());
}
