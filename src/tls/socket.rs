//! The socket below TLS, as whoever does not wait sees it.

use std::io::{self, IoSlice, Read, Write};

use socket2::SockRef;
use tokio::net::TcpStream;

/// A socket as the runtime knows it.
pub struct Runtime<'a>(pub &'a TcpStream);

/// A socket as the kernel knows it.
pub struct Kernel<'a>(pub &'a TcpStream);

impl Read for Runtime<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.0.try_read(buf)
    }
}

impl Write for Runtime<'_> {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        self.0.try_write(buf)
    }

    fn write_vectored(&mut self, bufs: &[IoSlice<'_>]) -> io::Result<usize> {
        self.0.try_write_vectored(bufs)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Read for Kernel<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        (&*SockRef::from(self.0)).read(buf)
    }
}
