//! Where it listens, and what it answers to whom.

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::path::Path;

use rustix::process::Signal;

use super::{look, watched};
use crate::support::{
    Hooksieve, Message, OK, Upstream, ask, connect, exchange, post, read_message, run, wait_until,
};

/// What is at a path behind a Unix socket.
pub fn look_behind(socket: &Path, path: &str) -> Message {
    let mut stream = UnixStream::connect(socket).expect("it listens");
    write!(stream, "GET {path} HTTP/1.1\r\nHost: any.example\r\n\r\n").expect("it can be sent");
    read_message(&mut stream, false).expect("there is an answer")
}

#[test]
fn without_it_nobody_listens_and_no_file_more_is_open() {
    let upstream = Upstream::answering(OK);
    let off = Hooksieve::with(&upstream, "");
    let (on, _) = watched(&upstream, "");
    on.line("admin ready");
    let (threads, files) = off.threads_and_files();
    let (with_it, more_files) = on.threads_and_files();
    assert_eq!(with_it, threads + 1);
    assert!(more_files > files, "{more_files} {files}");
    assert!(
        off.lines()
            .iter()
            .all(|line| line["message"] != "admin ready")
    );
}

#[test]
fn it_only_reads() {
    let upstream = Upstream::answering(OK);
    let (_hooksieve, admin) = watched(&upstream, "");
    for method in ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"] {
        for path in ["/", "/metrics", "/healthz", "/-/reload", "/quitquitquit"] {
            let request =
                format!("{method} {path} HTTP/1.1\r\nHost: {admin}\r\nContent-Length: 0\r\n\r\n");
            let answer = exchange(admin, request);
            assert_eq!(
                (answer.status, answer.field("allow")),
                (405, vec!["GET, HEAD"]),
                "{method} {path}"
            );
        }
    }
    let head = exchange(
        admin,
        format!("HEAD /metrics HTTP/1.1\r\nHost: {admin}\r\n\r\n"),
    );
    assert_eq!((head.status, head.text()), (200, ""));
    assert_eq!(look(admin, "/unheard-of").status, 404);
    assert_eq!(look(admin, "/metrics/").status, 404);
    assert_eq!(upstream.connections(), 0);
}

#[test]
fn a_name_that_nobody_has_allowed_is_not_answered() {
    let upstream = Upstream::answering(OK);
    let (_hooksieve, admin) = watched(&upstream, "admin.hosts = [\"hooks-1.internal\"]\n");
    let port = admin.port();
    let ask = |host: &str| {
        let paths = ["/", "/metrics", "/healthz", "/readyz"].map(|path| {
            exchange(
                admin,
                format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n"),
            )
            .status
        });
        assert!(
            paths.iter().all(|status| *status == paths[0]),
            "{host} {paths:?}"
        );
        paths[0]
    };
    for host in [
        "localhost",
        &format!("localhost:{port}"),
        "hooks-1.internal:1",
        "127.0.0.1",
        "[::1]",
    ] {
        assert_eq!(ask(host), 200, "{host}");
    }
    for host in [
        "evil.example",
        &format!("evil.example:{port}"),
        "localhost.evil.example",
    ] {
        assert_eq!(ask(host), 421, "{host}");
    }
    let two = format!("GET / HTTP/1.1\r\nHost: {admin}\r\nHost: evil.example\r\n\r\n");
    assert_eq!(exchange(admin, two).status, 400);
    let by_target = format!("GET http://evil.example/metrics HTTP/1.1\r\nHost: {admin}\r\n\r\n");
    assert_eq!(exchange(admin, by_target).status, 421);
}

#[test]
fn answers_are_not_kept_guessed_at_or_shown_elsewhere() {
    let upstream = Upstream::answering(OK);
    let (_hooksieve, admin) = watched(&upstream, "");
    for path in ["/", "/metrics", "/healthz", "/readyz", "/unheard-of"] {
        let answer = look(admin, path);
        let policy = answer.field("content-security-policy").join(", ");
        for part in [
            "default-src 'none'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        ] {
            assert!(policy.contains(part), "{path} {policy}");
        }
        assert!(
            !policy.contains("unsafe") && !policy.contains('*'),
            "{path} {policy}"
        );
        for (name, value) in [
            ("cache-control", "no-store"),
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "no-referrer"),
            ("cross-origin-resource-policy", "same-origin"),
        ] {
            assert_eq!(answer.field(name), [value], "{path}");
        }
        assert_eq!(
            answer.field("access-control-allow-origin"),
            [""; 0],
            "{path}"
        );
    }
}

/// Whether a line warns of a public address.
fn warning(line: &serde_json::Value) -> bool {
    let message = line["message"].as_str().unwrap_or_default();
    message.starts_with("the admin listener is open to other networks")
}

#[test]
fn a_public_address_is_warned_of_at_the_start_and_by_check() {
    let upstream = Upstream::answering(OK);
    let lines = "admin.listen = \"0.0.0.0:0\"\n";
    let hooksieve = Hooksieve::with(&upstream, lines);
    hooksieve.line("admin ready");
    let line = hooksieve.lines().into_iter().find(warning);
    // It follows at once.
    let line = line.unwrap_or_else(|| {
        wait_until("it is warned of", || hooksieve.lines().iter().any(warning));
        hooksieve
            .lines()
            .into_iter()
            .find(warning)
            .expect("it is there")
    });
    assert_eq!(line["level"], "warn");

    let directory = hooksieve.config();
    let directory = directory.parent().expect("it is in a directory");
    let checked = run(directory, &["check", "--strict"]);
    assert_eq!(checked.code, Some(1));
    assert!(
        checked
            .stderr
            .contains("config.toml:3: [admin] listen = \"0.0.0.0:0\" is open"),
        "{}",
        checked.stderr
    );

    let (private, _) = watched(&upstream, "");
    assert!(!private.lines().iter().any(warning));
}

#[test]
fn a_public_address_that_is_meant_is_not_warned_of() {
    let upstream = Upstream::answering(OK);
    let lines = "[admin]\nlisten = \"0.0.0.0:0\"\npublic = true\n";
    let mut hooksieve = Hooksieve::with(&upstream, lines);
    hooksieve.line("admin ready");
    hooksieve.stop();
    assert!(!hooksieve.lines().iter().any(warning));
    let directory = hooksieve.config();
    let directory = directory.parent().expect("it is in a directory");
    let checked = run(directory, &["check", "--strict"]);
    assert_eq!((checked.code, checked.stderr.as_str()), (Some(0), ""));
}

#[test]
fn a_unix_socket_is_for_user_and_group_and_goes_when_it_stops() {
    let upstream = Upstream::answering(OK);
    let directory = tempfile::tempdir().expect("a directory");
    let socket = directory.path().join("admin.sock");
    let config = format!("admin.listen = \"unix:{}\"\n", socket.display());
    let mut hooksieve = Hooksieve::with(&upstream, &config);
    hooksieve.line("admin ready");
    let mode = fs::metadata(&socket)
        .expect("it is there")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o660);
    assert_eq!(look_behind(&socket, "/readyz").text(), "ready\n");
    assert_eq!(look_behind(&socket, "/metrics").status, 200);
    hooksieve.stop();
    assert!(!socket.exists());

    // Killed, it leaves its socket behind, and the next one takes its place.
    let mut hooksieve = Hooksieve::with(&upstream, &config);
    hooksieve.line("admin ready");
    hooksieve.signal(Signal::KILL);
    hooksieve.wait();
    assert!(socket.exists());
    let hooksieve = Hooksieve::with(&upstream, &config);
    hooksieve.line("admin ready");
    assert_eq!(look_behind(&socket, "/healthz").text(), "ok\n");

    // While it runs, another finds the place taken.
    let other = format!("listen = \"127.0.0.1:0\"\nupstream = \"http://127.0.0.1:1\"\n{config}");
    fs::write(directory.path().join("config.toml"), other).expect("it can be written");
    let refused = run(directory.path(), &[]);
    assert_eq!(refused.code, Some(2));
    assert!(
        refused.stderr.contains("another program listens there"),
        "{}",
        refused.stderr
    );
    assert_eq!(look_behind(&socket, "/healthz").text(), "ok\n");
    drop(hooksieve);

    fs::remove_file(&socket).expect("it was left behind");
    fs::write(&socket, "precious").expect("it can be written");
    let refused = run(directory.path(), &[]);
    assert_eq!(refused.code, Some(2));
    assert!(refused.stderr.contains("no socket"), "{}", refused.stderr);
    assert_eq!(fs::read(&socket).expect("it is there"), b"precious");
}

#[test]
fn who_looks_takes_no_place_of_a_sender() {
    let upstream = Upstream::answering(OK);
    let (hooksieve, admin) = watched(&upstream, "limits.connections = 1\n");
    let mut sender = connect(hooksieve.address());
    assert_eq!(ask(&mut sender, post("{}")).status, 200);
    // Many who look, and do not go.
    let looking: Vec<_> = (0..100).map(|_| connect(admin)).collect();
    assert_eq!(ask(&mut sender, post("{}")).status, 200);
    drop(looking);
}
