//! Cases that the quick pass has to get right, at every place of a block and cut in every place.
//!
//! `tests/verdicts` proves more, on random input.

use std::borrow::Cow;
use std::time::{Duration, Instant};

use super::*;
use crate::event::tests::path;
use crate::event::{self, Reading, Source};

/// What the strict pass finds in `body`, which is one event.
fn strictly(body: &str, path: &Path) -> Event<'static> {
    let mut events = Vec::new();
    let source = Source::member(path.clone());
    let read = event::read(body.as_bytes(), &source.finder(), |event| {
        events.push(event.clone().into_owned());
    });
    read.unwrap();
    events.pop().unwrap()
}

#[test]
fn a_well_formed_object_is_read_as_by_the_strict_pass() {
    let table = [
        "{}",
        r#"{"type":"a","id":"1"}"#,
        r#"{"type" : "a" , "Type" : null , "id" : 1 }"#,
        r#"{"type":"a","type":[],"TYPE":"b","id":"1","id":"2"}"#,
        r#"{"z":{"type":"b"},"y":["type",{"type":"c"}],"type":"a"}"#,
        r#"{"type":"a","z":[[[["b"]]]],"Type":{"type":"b"}}"#,
        r#"{"z":"type","y":"\"type\":","type":"a:{[\"]}\\"}"#,
        r#"{"z":"{[{[","y":"]}]}","type":"a"}"#,
        r#"{"z":"\\","type":"a","y":"\\\"","Type":"b\\\\"}"#,
        r#"{"\u0074ype":"\u0061","ty\u0070e":"\\","\"type":"b","type\\":"c"}"#,
        r#"{"type":"é😀","é😀":"type","":"type"}"#,
        r#"{"a":[{"b":{"c":[1,2,{}]}},[]],"d":{},"type":"a"}"#,
        r#"{"type\u0000":"a","TYPE\u0000\"":"b","\u0054ype":"c","ty\u0000pe":"d"}"#,
    ];
    for object in table {
        in_every_place(object, &path("type"));
    }
}

/// Claims that `object` is read as by the strict pass wherever it lies and however it is cut.
fn in_every_place(object: &str, path: &Path) {
    let expected = strictly(object, path);
    // Everything comes to lie before, on and behind the border of two blocks.
    for before in 0..2 * LEN {
        let body = " ".repeat(before) + object;
        assert_eq!(scan(&[&body], path).as_ref(), Some(&expected), "{body}");
    }
    for cut in 0..=object.len() {
        let (one, two) = object.as_bytes().split_at(cut);
        let pieces = [one, b"", two];
        let event = scan(&pieces, path);
        assert_eq!(event.as_ref(), Some(&expected), "{object} {cut}");
    }
    let bytes: Vec<_> = object.as_bytes().chunks(1).collect();
    assert_eq!(scan(&bytes, path).as_ref(), Some(&expected), "{object}");
}

#[test]
fn a_path_is_followed_as_by_the_strict_pass() {
    let long = "x".repeat(3 * LEN);
    let nested = format!(r#"{{"z":["{long}",{{"b":"0"}}]}}"#);
    let table = [
        r#"{"a":{"b":"1"},"id":"2"}"#.to_owned(),
        r#"{"a" : { "b" : "1" , "id":"3" } , "id":"2"}"#.to_owned(),
        format!(r#"{{"z":{nested},"a":{{"z":{nested},"b":"1","y":{nested}}},"b":{nested}}}"#),
        r#"{"a":{"b":"1"},"a":{"b":"2","b":[]},"A":{"B":"3"},"a":{"B":{}}}"#.to_owned(),
        r#"{"a":{},"a":null,"a":[{"b":"1"}],"a":"{","a":1,"A":{"a":{"b":"1"}}}"#.to_owned(),
        r#"{"b":{"a":{"b":"1"}},"a":{"a":{"b":"1"},"b":{"a":{"b":"2"},"b":"3"}}}"#.to_owned(),
        r#"{"\u0061":{"\u0062":{"b":{"b":"\u0063"}}},"a":{"c":{}}}"#.to_owned(),
    ];
    for object in table {
        for keys in ["a", "a.b", "a.b.b", "a.a.b", "b.a.b", "id.b"] {
            in_every_place(&object, &path(keys));
        }
    }
}

#[test]
fn the_member_may_have_any_name() {
    let keys = [
        "id",
        "",
        "ID",
        "\u{17F}\u{212A}",
        "sk",
        "\\\"",
        "\u{131}d",
        "\u{130}D\\u0000",
        "\\u0000",
        "\u{DF}",
        "i\u{307}d",
    ];
    let members: Vec<_> = keys
        .iter()
        .map(|key| format!(r#""{key}":"{}""#, key.len()))
        .collect();
    let body = &format!("{{{}}}", members.join(","));
    for member in [
        "id", "ID", "", "sk", "SK", "\u{17F}k", "\"", "é", "ss", "\u{130}d",
    ] {
        let path = Path::member(member);
        let expected = strictly(body, &path);
        assert_eq!(scan(&[body], &path), Some(expected), "{member}");
    }
}

#[test]
fn more_types_than_are_kept_overflow() {
    for count in [event::MAX_READINGS, event::MAX_READINGS + 1] {
        for member in [r#""a":"b""#, r#""a":{"b":{}}"#, r#""a":{"b":1,"B":2}"#] {
            let body = format!("{{{}}}", vec![member; count].join(","));
            for keys in ["a", "a.b", "a.b.c"] {
                let path = path(keys);
                assert_eq!(scan(&[&body], &path), Some(strictly(&body, &path)));
            }
        }
    }
}

#[test]
fn what_does_not_look_like_one_object_is_left_to_the_strict_pass() {
    let table: &[&[u8]] = &[
        b"",
        b" ",
        b"[]",
        br#"[{"type":"a"}]"#,
        br#""type""#,
        b"7",
        b"\xEF\xBB\xBF{}",
        b"\xFF\xFE{\0}\0",
        br#"{"type":"a""#,
        br#"{"type":"a"#,
        br#"{"type":"a"}}"#,
        br#"{"type":"\ud800"}"#,
        b"{\"type\":\"\xFF\"}",
        br#"{:"a"}"#,
        br#"{"type"::"a"}"#,
    ];
    for body in table {
        let pieces = [body];
        let event = scan(&pieces, &path("type"));
        assert_eq!(event, None, "{}", body.escape_ascii());
    }
    assert_eq!(scan::<&[u8]>(&[], &path("type")), None);
}

#[test]
fn nothing_is_copied_without_need() {
    let borrowed = |pieces: &[&str], keys| {
        let event = scan(pieces, &path(keys)).unwrap();
        matches!(event.types[..], [Reading::String(Cow::Borrowed(_))])
    };
    assert!(borrowed(&[r#"{"type":"é"}"#], "type"));
    assert!(borrowed(&[r#"{"ty"#, r#"pe":"#, r#""é"}"#], "type"));
    assert!(borrowed(&[r#"{"a":{"b""#, r#":"é"}}"#], "a.b"));
    assert!(!borrowed(&[r#"{"type":"a"#, r#"b"}"#], "type"));
    assert!(!borrowed(&[r#"{"type":"\n"}"#], "type"));
}

/// Each of these takes a minute if the same bytes are gone over again for every member.
#[test]
fn time_is_linear_whatever_the_body() {
    let many = 60_000;
    let long = "x".repeat(many);
    let bodies = [
        format!("{{{}}}", vec![r#""type":"a""#; many].join(",")),
        format!(r#"{{"\u0074{long}"{}"#, ":".repeat(many)),
        format!(r#"{{"{}"#, r#"type":"#.repeat(many)),
        format!("{{{}", r#"["":]:"#.repeat(many)),
        format!(r#"{{"type":{}"#, " :".repeat(many)),
        format!("{{{}", r#""\":"#.repeat(many)),
        format!("{{{}", r#""type":{"#.repeat(many)),
        format!("{{{}", r#""type":{},"#.repeat(many)),
        format!(r#"{{"type":{{{}"#, r#""type":"#.repeat(many)),
        format!(r#"{{"type":{}{{"#, " :".repeat(many)),
    ];
    let started = Instant::now();
    for body in bodies {
        let pieces: Vec<_> = body.as_bytes().chunks(7).collect();
        for keys in ["type", "type.type"] {
            let _ = scan(&pieces, &path(keys));
        }
    }
    assert!(started.elapsed() < Duration::from_secs(20));
}
