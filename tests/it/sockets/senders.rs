//! Where senders connect.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;

use rustix::process::{Signal, geteuid};

use crate::support::{Hooksieve, OK, Upstream, exchange, exchange_local, post, run};

const EVENT: &str = r#"{"type":"invoice.paid"}"#;
const DENIED: &str = r#"{"type":"batch.created"}"#;

/// A config that listens there, and more.
fn config(listen: &str, upstream: &Upstream, more: &str) -> String {
    let upstream = upstream.address();
    format!("listen = {listen}\nupstream = \"http://{upstream}\"\n{more}")
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path)
        .expect("it is there")
        .permissions()
        .mode()
        & 0o777
}

/// What is said when it does not start with this config.
fn refused(config: &str) -> String {
    let directory = tempfile::tempdir().expect("a directory for the config");
    fs::write(directory.path().join("config.toml"), config).expect("it can be written");
    let run = run(directory.path(), &[]);
    assert_eq!((run.code, &*run.stdout), (Some(2), ""), "{}", run.stderr);
    run.stderr
}

#[test]
fn events_come_in_on_a_socket_as_on_a_port() {
    let upstream = Upstream::answering(OK);
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("in.sock");
    let listen = format!("\"unix:{}\"", path.display());
    let config = config(&listen, &upstream, "filter.deny = [\"batch.*\"]\n");
    let mut hooksieve = Hooksieve::whole(&config);
    let told = format!("unix:{}", path.display());
    assert_eq!(hooksieve.line("ready")["listen"], told);
    assert_eq!(mode(&path), 0o660);
    assert_eq!(exchange_local(&path, post(EVENT)).status, 200);
    assert_eq!(exchange_local(&path, post(DENIED)).status, 200);
    let events = hooksieve.stop();
    let verdicts: Vec<_> = events.iter().map(|event| &event["verdict"]).collect();
    assert_eq!(verdicts, ["forward", "drop"]);
    let request = &upstream.requests()[0];
    assert_eq!(request.field("host"), ["example.com"]);
    assert!(!path.exists(), "it goes with the program");
}

#[test]
fn a_line_on_somebody_local_says_so() {
    let upstream = Upstream::answering(OK);
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("in.sock");
    let listen = format!("\"unix:{}\"", path.display());
    let hooksieve = Hooksieve::whole(&config(&listen, &upstream, ""));
    let answer = exchange_local(&path, "no request\r\n\r\n");
    assert_eq!(answer.status, 400);
    assert_eq!(hooksieve.events(1)[0]["peer"], "local");
}

#[test]
fn of_several_listeners_each_is_served() {
    let upstream = Upstream::answering(OK);
    let directory = tempfile::tempdir().expect("a directory");
    let [first, second] = ["a.sock", "b.sock"].map(|name| directory.path().join(name));
    let mut listen = vec!["127.0.0.1:0".to_owned()];
    listen.extend([&first, &second].map(|path| format!("unix:{}", path.display())));
    let has_ipv6 = TcpListener::bind("[::1]:0").is_ok();
    listen.extend(has_ipv6.then(|| "[::1]:0".to_owned()));
    let hooksieve = Hooksieve::whole(&config(&format!("{listen:?}"), &upstream, ""));
    let ready = hooksieve.line("ready");
    let places: Vec<_> = ready["listen"]
        .as_str()
        .expect("text")
        .split(", ")
        .collect();
    assert_eq!(places.len(), listen.len());
    assert_eq!(places[1..3], listen[1..3]);
    let mut count = 0;
    for place in places {
        let answer = match place.strip_prefix("unix:") {
            Some(path) => exchange_local(Path::new(path), post(EVENT)),
            None => exchange(place.parse().expect("an address"), post(EVENT)),
        };
        assert_eq!(answer.status, 200, "{place}");
        count += 1;
    }
    assert_eq!(upstream.count(), count);
}

#[test]
fn mode_and_owner_are_as_asked_for_on_the_sockets_of_senders_and_of_admin() {
    let upstream = Upstream::answering(OK);
    let directory = tempfile::tempdir().expect("a directory");
    let [senders, admin] = ["in.sock", "admin.sock"].map(|name| directory.path().join(name));
    let listen = format!("\"unix:{}\"", senders.display());
    let is_root = geteuid().is_root();
    // Only root may give a file away.
    let (owner, group) = if is_root {
        ("owner = \"daemon\"\n", "group = \"7\"\n")
    } else {
        ("", "")
    };
    let more = format!(
        "admin.listen = \"unix:{}\"\n[socket]\nmode = \"0606\"\n{owner}{group}",
        admin.display()
    );
    let hooksieve = Hooksieve::whole(&config(&listen, &upstream, &more));
    hooksieve.line("admin ready");
    for path in [senders, admin] {
        assert_eq!(mode(&path), 0o606);
        let found = fs::metadata(&path).expect("it is there");
        if is_root {
            // `daemon` is 1 on every Linux.
            assert_eq!((found.uid(), found.gid()), (1, 7));
        }
    }
    let path = directory.path().join("another.sock");
    let listen = format!("\"unix:{}\"", path.display());
    let unknown = "[socket]\ngroup = \"no-such-group\"\n";
    let told = refused(&config(&listen, &upstream, unknown));
    let expected = format!(
        "hooksieve: config.toml: can't listen on unix:{}: socket.group = \"no-such-group\" is no group of this system\n",
        path.display()
    );
    assert_eq!(told, expected);
    assert!(!path.exists());
}

#[test]
fn a_socket_that_was_left_behind_is_replaced_and_what_is_in_use_or_none_is_not() {
    let upstream = Upstream::answering(OK);
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("in.sock");
    let config = config(&format!("\"unix:{}\"", path.display()), &upstream, "");
    let mut killed = Hooksieve::whole(&config);
    killed.signal(Signal::KILL);
    killed.wait();
    assert!(path.exists());
    let hooksieve = Hooksieve::whole(&config);
    assert!(refused(&config).contains("another program listens there"));
    assert_eq!(exchange_local(&path, post(EVENT)).status, 200);
    drop(hooksieve);

    fs::remove_file(&path).expect("it was left behind");
    fs::write(&path, "precious").expect("it can be written");
    assert!(refused(&config).contains("no socket"));
    assert_eq!(fs::read(&path).expect("it is there"), b"precious");
}

#[test]
fn what_a_proxy_on_a_socket_says_of_its_peer_is_taken_where_that_is_asked_for() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("in.sock");
    let listen = format!("\"unix:{}\"", path.display());
    for (trusted, list) in [
        ("", "unknown"),
        ("trusted = [\"0.0.0.0/0\", \"::/0\"]\n", "unknown"),
        ("trusted = [\"unix\"]\n", "203.0.113.7, unknown"),
    ] {
        let upstream = Upstream::answering(OK);
        let more = format!("[forward]\nx_forwarded = true\n{trusted}");
        let mut hooksieve = Hooksieve::whole(&config(&listen, &upstream, &more));
        let request = "GET / HTTP/1.1\r\nHost: example.com\r\nX-Forwarded-For: 203.0.113.7\r\n\r\n";
        assert_eq!(exchange_local(&path, request).status, 200);
        let received = upstream.requests().remove(0);
        assert_eq!(received.field("x-forwarded-for"), [list], "{trusted}");
        hooksieve.stop();
    }
}

#[test]
fn another_place_to_listen_needs_a_restart_and_is_named() {
    let upstream = Upstream::answering(OK);
    let hooksieve = Hooksieve::whole(&config("\"127.0.0.1:0\"", &upstream, ""));
    let more = "[socket]\nmode = \"0600\"\n";
    hooksieve.save_whole(&config("[\"127.0.0.1:0\", \"systemd\"]", &upstream, more));
    let lines = hooksieve.lines_of("this needs a restart, the old value stays", 2);
    let changes: Vec<_> = lines.iter().map(|line| &line["change"]).collect();
    let expected = [
        r#"listen 127.0.0.1:0 -> ["127.0.0.1:0", "systemd"]"#,
        "socket.mode 0660 -> 0600",
    ];
    assert_eq!(changes, expected);
}
