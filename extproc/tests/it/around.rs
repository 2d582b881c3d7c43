//! Starting, stopping, another config meanwhile, and whoever looks.

use std::fs;
use std::net::TcpListener;
use std::os::unix::net::UnixStream;
use std::process::Stdio;

use rustix::process::Signal;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

use crate::support::{
    BATCH, Binary, Body, DENY, PAID, Said, dropped, exchange, head, run, said, serving, wait_until,
};

#[test]
fn a_saved_config_is_in_force_on_the_connections_that_are_there_and_a_bad_one_changes_nothing() {
    let (hooksieve, client) = serving(DENY);
    // This one sees the rules under which it began to its end.
    let mut begun = client.talk();
    begun.say(head(Some(BATCH.len()), &[]));
    assert_eq!(client.post(&[], BATCH), dropped(""));
    hooksieve.save("[filter]\ndeny = [\"invoice.*\"]\n");
    hooksieve.line("reloaded");
    assert_eq!(client.post(&[], BATCH), Said::GoesOn(Body::Seen));
    assert_eq!(client.post(&[], PAID), dropped(""));
    assert_eq!(said(begun.body(BATCH, true)), dropped(""));

    hooksieve.save("[filter]\ndenny = []\n");
    let refused = hooksieve.line("the config is not applied, the rules in force stay");
    assert!(
        refused["error"]
            .as_str()
            .is_some_and(|error| error.contains("denny")),
        "{refused}"
    );
    assert_eq!(client.post(&[], PAID), dropped(""));

    hooksieve.save(DENY);
    hooksieve.lines_of("reloaded", 2);
    hooksieve.signal(Signal::HUP);
    hooksieve.lines_of("reloaded", 3);
    assert_eq!(client.post(&[], PAID), Said::GoesOn(Body::Seen));
}

#[test]
fn what_is_counted_can_be_asked_for() {
    let (hooksieve, client) = serving(&format!("{DENY}[admin]\nlisten = \"127.0.0.1:0\"\n"));
    client.post(&[], BATCH);
    client.post(&[], PAID);
    client.post(&[], PAID);
    hooksieve.events(3);
    let admin = hooksieve.line("admin ready");
    let admin = admin["listen"]
        .as_str()
        .and_then(|listen| listen.parse().ok());
    let admin = admin.expect("it says where it listens");
    let look = |path: &str| {
        let answer = exchange(
            admin,
            format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        );
        (answer.status, answer.text().to_owned())
    };
    let (_, metrics) = look("/metrics");
    for line in [
        "hooksieve_events_total{route=\"\",verdict=\"drop\"} 1",
        "hooksieve_events_total{route=\"\",verdict=\"forward\"} 2",
        "hooksieve_upstream_duration_seconds_count 2",
    ] {
        assert!(metrics.contains(line), "{line}\n{metrics}");
    }
    assert_eq!(look("/readyz"), (200, "ready\n".to_owned()));
    assert!(look("/").1.contains("invoice.paid"));
}

#[test]
fn a_type_that_no_rule_names_is_told_once() {
    let (mut hooksieve, client) = serving(DENY);
    for _ in 0..3 {
        client.post(&[], PAID);
    }
    drop(client);
    hooksieve.stop();
    let lines = hooksieve.lines();
    let told = lines
        .iter()
        .filter(|line| line["message"] == "a type that no rule names");
    assert_eq!(told.count(), 1);
}

#[test]
fn more_requests_at_once_than_there_are_places_are_told_to_come_back() {
    let (_hooksieve, client) = serving(&format!("limits.connections = 1\n{DENY}"));
    let mut first = client.talk();
    first.say(head(Some(PAID.len()), &[]));
    let Said::Answered(status, fields, _) = client.post(&[], PAID) else {
        panic!("there is one more place");
    };
    assert_eq!(status, 503);
    assert!(
        fields.contains(&("retry-after".to_owned(), "1".to_owned())),
        "{fields:?}"
    );
    first.body(PAID, true);
    first.answered(200);
    first.end();
    wait_until("the place is free", || {
        client.post(&[], PAID) == Said::GoesOn(Body::Seen)
    });
}

#[test]
fn a_body_for_which_there_is_no_memory_is_refused_before_it_comes() {
    let limits = "[limits]\nmemory = \"8 MiB\"\ninspect = \"4 MiB\"\n";
    let (mut hooksieve, client) = serving(&format!("{DENY}{limits}"));
    let mut first = client.talk();
    first.say(head(Some(4 << 20), &[]));
    let mut second = client.talk();
    let Said::Answered(status, ..) = said(second.say(head(Some(4 << 20), &[]))) else {
        panic!("there is memory for both");
    };
    assert_eq!(status, 503);
    // Part of it is kept for small ones.
    assert_eq!(client.post(&[], BATCH), dropped(""));
    first.body(&vec![b' '; 4 << 20], true);
    first.answered(200);
    first.end();
    drop(second);
    drop(client);
    let event = &hooksieve.stop()[0];
    assert_eq!(
        (&event["verdict"], &event["level"]),
        (&"fail".into(), &"warn".into())
    );
}

#[test]
fn what_is_in_flight_is_finished_and_nothing_more_is_accepted() {
    let (mut hooksieve, client) = serving(DENY);
    let mut talk = client.talk();
    talk.say(head(Some(PAID.len()), &[]));
    hooksieve.signal(Signal::TERM);
    hooksieve.line("stopping: what is in flight is finished, a second signal ends it at once");
    talk.body(PAID, true);
    talk.answered(200);
    talk.end();
    assert!(hooksieve.wait().success());
    hooksieve.line("stopped, everything in flight was finished");
    assert_eq!(hooksieve.events(1)[0]["verdict"], "forward");
}

#[test]
fn what_is_never_finished_is_cut_off_at_the_deadline_and_has_its_line() {
    let (mut hooksieve, client) = serving(&format!("timeouts.drain = \"100 ms\"\n{DENY}"));
    let mut talk = client.talk();
    talk.say(head(Some(PAID.len()), &[]));
    hooksieve.signal(Signal::TERM);
    assert_eq!(hooksieve.wait().code(), Some(1));
    hooksieve.line("stopped, but the drain deadline cut off what was in flight");
    assert_eq!(hooksieve.events(1)[0]["verdict"], "abandoned");
    assert_eq!(hooksieve.line("totals")["failed"], 1);
}

#[test]
fn envoy_can_ask_how_it_is() {
    let (hooksieve, _client) = serving(DENY);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let status = runtime.block_on(async {
        let address = format!("http://{}", hooksieve.address());
        let endpoint = tonic::transport::Endpoint::from_shared(address).expect("an address");
        let channel = endpoint.connect().await.expect("it listens");
        let request = HealthCheckRequest {
            service: "envoy.service.ext_proc.v3.ExternalProcessor".to_owned(),
        };
        let answer = HealthClient::new(channel).check(request).await;
        answer.expect("it answers").into_inner().status
    });
    assert_eq!(ServingStatus::try_from(status), Ok(ServingStatus::Serving));
}

#[test]
fn what_cant_be_used_is_said_and_the_exit_code_is_2() {
    let directory = tempfile::tempdir().expect("a directory");
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let taken = taken.local_addr().expect("it is bound").to_string();
    for (config, arguments, told) in [
        (
            "",
            &["--listen", "9002"][..],
            "is no address; write an IP address and a port",
        ),
        (
            "",
            &["--listen", &taken],
            "hooksieve-extproc: can't listen on 127.0.0.1",
        ),
        ("denny = 1", &[], "\"denny\" is not known"),
        (
            "audit.path = \"/nowhere/at/all\"",
            &["--listen", "127.0.0.1:0"],
            "audit.path",
        ),
        ("", &["--config", "none.toml"], "none.toml"),
    ] {
        fs::write(directory.path().join("config.toml"), config).expect("it can be written");
        let run = run(directory.path(), arguments);
        assert_eq!(run.code, Some(2), "{config} {arguments:?}");
        assert!(run.stderr.contains(told), "{told}\n{}", run.stderr);
    }
}

#[test]
fn it_listens_on_a_unix_socket_as_well() {
    let directory = tempfile::tempdir().expect("a directory");
    fs::write(directory.path().join("config.toml"), "").expect("it can be written");
    let socket = directory.path().join("extproc.sock");
    let listen = format!("unix:{}", socket.display());
    let mut binary = Binary::start(directory.path(), &["--listen", &listen], Stdio::inherit());
    wait_until("it listens", || UnixStream::connect(&socket).is_ok());
    binary.signal(Signal::TERM);
    assert!(binary.wait().success());
    assert!(!socket.exists());
}
