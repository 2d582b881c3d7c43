//! Accepting connections, serving them, and letting them finish.
//!
//! Generic over the service: nothing here knows what a request is answered with.

mod access;
mod buffer;
mod close;
mod connection;
mod flow;
mod interrupt;
mod io;
mod listener;
mod listeners;
mod refuse;
mod reply;
mod secure;
mod socket_file;
mod stage;
mod watch;

use std::io::ErrorKind;
use std::sync::Arc;
use std::time::Duration;

use http_body::Body;
use hyper::body::Incoming;
use hyper::server::conn::http1::Builder;
use hyper::service::Service;
use hyper::{Request, Response};
use tokio::sync::{Semaphore, mpsc, watch as signal};
use tokio::time::sleep;

pub use access::{Access, Account, NoAccount};
pub use connection::ConnectionEnd;
pub use listener::{Bound, Listener, bind};
pub use listeners::Listeners;
pub use socket_file::SocketFile;
pub use watch::{Overdue, Patience};

use crate::memory::Memory;
use crate::tls::Acceptor;
use crate::transport::{Peer, Transport};

/// How long to wait before accepting again when the system has run out of something.
const EXHAUSTED: Duration = Duration::from_secs(1);

/// What a server needs to know besides its service. Runtimes that serve the same address share one.
#[derive(Clone, Debug)]
pub struct Settings {
    /// How hyper is to read requests.
    pub http: Builder,
    /// How long senders may keep us waiting.
    pub patience: Patience,
    /// What senders are shown on TCP, where TLS is spoken.
    pub tls: Acceptor,
    /// How many may be connected at once; more are told to come back.
    pub connections: Arc<Semaphore>,
    /// What long heads, and the buffers of large bodies, take memory out of.
    pub memory: Memory,
    /// How many may be told so at once; more are closed without a word.
    pub turned_away: Arc<Semaphore>,
    /// How long those in flight may take to finish once the server stops.
    pub drain: Duration,
}

/// How much is asked of a server. It only ever goes on to the next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// To accept and to serve.
    #[default]
    Serve,
    /// To accept no more, and to finish what is in flight.
    Drain,
    /// To let go of what is in flight.
    CutOff,
}

/// How a server stopped. When several stop together, the greatest speaks for all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stopped {
    /// Everything in flight was finished.
    Drained,
    /// The deadline came first, and what was still in flight is cut off.
    Overdue,
    /// It was told to cut off what was still in flight.
    CutOff,
}

/// Accepts and serves connections while `phase` says so. Once its sending side is gone, that is a
/// [`Phase::CutOff`].
///
/// `service` makes the service for one peer. `ended` hears how each connection ended. What is cut off ends with
/// the runtime.
pub async fn run<S, B>(
    listeners: impl Into<Listeners>,
    settings: Settings,
    service: impl Fn(Peer) -> S,
    ended: impl Fn(Peer, ConnectionEnd) + Clone + Send + 'static,
    mut phase: signal::Receiver<Phase>,
) -> Stopped
where
    S: Service<Request<Incoming>, Response = Response<B>> + Send + Sync + 'static,
    S::Future: Send,
    S::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    B: Body + Send + Unpin + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let mut listeners = listeners.into();
    // Each connection holds a sender; when all are gone the receiver knows.
    let (busy, mut idle) = mpsc::channel::<()>(1);
    let settings = Arc::new(settings);
    loop {
        let (stream, peer) = tokio::select! {
            accepted = accept(&mut listeners) => accepted,
            () = reached(&mut phase, Phase::Drain) => break,
        };
        let (ended, busy) = (ended.clone(), busy.clone());
        let Ok(permit) = settings.connections.clone().try_acquire_owned() else {
            let Ok(telling) = settings.turned_away.clone().try_acquire_owned() else {
                // Here and now, so that a flood of them never piles up.
                drop(stream);
                ended(peer, ConnectionEnd::Refused);
                continue;
            };
            let offer = settings.tls.offer();
            tokio::spawn(async move {
                refuse::too_many(stream, offer).await;
                ended(peer, ConnectionEnd::Refused);
                drop((telling, busy));
            });
            continue;
        };
        let (service, settings, phase) = (service(peer), settings.clone(), phase.clone());
        tokio::spawn(async move {
            let how = connection::serve(stream, service, &settings, phase).await;
            ended(peer, how);
            drop((permit, busy));
        });
    }
    drop((listeners, busy));
    tokio::select! {
        _ = idle.recv() => Stopped::Drained,
        () = sleep(settings.drain) => Stopped::Overdue,
        () = reached(&mut phase, Phase::CutOff) => Stopped::CutOff,
    }
}

/// The next connection, whatever goes wrong before there is one.
async fn accept(listeners: &mut Listeners) -> (Transport, Peer) {
    loop {
        let error = match listeners.accept().await {
            Ok(accepted) => return accepted,
            Err(error) => error,
        };
        match error.kind() {
            // The sender was gone before it was its turn.
            ErrorKind::ConnectionAborted
            | ErrorKind::ConnectionReset
            | ErrorKind::NotConnected
            | ErrorKind::InvalidInput
            | ErrorKind::Interrupted => {
                tracing::debug!(%error, "a connection was gone before it was accepted");
            }
            _ => {
                tracing::error!(%error, "can't accept connections, trying again in a second");
                sleep(EXHAUSTED).await;
            }
        }
    }
}

async fn reached(phase: &mut signal::Receiver<Phase>, asked: Phase) {
    // An error means that nobody is left who could ask.
    let _ = phase.wait_for(|phase| *phase >= asked).await;
}
