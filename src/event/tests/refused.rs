//! What is refused, and why.

use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::Unreadable::{ByteOrderMark, Incomplete, InvalidUtf8, LoneSurrogate, Syntax, Utf16};
use super::*;

#[test]
fn what_is_not_json_is_refused() {
    let table: &[(&str, &[u8])] = &[
        ("trailing letter", br#"{"type":"a"}x"#),
        ("second document", b"{\"type\":\"a\"}\n{}"),
        ("trailing NUL", b"{\"type\":\"a\"}\0"),
        ("NUL after a batch", b"[{}]\0"),
        ("leading NULs", b"\0\0{}"),
        ("NUL in a string", b"{\"z\":\"\0\"}"),
        ("line feed in a string", b"{\"type\":\"a\n\"}"),
        ("form feed", b"\x0c{}"),
        ("no-break space", "\u{a0}{}".as_bytes()),
        ("comment", b"{} // a"),
        ("comment inside", br#"{/**/"type":"a"}"#),
        ("NaN", br#"{"z":NaN}"#),
        ("Infinity", br#"{"z":-Infinity}"#),
        ("single quotes", b"{'type':'a'}"),
        ("bare key", b"{type:1}"),
        ("trailing comma", br#"{"type":"a",}"#),
        ("trailing comma in a batch", b"[{},]"),
        ("trailing comma inside", br#"{"z":[1,]}"#),
        ("missing comma", br#"{"a":1 "type":"a"}"#),
        ("leading zero", br#"{"z":01}"#),
        ("leading plus", br#"{"z":+1}"#),
        ("no fraction", br#"{"z":1.}"#),
        ("hexadecimal", br#"{"z":0x1}"#),
        ("unknown escape", br#"{"z":"\x41"}"#),
        ("escape of an apostrophe", br#"{"z":"\'"}"#),
        ("signed escape", br#"{"z":"\u+041"}"#),
        ("literal in capitals", b"[True]"),
        ("wrong bracket", b"[{]}"),
        ("form", b"type=a"),
        ("xml", b"<type>a</type>"),
        ("BOM after white space", b" \xEF\xBB\xBF{}"),
    ];
    for (name, body) in table {
        let events = events(body, "type");
        assert!(matches!(events, Err(Syntax { .. })), "{name}: {events:?}");
    }
    let second_line = events(b"{\"type\":\"a\"}\n {}", "type");
    assert_eq!(second_line, Err(Syntax { line: 2, column: 2 }));
}

#[test]
fn what_is_cut_short_is_refused() {
    let table: &[(&str, &[u8])] = &[
        ("empty", b""),
        ("white space", b" \r\n\t"),
        ("cut in an object", br#"{"type":"a""#),
        ("cut in a string", br#"{"type":"a"#),
        ("cut in an array", br#"[{"type":"a"},"#),
        ("cut in an escape", br#"{"type":"a\u00"#),
        ("cut after a backslash", br#"{"type":"a\"#),
    ];
    for (name, body) in table {
        assert_eq!(events(body, "type"), Err(Incomplete), "{name}");
    }
}

#[test]
fn what_some_still_read_a_type_out_of_is_refused() {
    let (utf8, lone) = (|at| InvalidUtf8 { at }, |at| LoneSurrogate { at });
    let table: &[(&str, &[u8], Unreadable)] = &[
        ("BOM", b"\xEF\xBB\xBF{}", ByteOrderMark),
        ("BOM alone", b"\xEF\xBB\xBF", ByteOrderMark),
        ("UTF-16LE", b"{\0}\0", Utf16),
        ("UTF-16BE", b"\0{\0}", Utf16),
        ("UTF-16LE, BOM", b"\xFF\xFE{\0}\0", Utf16),
        ("UTF-16BE, BOM", b"\xFE\xFF\0{\0}", Utf16),
        ("UTF-32LE", b"{\0\0\0}\0\0\0", Utf16),
        ("bad UTF-8 in a value", b"{\"type\":\"a\xff\"}", utf8(10)),
        ("bad UTF-8 in a key", b"{\"t\xc3ype\":1}", utf8(3)),
        ("bad UTF-8 in a skipped string", b"[[\"\x80\"]]", utf8(3)),
        ("bad UTF-8 outside", b"{}\xff", utf8(2)),
        ("overlong", b"{\"type\":\"\xc1\xa1\"}", utf8(9)),
        ("surrogate in UTF-8", b"{\"z\":\"\xed\xa0\x80\"}", utf8(6)),
        ("cut inside a character", b"{\"type\":\"\xe2\x82", utf8(9)),
        ("high surrogate", br#"{"type":"\ud83d"}"#, lone(9)),
        ("low surrogate", br#"{"type":"a\uDE00"}"#, lone(10)),
        ("reversed", br#"{"type":"\ude00\ud83d"}"#, lone(9)),
        (
            "two highs and a low",
            br#"{"z":"\ud83d\ud83d\ude00"}"#,
            lone(6),
        ),
        ("high, then another escape", br#"{"z":"\ud83d\n"}"#, lone(6)),
        ("in a key", br#"{"\ud83d":1}"#, lone(2)),
        (
            "in a skipped string",
            br#"{"z":[{"y":"\ud83d"}]}"#,
            lone(12),
        ),
        ("in a skipped key", br#"{"z":{"\udfff":0}}"#, lone(7)),
        (
            "after an escaped backslash",
            br#"{"z":"\\\ud83d"}"#,
            lone(8),
        ),
        ("pair across strings", br#"["\ud83d","\ude00"]"#, lone(2)),
    ];
    for (name, body, expected) in table {
        assert_eq!(events(body, "type"), Err(*expected), "{name}");
    }
}

proptest! {
    /// A tree of the whole document decodes every string, so it misses nothing that a skipping reader might.
    /// The edits are too few to make a number that has no `f64`.
    #[test]
    fn as_strict_as_reading_it_all(
        body in select(DOCUMENTS),
        edits in prop::collection::vec((any::<Index>(), any::<bool>(), select(BYTES)), 0..=2),
    ) {
        let mut body = body.as_bytes().to_vec();
        for (at, replace, byte) in edits {
            let at = at.index(body.len());
            body.splice(at..at + usize::from(replace), [byte]);
        }
        let strict = serde_json::from_slice::<serde_json::Value>(&body).is_ok();
        prop_assert_eq!(events(&body, "type").is_ok(), strict, "{:?}", body.escape_ascii());
    }
}

const BYTES: &[u8] = b"{}[]:,\"\\u0d8Dtn-+.eE/ \n\t\0\x0c\xa9\xc3\xff";

const DOCUMENTS: &[&str] = &[
    r#"{"type":"a","z":[{"y":"\ud83d\ude00\n"},-1.5,[]]}"#,
    r#" [{"id":"\u00e9","type":null},["é",{"":true}],12] "#,
    r#"{"a":{"b":["\\","\\u"]},"type":"\ud83d\ude00"}"#,
    r#"["\ud83d\ude00\ud83d\ude00"]"#,
    "-0",
];
