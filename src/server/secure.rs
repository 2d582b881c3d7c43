//! Shaking hands with a sender before it is served.

use std::io;

use tokio::net::TcpStream;
use tokio::sync::watch::Receiver;
use tokio::time::error::Elapsed;
use tokio::time::timeout;

use super::connection::{ConnectionEnd, FIRST_REQUEST};
use super::refuse;
use super::watch::Overdue;
use super::{Phase, Settings, reached};
use crate::tls::{Failure, Offer, Stream, begins_plain};
use crate::transport::Transport;

/// Makes `stream` one that is encrypted, if it is TCP: a Unix socket leads to nobody who could listen in.
///
/// A sender that sends nothing at all is waited for as for a request; once it begins it has as long as for a head. What a
/// handshake may take comes out of the memory for heads.
///
/// # Errors
///
/// How the connection ended instead.
pub async fn shake_hands(
    stream: Transport,
    offer: Offer,
    settings: &Settings,
    mut phase: Receiver<Phase>,
) -> Result<Transport, ConnectionEnd> {
    let tcp = match stream {
        Transport::Tcp(tcp) => tcp,
        other => return Ok(other),
    };
    let (begun, overdue) = tokio::select! {
        begun = timeout(settings.patience.idle, first_byte(&tcp)) =>
            (begun, ConnectionEnd::Overdue(Overdue::Request)),
        // What was on its way when the server stopped is not lost for the sender.
        begun = last_chance(&tcp, &mut phase) => (begun, ConnectionEnd::Well),
    };
    match begun {
        Err(_) => return Err(overdue),
        Ok(Err(_) | Ok(None)) => return Err(ConnectionEnd::Well),
        Ok(Ok(Some(first))) if begins_plain(first) => {
            refuse::plain(Transport::Tcp(tcp)).await;
            return Err(ConnectionEnd::Plain);
        }
        Ok(Ok(Some(_))) => {}
    }
    let mut share = settings.memory.share();
    let shaken = if share.grow_beside_bodies(offer.room()) {
        in_time(tcp, offer, settings).await
    } else {
        Err(Failure::Memory)
    };
    let stream = shaken.map_err(ConnectionEnd::Handshake)?;
    Ok(Transport::Tls(Box::new(stream)))
}

async fn in_time(tcp: TcpStream, offer: Offer, settings: &Settings) -> Result<Stream, Failure> {
    let shaken = timeout(settings.patience.head, offer.accept(tcp)).await;
    shaken.unwrap_or(Err(Failure::TimedOut))
}

/// The same as [`first_byte`] once the server stops, as soon as on a connection that has had no request yet.
async fn last_chance(
    tcp: &TcpStream,
    phase: &mut Receiver<Phase>,
) -> Result<io::Result<Option<u8>>, Elapsed> {
    reached(phase, Phase::Drain).await;
    timeout(FIRST_REQUEST, first_byte(tcp)).await
}

/// The first byte, which stays there; `None` where there will be none.
async fn first_byte(tcp: &TcpStream) -> io::Result<Option<u8>> {
    let mut first = [0];
    let length = tcp.peek(&mut first).await?;
    Ok(first.get(..length).and_then(<[u8]>::first).copied())
}
