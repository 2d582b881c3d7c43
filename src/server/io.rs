//! A sender's socket that notes what it waits for, and of which no more is read than there is memory for.

use std::future::Future;
use std::io;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use bytes::{BufMut, Bytes};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, ReadBuf};

use super::buffer::ReadBuffer;
use super::flow::Expected;
use super::watch::Watch;
use crate::memory::Memory;
use crate::transport::Transport;

/// A transport that tells its [`Watch`] what moves and what does not.
#[derive(Debug)]
pub struct Watched {
    stream: Transport,
    /// What was read before, and comes first.
    ahead: Bytes,
    watch: Watch,
    buffer: ReadBuffer,
}

impl Watched {
    /// Gives `ahead` to read, and then what comes on `stream`. What that takes beyond a small amount comes out of
    /// `memory`.
    pub fn new(stream: Transport, ahead: Bytes, watch: Watch, memory: &Memory) -> Self {
        Self {
            stream,
            ahead,
            watch,
            buffer: ReadBuffer::new(memory),
        }
    }

    pub fn into_inner(self) -> Transport {
        self.stream
    }

    fn note_write<T>(&self, written: &Poll<io::Result<T>>) {
        match written {
            Poll::Ready(_) => self.watch.bytes_written(),
            Poll::Pending => self.watch.write_blocked(),
        }
    }
}

impl AsyncRead for Watched {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        let expected = this.watch.expected();
        let most = match expected {
            Expected::Head(so_far) => this.buffer.of_head(so_far),
            Expected::Body(left) => Some(this.buffer.of_body(left)),
        };
        let Some(most) = most else {
            // Whoever polls the connection sees it there.
            this.watch.overflows();
            return Poll::Pending;
        };
        let read = if this.ahead.is_empty() {
            let part = &mut buf.limit(most);
            pin!(this.stream.read_buf(part)).poll(cx)
        } else {
            let length = this.ahead.len().min(buf.remaining()).min(most);
            buf.put_slice(&this.ahead.split_to(length));
            Poll::Ready(Ok(length))
        };
        match read {
            Poll::Ready(Ok(bytes)) => {
                if let Expected::Body(_) = expected {
                    this.buffer.has_read(bytes);
                }
                this.watch.bytes_read(bytes);
            }
            Poll::Ready(Err(_)) => {}
            Poll::Pending => this.watch.read_blocked(),
        }
        read.map_ok(|_| ())
    }
}

impl AsyncWrite for Watched {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, buf);
        self.note_write(&written);
        written
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, bufs);
        self.note_write(&written);
        written
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    /// hyper asks for this once it has written all it has.
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.watch.flow().flushed();
        let flushed = Pin::new(&mut self.stream).poll_flush(cx);
        // Only what is encrypted may still wait to be written.
        self.note_write(&flushed);
        flushed
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let shut = Pin::new(&mut self.stream).poll_shutdown(cx);
        self.note_write(&shut);
        shut
    }
}
