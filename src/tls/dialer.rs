//! How a connection to an upstream becomes a stream.

use std::sync::{Arc, PoisonError, RwLock};

use rustls::Connection;
use rustls::client::ClientConnection;
use rustls::pki_types::ServerName;
use tokio::net::TcpStream;

use super::failure::Failure;
use super::stream::Stream;
use super::towards::Towards;

/// The most that comes of an upstream's handshake: chains of certificates may be long.
const HANDSHAKE: usize = 128 * 1024;
/// The most of a request that is encrypted before it is written: a few records, so that a large body takes few writes.
const AHEAD: usize = 64 * 1024;

/// How upstreams are spoken to by TLS now, if any is. Clones are the same.
#[derive(Clone, Debug, Default)]
pub struct Dialer(Arc<RwLock<Option<Arc<Towards>>>>);

impl Dialer {
    /// Goes by this from now on. Connections that are there stay as they are.
    pub fn go_by(&self, towards: Option<Arc<Towards>>) {
        let mut current = self.0.write().unwrap_or_else(PoisonError::into_inner);
        // Sessions can be resumed as long as nothing is another.
        if *current != towards {
            *current = towards;
        }
    }

    /// Shakes hands on a connection to `host`.
    ///
    /// # Errors
    ///
    /// When that goes wrong, or the certificate there is not believed.
    pub async fn connect(&self, tcp: TcpStream, host: &str) -> Result<Stream, Failure> {
        let towards = self
            .0
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        let towards = towards.ok_or(Failure::Unset)?;
        let name = match &towards.name {
            Some(name) => name.clone(),
            // A URL with a host for which there can be no certificate is refused where it is read.
            None => ServerName::try_from(host.to_owned()).map_err(|_| Failure::Unset)?,
        };
        let session = ClientConnection::new(towards.config.clone(), name).map_err(Failure::from)?;
        let mut stream = Stream::new(tcp, Connection::from(session), AHEAD);
        stream.shake_hands(HANDSHAKE).await?;
        Ok(stream)
    }
}
