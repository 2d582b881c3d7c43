//! What two processes say to each other: lines, with sockets that go along.
//!
//! The next process names itself and, a line each, the places that it wants. The one before answers with those of them
//! that it has, in the order of the sockets that come with them. A last word of the next says that it is ready.

use std::io::{self, IoSlice, IoSliceMut};
use std::mem::MaybeUninit;
use std::os::fd::{BorrowedFd, OwnedFd};

use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer,
    SendAncillaryMessage, SendFlags, recvmsg, sendmsg,
};
use tokio::io::Interest;
use tokio::net::UnixStream;

/// The first line of the next process: later versions may speak otherwise.
pub const GREETING: &str = "hooksieve 1";
/// What it says when it serves.
pub const READY: &str = "ready";
/// Sockets that go along at most, a few more than a config may name.
pub const MOST: usize = 64;
/// Bytes of what is said at most: each line has an address, and the longest is the path of a socket.
const LONGEST: usize = MOST * 128;

/// Says these lines; `sockets` go along.
pub async fn say<'l>(
    stream: &UnixStream,
    lines: impl IntoIterator<Item = &'l str>,
    sockets: &[BorrowedFd<'_>],
) -> io::Result<()> {
    let mut text = String::new();
    for line in lines {
        text.push_str(line);
        text.push('\n');
    }
    text.push('\n');
    let mut sockets = sockets;
    let mut left = text.as_bytes();
    while !left.is_empty() {
        let sent = stream.async_io(Interest::WRITABLE, || send(stream, left, sockets));
        left = &left[sent.await?..];
        // They went with the first byte.
        sockets = &[];
    }
    Ok(())
}

/// Hears what is said next, and takes the sockets that come along.
pub async fn hear(stream: &UnixStream) -> io::Result<(Vec<String>, Vec<OwnedFd>)> {
    let (mut text, mut sockets) = (Vec::new(), Vec::new());
    while !(text.ends_with(b"\n\n") || text == b"\n") {
        let received = stream.async_io(Interest::READABLE, || receive(stream, &mut sockets));
        let received = received.await?;
        if received.is_empty() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        text.extend(received);
        if text.len() > LONGEST {
            return Err(io::Error::other("it says too much"));
        }
    }
    let text = String::from_utf8(text).map_err(io::Error::other)?;
    let lines = text.trim_end_matches('\n').lines();
    Ok((lines.map(str::to_owned).collect(), sockets))
}

fn send(stream: &UnixStream, bytes: &[u8], sockets: &[BorrowedFd<'_>]) -> io::Result<usize> {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(MOST))];
    let mut along = SendAncillaryBuffer::new(&mut space);
    if !sockets.is_empty() && !along.push(SendAncillaryMessage::ScmRights(sockets)) {
        return Err(io::Error::other("too many sockets"));
    }
    let bytes = [IoSlice::new(bytes)];
    Ok(sendmsg(stream, &bytes, &mut along, SendFlags::empty())?)
}

fn receive(stream: &UnixStream, sockets: &mut Vec<OwnedFd>) -> io::Result<Vec<u8>> {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(MOST))];
    let mut along = RecvAncillaryBuffer::new(&mut space);
    let mut bytes = vec![0; 4096];
    let into = &mut [IoSliceMut::new(&mut bytes)];
    let received = recvmsg(stream, into, &mut along, RecvFlags::empty())?.bytes;
    for message in along.drain() {
        if let RecvAncillaryMessage::ScmRights(came) = message {
            sockets.extend(came);
        }
    }
    bytes.truncate(received);
    Ok(bytes)
}
