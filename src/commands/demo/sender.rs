//! The sender of the demo's events.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::signature;

/// What the sender was told.
pub struct Told {
    /// The status.
    pub status: u16,
    /// The body.
    pub body: String,
}

/// Sends one signed event and waits for the answer.
pub fn send(to: SocketAddr, body: &str) -> io::Result<Told> {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_err(io::Error::other)?;
    let mut stream = TcpStream::connect(to)?;
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    write!(
        stream,
        "POST /webhook HTTP/1.1\r\nHost: {to}\r\nContent-Type: application/json; charset=utf-8\r\n\
         Stripe-Signature: {}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        signature::sign(now.as_secs(), body.as_bytes()),
        body.len(),
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let parsed = answer.split_once("\r\n\r\n").and_then(|(head, body)| {
        let status = head.split(' ').nth(1)?.parse().ok()?;
        Some(Told {
            status,
            body: body.to_owned(),
        })
    });
    parsed.ok_or_else(|| io::Error::other("the answer is no HTTP"))
}
