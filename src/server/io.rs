//! A sender's socket that notes what it waits for.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::watch::Watch;
use crate::transport::Transport;

/// A transport that tells its [`Watch`] what moves and what does not.
#[derive(Debug)]
pub struct Watched {
    stream: Transport,
    /// What was read before, and comes first.
    ahead: Bytes,
    watch: Watch,
}

impl Watched {
    /// Gives `ahead` to read, and then what comes on `stream`.
    pub fn new(stream: Transport, ahead: Bytes, watch: Watch) -> Self {
        Self {
            stream,
            ahead,
            watch,
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
        if !self.ahead.is_empty() {
            let length = self.ahead.len().min(buf.remaining());
            buf.put_slice(&self.ahead.split_to(length));
            self.watch.bytes_read();
            return Poll::Ready(Ok(()));
        }
        let read = Pin::new(&mut self.stream).poll_read(cx, buf);
        match read {
            Poll::Ready(_) => self.watch.bytes_read(),
            Poll::Pending => self.watch.read_blocked(),
        }
        read
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

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
