//! Files that are no certificates, or do not fit: refused at the start, and kept out on reload.

use std::fs;

use rcgen::{ExtendedKeyUsagePurpose, date_time_ymd};

use crate::support::{Files, Hooksieve, OK, Upstream, run, tls_connect};

/// What stderr says at the start, where the files are called `a.pem` and `a.key`.
#[track_caller]
fn told(files: &Files) -> String {
    let config = "upstream = \"http://127.0.0.1:3000\"\n[tls]\ncert = \"a.pem\"\nkey = \"a.key\"\n";
    fs::write(files.path().join("config.toml"), config).expect("it can be written");
    let started = run(files.path(), &[]);
    let checked = run(files.path(), &["check"]);
    assert_eq!((started.code, checked.code), (Some(2), Some(2)));
    assert_eq!(started.stderr, checked.stderr);
    started.stderr
}

#[test]
fn each_bad_file_is_refused_with_its_line_and_what_is_wrong() {
    let files = Files::for_localhost();
    let [one, other] = [(); 2].map(|()| files.authority.issue(&["localhost"]));
    let cut = &one.cert[..one.cert.len() / 2];
    let no_der = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    for (cert, key, expected) in [
        (
            &*one.cert,
            &*other.key,
            "config.toml:4: [tls] key: \"a.key\" is the key of another certificate; ",
        ),
        (
            "",
            &*one.key,
            "config.toml:3: [tls] cert: \"a.pem\" has no certificate in it; ",
        ),
        (
            &*one.key,
            &*one.key,
            "config.toml:3: [tls] cert: \"a.pem\" has no certificate in it; ",
        ),
        (
            cut,
            &*one.key,
            "config.toml:3: [tls] cert: \"a.pem\" is broken PEM: ",
        ),
        (
            no_der,
            &*one.key,
            "config.toml:3: [tls] cert: \"a.pem\" has something as certificate number 1 that",
        ),
        (
            &*one.cert,
            "",
            "config.toml:4: [tls] key: \"a.key\" has no private key in it; ",
        ),
        (
            &*one.cert,
            &*one.cert,
            "config.toml:4: [tls] key: \"a.key\" has no private key in it; ",
        ),
    ] {
        files.write("a.pem", cert);
        files.write("a.key", key);
        let told = told(&files);
        assert!(told.starts_with(expected), "{told}");
        assert_eq!(told.lines().count(), 1, "{told}");
    }
}

#[test]
fn all_that_is_wrong_is_told_at_once() {
    let files = Files::new();
    fs::create_dir(files.path().join("a.key")).expect("it can be made");
    let told = told(&files);
    let lines: Vec<_> = told.lines().collect();
    assert_eq!(lines.len(), 2, "{told}");
    assert!(
        lines[0].starts_with("config.toml:3: [tls] cert: \"a.pem\" can't be read: No such file"),
        "{told}"
    );
    assert!(
        lines[1].starts_with("config.toml:4: [tls] key: \"a.key\" can't be read: Is a directory"),
        "{told}"
    );
}

/// Whoever has nothing better is served, and warned.
#[test]
fn what_senders_will_not_believe_is_shown_with_a_warning() {
    let files = Files::for_localhost();
    for (change, odd) in [
        (
            (|params| params.not_after = date_time_ymd(2021, 2, 3))
                as fn(&mut rcgen::CertificateParams),
            Some("it has expired"),
        ),
        (
            |params| params.not_before = date_time_ymd(2090, 1, 1),
            Some("it is not valid yet"),
        ),
        (
            |params| params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth],
            None,
        ),
    ] {
        let issued = files.authority.issue_with(&["localhost"], |params| {
            params.not_before = date_time_ymd(2020, 1, 1);
            change(params);
        });
        files.save("a", &issued);
        let upstream = Upstream::answering(OK);
        let hooksieve = Hooksieve::with(&upstream, &files.tls("a"));
        let told = hooksieve.line("certificate");
        assert_eq!(told["odd"].as_str(), odd, "{told}");
        assert_eq!(told["level"] == "warn", odd.is_some(), "{told}");
        tls_connect(hooksieve.address(), &files.sender()).expect_err("it is not believed");
    }
}
