//! What signals ask of a program that serves.

use std::future::poll_fn;
use std::io;
use std::task::Poll;

use tokio::signal::unix::{Signal, SignalKind, signal};

/// The signals that people and supervisors send to servers, caught so that none of them kills.
///
/// | signal | what it does |
/// |---|---|
/// | SIGTERM, SIGINT, SIGQUIT | stops: [`stop_asked`](Self::stop_asked) |
/// | SIGHUP | is answered in the log: other servers reload then, and there is no reload yet |
/// | SIGUSR1, SIGUSR2 | nothing: others reopen a log file then, or change something else that is not here |
#[derive(Debug)]
pub struct Signals {
    stop: [Signal; 3],
    hangup: Signal,
    _ignored: [Signal; 2],
}

impl Signals {
    /// Catches them from now on. One that comes before it is waited for is kept. Must be called within a tokio
    /// runtime with signals on.
    ///
    /// # Errors
    ///
    /// When the system doesn't allow it.
    pub fn catch() -> io::Result<Self> {
        Ok(Self {
            stop: [
                signal(SignalKind::terminate())?,
                signal(SignalKind::interrupt())?,
                signal(SignalKind::quit())?,
            ],
            hangup: signal(SignalKind::hangup())?,
            _ignored: [
                signal(SignalKind::user_defined1())?,
                signal(SignalKind::user_defined2())?,
            ],
        })
    }

    /// Ready at the next signal to stop. Others that come meanwhile are dealt with.
    pub async fn stop_asked(&mut self) {
        poll_fn(|cx| {
            while self.hangup.poll_recv(cx).is_ready() {
                tracing::warn!(
                    "SIGHUP: there is no reload in this version; to change the rules, restart"
                );
            }
            let mut stop = self.stop.iter_mut();
            if stop.any(|signal| signal.poll_recv(cx).is_ready()) {
                Poll::Ready(())
            } else {
                Poll::Pending
            }
        })
        .await;
    }
}
