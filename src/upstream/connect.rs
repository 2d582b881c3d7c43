//! How a connection to the upstream is got.
//!
//! An attempt that failed has sent nothing, so it is repeated for as long as there is time: a restart of the upstream
//! is not seen by senders. Of several addresses of a name one may be dead without saying so, since its packets are
//! dropped on the way. So an attempt has a head start only, and then the next address is tried beside it, in the way of
//! RFC 8305 §5. The first connection that is made is used, and the other attempts are given up.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::lookup_host;
use tokio::time::{Instant, timeout, timeout_at};

use super::Origin;
use super::attempts::{Attempts, Failed};
use super::overtaken::Overtaken;
use super::{Error, OwnAddresses, local};
use crate::tls::Dialer;
use crate::transport::Transport;

/// How long an attempt has before the next address is tried beside it, if there is time enough: what RFC 8305 §8
/// recommends.
const HEAD_START: Duration = Duration::from_millis(250);
/// The first pause after all attempts have failed; each further one is twice as long, up to the last. Short, since the
/// upstream's restart keeps senders waiting.
pub(super) const FIRST_PAUSE: Duration = Duration::from_millis(10);
/// The longest pause.
pub(super) const LAST_PAUSE: Duration = Duration::from_millis(200);

/// Gets connections to one upstream.
#[derive(Debug)]
pub struct Connector {
    origin: Origin,
    /// No connection is made to these.
    own: OwnAddresses,
    /// How it is spoken to, if that is by TLS.
    tls: Dialer,
    overtaken: Overtaken,
}

impl Connector {
    /// A connector to `origin`, as far as that is not at our `own` addresses; by `tls`, if that is how it is spoken to.
    pub fn new(origin: Origin, own: OwnAddresses, tls: Dialer) -> Self {
        Self {
            origin,
            own,
            tls,
            overtaken: Overtaken::default(),
        }
    }

    /// A new connection, made `within` this time, all attempts together.
    ///
    /// # Errors
    ///
    /// [`Error::Connect`] when none was made within the time, with what the last attempt that failed said,
    /// [`Error::Tls`] when nobody there is to be believed, which another try would not change, and [`Error::Loop`] when
    /// there is nobody to connect to but ourselves.
    pub async fn connect(&self, within: Duration) -> Result<Transport, Error> {
        if let Some(path) = self.origin.socket() {
            return local::connect(path, &self.own, within).await;
        }
        let look_up = || async {
            let found = lookup_host((self.origin.host(), self.origin.port())).await?;
            Ok(found.collect())
        };
        self.connect_to(look_up, within).await
    }

    /// A new connection to one of the addresses that `look_up` gives.
    async fn connect_to<L>(
        &self,
        look_up: impl Fn() -> L,
        within: Duration,
    ) -> Result<Transport, Error>
    where
        L: Future<Output = io::Result<Vec<SocketAddr>>>,
    {
        let deadline = Instant::now() + within;
        let mut attempts = Attempts::new(&self.origin, &self.tls);
        let made = timeout_at(deadline, self.race(&mut attempts, look_up, deadline)).await;
        let Ok(made) = made else {
            return Err(attempts.given_up());
        };
        self.overtaken.note(attempts.addresses());
        made
    }

    /// Begins attempts until one has made a connection, for ever if need be.
    async fn race<L>(
        &self,
        attempts: &mut Attempts<'_>,
        look_up: impl Fn() -> L,
        deadline: Instant,
    ) -> Result<Transport, Error>
    where
        L: Future<Output = io::Result<Vec<SocketAddr>>>,
    {
        let mut pause = FIRST_PAUSE;
        loop {
            // Anew each time, since a restart may have moved it.
            let found = tokio::select! {
                biased;
                stream = attempts.made() => return Ok(stream),
                found = look_up() => found,
            };
            let found = found.unwrap_or_else(|error| {
                attempts.note(Failed::Socket(error));
                Vec::new()
            });
            let mut waiting = self.overtaken.put_last(found);
            let found = waiting.len();
            waiting.retain(|&address| !self.own.include(address));
            if waiting.is_empty() && found > 0 {
                return Err(Error::Loop);
            }
            waiting.retain(|&address| !attempts.has(address));
            let mut waiting = waiting.into_iter();
            while let Some(address) = waiting.next() {
                attempts.begin(address);
                let left = deadline.saturating_duration_since(Instant::now());
                let ended = timeout(head_start(left, waiting.len()), attempts.next());
                if let Ok(Some(stream)) = ended.await {
                    return Ok(stream);
                }
            }
            if let Some(failure) = attempts.take_lasting() {
                return Err(Error::Tls(failure));
            }
            if let Ok(stream) = timeout(pause, attempts.made()).await {
                return Ok(stream);
            }
            pause = LAST_PAUSE.min(pause * 2);
        }
    }
}

/// How long an attempt goes on alone while so many addresses wait and so much time is `left`: none of them may use up
/// the time of the others.
fn head_start(left: Duration, waiting: usize) -> Duration {
    match u32::try_from(waiting) {
        Ok(0) => left,
        Ok(waiting) => HEAD_START.min(left / (waiting + 1)),
        Err(_) => Duration::ZERO,
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;
    use std::net::TcpListener;

    use socket2::{Domain, Socket, Type};

    use super::*;
    use crate::transport::Peer;

    const PATIENCE: Duration = Duration::from_secs(20);

    fn connector() -> Connector {
        let origin = Origin::parse("http://endpoint.example").expect("a URL");
        Connector::new(origin, OwnAddresses::default(), Dialer::default())
    }

    fn listener() -> (TcpListener, SocketAddr) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        (listener, address)
    }

    /// A listener whose queue is full, so that further connections are neither made nor refused.
    fn deaf() -> (Socket, SocketAddr, [Option<std::net::TcpStream>; 3]) {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket");
        let any = SocketAddr::from(([127, 0, 0, 1], 0));
        socket.bind(&any.into()).expect("a free port");
        socket.listen(0).expect("it is bound");
        let address = socket.local_addr().expect("it is bound").as_socket();
        let address = address.expect("an IP address");
        let soon = Duration::from_millis(10);
        let fill = |()| std::net::TcpStream::connect_timeout(&address, soon).ok();
        let filled = [(); 3].map(fill);
        (socket, address, filled)
    }

    fn reached(made: Result<Transport, Error>) -> SocketAddr {
        let made = made.expect("a connection");
        match made.remote().expect("it is open") {
            Peer::Ip(address) => address,
            Peer::Local => panic!("it is TCP"),
        }
    }

    #[test]
    fn no_address_uses_up_the_time_of_the_others() {
        let ms = Duration::from_millis;
        for (left, waiting, expected) in [
            (5000, 0, 5000),
            (5000, 1, 250),
            (5000, 9, 250),
            (300, 1, 150),
            (300, 2, 100),
            (0, 3, 0),
        ] {
            assert_eq!(head_start(ms(left), waiting), ms(expected), "{waiting}");
        }
        assert_eq!(head_start(ms(5000), usize::MAX), Duration::ZERO);
    }

    #[tokio::test]
    async fn a_dead_address_is_overtaken_and_comes_last_then() {
        let (_dead, dead, _filled) = deaf();
        let (_alive, alive) = listener();
        let connector = connector();
        let made = connector.connect_to(|| async { Ok(vec![dead, alive]) }, PATIENCE);
        assert_eq!(reached(made.await), alive);
        assert_eq!(
            connector.overtaken.put_last(vec![dead, alive]),
            [alive, dead]
        );
    }

    #[tokio::test]
    async fn one_that_refuses_makes_way_at_once_and_is_not_overtaken() {
        let (closed, refuses) = listener();
        drop(closed);
        let (_alive, alive) = listener();
        let connector = connector();
        let made = connector.connect_to(|| async { Ok(vec![refuses, alive]) }, PATIENCE);
        assert_eq!(reached(made.await), alive);
        assert_eq!(
            connector.overtaken.put_last(vec![refuses, alive]),
            [refuses, alive]
        );
    }

    #[tokio::test]
    async fn where_nothing_is_found_the_reason_is_told_when_the_time_is_up() {
        let (begun, within) = (Instant::now(), Duration::from_millis(100));
        let connector = connector();
        let unknown = || async { Err(io::Error::other("no such name")) };
        let failed = connector.connect_to(unknown, within).await;
        let Err(Error::Connect(failed)) = failed else {
            panic!("{failed:?}");
        };
        assert_eq!(failed.to_string(), "no such name");
        assert!(begun.elapsed() >= within);

        let late = connector.connect_to(pending, within).await;
        assert!(
            matches!(late, Err(Error::Connect(late)) if late.kind() == io::ErrorKind::TimedOut)
        );
    }
}
