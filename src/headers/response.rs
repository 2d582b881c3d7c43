//! The head of an answer on its way back to the sender.

use http::header::{CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING};
use http::response::Parts;
use http::{HeaderMap, Method, Response, StatusCode, Version};
use http_body::Body;

use super::{fields, request};

/// What makes an answer one that can't be passed back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Malformed {
    /// `101 Switching Protocols`, for which nobody asked.
    Upgrade,
    /// Lengths that are invalid or differ (RFC 9112 §6.3).
    Length,
    /// A transfer coding other than `chunked`.
    TransferCoding,
}

/// Turns the head of an answer as it came from the upstream into the head as the sender gets it.
///
/// # Errors
///
/// When the answer can't be understood for certain.
pub fn incoming(mut parts: Parts, via: bool) -> Result<Parts, Malformed> {
    if parts.status == StatusCode::SWITCHING_PROTOCOLS {
        return Err(Malformed::Upgrade);
    }
    let is_chunked = check_coding(&parts.headers)?;
    check_length(&parts.headers)?;
    let received = parts.version;
    parts.version = Version::HTTP_11;
    let nominated = fields::nominated(&parts.headers);
    // Of two framings the chunks are true, and a 204 has none (RFC 9112 §6.3, RFC 9110 §8.6).
    let drop_length = is_chunked || parts.status == StatusCode::NO_CONTENT;
    parts.headers = fields::retain(parts.headers, |name| {
        !(fields::is_hop_by_hop(name)
            || nominated.contains(name) && !fields::is_protected(name)
            || drop_length && name == CONTENT_LENGTH)
    });
    if via {
        request::append_via(&mut parts.headers, received);
    }
    Ok(parts)
}

/// Whether the `answer` to a request by this method ends the connection of a sender that speaks HTTP/1.0: it says so
/// itself, or has no length that such a sender could tell its end by (RFC 9112 §6.3).
#[must_use]
pub fn ends_connection(answer: &Response<impl Body>, method: &Method) -> bool {
    let has_no_body = *method == Method::HEAD
        || [StatusCode::NO_CONTENT, StatusCode::NOT_MODIFIED].contains(&answer.status());
    let has_length =
        answer.headers().contains_key(CONTENT_LENGTH) || answer.size_hint().exact().is_some();
    answer.headers().contains_key(CONNECTION) || !has_no_body && !has_length
}

/// Whether a body may trail behind an answer that has none, which to a careless endpoint is a small slip
/// (RFC 9112 §6.3): behind one to a HEAD or a 304, and behind a 204 that announces one. What comes late on a connection
/// that is used again is taken for the answer to somebody else's event.
///
/// Others that send more than they announced are found out by what has come when the connection is used again.
#[must_use]
pub fn may_trail(asked: &Method, answer: &Parts) -> bool {
    let announces = || {
        let length = answer.headers.get(CONTENT_LENGTH);
        length.is_some_and(|length| length != "0") || answer.headers.contains_key(TRANSFER_ENCODING)
    };
    match answer.status {
        _ if asked == Method::HEAD => true,
        StatusCode::NOT_MODIFIED => true,
        StatusCode::NO_CONTENT => announces(),
        _ => false,
    }
}

fn check_coding(headers: &HeaderMap) -> Result<bool, Malformed> {
    let mut codings = headers.get_all(TRANSFER_ENCODING).iter();
    match (codings.next(), codings.next()) {
        (None, _) => Ok(false),
        (Some(only), None)
            if only
                .as_bytes()
                .trim_ascii()
                .eq_ignore_ascii_case(b"chunked") =>
        {
            Ok(true)
        }
        _ => Err(Malformed::TransferCoding),
    }
}

fn check_length(headers: &HeaderMap) -> Result<(), Malformed> {
    let mut lengths = headers.get_all(CONTENT_LENGTH).iter();
    let Some(first) = lengths.next() else {
        return Ok(());
    };
    let is_number = !first.is_empty() && first.as_bytes().iter().all(u8::is_ascii_digit);
    if is_number && lengths.all(|other| other == first) {
        Ok(())
    } else {
        Err(Malformed::Length)
    }
}

impl std::fmt::Display for Malformed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Upgrade => "the answer switches protocols, for which nobody asked",
            Self::Length => "the answer has an invalid Content-Length, or several that differ",
            Self::TransferCoding => "the answer uses a transfer coding other than \"chunked\"",
        })
    }
}

impl std::error::Error for Malformed {}

#[cfg(test)]
mod tests {
    use http::Response;

    use super::*;

    fn head(status: u16, fields: &[(&str, &str)]) -> Result<Vec<String>, Malformed> {
        let mut response = Response::builder().status(status);
        for &(name, value) in fields {
            response = response.header(name, value);
        }
        let parts = response.body(()).expect("a valid answer").into_parts().0;
        let parts = incoming(parts, false)?;
        Ok(parts.headers.keys().map(ToString::to_string).collect())
    }

    #[test]
    fn what_is_passed_back_and_what_is_not() {
        let length = ("content-length", "5");
        assert_eq!(
            head(200, &[length, ("x-a", "1")]),
            Ok(vec!["content-length".into(), "x-a".into()])
        );
        assert_eq!(
            head(204, &[("content-length", "0"), ("x-a", "1")]),
            Ok(vec!["x-a".into()])
        );
        assert_eq!(
            head(200, &[length, ("transfer-encoding", "chunked")]),
            Ok(vec![])
        );
        assert_eq!(
            head(
                200,
                &[("connection", "x-a, content-length"), ("x-a", "1"), length]
            ),
            Ok(vec!["content-length".into()])
        );
        assert_eq!(head(101, &[("upgrade", "x")]), Err(Malformed::Upgrade));
        assert_eq!(
            head(200, &[("transfer-encoding", "gzip, chunked")]),
            Err(Malformed::TransferCoding)
        );
        assert_eq!(
            head(200, &[length, length]),
            Ok(vec!["content-length".into()])
        );
        for bad in ["5, 5", "+5", "", "five"] {
            assert_eq!(
                head(200, &[("content-length", bad)]),
                Err(Malformed::Length),
                "{bad}"
            );
        }
        assert_eq!(
            head(200, &[length, ("content-length", "6")]),
            Err(Malformed::Length)
        );
    }
    #[test]
    fn behind_which_answers_a_body_may_trail() {
        let trails = |asked: &Method, status, fields: &[(&str, &str)]| {
            let mut response = Response::builder().status(status);
            for &(name, value) in fields {
                response = response.header(name, value);
            }
            may_trail(asked, &response.body(()).expect("valid").into_parts().0)
        };
        let (head, post) = (&Method::HEAD, &Method::POST);
        let [none, some] = ["0", "5"].map(|length| ("content-length", length));
        let chunked = ("transfer-encoding", "chunked");
        for status in [200, 204, 304, 404] {
            assert!(trails(head, status, &[]) && trails(head, status, &[none]));
        }
        assert!(trails(post, 304, &[]) && trails(post, 304, &[some]));
        assert!(trails(post, 204, &[some]) && trails(post, 204, &[chunked]));
        assert!(!trails(post, 204, &[]) && !trails(post, 204, &[none]));
        assert!(!trails(post, 200, &[some]) && !trails(post, 500, &[chunked]));
    }
}
