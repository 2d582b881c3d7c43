//! What is read out of a body.

mod paths;
mod refused;

use super::*;

/// The path with these keys, dots between them.
pub(super) fn path(keys: &str) -> Path {
    let mut keys = keys.split('.');
    let first = Path::member(keys.next().unwrap_or_default());
    keys.fold(first, Path::then)
}

/// What is at the end of a path with these keys.
pub(super) fn source(keys: &str) -> Source {
    Source::member(path(keys))
}

/// The events of `body` as text: types, then `~` and aliases, `!` for what is not a string and `-` for nothing,
/// then `#` and the id. An untyped event is empty.
fn events(body: &[u8], keys: &str) -> Result<Vec<String>, Unreadable> {
    events_of(body, &source(keys).finder())
}

/// The events of `body` as text, where `finder` looks for their types; `?` for what is scattered.
pub(super) fn events_of<'a>(
    body: &'a [u8],
    finder: &Finder<'a>,
) -> Result<Vec<String>, Unreadable> {
    let mut events = Vec::new();
    let show = |reading: &Reading<'_>| match reading {
        Reading::String(name) => name.to_string(),
        Reading::NotAString => "!".to_owned(),
        Reading::Scattered => "?".to_owned(),
        Reading::Absent => "-".to_owned(),
    };
    read(body, finder, |event| {
        let mut readings: Vec<_> = event.types.iter().map(show).collect();
        readings.extend(
            event
                .aliases
                .iter()
                .map(|alias| format!("~{}", show(alias))),
        );
        readings.extend(event.id.iter().map(|id| format!("#{id}")));
        events.push(readings.join(" "));
    })?;
    Ok(events)
}

#[test]
fn strict_json_is_read() {
    let table: &[(&str, &str, &[&str])] = &[
        ("first", r#"{"type":"a.b","z":1}"#, &["a.b"]),
        ("last", r#"{"z":{"y":[1,{}]},"type":"a.b"}"#, &["a.b"]),
        (
            "only nested",
            r#"{"data":{"type":"a"},"l":[{"type":"b"}]}"#,
            &[""],
        ),
        ("none", "{}", &[""]),
        ("twice", r#"{"type":"a","type":"b"}"#, &["a b"]),
        (
            "twice, around others",
            r#"{"type":"a","z":null,"type":"a"}"#,
            &["a a"],
        ),
        (
            "escaped key",
            r#"{"\u0074ype":"a","typ\u0065":"b"}"#,
            &["a b"],
        ),
        (
            "escaped value",
            r#"{"type":"a\/\u00e9\ud83d\ude00\"\n"}"#,
            &["a/é😀\"\n"],
        ),
        (
            "key with a NUL",
            r#"{"type\u0000":"a","Type\u0000x":"b","ty\u0000pe":"c"}"#,
            &["~a ~b"],
        ),
        ("key with a space", r#"{"type ":"a"," type":"b"}"#, &[""]),
        ("empty string", r#"{"type":""}"#, &[""]),
        ("null", r#"{"type":null}"#, &["!"]),
        ("integer", r#"{"type": 0 ,"id":17}"#, &["0 #17"]),
        ("negative", r#"{"type":-17}"#, &["-17"]),
        ("minus zero", r#"{"type":-0}"#, &["!"]),
        (
            "exact",
            r#"{"type":-999999999999999}"#,
            &["-999999999999999"],
        ),
        ("not exact", r#"{"type":1000000000000000}"#, &["!"]),
        ("fraction", r#"{"type":1.0}"#, &["!"]),
        ("number", r#"{"type":-1.5e+3}"#, &["!"]),
        ("exponent", r#"{"type":1e2}"#, &["!"]),
        (
            "number beyond f64",
            r#"{"type":1e400,"id":1e400,"z":1e400}"#,
            &["!"],
        ),
        ("bool", r#"{"type":true}"#, &["!"]),
        ("object", r#"{"type":{"type":"a"}}"#, &["!"]),
        ("array", r#"{"type":["a"]}"#, &["!"]),
        ("string and not", r#"{"type":"a","type":null}"#, &["a !"]),
        (
            "other case",
            r#"{"Type":"a","TYPE":"b","tyPe":1}"#,
            &["~a ~b ~1"],
        ),
        (
            "both cases",
            r#"{"Type":"a","type":"b","\u0054ype":"c"}"#,
            &["b ~a ~c"],
        ),
        ("id", r#"{"id":"1","type":"a","id":"\u0032"}"#, &["a #2"]),
        ("id is no name", r#"{"id":"1","id":2.5}"#, &[""]),
        (
            "white space",
            " \t\r\n{ \"type\" :\t\"a\"\r\n} \n\t\r",
            &["a"],
        ),
        ("empty batch", "[]", &[]),
        ("batch", r#"[{"type":"a"}, {"type":"b"}]"#, &["a", "b"]),
        (
            "mixed batch",
            r#" [1e400,{"type":"a","id":"1"},"s",[{"type":"b"}],null,{"Type":0},{}]"#,
            &["", "a #1", "", "", "", "~0", ""],
        ),
        ("number", "1e400", &[""]),
        ("string", r#""type""#, &[""]),
        ("null", "null", &[""]),
        ("true", " true ", &[""]),
        ("escaped backslash", r#"{"type":"\\ud800"}"#, &[r"\ud800"]),
        (
            "two escaped backslashes",
            r#"{"z":"\\\\ud800","type":"a"}"#,
            &["a"],
        ),
        (
            "pair",
            r#"{"z":"\uD83D\uDE00\ud83d\ude00","type":"a"}"#,
            &["a"],
        ),
        ("noncharacter", r#"{"type":"\uffff"}"#, &["\u{ffff}"]),
    ];
    for (name, body, expected) in table {
        let expected = Ok(expected.iter().map(ToString::to_string).collect());
        assert_eq!(events(body.as_bytes(), "type"), expected, "{name}: {body}");
    }
}

#[test]
fn the_member_is_a_parameter() {
    let body = br#"{"type":"a","event_type":"b","Event_Type":"c","id":"d"}"#;
    assert_eq!(events(body, "event_type"), Ok(vec!["b ~c #d".to_owned()]));
    assert_eq!(events(body, "kind"), Ok(vec!["#d".to_owned()]));
}

#[test]
fn case_folds_in_every_way() {
    let body = "{\"\u{17F}\u{212A}u\":\"a\",\"SKU\":\"b\",\"ſk\":\"c\",\"skü\":\"d\"}";
    assert_eq!(events(body.as_bytes(), "sku"), Ok(vec!["~a ~b".to_owned()]));
    assert_eq!(events(body.as_bytes(), "SkÜ"), Ok(vec!["~d".to_owned()]));
    let body = r#"{"K\u0130ND":"a","k\u0131nd":"b","class":"c","cla\u00df":"d"}"#;
    assert_eq!(
        events(body.as_bytes(), "kind"),
        Ok(vec!["~a ~b".to_owned()])
    );
    assert_eq!(
        events(body.as_bytes(), "class"),
        Ok(vec!["c ~d".to_owned()])
    );
}

#[test]
fn borrows_unless_there_are_escapes() {
    let borrowed = |body: &str| {
        let mut borrowed = None;
        let source = source("type");
        read(body.as_bytes(), &source.finder(), |event| {
            borrowed = Some(matches!(event.name(), Some(Cow::Borrowed(_))));
        })
        .unwrap();
        borrowed
    };
    assert_eq!(borrowed(r#"{"type":"é"}"#), Some(true));
    assert_eq!(borrowed(r#"[{"type":"é"}]"#), Some(true));
    assert_eq!(borrowed(r#"{"\u0074ype":"a"}"#), Some(true));
    assert_eq!(borrowed(r#"{"type":"\u00e9"}"#), Some(false));
}

#[test]
fn readings_are_bounded() {
    for key in ["type", "Type"] {
        for (count, overflow) in [(MAX_READINGS, false), (MAX_READINGS + 1, true)] {
            let members = vec![format!(r#""{key}":"a""#); count].join(",");
            let mut flags = Vec::new();
            read(
                format!("[{{{members}}},{{}}]").as_bytes(),
                &source("type").finder(),
                |event| {
                    assert!(event.types.len() + event.aliases.len() <= MAX_READINGS);
                    flags.push(event.overflow);
                },
            )
            .unwrap();
            assert_eq!(flags, [overflow, false], "{key}, {count} times");
        }
    }
}

#[test]
fn neither_depth_nor_number_costs_stack() {
    let levels = |open: &str, inner: &str, close: &str, count| {
        format!("{}{inner}{}", open.repeat(count), close.repeat(count))
    };
    let read_all = move || {
        for count in [100_000, 5_000_000] {
            let arrays = levels("[", "", "]", count);
            assert_eq!(events(arrays.as_bytes(), "type"), Ok(vec![String::new()]));
            let body = format!(r#"{{"type":{arrays}}}"#);
            assert_eq!(events(body.as_bytes(), "type"), Ok(vec!["!".to_owned()]));
        }
        let objects = levels(r#"{"z":"#, "0", "}", 100_000);
        assert_eq!(events(objects.as_bytes(), "type"), Ok(vec![String::new()]));
        let cut = &objects[..objects.len() - 1];
        assert_eq!(events(cut.as_bytes(), "type"), Err(Unreadable::Incomplete));
        let elements = format!("[0{}]", ",{}".repeat(100_000));
        assert_eq!(
            events(elements.as_bytes(), "type").map(|all| all.len()),
            Ok(100_001)
        );
    };
    let small = std::thread::Builder::new().stack_size(64 * 1024);
    small.spawn(read_all).unwrap().join().unwrap();
}

#[test]
fn a_long_string_before_the_type() {
    let long = "x".repeat(20 << 20);
    let body = format!(r#"{{"z":"{long}","{long}":0,"type":"a"}}"#);
    assert_eq!(events(body.as_bytes(), "type"), Ok(vec!["a".to_owned()]));
}
