//! `hooksieve check`, as a user sees it.

use std::fs::{self, File};
use std::io::ErrorKind;
use std::net::{SocketAddr, TcpListener};
use std::time::{Duration, Instant, SystemTime};

use serde_json::Value;
use socket2::{Domain, Socket, Type};
use tempfile::TempDir;

use crate::support::{Run, run};

const SHIPPED: &str = include_str!("../../config.toml");

fn directory(config: &str) -> TempDir {
    let directory = tempfile::tempdir().expect("a directory");
    fs::write(directory.path().join("config.toml"), config).expect("it can be written");
    directory
}

fn check(config: &str, arguments: &[&str]) -> Run {
    run(directory(config).path(), &[&["check"], arguments].concat())
}

/// A config with a warning.
const SHADOWED: &str =
    "upstream = \"http://127.0.0.1:3000\"\n[filter]\ndeny = [\"a.*\",\n\"a.b\"]\n";
const WARNING: &str = "config.toml:4: [filter] deny: \"a.b\" changes nothing, since \"a.*\" in line 3 matches all that it \
                       matches; take one of them out\n";

#[test]
fn what_is_in_force_is_a_file_that_means_the_same() {
    let first = check(SHIPPED, &["--strict"]);
    assert_eq!((first.code, first.stderr.as_str()), (Some(0), ""));
    for written in ["deny = [\"batch.*\"]", "drain = \"30s\""] {
        let line = SHIPPED.lines().position(|line| line.starts_with(written));
        let line = line.expect("it is in the file") + 1;
        let shown = format!("{written:<39} # line {line}");
        assert!(first.stdout.lines().any(|line| line == shown), "{shown}");
    }
    assert!(
        first.stdout.contains("\n\n[timeouts]\n"),
        "{}",
        first.stdout
    );
    let long: Vec<_> = (0..20).map(|i| format!("\"type.{i}\"")).collect();
    let few = format!(
        "upstream = \"http://127.0.0.1:3000\"\nfilter.deny = [{}]\ndrop.body = \"\\u001b\\u202e\"",
        long.join(", ")
    );
    for config in [SHIPPED, &few] {
        let in_force = check(config, &["--format", "json"]).stdout;
        let shown = check(config, &[]).stdout;
        assert!(
            shown
                .chars()
                .all(|c| c == '\n' || !(c.is_control() || c == '\u{202e}'))
        );
        let again = check(&shown, &["--format", "json"]).stdout;
        let object = |text: &str| {
            let mut object: Value = serde_json::from_str(text).expect("it is JSON");
            object
                .as_object_mut()
                .and_then(|object| object.remove("changed"))
                .expect("a time");
            object
        };
        assert_eq!(object(&in_force), object(&again), "{shown}");
    }
    let defaults = check(&few, &[]).stdout;
    assert!(defaults.contains("\nmode = \"enforce\"\n"), "{defaults}");
    assert!(
        defaults.contains("\ndeny = [                                # line 2\n    \"type.0\",\n"),
        "{defaults}"
    );
}

#[test]
fn json_is_one_object() {
    let run = check(SHADOWED, &["--format", "json"]);
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
    assert_eq!(run.stdout.lines().count(), 1);
    let object: Value = serde_json::from_str(&run.stdout).expect("it is JSON");
    assert_eq!(object["file"], "config.toml");
    assert_eq!(
        object["config"]["filter"]["deny"],
        serde_json::json!(["a.*", "a.b"])
    );
    assert_eq!(object["config"]["limits"]["inspect"], "8 MiB");
    assert_eq!(object["config"]["limits"]["connections"], 10_000);
    assert_eq!(object["config"]["forward"]["via"], false);
    let warning = &object["warnings"][0];
    assert_eq!(warning["line"], 4);
    let text = warning["text"].as_str().expect("it is said");
    assert_eq!(format!("config.toml:4: {text}\n"), WARNING);
    assert_eq!(object["probes"], serde_json::json!([]));
}

#[test]
fn warnings_fail_only_where_that_is_asked_for() {
    for (config, arguments, code) in [
        (SHADOWED, &[][..], 0),
        (SHADOWED, &["--strict"], 1),
        (SHADOWED, &["--strict", "--format", "json"], 1),
        (SHIPPED, &["--strict"], 0),
    ] {
        let run = check(config, arguments);
        assert_eq!(run.code, Some(code), "{arguments:?}");
    }
    assert_eq!(check(SHADOWED, &[]).stderr, WARNING);
}

#[test]
fn what_can_not_be_used_is_told_as_at_the_start() {
    let wrong = "listen = \"8080\"\n[filter]\ndenny = []\n";
    let directory = directory(wrong);
    let checked = run(directory.path(), &["check"]);
    let started = run(directory.path(), &[]);
    assert_eq!((checked.code, checked.stdout.as_str()), (Some(2), ""));
    assert_eq!((started.code, &started.stderr), (Some(2), &checked.stderr));
    assert_eq!(checked.stderr.lines().count(), 3, "{}", checked.stderr);
    assert_eq!(check("", &["--config", "nope.toml"]).code, Some(2));
    assert_eq!(check(SHIPPED, &["--format", "xml"]).code, Some(2));
}

#[test]
fn an_upstream_that_leads_back_can_not_be_used() {
    let text = "listen = \"127.0.0.1:8080\"\nupstream = \"http://0.0.0.0:8080\"\n";
    let run = check(text, &[]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""));
    let told = "config.toml:2: upstream = \"http://0.0.0.0:8080\" leads back to listen = \"127.0.0.1:8080\"; write where \
                your endpoint is\n";
    assert_eq!(run.stderr, told);
}

#[test]
fn how_long_rules_have_only_been_observed_is_told_by_the_time_of_the_file() {
    let directory =
        directory("upstream = \"http://a\"\nmode = \"observe\"\nfilter.deny = [\"a\"]\n");
    let file = File::options()
        .write(true)
        .open(directory.path().join("config.toml"));
    let file = file.expect("it is there");
    for (days, told) in [
        (0, ""),
        (13, ""),
        (
            15,
            "config.toml:2: mode = \"observe\" has dropped nothing for 15 days, by the time of the file, though there \
             are rules; write \"enforce\" if the log shows what you want\n",
        ),
    ] {
        let changed = SystemTime::now() - Duration::from_hours(days * 24 + 1);
        file.set_modified(changed).expect("the time can be set");
        let run = run(directory.path(), &["check"]);
        assert_eq!((run.code, run.stderr.as_str()), (Some(0), told));
        let first = run.stdout.lines().next().expect("a line");
        let ago = match days {
            0 => "changed within a day".to_owned(),
            days => format!("changed {days} days ago"),
        };
        assert!(first.contains(&ago), "{first}");
    }
}

const ROUTES: &str = "upstream = \"http://127.0.0.1:3000\"\nfilter.deny = [\"a\"]\n[[route]]\npath = \"/b/*\"\nhost = \"b\"\n\
                      filter.allow = [\"c\"]\n[[route]]\npath = \"/c\"\nmode = \"observe\"\n";

#[test]
fn routes_are_shown_with_all_that_is_in_force_there() {
    let run = check(ROUTES, &[]);
    let (_, first) = run
        .stdout
        .split_once("\n[[route]]\n")
        .expect("there is a route");
    let expected = r#"path = "/b/*"                           # line 4
host = "b"                              # line 5
upstream = "http://127.0.0.1:3000"      # line 1
mode = "enforce"

[route.filter]
type = "type"
handshake = []
deny = ["a"]                            # line 2
allow = ["c"]                           # line 6
unreadable = "forward"

[route.drop]
"#;
    assert!(first.starts_with(expected), "{first}");
    assert!(
        run.stdout.contains("\n[[route]]\npath = \"/c\""),
        "{}",
        run.stdout
    );
    let again = check(&run.stdout, &[]);
    let bare = |text: &str| -> Vec<String> {
        let lines = text
            .lines()
            .map(|line| line.split('#').next().unwrap_or_default());
        lines.map(|line| line.trim_end().to_owned()).collect()
    };
    assert_eq!(bare(&again.stdout), bare(&run.stdout));
    let json = check(ROUTES, &["--format", "json"]).stdout;
    let json: Value = serde_json::from_str(&json).expect("it is JSON");
    let routes = &json["config"]["route"];
    assert_eq!(routes.as_array().map(Vec::len), Some(2));
    assert_eq!(
        (&routes[0]["line"], &routes[0]["path"]),
        (&3.into(), &"/b/*".into())
    );
    assert_eq!(routes[0]["filter"]["deny"], serde_json::json!(["a"]));
    assert_eq!(routes[1]["mode"], "observe");
    assert_eq!(json["config"]["mode"], "enforce");
}

#[test]
fn each_upstream_is_reached_once() {
    let listeners = [(); 2].map(|()| TcpListener::bind("127.0.0.1:0").expect("a free port"));
    let [a, b] = listeners
        .each_ref()
        .map(|one| one.local_addr().expect("it is bound"));
    let config = format!(
        "upstream = \"http://{a}\"\n[[route]]\npath = \"/a\"\n[[route]]\npath = \"/b\"\nupstream = \"http://{b}\"\n"
    );
    let run = check(&config, &["--probe"]);
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
    assert_eq!(
        run.stdout.matches(" was reached at ").count(),
        2,
        "{}",
        run.stdout
    );
    for listener in &listeners {
        listener.accept().expect("it was connected to");
        listener
            .set_nonblocking(true)
            .expect("an option can be set");
        listener.accept().expect_err("and once only");
    }
}

fn upstream_at(address: SocketAddr) -> String {
    format!("upstream = \"http://{address}\"\n[timeouts]\nconnect = \"100ms\"\n")
}

#[test]
fn an_upstream_is_reached() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    let config = upstream_at(address);
    let run = check(&config, &["--probe"]);
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
    let last = run.stdout.lines().last().expect("a line");
    let reached = format!("# http://{address} was reached at {address} in ");
    assert!(
        last.starts_with(&reached) && last.ends_with(" ms"),
        "{last}"
    );
    listener.accept().expect("it was connected to");
    let json = check(&config, &["--probe", "--format", "json"]).stdout;
    let json: Value = serde_json::from_str(&json).expect("it is JSON");
    assert_eq!(json["probes"][0]["upstream"], format!("http://{address}"));
    assert_eq!(json["probes"][0]["address"], address.to_string());
    assert!(json["probes"][0]["ms"].is_number());
    listener.accept().expect("it was connected to");

    // Nobody is connected to unasked.
    assert_eq!(check(&config, &[]).code, Some(0));
    listener
        .set_nonblocking(true)
        .expect("an option can be set");
    let unasked = listener.accept().expect_err("nobody is there");
    assert_eq!(unasked.kind(), ErrorKind::WouldBlock);
}

#[test]
fn an_upstream_that_is_not_reached_fails() {
    // Bound, so that nobody else gets the port, and not listening.
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket");
    let any = SocketAddr::from(([127, 0, 0, 1], 0));
    socket.bind(&any.into()).expect("a free port");
    let address = socket
        .local_addr()
        .expect("it is bound")
        .as_socket()
        .expect("an IP address");
    let config = upstream_at(address);
    let begun = Instant::now();
    let run = check(&config, &["--probe"]);
    assert!(
        begun.elapsed() >= Duration::from_millis(100),
        "it is tried for as long as for an event"
    );
    assert_eq!(run.code, Some(1));
    let told = format!(
        "config.toml:1: upstream = \"http://{address}\" was not reached: could not connect to the upstream in time: \
         Connection refused (os error 111)\n"
    );
    assert_eq!(run.stderr, told);
    assert!(!run.stdout.contains("was reached"), "{}", run.stdout);
    let run = check(&config, &["--probe", "--format", "json"]);
    assert_eq!((run.code, run.stderr.as_str()), (Some(1), ""));
    assert!(run.stdout.contains("Connection refused"), "{}", run.stdout);
}
