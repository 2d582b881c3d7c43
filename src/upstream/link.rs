//! One connection to the upstream.
//!
//! hyper splits a client connection into a handle that takes requests and a future that moves the bytes,
//! meant for a task of its own. Here both stay together and whoever uses the link drives it: an event costs
//! no second task and no wake-ups between two.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker, ready};
use std::time::Duration;

use http::{Request, Response};
use http_body::Body;
use hyper::body::Incoming;
use hyper::client::conn::TrySendError;
use hyper::client::conn::http1::{Builder, Connection, SendRequest};
use hyper_util::rt::TokioIo;
use pin_project_lite::pin_project;

use super::newcomer::Newcomer;
use super::open::Entered;
use super::socket::{Control, Socket};
use crate::body::{Outgoing, Progress};
use crate::deadline::Deadline;
use crate::transport::Transport;

/// The largest head of an answer.
const HEAD: usize = 64 * 1024;
/// The most fields in the head of an answer; one with more is taken for no HTTP. Two and a half times what most
/// proxies pass. Beyond hyper's own 100 the parser takes its room from the heap while it parses, 64 bytes a field: that
/// costs each answer about 600 instructions (22,460 against 22,880 to 23,350 for a whole exchange in memory).
const FIELDS: usize = 256;
/// A larger body may take its time on a new connection, which TCP begins with less: that it has no answer yet says
/// nothing of who keeps it waiting (RFC 6928).
const AT_ONCE: u64 = 10 * 1460;
/// The most that is queued of a request before it is written. All of that counts against the memory for bodies, so it
/// may be much: a body of 1 MB goes out at once.
const QUEUE: usize = 1024 * 1024;

/// A connection to the upstream, idle or in use.
pub struct Link {
    requests: SendRequest<Outgoing>,
    driver: Driver,
    control: Control,
    /// Goes off when the upstream keeps us waiting. It outlives the event, since a timer that stays
    /// registered costs less than one for each event.
    deadline: Deadline,
    /// The first event's place among those that wait on new connections.
    newcomer: Option<Box<Newcomer>>,
    _open: Entered,
}

/// The future that moves the bytes, until it has ended. Then it is dropped, and must be: a request that it
/// had not begun comes back only with that.
struct Driver(Option<Pin<Box<Http>>>);

type Http = Connection<TokioIo<Socket>, Outgoing>;

pin_project! {
    /// Waits for the head of an answer.
    struct Exchange<'a, A> {
        #[pin]
        answer: A,
        driver: &'a mut Driver,
        deadline: &'a mut Deadline,
        control: &'a Control,
        newcomer: &'a mut Option<Box<Newcomer>>,
        progress: Option<Arc<Progress>>,
    }
}

/// Why a link brought no answer.
#[derive(Debug)]
pub enum Unanswered {
    /// Nothing of the request was sent: here it is back.
    Unsent(Box<Request<Outgoing>>, hyper::Error),
    /// Some of it may have been sent.
    Broken(hyper::Error),
    /// No answer within the time.
    Timeout,
}

impl Link {
    /// Starts HTTP/1.1 on a fresh connection.
    pub async fn new(
        stream: Transport,
        newcomer: Option<Newcomer>,
        open: Entered,
    ) -> hyper::Result<Self> {
        let control = Control::default();
        let io = TokioIo::new(Socket::new(stream, control.clone()));
        let (requests, connection) = Builder::new()
            .preserve_header_case(true)
            // Names that the sender did not write: old servers look for `Content-Length` byte by byte.
            .title_case_headers(true)
            .max_header_size(HEAD)
            .max_headers(FIELDS)
            .max_buf_size(QUEUE)
            .handshake(io)
            .await?;
        Ok(Self {
            requests,
            driver: Driver(Some(Box::pin(connection))),
            control,
            // Each event brings its own.
            deadline: Deadline::new(Duration::ZERO),
            newcomer: newcomer.map(Box::new),
            _open: open,
        })
    }

    /// Sends `request` and waits for the head of the answer. The upstream may keep us waiting for `response`, now and
    /// within the answer.
    // A future of its own rather than an `async fn`: the request goes to hyper at once, and takes no room in it. Nor does
    // what waits take room twice, as what is moved into an `async` block does.
    pub fn exchange(
        &mut self,
        request: Request<Outgoing>,
        response: Duration,
    ) -> impl Future<Output = Result<Response<Incoming>, Unanswered>> {
        self.deadline.rewind_to(response);
        if request.body().size_hint().lower() > AT_ONCE {
            self.newcomer = None;
        }
        let progress = request.body().progress();
        let Self {
            requests,
            driver,
            deadline,
            control,
            newcomer,
            ..
        } = self;
        control.begin();
        Exchange {
            answer: requests.try_send_request(request),
            driver,
            deadline,
            control,
            newcomer,
            progress,
        }
    }

    /// Moves bytes; ready when the connection has ended, however it did.
    pub fn poll_drive(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        self.driver.poll(cx)
    }

    /// To be called where the answer is not at its end and no more of it is there: says whether to drive once more,
    /// so that the upstream need not wait for an acknowledgement.
    pub fn acknowledge(&self) -> bool {
        self.control.acknowledge()
    }

    /// Something came of the answer: the upstream may keep us waiting anew.
    pub fn came(&mut self) {
        self.deadline.rewind();
    }

    /// Ready when the upstream has kept us waiting for too long.
    pub fn poll_overdue(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        self.deadline.poll(cx)
    }

    /// Whether request and answer are over, and nothing speaks against another one.
    pub fn is_ready(&mut self) -> bool {
        // Driven once more, so that what is left over shows; by nobody, since nobody waits for an idle link.
        self.poll_drive(&mut quiet()).is_pending() && self.requests.is_ready()
    }

    /// Whether the upstream has neither closed the idle link nor sent anything on it. Asks the kernel.
    pub fn is_silent(&mut self) -> bool {
        let control = self.control.clone();
        control.ask(|| self.is_ready())
    }
}

impl<A> Future for Exchange<'_, A>
where
    A: Future<Output = Result<Response<Incoming>, TrySendError<Request<Outgoing>>>>,
{
    type Output = Result<Response<Incoming>, Unanswered>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        loop {
            let _ended = this.driver.poll(cx);
            // Only the connection brings the answer, and it has just been driven: no second waker is needed.
            if let Poll::Ready(answer) = this.answer.as_mut().poll(&mut quiet()) {
                if let (Some(newcomer), true) = (this.newcomer.take(), answer.is_ok()) {
                    newcomer.answered();
                }
                return Poll::Ready(answer.map_err(Unanswered::from));
            }
            if !this.control.acknowledge() {
                break;
            }
        }
        if let Some(newcomer) = this.newcomer {
            newcomer.poll(cx);
        }
        let progress = this.progress.as_ref();
        if progress.is_some_and(|progress| progress.made()) {
            this.deadline.rewind();
        }
        this.deadline.poll(cx).map(|()| Err(Unanswered::Timeout))
    }
}

impl Driver {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if let Some(connection) = &mut self.0 {
            // Why it ended is told to whoever waits for the answer.
            let _why = ready!(connection.as_mut().poll(cx));
            self.0 = None;
        }
        Poll::Ready(())
    }
}

fn quiet() -> Context<'static> {
    Context::from_waker(Waker::noop())
}

impl From<TrySendError<Request<Outgoing>>> for Unanswered {
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
            .field("ended", &self.driver.0.is_none())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::{TcpListener, TcpStream};

    use super::super::open::Open;
    use super::*;

    const PATIENCE: Duration = Duration::from_secs(5);

    fn request() -> Request<Outgoing> {
        let request = Request::get("/").header("host", "a");
        request.body(Outgoing::Empty).expect("a valid request")
    }

    #[tokio::test]
    async fn a_request_to_a_link_that_has_been_closed_comes_back_at_once() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let stream = TcpStream::connect(listener.local_addr().unwrap()).await;
        let stream = Transport::tcp(stream.unwrap()).unwrap();
        let mut link = Link::new(stream, None, Open::default().enter())
            .await
            .unwrap();
        let (mut upstream, _) = listener.accept().await.unwrap();
        let answered = async {
            let _ = upstream.read(&mut [0; 1024]).await;
            let answer = b"HTTP/1.1 204 No Content\r\n\r\n";
            upstream.write_all(answer).await.expect("it is open");
        };
        let (answer, ()) = tokio::join!(link.exchange(request(), PATIENCE), answered);
        assert_eq!(answer.expect("an answer").status(), 204);

        drop(upstream);
        // Until the runtime has heard of it as well.
        while link.driver.poll(&mut quiet()).is_pending() && link.is_silent() {
            tokio::task::yield_now().await;
        }
        let unsent = link.exchange(request(), PATIENCE).await;
        assert!(matches!(unsent, Err(Unanswered::Unsent(..))), "{unsent:?}");
    }
}
