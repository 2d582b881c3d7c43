//! Bytes through TLS.
//!
//! A stream that can be asked without being read: a session ticket or another key is no data, and a connection on which
//! nothing else has come is as silent as before.

use std::future::poll_fn;
use std::io::{self, BufRead, ErrorKind, IoSlice, Write};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use rustls::Connection;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

use super::failure::Failure;
use super::socket::{Kernel, Runtime};

/// A TCP connection with a TLS session on it.
///
/// A peer that goes without a word (`close_notify`) may have been cut off by somebody else. A sender's requests tell
/// themselves where they end, so with one that is the end as any other. An answer may end with the connection, so with an
/// upstream it is an error.
#[derive(Debug)]
pub struct Stream {
    tcp: TcpStream,
    session: Connection,
    /// Nothing can be read any more, since what came was wrong.
    is_broken: bool,
    has_said_goodbye: bool,
}

/// What is wrong where something was to come in.
enum Wrong {
    Socket(io::Error),
    Session(rustls::Error),
}

impl Stream {
    /// A connection on which no hands have been shaken yet. So much at most is encrypted before it is written.
    pub(super) fn new(tcp: TcpStream, mut session: Connection, ahead: usize) -> Self {
        session.set_buffer_limit(Some(ahead));
        Self {
            tcp,
            session,
            is_broken: false,
            has_said_goodbye: false,
        }
    }

    /// Shakes hands, for which at most so many bytes may come.
    pub(super) async fn shake_hands(&mut self, room: usize) -> Result<(), Failure> {
        let mut came = 0;
        poll_fn(|cx| {
            loop {
                ready!(self.poll_send(cx)).map_err(Failure::Lost)?;
                if !self.session.is_handshaking() {
                    return Poll::Ready(Ok(()));
                }
                match ready!(self.poll_fill(cx)) {
                    Ok(0) => {
                        return Poll::Ready(Err(Failure::Lost(ErrorKind::UnexpectedEof.into())));
                    }
                    Ok(bytes) => came += bytes,
                    Err(Wrong::Socket(error)) => return Poll::Ready(Err(Failure::Lost(error))),
                    Err(Wrong::Session(error)) => return Poll::Ready(Err(error.into())),
                }
                if came > room {
                    return Poll::Ready(Err(Failure::TooLong));
                }
            }
        })
        .await
    }

    /// The connection below.
    pub fn tcp(&self) -> &TcpStream {
        &self.tcp
    }

    /// Ready when there is data to read, or there will be no more.
    pub fn poll_readable(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        loop {
            if self.has_something() {
                return Poll::Ready(Ok(()));
            }
            if let Err(wrong) = ready!(self.poll_fill(cx)) {
                return Poll::Ready(Err(wrong.into()));
            }
        }
    }

    /// Whether the other side has neither sent data nor closed. Asks the kernel itself.
    pub fn is_silent(&mut self) -> bool {
        loop {
            if self.is_broken || self.has_something() {
                return false;
            }
            let read = self.session.read_tls(&mut Kernel(&self.tcp));
            match read {
                Err(error) if error.kind() == ErrorKind::WouldBlock => return true,
                Ok(1..) => {
                    if self.session.process_new_packets().is_err() {
                        self.is_broken = true;
                    }
                }
                Ok(0) | Err(_) => return false,
            }
        }
    }

    /// Tells the other side that this is the end, if that can be done at once. For where nothing is under way.
    pub fn say_goodbye(&mut self) {
        if !self.session.is_handshaking() && !self.has_said_goodbye {
            self.has_said_goodbye = true;
            self.session.send_close_notify();
            // Who does not read any more does not hear it.
            let _ = self.session.write_tls(&mut Runtime(&self.tcp));
        }
    }

    /// Whether there is data, or an end.
    fn has_something(&mut self) -> bool {
        let found = self.session.reader().fill_buf().map(<[u8]>::len);
        !matches!(found, Err(error) if error.kind() == ErrorKind::WouldBlock)
    }

    /// Takes in what has come, at most a few records; 0 at the end.
    fn poll_fill(&mut self, cx: &mut Context<'_>) -> Poll<Result<usize, Wrong>> {
        let bytes = loop {
            if self.is_broken {
                let error = io::Error::new(ErrorKind::InvalidData, "what came was wrong");
                return Poll::Ready(Err(Wrong::Socket(error)));
            }
            ready!(self.tcp.poll_read_ready(cx)).map_err(Wrong::Socket)?;
            match self.session.read_tls(&mut Runtime(&self.tcp)) {
                Ok(bytes) => break bytes,
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(error) => return Poll::Ready(Err(Wrong::Socket(error))),
            }
        };
        let processed = self.session.process_new_packets();
        // An answer to that, or what was wrong with it. What can't be sent now goes with the next that is.
        let _ = self.poll_send(cx);
        Poll::Ready(match processed {
            Ok(_) => Ok(bytes),
            Err(error) => {
                self.is_broken = true;
                Err(Wrong::Session(error))
            }
        })
    }

    /// Sends what is encrypted.
    fn poll_send(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while self.session.wants_write() {
            ready!(self.tcp.poll_write_ready(cx))?;
            match self.session.write_tls(&mut Runtime(&self.tcp)) {
                Ok(0) => return Poll::Ready(Err(ErrorKind::WriteZero.into())),
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
        Poll::Ready(Ok(()))
    }

    /// Encrypts what `write` writes, once there is room for it, and sends of it what can be sent now.
    fn poll_encrypt(
        &mut self,
        cx: &mut Context<'_>,
        write: impl FnOnce(&mut rustls::Writer<'_>) -> io::Result<usize>,
    ) -> Poll<io::Result<usize>> {
        ready!(self.poll_send(cx))?;
        let written = write(&mut self.session.writer())?;
        if let Poll::Ready(Err(error)) = self.poll_send(cx) {
            return Poll::Ready(Err(error));
        }
        Poll::Ready(Ok(written))
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        loop {
            let mut reader = this.session.reader();
            match reader.fill_buf() {
                Ok(data) => {
                    let length = data.len().min(buf.remaining());
                    buf.put_slice(&data[..length]);
                    reader.consume(length);
                    return Poll::Ready(Ok(()));
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(error) if error.kind() == ErrorKind::UnexpectedEof => {
                    return Poll::Ready(match this.session {
                        Connection::Server(_) => Ok(()),
                        Connection::Client(_) => Err(ErrorKind::UnexpectedEof.into()),
                    });
                }
                Err(error) => return Poll::Ready(Err(error)),
            }
            ready!(this.poll_fill(cx))?;
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.get_mut().poll_encrypt(cx, |writer| writer.write(buf))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.get_mut()
            .poll_encrypt(cx, |writer| writer.write_vectored(bufs))
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.get_mut().poll_send(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if !this.has_said_goodbye {
            this.has_said_goodbye = true;
            this.session.send_close_notify();
        }
        ready!(this.poll_send(cx))?;
        Pin::new(&mut this.tcp).poll_shutdown(cx)
    }
}

impl From<Wrong> for io::Error {
    fn from(wrong: Wrong) -> Self {
        match wrong {
            Wrong::Socket(error) => error,
            Wrong::Session(error) => Self::new(ErrorKind::InvalidData, error),
        }
    }
}
