//! One sender's connection, from its first byte to its end.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::Poll;

use http_body::Body;
use hyper::body::Incoming;
use hyper::server::conn::http1::Builder;
use hyper::service::{Service, service_fn};
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::sync::watch::Receiver;
use tokio::time::{Instant, sleep_until};

use super::close;
use super::io::Watched;
use super::watch::{Overdue, Patience, Watch};

/// How a connection ended.
#[derive(Debug)]
pub enum Ended {
    /// As agreed.
    Well,
    /// Refused, because there were too many.
    Refused,
    /// What came was no request; hyper has answered with a 4xx.
    Malformed(hyper::Error),
    /// The sender kept us waiting.
    Overdue(Overdue),
    /// It broke, or an answer had to be cut off.
    Broken(hyper::Error),
}

/// Serves the requests on `stream` one after another until it ends, or, once told to `stop`, until the one in
/// flight is answered.
pub async fn serve<S, B>(
    stream: TcpStream,
    service: S,
    http: &Builder,
    patience: Patience,
    mut stop: Receiver<bool>,
) -> Ended
where
    S: Service<Request<Incoming>, Response = Response<B>>,
    S::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    B: Body + 'static,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let watch = Watch::new(patience);
    let io = TokioIo::new(Watched::new(stream, watch.clone()));
    let service = service_fn(|request| {
        watch.request_begins();
        let answer = service.call(request);
        let watch = watch.clone();
        async move {
            let answer = answer.await;
            watch.answer_begins();
            answer
        }
    });
    let mut connection = http.serve_connection(io, service);
    let told = stop.clone();
    let mut stopped = pin!(stop.wait_for(|stop| *stop));
    let mut is_draining = false;
    let mut is_listening = false;
    let mut was_idle = false;
    let mut timer = pin!(sleep_until(Instant::now() + patience.idle));

    let ended = poll_fn(|cx| {
        // Once it has been asked it wakes this task, so there is no need to ask it again before it speaks.
        if !is_draining && (!is_listening || told.has_changed().unwrap_or(true)) {
            is_listening = true;
            if stopped.as_mut().poll(cx).is_ready() {
                is_draining = true;
                was_idle = watch.is_idle();
                Pin::new(&mut connection).graceful_shutdown();
            }
        }
        if let Poll::Ready(ended) = Pin::new(&mut connection).poll(cx) {
            return Poll::Ready(Ended::from(ended));
        }
        while let Some(due) = watch.due() {
            // Moved only when it would go off too late; one that goes off too early is set anew then.
            if due < timer.deadline() || timer.is_elapsed() {
                timer.as_mut().reset(due);
            }
            if timer.as_mut().poll(cx).is_pending() {
                break;
            }
            if let Some(overdue) = watch.overdue(Instant::now()) {
                return Poll::Ready(Ended::Overdue(overdue));
            }
        }
        Poll::Pending
    })
    .await;

    let stream = connection.into_parts().io.into_inner().into_inner();
    match &ended {
        // No answer is on its way that a reset could destroy, and a drain is not held up for nothing.
        Ended::Well if was_idle => {}
        Ended::Well | Ended::Refused | Ended::Malformed(_) => close::linger(stream).await,
        Ended::Overdue(Overdue::Head | Overdue::Request) => {}
        Ended::Overdue(Overdue::Reader) | Ended::Broken(_) => close::reset(&stream),
    }
    ended
}

impl From<hyper::Result<()>> for Ended {
    fn from(ended: hyper::Result<()>) -> Self {
        match ended {
            Ok(()) => Self::Well,
            Err(error) if error.is_parse() => Self::Malformed(error),
            Err(error) => Self::Broken(error),
        }
    }
}
