//! How a connection to an upstream on a Unix socket is got.
//!
//! There is one place and nothing to look up, so attempts follow one another. One fails at once: while the upstream
//! restarts its file is missing or refuses, and while its queue is full the system says to try again. None has sent
//! anything.

use std::io;
use std::path::Path;
use std::time::Duration;

use tokio::net::UnixStream;
use tokio::time::{Instant, sleep, timeout_at};

use super::connect::{FIRST_PAUSE, LAST_PAUSE};
use super::{Error, OwnAddresses};
use crate::transport::Transport;

/// A new connection to the socket at `path`, made `within` this time, all attempts together.
///
/// # Errors
///
/// [`Error::Connect`] when none was made within the time, with what the last attempt said, and [`Error::Loop`] when the
/// socket is one of our `own`.
pub async fn connect(
    path: &Path,
    own: &OwnAddresses,
    within: Duration,
) -> Result<Transport, Error> {
    let deadline = Instant::now() + within;
    let mut failed = None;
    let made = timeout_at(deadline, repeat(path, own, &mut failed)).await;
    made.unwrap_or_else(|_| {
        let failed = failed.unwrap_or(io::ErrorKind::TimedOut.into());
        Err(Error::Connect(failed))
    })
}

/// Tries until a connection is made, for ever if need be.
async fn repeat(
    path: &Path,
    own: &OwnAddresses,
    failed: &mut Option<io::Error>,
) -> Result<Transport, Error> {
    let mut pause = FIRST_PAUSE;
    loop {
        // Each time, since a restart may have put another file there.
        if own.include_socket(path) {
            return Err(Error::Loop);
        }
        match UnixStream::connect(path).await {
            Ok(stream) => return Ok(Transport::Unix(stream)),
            Err(error) => *failed = Some(error),
        }
        sleep(pause).await;
        pause = LAST_PAUSE.min(pause * 2);
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;
    use std::os::fd::OwnedFd;
    use std::os::unix::net::UnixListener;

    use socket2::{Domain, SockAddr, Socket, Type};

    use super::*;

    const PATIENCE: Duration = Duration::from_secs(20);

    async fn to(path: &Path, within: Duration) -> Result<Transport, Error> {
        connect(path, &OwnAddresses::default(), within).await
    }

    #[tokio::test]
    async fn one_that_comes_up_in_time_is_reached_whether_its_file_was_missing_or_refused() {
        let directory = tempfile::tempdir().unwrap();
        let missing = directory.path().join("missing");
        let refuses = directory.path().join("refuses");
        drop(UnixListener::bind(&refuses).unwrap());
        for path in [missing, refuses] {
            let comes = async {
                sleep(Duration::from_millis(50)).await;
                let _gone = std::fs::remove_file(&path);
                UnixListener::bind(&path).unwrap()
            };
            let (made, _listener) = tokio::join!(to(&path, PATIENCE), comes);
            made.unwrap();
        }
    }

    #[tokio::test]
    async fn a_full_queue_is_waited_for() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("full");
        let socket = Socket::new(Domain::UNIX, Type::STREAM, None).unwrap();
        socket.bind(&SockAddr::unix(&path).unwrap()).unwrap();
        socket.listen(0).unwrap();
        let listener = UnixListener::from(OwnedFd::from(socket));
        let first = to(&path, PATIENCE).await.unwrap();
        let soon = Duration::from_millis(50);
        let full = to(&path, soon).await;
        assert!(
            matches!(&full, Err(Error::Connect(error)) if error.kind() == io::ErrorKind::WouldBlock),
            "{full:?}"
        );
        let taken = async {
            sleep(soon).await;
            listener.accept().unwrap().0
        };
        let (made, mut taken) = tokio::join!(to(&path, PATIENCE), taken);
        made.unwrap();
        drop(first);
        assert_eq!(taken.read(&mut [0]).unwrap(), 0);
    }

    #[tokio::test]
    async fn what_the_last_attempt_said_is_told_when_the_time_is_up() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("missing");
        let begun = Instant::now();
        let within = Duration::from_millis(100);
        let Err(Error::Connect(failed)) = to(&path, within).await else {
            panic!("nobody is there");
        };
        assert_eq!(failed.kind(), io::ErrorKind::NotFound);
        assert!(begun.elapsed() >= within);
    }
}
