//! The process that is replaced, as the next one sees it.

use std::io::{self, ErrorKind};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::AsyncReadExt;
use tokio::net::UnixStream;
use tokio::time::timeout;

use super::words::{GREETING, READY, hear, say};
use super::{WORD, is_trusted};
use crate::server::{Bound, SocketFile};
use crate::transport::Address;

/// The process before this one, and what it has given.
#[derive(Debug)]
pub struct Predecessor {
    stream: UnixStream,
    given: Vec<(String, Bound)>,
    /// The files of what was taken, which are still its own.
    files: Vec<Arc<SocketFile>>,
    is_released: bool,
}

/// Asks whoever listens at `path` for the sockets of the places that are `wanted`; `None` where nobody does.
///
/// It goes on serving until it is [released](Predecessor::release).
///
/// # Errors
///
/// When somebody is there who does not answer as is agreed, or can't be reached.
pub async fn ask(path: &Path, wanted: &[&Address]) -> io::Result<Option<Predecessor>> {
    let stream = match UnixStream::connect(path).await {
        Ok(stream) => stream,
        // There is no such file, or it was left behind.
        Err(error)
            if [ErrorKind::NotFound, ErrorKind::ConnectionRefused].contains(&error.kind()) =>
        {
            return Ok(None);
        }
        Err(error) => return Err(error),
    };
    if !is_trusted(&stream)? {
        return Err(io::Error::other("who listens there runs as another user"));
    }
    let wanted: Vec<_> = wanted.iter().map(ToString::to_string).collect();
    let lines = [GREETING]
        .into_iter()
        .chain(wanted.iter().map(String::as_str));
    timeout(WORD, say(&stream, lines, &[])).await??;
    let (names, sockets) = timeout(WORD, hear(&stream)).await??;
    if names.len() != sockets.len() {
        return Err(io::Error::other("not all sockets came along"));
    }
    let bound = sockets.into_iter().map(Bound::handed_over);
    let bound = bound.collect::<io::Result<Vec<_>>>()?;
    Ok(Some(Predecessor {
        stream,
        given: names.into_iter().zip(bound).collect(),
        files: Vec::new(),
        is_released: false,
    }))
}

impl Predecessor {
    /// The socket that it had at `address`, if it had one.
    pub fn take(&mut self, address: &Address) -> Option<Bound> {
        let name = address.to_string();
        let number = self.given.iter().position(|(given, _)| *given == name)?;
        let (_, bound) = self.given.swap_remove(number);
        self.files.extend(bound.file().cloned());
        Some(bound)
    }

    /// Tells it to stop accepting, and to finish what it has. Files of sockets are ours from now on. Done once, this does
    /// nothing.
    ///
    /// # Errors
    ///
    /// When it is not there any more; then there is nothing to stop.
    pub async fn release(&mut self) -> io::Result<()> {
        if std::mem::replace(&mut self.is_released, true) {
            return Ok(());
        }
        for file in self.files.drain(..) {
            file.keep();
        }
        say(&self.stream, [READY], &[]).await
    }

    /// Waits until it has ended; says whether it has within this time.
    pub async fn ends(&mut self, within: Duration) -> bool {
        let mut byte = [0];
        timeout(within, self.stream.read(&mut byte)).await.is_ok()
    }
}
