//! The socket to the upstream, which can be asked whether the other side has closed it.

use std::future::Future;
use std::io;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};

use bytes::BufMut;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, ReadBuf};

use crate::transport::Transport;

/// The most that is read of an answer at once. hyper doubles its buffer whenever a read has filled it; this is filled
/// once and never again. So no sender who does not read its answer holds more of it.
const READ: usize = 16 * 1024 - 1;

/// A transport whose reads can be made to ask the kernel rather than the runtime.
///
/// The runtime learns of a close only when it next looks at its events; until then a read answers "nothing
/// yet". An idle connection is about to be trusted with an event that is never sent twice, so while
/// [`Ask`] is on, a read asks the kernel itself, and reports anything but silence as the end. (hyper owns the socket
/// and lends it to nobody, so whoever wants to know has to ask through a read of hyper's.)
///
/// A write that fails because the upstream is gone counts as done. The upstream may have answered before it
/// closed, a 413 for one, and what it said can still be read; behind it the reads report the loss.
#[derive(Debug)]
pub struct Socket {
    stream: Transport,
    ask: Ask,
    is_gone: bool,
}

/// Switches a [`Socket`] over to asking the kernel. Clones switch the same socket.
#[derive(Clone, Debug, Default)]
pub struct Ask(Arc<AtomicBool>);

impl Ask {
    /// Runs `poll` with the switch on.
    pub fn during<T>(&self, poll: impl FnOnce() -> T) -> T {
        self.0.store(true, Ordering::Relaxed);
        let answer = poll();
        self.0.store(false, Ordering::Relaxed);
        answer
    }

    fn is_on(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

impl Socket {
    /// Wraps `stream`; `ask` is its switch.
    pub fn new(stream: Transport, ask: Ask) -> Self {
        Self {
            stream,
            ask,
            is_gone: false,
        }
    }

    fn note_loss(&mut self, written: io::Result<usize>, all: usize) -> io::Result<usize> {
        written.or_else(|error| match error.kind() {
            io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionReset => {
                self.is_gone = true;
                Ok(all)
            }
            _ => Err(error),
        })
    }
}

impl AsyncRead for Socket {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.ask.is_on() {
            return if this.stream.is_silent() {
                Poll::Pending
            } else {
                Poll::Ready(Ok(()))
            };
        }
        let part = &mut buf.limit(READ);
        let read = ready!(pin!(this.stream.read_buf(part)).poll(cx))?;
        // The write that failed took the kernel's word for the reset; without it this looks like a clean end.
        if this.is_gone && read == 0 {
            return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()));
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Socket {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.stream).poll_write(cx, buf));
        Poll::Ready(self.note_loss(written, buf.len()))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.stream).poll_write_vectored(cx, bufs));
        let all = bufs.iter().map(|buf| buf.len()).sum();
        Poll::Ready(self.note_loss(written, all))
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
