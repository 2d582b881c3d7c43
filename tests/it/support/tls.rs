//! Senders and upstreams that speak TLS.

use std::io::{self, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, ServerConfig, ServerConnection, StreamOwned};

use super::{Message, connect, read_message};

/// What a sender reads and writes.
pub type TlsSender = StreamOwned<ClientConnection, TcpStream>;
/// What an upstream reads and writes.
pub type TlsConnection = StreamOwned<ServerConnection, TcpStream>;

/// An upstream that speaks TLS.
pub struct TlsUpstream {
    address: SocketAddr,
    connections: Arc<AtomicUsize>,
    is_over: Arc<AtomicBool>,
}

/// Shakes hands as a sender that looks for `localhost`.
pub fn tls_connect(address: SocketAddr, sender: &Arc<ClientConfig>) -> io::Result<TlsSender> {
    tls_connect_to("localhost", address, sender)
}

/// The same for another name.
pub fn tls_connect_to(
    name: &'static str,
    address: SocketAddr,
    sender: &Arc<ClientConfig>,
) -> io::Result<TlsSender> {
    tls_on(connect(address), name, sender)
}

/// The same on a connection that is there already.
pub fn tls_on(
    tcp: TcpStream,
    name: &'static str,
    sender: &Arc<ClientConfig>,
) -> io::Result<TlsSender> {
    let name = ServerName::try_from(name).expect("a name");
    let session = ClientConnection::new(sender.clone(), name).map_err(io::Error::other)?;
    let mut stream = StreamOwned::new(session, tcp);
    while stream.conn.is_handshaking() {
        stream.conn.complete_io(&mut stream.sock)?;
    }
    Ok(stream)
}

/// Sends a request and reads the answer.
pub fn tls_ask(stream: &mut TlsSender, request: impl AsRef<[u8]>) -> io::Result<Message> {
    stream.write_all(request.as_ref())?;
    read_message(stream, request.as_ref().starts_with(b"HEAD "))
}

impl TlsUpstream {
    /// Serves each connection as `serve` does, on a thread of its own.
    pub fn new(
        config: ServerConfig,
        serve: impl Fn(TlsConnection) + Clone + Send + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        let (connections, is_over) = (
            Arc::new(AtomicUsize::new(0)),
            Arc::new(AtomicBool::new(false)),
        );
        let (config, counted, ends) = (Arc::new(config), connections.clone(), is_over.clone());
        thread::spawn(move || {
            for tcp in listener.incoming().map_while(Result::ok) {
                if ends.load(Ordering::SeqCst) {
                    break;
                }
                counted.fetch_add(1, Ordering::SeqCst);
                let session = ServerConnection::new(config.clone()).expect("a session");
                let (stream, serve) = (StreamOwned::new(session, tcp), serve.clone());
                thread::spawn(move || serve(stream));
            }
        });
        Self {
            address,
            connections,
            is_over,
        }
    }

    /// Answers each request with this.
    pub fn answering(config: ServerConfig, answer: &'static str) -> Self {
        Self::new(config, move |mut stream| {
            while read_message(&mut stream, false).is_ok() {
                if stream.write_all(answer.as_bytes()).is_err() {
                    break;
                }
            }
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// How many connections were made to it.
    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    /// Its URL, by a name that leads to it.
    pub fn url(&self) -> String {
        format!("https://localhost:{}", self.address.port())
    }
}

impl Drop for TlsUpstream {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.address);
    }
}
