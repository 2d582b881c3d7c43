//! The head of a request as it was on the wire.
//!
//! Only hyper knows in which case a sender wrote the names of its fields, and tells nobody. So it is made to write the
//! head once more, to memory.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use http::Request;
use http::header::TRANSFER_ENCODING;
use http::request::Parts;
use http_body::{Body, Frame};
use hyper::client::conn::http1::Builder;
use hyper::rt::{Read, ReadBufCursor, Write};

/// The request line, the fields and the empty line, each as it came: names in their case, values, duplicates and order.
///
/// Empty where it can't be written, which no head is that came in: it was read from such bytes.
#[must_use]
pub fn written(parts: &Parts) -> Vec<u8> {
    let body = if parts.headers.contains_key(TRANSFER_ENCODING) {
        Unsent::More
    } else {
        Unsent::Nothing
    };
    let mut cx = Context::from_waker(Waker::noop());
    let handshake = Builder::new().handshake(Memory::default());
    let Poll::Ready(Ok((mut requests, mut connection))) = pin!(handshake).poll(&mut cx) else {
        return Vec::new();
    };
    // An answer never comes, so there is nothing to wait for.
    let _answer = requests.try_send_request(Request::from_parts(parts.clone(), body));
    let _pending = Pin::new(&mut connection).poll(&mut cx);
    connection.into_parts().io.0
}

/// A whole message: what [`written`] gave, and its body, which goes in one chunk where the head says that it comes in
/// chunks.
#[must_use]
pub fn message(head: &[u8], body: &[u8]) -> Vec<u8> {
    let mut message = head.to_vec();
    if fields(head).any(|(name, _)| name.eq_ignore_ascii_case(b"transfer-encoding")) {
        if !body.is_empty() {
            message.extend_from_slice(format!("{:x}\r\n", body.len()).as_bytes());
            message.extend_from_slice(body);
            message.extend_from_slice(b"\r\n");
        }
        message.extend_from_slice(b"0\r\n\r\n");
    } else {
        message.extend_from_slice(body);
    }
    message
}

/// The fields of what [`written`] gave, line by line: names as they were written, and values.
pub fn fields(head: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    let lines = head.split(|&byte| byte == b'\n').skip(1);
    lines.filter_map(|line| {
        let colon = memchr::memchr(b':', line)?;
        Some((&line[..colon], line[colon + 1..].trim_ascii()))
    })
}

/// A body that is not sent. Without one hyper would take `Transfer-Encoding` out.
enum Unsent {
    Nothing,
    More,
}

impl Body for Unsent {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        match *self {
            Self::Nothing => Poll::Ready(None),
            Self::More => Poll::Pending,
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(self, Self::Nothing)
    }
}

/// What is written, and nothing to read.
#[derive(Default)]
struct Memory(Vec<u8>);

impl Read for Memory {
    fn poll_read(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        _: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        Poll::Pending
    }
}

impl Write for Memory {
    fn poll_write(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.0.extend_from_slice(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use http::Response;
    use http_body_util::Empty;
    use hyper::server::conn::http1;
    use hyper::service::service_fn;
    use hyper_util::rt::TokioIo;

    use super::*;

    /// What is written of a head that came in.
    async fn again(head: &[u8]) -> Vec<u8> {
        let parts = Mutex::new(None);
        let io = TokioIo::new(tokio::io::join(
            io::Cursor::new(head.to_vec()),
            tokio::io::sink(),
        ));
        let service = service_fn(|request: Request<hyper::body::Incoming>| {
            *parts.lock().unwrap() = Some(request.into_parts().0);
            async { Ok::<_, Infallible>(Response::new(Empty::<Bytes>::new())) }
        });
        let mut server = http1::Builder::new();
        server.preserve_header_case(true).half_close(true);
        let _ = server.serve_connection(io, service).await;
        let parts = parts.lock().unwrap().take().expect("a head came");
        written(&parts)
    }

    #[tokio::test]
    async fn a_head_is_written_as_it_came() {
        for head in [
            "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
            "POST /a//b/../%2F?x=%20&y HTTP/1.1\r\nhost: example.com\r\nX-STRANGE-case: 1\r\n\
             content-LENGTH: 0\r\nCookie: a\r\nCookie: b\r\nStripe-signature: t=1,v1=x\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n",
            "POST http://b:81/x HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nExpect: 100-continue\r\n\r\n",
            "POST / HTTP/1.0\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n",
            "PATCH / HTTP/1.1\r\nHost: a\r\nX-Empty:\r\nTE: trailers\r\nUpgrade: h2c\r\n\r\n",
        ] {
            let written = again(head.as_bytes()).await;
            assert_eq!(
                written.escape_ascii().to_string(),
                head.as_bytes().escape_ascii().to_string()
            );
        }
    }

    #[test]
    fn a_body_is_framed_as_its_head_says() {
        let plain = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n";
        assert_eq!(message(plain, b"abc"), [&plain[..], b"abc"].concat());
        let chunked = b"POST / HTTP/1.1\r\nTRANSFER-encoding:chunked\r\n\r\n";
        let framed = |body: &[u8]| message(chunked, body).split_off(chunked.len());
        assert_eq!(framed(b"0123456789"), b"a\r\n0123456789\r\n0\r\n\r\n");
        assert_eq!(framed(b""), b"0\r\n\r\n");
    }

    #[test]
    fn fields_are_told_line_by_line() {
        let head = b"POST /a:b HTTP/1.1\r\nA: 1\r\nb:  x:y \r\nA:\r\n\r\n";
        let expected: [(&[u8], &[u8]); 3] = [(b"A", b"1"), (b"b", b"x:y"), (b"A", b"")];
        assert!(fields(head).eq(expected));
    }

    #[tokio::test]
    async fn bytes_that_are_no_text_stay_as_they_are() {
        let head = b"POST / HTTP/1.1\r\nHost: a\r\nX-Name: \xe9\xff\r\n\r\n";
        assert_eq!(again(head).await, head);
    }
}
