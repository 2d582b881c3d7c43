//! Certificates are read anew when their files change, and a bad one changes nothing.

use std::fs;
use std::os::unix::fs::symlink;
use std::thread::sleep;
use std::time::Duration;

use rustix::process::Signal;
use rustls::HandshakeKind;

use crate::support::{
    Authority, Files, Hooksieve, OK, TlsUpstream, Upstream, exchange, get, post, tls_ask,
    tls_connect, wait_until,
};

/// The names of the certificate that is shown now.
fn shown(hooksieve: &Hooksieve, files: &Files) -> String {
    let stream = tls_connect(hooksieve.address(), &files.sender()).expect("hands are shaken");
    let chain = stream.conn.peer_certificates().expect("one was shown");
    let certificate = hooksieve::tls::Certificate::read(&chain[0]);
    certificate.expect("it can be read").names.join(" ")
}

#[track_caller]
fn wait_for(hooksieve: &Hooksieve, files: &Files, names: &str) {
    wait_until(names, || shown(hooksieve, files) == names);
}

#[test]
fn a_renewed_certificate_is_shown_within_a_moment_and_no_connection_is_closed() {
    let files = Files::for_localhost();
    let upstream = Upstream::answering(OK);
    let mut hooksieve = Hooksieve::with(&upstream, &files.tls("a"));
    let mut before = tls_connect(hooksieve.address(), &files.sender()).expect("hands are shaken");
    assert_eq!(
        tls_ask(&mut before, post("{}")).expect("an answer").status,
        200
    );
    files.save("a", &files.authority.issue(&["localhost", "new.example"]));
    wait_for(&hooksieve, &files, "localhost new.example");
    assert_eq!(
        tls_ask(&mut before, post("{}")).expect("an answer").status,
        200
    );
    let told = hooksieve.lines_of("certificate", 2).remove(1);
    assert_eq!(told["names"], "localhost, new.example");
    drop(before);
    assert_eq!(hooksieve.stop().len(), 2);
}

/// As certbot does it: a link to each file, and the links are swapped one after another.
#[test]
fn links_that_come_to_lead_elsewhere_are_followed() {
    let files = Files::new();
    let swap = |version: &str| {
        for end in ["pem", "key"] {
            let [beside, link] =
                ["beside", "a"].map(|name| files.path().join(format!("{name}.{end}")));
            symlink(format!("{version}.{end}"), &beside).expect("a link can be made");
            fs::rename(beside, link).expect("it can be renamed");
        }
    };
    for version in ["one", "two"] {
        files.save(version, &files.authority.issue(&["localhost", version]));
    }
    swap("one");
    let upstream = Upstream::answering(OK);
    let hooksieve = Hooksieve::with(&upstream, &files.tls("a"));
    assert_eq!(shown(&hooksieve, &files), "localhost one");
    swap("two");
    wait_for(&hooksieve, &files, "localhost two");
}

/// As Kubernetes does it: a directory that is a link is swapped, and both files with it.
#[test]
fn a_mounted_secret_is_found_when_its_link_is_swapped() {
    let files = Files::new();
    let put = |version: &str| {
        let directory = files.path().join(version);
        fs::create_dir(&directory).expect("it can be made");
        let issued = files.authority.issue(&["localhost", &version[2..]]);
        fs::write(directory.join("a.pem"), issued.cert).expect("it can be written");
        fs::write(directory.join("a.key"), issued.key).expect("it can be written");
        let beside = files.path().join("beside");
        symlink(version, &beside).expect("a link can be made");
        fs::rename(beside, files.path().join("..data")).expect("it can be renamed");
    };
    put("..one");
    for end in ["pem", "key"] {
        symlink(
            format!("..data/a.{end}"),
            files.path().join(format!("a.{end}")),
        )
        .expect("a link");
    }
    let upstream = Upstream::answering(OK);
    let hooksieve = Hooksieve::with(&upstream, &files.tls("a"));
    assert_eq!(shown(&hooksieve, &files), "localhost one");
    put("..two");
    fs::remove_dir_all(files.path().join("..one")).expect("it can be removed");
    wait_for(&hooksieve, &files, "localhost two");
    assert!(
        hooksieve
            .lines()
            .iter()
            .all(|line| line["level"] != "error")
    );
}

#[test]
fn a_bad_pair_keeps_the_old_and_is_told_once_and_a_good_one_mends_it() {
    let files = Files::for_localhost();
    let upstream = Upstream::answering(OK);
    let hooksieve = Hooksieve::with(&upstream, &files.tls("a"));
    let next = files.authority.issue(&["localhost", "next"]);
    files.write("a.pem", &next.cert);
    let told = hooksieve.line("the config is not applied, the rules in force stay");
    let error = told["error"].as_str().expect("a reason");
    assert!(
        error.contains("[tls] key: ") && error.contains("is the key of another certificate"),
        "{error}"
    );
    assert_eq!(shown(&hooksieve, &files), "localhost 127.0.0.1");
    // Longer than it is looked at again, though nobody tells.
    sleep(Duration::from_millis(3_500));
    let failed = |line: &&serde_json::Value| line["level"] == "error";
    assert_eq!(hooksieve.lines().iter().filter(failed).count(), 1);
    files.write("a.key", &next.key);
    wait_for(&hooksieve, &files, "localhost next");
}

/// It may stay so for longer than the certificate is valid.
#[test]
fn a_certificate_is_renewed_beside_a_config_with_a_mistake() {
    let files = Files::for_localhost();
    let upstream = Upstream::answering(OK);
    let hooksieve = Hooksieve::with(&upstream, &files.tls("a"));
    hooksieve.save(&format!("{}denny = []\n", files.tls("a")));
    hooksieve.line("the config is not applied, the rules in force stay");
    files.save("a", &files.authority.issue(&["localhost", "new"]));
    wait_for(&hooksieve, &files, "localhost new");
}

#[test]
fn where_only_a_signal_reloads_certificates_wait_for_it() {
    let files = Files::for_localhost();
    let config = format!("reload = \"signal\"\n{}", files.tls("a"));
    let upstream = Upstream::answering(OK);
    let hooksieve = Hooksieve::with(&upstream, &config);
    files.save("a", &files.authority.issue(&["localhost", "new"]));
    sleep(Duration::from_millis(500));
    assert_eq!(shown(&hooksieve, &files), "localhost 127.0.0.1");
    hooksieve.signal(Signal::HUP);
    wait_for(&hooksieve, &files, "localhost new");
}

#[test]
fn tls_can_be_switched_on_and_off() {
    let files = Files::for_localhost();
    let upstream = Upstream::answering(OK);
    let hooksieve = Hooksieve::with(&upstream, "");
    assert_eq!(exchange(hooksieve.address(), get("/")).status, 200);
    hooksieve.save(&files.tls("a"));
    wait_until("it is on", || {
        exchange(hooksieve.address(), get("/")).status == 400
    });
    assert_eq!(shown(&hooksieve, &files), "localhost 127.0.0.1");
    hooksieve.save("");
    wait_until("it is off", || {
        // A plain request is the only thing that is answered then.
        exchange(hooksieve.address(), get("/")).status == 200
    });
}

#[test]
fn sessions_outlive_a_renewal_but_not_another_choice_of_senders() {
    let files = Files::for_localhost();
    let upstream = Upstream::answering(OK);
    let hooksieve = Hooksieve::with(&upstream, &files.tls("a"));
    let sender = files.sender();
    let kind = || {
        let mut stream = tls_connect(hooksieve.address(), &sender).expect("hands are shaken");
        tls_ask(&mut stream, get("/")).expect("an answer");
        stream.conn.handshake_kind().expect("it is known")
    };
    kind();
    assert_eq!(kind(), HandshakeKind::Resumed);
    files.save("a", &files.authority.issue(&["localhost", "new"]));
    wait_for(&hooksieve, &files, "localhost new");
    assert_eq!(kind(), HandshakeKind::Resumed);

    files.write("senders.pem", &Authority::new("Senders").pem());
    hooksieve.save(&format!(
        "{}client_ca = {}\n",
        files.tls("a"),
        files.quoted("senders.pem")
    ));
    hooksieve.line("reloaded");
    wait_until("a ticket from before lets nobody in", || {
        let stream = tls_connect(hooksieve.address(), &sender);
        stream
            .and_then(|mut stream| tls_ask(&mut stream, get("/")))
            .is_err()
    });
}

#[test]
fn whom_upstreams_are_taken_for_is_read_anew_too() {
    let files = Files::for_localhost();
    let other = Authority::new("Other");
    let upstream = TlsUpstream::answering(other.issue(&["localhost"]).shown(), OK);
    let config = format!("upstream = {:?}\n{}", upstream.url(), files.upstream_tls());
    let hooksieve = Hooksieve::alone(&config);
    assert_eq!(exchange(hooksieve.address(), post("{}")).status, 502);
    files.write("ca.pem", &other.pem());
    wait_until("it is believed", || {
        exchange(hooksieve.address(), post("{}")).status == 200
    });
}
