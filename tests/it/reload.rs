//! Configs that change while it runs.

mod load;
mod places;
mod versions;

use std::fs;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use rustix::process::Signal;
use serde_json::Value;

use crate::support::{Hooksieve, OK, Raw, Upstream, ask, connect, exchange, post, wait_until};

const REFUSED: &str = "the config is not applied, the rules in force stay";
const NEEDS_RESTART: &str = "this needs a restart, the old value stays";
const UNWATCHED: &str = "the config can't be watched: it is read twice a second instead";
/// Longer than a saved config may take to be in force, for a machine that has much else to do.
const SOON: Duration = Duration::from_secs(2);

const BATCH: &str = r#"{"type":"batch.created"}"#;
const PAID: &str = r#"{"type":"invoice.paid"}"#;

/// Whether an event of this body is kept from the upstream.
fn is_dropped(hooksieve: SocketAddr, upstream: &Upstream, body: &str) -> bool {
    let before = upstream.count();
    assert_eq!(exchange(hooksieve, post(body)).status, 200);
    upstream.count() == before
}

/// The changes that lines tell of.
fn changes(lines: &[Value]) -> Vec<&str> {
    let changes = lines.iter().map(|line| line["change"].as_str());
    changes.map(|change| change.expect("a text")).collect()
}

#[test]
fn what_is_saved_is_in_force_within_a_second_and_the_log_tells_it_rule_by_rule() {
    let upstream = Upstream::answering(OK);
    let hooksieve = Hooksieve::before(&upstream);
    let mut sender = connect(hooksieve.address());
    assert_eq!(ask(&mut sender, post(BATCH)).status, 200);
    assert_eq!(upstream.count(), 0);

    let saved = Instant::now();
    hooksieve.save("mode = \"observe\"\n[filter]\ndeny = [\"invoice.*\"]\nallow = [\"a\"]\n");
    let reloaded = hooksieve.line("reloaded");
    assert!(saved.elapsed() < SOON, "{:?}", saved.elapsed());
    assert_eq!(reloaded["changes"], 4);
    let told = hooksieve.lines_of("changed", 4);
    let expected = [
        "mode enforce -> observe",
        r#"deny - "batch.*""#,
        r#"deny + "invoice.*""#,
        r#"allow + "a""#,
    ];
    assert_eq!(changes(&told), expected);
    assert!(told.iter().all(|line| line["level"] == "info"));
    // The same connection, under the new rules.
    assert_eq!(ask(&mut sender, post(PAID)).status, 200);
    assert_eq!(upstream.count(), 1);
    assert_eq!(hooksieve.events(2)[1]["verdict"], "would drop");

    hooksieve.save("[filter]\ndeny = [\"invoice.*\"]\n");
    hooksieve.lines_of("reloaded", 2);
    assert_eq!(ask(&mut sender, post(PAID)).status, 200);
    assert_eq!(ask(&mut sender, post(BATCH)).status, 200);
    assert_eq!(upstream.count(), 2);
    let lines = hooksieve.lines();
    let unwatched = lines.iter().find(|line| line["message"] == UNWATCHED);
    assert_eq!(unwatched, None);
}

#[test]
fn a_signal_applies_it_too_and_alone_where_nothing_else_is_to() {
    let upstream = Upstream::answering(OK);
    let hooksieve = Hooksieve::with(&upstream, "reload = \"signal\"\n");
    hooksieve.save("reload = \"signal\"\n[filter]\ndeny = [\"batch.*\"]\n");
    // Were it watched, it would be in force by then.
    std::thread::sleep(Duration::from_millis(500));
    assert!(!is_dropped(hooksieve.address(), &upstream, BATCH));
    hooksieve.signal(Signal::HUP);
    hooksieve.line("reloaded");
    assert!(is_dropped(hooksieve.address(), &upstream, BATCH));

    // That can be changed as well.
    hooksieve.save("");
    hooksieve.signal(Signal::HUP);
    hooksieve.lines_of("reloaded", 2);
    assert!(!is_dropped(hooksieve.address(), &upstream, BATCH));
    hooksieve.save("[filter]\ndeny = [\"batch.*\"]\n");
    hooksieve.lines_of("reloaded", 3);
    assert!(is_dropped(hooksieve.address(), &upstream, BATCH));
    let told = hooksieve.lines_of("changed", 4);
    assert_eq!(changes(&told)[1], "reload signal -> watch");
}

#[test]
fn a_bad_file_changes_nothing_and_is_told_once_with_all_its_problems() {
    let upstream = Upstream::answering(OK);
    let hooksieve = Hooksieve::before(&upstream);
    let bad = "mod = \"observe\"\n[filter]\ndeny = [\"**\"]\n";
    hooksieve.save(bad);
    let refused = hooksieve.line(REFUSED);
    assert_eq!(refused["level"], "error");
    let problems: Vec<_> = refused["error"].as_str().expect("a text").lines().collect();
    assert_eq!(problems.len(), 2, "{problems:?}");
    assert!(problems[0].ends_with(r#"config.toml:3: "mod" is not known; did you mean "mode"?"#));
    assert!(problems[1].contains("config.toml:5: [filter] deny: \"**\" is not a pattern"));
    assert!(is_dropped(hooksieve.address(), &upstream, BATCH));

    // Saved again as it is, it is no news; to whoever asks it is told again.
    hooksieve.save(bad);
    std::thread::sleep(Duration::from_millis(400));
    hooksieve.signal(Signal::HUP);
    hooksieve.lines_of(REFUSED, 2);
    hooksieve.save("[filter]\ndeny = [\"invoice.*\"]\n");
    hooksieve.line("reloaded");
    assert!(is_dropped(hooksieve.address(), &upstream, PAID));
    let lines = hooksieve.lines();
    let refusals = lines.iter().filter(|line| line["message"] == REFUSED);
    assert_eq!(refusals.count(), 2);
}

#[test]
fn a_file_that_can_not_be_read_changes_nothing_and_is_told_once() {
    let upstream = Upstream::answering(OK);
    let hooksieve = Hooksieve::before(&upstream);
    let path = hooksieve.config();
    fs::remove_file(&path).expect("it is there");
    let told = hooksieve.line(REFUSED);
    let error = told["error"].as_str().expect("a text");
    assert!(
        error.ends_with("config.toml: No such file or directory (os error 2)"),
        "{error}"
    );
    assert!(is_dropped(hooksieve.address(), &upstream, BATCH));
    hooksieve.save_whole("");
    let told = hooksieve.lines_of(REFUSED, 2).remove(1);
    let error = told["error"].as_str().expect("a text");
    assert!(error.contains("upstream is missing"), "{error}");
    hooksieve.save("");
    hooksieve.line("reloaded");
    assert!(!is_dropped(hooksieve.address(), &upstream, BATCH));
}

#[test]
fn what_needs_a_restart_is_named_and_the_rest_applied() {
    let upstream = Upstream::answering(OK);
    let hooksieve = Hooksieve::before(&upstream);
    let needing =
        "[limits]\nconnections = 1\n[timeouts]\ndrain = \"1s\"\n[log]\nlevel = \"error\"\n";
    hooksieve.save(needing);
    hooksieve.line("reloaded");
    let told = hooksieve.lines_of(NEEDS_RESTART, 3);
    let expected = [
        "limits.connections 10000 -> 1",
        "timeouts.drain 30s -> 1s",
        "log.level info -> error",
    ];
    assert_eq!(changes(&told), expected);
    assert!(told.iter().all(|line| line["level"] == "warn"));
    assert_eq!(
        changes(&hooksieve.lines_of("changed", 1)),
        [r#"deny - "batch.*""#]
    );
    let _other = connect(hooksieve.address());
    assert!(!is_dropped(hooksieve.address(), &upstream, BATCH));
    assert_eq!(hooksieve.events(1).len(), 1);
    // As long as the old values are in force, each reload says so.
    hooksieve.save(&format!("mode = \"observe\"\n{needing}"));
    hooksieve.lines_of("reloaded", 2);
    assert_eq!(
        changes(&hooksieve.lines_of(NEEDS_RESTART, 6))[3..],
        expected
    );
}

#[test]
fn what_would_be_refused_at_the_start_or_has_no_room_now_is_refused() {
    let upstream = Upstream::answering(OK);
    let hooksieve = Hooksieve::before(&upstream);
    let own = hooksieve.address();
    hooksieve.save_whole(&format!(
        "listen = \"127.0.0.1:0\"\nupstream = \"http://{own}\"\n"
    ));
    let error = hooksieve.line(REFUSED)["error"].to_string();
    assert!(error.contains("leads back to listen"), "{error}");

    hooksieve.save("[limits]\ninspect = \"500 MiB\"\nmemory = \"1 GiB\"\n");
    let error = hooksieve.lines_of(REFUSED, 2)[1]["error"].to_string();
    assert!(
        error.contains("a body of limits.inspect, 500 MiB, finds no room"),
        "{error}"
    );
    assert!(is_dropped(own, &upstream, BATCH));
}

#[test]
fn of_many_changes_or_problems_the_first_hundred_are_told() {
    let upstream = Upstream::answering(OK);
    let hooksieve = Hooksieve::with(&upstream, "");
    let deny = |pattern: &str| {
        let patterns = (0..150).map(|number| format!("\"{pattern}{number}\""));
        let patterns: Vec<_> = patterns.collect();
        format!("[filter]\ndeny = [{}]\n", patterns.join(", "))
    };
    hooksieve.save(&deny("a"));
    assert_eq!(hooksieve.line("reloaded")["changes"], 150);
    let lines = hooksieve.lines();
    let told = lines.iter().filter(|line| line["message"] == "changed");
    assert_eq!(told.count(), 100);
    hooksieve.save(&deny("**"));
    let refused = hooksieve.line(REFUSED);
    let problems = refused["error"].as_str().expect("a text").lines().count();
    assert_eq!((problems, &refused["more"]), (100, &50.into()));
}

#[test]
fn as_text_it_can_be_read_as_well() {
    let upstream = Upstream::answering(OK);
    let head = format!(
        "listen = \"127.0.0.1:0\"\nupstream = \"http://{}\"\nlog.format = \"text\"\n",
        upstream.address()
    );
    // Beside the config, as many do it.
    let hooksieve = Raw::by_shell("exec \"$0\" > hooksieve.log", &head);
    let log = || fs::read_to_string(hooksieve.path("hooksieve.log")).expect("it is there");
    let reload = |lines: &str, said: &str| {
        let config = hooksieve.path("config.toml");
        fs::write(config, head.clone() + lines).expect("it can be written");
        wait_until("it is told", || log().contains(said));
    };
    reload("filter.deny = [\"batch.*\"]\n", "INFO reloaded changes=1");
    reload(
        "filter.deny = [\"**\"]\nmood = 1\n",
        "ERROR the config is not applied",
    );
    let log = log();
    assert!(
        log.contains(r#"INFO changed change="deny + \"batch.*\"""#),
        "{log}"
    );
    let error = log.lines().find(|line| line.contains("ERROR"));
    let error = error.expect("there is one");
    assert!(
        error.contains(r#"config.toml:4: [filter] deny: \"**\" is not"#),
        "{error}"
    );
    assert!(
        error.contains(r#"\nconfig.toml:5: \"mood\" is not known"#),
        "{error}"
    );
}
