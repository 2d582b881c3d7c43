//! One connection to the upstream.
//!
//! hyper splits a client connection into a handle that takes requests and a future that moves the bytes,
//! meant for a task of its own. Here both stay together and whoever uses the link drives it: an event costs
//! no second task and no wake-ups between two.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use http::{Request, Response};
use hyper::body::Incoming;
use hyper::client::conn::TrySendError;
use hyper::client::conn::http1::{Builder, Connection, SendRequest};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use super::socket::{Ask, Socket};
use crate::alarm::Alarm;
use crate::body::Outgoing;

/// The most that is buffered of an answer whose sender does not read it, and the largest answer head.
const BUFFER: usize = 64 * 1024;

/// A connection to the upstream, idle or in use.
pub struct Link {
    requests: SendRequest<Outgoing>,
    connection: Pin<Box<Connection<TokioIo<Socket>, Outgoing>>>,
    ask: Ask,
    /// Goes off when the upstream keeps us waiting. It outlives the event, since a timer that stays
    /// registered costs less than one for each event.
    alarm: Alarm,
    ended: bool,
}

/// Why a link brought no answer.
#[derive(Debug)]
pub enum Failure {
    /// Nothing of the request was sent: here it is back.
    Unsent(Box<Request<Outgoing>>, hyper::Error),
    /// Some of it may have been sent.
    Broken(hyper::Error),
    /// No answer within the time.
    Timeout,
}

impl Link {
    /// Starts HTTP/1.1 on a fresh connection. The upstream may keep us waiting for `response`.
    pub async fn new(stream: TcpStream, response: Duration) -> hyper::Result<Self> {
        let ask = Ask::default();
        let io = TokioIo::new(Socket::new(stream, ask.clone()));
        let (requests, connection) = Builder::new()
            .preserve_header_case(true)
            // Names that the sender did not write: old servers look for `Content-Length` byte by byte.
            .title_case_headers(true)
            .max_buf_size(BUFFER)
            .handshake(io)
            .await?;
        Ok(Self {
            requests,
            connection: Box::pin(connection),
            ask,
            alarm: Alarm::new(response),
            ended: false,
        })
    }

    /// Sends `request` and waits for the head of the answer.
    pub async fn exchange(
        &mut self,
        request: Request<Outgoing>,
    ) -> Result<Response<Incoming>, Failure> {
        self.alarm.rewind();
        let progress = request.body().progress();
        let Self {
            requests,
            connection,
            alarm,
            ended,
            ..
        } = self;
        let mut answer = pin!(requests.try_send_request(request));
        poll_fn(|cx| {
            *ended = *ended || connection.as_mut().poll(cx).is_ready();
            // Only the connection brings the answer, and it has just been driven: no second waker is needed.
            match answer.as_mut().poll(&mut quiet()) {
                Poll::Ready(answer) => Poll::Ready(answer.map_err(Failure::from)),
                Poll::Pending => {
                    if progress.as_ref().is_some_and(|progress| progress.made()) {
                        alarm.rewind();
                    }
                    alarm.poll(cx).map(|()| Err(Failure::Timeout))
                }
            }
        })
        .await
    }

    /// Moves bytes; ready when the connection has ended, however it did.
    pub fn poll_drive(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if !self.ended {
            self.ended = self.connection.as_mut().poll(cx).is_ready();
        }
        if self.ended {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    }

    /// Something came of the answer: the upstream may keep us waiting anew.
    pub fn came(&mut self) {
        self.alarm.rewind();
    }

    /// Ready when the upstream has kept us waiting for too long.
    pub fn poll_overdue(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        self.alarm.poll(cx)
    }

    /// Whether request and answer are over, and nothing speaks against another one.
    pub fn is_ready(&mut self) -> bool {
        // Driven once more, so that what is left over shows; by nobody, since nobody waits for an idle link.
        self.poll_drive(&mut quiet()).is_pending() && self.requests.is_ready()
    }

    /// Whether the upstream has neither closed the idle link nor sent anything on it. Asks the kernel.
    pub fn is_silent(&mut self) -> bool {
        let ask = self.ask.clone();
        ask.during(|| self.is_ready())
    }
}

fn quiet() -> Context<'static> {
    Context::from_waker(Waker::noop())
}

impl From<TrySendError<Request<Outgoing>>> for Failure {
    fn from(mut error: TrySendError<Request<Outgoing>>) -> Self {
        match error.take_message() {
            Some(request) => Self::Unsent(Box::new(request), error.into_error()),
            None => Self::Broken(error.into_error()),
        }
    }
}

impl std::fmt::Debug for Link {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Link")
            .field("ended", &self.ended)
            .finish_non_exhaustive()
    }
}
