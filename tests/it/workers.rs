//! Upstreams that give each connection a worker of its own, and upstreams that write an answer in pieces: a connection
//! that hooksieve keeps must make no event wait.

use std::collections::VecDeque;
use std::io::{BufReader, ErrorKind, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use crate::support::{Connection, Hooksieve, PATIENCE, Upstream, connect, post, read_message};

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
/// Idle connections are kept for longer than any test takes, unless something is found to speak against it.
const KEPT: &str = "timeouts.reuse = \"10m\"";
/// No event may wait so long, and each would that waited for a worker which stays with an idle connection.
const TOO_LONG: Duration = Duration::from_secs(2);

#[test]
fn workers_that_stay_with_an_idle_connection_for_a_while_keep_no_event_of_a_burst_waiting() {
    // As Puma does, whose while is 200 ms.
    let workers = Workers::new(5, Some(Duration::from_secs(5)));
    let upstream = Upstream::new(move |connection| workers.serve(connection));
    let hooksieve = Hooksieve::with(&upstream, KEPT);
    assert!(slowest_of_bursts(hooksieve.address(), 20, 10) < TOO_LONG);
}

#[test]
fn workers_that_stay_with_a_connection_until_it_is_closed_keep_no_event_of_a_burst_waiting() {
    // As Apache's do with the prefork MPM.
    let workers = Workers::new(5, None);
    let upstream = Upstream::new(move |connection| workers.serve(connection));
    let hooksieve = Hooksieve::with(&upstream, KEPT);
    assert!(slowest_of_bursts(hooksieve.address(), 20, 10) < TOO_LONG);
}

#[test]
fn a_single_worker_keeps_no_event_waiting() {
    let workers = Workers::new(1, None);
    let upstream = Upstream::new(move |connection| workers.serve(connection));
    let hooksieve = Hooksieve::with(&upstream, KEPT);
    assert!(slowest_of_bursts(hooksieve.address(), 20, 3) < TOO_LONG);
    assert!(slowest_of_bursts(hooksieve.address(), 3, 50) < TOO_LONG);
}

#[test]
fn events_on_reused_connections_overtake_few_times() {
    const WORKERS: usize = 4;
    let workers = Workers::new(WORKERS, None);
    let upstream = &Upstream::new(move |connection| workers.serve(connection));
    let hooksieve = Hooksieve::with(upstream, KEPT);
    let address = hooksieve.address();
    let mut sender = Sender::new(address);
    for _ in 0..100 {
        // Its connection settles, and is used again: the upstream comes to be trusted.
        thread::sleep(Duration::from_millis(3));
        sender.send();
    }
    assert!(upstream.connections() < 50, "it is used again");

    // One sender more than there are workers, and none of them pauses: no connection idles.
    let overtaken = thread::scope(|scope| {
        let senders = [(); WORKERS + 1].map(|()| {
            scope.spawn(|| {
                let mut sender = Sender::new(address);
                let overtaken = (0..1_000).map(|_| {
                    let before = upstream.count();
                    sender.send();
                    upstream.count() - before
                });
                overtaken.max()
            })
        });
        let most = senders.map(|sender| sender.join().expect("a sender works"));
        most.into_iter().flatten().max()
    });
    assert!(overtaken < Some(500), "{overtaken:?} overtook one");
}

#[test]
fn answers_in_pieces_do_not_wait_for_acknowledgements() {
    // The kernel takes 40 ms for one that nobody asks it for.
    const SLOW: Duration = Duration::from_millis(35);
    const EVENTS: usize = 60;
    let answers: [&[&str]; 3] = [
        &["HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", "ok"],
        &["HTTP/1.1 200 OK\r\n", "Content-Length: 2\r\n\r\nok"],
        &[
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
            "2\r\nok\r\n",
            "0\r\n\r\n",
        ],
    ];
    for pieces in answers {
        let upstream = Upstream::new(move |mut connection| {
            connection
                .stream
                .set_nodelay(false)
                .expect("an option can be set");
            while connection.request().is_some() {
                for piece in pieces {
                    connection.write(piece);
                }
            }
        });
        let hooksieve = Hooksieve::with(&upstream, KEPT);
        let mut sender = Sender::new(hooksieve.address());
        let slow = (0..EVENTS).filter(|_| {
            // So that the connection has settled, and is used again.
            thread::sleep(Duration::from_millis(5));
            sender.send() >= SLOW
        });
        let slow = slow.count();
        let connections = upstream.connections();
        assert!(connections < EVENTS / 2, "{connections} connections");
        assert!(slow < EVENTS / 4, "{slow} of {EVENTS} waited, {pieces:?}");
    }
}

/// So many senders, whose events come at once, and again when all have been answered. Gives the longest wait.
fn slowest_of_bursts(address: SocketAddr, senders: usize, bursts: usize) -> Duration {
    let mut senders: Vec<_> = (0..senders).map(|_| Sender::new(address)).collect();
    let mut slowest = Duration::ZERO;
    for _ in 0..bursts {
        senders.iter_mut().for_each(Sender::begin);
        for sender in &mut senders {
            slowest = slowest.max(sender.end());
        }
        thread::sleep(Duration::from_millis(5));
    }
    slowest
}

/// One keep-alive connection.
struct Sender {
    stream: BufReader<TcpStream>,
    sent: Instant,
}

impl Sender {
    fn new(address: SocketAddr) -> Self {
        Self {
            stream: BufReader::new(connect(address)),
            sent: Instant::now(),
        }
    }

    /// Sends an event, and gives the time to its answer.
    fn send(&mut self) -> Duration {
        self.begin();
        self.end()
    }

    fn begin(&mut self) {
        self.sent = Instant::now();
        let event = post(r#"{"type":"invoice.paid"}"#);
        let sent = self.stream.get_mut().write_all(event.as_bytes());
        sent.expect("it can be sent");
    }

    fn end(&mut self) -> Duration {
        let answer = read_message(&mut self.stream, false).expect("there is an answer");
        assert_eq!(answer.status, 200);
        self.sent.elapsed()
    }
}

/// The workers of an upstream, each with one connection at a time. Connections wait for one in their order.
#[derive(Clone)]
struct Workers {
    queue: Arc<(Mutex<Queue>, Condvar)>,
    /// For how long a worker stays with a connection without a request; `None` is until it is closed.
    stays: Option<Duration>,
}

struct Queue {
    free: usize,
    waiting: VecDeque<usize>,
}

impl Workers {
    fn new(free: usize, stays: Option<Duration>) -> Self {
        let queue = Queue {
            free,
            waiting: VecDeque::new(),
        };
        Self {
            queue: Arc::new((Mutex::new(queue), Condvar::new())),
            stays,
        }
    }

    fn serve(&self, mut connection: Connection) {
        let mut is_open = true;
        while is_open {
            self.take(connection.number);
            loop {
                is_open = connection.request().is_some();
                if !is_open {
                    break;
                }
                connection.write(OK);
                if self
                    .stays
                    .is_some_and(|time| is_silent_for(&connection, time))
                {
                    break;
                }
            }
            self.free();
            // Without a worker until there is something to read.
            is_open = is_open && !is_silent_for(&connection, PATIENCE * 2);
        }
    }

    fn take(&self, number: usize) {
        let (queue, changed) = &*self.queue;
        let mut queue = queue.lock().expect("no panic");
        queue.waiting.push_back(number);
        while queue.free == 0 || queue.waiting.front() != Some(&number) {
            queue = changed.wait(queue).expect("no panic");
        }
        queue.free -= 1;
        queue.waiting.pop_front();
        changed.notify_all();
    }

    fn free(&self) {
        let (queue, changed) = &*self.queue;
        queue.lock().expect("no panic").free += 1;
        changed.notify_all();
    }
}

fn is_silent_for(connection: &Connection, time: Duration) -> bool {
    let stream = &connection.stream;
    let set = |time| stream.set_read_timeout(Some(time)).expect("it can be set");
    set(time);
    let peeked = stream.peek(&mut [0]);
    set(PATIENCE * 2);
    peeked.is_err_and(|error| error.kind() == ErrorKind::WouldBlock)
}
