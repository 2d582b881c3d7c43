//! What one line of the log says.

use std::borrow::Cow;
use std::time::SystemTime;

use serde::Deserialize;

use super::doubt::{is_doubt, without_place};
use super::{Subject, Verdict};

/// The longest type that the log has: 200 bytes and `…`.
const LONGEST_TYPE: usize = 203;

/// What a line is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Line<'a> {
    /// Tells what became of a request.
    Event(Record<'a>),
    /// hooksieve's as well, about something else.
    Other,
    /// hooksieve's as text, in which fields can't be told for certain.
    Text,
    /// Not hooksieve's, or broken.
    Foreign,
}

/// What became of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Record<'a> {
    /// When its line was written.
    pub time: SystemTime,
    /// The route it was under; none at top level.
    pub route: Option<Cow<'a, str>>,
    /// Its type, or what it had instead.
    pub name: Option<Cow<'a, str>>,
    /// What became of it.
    pub verdict: Verdict,
    /// The rule that decided, without the place in the body that an unreadable one names.
    pub rule: Option<Cow<'a, str>>,
    /// What the sender was told.
    pub status: Option<u16>,
    /// How much of its body was read.
    pub bytes: u64,
    /// What went wrong.
    pub error: Option<Cow<'a, str>>,
}

/// The fields that count. All else in a line is left alone.
#[derive(Deserialize)]
struct Fields<'a> {
    #[serde(borrow)]
    time: Text<'a>,
    #[serde(borrow)]
    level: Text<'a>,
    #[serde(borrow)]
    message: Text<'a>,
    #[serde(borrow)]
    verdict: Option<Text<'a>>,
    #[serde(borrow)]
    route: Option<Text<'a>>,
    #[serde(borrow)]
    rule: Option<Text<'a>>,
    #[serde(borrow, rename = "type")]
    name: Option<Text<'a>>,
    status: Option<u16>,
    #[serde(default)]
    bytes: u64,
    #[serde(borrow)]
    error: Option<Text<'a>>,
}

/// Borrowed unless it has escapes. In an `Option`, a bare `Cow` would always be copied.
#[derive(Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'a> Line<'a> {
    /// Reads a line, without its end.
    pub(super) fn read(line: &'a [u8]) -> Self {
        if line.first() != Some(&b'{') {
            return if is_text(line) {
                Self::Text
            } else {
                Self::Foreign
            };
        }
        serde_json::from_slice(line)
            .ok()
            .and_then(Self::of)
            .unwrap_or(Self::Foreign)
    }

    fn of(fields: Fields<'a>) -> Option<Self> {
        let text = |text: Option<Text<'a>>| text.map(|text| text.0);
        let time = humantime::parse_rfc3339(&fields.time.0).ok()?;
        if !["error", "warn", "info", "debug", "trace"].contains(&&*fields.level.0) {
            return None;
        }
        if fields.message.0 != "event" {
            return Some(Self::Other);
        }
        let name = text(fields.name);
        if name.as_ref().is_some_and(|name| name.len() > LONGEST_TYPE) {
            return None;
        }
        Some(Self::Event(Record {
            time,
            route: text(fields.route),
            name,
            verdict: Verdict::of(&fields.verdict?.0)?,
            rule: text(fields.rule).map(without_place),
            status: fields.status,
            bytes: fields.bytes,
            error: text(fields.error),
        }))
    }
}

impl Record<'_> {
    /// Its type, or what it had instead.
    pub(super) fn subject(&self) -> Subject<'_> {
        let rule = self.rule.as_deref();
        match (self.name.as_deref(), self.verdict) {
            (Some(name), _) => Subject::Type(name),
            (None, _) if rule.is_some_and(is_doubt) => Subject::Unreadable,
            (None, Verdict::Refuse | Verdict::Answer) => Subject::Unjudged,
            (None, _) if rule.is_some() || self.bytes > 0 => Subject::Untyped,
            // Whether there was a body that did not come, the line does not say.
            (None, Verdict::Fail | Verdict::Abandoned) => Subject::Unjudged,
            (None, _) => Subject::Bodiless,
        }
    }
}

/// Whether a line begins as those of the log as text do: `2026-11-22T15:04:05.123Z  INFO `.
fn is_text(line: &[u8]) -> bool {
    const LEVELS: [&[u8]; 5] = [b"ERROR ", b" WARN ", b" INFO ", b"DEBUG ", b"TRACE "];
    line.split_at_checked(25).is_some_and(|(time, rest)| {
        time.ends_with(b"Z ")
            && time[4] == b'-'
            && time[10] == b'T'
            && LEVELS.iter().any(|level| rest.starts_with(level))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TIME: &str = r#""time":"2026-11-22T15:04:05.000001Z","level":"info""#;

    /// A line on an event with these further fields.
    fn event(fields: &str) -> String {
        format!("{{{TIME},\"message\":\"event\",{fields}}}")
    }

    #[test]
    fn a_line_is_what_it_is() {
        let other = format!("{{{TIME},\"message\":\"ready\",\"deny\":1}}");
        let long = event(&format!(r#""verdict":"drop","type":"{}""#, "x".repeat(204)));
        let table = [
            (&*other, Line::Other),
            (
                "2026-11-22T15:04:05.123Z  INFO event verdict=drop",
                Line::Text,
            ),
            ("2026-11-22T15:04:05.123Z ERROR x", Line::Text),
            ("2026-11-22T15:04:05.123Z x", Line::Foreign),
            ("", Line::Foreign),
            ("{", Line::Foreign),
            ("{}", Line::Foreign),
            ("GET / HTTP/1.1", Line::Foreign),
            (
                r#"{"time":1,"level":"info","message":"event"}"#,
                Line::Foreign,
            ),
            (
                r#"{"time":"now","level":"info","message":"a"}"#,
                Line::Foreign,
            ),
            (&event(r#""verdict":"lost""#), Line::Foreign),
            (&event(r#""type":"a""#), Line::Foreign),
            (&event(r#""verdict":"drop","type":1"#), Line::Foreign),
            (
                &event(r#""verdict":"drop","verdict":"forward""#),
                Line::Foreign,
            ),
            (&event(r#""verdict":"drop"} {"#), Line::Foreign),
            (&long, Line::Foreign),
        ];
        for (line, expected) in table {
            assert_eq!(Line::read(line.as_bytes()), expected, "{line}");
        }
        assert_eq!(Line::read(b"{\"time\":\"\xff\"}"), Line::Foreign);
    }

    #[test]
    fn everything_but_escapes_is_borrowed() {
        let line = event(
            r#""verdict":"fail","rule":"deny \"a\"","route":"/x","type":"a","id":"\n","status":502,"bytes":9,"error":"e""#,
        );
        let Line::Event(record) = Line::read(line.as_bytes()) else {
            panic!("no event");
        };
        for text in [&record.route, &record.name, &record.error] {
            assert!(matches!(text, Some(Cow::Borrowed(_))), "{text:?}");
        }
        assert_eq!(record.rule.as_deref(), Some("deny \"a\""));
        assert_eq!((record.status, record.bytes), (Some(502), 9));
        let time = humantime::format_rfc3339_micros(record.time).to_string();
        assert_eq!(time, "2026-11-22T15:04:05.000001Z");
    }

    #[test]
    fn what_an_event_had_instead_of_a_type_is_told_apart() {
        let table = [
            (
                r#""verdict":"forward","type":"","bytes":9"#,
                Subject::Type(""),
            ),
            (
                r#""verdict":"forward","type":"a","rule":"unreadable: several types, and not one verdict""#,
                Subject::Type("a"),
            ),
            (r#""verdict":"forward","bytes":9"#, Subject::Untyped),
            (
                r#""verdict":"drop","rule":"not in allow","bytes":9"#,
                Subject::Untyped,
            ),
            (
                r#""verdict":"fail","bytes":9,"status":502"#,
                Subject::Untyped,
            ),
            (r#""verdict":"forward","bytes":0"#, Subject::Bodiless),
            (
                r#""verdict":"reject","rule":"unreadable: UTF-16, not UTF-8","bytes":9"#,
                Subject::Unreadable,
            ),
            (
                r#""verdict":"fail","bytes":0,"status":408"#,
                Subject::Unjudged,
            ),
            (r#""verdict":"abandoned","bytes":0"#, Subject::Unjudged),
            (
                r#""verdict":"refuse","bytes":0,"status":400"#,
                Subject::Unjudged,
            ),
            (r#""verdict":"answer","status":200"#, Subject::Unjudged),
        ];
        for (fields, expected) in table {
            let line = event(fields);
            let Line::Event(record) = Line::read(line.as_bytes()) else {
                panic!("no event: {line}");
            };
            assert_eq!(record.subject(), expected, "{line}");
        }
    }
}
