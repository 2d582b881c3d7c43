//! What Prometheus reads.

use std::io::Write;
use std::net::TcpListener;
use std::process::{Command, Stdio};

use hooksieve::telemetry::visible;
use serde_json::json;

use super::{look, metrics, watched};
use crate::support::{Connection, OK, Upstream, ask, connect, exchange, get, post, wait_until};

/// Types that try to break out of where they are shown.
const HOSTILE: [&str; 6] = [
    "a\"} 1\nhooksieve_forged_total 1\n",
    "back\\slash",
    "<script>alert(1)</script>",
    "paid\u{202e}diap",
    "bell\u{7}\u{1b}[2J\0",
    "é 中 😀",
];

fn event(kind: &str) -> String {
    post(&json!({"type": kind}).to_string())
}

/// What promtool says of it; `None` where there is no promtool.
fn promtool(text: &str) -> Option<String> {
    let checking = Command::new("promtool")
        .args(["check", "metrics"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let Ok(mut checking) = checking else {
        eprintln!("left out, since promtool is not there");
        return None;
    };
    let mut stdin = checking.stdin.take().expect("it is piped");
    stdin.write_all(text.as_bytes()).expect("it reads");
    drop(stdin);
    let output = checking.wait_with_output().expect("it ends");
    let told = [output.stdout, output.stderr].concat();
    Some(format!(
        "{}{}",
        output.status.code().unwrap_or(-1),
        String::from_utf8_lossy(&told)
    ))
}

#[test]
fn promtool_has_nothing_to_say() {
    let upstream = Upstream::answering(OK);
    let config =
        "[filter]\ndeny = [\"batch.*\", \"*\\\"*\"]\nallow = [\"*\"]\n[[route]]\npath = \"/a\"\n";
    let (hooksieve, admin) = watched(&upstream, config);
    for kind in HOSTILE {
        assert_eq!(exchange(hooksieve.address(), event(kind)).status, 200);
    }
    exchange(hooksieve.address(), "no HTTP\r\n\r\n");
    let answer = look(admin, "/metrics");
    assert_eq!(
        answer.field("content-type"),
        ["text/plain; version=0.0.4; charset=utf-8"]
    );
    if let Some(told) = promtool(answer.text()) {
        assert_eq!(told, "0");
    }
    // As it would say, were there anything.
    if let Some(told) = promtool("a_total 1\n") {
        assert!(told.contains("no help text"), "{told}");
    }
}

#[test]
fn hostile_types_forge_no_sample_and_show_nothing_hidden() {
    let upstream = Upstream::answering(OK);
    let (hooksieve, admin) = watched(&upstream, "");
    for kind in HOSTILE {
        exchange(hooksieve.address(), event(kind));
    }
    let text = look(admin, "/metrics").text().to_owned();
    assert!(
        !text
            .lines()
            .any(|line| line.starts_with("hooksieve_forged_total"))
    );
    assert!(
        text.chars()
            .all(|char| char == '\n' || visible(&char.to_string()) == char.to_string())
    );
    let samples = super::samples(&text);
    for kind in HOSTILE {
        let label = visible(kind).replace('\\', "\\\\").replace('"', "\\\"");
        let name = format!(
            "hooksieve_event_types_total{{route=\"\",type=\"{label}\",verdict=\"forward\"}}"
        );
        assert_eq!(samples.get(&name), Some(&"1".to_owned()), "{name} {text}");
    }
}

#[test]
fn every_metric_that_is_promised_is_there_before_anything_came() {
    let upstream = Upstream::answering(OK);
    let config =
        "[filter]\ndeny = [\"batch.*\"]\n[[route]]\npath = \"/a\"\nfilter.allow = [\"x\"]\n";
    let (_hooksieve, admin) = watched(&upstream, config);
    let samples = metrics(admin);
    for (name, value) in [
        (r#"hooksieve_events_total{route="",verdict="drop"}"#, "0"),
        (r#"hooksieve_events_total{route="/a",verdict="fail"}"#, "0"),
        (
            r#"hooksieve_rule_matches_total{route="",rule="deny \"batch.*\""}"#,
            "0",
        ),
        (
            r#"hooksieve_rule_matches_total{route="/a",rule="allow \"x\""}"#,
            "0",
        ),
        (
            r#"hooksieve_rule_matches_total{route="/a",rule="not in allow"}"#,
            "0",
        ),
        (
            r#"hooksieve_rule_matches_total{route="/a",rule="unreadable"}"#,
            "0",
        ),
        ("hooksieve_upstream_duration_seconds_count", "0"),
        ("hooksieve_inspect_duration_seconds_count", "0"),
        (
            r#"hooksieve_upstream_errors_total{route="/a",cause="connect"}"#,
            "0",
        ),
        (r#"hooksieve_consecutive_failures{route="/a"}"#, "0"),
        (r#"hooksieve_connections{side="sender"}"#, "0"),
        (r#"hooksieve_connections{side="upstream"}"#, "0"),
        ("hooksieve_held_bytes", "0"),
        ("hooksieve_log_lines_lost_total", "0"),
        (r#"hooksieve_config_reloads_total{result="applied"}"#, "0"),
        (r#"hooksieve_config_reloads_total{result="failed"}"#, "0"),
    ] {
        assert_eq!(samples.get(name).map(String::as_str), Some(value), "{name}");
    }
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(
        samples[&format!("hooksieve_build_info{{version=\"{version}\"}}")],
        "1"
    );
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let now = now.expect("it is after 1970").as_secs_f64();
    for name in [
        "hooksieve_config_loaded_timestamp_seconds",
        "process_start_time_seconds",
    ] {
        let told: f64 = samples[name].parse().expect("a number");
        assert!((now - told).abs() < 60.0, "{name} {told} {now}");
    }
    for name in [
        "process_cpu_seconds_total",
        "process_resident_memory_bytes",
        "process_virtual_memory_bytes",
        "process_open_fds",
        "process_max_fds",
        "process_threads",
    ] {
        assert!(samples[name].parse::<f64>().is_ok(), "{name}");
    }
}

#[test]
fn what_the_endpoint_does_is_counted_by_cause_and_in_a_row() {
    let upstream = Upstream::new(|mut connection: Connection| {
        while let Some(request) = connection.request() {
            match request.start_line().split(' ').nth(1) {
                Some("/reset") => return connection.reset(),
                Some("/gibberish") => return connection.write("gibberish\r\n\r\n"),
                Some("/half") => {
                    return connection.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf");
                }
                Some("/500") => connection.write("HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n"),
                Some("/slow") => {
                    let _ = connection.rest();
                    return;
                }
                _ => connection.write(OK),
            }
        }
    });
    // An address that nobody takes meanwhile.
    let free = TcpListener::bind("127.0.0.6:0").expect("a free port");
    let nobody = free.local_addr().expect("it is bound");
    drop(free);
    let config = format!(
        "timeouts = {{ connect = \"1ms\", response = \"300ms\" }}\nfilter.deny = [\"a\"]\n\
         [[route]]\npath = \"/down\"\nupstream = \"http://{nobody}\"\n"
    );
    let (hooksieve, admin) = watched(&upstream, &config);
    let tell = |path: &str, body: &str| {
        let mut sender = connect(hooksieve.address());
        sender
            .write_all(post(body).replace("/webhook", path).as_bytes())
            .expect("it can be sent");
        let _ = crate::support::read_message(&mut sender, false);
    };
    let row = r#"hooksieve_consecutive_failures{route=""}"#;
    for (path, failures) in [
        ("/reset", "1"),
        ("/gibberish", "2"),
        ("/half", "3"),
        ("/500", "4"),
        ("/slow", "5"),
        ("/", "0"),
        ("/500", "1"),
    ] {
        tell(path, "{}");
        wait_until(path, || metrics(admin)[row] == failures);
    }
    // What is dropped says nothing of the endpoint.
    tell("/", "{\"type\": \"a\"}");
    tell("/down", "{}");
    let down = r#"hooksieve_consecutive_failures{route="/down"}"#;
    wait_until("it is down", || metrics(admin)[down] == "1");
    let samples = metrics(admin);
    assert_eq!(samples[row], "1");
    for (route, cause, count) in [
        ("", "lost", "1"),
        ("", "no_http", "1"),
        ("", "broke_off", "1"),
        ("", "timeout", "1"),
        ("", "connect", "0"),
        ("/down", "connect", "1"),
        ("/down", "lost", "0"),
    ] {
        let name =
            format!("hooksieve_upstream_errors_total{{route=\"{route}\",cause=\"{cause}\"}}");
        assert_eq!(samples[&name], count, "{name}");
    }
    // A 500, a 500, a 200, and one that broke off behind its head.
    assert_eq!(samples["hooksieve_upstream_duration_seconds_count"], "4");
    assert_eq!(
        samples[r#"hooksieve_upstream_duration_seconds_bucket{le="+Inf"}"#],
        "4"
    );
    assert_eq!(samples["hooksieve_inspect_duration_seconds_count"], "9");
}

#[test]
fn connections_and_bodies_are_those_of_the_moment() {
    let upstream = Upstream::new(|mut connection| {
        connection.request();
        let _ = connection.rest();
    });
    let (hooksieve, admin) = watched(&upstream, "");
    let waiting: Vec<_> = (0..3)
        .map(|_| {
            let mut sender = connect(hooksieve.address());
            let body = format!("\"{}\"", "x".repeat(100_000));
            sender
                .write_all(post(&body).as_bytes())
                .expect("it can be sent");
            sender
        })
        .collect();
    wait_until("they have arrived", || upstream.count() == 3);
    let samples = metrics(admin);
    assert_eq!(samples[r#"hooksieve_connections{side="sender"}"#], "3");
    assert_eq!(samples[r#"hooksieve_connections{side="upstream"}"#], "3");
    upstream.kill();
    drop(waiting);
    wait_until("they are gone", || {
        let samples = metrics(admin);
        samples[r#"hooksieve_connections{side="sender"}"#] == "0"
            && samples[r#"hooksieve_connections{side="upstream"}"#] == "0"
            && samples["hooksieve_held_bytes"] == "0"
    });
}

#[test]
fn a_body_that_is_held_counts_until_it_is_gone() {
    let upstream = Upstream::answering(OK);
    let (hooksieve, admin) = watched(&upstream, "");
    let mut sender = connect(hooksieve.address());
    let request = post(&"x".repeat(300_000));
    let (begun, rest) = request.split_at(request.len() - 1);
    sender.write_all(begun.as_bytes()).expect("it can be sent");
    wait_until("it is held", || {
        metrics(admin)["hooksieve_held_bytes"].len() >= "250000".len()
    });
    assert_eq!(ask(&mut sender, rest).status, 200);
    wait_until("it is gone", || {
        metrics(admin)["hooksieve_held_bytes"] == "0"
    });
}

#[test]
fn reloads_are_counted_and_counters_go_on() {
    let upstream = Upstream::answering(OK);
    let admin_lines = "admin.listen = \"127.0.0.1:0\"\n";
    let route = "[[route]]\npath = \"/a\"\nfilter.deny = [\"x\", \"y\"]\n";
    let (hooksieve, admin) = watched(&upstream, route);
    let to_a = |kind: &str| event(kind).replace("/webhook", "/a");
    for kind in ["x", "y", "z"] {
        exchange(hooksieve.address(), to_a(kind));
    }
    exchange(hooksieve.address(), get("/"));
    hooksieve.events(4);
    let route =
        "[[route]]\npath = \"/b\"\n[[route]]\npath = \"/a\"\nfilter.deny = [\"y\", \"z\"]\n";
    hooksieve.save(&format!("{admin_lines}{route}"));
    hooksieve.line("reloaded");
    for kind in ["x", "y", "z"] {
        exchange(hooksieve.address(), to_a(kind));
    }
    hooksieve.events(7);
    let samples = metrics(admin);
    for (name, value) in [
        (r#"hooksieve_events_total{route="/a",verdict="drop"}"#, "4"),
        (
            r#"hooksieve_events_total{route="/a",verdict="forward"}"#,
            "2",
        ),
        (
            r#"hooksieve_events_total{route="/b",verdict="forward"}"#,
            "0",
        ),
        (r#"hooksieve_events_total{route="",verdict="forward"}"#, "1"),
        (
            r#"hooksieve_rule_matches_total{route="/a",rule="deny \"y\""}"#,
            "2",
        ),
        (
            r#"hooksieve_rule_matches_total{route="/a",rule="deny \"z\""}"#,
            "1",
        ),
        (r#"hooksieve_config_reloads_total{result="applied"}"#, "1"),
        (r#"hooksieve_config_reloads_total{result="failed"}"#, "0"),
    ] {
        assert_eq!(samples.get(name).map(String::as_str), Some(value), "{name}");
    }
    assert!(!samples.contains_key(r#"hooksieve_rule_matches_total{route="/a",rule="deny \"x\""}"#));
    hooksieve.save("nonsense");
    hooksieve.line("the config is not applied, the rules in force stay");
    let failed = r#"hooksieve_config_reloads_total{result="failed"}"#;
    assert_eq!(metrics(admin)[failed], "1");
}
