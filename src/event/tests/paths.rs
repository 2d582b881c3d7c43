//! Where the type is at the end of several keys.

use super::*;

#[test]
fn a_path_leads_inwards() {
    let table: &[(&str, &str, &str)] = &[
        ("there", r#"{"a":{"b":"1"}}"#, "1"),
        ("escaped", r#"{"\u0061":{"\u0062":"\u0031"}}"#, "1"),
        (
            "elsewhere",
            r#"{"b":"1","c":{"b":"2"},"z":{"a":{"b":"3"}}}"#,
            "",
        ),
        ("one too deep", r#"{"a":{"a":{"b":"1"}}}"#, "-"),
        ("not an object", r#""a""#, ""),
        (
            "beside others",
            r#"{"b":1,"a":{"a":"2","b":"3","c":{"b":4}},"b":5}"#,
            "3",
        ),
        ("null", r#"{"a":{"b":null}}"#, "!"),
        ("object", r#"{"a":{"b":{"b":"1"}}}"#, "!"),
        // Each chain is a reading.
        ("last key twice", r#"{"a":{"b":"1","b":"2"}}"#, "1 2"),
        ("first key twice", r#"{"a":{"b":"1"},"a":{"b":"2"}}"#, "1 2"),
        (
            "both",
            r#"{"a":{"b":"1","b":"2"},"a":{"b":"3","b":4}}"#,
            "1 2 3 4",
        ),
        ("second empty", r#"{"a":{"b":"1"},"a":{}}"#, "1 -"),
        ("first empty", r#"{"a":{"c":2},"a":{"b":"1"}}"#, "- 1"),
        // Other case at any level.
        ("first", r#"{"A":{"b":"1"}}"#, "~1"),
        ("last", r#"{"a":{"B":"1"}}"#, "- ~1"),
        ("each", r#"{"A":{"B":"1"}}"#, "~1 ~-"),
        (
            "beside",
            r#"{"a":{"b":"1","B":"2"},"A":{"b":"3"}}"#,
            "1 ~2 ~3",
        ),
        ("empty alias", r#"{"a":{"b":"1"},"A":{}}"#, "1 ~-"),
        ("alias that is null", r#"{"a":{"b":"1"},"A":null}"#, "1 ~-"),
        // What is no object on the way.
        ("null", r#"{"a":null}"#, "-"),
        ("number", r#"{"a":1e400}"#, "-"),
        ("true", r#"{"a":true}"#, "-"),
        ("string", r#"{"a":"b"}"#, "!"),
        ("empty array", r#"{"a":[]}"#, "!"),
        ("array", r#"{"a":[{"b":"1"}]}"#, "!"),
        ("string and object", r#"{"a":"b","a":{"b":"1"}}"#, "! 1"),
        (
            "alias that is a string",
            r#"{"a":{"b":"1"},"A":""}"#,
            "1 ~!",
        ),
        // The id is the event's own.
        ("id", r#"{"a":{"id":"2","b":"1"},"id":"3"}"#, "1 #3"),
        ("nested id", r#"{"a":{"id":"2","b":"1"}}"#, "1"),
    ];
    for (name, body, expected) in table {
        let expected = Ok(vec![(*expected).to_owned()]);
        assert_eq!(events(body.as_bytes(), "a.b"), expected, "{name}: {body}");
    }
}

#[test]
fn a_path_may_have_any_number_of_keys() {
    let body = br#"{"a":{"a":{"a":"1","id":"2"},"A":{"a":"3"}},"id":{"id":{"id":"4"}}}"#;
    for (keys, expected) in [
        ("a", "!"),
        ("a.a", "! ~!"),
        ("a.a.a", "1 ~3"),
        ("a.a.a.a", "! ~!"),
        ("a.a.id", "2 ~-"),
        ("id.id.id", "4"),
        ("b.a.a", ""),
    ] {
        assert_eq!(events(body, keys), Ok(vec![expected.to_owned()]), "{keys}");
    }
}

#[test]
fn each_element_of_a_batch_has_its_own_way() {
    let body = br#"[{"a":{"b":"1"}},{"b":"2"},[{"a":{"b":"3"}}],{"a":{}},{"a":"b","id":"4"}]"#;
    let expected = ["1", "", "", "-", "! #4"].map(str::to_owned);
    assert_eq!(events(body, "a.b"), Ok(expected.to_vec()));
}

#[test]
fn readings_are_bounded_over_the_whole_event() {
    let objects = |count: usize, inner: &str| {
        let members = vec![format!(r#""a":{{{inner}}}"#); count].join(",");
        format!("{{{members}}}")
    };
    let half = MAX_READINGS / 2;
    for (body, overflow) in [
        (objects(half, r#""b":"1","b":"1""#), false),
        (objects(half + 1, r#""b":"1","b":"1""#), true),
        (objects(MAX_READINGS, ""), false),
        (objects(MAX_READINGS + 1, ""), true),
        (objects(MAX_READINGS, r#""b":"1","B":"1""#), false),
        (objects(half + 1, r#""B":"1","B":"1""#), true),
    ] {
        let mut found = None;
        read(body.as_bytes(), &source("a.b").finder(), |event| {
            assert!(event.types.len() <= MAX_READINGS);
            assert!(event.aliases.len() <= MAX_READINGS);
            found = Some(event.overflow);
        })
        .unwrap();
        assert_eq!(found, Some(overflow), "{body}");
    }
}

#[test]
fn depth_off_the_path_costs_no_stack() {
    let deep = "[".repeat(1_000_000) + &"]".repeat(1_000_000);
    let objects = r#"{"a":"#.repeat(100_000) + "0" + &"}".repeat(100_000);
    let read_all = move || {
        let body = format!(r#"{{"a":{{"a":{{"z":{deep},"a":{deep}}}}}}}"#);
        assert_eq!(events(body.as_bytes(), "a.a.a"), Ok(vec!["!".to_owned()]));
        assert_eq!(
            events(objects.as_bytes(), "a.a.a"),
            Ok(vec!["!".to_owned()])
        );
        assert_eq!(
            events(objects.as_bytes(), "a.a.b"),
            Ok(vec!["-".to_owned()])
        );
    };
    let small = std::thread::Builder::new().stack_size(64 * 1024);
    small.spawn(read_all).unwrap().join().unwrap();
}
