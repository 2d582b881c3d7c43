//! How a sender's connection becomes a stream.

use std::sync::{Arc, PoisonError, RwLock};

use rustls::crypto::aws_lc_rs::Ticketer;
use rustls::server::{ProducesTickets, ServerConnection};
use rustls::{Connection, ServerConfig};
use tokio::net::TcpStream;

use super::failure::Failure;
use super::pair::Authorities;
use super::served::Served;
use super::stream::Stream;

/// The most that comes of a sender's handshake. What browsers and senders begin with is 2 KiB at most.
const HANDSHAKE: usize = 16 * 1024;
/// The same where a certificate comes with it, and those above that.
const HANDSHAKE_WITH_CERTIFICATE: usize = 64 * 1024;
/// The most of an answer that is encrypted before it is written: one record.
const AHEAD: usize = 16 * 1024;

/// What senders are shown now, if they are to speak TLS. Clones are the same.
#[derive(Clone, Debug, Default)]
pub struct Acceptor(Arc<RwLock<Option<Offer>>>);

/// What senders are shown, as they are shown it.
#[derive(Clone, Debug)]
pub struct Offer {
    config: Arc<ServerConfig>,
    senders: Option<Authorities>,
}

impl Acceptor {
    /// Shows this from now on, or lets senders speak plain HTTP. Connections that are there stay as they are.
    ///
    /// Tickets that were given out resume a session still, unless other senders are let in now.
    pub fn serve(&self, served: Option<&Served>) {
        let mut offer = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let before = offer.take();
        *offer = served.map(|served| {
            let mut config = served.config.clone();
            let same = before.filter(|before| before.senders == served.senders);
            if let Some(ticketer) = same.map_or_else(ticketer, |same| Some(same.ticketer())) {
                config.ticketer = ticketer;
            }
            Offer {
                config: Arc::new(config),
                senders: served.senders.clone(),
            }
        });
    }

    /// What is shown now; `None` where senders speak plain HTTP.
    #[must_use]
    pub fn offer(&self) -> Option<Offer> {
        let offer = self.0.read().unwrap_or_else(PoisonError::into_inner);
        offer.clone()
    }
}

/// Keys for tickets, of this process alone and new every six hours; `None` where there is no randomness to be had: then no
/// session is resumed.
fn ticketer() -> Option<Arc<dyn ProducesTickets>> {
    Ticketer::new().ok()
}

impl Offer {
    fn ticketer(&self) -> Arc<dyn ProducesTickets> {
        self.config.ticketer.clone()
    }

    /// How much memory a handshake may take.
    #[must_use]
    pub fn room(&self) -> usize {
        match self.senders {
            None => HANDSHAKE,
            Some(_) => HANDSHAKE_WITH_CERTIFICATE,
        }
    }

    /// Shakes hands with a sender, who may take for ever.
    ///
    /// # Errors
    ///
    /// When that goes wrong; the sender has been told as far as it listens.
    pub async fn accept(self, tcp: TcpStream) -> Result<Stream, Failure> {
        let room = self.room();
        let session = ServerConnection::new(self.config).map_err(Failure::from)?;
        let mut stream = Stream::new(tcp, Connection::from(session), AHEAD);
        stream.shake_hands(room).await?;
        Ok(stream)
    }
}

/// Whether what begins with this byte is HTTP that is not encrypted. Anything else may be TLS, and if it is none, is
/// answered as TLS has it.
#[must_use]
pub fn begins_plain(first: u8) -> bool {
    // A method, or the blank lines that may come before one.
    first.is_ascii_alphabetic() || first == b'\r' || first == b'\n'
}
