//! Cases that the quick pass has to get right, at every place of a block and cut in every place.
//!
//! `tests/verdicts` proves more, on random input.

use std::borrow::Cow;
use std::time::{Duration, Instant};

use super::*;
use crate::event::{self, Reading};

/// What the strict pass finds in `body`, which is one event.
fn strictly<'a>(body: &'a str, member: &str) -> Event<'a> {
    let mut events = Vec::new();
    event::read(body.as_bytes(), member, |event| events.push(event.clone())).unwrap();
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
    ];
    for object in table {
        // Everything comes to lie before, on and behind the border of two blocks.
        for before in 0..2 * LEN {
            let body = " ".repeat(before) + object;
            let expected = strictly(&body, "type");
            assert_eq!(scan(&[&body], "type").as_ref(), Some(&expected), "{body}");
        }
        for cut in 0..=object.len() {
            let (one, two) = object.as_bytes().split_at(cut);
            let pieces = [one, b"", two];
            let expected = strictly(object, "type");
            assert_eq!(scan(&pieces, "type"), Some(expected), "{object} {cut}");
        }
        let bytes: Vec<_> = object.as_bytes().chunks(1).collect();
        assert_eq!(scan(&bytes, "type"), Some(strictly(object, "type")));
    }
}

#[test]
fn the_member_may_have_any_name() {
    let body = "{\"id\":\"1\",\"\":\"2\",\"ID\":\"3\",\"\u{17F}\u{212A}\":\"4\",\"sk\":\"5\",\"\\\"\":\"6\"}";
    for member in ["id", "ID", "", "sk", "SK", "\u{17F}k", "\"", "é"] {
        let expected = strictly(body, member);
        assert_eq!(scan(&[body], member), Some(expected), "{member}");
    }
}

#[test]
fn more_types_than_are_kept_overflow() {
    for count in [event::MAX_READINGS, event::MAX_READINGS + 1] {
        let body = format!("{{{}}}", vec![r#""type":"a""#; count].join(","));
        assert_eq!(scan(&[&body], "type"), Some(strictly(&body, "type")));
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
        assert_eq!(scan(&[body], "type"), None, "{}", body.escape_ascii());
    }
    assert_eq!(scan::<&[u8]>(&[], "type"), None);
}

#[test]
fn nothing_is_copied_without_need() {
    let borrowed = |pieces: &[&str], member| {
        let event = scan(pieces, member).unwrap();
        matches!(event.types[..], [Reading::String(Cow::Borrowed(_))])
    };
    assert!(borrowed(&[r#"{"type":"é"}"#], "type"));
    assert!(borrowed(&[r#"{"ty"#, r#"pe":"#, r#""é"}"#], "type"));
    assert!(!borrowed(&[r#"{"type":"a"#, r#"b"}"#], "type"));
    assert!(!borrowed(&[r#"{"type":"\n"}"#], "type"));
}

/// Each of these takes minutes if the same bytes are gone over again for every member.
#[test]
fn time_is_linear_whatever_the_body() {
    let many = 200_000;
    let long = "x".repeat(many);
    let bodies = [
        format!("{{{}}}", vec![r#""type":"a""#; many].join(",")),
        format!(r#"{{"{long}"{}"#, ":".repeat(many)),
        format!(r#"{{"{}"#, r#"type":"#.repeat(many)),
        format!("{{{}", r#"["":]:"#.repeat(many)),
        format!(r#"{{"type":{}"#, " :".repeat(many)),
        format!("{{{}", r#""\":"#.repeat(many)),
    ];
    let started = Instant::now();
    for body in bodies {
        let pieces: Vec<_> = body.as_bytes().chunks(7).collect();
        let _ = scan(&pieces, "type");
    }
    assert!(started.elapsed() < Duration::from_secs(20));
}
