//! What is answered to which request.

use std::sync::atomic::Ordering;

use bytes::Bytes;
use http::header::{self, HeaderName, HeaderValue};
use http::{Method, Request, Response, StatusCode, Uri};
use http_body_util::Full;
use hyper::body::Incoming;

use super::{State, metrics, page};
use crate::headers;
use crate::transport::Peer;

/// Nothing may be loaded from anywhere, nor may this be shown within another page.
const NOTHING: &str =
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const TEXT: &str = "text/plain; charset=utf-8";
const HTML: &str = "text/html; charset=utf-8";

/// What is answered, before it has the fields that all answers have.
struct Answer {
    status: StatusCode,
    content_type: &'static str,
    policy: HeaderValue,
    body: Bytes,
}

impl State {
    /// The answer to a request of `peer`. Its body, if it has one, is not looked at.
    pub fn answer(&self, peer: Peer, request: &Request<Incoming>) -> Response<Full<Bytes>> {
        let (head, ()) = request_head(request).into_parts();
        let answer = if headers::check(&head).is_err() {
            refused(StatusCode::BAD_REQUEST, "the request is malformed")
        } else if !self.hosts.allow(peer, &head) {
            refused(
                StatusCode::MISDIRECTED_REQUEST,
                "nobody has allowed this name; ask by IP address or localhost, or write it to [admin] hosts",
            )
        } else if ![Method::GET, Method::HEAD].contains(&head.method) {
            refused(
                StatusCode::METHOD_NOT_ALLOWED,
                "this only reads: GET or HEAD",
            )
        } else {
            self.shown(&head.uri)
        };
        answer.into_response()
    }

    fn shown(&self, uri: &Uri) -> Answer {
        match uri.path() {
            "/" => {
                let wanted = asked(uri.query().unwrap_or_default(), "type");
                Answer {
                    content_type: HTML,
                    policy: page::policy(),
                    ..text(StatusCode::OK, page::page(self, &wanted))
                }
            }
            "/healthz" => text(StatusCode::OK, "ok\n"),
            "/readyz" => self.ready(),
            "/metrics" => Answer {
                content_type: metrics::CONTENT_TYPE,
                ..text(StatusCode::OK, metrics::expose(self))
            },
            _ => refused(
                StatusCode::NOT_FOUND,
                "there are /, /healthz, /readyz and /metrics",
            ),
        }
    }

    /// Whether events should be sent here. What is alive and not ready is not to be restarted.
    fn ready(&self) -> Answer {
        if self.is_draining.load(Ordering::Relaxed) {
            text(StatusCode::SERVICE_UNAVAILABLE, "draining\n")
        } else if self.strict_ready && !self.loaded.version().is_last() {
            let why =
                "the config that was saved last is not applied; the rules before it are in force\n";
            text(StatusCode::SERVICE_UNAVAILABLE, why)
        } else {
            text(StatusCode::OK, "ready\n")
        }
    }
}

impl Answer {
    fn into_response(self) -> Response<Full<Bytes>> {
        const FIELDS: [(HeaderName, &str); 5] = [
            (header::CACHE_CONTROL, "no-store"),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (header::REFERRER_POLICY, "no-referrer"),
            (header::X_FRAME_OPTIONS, "DENY"),
            (
                HeaderName::from_static("cross-origin-resource-policy"),
                "same-origin",
            ),
        ];
        let mut response = Response::new(Full::new(self.body));
        *response.status_mut() = self.status;
        let fields = response.headers_mut();
        for (name, value) in FIELDS {
            fields.insert(name, HeaderValue::from_static(value));
        }
        fields.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static(self.content_type),
        );
        fields.insert(header::CONTENT_SECURITY_POLICY, self.policy);
        if self.status == StatusCode::METHOD_NOT_ALLOWED {
            fields.insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
        }
        if self.status.is_client_error() {
            // Whatever may follow is not worth reading.
            fields.insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        response
    }
}

fn text(status: StatusCode, text: impl Into<Bytes>) -> Answer {
    Answer {
        status,
        content_type: TEXT,
        policy: HeaderValue::from_static(NOTHING),
        body: text.into(),
    }
}

fn refused(status: StatusCode, why: &str) -> Answer {
    text(status, format!("hooksieve: {why}\n"))
}

/// The value of a field of a form, as a browser writes it in a query.
fn asked(query: &str, name: &str) -> String {
    let fields = query.split('&').filter_map(|field| field.split_once('='));
    let mut values = fields
        .filter(|(field, _)| *field == name)
        .map(|(_, value)| value);
    let value = values.next().unwrap_or_default().replace('+', " ");
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.as_bytes();
    while let [first, after @ ..] = rest {
        let decoded = match (first, after) {
            (b'%', [high, low, ..]) => str::from_utf8(&[*high, *low])
                .ok()
                .and_then(|digits| u8::from_str_radix(digits, 16).ok()),
            _ => None,
        };
        bytes.push(decoded.unwrap_or(*first));
        rest = decoded.map_or(after, |_| &after[2..]);
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The head alone, as those take it who look at heads.
fn request_head(request: &Request<Incoming>) -> Request<()> {
    let mut head = Request::new(());
    *head.method_mut() = request.method().clone();
    *head.uri_mut() = request.uri().clone();
    *head.version_mut() = request.version();
    *head.headers_mut() = request.headers().clone();
    head
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_browser_asks_is_decoded() {
        for (query, expected) in [
            ("", ""),
            ("type=", ""),
            ("type=a.b", "a.b"),
            ("other=1&type=a+b%26%3D%2b&type=c", "a b&=+"),
            ("type=%C3%A9%", "é%"),
            ("type=%zz%+1", "%zz% 1"),
            ("type=%ff", "\u{fffd}"),
            ("xtype=a", ""),
        ] {
            assert_eq!(asked(query, "type"), expected, "{query}");
        }
    }
}
