//! Requests that are no events, and that the endpoint has to answer whatever the rules say.

use std::sync::Arc;

use http::request::Parts;

use super::{Body, Source};
use crate::event::{self, Event, Finder, Reading};
use crate::headers;
use crate::policy::{Doubt, Patterns};

/// What is no event: a request that has something in `source` that `value` matches. One entry of `filter.handshake`.
///
/// Without an answer to a handshake a sender sends no events at all, or no more of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handshake {
    /// Where to look.
    pub source: Source,
    /// What is there, once it is decoded: one pattern.
    pub value: Patterns,
    /// The entry as it was written, for the log.
    pub written: Arc<str>,
}

impl Handshake {
    /// Whether a request with this head and body is one.
    ///
    /// # Errors
    ///
    /// Where it is one to some receivers and not to others, or that can't be told.
    pub fn is_this<P: AsRef<[u8]>>(&self, head: &Parts, body: Body<'_, P>) -> Result<bool, Doubt> {
        let finder = self.source.finder(head);
        if !self.source.event.is_in_body() {
            return self.is_event(&finder.outside());
        }
        match body {
            Body::Absent => Ok(false),
            Body::TooLarge => Err(Doubt::TooLarge),
            Body::Undecoded(why) => Err(why),
            Body::Whole(_) | Body::Decoded(_) if headers::has_other_charset(&head.headers) => {
                Err(Doubt::Charset)
            }
            Body::Whole(_) | Body::Decoded(_) => {
                self.is_within(&body.concat().unwrap_or_default(), &finder)
            }
        }
    }

    /// One such event among others makes the whole request a handshake: it can't be taken out of it.
    fn is_within(&self, body: &[u8], finder: &Finder<'_>) -> Result<bool, Doubt> {
        let mut found = Ok(false);
        event::read(body, finder, |event| {
            if found != Ok(true) {
                let this = self.is_event(event);
                found = if this == Ok(false) { found } else { this };
            }
        })?;
        found
    }

    fn is_event(&self, event: &Event<'_>) -> Result<bool, Doubt> {
        let mut readings = event.types.iter().chain(&event.aliases);
        let is_it = |reading: &Reading<'_>| matches!(reading, Reading::String(name) if self.value.find(name).is_some());
        match (readings.clone().any(is_it), event.overflow) {
            (false, _) => Ok(false),
            // Without an exact one it is a handshake only to receivers that ignore case.
            (true, false) if !event.types.is_empty() && readings.all(is_it) => Ok(true),
            (true, _) => Err(Doubt::Ambiguous),
        }
    }
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;
    use crate::config::Config;
    use crate::event::Unreadable;

    /// What the first of these entries is to a POST of `body` with a type in its head.
    fn is_this(entry: &str, kind: &str, body: Body<'_, &str>) -> Result<bool, Doubt> {
        let text = format!("upstream = \"http://app\"\nfilter.handshake = [\"{entry}\"]");
        let config = Config::parse(&text).unwrap();
        let request = Request::post("/?a=b").header("content-type", kind);
        let head = request.body(()).unwrap().into_parts().0;
        config.routes.named(None).unwrap().handshakes[0].is_this(&head, body)
    }

    #[test]
    fn what_can_t_be_read_may_be_one() {
        let in_body = |kind, body| is_this("type=ping", kind, body);
        let json = "application/json";
        let ping = [r#"{"type":"ping"}"#];
        let utf_7 = "application/json; charset=utf-7";
        let broken = Doubt::Unreadable(Unreadable::Incomplete);
        assert_eq!(in_body(json, Body::Whole(&ping)), Ok(true));
        assert_eq!(in_body(json, Body::Whole(&["{}"])), Ok(false));
        assert_eq!(in_body(json, Body::Absent), Ok(false));
        assert_eq!(in_body(json, Body::Whole(&["{"])), Err(broken));
        assert_eq!(in_body(json, Body::TooLarge), Err(Doubt::TooLarge));
        assert_eq!(
            in_body(json, Body::Undecoded(Doubt::Encoded)),
            Err(Doubt::Encoded)
        );
        assert_eq!(in_body(utf_7, Body::Whole(&ping)), Err(Doubt::Charset));
        assert_eq!(is_this("query:a=b", utf_7, Body::TooLarge), Ok(true));
    }

    #[test]
    fn one_in_a_batch_is_enough() {
        let in_batch = |body| is_this("type=ping", "a/b", Body::Whole(&[body]));
        assert_eq!(
            in_batch(r#"[{"type":"a"},{"type":"ping"},{"Type":"ping"}]"#),
            Ok(true)
        );
        let partial = r#"[{"type":"a","type":"ping"},{"type":"a"}]"#;
        assert_eq!(in_batch(partial), Err(Doubt::Ambiguous));
        assert_eq!(in_batch("[]"), Ok(false));
    }
}
