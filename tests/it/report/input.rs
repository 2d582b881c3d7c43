//! Where a log comes from, what may be in it, and what can't be read.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::{Place, line};
use crate::support::{run, run_by_shell};

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text.as_bytes()).expect("it is memory");
    encoder.finish().expect("it is memory")
}

/// So many lines that they are read in several blocks.
fn lines(count: usize) -> String {
    let lines =
        (0..count).map(|number| line(&format!(r#""verdict":"forward","type":"a.{}""#, number % 7)));
    lines.collect()
}

#[test]
fn a_log_is_the_same_plain_in_gzip_in_parts_and_from_stdin() {
    let (one, two) = (lines(3_000), lines(4_000));
    let place = Place::with(&(one.clone() + &two));
    place.write("one.log", &one);
    // By content, whatever the name; and as several of them behind each other.
    place.write("two.log", gzip(&two));
    place.write("both", [gzip(&one), gzip(&two)].concat());
    let expected = place.report(&["hooksieve.log"]);
    assert!(expected.starts_with("7,000 events, "), "{expected}");
    for logs in [&["one.log", "two.log"][..], &["both"]] {
        assert_eq!(place.report(logs), expected, "{logs:?}");
    }
    for line in [
        "\"$0\" report - < hooksieve.log",
        "cat hooksieve.log | \"$0\" report -",
        "cat both | \"$0\" report -",
        "cat one.log | \"$0\" report two.log -",
    ] {
        let run = run_by_shell(place.path(), line);
        assert_eq!(
            (run.code, &*run.stderr, &*run.stdout),
            (Some(0), "", &*expected),
            "{line}"
        );
    }
}

#[test]
fn what_is_no_event_is_counted_and_said_to_be_skipped() {
    let log = line(r#""verdict":"drop","type":"a""#)
        + "2026-11-22T15:04:05.123Z  INFO event verdict=drop type=a\n"
        + "127.0.0.1 - - [22/Nov/2026] \"GET / HTTP/1.1\" 200\n\u{0}\n{\"level\":\"info\"}\n"
        + &line(r#""verdict":"drop","type":"a""#)[..60];
    let place = Place::with(&log);
    let text = place.report(&["hooksieve.log"]);
    let expected = "\
1 event, from 2026-11-22 15:04:05 to 2026-11-22 15:04:05 UTC
Skipped 1 line: written as text; reports read log.format = \"json\"
Skipped 3 lines: not from hooksieve, or broken
Skipped 1 line: broken off at the end
";
    assert!(text.starts_with(expected), "{text}");
    let skipped = &place.json(&["hooksieve.log"])["skipped"];
    assert_eq!(
        skipped.to_string(),
        r#"{"broken_off":1,"foreign":3,"text":1}"#
    );
}

#[test]
fn nothing_is_a_report_as_well() {
    let place = Place::with("");
    assert_eq!(place.report(&["hooksieve.log"]), "No events\n");
    assert_eq!(
        place.report(&["--format", "toml", "hooksieve.log"]),
        "# No events\n"
    );
    assert_eq!(place.json(&["hooksieve.log"])["events"], 0);
}

#[test]
fn what_can_t_be_read_is_named_and_nothing_is_reported() {
    let place = Place::with(&lines(10));
    place.write("cut.gz", &gzip(&lines(1_000))[..100]);
    place.write("broken.gz", b"\x1f\x8bnot gzip at all");
    let directory = place.path().join("directory");
    std::fs::create_dir(directory).expect("it can be made");
    for (arguments, said) in [
        (
            &["hooksieve.log", "gone"][..],
            "hooksieve: can't read the log gone: No such file",
        ),
        (
            &["directory"],
            "hooksieve: can't read the log directory: it is a directory",
        ),
        (
            &["cut.gz"],
            "hooksieve: can't read the log cut.gz: its gzip ends too early",
        ),
        (
            &["broken.gz"],
            "hooksieve: can't read the log broken.gz: its gzip is broken",
        ),
        (
            &["--config", "gone.toml", "hooksieve.log"],
            "hooksieve: can't read gone.toml: ",
        ),
        (
            &["--format", "toml", "--config", "x", "hooksieve.log"],
            "hooksieve: --format toml lists the types that came",
        ),
        (&[], "error: the following required arguments"),
    ] {
        let run = place.run(arguments);
        assert_eq!((run.code, &*run.stdout), (Some(2), ""), "{arguments:?}");
        assert!(
            run.stderr.starts_with(said),
            "{arguments:?}: {}",
            run.stderr
        );
    }
}

#[test]
fn the_problems_of_a_config_are_told_as_at_start() {
    let place = Place::with(&lines(10));
    place.write(
        "bad.toml",
        "upstream = 3\nmod = \"observe\"\n[filter]\ndeny = [\"a**\"]\n",
    );
    let told = place.run(&["--config", "bad.toml", "hooksieve.log"]);
    assert_eq!((told.code, &*told.stdout), (Some(2), ""));
    let at_start = run(place.path(), &["--config", "bad.toml"]);
    assert_eq!((at_start.code, &at_start.stderr), (Some(2), &told.stderr));
    assert_eq!(told.stderr.lines().count(), 3, "{}", told.stderr);
}

#[test]
fn whoever_reads_only_the_beginning_gets_that_and_no_complaint() {
    let made_up =
        (0..20_000).map(|number| line(&format!(r#""verdict":"forward","type":"a.{number}""#)));
    let place = Place::with(&made_up.collect::<String>());
    let run = run_by_shell(place.path(), "\"$0\" report hooksieve.log | head -n 1");
    assert_eq!((run.code, &*run.stderr), (Some(0), ""));
    assert!(run.stdout.starts_with("20,000 events, "), "{}", run.stdout);
}
