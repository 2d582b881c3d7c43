//! Where secrets are kept, and that they stay there.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use rustix::process::Signal;

use super::{PAID, SECRET, STRIPE, github, stripe};
use crate::support::{BINARY, Hooksieve, OK, Upstream, exchange, post_with};

const REFUSED: &str = "the config is not applied, the rules in force stay";

/// The statuses of an event that is signed with each of these secrets.
fn statuses(hooksieve: &Hooksieve, secrets: &[&str]) -> Vec<u16> {
    let statuses = secrets.iter().map(|secret| {
        let lines = github(secret, PAID.as_bytes());
        exchange(hooksieve.address(), post_with(&lines, PAID)).status
    });
    statuses.collect()
}

/// Runs it in a directory, with this in the variable `STRIPE`.
fn run_knowing(directory: &Path, secret: Option<&str>, arguments: &[&str]) -> Output {
    let mut command = Command::new(BINARY);
    command
        .args(arguments)
        .current_dir(directory)
        .env_remove("STRIPE");
    if let Some(secret) = secret {
        command.env("STRIPE", secret);
    }
    command.output().expect("it runs")
}

fn github_config(files: &[&Path]) -> String {
    let files: Vec<_> = files
        .iter()
        .map(|path| format!("\"file:{}\"", path.display()))
        .collect();
    format!(
        "[verify]\nscheme = \"github\"\nsecret = [{}]\n",
        files.join(", ")
    )
}

#[test]
fn a_secret_is_replaced_while_it_runs_and_both_count_in_between() {
    let upstream = Upstream::answering(OK);
    let directory = tempfile::tempdir().expect("a directory");
    let [one, two] = ["one", "two"].map(|name| directory.path().join(name));
    fs::write(&one, "53cr3t-1\n").expect("it can be written");
    fs::write(&two, "53cr3t-2").expect("it can be written");
    let secrets = ["53cr3t-1", "53cr3t-2", "53cr3t-1\n"];
    let hooksieve = Hooksieve::with(&upstream, &github_config(&[&one]));
    assert_eq!(statuses(&hooksieve, &secrets), [200, 401, 401]);
    hooksieve.save(&github_config(&[&one, &two]));
    hooksieve.line("reloaded");
    assert_eq!(statuses(&hooksieve, &secrets), [200, 200, 401]);
    hooksieve.save(&github_config(&[&two]));
    hooksieve.lines_of("reloaded", 2);
    assert_eq!(statuses(&hooksieve, &secrets), [401, 200, 401]);

    // The same config, another secret.
    fs::write(&two, "53cr3t-3\r\n").expect("it can be written");
    hooksieve.signal(Signal::HUP);
    hooksieve.lines_of("reloaded", 3);
    let told = hooksieve.lines_of("changed", 3).remove(2);
    assert_eq!(told["change"], "verify.secret is another where it is kept");
    assert_eq!(statuses(&hooksieve, &["53cr3t-2", "53cr3t-3"]), [401, 200]);

    // One that is gone, or is none, changes nothing.
    for (number, content) in [(1, None), (2, Some("\n"))] {
        match content {
            Some(content) => fs::write(&two, content),
            None => fs::remove_file(&two),
        }
        .expect("it can be changed");
        hooksieve.signal(Signal::HUP);
        let refused = hooksieve.lines_of(REFUSED, number).remove(number - 1);
        let why = refused["error"].as_str().expect("a text");
        let told = format!("config.toml:5: [verify] secret: \"file:{}\"", two.display());
        assert!(why.contains(&told), "{why}");
        assert_eq!(statuses(&hooksieve, &["53cr3t-2", "53cr3t-3"]), [401, 200]);
    }
    let log = format!("{:?}", hooksieve.lines());
    assert!(!log.contains("53cr3t"), "{log}");
}

#[test]
fn a_secret_that_can_not_be_had_is_told_at_start_and_by_check() {
    let directory = tempfile::tempdir().expect("a directory");
    let config = format!("listen = \"127.0.0.1:0\"\nupstream = \"http://127.0.0.1:1\"\n{STRIPE}");
    let write = |config: &str| {
        fs::write(directory.path().join("config.toml"), config).expect("it can be written");
    };
    let missing = directory.path().join("missing").display().to_string();
    for (name, secret, config, told) in [
        ("unset", None, config.clone(), "\"env:STRIPE\" is not set; set it where hooksieve is started".to_owned()),
        ("empty", Some(""), config.clone(), "\"env:STRIPE\" is empty; write the secret there".to_owned()),
        (
            "not there",
            None,
            config.replace("env:STRIPE", &format!("file:{missing}")),
            format!("\"file:{missing}\" can't be read: No such file or directory (os error 2); name a file that can"),
        ),
        (
            "none of the scheme",
            Some(SECRET),
            config.replace("\"stripe\"", "\"discord\""),
            "\"env:STRIPE\" has no such secret in it; write the 64 hex digits of the application's public key".to_owned(),
        ),
    ] {
        write(&config);
        for arguments in [&[][..], &["check"]] {
            let output = run_knowing(directory.path(), secret, arguments);
            assert_eq!(output.status.code(), Some(2), "{name} {arguments:?}");
            let stderr = String::from_utf8(output.stderr).expect("it is UTF-8");
            assert_eq!(stderr, format!("config.toml:5: [verify] secret: {told}\n"), "{name}");
        }
    }
    // What would become of an event does not depend on it.
    write(&config);
    let output = run_knowing(directory.path(), None, &["explain", "--type", "batch.a"]);
    assert_eq!(output.status.code(), Some(3));
    let stdout = String::from_utf8(output.stdout).expect("it is UTF-8");
    let row = "\n  verify  stripe, config.toml:5; the signature is not looked at\n";
    assert!(stdout.contains(row), "{stdout}");
    // But for one that can't be verified at all.
    write(&format!("limits.inspect = \"1 KiB\"\n{config}"));
    fs::write(directory.path().join("e"), "x".repeat(2_000)).expect("it can be written");
    let output = run_knowing(directory.path(), None, &["explain", "e"]);
    let stdout = String::from_utf8(output.stdout).expect("it is UTF-8");
    let row = "\n  verify  not verified: the body is larger than limits.inspect\n  sender  413, ";
    assert!(stdout.contains(row), "{stdout}");
}

#[test]
fn a_secret_is_shown_nowhere() {
    let directory = tempfile::tempdir().expect("a directory");
    let config = format!("upstream = \"http://127.0.0.1:1\"\n{STRIPE}");
    fs::write(directory.path().join("config.toml"), &config).expect("it can be written");
    let mut all = String::new();
    for arguments in [
        &["check"][..],
        &["check", "--format", "json"],
        &["explain", "--type", "a"],
        &["report", "config.toml", "--config", "config.toml"],
    ] {
        let Output { stdout, stderr, .. } = run_knowing(directory.path(), Some(SECRET), arguments);
        all += &String::from_utf8([stdout, stderr].concat()).expect("it is UTF-8");
    }
    assert!(all.contains("secret = \"env:STRIPE\""), "{all}");
    for wrong in [
        format!("secret = \"{SECRET}\""),
        format!("secret = {SECRET}"),
        format!("secret = [\"{SECRET}\", '{SECRET}']"),
        format!("secret = “{SECRET}”"),
        format!("secret = [\n  {SECRET},\n]"),
        format!("secret = \"env:{SECRET} \""),
        format!("secret = \"file:{SECRET}\""),
    ] {
        let config = config.replace("secret = \"env:STRIPE\"", &wrong);
        fs::write(directory.path().join("config.toml"), config).expect("it can be written");
        let output = run_knowing(directory.path(), None, &["check"]);
        assert_eq!(output.status.code(), Some(2), "{wrong}");
        all += &String::from_utf8([output.stdout, output.stderr].concat()).expect("it is UTF-8");
    }

    let upstream = Upstream::answering(OK);
    let config = format!("{STRIPE}[log]\nlevel = \"debug\"\n");
    let mut hooksieve = Hooksieve::knowing(&upstream, &config, "STRIPE", SECRET);
    let mut answers = Vec::new();
    for lines in [
        String::new(),
        stripe(SECRET, PAID),
        stripe("a", PAID),
        stripe(SECRET, ""),
    ] {
        answers.push(exchange(hooksieve.address(), post_with(&lines, PAID)));
    }
    hooksieve.signal(Signal::HUP);
    hooksieve.line("reloaded");
    hooksieve.save(&config.replace("env:STRIPE", SECRET));
    hooksieve.line(REFUSED);
    hooksieve.stop();
    let log = format!("{:?}{answers:?}", hooksieve.lines());
    for shown in [&all, &log] {
        assert!(!shown.contains("53cr3t"), "{shown}");
    }
}
