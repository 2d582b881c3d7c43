//! What of a request's body must come before it can be decided.

use bytes::Bytes;
use hooksieve::policy::Action;
use hooksieve::route::{Body, Route};
use http::header::CONTENT_LENGTH;
use http::request::Parts;

/// What must come of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// There is none.
    Absent,
    /// All of it, for which so many bytes are to be set aside; none where its length is not told.
    Whole(usize),
    /// Nothing: there is one, and whatever it is, the request goes on or is refused.
    Nothing,
    /// Nothing: it is larger than what is inspected, and is not dropped for that.
    TooLarge,
}

/// What must come of the body behind this head; `is_ended` where that is all that there is.
///
/// Nothing is dropped before all of it has come, so what would be is waited for, whatever decides.
pub fn need(route: &Route, head: &Parts, is_ended: bool) -> Need {
    if is_ended {
        return Need::Absent;
    }
    let is_dropped = |body: Body<'_, Bytes>| route.decide(head, body).action == Action::Drop;
    // One of which the length is not told may be empty, and then there is nothing to judge.
    let Some(length) = length(head).filter(|length| *length > 0) else {
        return Need::Whole(0);
    };
    let is_judged = route.looks_into_bodies() || route.verify.is_some();
    if length > route.inspect {
        if route.verify.is_none() && is_dropped(Body::TooLarge) {
            // Whether there is room for it Envoy has to know.
            Need::Whole(0)
        } else {
            Need::TooLarge
        }
    } else if is_judged || is_dropped(Body::Whole(&[])) {
        Need::Whole(length)
    } else {
        Need::Nothing
    }
}

fn length(head: &Parts) -> Option<usize> {
    head.headers
        .get(CONTENT_LENGTH)?
        .to_str()
        .ok()?
        .parse()
        .ok()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use hooksieve::config::{Config, Endpoint};
    use http::Request;

    use super::*;

    fn route(text: &str) -> Arc<Route> {
        let config = Config::parse_for(text, Endpoint::Known).unwrap();
        config.routes.named(None).unwrap().clone()
    }

    fn needed(route: &Route, length: Option<&str>, event_type: &str) -> Need {
        let mut request = Request::post("/").header("x-event", event_type);
        if let Some(length) = length {
            request = request.header("content-length", length);
        }
        need(route, &request.body(()).unwrap().into_parts().0, false)
    }

    #[test]
    fn a_body_that_is_judged_is_needed_up_to_the_inspection_limit() {
        let route = route("limits.inspect = \"1 KiB\"\n[filter]\ndeny = [\"a\"]");
        for (length, expected) in [
            (Some("1"), Need::Whole(1)),
            (Some("1024"), Need::Whole(1024)),
            (Some("1025"), Need::TooLarge),
            (Some("99999999999999999999"), Need::Whole(0)),
            (Some("0"), Need::Whole(0)),
            (None, Need::Whole(0)),
        ] {
            assert_eq!(needed(&route, length, "a"), expected, "{length:?}");
        }
    }

    #[test]
    fn one_that_is_too_large_is_needed_only_to_drop_it() {
        let limit = "limits.inspect = \"1 KiB\"\n";
        for (rest, expected) in [
            ("filter.unreadable = \"forward\"", Need::TooLarge),
            ("filter.unreadable = \"reject\"", Need::TooLarge),
            ("filter.unreadable = \"drop\"", Need::Whole(0)),
            (
                "mode = \"observe\"\nfilter.unreadable = \"drop\"",
                Need::TooLarge,
            ),
        ] {
            let route = route(&format!("{limit}{rest}"));
            assert_eq!(needed(&route, Some("1025"), "a"), expected, "{rest}");
        }
    }

    #[test]
    fn where_the_head_decides_only_what_is_dropped_is_needed() {
        let route = route("[filter]\ntype = \"header:X-Event\"\ndeny = [\"a\"]");
        for (length, event_type, expected) in [
            (Some("5"), "a", Need::Whole(5)),
            (Some("5"), "b", Need::Nothing),
            (Some("0"), "b", Need::Whole(0)),
            (None, "b", Need::Whole(0)),
            (Some("9000000"), "a", Need::Whole(0)),
            (Some("9000000"), "b", Need::TooLarge),
        ] {
            assert_eq!(
                needed(&route, length, event_type),
                expected,
                "{length:?} {event_type}"
            );
        }
    }
}
