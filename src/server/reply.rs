//! The body of an answer, handed over no faster than its sender reads it.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Buf;
use http_body::{Body, Frame, SizeHint};
use hyper::Response;
use pin_project_lite::pin_project;

use super::watch::Watch;

/// So much is handed over before the first of it is written. hyper would take 400 KiB of an answer that nobody reads.
const AHEAD: usize = 4 * 1024;

pin_project! {
    /// Waits for an answer, and gives it a body that is handed over no faster than its sender reads it.
    // Not an `async` block, which would keep room twice for the future that is moved into it.
    pub struct Answering<F> {
        #[pin]
        answer: F,
        watch: Option<Watch>,
    }
}

/// A body that waits until what it gave is written, and tells its [`Watch`] when it is over.
#[derive(Debug)]
pub struct Reply<B> {
    body: B,
    watch: Watch,
}

impl<F> Answering<F> {
    /// Waits for the `answer` of the connection that `watch` watches.
    pub fn new(answer: F, watch: Watch) -> Self {
        Self {
            answer,
            watch: Some(watch),
        }
    }
}

impl<F, B, E> Future for Answering<F>
where
    F: Future<Output = Result<Response<B>, E>>,
{
    type Output = Result<Response<Reply<B>>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let answer = ready!(this.answer.poll(cx))?;
        let watch = this.watch.take().expect("it is ready once");
        Poll::Ready(Ok(answer.map(|body| Reply { body, watch })))
    }
}

impl<B: Body + Unpin> Body for Reply<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        let this = self.get_mut();
        let flow = this.watch.flow();
        if flow.unwritten() >= AHEAD {
            // Once a write has blocked, the socket wakes this task. Until then hyper would wait for somebody else to.
            if !this.watch.is_write_blocked() {
                cx.waker().wake_by_ref();
            }
            return Poll::Pending;
        }
        let frame = ready!(Pin::new(&mut this.body).poll_frame(cx));
        if let Some(Ok(frame)) = &frame
            && let Some(data) = frame.data_ref()
        {
            flow.handed_over(data.remaining());
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl<B> Drop for Reply<B> {
    fn drop(&mut self) {
        self.watch.answer_ends();
    }
}
