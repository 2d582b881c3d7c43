//! One sender's connection, from its first byte to its end.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::{Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http_body::Body;
use hyper::body::Incoming;
use hyper::server::conn::http1::Connection;
use hyper::service::{HttpService, Service, service_fn};
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::sync::watch::Receiver;

use super::close;
use super::interrupt::{Interrupt, Interrupts};
use super::io::Watched;
use super::refuse;
use super::reply::Answering;
use super::secure;
use super::watch::{Overdue, Watch};
use super::{Phase, Settings};
use crate::tls;
use crate::transport::{Encrypted, Transport};

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// What TLS begins with: a handshake, in a record of whichever version 3 (RFC 8446 §5.1).
const TLS: &[u8] = &[0x16, 3];

/// How long the first request of a new connection may take to come once the server stops. It usually follows the
/// connection at once; but one that was accepted just before must not be closed in its face.
pub(super) const FIRST_REQUEST: Duration = Duration::from_millis(250);

/// How a connection ended.
#[derive(Debug)]
pub enum ConnectionEnd {
    /// As agreed.
    Well,
    /// Refused, because there were too many.
    Refused,
    /// Refused, because there was no memory for the rest of a head.
    Full,
    /// What came was no request; hyper has answered with a 4xx, unless it was HTTP/2.
    Malformed(hyper::Error),
    /// What came was the beginning of TLS; hyper has answered with a 400.
    Tls,
    /// What came was the beginning of plain HTTP where TLS is spoken; it was answered with a 400.
    Plain,
    /// No hands were shaken.
    Handshake(tls::Failure),
    /// The sender kept us waiting.
    Overdue(Overdue),
    /// It broke, or an answer had to be cut off.
    Broken(hyper::Error),
}

/// Why hyper stopped serving a connection.
enum Left {
    /// It is over.
    Over(ConnectionEnd),
    /// It was told to stop while nothing was in flight.
    Unused,
    /// There is nothing to do for now.
    Quiet,
}

/// Serves the requests on `stream` one after another until it ends, or, in another phase than [`Phase::Serve`],
/// until the one in flight is answered. One whose first byte has arrived by then is in flight, and on a connection that
/// had none yet, one that comes within [`FIRST_REQUEST`].
///
/// hyper and its buffers are there only while there is something to do: thousands of senders that keep a
/// connection open between two events cost little more than their sockets.
pub async fn serve<S, B>(
    stream: Transport,
    service: S,
    settings: &Settings,
    mut phase: Receiver<Phase>,
) -> ConnectionEnd
where
    S: Service<Request<Incoming>, Response = Response<B>>,
    S::Error: Into<BoxError>,
    B: Body + Unpin + 'static,
    B::Error: Into<BoxError>,
{
    let mut stream = match settings.tls.offer() {
        None => stream,
        // Boxed, so that it takes no room afterwards.
        Some(offer) => {
            match Box::pin(secure::shake_hands(stream, offer, settings, phase.clone())).await {
                Ok(stream) => stream,
                Err(ended) => return ended,
            }
        }
    };
    let is_encrypted = stream.is_encrypted();
    let watch = Watch::new(settings.patience);
    let told = phase.clone();
    let stopped = pin!(phase.wait_for(|phase| *phase != Phase::Serve));
    let mut interrupts = Interrupts::new(&watch, stopped, told);
    let mut ahead = Bytes::new();
    let mut is_last = false;
    loop {
        if ahead.is_empty() {
            let over = match readable(&mut stream, &mut interrupts).await {
                None | Some(Interrupt::Quiet | Interrupt::Full) => None,
                // Nobody was kept waiting.
                Some(Interrupt::Overdue(_)) if is_last => Some(ConnectionEnd::Well),
                Some(Interrupt::Overdue(overdue)) => Some(ConnectionEnd::Overdue(overdue)),
                Some(Interrupt::Stop) if is_over(&mut stream, &watch) => Some(ConnectionEnd::Well),
                Some(Interrupt::Stop) => {
                    is_last = true;
                    None
                }
            };
            if let Some(ended) = over {
                stream.end();
                return ended;
            }
        }
        let service = service_fn(|mut request: Request<Incoming>| {
            if is_encrypted {
                request.extensions_mut().insert(Encrypted);
            }
            watch.request_begins(request.body().size_hint().exact());
            Answering::new(service.call(request), watch.clone())
        });
        watch.wakes();
        let io = TokioIo::new(Watched::new(stream, ahead, watch.clone(), &settings.memory));
        // Boxed, so that it takes no room while the connection is idle.
        let mut connection = {
            let mut http = settings.http.clone();
            Box::new(http.keep_alive(!is_last).serve_connection(io, service))
        };
        let left = drive(&mut connection, &watch, &mut interrupts).await;
        let parts = connection.into_parts();
        stream = parts.io.into_inner().into_inner();
        // An empty one may be the rest of a buffer.
        ahead = Some(parts.read_buf)
            .filter(|ahead| !ahead.is_empty())
            .unwrap_or_default();
        match left {
            Left::Quiet => {}
            // No answer is on its way that a reset could destroy, and a drain is not held up for nothing.
            Left::Unused if ahead.is_empty() && is_over(&mut stream, &watch) => {
                stream.end();
                return ConnectionEnd::Well;
            }
            Left::Unused => is_last = true,
            Left::Over(mut ended) => {
                if matches!(ended, ConnectionEnd::Malformed(_)) && ahead.starts_with(TLS) {
                    ended = ConnectionEnd::Tls;
                }
                // Nobody is going to read it, and the sender may take its time.
                drop(ahead);
                Box::pin(close(stream, &ended)).await;
                return ended;
            }
        }
    }
}

/// Whether nothing is to come any more on a connection on which nothing is in flight, now that the server stops.
fn is_over(stream: &mut Transport, watch: &Watch) -> bool {
    if !watch.has_served() {
        watch.expect_request(FIRST_REQUEST);
        return false;
    }
    // What has arrived meanwhile is not lost for the sender.
    stream.is_silent()
}

/// Waits for the sender's next bytes, or the end of them; `None` when they are there.
async fn readable(
    stream: &mut Transport,
    interrupts: &mut Interrupts<'_, impl Future>,
) -> Option<Interrupt> {
    poll_fn(|cx| {
        if stream.poll_readable(cx).is_ready() {
            return Poll::Ready(None);
        }
        loop {
            match ready!(interrupts.poll(cx)) {
                // It could not be quieter.
                Interrupt::Quiet | Interrupt::Full => {}
                interrupt => return Poll::Ready(Some(interrupt)),
            }
        }
    })
    .await
}

/// Lets hyper serve until there is nothing to do.
async fn drive<S>(
    connection: &mut Connection<TokioIo<Watched>, S>,
    watch: &Watch,
    interrupts: &mut Interrupts<'_, impl Future>,
) -> Left
where
    S: HttpService<Incoming>,
    S::Error: Into<BoxError>,
    S::ResBody: 'static,
    <S::ResBody as Body>::Error: Into<BoxError>,
{
    poll_fn(|cx| {
        loop {
            if let Poll::Ready(ended) = Pin::new(&mut *connection).poll(cx) {
                return Poll::Ready(Left::Over(ConnectionEnd::from(ended)));
            }
            match ready!(interrupts.poll(cx)) {
                Interrupt::Quiet => return Poll::Ready(Left::Quiet),
                Interrupt::Full => return Poll::Ready(Left::Over(ConnectionEnd::Full)),
                Interrupt::Overdue(overdue) => {
                    return Poll::Ready(Left::Over(ConnectionEnd::Overdue(overdue)));
                }
                Interrupt::Stop if watch.is_idle() && !watch.is_write_blocked() => {
                    return Poll::Ready(Left::Unused);
                }
                Interrupt::Stop => Pin::new(&mut *connection).graceful_shutdown(),
            }
        }
    })
    .await
}

async fn close(mut stream: Transport, ended: &ConnectionEnd) {
    match ended {
        ConnectionEnd::Well
        | ConnectionEnd::Refused
        | ConnectionEnd::Malformed(_)
        | ConnectionEnd::Tls => close::linger(stream).await,
        ConnectionEnd::Full => refuse::no_memory(stream).await,
        ConnectionEnd::Overdue(Overdue::Head | Overdue::Request) => stream.end(),
        // Those have ended before.
        ConnectionEnd::Plain | ConnectionEnd::Handshake(_) => {}
        ConnectionEnd::Overdue(Overdue::Reader) | ConnectionEnd::Broken(_) => stream.reset(),
    }
}

impl From<hyper::Result<()>> for ConnectionEnd {
    fn from(ended: hyper::Result<()>) -> Self {
        match ended {
            Ok(()) => Self::Well,
            Err(error) if error.is_parse() => Self::Malformed(error),
            Err(error) => Self::Broken(error),
        }
    }
}
