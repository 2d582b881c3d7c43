//! `hooksieve check` proves certificates, and warns of what will hurt.

use std::fs;

use rcgen::{CertificateParams, ExtendedKeyUsagePurpose};
use time::{Duration, OffsetDateTime};

use crate::support::{Files, OK, TlsUpstream, run};

fn expiring_in(days: i64) -> impl FnOnce(&mut CertificateParams) {
    move |params| {
        params.not_after = OffsetDateTime::now_utc() + Duration::days(days) + Duration::hours(1);
    }
}

/// What is warned of, and the exit code where warnings are failures.
fn warned(files: &Files, config: &str) -> (String, Option<i32>) {
    let config = format!("upstream = \"http://127.0.0.1:3000\"\n{config}");
    fs::write(files.path().join("config.toml"), config).expect("it can be written");
    let checked = run(files.path(), &["check"]);
    assert_eq!(checked.code, Some(0), "{}", checked.stderr);
    let strict = run(files.path(), &["check", "--strict"]);
    (checked.stderr, strict.code)
}

#[test]
fn what_is_in_order_is_not_warned_of_and_all_is_shown() {
    let files = Files::for_localhost();
    files.save(
        "a",
        &files.authority.issue_with(&["localhost"], expiring_in(20)),
    );
    let config = format!("{}{}", files.tls("a"), files.upstream_tls());
    assert_eq!(warned(&files, &config), (String::new(), Some(0)));
    let shown = run(files.path(), &["check"]).stdout;
    for line in ["[tls]", "[upstream_tls]", "cert = ", "ca = "] {
        assert!(shown.contains(line), "{shown}");
    }
}

#[test]
fn what_expires_soon_or_is_of_no_use_is_warned_of() {
    let files = Files::for_localhost();
    for (change, odd) in [
        (
            Box::new(expiring_in(3)) as Box<dyn FnOnce(&mut CertificateParams)>,
            "expires in 3 days; renew it",
        ),
        (Box::new(expiring_in(1)), "expires in a day; renew it"),
        (Box::new(expiring_in(-1)), "has expired; renew it"),
        (
            Box::new(|params: &mut CertificateParams| {
                params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
            }),
            "is not for servers; have one issued that is (serverAuth)",
        ),
        (
            Box::new(|params: &mut CertificateParams| params.subject_alt_names.clear()),
            "is believed by nobody, who looks for a name in it; ",
        ),
    ] {
        files.save("a", &files.authority.issue_with(&["localhost"], change));
        let (told, strict) = warned(&files, &files.tls("a"));
        assert!(told.starts_with("config.toml:3: [tls] cert: "), "{told}");
        assert!(told.contains(odd), "{told}");
        assert_eq!((told.lines().count(), strict), (1, Some(1)), "{told}");
    }
}

#[test]
fn a_probe_shakes_hands() {
    let files = Files::for_localhost();
    for (names, code) in [(["localhost"], Some(0)), (["elsewhere"], Some(1))] {
        let upstream = TlsUpstream::answering(files.authority.issue(&names).shown(), OK);
        let config = format!("upstream = {:?}\n{}", upstream.url(), files.upstream_tls());
        fs::write(files.path().join("config.toml"), config).expect("it can be written");
        let probed = run(files.path(), &["check", "--probe"]);
        assert_eq!(probed.code, code, "{}{}", probed.stdout, probed.stderr);
        let told = format!("# {} was reached", upstream.url());
        assert_eq!(
            probed.stdout.contains(&told),
            code == Some(0),
            "{}",
            probed.stdout
        );
        assert_eq!(
            probed.stderr.contains("is not for \"localhost\""),
            code == Some(1),
            "{}",
            probed.stderr
        );
    }
}
