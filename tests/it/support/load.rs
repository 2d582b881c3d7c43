//! Senders that send events without a pause, each with an id of its own.

use std::collections::HashMap;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::{self, JoinHandle};

use super::{Message, PATIENCE, Upstream, post, read_message, wait_until};

/// Where a sender sends to, and how.
#[derive(Clone, Debug)]
enum To {
    /// A port, on a new connection for each event.
    Port(SocketAddr),
    /// A port, on one connection as long as that stays. Where it is closed before an answer, the event is sent again.
    Kept(SocketAddr),
    /// A Unix socket, on a new connection for each event.
    Socket(PathBuf),
}

/// Senders at work.
pub struct Load {
    shared: Arc<Shared>,
    senders: Vec<JoinHandle<usize>>,
}

#[derive(Default)]
struct Shared {
    is_over: AtomicBool,
    answered: AtomicUsize,
}

trait Stream: Read + Write {}
impl Stream for TcpStream {}
impl Stream for UnixStream {}

impl Load {
    /// One sender to each of these. What goes wrong is a panic of [`end`](Self::end).
    fn begin(to: impl IntoIterator<Item = To>) -> Self {
        let shared = Arc::new(Shared::default());
        let senders = to.into_iter().enumerate().map(|(number, to)| {
            let shared = shared.clone();
            thread::spawn(move || send(&shared, number, &to))
        });
        Self {
            senders: senders.collect(),
            shared,
        }
    }

    /// Senders of every kind, most of them to the port.
    pub fn of_every_kind(port: SocketAddr, socket: &Path) -> Self {
        let socket = || To::Socket(socket.to_owned());
        Self::begin([
            To::Port(port),
            To::Port(port),
            To::Port(port),
            To::Kept(port),
            To::Kept(port),
            socket(),
            socket(),
        ])
    }

    /// Waits until so many more events have been answered.
    pub fn wait_for(&self, more: usize) {
        let before = self.shared.answered.load(Ordering::SeqCst);
        wait_until("events are answered", || {
            self.shared.answered.load(Ordering::SeqCst) >= before + more
                || self.senders.iter().any(JoinHandle::is_finished)
        });
    }

    /// Ends it. Every event was answered by the upstream, and reached it once; gives how many there were.
    pub fn end(self, upstream: &Upstream) -> usize {
        self.shared.is_over.store(true, Ordering::SeqCst);
        let sent: Vec<_> = self.senders.into_iter().map(JoinHandle::join).collect();
        let mut times: HashMap<String, usize> = HashMap::new();
        for request in upstream.requests() {
            *times.entry(request.text().to_owned()).or_default() += 1;
        }
        let mut count = 0;
        for (number, sent) in sent.into_iter().enumerate() {
            let sent = sent.expect("all its events were answered");
            for event in 0..sent {
                assert_eq!(
                    times.get(&body(number, event)),
                    Some(&1),
                    "{number} {event}"
                );
            }
            count += sent;
        }
        assert_eq!(times.len(), count, "nothing else came");
        count
    }
}

fn body(sender: usize, event: usize) -> String {
    format!(r#"{{"type":"invoice.paid","id":"evt_{sender}_{event}"}}"#)
}

/// Sends until it is over, and gives how many events were answered.
fn send(shared: &Shared, number: usize, to: &To) -> usize {
    let mut kept = None;
    let mut count = 0;
    while !shared.is_over.load(Ordering::SeqCst) {
        let request = post(&body(number, count));
        let answer = match kept.take() {
            None => answer(connect(to), &request).expect("a new connection is answered"),
            Some(stream) => answer(stream, &request)
                .or_else(|_| answer(connect(to), &request))
                .expect("it is answered in the end"),
        };
        let (stream, answer) = answer;
        assert_eq!(answer.status, 200, "{}", answer.text());
        count += 1;
        shared.answered.fetch_add(1, Ordering::SeqCst);
        let stays = answer.field("connection") != ["close"];
        kept = Some(stream).filter(|_| matches!(to, To::Kept(_)) && stays);
    }
    count
}

fn connect(to: &To) -> Box<dyn Stream> {
    match to {
        To::Port(address) | To::Kept(address) => {
            let stream = TcpStream::connect(address).expect("nobody is refused");
            stream
                .set_read_timeout(Some(PATIENCE))
                .expect("it can be set");
            stream.set_nodelay(true).expect("it can be set");
            Box::new(stream)
        }
        To::Socket(path) => {
            let stream = UnixStream::connect(path).expect("nobody is refused");
            stream
                .set_read_timeout(Some(PATIENCE))
                .expect("it can be set");
            Box::new(stream)
        }
    }
}

fn answer(mut stream: Box<dyn Stream>, request: &str) -> io::Result<(Box<dyn Stream>, Message)> {
    stream.write_all(request.as_bytes())?;
    let answer = read_message(&mut stream, false)?;
    Ok((stream, answer))
}
