//! What signals ask of a program that serves.

use std::future::poll_fn;
use std::io;
use std::task::Poll;

use tokio::signal::unix::{Signal, SignalKind, signal};

/// The signals that people and supervisors send to servers, caught so that none of them kills.
///
/// | signal | what it asks |
/// |---|---|
/// | SIGTERM, SIGINT, SIGQUIT | [`Asked::Stop`] |
/// | SIGHUP | [`Asked::Reload`] |
/// | SIGUSR1, SIGUSR2 | nothing: others reopen a log file then, or change something else that is not here |
#[derive(Debug)]
pub struct Signals {
    stop: [Signal; 3],
    hangup: Signal,
    _ignored: [Signal; 2],
}

/// What a signal asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// To stop.
    Stop,
    /// To read the config again.
    Reload,
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

    /// What the next signal asks for. Of several that came, stopping comes first.
    pub async fn next(&mut self) -> Asked {
        poll_fn(|cx| {
            let mut stop = self.stop.iter_mut();
            if stop.any(|signal| signal.poll_recv(cx).is_ready()) {
                Poll::Ready(Asked::Stop)
            } else if self.hangup.poll_recv(cx).is_ready() {
                Poll::Ready(Asked::Reload)
            } else {
                Poll::Pending
            }
        })
        .await
    }
}
