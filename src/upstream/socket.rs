//! The socket to the upstream, which can be asked whether the other side has closed it, and to acknowledge at once.

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

/// A transport that does what its [`Control`] says.
///
/// A write that fails because the upstream is gone counts as done. The upstream may have answered before it
/// closed, a 413 for one, and what it said can still be read; behind it the reads report the loss.
#[derive(Debug)]
pub struct Socket {
    stream: Transport,
    control: Control,
    is_gone: bool,
}

/// What a [`Socket`] is to do. Clones control the same one.
#[derive(Clone, Debug, Default)]
pub struct Control(Arc<Flags>);

#[derive(Debug, Default)]
struct Flags {
    /// Reads ask the kernel.
    asks: AtomicBool,
    /// Something has been read.
    has_read: AtomicBool,
    /// The next read that finds nothing acknowledges.
    acknowledges: AtomicBool,
}

impl Control {
    /// Runs `poll`, whose reads ask the kernel rather than the runtime.
    ///
    /// The runtime learns of a close only when it next looks at its events; until then a read answers "nothing
    /// yet". An idle connection is about to be trusted with an event that is never sent twice, so reads
    /// report anything but silence as the end. (hyper owns the socket and lends it to nobody, so whoever wants to know
    /// has to ask through a read of hyper's.)
    pub fn ask<T>(&self, poll: impl FnOnce() -> T) -> T {
        self.0.asks.store(true, Ordering::Relaxed);
        let answer = poll();
        self.0.asks.store(false, Ordering::Relaxed);
        answer
    }

    /// An answer begins that nothing has been read of.
    pub fn begin(&self) {
        self.0.has_read.store(false, Ordering::Relaxed);
    }

    /// To be called where an answer is not at its end and no more of it is there. If some was read since this was
    /// last so, the next read that finds nothing acknowledges it; says whether to read once more, for that.
    ///
    /// A server that writes head and body in two pieces may hold the second back until the first is acknowledged
    /// (Nagle's algorithm), and on all but new connections the kernel takes 40 ms for it.
    pub fn acknowledge(&self) -> bool {
        let has_read = self.0.has_read.swap(false, Ordering::Relaxed);
        if has_read {
            self.0.acknowledges.store(true, Ordering::Relaxed);
        }
        has_read
    }
}

impl Socket {
    /// Wraps `stream`; `control` controls it.
    pub fn new(stream: Transport, control: Control) -> Self {
        Self {
            stream,
            control,
            is_gone: false,
        }
    }

    fn note_loss<T>(&mut self, written: io::Result<T>, all: T) -> io::Result<T> {
        written.or_else(|error| match error.kind() {
            io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionReset => {
                self.is_gone = true;
                Ok(all)
            }
            _ => Err(error),
        })
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        // Where requests end they say themselves: none is taken for whole because of this.
        self.stream.end();
    }
}

impl AsyncRead for Socket {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let flags = &this.control.0;
        if flags.asks.load(Ordering::Relaxed) {
            return if this.stream.is_silent() {
                Poll::Pending
            } else {
                Poll::Ready(Ok(()))
            };
        }
        let part = &mut buf.limit(READ);
        let read = match pin!(this.stream.read_buf(part)).poll(cx) {
            Poll::Ready(read) => read?,
            Poll::Pending => {
                if flags.acknowledges.swap(false, Ordering::Relaxed) {
                    this.stream.acknowledge();
                }
                return Poll::Pending;
            }
        };
        flags.has_read.store(true, Ordering::Relaxed);
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
        // What is encrypted is written here at the latest.
        let flushed = ready!(Pin::new(&mut self.stream).poll_flush(cx));
        Poll::Ready(self.note_loss(flushed, ()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
