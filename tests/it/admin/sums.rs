//! What is counted is what the log says, line for line.

use std::collections::{BTreeMap, HashSet};
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::thread;

use hooksieve::telemetry::visible;
use serde_json::Value;

use super::listener::look_behind;
use super::samples;
use crate::support::{PATIENCE, Random, Raw, read_message, wait_until};

const EVENTS: usize = 100_000;
const SENDERS: usize = 4;
const OK: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

/// An endpoint that answers as fast as it can, and sometimes not well.
fn endpoint() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    // Left behind, it ends with the process.
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            thread::spawn(move || serve(stream));
        }
    });
    address
}

fn serve(mut stream: TcpStream) {
    let mut reader = BufReader::new(stream.try_clone().expect("it can be cloned"));
    while let Ok(request) = read_message(&mut reader, false) {
        let answer: &[u8] = match request.start_line().split(' ').nth(1) {
            Some("/lost") => return,
            Some("/500") => b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n",
            Some("/half") => b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf",
            _ => OK,
        };
        if stream.write_all(answer).is_err() || request.start_line().contains("/half") {
            return;
        }
    }
}

/// One of many requests that differ in what becomes of them.
fn request(random: &mut Random) -> String {
    let path = ["/", "/webhook", "/a", "/b", "/b", "/c"][index(random, 6)];
    let path = match random.below(500) {
        0 => "/lost",
        1 => "/half",
        2..6 => "/500",
        _ => path,
    };
    let body = match random.below(20) {
        0 => "no JSON".to_owned(),
        1 => "{}".to_owned(),
        2 => "[]".to_owned(),
        3 => format!("{{\"type\": {}}}", random.below(3)),
        4..9 => format!("{{\"type\":\"batch.{}\"}}", random.below(5)),
        9..11 => format!("[{{\"type\":\"x\"}},{{\"type\":\"y{}\"}}]", random.below(9)),
        11 => format!("{{\"type\":\"odd {} \\u202e\\n\\\"\"}}", random.below(9)),
        // More than are told apart.
        12 => format!("{{\"type\":\"made.up.{}\"}}", random.below(100_000)),
        _ => format!("{{\"type\":\"invoice.{}\"}}", random.below(60)),
    };
    match random.below(100) {
        0 => format!("GET {path} HTTP/1.1\r\nHost: a\r\n\r\n"),
        1 => "OPTIONS / HTTP/1.1\r\nHost: a\r\nMax-Forwards: 0\r\n\r\n".to_owned(),
        2 => "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n".to_owned(),
        3 => "no HTTP\r\n\r\n".to_owned(),
        _ => {
            let length = body.len();
            format!("POST {path} HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\n\r\n{body}")
        }
    }
}

fn index(random: &mut Random, end: u64) -> usize {
    usize::try_from(random.below(end)).expect("it is small")
}

/// Sends so many requests one after another, each on the connection of the one before as long as that lasts. Calls
/// `half_way` in the middle.
fn send(address: SocketAddr, seed: u64, count: usize, half_way: impl Fn()) {
    let mut random = Random::new(seed);
    let mut connection = None;
    for number in 0..count {
        if number == count / 2 {
            half_way();
        }
        let mut reader = connection.take().unwrap_or_else(|| {
            let stream = TcpStream::connect(address).expect("it listens");
            stream
                .set_read_timeout(Some(PATIENCE))
                .expect("a timeout can be set");
            stream.set_nodelay(true).expect("an option can be set");
            BufReader::new(stream)
        });
        let request = request(&mut random);
        reader
            .get_mut()
            .write_all(request.as_bytes())
            .expect("it can be sent");
        let answer = read_message(&mut reader, false);
        if answer.is_ok_and(|answer| answer.field("connection") != ["close"]) {
            connection = Some(reader);
        }
    }
}

type Sums = BTreeMap<String, u64>;

/// What metrics there would be by the lines of a log.
fn by_the_log(path: &Path) -> Sums {
    let mut sums = Sums::new();
    let mut told_apart: BTreeMap<String, HashSet<String>> = BTreeMap::new();
    for line in BufReader::new(File::open(path).expect("the log is there")).lines() {
        let line = line.expect("the log is text");
        let line: Value = serde_json::from_str(&line).expect("a line is JSON");
        if line["message"] != "event" {
            continue;
        }
        let field = |name: &str| {
            let text = line[name].as_str().map(visible);
            text.map(|text| text.replace('\\', "\\\\").replace('"', "\\\""))
        };
        let route = field("route").unwrap_or_default();
        let verdict = field("verdict").expect("each line has one");
        let mut count = |name: String| *sums.entry(name).or_default() += 1;
        count(format!(
            "hooksieve_events_total{{route=\"{route}\",verdict=\"{verdict}\"}}"
        ));
        if let Some(rule) = field("rule") {
            let rule = if rule.starts_with("unreadable") {
                "unreadable"
            } else {
                &rule
            };
            count(format!(
                "hooksieve_rule_matches_total{{route=\"{route}\",rule=\"{rule}\"}}"
            ));
        }
        if let Some(kind) = field("type") {
            told_apart
                .entry(route.clone())
                .or_default()
                .insert(kind.clone());
            count(format!(
                "hooksieve_event_types_total{{route=\"{route}\",type=\"{kind}\",verdict=\"{verdict}\"}}"
            ));
        }
    }
    sums
}

/// The same of the types, with those that metrics do not tell apart as one.
fn with_others(sums: Sums, told: &Sums) -> Sums {
    let mut with = Sums::new();
    for (name, count) in sums {
        let is_type = name.starts_with("hooksieve_event_types_total");
        let name = if is_type && !told.contains_key(&name) {
            let (before, rest) = name.split_once(",type=\"").expect("it has a type");
            let (_, after) = rest.rsplit_once("\",verdict=").expect("it has a verdict");
            format!("{before},type=\"other\",verdict={after}")
        } else {
            name
        };
        *with.entry(name).or_default() += count;
    }
    with
}

/// The counters above that are not 0.
fn told(socket: &Path) -> Sums {
    let answer = look_behind(socket, "/metrics");
    let families = [
        "hooksieve_events_total",
        "hooksieve_event_types_total",
        "hooksieve_rule_matches_total",
    ];
    let samples = samples(answer.text()).into_iter();
    let meant = samples.filter(|(name, value)| {
        *value != "0"
            && families
                .iter()
                .any(|family| name.starts_with(&format!("{family}{{")))
    });
    meant
        .map(|(name, value)| (name, value.parse().expect("a whole number")))
        .collect()
}

fn sum(sums: &Sums, family: &str) -> u64 {
    let meant = sums.iter().filter(|(name, _)| name.starts_with(family));
    meant.map(|(_, count)| count).sum()
}

#[test]
fn sums_are_those_of_the_log_line_for_line() {
    let directory = tempfile::tempdir().expect("a directory");
    let socket = directory.path().join("admin.sock");
    let upstream = endpoint();
    let config = |deny: &str| {
        format!(
            "listen = \"127.0.0.1:0\"\nupstream = \"http://{upstream}\"\nadmin.listen = \"unix:{}\"\n\
             [filter]\ndeny = [{deny}]\n[limits]\nconnections = 100\n\
             [[route]]\npath = \"/a\"\nmode = \"observe\"\nfilter.unreadable = \"reject\"\n\
             [[route]]\npath = \"/c\"\nfilter.unreadable = \"reject\"\n\
             [[route]]\npath = \"/b\"\nfilter.allow = [\"invoice.*\", \"y1\"]\n",
            socket.display()
        )
    };
    let before = config("\"batch.1\", \"batch.*\", \"x\"");
    let after = config("\"y2\", \"x\", \"batch.1\", \"batch.*\"");
    let hooksieve = Raw::by_shell("exec \"$0\" > log.json", &before);
    let address = hooksieve.address();
    // In the middle of it the rules change, and those that stay go on.
    let path = hooksieve.path("config.toml");
    let save = || fs::write(&path, &after).expect("it can be written");
    thread::scope(|scope| {
        for sender in 0..SENDERS as u64 {
            scope.spawn(move || send(address, sender, EVENTS / SENDERS, save));
        }
    });
    wait_until("all are counted", || {
        sum(&told(&socket), "hooksieve_events_total") == EVENTS as u64
    });
    let told = told(&socket);
    let log = hooksieve.path("log.json");
    wait_until("all are logged", || {
        let lines = BufReader::new(File::open(&log).expect("it is there")).lines();
        lines
            .map_while(Result::ok)
            .filter(|line| line.contains("\"message\":\"event\""))
            .count()
            == EVENTS
    });
    let expected = with_others(by_the_log(&log), &told);
    assert_eq!(told, expected);
    assert!(sum(&told, "hooksieve_event_types_total") > EVENTS as u64 / 2);
    assert!(told.keys().any(|name| name.contains("type=\"other\"")));
    for verdict in [
        "forward",
        "drop",
        "reject",
        "would drop",
        "would reject",
        "refuse",
        "answer",
        "fail",
    ] {
        let label = format!("verdict=\"{verdict}\"");
        assert!(told.keys().any(|name| name.contains(&label)), "{verdict}");
    }
    hooksieve.stop();
}
