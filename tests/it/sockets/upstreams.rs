//! Endpoints on Unix sockets.

use std::fs;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::{
    Hooksieve, LocalUpstream, OK, Upstream, ask, connect, exchange, exchange_local, post, run,
    wait_until,
};

const EVENT: &str = r#"{"type":"invoice.paid"}"#;

#[test]
fn an_event_goes_there_as_it_came() {
    let directory = tempfile::tempdir().expect("a directory");
    let upstream = LocalUpstream::at(&directory.path().join("app.sock"));
    let hooksieve = Hooksieve::alone(&format!("upstream = \"{}\"\n", upstream.url()));
    assert_eq!(hooksieve.line("ready")["upstream"], upstream.url());
    let mut sender = connect(hooksieve.address());
    for _ in 0..3 {
        assert_eq!(ask(&mut sender, post(EVENT)).status, 200);
    }
    let requests = upstream.requests();
    assert_eq!(requests.len(), 3);
    assert_eq!(requests[0].start_line(), "POST /webhook HTTP/1.1");
    assert_eq!(requests[0].field("host"), ["example.com"]);
    assert_eq!(requests[0].text(), EVENT);
}

#[test]
fn it_has_no_name_of_its_own_but_localhost() {
    let directory = tempfile::tempdir().expect("a directory");
    let upstream = LocalUpstream::at(&directory.path().join("app.sock"));
    let config = format!(
        "upstream = \"{}\"\nforward.host = \"upstream\"\n",
        upstream.url()
    );
    let hooksieve = Hooksieve::alone(&config);
    assert_eq!(exchange(hooksieve.address(), post(EVENT)).status, 200);
    assert_eq!(upstream.requests()[0].field("host"), ["localhost"]);
    // A request that has none gets that.
    exchange(hooksieve.address(), "GET / HTTP/1.0\r\n\r\n");
    assert_eq!(upstream.requests()[1].field("host"), ["localhost"]);
}

#[test]
fn a_route_may_have_one_and_another_a_port() {
    let directory = tempfile::tempdir().expect("a directory");
    let local = LocalUpstream::at(&directory.path().join("app.sock"));
    let upstream = Upstream::answering(OK);
    let route = format!(
        "[[route]]\npath = \"/webhook\"\nupstream = \"{}\"\n",
        local.url()
    );
    let hooksieve = Hooksieve::with(&upstream, &route);
    assert_eq!(exchange(hooksieve.address(), post(EVENT)).status, 200);
    let other = post(EVENT).replace("/webhook", "/other");
    assert_eq!(exchange(hooksieve.address(), other).status, 200);
    assert_eq!((local.requests().len(), upstream.count()), (1, 1));
}

#[test]
fn its_restart_is_not_seen_by_senders() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("app.sock");
    let config = format!("upstream = \"unix:{}\"\n", path.display());
    let hooksieve = Hooksieve::alone(&config);
    let address = hooksieve.address();
    let wait = Duration::from_millis(300);
    let missing = thread::spawn(move || exchange(address, post(EVENT)));
    thread::sleep(wait);
    assert!(!missing.is_finished());
    let upstream = LocalUpstream::at(&path);
    assert_eq!(missing.join().expect("an answer").status, 200);
    drop(upstream);

    // Left behind, it refuses.
    drop(UnixListener::bind(&path).expect("it is free"));
    let refused = thread::spawn(move || exchange(address, post(EVENT)));
    thread::sleep(wait);
    assert!(!refused.is_finished());
    fs::remove_file(&path).expect("it was left behind");
    let upstream = LocalUpstream::at(&path);
    assert_eq!(refused.join().expect("an answer").status, 200);
    assert_eq!(upstream.requests().len(), 1);
}

#[test]
fn where_nobody_comes_it_is_a_502_after_the_connect_timeout_and_says_why() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("app.sock");
    let config = format!(
        "upstream = \"unix:{}\"\ntimeouts.connect = \"200ms\"\n",
        path.display()
    );
    let hooksieve = Hooksieve::alone(&config);
    let begun = Instant::now();
    assert_eq!(exchange(hooksieve.address(), post(EVENT)).status, 502);
    assert!(begun.elapsed() >= Duration::from_millis(200));
    let event = hooksieve.events(1).remove(0);
    assert!(event.to_string().contains("No such file"), "{event}");
}

#[test]
fn one_that_is_our_own_is_refused_at_the_start_and_by_check() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = |name: &str| directory.path().join(name);
    symlink(directory.path(), path("around")).expect("a link");
    let [listen, upstream] =
        ["in.sock", "around/in.sock"].map(|name| format!("unix:{}", path(name).display()));
    let text = format!("listen = [\"127.0.0.1:0\", \"{listen}\"]\nupstream = \"{upstream}\"\n");
    fs::write(path("config.toml"), text).expect("it can be written");
    let told = format!(
        "config.toml:2: upstream = \"{upstream}\" leads back to listen = [\"127.0.0.1:0\", \"{listen}\"]; write \
         where your endpoint is\n"
    );
    for arguments in [&[][..], &["check"]] {
        let run = run(directory.path(), arguments);
        assert_eq!((run.code, &*run.stderr), (Some(2), &*told), "{arguments:?}");
    }
}

#[test]
fn one_that_comes_to_be_our_own_is_a_508() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = |name: &str| directory.path().join(name);
    let config = format!(
        "listen = \"unix:{}\"\nupstream = \"unix:{}\"\n",
        path("in.sock").display(),
        path("app.sock").display()
    );
    let hooksieve = Hooksieve::whole(&config);
    symlink(path("in.sock"), path("app.sock")).expect("a link");
    let answer = exchange_local(&path("in.sock"), post(EVENT));
    assert_eq!(answer.status, 508);
    assert_eq!(hooksieve.events(1).len(), 1);
}

#[test]
fn check_reaches_it() {
    let directory = tempfile::tempdir().expect("a directory");
    let upstream = LocalUpstream::at(&directory.path().join("app.sock"));
    let url = upstream.url();
    let text = format!("upstream = \"{url}\"\ntimeouts.connect = \"100ms\"\n");
    fs::write(directory.path().join("config.toml"), text).expect("it can be written");
    let text = run(directory.path(), &["check", "--probe"]);
    assert_eq!(text.code, Some(0), "{}", text.stderr);
    assert!(
        text.stdout.contains(&format!("\n# {url} was reached in ")),
        "{}",
        text.stdout
    );
    let json = run(directory.path(), &["check", "--probe", "--format", "json"]);
    let found: Value = serde_json::from_str(&json.stdout).expect("it is JSON");
    assert_eq!(found["probes"][0]["upstream"], url);
    assert_eq!(found["probes"][0]["address"], "local");

    drop(upstream);
    let gone = run(directory.path(), &["check", "--probe"]);
    assert_eq!(gone.code, Some(1));
    let told = format!("config.toml:1: upstream = \"{url}\" was not reached: ");
    assert!(gone.stderr.starts_with(&told), "{}", gone.stderr);
}

#[test]
fn a_full_queue_is_waited_for() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("app.sock");
    // Nobody accepts for a while, and few may wait.
    let socket = socket2::Socket::new(socket2::Domain::UNIX, socket2::Type::STREAM, None);
    let socket = socket.expect("a socket");
    let address = socket2::SockAddr::unix(&path).expect("an address");
    socket.bind(&address).expect("it is free");
    socket.listen(0).expect("it is bound");
    let filler = std::os::unix::net::UnixStream::connect(&path).expect("one finds room");
    let hooksieve = Hooksieve::alone(&format!("upstream = \"unix:{}\"\n", path.display()));
    let address = hooksieve.address();
    let event = thread::spawn(move || exchange(address, post(EVENT)));
    thread::sleep(Duration::from_millis(200));
    assert!(!event.is_finished());
    drop(filler);
    drop(socket.accept().expect("it is the filler"));
    let (mut accepted, _) = socket.accept().expect("it is the event");
    let request = crate::support::read_message(&mut accepted, false).expect("a request");
    assert_eq!(request.text(), EVENT);
    std::io::Write::write_all(&mut accepted, OK.as_bytes()).expect("it can be answered");
    assert_eq!(event.join().expect("an answer").status, 200);
    wait_until("it is logged", || hooksieve.events(1).len() == 1);
}
