//! What a service manager hands over, and what it is told: systemd's, and whoever speaks as it does.
//!
//! Without one nobody has handed anything over, and what is told goes nowhere.

use std::io;
use std::net::TcpListener;
use std::os::unix::net::UnixListener;
use std::time::Duration;

use listenfd::ListenFd;
use sd_notify::NotifyState;

use crate::server::Bound;

/// What there is to tell.
#[derive(Clone, Copy, Debug)]
pub enum News<'t> {
    /// Everything serves; how, in a line.
    Ready(&'t str),
    /// The config is applied anew. [`News::Ready`] follows, whatever comes of it.
    Reloading,
    /// No more is accepted, and what is in flight is finished.
    Stopping,
    /// All that serve are alive.
    Alive,
}

/// The sockets that were handed over, in their order (`LISTEN_FDS`, `LISTEN_PID`). Those of another process are none of
/// ours. To be called once, before there is another thread.
///
/// # Errors
///
/// When one of them is no TCP socket and no Unix stream socket that listens.
pub fn sockets() -> io::Result<Vec<Bound>> {
    let mut handed_over = ListenFd::from_env();
    let mut sockets = Vec::new();
    for number in 0..handed_over.len() {
        let unix = handed_over.take_unix_listener(number);
        let socket = match unix {
            Ok(unix) => unix.map(UnixListener::into),
            Err(_) => handed_over
                .take_tcp_listener(number)?
                .map(TcpListener::into),
        };
        sockets.extend(socket.map(Bound::handed_over).transpose()?);
    }
    Ok(sockets)
}

/// Within which time it wants to hear that this is alive, if it does (`WATCHDOG_USEC`, `WATCHDOG_PID`).
#[must_use]
pub fn watchdog() -> Option<Duration> {
    sd_notify::watchdog_enabled().filter(|within| !within.is_zero())
}

/// Tells it (`NOTIFY_SOCKET`).
pub fn tell(news: News<'_>) {
    let told = match news {
        News::Ready(how) => sd_notify::notify(&[NotifyState::Ready, NotifyState::Status(how)]),
        News::Reloading => reloading(),
        News::Stopping => sd_notify::notify(&[
            NotifyState::Stopping,
            NotifyState::Status("stopping: what is in flight is finished"),
        ]),
        News::Alive => sd_notify::notify(&[NotifyState::Watchdog]),
    };
    if let Err(error) = told {
        tracing::warn!(%error, ?news, "the service manager could not be told");
    }
}

/// The time tells the manager which of its signals this answers.
fn reloading() -> io::Result<()> {
    sd_notify::notify(&[
        NotifyState::Reloading,
        NotifyState::monotonic_usec_now()?,
        NotifyState::Status("applying the config"),
    ])
}
