//! Arguments and configs that can't be used: what is said, where, and with which exit code.

use std::fs;
use std::net::TcpListener;
use std::process::Command;
use std::thread;
use std::time::Instant;

use crate::support::{Hooksieve, PATIENCE, Raw, Upstream, exchange, post, run};

const SHIPPED: &str = include_str!("../../config.toml");

/// What stderr says of a `config.toml` with this text. It must be refused.
#[track_caller]
fn refused(text: impl AsRef<[u8]>) -> String {
    let text = text.as_ref();
    let directory = tempfile::tempdir().expect("a directory for the config");
    fs::write(directory.path().join("config.toml"), text).expect("the config can be written");
    let run = run(directory.path(), &[]);
    let shown = text.escape_ascii();
    assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{shown}");
    run.stderr
}

#[test]
fn each_problem_is_told_on_stderr_with_line_key_and_remedy() {
    let table = [
        (
            "mode = observe",
            "config.toml:2:8: not TOML: observe needs quotes, as \"observe\"\n",
        ),
        (
            "[filter]\ndenny = [\"batch.*\"]",
            "config.toml:3: [filter] has no key \"denny\"; did you mean \"deny\"?\n",
        ),
        (
            "[limits]\ninspect = \"8 MB\"",
            "config.toml:3: [limits] inspect = \"8 MB\" has an unknown unit; write \"8 MiB\"\n",
        ),
        (
            "[filter]\ndeny = [\"batch.**\"]",
            "config.toml:3: [filter] deny: \"batch.**\" is not a pattern (`**` is not special: write one `*`, \
             which matches dots too)\n",
        ),
        (
            "[filter]\ndeny = ['^batch\\.', \"batch.created, batch.updated\"]",
            "config.toml:3: [filter] deny: '^batch\\.' is not a pattern (a regular expression: write \"batch.*\")\n\
             config.toml:3: [filter] deny: \"batch.created, batch.updated\" is not a pattern (`,` does not separate \
             patterns: write one entry for each, \"batch.created\", \"batch.updated\")\n",
        ),
        (
            "[drop]\nstatus = 404",
            "config.toml:3: [drop] status = 404 is out of range; write a whole number from 200 to 299\n",
        ),
        (
            "[filter]\ndeny = [\"batch.*\"]\nallow = [\"batch.*\"]",
            "config.toml:4: [filter] allow: \"batch.*\" is also in deny, line 3; take one of them out\n",
        ),
    ];
    for (lines, told) in table {
        let text = format!("upstream = \"http://127.0.0.1:3000\"\n{lines}\n");
        assert_eq!(refused(&text), told, "{lines}");
    }
    assert_eq!(
        refused("upstream = \"http://legacy.internal:3000/hook\"\n"),
        "config.toml:1: upstream = \"http://legacy.internal:3000/hook\" has a path or query, but requests keep their own; \
         write it as \"http://legacy.internal:3000\"\n"
    );
}

#[test]
fn several_problems_are_told_at_once() {
    let text = r#"listen = "8080"
upstream = "https://app/x"
[filter]
denny = ["batch.*"]
[timeouts]
body = 30
"#;
    let told = r#"config.toml:1: listen = "8080" is not an address; write "127.0.0.1:8080", or "0.0.0.0:8080" for all interfaces
config.toml:2: upstream = "https://app/x" has a path or query, but requests keep their own; write it as "https://app"
config.toml:4: [filter] has no key "denny"; did you mean "deny"?
config.toml:6: [timeouts] body = 30 is an integer; write a whole number and its unit (ms, s, m, h), as "10s"
"#;
    assert_eq!(refused(text), told);
}

#[test]
fn a_password_is_not_repeated() {
    for upstream in [
        r#""http://user:secret@app""#,
        r#""https://user:secret@app""#,
        r#""user:secret@app:3000""#,
        "http://user:secret@app",
        r#"["http://user:secret@app"]"#,
    ] {
        let told = refused(format!("upstream = {upstream}\n"));
        assert!(told.starts_with("config.toml:1"), "{told}");
        assert!(!told.contains("secret"), "{told}");
    }
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let directory = tempfile::tempdir().expect("a directory");
    for (arguments, path) in [
        (&[][..], "config.toml"),
        (&["--config", "other.toml"][..], "other.toml"),
        (&["-c", "other.toml"][..], "other.toml"),
    ] {
        let run = run(directory.path(), arguments);
        let told = format!(
            "hooksieve: can't read {path}: No such file or directory (os error 2); name another file with --config\n"
        );
        assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""));
        assert_eq!(run.stderr, told);
    }
}

#[test]
fn a_file_that_is_not_utf_8_is_named_as_what_it_is() {
    let text = "upstream = \"http://127.0.0.1:3000\"\n# caf\u{e9}\n";
    let utf_16: Vec<_> = text.encode_utf16().collect();
    let little: Vec<_> = utf_16.iter().flat_map(|unit| unit.to_le_bytes()).collect();
    let big: Vec<_> = utf_16.iter().flat_map(|unit| unit.to_be_bytes()).collect();
    let latin_1: Vec<_> = text.chars().map(|c| c as u8).collect();
    let windows: Vec<_> = latin_1
        .iter()
        .map(|&b| if b == 0xe9 { 0x93 } else { b })
        .collect();
    let is_utf_16 = "config.toml: the file is UTF-16; save it as UTF-8\n";
    for (bytes, told) in [
        ([b"\xff\xfe", &little[..]].concat(), is_utf_16),
        ([b"\xfe\xff", &big[..]].concat(), is_utf_16),
        (little, is_utf_16),
        (big, is_utf_16),
        (
            latin_1,
            "config.toml:2:6: the byte 0xE9 is not UTF-8; as \u{e9} it is Latin-1: save the file as UTF-8\n",
        ),
        (
            windows,
            "config.toml:2:6: the byte 0x93 is not UTF-8; save the file as UTF-8\n",
        ),
    ] {
        assert_eq!(refused(&bytes), told, "{}", bytes.escape_ascii());
    }
}

#[test]
fn an_empty_file_lacks_an_upstream() {
    let told = "config.toml: upstream is missing; write upstream = \"http://127.0.0.1:3000\"\n";
    for text in ["", "\n", "\u{feff}", "\r\n"] {
        assert_eq!(refused(text), told, "{text:?}");
    }
}

#[test]
fn a_byte_order_mark_and_windows_line_ends_are_no_problem() {
    let hooksieve = Raw::start(
        "\u{feff}listen = \"127.0.0.1:0\"\r\nupstream = \"http://127.0.0.1:9\"\r\n\
         [filter]\r\ndeny = [\r\n  \"batch.*\",\r\n]\r\n",
    );
    let answer = exchange(hooksieve.address(), post(r#"{"type": "batch.created"}"#));
    assert_eq!((answer.status, answer.text()), (200, ""));
}

#[test]
fn a_directory_is_named_and_how_it_may_have_come() {
    let directory = tempfile::tempdir().expect("a directory");
    fs::create_dir(directory.path().join("config.toml")).expect("it can be made");
    let run = run(directory.path(), &[]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""));
    assert_eq!(
        run.stderr,
        "hooksieve: config.toml is a directory, as container engines make one where the file to mount is missing; \
         name a file with --config\n"
    );
}

#[test]
fn a_pipe_that_comes_to_an_end_is_read_and_another_is_not_waited_for() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("config.toml");
    let made = Command::new("mkfifo").arg(&path).status();
    assert!(made.expect("there is mkfifo").success());
    let begun = Instant::now();
    let run = run(directory.path(), &[]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""));
    assert_eq!(
        run.stderr,
        "hooksieve: can't read config.toml: it has come to no end within 5 s; name another file with --config\n"
    );
    assert!(begun.elapsed() < PATIENCE);

    let text = "upstream = \"http://127.0.0.1:3000\"\nmode = \"loud\"\n";
    let writer = thread::spawn(move || fs::write(path, text));
    let run = self::run(directory.path(), &[]);
    writer.join().expect("no panic").expect("it is read");
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.starts_with("config.toml:2: mode = \"loud\""));
}

#[test]
fn a_file_that_has_no_end_is_not_read_whole() {
    let directory = tempfile::tempdir().expect("a directory");
    let run = run(directory.path(), &["--config", "/dev/zero"]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""));
    assert_eq!(
        run.stderr,
        "hooksieve: can't read /dev/zero: it is larger than 16 MiB; name another file with --config\n"
    );
}

#[test]
fn an_address_in_use_is_named() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = taken.local_addr().expect("it is bound");
    assert_eq!(
        refused(format!(
            "listen = \"{address}\"\nupstream = \"http://127.0.0.1:3000\"\n"
        )),
        format!(
            "hooksieve: config.toml: can't listen on {address}: Address already in use (os error 98)\n"
        )
    );
}

#[test]
fn the_shipped_config_starts_and_drops_batch_events() {
    assert!(SHIPPED.contains("\"127.0.0.1:8080\""));
    let hooksieve = Raw::start(&SHIPPED.replace("127.0.0.1:8080", "127.0.0.1:0"));
    let answer = exchange(hooksieve.address(), post(r#"{"type": "batch.created"}"#));
    assert_eq!((answer.status, answer.text()), (200, ""));
    let run = hooksieve.stop();
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
}

#[test]
fn a_pattern_that_may_be_meant_otherwise_is_logged_and_works() {
    let upstream = Upstream::answering("HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n");
    let deny = "[filter]\ndeny = [\"Push Hook\", \"v2.account[id].updated\"]\n";
    let mut hooksieve = Hooksieve::with(&upstream, deny);
    let status = |event_type| {
        let event = format!(r#"{{"type": "{event_type}"}}"#);
        exchange(hooksieve.address(), post(&event)).status
    };
    let types = ["Push Hook", "v2.account[id].updated", "v2.accounti.updated"];
    assert_eq!(types.map(status), [200, 200, 201]);

    assert_eq!(hooksieve.stop().len(), 3);
    let mut lines = hooksieve.lines();
    lines.retain(|line| line["message"] == "a pattern may be meant otherwise");
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert_eq!(lines[0]["level"], "warn");
    assert_eq!(
        lines[0]["config"],
        "line 4: [filter] deny: \"v2.account[id].updated\" has brackets, which stand for themselves; \
         for one of several characters write one entry for each"
    );
}

#[test]
fn help_and_version_are_told_on_stdout() {
    let here = std::env::current_dir().expect("it is there");
    let version = run(&here, &["--version"]);
    let expected = format!("hooksieve {}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!((version.code, version.stdout), (Some(0), expected));
    let help = run(&here, &["--help"]);
    assert_eq!((help.code, help.stderr.as_str()), (Some(0), ""));
    for part in [
        "Usage: hooksieve",
        "demo",
        "-c, --config <FILE>",
        "[default: config.toml]",
    ] {
        assert!(help.stdout.contains(part), "{part} in {}", help.stdout);
    }
}

#[test]
fn arguments_that_make_no_sense_are_refused() {
    let here = std::env::current_dir().expect("it is there");
    for (arguments, named) in [
        (&["--port", "80"][..], "--port"),
        (&["serve"][..], "serve"),
        (&["--config"][..], "--config <FILE>"),
        (&["--config", "a.toml", "demo"][..], "demo"),
    ] {
        let run = run(&here, arguments);
        assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{named}");
        assert!(run.stderr.contains(named), "{}", run.stderr);
    }
}
