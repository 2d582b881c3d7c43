//! Requests that are no events, and that the endpoint has to answer whatever the rules say.

use std::sync::Arc;

use http::request::Parts;

use super::{Body, Source};
use crate::event::{self, Event, Finder, Reading};
use crate::headers;

/// What is no event: a request that has `value` in `source`. One entry of `filter.handshake`.
///
/// Without an answer to a handshake a sender sends no events at all, or no more of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handshake {
    /// Where to look.
    pub source: Source,
    /// What is there, exactly, once it is decoded.
    pub value: Box<str>,
    /// The entry as it was written, for the log.
    pub written: Arc<str>,
}

/// Whether a request is a handshake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Likeness {
    /// To nobody.
    None,
    /// To some receivers, as by the first of two members of the same name, and to others not.
    Partial,
    /// To every receiver.
    Whole,
}

impl Handshake {
    /// Whether a request with this head and body is one.
    #[must_use]
    pub fn likeness<P: AsRef<[u8]>>(&self, head: &Parts, body: Body<'_, P>) -> Likeness {
        let finder = self.source.finder(head);
        if !self.source.event.is_in_body() {
            return self.of(&finder.outside());
        }
        let within = body.concat().map(|body| self.within(&body, &finder));
        match within.unwrap_or(Likeness::None) {
            // To those that believe the head something else is there.
            Likeness::Whole if headers::has_other_charset(&head.headers) => Likeness::Partial,
            likeness => likeness,
        }
    }

    /// One such event among others makes the whole request a handshake: it can't be taken out of it.
    fn within(&self, body: &[u8], finder: &Finder<'_>) -> Likeness {
        let mut greatest = Likeness::None;
        let read = event::read(body, finder, |event| {
            greatest = greatest.max(self.of(event));
        });
        match read {
            Ok(()) => greatest,
            Err(_) => Likeness::None,
        }
    }

    fn of(&self, event: &Event<'_>) -> Likeness {
        let mut readings = event.types.iter().chain(&event.aliases);
        let is_it = |reading: &Reading<'_>| matches!(reading, Reading::String(name) if **name == *self.value);
        match (readings.clone().any(is_it), event.overflow) {
            (false, _) => Likeness::None,
            // Without an exact one it is a handshake only to receivers that ignore case.
            (true, false) if !event.types.is_empty() && readings.all(is_it) => Likeness::Whole,
            (true, _) => Likeness::Partial,
        }
    }
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;
    use crate::config::Config;

    #[test]
    fn in_another_charset_it_is_one_only_to_some() {
        let text = "upstream = \"http://app\"\nfilter.handshake = [\"type=ping\", \"query:a=b\"]";
        let config = Config::parse(text).unwrap();
        let [in_body, in_head] = &config.routes.named(None).unwrap().handshakes[..] else {
            panic!("there are two");
        };
        let likeness = |handshake: &Handshake, kind| {
            let request = Request::post("/?a=b").header("content-type", kind);
            let head = request.body(()).unwrap().into_parts().0;
            handshake.likeness(&head, Body::Whole(&[r#"{"type":"ping"}"#]))
        };
        for (kind, expected) in [
            ("application/json", Likeness::Whole),
            ("application/json; charset=utf-8", Likeness::Whole),
            ("application/json; charset=utf-7", Likeness::Partial),
        ] {
            assert_eq!(likeness(in_body, kind), expected, "{kind}");
            assert_eq!(likeness(in_head, kind), Likeness::Whole, "{kind}");
        }
    }
}
