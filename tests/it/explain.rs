//! `hooksieve explain`, as a user sees it.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::codings::gzip;
use crate::support::{BINARY, Run, run};

/// A directory with this `config.toml`, whose first line is the upstream, and a file for each body.
fn directory(config: &str, bodies: &[(&str, &[u8])]) -> TempDir {
    let directory = tempfile::tempdir().expect("a directory");
    let write = |name: &str, bytes: &[u8]| {
        fs::write(directory.path().join(name), bytes).expect("it can be written");
    };
    write(
        "config.toml",
        format!("upstream = \"http://127.0.0.1:3000\"\n{config}").as_bytes(),
    );
    for (name, body) in bodies {
        write(name, body);
    }
    directory
}

fn explain(directory: &Path, arguments: &[&str]) -> Run {
    run(directory, &[&["explain"], arguments].concat())
}

/// What is said of one body, without the first words of the first line, and the exit code.
#[track_caller]
fn told(config: &str, body: impl AsRef<[u8]>, arguments: &[&str]) -> (i32, String) {
    let directory = directory(config, &[("e", body.as_ref())]);
    let run = explain(directory.path(), &[arguments, &["e"]].concat());
    assert_eq!(run.stderr, "");
    let told = run
        .stdout
        .strip_prefix("e: ")
        .expect("it begins with the file");
    (
        run.code.expect("it ends"),
        told.replace("  route   the top level\n", ""),
    )
}

const DENY: &str = "[filter]\ndeny = [\n\"a\",\n\"batch.*\"]\n";
const ALLOW: &str = "[filter]\nallow = [\"invoice.*\"]\nunreadable = \"reject\"\n";

const FORWARDED: &str = "  sender  what 127.0.0.1:3000 answers\n";
const DROPPED: &str = "  sender  200, with an empty body\n";
const NONE: &str = "  rule    none: nothing in deny matches, and there is no allow list\n";

#[track_caller]
fn assert_told(table: &[(&str, &str, i32, String)]) {
    for (config, body, code, expected) in table {
        assert_eq!(told(config, body, &[]), (*code, expected.clone()), "{body}");
    }
}

#[test]
fn it_tells_readings_rule_line_and_answer() {
    let table = [
        (
            DENY,
            "{\n \"id\": 1,\n \"type\": \"batch.created\"}",
            3,
            format!(
                "dropped\n  type    \"batch.created\", line 3, column 10\n  rule    deny \"batch.*\", config.toml:5\n{DROPPED}"
            ),
        ),
        (
            DENY,
            r#"{"type":"b"}"#,
            0,
            format!("forwarded\n  type    \"b\", line 1, column 9\n{NONE}{FORWARDED}"),
        ),
        (
            DENY,
            r#"{"é":1,"ty\u0070e":"\u0061"}"#,
            3,
            format!("dropped\n  type    \"a\", line 1, column 20\n  rule    deny \"a\", config.toml:4\n{DROPPED}"),
        ),
        (
            ALLOW,
            r#"[{"type":"invoice.a"},{"type":"b"},7]"#,
            0,
            format!(
                "forwarded\n  type    event 1: \"invoice.a\", line 1, column 10\n  type    event 2: \"b\", line 1, column 31\n  \
                 type    event 3: none: there is no \"type\"\n  rule    allow \"invoice.*\", config.toml:3\n{FORWARDED}"
            ),
        ),
        (
            ALLOW,
            "[]",
            0,
            format!("forwarded\n  type    none: the list is empty\n  rule    no event in the list\n{FORWARDED}"),
        ),
        (
            "mode = \"observe\"\n[filter]\ndeny = [\"a\"]\n[drop]\nbody = \"ok\"\n",
            r#"{"type":"a"}"#,
            0,
            format!(
                "forwarded\n  type    \"a\", line 1, column 9\n  rule    deny \"a\", config.toml:4\n  \
                 mode    observe, config.toml:2; it would be dropped\n{FORWARDED}"
            ),
        ),
        (
            "[filter]\ndeny = [\"a\"]\n[drop]\nstatus = 202\nbody = \"ok\\u001b\"\n",
            r#"{"type":"a"}"#,
            3,
            "dropped\n  type    \"a\", line 1, column 9\n  rule    deny \"a\", config.toml:3\n  sender  202, \"ok\\u001b\"\n"
                .to_owned(),
        ),
        (
            ALLOW,
            "",
            0,
            format!("forwarded\n  rule    none: without a body there is nothing to judge\n{FORWARDED}"),
        ),
    ];
    assert_told(&table);
}

#[test]
fn it_tells_why_a_type_is_in_doubt() {
    let table = [
        (
            DENY,
            r#"{"type":"a","type":"b"}"#,
            0,
            format!(
                "forwarded\n  type    \"a\", line 1, column 9\n  type    \"b\", line 1, column 20\n  \
                 rule    unreadable = \"forward\", the default: several types, and not one verdict\n{FORWARDED}"
            ),
        ),
        (
            ALLOW,
            r#"{"Type":"invoice.a","type\u0000":null}"#,
            4,
            "refused\n  type    \"invoice.a\", line 1, column 9, only to receivers that ignore case or end a key at a NUL\n  \
             type    not a string, line 1, column 34, only to receivers that ignore case or end a key at a NUL\n  \
             rule    unreadable = \"reject\", config.toml:4: the type in another case would change the verdict\n  \
             sender  422, \"hooksieve: the event was refused: unreadable: the type in another case would change the verdict\"\n"
                .to_owned(),
        ),
        (
            ALLOW,
            "{\"type\":\n\"invoice.a\" x}",
            4,
            "refused\n  type    none for certain: not JSON, line 2, column 13\n  \
             rule    unreadable = \"reject\", config.toml:4: not JSON at line 2 column 13\n  \
             sender  422, \"hooksieve: the event was refused: unreadable: not JSON at line 2 column 13\"\n"
                .to_owned(),
        ),
        (
            DENY,
            r#"{"type":"b",x:1}"#,
            0,
            format!(
                "forwarded\n  type    none for certain: not JSON, line 1, column 13; it seems to be \"b\", and is \
                 forwarded either way\n{NONE}{FORWARDED}"
            ),
        ),
    ];
    assert_told(&table);
}

#[test]
fn what_comes_with_the_body_counts() {
    let body = r#"{"type":"batch.a"}"#;
    let reject = format!("{DENY}unreadable = \"reject\"\n[limits]\ninspect = \"1 KiB\"\n");
    let large = body.to_owned() + &" ".repeat(1_024);
    for (arguments, body, code, expected) in [
        (
            &["-H", "Content-Type: application/json"][..],
            body,
            3,
            "  sender  200,",
        ),
        (
            &["-H", "Content-Type: a; charset=utf-7"],
            body,
            4,
            "  sender  415, ",
        ),
        (
            &["--header", "Content-Encoding: compress"],
            body,
            4,
            "  sender  415, ",
        ),
        (
            &["--header", "Content-Encoding: gzip"],
            body,
            4,
            "  sender  422, ",
        ),
        (
            &["-H", "Host: a", "-H", "Host: b"],
            body,
            4,
            "  sender  400, ",
        ),
        (&["--host", "a b"], body, 4, "  sender  400, "),
        (
            &["--path", "/hooks/a?b=c", "--host", "a.example:80"],
            body,
            3,
            "  sender  200, ",
        ),
        (&[], &large, 4, "  sender  413, "),
    ] {
        let (is, told) = told(&reject, body, arguments);
        assert_eq!(is, code, "{arguments:?} {told}");
        assert!(told.contains(expected), "{arguments:?} {told}");
        let is_looked_into = told.contains("  type ");
        assert_eq!(is_looked_into, code == 3, "{arguments:?} {told}");
    }
}

#[test]
fn an_encoded_body_is_explained_by_what_it_stands_for() {
    let event = gzip("{\n  \"type\": \"batch.a\"}");
    let (code, told) = told(DENY, event, &["-H", "Content-Encoding: gzip"]);
    let expected = r#"dropped
  type    "batch.a", line 2, column 11
  coding  lines and columns are those of the decoded body
  rule    deny "batch.*", config.toml:5
  sender  200, with an empty body
"#;
    assert_eq!((code, told.as_str()), (3, expected));
    let directory = directory(DENY, &[]);
    let named = ["-H", "Content-Encoding: gzip", "--type", "batch.a"];
    assert_eq!(explain(directory.path(), &named).code, Some(3));
}

#[test]
fn a_type_is_enough() {
    let directory = directory(DENY, &[]);
    let run = explain(
        directory.path(),
        &["--type", "batch.\u{1b}\"x", "--type", "b"],
    );
    assert_eq!((run.code, run.stderr.as_str()), (Some(3), ""));
    let told = r#"type "batch.\u001b\"x": dropped
  route   the top level
  rule    deny "batch.*", config.toml:5
  sender  200, with an empty body

type "b": forwarded
  route   the top level
  rule    none: nothing in deny matches, and there is no allow list
  sender  what 127.0.0.1:3000 answers
"#;
    assert_eq!(run.stdout, told);
    let member = self::directory("[filter]\ntype = \"ki\\u0000nd\"\nallow = [\"a\"]\n", &[]);
    assert_eq!(explain(member.path(), &["--type", "a"]).code, Some(0));
    assert_eq!(explain(member.path(), &["--type", "b"]).code, Some(3));
}

#[test]
fn of_several_events_the_greatest_code_is_told() {
    let config = format!("{DENY}unreadable = \"reject\"\n");
    let directory = directory(
        &config,
        &[
            ("pass", br#"{"type":"b"}"#),
            ("drop", br#"{"type":"a"}"#),
            ("refuse", b"{"),
        ],
    );
    for (events, code) in [
        (&["pass", "pass"][..], 0),
        (&["drop", "pass"], 3),
        (&["pass", "refuse", "drop"], 4),
        (&["refuse", "--type", "a"], 4),
        // What can't be read is not among them.
        (&["refuse", "nope"], 2),
    ] {
        let run = explain(directory.path(), events);
        assert_eq!(run.code, Some(code), "{events:?}");
    }
    let run = explain(directory.path(), &["pass", "nope"]);
    assert!(
        run.stdout.starts_with("pass: forwarded\n"),
        "{}",
        run.stdout
    );
    assert_eq!(
        run.stderr,
        "hooksieve: can't read nope: No such file or directory (os error 2); name a file with the body of an event, \
         or - for stdin\n"
    );
}

#[test]
fn stdin_is_an_event_too() {
    let directory = directory(DENY, &[]);
    let mut child = Command::new(BINARY)
        .args(["explain", "-"])
        .current_dir(&directory)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    let mut stdin = child.stdin.take().expect("it is piped");
    stdin.write_all(br#"{"type":"a"}"#).expect("it reads");
    drop(stdin);
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(3));
    assert!(output.stdout.starts_with(b"-: dropped\n"));
}

#[test]
fn what_can_not_be_used_is_told_with_code_2() {
    let directory = directory(DENY, &[("e", b"{}")]);
    for (arguments, told) in [
        (&[][..], "<--type <TYPE>|EVENT>"),
        (
            &["e", "--path", "x"],
            "write it as it is sent, as /hooks/stripe",
        ),
        (&["e", "-H", "x"], "write a name, a colon and a value"),
        (
            &["e", "--host", "\n"],
            "--host \"\\n\" can't stand in a header",
        ),
        (&["e", "--config", "none.toml"], "can't read none.toml"),
        (&["."], "can't read .: Is a directory"),
    ] {
        let run = explain(directory.path(), arguments);
        assert_eq!(
            (run.code, run.stdout.as_str()),
            (Some(2), ""),
            "{arguments:?}"
        );
        assert!(run.stderr.contains(told), "{arguments:?}: {}", run.stderr);
    }
    let wrong = self::directory("mode = \"x\"\nlisten = 1\n", &[("e", b"{}")]);
    let run = explain(wrong.path(), &["e"]);
    assert_eq!(run.code, Some(2));
    assert_eq!(run.stderr.lines().count(), 2, "{}", run.stderr);
}

#[test]
fn nothing_that_a_sender_wrote_steers_a_terminal() {
    let name = "\u{1b}[2J\u{202e}\n\u{9b}x\"\\";
    let body = serde_json::json!({ "type": name, "Type": "b".repeat(1_000) }).to_string();
    let directory = directory(DENY, &[("e", body.as_bytes())]);
    let run = explain(directory.path(), &["e", "--type", name]);
    let is_safe = |c: char| c == '\n' || !(c.is_control() || c == '\u{202e}');
    assert!(run.stdout.chars().all(is_safe), "{:?}", run.stdout);
    assert!(
        run.stdout.lines().all(|line| line.len() < 300),
        "{}",
        run.stdout
    );
}

#[test]
fn it_goes_by_the_route_that_takes_the_request() {
    let directory = directory(
        "filter.deny = [\"a\"]\n[[route]]\npath = \"/hooks/*\"\nhost = \"b.example\"\nupstream = \"http://127.0.0.1:3001\"\n\
         filter.deny = [\"b\"]\n[[route]]\npath = \"/c\"\nmode = \"observe\"\n",
        &[("e", br#"{"type":"a"}"#)],
    );
    let ambiguous =
        "  head    the path belongs to another route once it is normalised\n  sender  400, ";
    for (arguments, code, told) in [
        (
            &["--path", "/x"][..],
            3,
            "  route   the top level\n  rule    deny \"a\", config.toml:2\n",
        ),
        (
            &["--path", "/hooks/x?y", "--host", "B.example:80"],
            0,
            "  route   \"b.example/hooks/*\", config.toml:3\n  rule    none: nothing in deny matches, and there is no allow \
             list\n  sender  what 127.0.0.1:3001 answers\n",
        ),
        (
            &["--path", "/c"],
            0,
            "  route   \"/c\", config.toml:8\n  rule    deny \"a\", config.toml:2\n  mode    observe, config.toml:10; it would \
             be dropped\n",
        ),
        (&["--path", "/x/../c"], 4, ambiguous),
    ] {
        for asked in [&["e"][..], &["--type", "a"]] {
            let run = explain(directory.path(), &[arguments, asked].concat());
            assert_eq!(
                (run.code, run.stderr.as_str()),
                (Some(code), ""),
                "{arguments:?}"
            );
            assert!(run.stdout.contains(told), "{}", run.stdout);
        }
    }
    fs::write(
        directory.path().join("config.toml"),
        "[[route]]\npath = \"/a\"\nupstream = \"http://a\"\n",
    )
    .expect("it can be written");
    let run = explain(directory.path(), &["e"]);
    assert_eq!(run.code, Some(4));
    let told = "e: refused\n  head    no route takes this path\n  sender  404, \"hooksieve: nothing is served at this path\"\n";
    assert_eq!(run.stdout, told);
}

#[test]
fn it_says_what_shadow_rules_would_do() {
    let forwarded = "  sender  what 127.0.0.1:3000 answers\n";
    let config = "[filter]\nallow = [\"a\"]\n[filter.shadow]\ndeny = [\"a\"]\n";
    let expected = format!(
        "forwarded\n  type    \"a\", line 1, column 9\n  rule    allow \"a\", config.toml:3\n  \
         shadow  it would be dropped; deny \"a\", config.toml:5\n{forwarded}"
    );
    assert_eq!(told(config, r#"{"type":"a"}"#, &[]), (0, expected));
}
