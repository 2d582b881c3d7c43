//! A limit of open files that is too low for all senders that may connect.

use std::fs;
use std::io::{BufRead, BufReader, ErrorKind, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::Value;
use tempfile::TempDir;

use crate::support::{Gate, Upstream, ask, connect, get, post, read_message, wait_until};

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
const EVENT: &str = r#"{"type":"invoice.paid"}"#;
const TOO_FEW: &str = "the limit of open files is too low for limits.connections: only as many senders are served as \
                       fit, more are answered 503; raise it to what is needed (ulimit -n, LimitNOFILE)";

/// A hooksieve that may open 64 files. It is killed when this is dropped.
struct Limited {
    child: Child,
    lines: Arc<Mutex<Vec<Value>>>,
    _directory: TempDir,
}

impl Limited {
    fn before(upstream: &Upstream, config: &str) -> Self {
        let directory = tempfile::tempdir().expect("a directory for the config");
        let upstream = upstream.address();
        let text = format!("listen = \"127.0.0.1:0\"\nupstream = \"http://{upstream}\"\n{config}");
        fs::write(directory.path().join("config.toml"), text).expect("it can be written");
        let mut child = Command::new("sh")
            .args(["-c", "ulimit -n 64; exec \"$0\""])
            .arg(env!("CARGO_BIN_EXE_hooksieve"))
            .current_dir(directory.path())
            .stdout(Stdio::piped())
            .spawn()
            .expect("there is a shell");
        let stdout = BufReader::new(child.stdout.take().expect("it is piped"));
        let lines = Arc::new(Mutex::new(Vec::new()));
        let read = lines.clone();
        thread::spawn(move || {
            for line in stdout.lines().map_while(Result::ok) {
                let line = serde_json::from_str(&line).expect("every line is JSON");
                read.lock().expect("no panic").push(line);
            }
        });
        Self {
            child,
            lines,
            _directory: directory,
        }
    }

    /// The line with this message, if there is one before the program is ready.
    fn before_ready(&self, message: &str) -> Option<Value> {
        let is = |message: &str| {
            let lines = self.lines.lock().expect("no panic");
            let found = lines.iter().find(|line| line["message"] == message);
            found.cloned()
        };
        wait_until("it is ready", || is("ready").is_some());
        is(message)
    }

    fn address(&self) -> SocketAddr {
        let ready = self.before_ready("ready").expect("it is there");
        let listen = ready["listen"].as_str().expect("an address");
        listen.parse().expect("an address")
    }

    /// How many senders fit, as the log tells it.
    fn fitting(&self) -> usize {
        let line = self.before_ready(TOO_FEW).expect("a warning");
        let fitting = line["fitting"].as_u64().expect("a number");
        usize::try_from(fitting).expect("a small one")
    }

    /// Whether it has ever been out of files.
    fn ran_out(&self) -> bool {
        let lines = self.lines.lock().expect("no panic");
        lines.iter().any(|line| line["level"] == "error")
    }
}

impl Drop for Limited {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// More senders than fit connect and send nothing. These are the ones that were accepted; the others are gone.
fn accepted(hooksieve: &Limited) -> Vec<TcpStream> {
    let mut senders: Vec<_> = (0..80).map(|_| connect(hooksieve.address())).collect();
    for sender in &senders {
        sender.set_nonblocking(true).expect("it can be set");
    }
    let fitting = hooksieve.fitting();
    wait_until("the others have been closed", || {
        let is_open = |sender: &TcpStream| {
            let peeked = sender.peek(&mut [0]);
            peeked.is_err_and(|error| error.kind() == ErrorKind::WouldBlock)
        };
        senders.retain(is_open);
        senders.len() <= fitting
    });
    assert_eq!(senders.len(), fitting);
    for sender in &senders {
        sender.set_nonblocking(false).expect("it can be set");
    }
    senders
}

#[test]
fn it_is_told_at_start_with_the_number_that_fits_and_what_is_needed() {
    let upstream = Upstream::answering(OK);
    let hooksieve = Limited::before(&upstream, "");
    let line = hooksieve.before_ready(TOO_FEW).expect("a warning");
    assert_eq!(line["level"], "warn");
    assert_eq!(
        (&line["connections"], &line["limit"]),
        (&10_000.into(), &64.into())
    );
    assert!((10..28).contains(&hooksieve.fitting()), "{line}");
    let needed = line["needed"].as_u64().expect("a number");
    assert!((20_000..21_000).contains(&needed), "{line}");

    let hooksieve = Limited::before(&upstream, "[limits]\nconnections = 5\n");
    assert_eq!(hooksieve.before_ready(TOO_FEW), None);
}

#[test]
fn events_of_accepted_senders_get_through_however_many_idle() {
    let upstream = Upstream::new(|mut connection| {
        // Each event needs a connection of its own.
        connection.request();
        connection.write(OK.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"));
    });
    let hooksieve = Limited::before(&upstream, "[timeouts]\nconnect = \"200ms\"\n");
    let mut senders = accepted(&hooksieve);
    let count = senders.len();
    for number in 0..100 {
        let answer = ask(&mut senders[number % count], post(EVENT));
        assert_eq!((answer.status, answer.text()), (200, "ok"), "{number}");
    }
    assert!(!hooksieve.ran_out());
}

#[test]
fn so_do_events_of_all_of_them_at_once() {
    let gate = Gate::default();
    let all = gate.clone();
    let upstream = Upstream::new(move |mut connection| {
        while connection.request().is_some() {
            all.pass();
            connection.write(OK);
        }
    });
    let hooksieve = Limited::before(&upstream, "[timeouts]\nconnect = \"200ms\"\n");
    let mut senders = accepted(&hooksieve);
    for sender in &mut senders {
        let event = post(EVENT);
        sender.write_all(event.as_bytes()).expect("it can be sent");
    }
    wait_until("all have arrived", || upstream.count() == senders.len());
    gate.open();
    for sender in &mut senders {
        assert_eq!(read_message(sender, false).expect("an answer").status, 200);
    }
    assert!(!hooksieve.ran_out());
}

#[test]
fn who_comes_when_all_places_are_taken_is_told_so_at_once() {
    let upstream = Upstream::answering(OK);
    let hooksieve = Limited::before(&upstream, "");
    let mut senders = accepted(&hooksieve);
    for _ in 0..20 {
        let mut newcomer = connect(hooksieve.address());
        assert_eq!(ask(&mut newcomer, get("/")).status, 503);
    }
    // It never waited for a file to become free.
    assert!(!hooksieve.ran_out());
    // Those who have a place are as well off as before.
    assert_eq!(ask(&mut senders[0], post(EVENT)).status, 200);
}

#[test]
fn where_not_even_one_fits_it_does_not_start_and_says_why() {
    let directory = tempfile::tempdir().expect("a directory for the config");
    let text = "listen = \"127.0.0.1:0\"\nupstream = \"http://127.0.0.1:9\"\n";
    fs::write(directory.path().join("config.toml"), text).expect("it can be written");
    // How many it opens itself depends on the machine.
    let mut told = Vec::new();
    for limit in (8..).step_by(4) {
        let mut child = Command::new("sh")
            .args(["-c", &format!("ulimit -n {limit}; exec \"$0\"")])
            .arg(env!("CARGO_BIN_EXE_hooksieve"))
            .current_dir(directory.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("there is a shell");
        let mut stdout = BufReader::new(child.stdout.take().expect("it is piped"));
        let starts = stdout.read_line(&mut String::new()).expect("text") > 0;
        let _ = child.kill();
        let ended = child.wait_with_output().expect("it has ended");
        if starts {
            break;
        }
        told.push(String::from_utf8(ended.stderr).expect("text"));
        assert_eq!(ended.status.code(), Some(1), "{told:?}");
    }
    assert!(
        told.iter()
            .all(|said| said.starts_with("hooksieve: ") && said.lines().count() == 1)
    );
    let last = told.last().expect("it needs more than 8 files");
    assert!(
        last.contains(" open files leave no room for senders; "),
        "{last}"
    );
}
