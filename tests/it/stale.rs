//! Upstreams that close connections which hooksieve would use again, and upstreams that restart, beside the
//! shipped defaults. Every event has an id, so that a lost one and a doubled one show.

use std::collections::HashMap;
use std::io::{BufReader, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::support::{
    Connection, Gate, Hooksieve, Message, PATIENCE, Random, Upstream, connect, post, read_message,
    wait_until,
};

const EVENTS: usize = 1_500;
const SENDERS: usize = 8;
const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

#[test]
fn idle_connections_that_close_early_cost_concurrent_senders_nothing() {
    cost_nothing(SENDERS);
}

#[test]
fn idle_connections_that_close_early_cost_a_sequential_sender_nothing() {
    cost_nothing(1);
}

/// None of the events of so many senders fails. Beside much else it may take another try: where another process takes the
/// processor between the look at a connection and the write to it, the upstream's close can come in between.
fn cost_nothing(senders: usize) {
    let mut failed = (0..3).map(|_| {
        let upstream = Upstream::new(closes_when_idle);
        let answers = send_all(&Hooksieve::before(&upstream), senders);
        assert_delivered_once(&answers, &upstream.requests());
        let failed = failed(&answers);
        assert!(failed <= 1, "{failed} of {EVENTS} events");
        failed
    });
    assert!(failed.any(|failed| failed == 0), "in every try");
}

#[test]
fn connections_that_close_under_an_event_cost_few_of_concurrent_senders() {
    let upstream = Upstream::new(closes_under_an_event);
    let answers = send_all(&Hooksieve::before(&upstream), SENDERS);
    assert_delivered_once(&answers, &upstream.requests());
    assert!(failed(&answers) <= 5, "of {EVENTS} events");
}

#[test]
fn connections_that_close_under_an_event_cost_few_of_a_sequential_sender() {
    let upstream = Upstream::new(closes_under_an_event);
    let answers = send_all(&Hooksieve::before(&upstream), 1);
    assert_delivered_once(&answers, &upstream.requests());
    assert!(failed(&answers) <= 5, "of {EVENTS} events");
}

#[test]
fn an_upstream_that_begins_to_close_early_once_it_is_trusted_costs_few() {
    // Trust is earned by answers that come soon, so beside much else it may take another try.
    let was_trusted = (0..5).any(|_| {
        let requests = AtomicUsize::new(0);
        let upstream = Upstream::new(move |mut connection| {
            let mut random = Random::new(connection.number as u64);
            while connection.request().is_some() {
                connection.write(OK);
                let trusted = requests.fetch_add(1, Ordering::Relaxed) > EVENTS / 2;
                if trusted && random.below(10) < 3 {
                    return;
                }
            }
        });
        let answers = send_all(&Hooksieve::before(&upstream), SENDERS);
        assert_delivered_once(&answers, &upstream.requests());
        assert!(failed(&answers) <= 5, "of {EVENTS} events");
        upstream.connections() < EVENTS * 3 / 4
    });
    assert!(was_trusted, "connections are used again");
}

#[test]
fn restarts_of_the_upstream_cost_no_more_than_what_is_in_flight() {
    const RESTARTS: u64 = 20;
    const BETWEEN_RESTARTS: usize = 400;
    const SENDERS: usize = 4;

    // An address that no other test takes while the upstream is down.
    let listener = TcpListener::bind("127.0.0.2:0").expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    let mut upstream = Upstream::on(listener, keeps_open);
    let hooksieve = Hooksieve::at(address, "");
    let done = Arc::new(AtomicBool::new(false));
    let senders = (0..SENDERS).map(|number| {
        let (sender, done) = (Sender::new(hooksieve.address(), number), done.clone());
        thread::spawn(move || sender.send((0..).take_while(|_| !done.load(Ordering::Relaxed))))
    });
    let senders = senders.collect();

    let mut random = Random::new(4);
    let mut delivered = Vec::new();
    for _ in 0..RESTARTS {
        wait_until("some more events have come", || {
            upstream.count() >= BETWEEN_RESTARTS
        });
        delivered.extend(upstream.kill());
        thread::sleep(Duration::from_millis(50 + random.below(50)));
        let listener = TcpListener::bind(address).expect("the port is free again");
        upstream = Upstream::on(listener, keeps_open);
    }
    done.store(true, Ordering::Relaxed);
    let answers = join(senders);
    delivered.extend(upstream.kill());

    assert_delivered_once(&answers, &delivered);
    let (failed, all) = (failed(&answers), answers.len());
    assert!(failed * 100 <= all, "{failed} of {all} failed");
}

/// Each needs a connection of its own while nobody knows how the upstream treats them. To keep all of those
/// would fill up an upstream that allows so many and no more.
#[test]
fn of_a_first_burst_few_connections_are_kept() {
    // One each worker may keep.
    let kept = thread::available_parallelism().map_or(1, usize::from);
    let (burst, closed) = (kept + 40, Arc::new(AtomicUsize::new(0)));
    let (all_are_here, seen) = (Gate::default(), closed.clone());
    let opens = all_are_here.clone();
    let upstream = Upstream::new(move |mut connection| {
        connection.request().expect("an event");
        all_are_here.pass();
        connection.write(OK);
        assert!(connection.request().is_none(), "no other event was sent");
        seen.fetch_add(1, Ordering::Relaxed);
    });
    let hooksieve = Hooksieve::with(&upstream, "timeouts.reuse = \"10m\"");
    let address = hooksieve.address();
    let senders = (0..burst).map(|number| {
        thread::spawn(move || Sender::new(address, number).send_one(&format!("evt_{number}")))
    });
    let senders: Vec<_> = senders.collect();
    wait_until("every event is at the upstream", || {
        upstream.count() == burst
    });
    opens.open();
    for sender in senders {
        assert_eq!(sender.join().expect("a sender works").1, 200);
    }
    wait_until("the others are closed", || {
        closed.load(Ordering::Relaxed) >= burst - kept
    });
}

fn keeps_open(mut connection: Connection) {
    while connection.request().is_some() {
        connection.write(OK);
    }
}

/// Closes three in ten connections behind an answer: half of them at once, the others within 50 ms if no
/// request comes before that.
fn closes_when_idle(mut connection: Connection) {
    let mut random = Random::new(connection.number as u64);
    while connection.request().is_some() {
        connection.write(OK);
        if random.below(10) < 3 {
            let idle = Duration::from_millis(random.below(50));
            if random.below(2) == 0 || is_silent_for(&connection.stream, idle) {
                return;
            }
        }
    }
}

/// Closes or resets three in ten of the connections that are used again, when some of the request is there.
fn closes_under_an_event(mut connection: Connection) {
    let mut random = Random::new(connection.number as u64);
    while connection.request().is_some() {
        connection.write(OK);
        if random.below(10) < 3 {
            let mut some = [0; 60];
            let most = 1 + usize::try_from(random.below(60)).expect("below 60");
            let read = connection.stream.read(&mut some[..most]);
            if read.is_ok_and(|read| read > 0) && random.below(2) == 0 {
                connection.reset();
            }
            return;
        }
    }
}

fn is_silent_for(stream: &TcpStream, time: Duration) -> bool {
    let set = |time| stream.set_read_timeout(Some(time)).expect("it can be set");
    set(time.max(Duration::from_millis(1)));
    let peeked = stream.peek(&mut [0]);
    set(PATIENCE);
    peeked.is_err_and(|error| error.kind() == ErrorKind::WouldBlock)
}

/// Sends [`EVENTS`] through so many keep-alive connections, with short pauses now and then.
fn send_all(hooksieve: &Hooksieve, senders: usize) -> Vec<Answer> {
    let share = EVENTS.div_ceil(senders);
    let threads: Vec<_> = (0..senders)
        .map(|sender| {
            let (address, ids) = (
                hooksieve.address(),
                sender * share..EVENTS.min((sender + 1) * share),
            );
            thread::spawn(move || Sender::new(address, sender).send(ids))
        })
        .collect();
    join(threads)
}

fn join(threads: Vec<JoinHandle<Vec<Answer>>>) -> Vec<Answer> {
    let answers = threads
        .into_iter()
        .flat_map(|thread| thread.join().expect("a sender works"));
    answers.collect()
}

/// The id of an event, and the status it was answered with.
struct Answer(String, u16);

/// One keep-alive connection.
struct Sender {
    stream: BufReader<TcpStream>,
    number: usize,
    random: Random,
}

impl Sender {
    fn new(address: SocketAddr, number: usize) -> Self {
        Self {
            stream: BufReader::new(connect(address)),
            number,
            random: Random::new(1_000 + number as u64),
        }
    }

    fn send(mut self, ids: impl Iterator<Item = usize>) -> Vec<Answer> {
        ids.map(|id| self.send_one(&format!("evt_{}_{id}", self.number)))
            .collect()
    }

    fn send_one(&mut self, id: &str) -> Answer {
        let event = post(&format!(r#"{{"type":"invoice.paid","id":"{id}"}}"#));
        if self.random.below(10) == 0 {
            thread::sleep(Duration::from_millis(self.random.below(40)));
        }
        self.stream
            .get_mut()
            .write_all(event.as_bytes())
            .expect("it can be sent");
        let answer = read_message(&mut self.stream, false).expect("there is an answer");
        Answer(id.to_owned(), answer.status)
    }
}

/// How many were not acknowledged. It is printed as well: what matters is how it is distributed over many runs.
fn failed(answers: &[Answer]) -> usize {
    let acknowledged = answers.iter().filter(|Answer(_, status)| *status == 200);
    let failed = answers.len() - acknowledged.count();
    println!("{failed} of {} failed", answers.len());
    failed
}

/// Nothing came twice, and nothing that was acknowledged did not come.
fn assert_delivered_once(answers: &[Answer], delivered: &[Message]) {
    let mut times: HashMap<&str, usize> = HashMap::new();
    for event in delivered {
        let id = event.text().split('"').nth(7).expect("the event has an id");
        *times.entry(id).or_default() += 1;
    }
    assert!(
        times.values().all(|&times| times == 1),
        "events were doubled"
    );
    for Answer(id, status) in answers {
        assert!(matches!(status, 200 | 502), "{id} was answered {status}");
        assert!(
            *status != 200 || times.contains_key(id.as_str()),
            "{id} was lost"
        );
    }
}
