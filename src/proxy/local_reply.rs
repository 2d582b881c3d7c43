//! What hooksieve replies itself.

use std::cell::RefCell;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use http::header::{
    ALLOW, CONNECTION, CONTENT_TYPE, DATE, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE,
};
use http::{Response, StatusCode};

use super::failure::Failure;
use crate::coding::Flaw;
use crate::headers::Refusal;
use crate::policy::{Action, Doubt, Rule};
use crate::route::{Decision, DropReply};
use crate::verify;

/// Seconds after which a sender that found us full may try again: bodies pass in less.
const RETRY: HeaderValue = HeaderValue::from_static("1");
/// What is served here, for a 405 (RFC 9110 §15.5.6).
const METHODS: HeaderValue =
    HeaderValue::from_static("GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");

/// What a 401 asks for (RFC 9110 §15.5.2 wants it to ask for something). No such scheme is registered, so nobody tries.
const CHALLENGE: HeaderValue = HeaderValue::from_static("Webhook-Signature");

/// The reply to an event that goes no further.
pub fn decided(decision: &Decision<'_, '_>, drop: &DropReply) -> Option<Response<Bytes>> {
    let judgement = decision.judgement.as_ref()?;
    match decision.action {
        Action::Forward => None,
        Action::Drop => Some(respond(drop.status, drop.body.clone())),
        Action::Reject => Some(rejected(judgement.verdict.rule)),
    }
}

/// The reply to an event that is refused because its type can't be told.
fn rejected(rule: Rule<'_>) -> Response<Bytes> {
    let status = match rule {
        Rule::Unreadable(Doubt::TooLarge | Doubt::Undecoded(_, Flaw::TooLarge | Flaw::Memory)) => {
            StatusCode::PAYLOAD_TOO_LARGE
        }
        Rule::Unreadable(Doubt::Encoded | Doubt::Charset) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let mut response = text(status, &format!("the event was refused: {rule}"));
    if status == StatusCode::PAYLOAD_TOO_LARGE {
        close(&mut response);
    }
    response
}

/// The reply to an `OPTIONS` that is not to go any further (RFC 9110 §7.6.2).
pub fn options() -> Response<Bytes> {
    let mut response = respond(StatusCode::OK, Bytes::new());
    response.headers_mut().insert(ALLOW, METHODS);
    response
}

/// The reply when something went wrong.
#[must_use]
pub fn failed(failure: &Failure) -> Response<Bytes> {
    let mut response = match failure.text() {
        "" => respond(failure.status(), Bytes::new()),
        told => text(failure.status(), told),
    };
    match failure {
        Failure::Refused(refusal) => {
            if *refusal == Refusal::Method {
                response.headers_mut().insert(ALLOW, METHODS);
            }
            close(&mut response);
        }
        Failure::NoRoute(_) | Failure::Unverified(verify::Flaw::TooLarge) => close(&mut response),
        // It has been read whole.
        Failure::Unverified(_) => {
            response.headers_mut().insert(WWW_AUTHENTICATE, CHALLENGE);
        }
        Failure::Body(_) | Failure::Unrecorded(_) => {
            if response.status() == StatusCode::SERVICE_UNAVAILABLE {
                response.headers_mut().insert(RETRY_AFTER, RETRY);
            }
            close(&mut response);
        }
        Failure::Upstream(_) => {}
    }
    response
}

/// Says that the connection ends here: the rest of the request is not going to be read.
fn close(response: &mut Response<Bytes>) {
    response
        .headers_mut()
        .insert(CONNECTION, HeaderValue::from_static("close"));
}

fn text(status: StatusCode, text: &str) -> Response<Bytes> {
    let mut response = respond(status, Bytes::from(format!("hooksieve: {text}\n")));
    let plain = HeaderValue::from_static("text/plain; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, plain);
    response
}

fn respond(status: StatusCode, body: Bytes) -> Response<Bytes> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    // A server with a clock says when it answered (RFC 9110 §6.6.1); a proxy passes on what the upstream said.
    let date = date(SystemTime::now());
    response.headers_mut().insert(DATE, date);
    response
}

thread_local! {
    /// The last date this thread told, and the second since 1970 that it is good for.
    static LAST: RefCell<(Duration, HeaderValue)> =
        const { RefCell::new((Duration::ZERO, HeaderValue::from_static("Thu, 01 Jan 1970 00:00:00 GMT"))) };
}

/// `now` as a header field has it. A time before 1970 is the start of 1970.
fn date(now: SystemTime) -> HeaderValue {
    let since = now.duration_since(UNIX_EPOCH).unwrap_or_default();
    let second = Duration::from_secs(since.as_secs());
    LAST.with_borrow_mut(|(last, date)| {
        if second != *last
            && let Ok(new) = HeaderValue::try_from(httpdate::fmt_http_date(UNIX_EPOCH + second))
        {
            (*last, *date) = (second, new);
        }
        date.clone()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_date_is_that_of_the_second_asked_for() {
        for (millis, expected) in [
            (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
            (784_111_777_000, "Sun, 06 Nov 1994 08:49:37 GMT"),
            (784_111_777_999, "Sun, 06 Nov 1994 08:49:37 GMT"),
            (784_111_778_000, "Sun, 06 Nov 1994 08:49:38 GMT"),
            (784_111_777_000, "Sun, 06 Nov 1994 08:49:37 GMT"),
            (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
        ] {
            assert_eq!(date(UNIX_EPOCH + Duration::from_millis(millis)), expected);
        }
    }

    #[test]
    fn a_clock_before_1970_reads_1970() {
        date(SystemTime::now());
        let before = date(UNIX_EPOCH - Duration::from_secs(1));
        assert_eq!(before, "Thu, 01 Jan 1970 00:00:00 GMT");
    }
}
