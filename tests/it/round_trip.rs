//! The steps in which rules change, as the README shows them.

use std::fs;
use std::process::Command;

use crate::support::{BINARY, Hooksieve, OK, Upstream, exchange, post};

const README: &str = include_str!("../../README.md");

/// The block of commands that begins with this line.
fn commands(first: &str) -> &'static str {
    let mut blocks = README.split("```sh\n").skip(1);
    let block = blocks.find(|block| block.starts_with(first));
    let block = block.expect("the README shows them");
    block.split_once("```").expect("the block ends").0
}

#[test]
fn what_the_readme_shows_changes_the_rules_of_a_running_hooksieve() {
    let upstream = Upstream::answering(OK);
    let hooksieve = Hooksieve::before(&upstream);
    let send = |name: &str| {
        let event = format!(r#"{{"type":"{name}"}}"#);
        exchange(hooksieve.address(), post(&event))
    };
    for name in ["batch.created", "invoice.upcoming", "invoice.paid"] {
        assert_eq!(send(name).status, 200);
    }
    assert_eq!(upstream.count(), 2);
    let events = hooksieve.events(3);
    let log: Vec<_> = events.iter().map(ToString::to_string).collect();
    let config = hooksieve.config();
    let directory = config.parent().expect("it is in a directory");
    let edit = r#"sed -i 's/"batch\.\*"/&, "invoice.upcoming"/' "$1""#;
    for (name, text) in [("hooksieve.log", &*log.join("\n")), ("edit.sh", edit)] {
        fs::write(directory.join(name), text).expect("it can be written");
    }

    let commands = commands("hooksieve report hooksieve.log");
    let shell = format!("hooksieve() {{ '{BINARY}' \"$@\"; }}\n{commands}");
    let run = Command::new("sh")
        .args(["-ec", &shell])
        .env("EDITOR", "sh edit.sh")
        .current_dir(directory)
        .output()
        .expect("there is a shell");
    let [said, warned] =
        [run.stdout, run.stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
    assert!(run.status.success(), "{said}{warned}");
    assert!(
        said.contains("By new.toml 1 event would be decided otherwise"),
        "{said}"
    );

    let told = hooksieve.line("changed");
    assert_eq!(told["change"], r#"deny + "invoice.upcoming""#);
    hooksieve.line("reloaded");
    assert_eq!(send("invoice.upcoming").status, 200);
    assert_eq!(upstream.count(), 2, "it is dropped");
}
