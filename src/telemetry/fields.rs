//! The fields of an event, each by the kind of its value.

use std::{
    error::Error,
    fmt::{Debug, Write},
};

use tracing::field::{Field, Visit};

use super::line::Line;

impl Visit for Line<'_> {
    /// Also what is given as `%display`, and the message.
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.text(field.name(), |out| write!(out, "{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.text(field.name(), |out| out.write_str(value));
    }

    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        self.record_str(field, &chain(value));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.integer(field.name(), value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.integer(field.name(), value);
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.float(field.name(), value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.bool(field.name(), value);
    }
}

/// An error and, each after a colon, the errors that led to it.
#[must_use]
pub fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        let cause = error.to_string();
        // Some errors repeat their cause in their own words.
        if !text.ends_with(&cause) {
            text.push_str(": ");
            text.push_str(&cause);
        }
        source = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use std::{fmt, io};

    use serde_json::Value;
    use tracing::{info, level_filters::LevelFilter};

    use super::*;
    use crate::telemetry::{cut, line::Encoding, subscriber::tests::logged};

    /// The line without its time.
    fn written(encoding: Encoding, log: impl FnOnce()) -> String {
        let line = logged(encoding, LevelFilter::TRACE, log);
        let (_, rest) = line.split_once('Z').unwrap();
        rest.to_owned()
    }

    #[derive(Debug)]
    struct Failed(io::Error);

    impl fmt::Display for Failed {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("connect")
        }
    }

    impl Error for Failed {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            Some(&self.0)
        }
    }

    fn an_event_with_all_kinds() {
        let kind = Some("a.b");
        let failed = Failed(io::Error::other("refused"));
        info!(
            "type" = kind.map(cut).as_deref(),
            shown = %"c",
            debug = ?Some(1),
            unsigned = u64::MAX,
            signed = i64::MIN,
            small = 7_u16,
            flag = true,
            ms = 1.0006,
            infinite = f64::INFINITY,
            error = &failed as &dyn Error,
            none = None::<&str>,
            some = Some(false),
            "event {}",
            1
        );
    }

    #[test]
    fn all_kinds_as_text_in_their_order_after_the_message() {
        assert_eq!(
            written(Encoding::Text, an_event_with_all_kinds),
            "  INFO event 1 type=a.b shown=c debug=\"Some(1)\" unsigned=18446744073709551615 \
             signed=-9223372036854775808 small=7 flag=true ms=1.001 infinite=null \
             error=\"connect: refused\" some=false\n"
        );
    }

    #[test]
    fn all_kinds_as_json_in_their_order_after_the_message() {
        assert_eq!(
            written(Encoding::Json, an_event_with_all_kinds),
            concat!(
                r#"","level":"info","message":"event 1","type":"a.b","shown":"c","#,
                r#""debug":"Some(1)","unsigned":18446744073709551615,"#,
                r#""signed":-9223372036854775808,"small":7,"flag":true,"ms":1.001,"#,
                r#""infinite":null,"error":"connect: refused","some":false}"#,
                "\n",
            )
        );
    }

    #[test]
    fn json_is_json() {
        let line = logged(Encoding::Json, LevelFilter::INFO, an_event_with_all_kinds);
        let line: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(line["unsigned"], u64::MAX);
        assert_eq!(line.get("none"), None);
    }

    #[test]
    fn what_is_shown_or_debugged_is_escaped_as_well() {
        let forged = "a\n\"b";
        let line = written(Encoding::Text, || info!(shown = %forged, "x {forged}"));
        assert_eq!(line, "  INFO x a\\n\"b shown=\"a\\n\\\"b\"\n");
    }
}
