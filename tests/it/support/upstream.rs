//! The upstream.

use std::collections::HashMap;
use std::io::{self, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

use socket2::SockRef;

use super::{Message, PATIENCE, read_message, rest, wait_until};

/// An upstream on a raw socket. It records what it reads and does with it what the test says.
pub struct Upstream {
    address: SocketAddr,
    shared: Arc<Shared>,
    accepting: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    requests: Mutex<Vec<Message>>,
    /// Those that are open, by number.
    streams: Mutex<HashMap<usize, TcpStream>>,
    connections: AtomicUsize,
    panicked: Mutex<Option<String>>,
    closed: AtomicBool,
}

/// One connection to the upstream.
pub struct Connection {
    /// The socket.
    pub stream: TcpStream,
    /// Which connection this is, from 0.
    pub number: usize,
    shared: Arc<Shared>,
}

impl Upstream {
    /// Answers every request with the same bytes, and keeps the connection open.
    pub fn answering(answer: impl AsRef<[u8]>) -> Self {
        let answer = answer.as_ref().to_vec();
        Self::new(move |mut connection| {
            while connection.request().is_some() {
                connection.write(&answer);
            }
        })
    }

    /// Runs `serve` for each connection, on a thread of its own.
    pub fn new(serve: impl Fn(Connection) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        Self::on(listener, serve)
    }

    /// The same on a listener that is already there.
    pub fn on(listener: TcpListener, serve: impl Fn(Connection) + Send + Sync + 'static) -> Self {
        let address = listener.local_addr().expect("it is bound");
        let shared = Arc::new(Shared::default());
        let mut upstream = Self {
            address,
            shared: shared.clone(),
            accepting: None,
        };
        let serve = Arc::new(serve);
        upstream.accepting = Some(thread::spawn(move || {
            for stream in listener.incoming() {
                if shared.closed.load(Ordering::SeqCst) {
                    return;
                }
                let stream = stream.expect("a connection can be accepted");
                stream
                    .set_read_timeout(Some(PATIENCE * 2))
                    .expect("a timeout can be set");
                stream
                    .set_write_timeout(Some(PATIENCE * 2))
                    .expect("a timeout can be set");
                stream.set_nodelay(true).expect("an option can be set");
                let number = shared.connections.fetch_add(1, Ordering::SeqCst);
                let same = stream.try_clone().expect("a socket can be cloned");
                shared
                    .streams
                    .lock()
                    .expect("no panic")
                    .insert(number, same);
                let connection = Connection {
                    stream,
                    number,
                    shared: shared.clone(),
                };
                let (serve, shared) = (serve.clone(), shared.clone());
                thread::spawn(move || {
                    let served = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                        serve(connection);
                    }));
                    if let Err(panic) = served {
                        let text = panic.downcast_ref::<String>().cloned();
                        let text = text.unwrap_or_else(|| "it panicked".to_owned());
                        *shared.panicked.lock().expect("no panic") = Some(text);
                    }
                });
            }
        }));
        upstream
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What it read so far, in order.
    pub fn requests(&self) -> Vec<Message> {
        self.shared.requests.lock().expect("no panic").clone()
    }

    /// How many requests it read so far.
    pub fn count(&self) -> usize {
        self.shared.requests.lock().expect("no panic").len()
    }

    /// How many connections there were.
    pub fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::SeqCst)
    }

    /// How many connections are open.
    pub fn open(&self) -> usize {
        self.shared.streams.lock().expect("no panic").len()
    }

    /// Ends it as a process ends, its connections with it, and gives what it read.
    pub fn kill(mut self) -> Vec<Message> {
        self.stop_accepting();
        wait_until("all connections have ended", || {
            let streams = self.shared.streams.lock().expect("no panic");
            for stream in streams.values() {
                let _ = stream.shutdown(Shutdown::Both);
            }
            streams.is_empty()
        });
        self.requests()
    }

    fn stop_accepting(&mut self) {
        self.shared.closed.store(true, Ordering::SeqCst);
        if let Some(accepting) = self.accepting.take() {
            // Wakes the listener, so that its thread ends and its port is free again.
            let _ = TcpStream::connect(self.address);
            accepting.join().expect("accepting can't fail");
        }
    }
}

impl Drop for Upstream {
    fn drop(&mut self) {
        self.stop_accepting();
        let panicked = self.shared.panicked.lock().expect("no panic").take();
        if let (Some(panic), false) = (panicked, thread::panicking()) {
            panic!("the upstream failed: {panic}");
        }
    }
}

impl Connection {
    /// Reads one request and records it; `None` when the connection has ended instead.
    pub fn request(&mut self) -> Option<Message> {
        let request = read_message(&mut self.stream, false).ok()?;
        self.shared
            .requests
            .lock()
            .expect("no panic")
            .push(request.clone());
        Some(request)
    }

    /// Reads up to the end of a head, and leaves the body.
    pub fn head(&mut self) -> Option<Message> {
        read_message(&mut self.stream, true).ok()
    }

    /// Writes, if the other side still reads.
    pub fn write(&mut self, bytes: impl AsRef<[u8]>) {
        let _ = self.stream.write_all(bytes.as_ref());
    }

    /// Writes; fails once the other side has gone, or does not read for too long.
    pub fn try_write(&mut self, bytes: impl AsRef<[u8]>) -> io::Result<()> {
        self.stream.write_all(bytes.as_ref())
    }

    /// Closes the sending side.
    pub fn finish(&mut self) {
        let _ = self.stream.shutdown(Shutdown::Write);
    }

    /// Resets the connection.
    pub fn reset(self) {
        let zero = Some(std::time::Duration::ZERO);
        SockRef::from(&self.stream)
            .set_linger(zero)
            .expect("an option can be set");
    }

    /// Waits until the other side closes, and gives what it still sent.
    pub fn rest(&mut self) -> io::Result<Vec<u8>> {
        rest(&mut self.stream)
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        let mut streams = self.shared.streams.lock().expect("no panic");
        streams.remove(&self.number);
    }
}
