//! The sender.

use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};

use super::{Message, PATIENCE, read_message};

/// A connection to `address` whose reads and writes fail when they take too long.
pub fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).expect("it listens");
    stream
        .set_read_timeout(Some(PATIENCE))
        .expect("a timeout can be set");
    stream
        .set_write_timeout(Some(PATIENCE))
        .expect("a timeout can be set");
    stream.set_nodelay(true).expect("an option can be set");
    stream
}

/// Sends the bytes of one request on a new connection and reads the answer.
pub fn exchange(address: SocketAddr, request: impl AsRef<[u8]>) -> Message {
    ask(&mut connect(address), request)
}

/// The same on a connection that is already there.
pub fn ask(stream: &mut TcpStream, request: impl AsRef<[u8]>) -> Message {
    stream
        .write_all(request.as_ref())
        .expect("the request can be sent");
    let bodiless = request.as_ref().starts_with(b"HEAD ");
    read_message(stream, bodiless).expect("there is an answer")
}

/// Waits until the other side closes, and gives what it still sent.
pub fn rest(stream: &mut TcpStream) -> io::Result<Vec<u8>> {
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest)?;
    Ok(rest)
}

/// The same, with the sending side closed behind the request.
pub fn exchange_closing(address: SocketAddr, request: impl AsRef<[u8]>) -> Message {
    let mut stream = connect(address);
    stream
        .write_all(request.as_ref())
        .expect("the request can be sent");
    stream.shutdown(Shutdown::Write).expect("it can be closed");
    read_message(&mut stream, false).expect("there is an answer")
}

/// A POST of `body`.
pub fn post(body: &str) -> String {
    post_with("", body)
}

/// A POST of `body` with further header lines, each ending with CRLF.
pub fn post_with(lines: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "POST /webhook HTTP/1.1\r\nHost: example.com\r\n{lines}Content-Length: {length}\r\n\r\n{body}"
    )
}

/// A GET of `target`.
pub fn get(target: &str) -> String {
    format!("GET {target} HTTP/1.1\r\nHost: example.com\r\n\r\n")
}
