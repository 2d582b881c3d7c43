//! Which request Envoy's headers stand for.

use std::net::SocketAddr;

use bytes::Bytes;
use envoy_types::pb::envoy::config::core::v3::HeaderMap;
use envoy_types::pb::envoy::service::ext_proc::v3::ProcessingRequest;
use envoy_types::pb::google::protobuf::value::Kind;
use hooksieve::headers::Refusal;
use hooksieve::transport::Peer;
use http::header::HOST;
use http::request::Parts;
use http::{HeaderName, HeaderValue, Method, Request, StatusCode, Uri};

/// Under what name Envoy sends the attributes that it was asked for.
const ATTRIBUTES: &str = "envoy.filters.http.ext_proc";
/// The one of them that is looked at.
const SENDER: &str = "source.address";

/// The head of the request that these headers stand for: its method, path and host are among them under names of their own
/// (RFC 9113 §8.3.1). Duplicates and their order stay as they are; names are in lower case, in which Envoy has them.
///
/// # Errors
///
/// When what the sender wrote is no target, as Envoy takes some that are none (RFC 9112 §3.2), or Envoy passes on what is no
/// field.
pub fn request(headers: Option<HeaderMap>) -> Result<Box<Parts>, Refusal> {
    let headers = headers.map(|headers| headers.headers).unwrap_or_default();
    let mut parts = empty();
    parts.headers.reserve(headers.len());
    for header in headers {
        // Envoy has one of both.
        let value = if header.raw_value.is_empty() {
            header.value.into_bytes()
        } else {
            header.raw_value
        };
        match header.key.as_str() {
            ":method" => {
                parts.method = Method::from_bytes(&value).map_err(|_| Refusal::Method)?;
            }
            ":path" => parts.uri = target(&value)?,
            ":authority" => {
                let host = HeaderValue::from_bytes(&value).map_err(|_| Refusal::Host)?;
                parts.headers.insert(HOST, host);
            }
            name if name.starts_with(':') => {}
            name => {
                let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| Refusal::Framing)?;
                let value = HeaderValue::from_maybe_shared(Bytes::from(value));
                parts
                    .headers
                    .append(name, value.map_err(|_| Refusal::Framing)?);
            }
        }
    }
    Ok(parts)
}

/// The head of a request of which nothing is known.
pub fn empty() -> Box<Parts> {
    Box::new(Request::new(()).into_parts().0)
}

/// The status among the headers of an answer.
pub fn status(headers: Option<&HeaderMap>) -> Option<StatusCode> {
    let status = headers?
        .headers
        .iter()
        .find(|header| header.key == ":status")?;
    let value = if status.raw_value.is_empty() {
        status.value.as_bytes()
    } else {
        &status.raw_value
    };
    StatusCode::from_bytes(value).ok()
}

/// The sender's address, where Envoy was asked to tell it.
pub fn sender(first: &ProcessingRequest) -> Option<Peer> {
    let attributes = first.attributes.get(ATTRIBUTES)?;
    match attributes.fields.get(SENDER)?.kind.as_ref()? {
        Kind::StringValue(address) => address.parse::<SocketAddr>().ok().map(Peer::from),
        _ => None,
    }
}

fn target(written: &[u8]) -> Result<Uri, Refusal> {
    // Envoy has taken a whole URL apart.
    if !written.starts_with(b"/") && written != b"*" {
        return Err(Refusal::Target);
    }
    Uri::try_from(written).map_err(|_| Refusal::Target)
}

#[cfg(test)]
mod tests {
    use envoy_types::pb::envoy::config::core::v3::HeaderValue as Header;

    use super::*;

    fn map(fields: &[(&str, &[u8])]) -> HeaderMap {
        let header = |&(name, value): &(&str, &[u8])| Header {
            key: name.to_owned(),
            raw_value: value.to_vec(),
            ..Header::default()
        };
        HeaderMap {
            headers: fields.iter().map(header).collect(),
        }
    }

    #[test]
    fn a_head_is_what_the_sender_wrote_with_duplicates_and_bytes_beyond_ascii() {
        let head = request(Some(map(&[
            (":authority", b"hooks.example.com:81"),
            (":path", b"//hooks/x?topic=%62&a=b"),
            (":method", b"PUT"),
            (":scheme", b"https"),
            ("x-event", b"one"),
            ("x-other", b"\xc3\xa9\xff"),
            ("x-event", b""),
            ("x-event", b"two"),
        ])))
        .unwrap();
        assert_eq!((&head.method, head.uri.path()), (&Method::PUT, "//hooks/x"));
        assert_eq!(head.uri.query(), Some("topic=%62&a=b"));
        assert_eq!(hooksieve::headers::host(&head), Some("hooks.example.com"));
        let events: Vec<_> = head.headers.get_all("x-event").iter().collect();
        assert_eq!(events, ["one", "", "two"]);
        assert_eq!(head.headers["x-other"].as_bytes(), b"\xc3\xa9\xff");
        assert_eq!(head.headers.len(), 5);
    }

    #[test]
    fn values_may_be_text_as_well() {
        let field = Header {
            key: "x-event".to_owned(),
            value: "a".to_owned(),
            ..Header::default()
        };
        let head = request(Some(HeaderMap {
            headers: vec![field],
        }));
        assert_eq!(head.unwrap().headers["x-event"], "a");
    }

    #[test]
    fn what_is_no_target_no_method_or_no_field_is_refused() {
        for (name, value, refusal) in [
            (":path", &b"hooks"[..], Refusal::Target),
            (":path", b"http://a/", Refusal::Target),
            (":path", b"/a b", Refusal::Target),
            (":path", b"", Refusal::Target),
            (":method", b"A B", Refusal::Method),
            (":authority", b"a\n", Refusal::Host),
            ("x y", b"a", Refusal::Framing),
            ("x", b"a\r\nb", Refusal::Framing),
        ] {
            let refused = request(Some(map(&[(name, value)]))).map(|_| ());
            assert_eq!(refused, Err(refusal), "{name} {value:?}");
        }
        assert!(request(Some(map(&[(":path", b"*")]))).is_ok());
    }

    #[test]
    fn the_status_of_an_answer_is_found() {
        let answer = map(&[("server", b"a"), (":status", b"299")]);
        let found = status(Some(&answer)).map(|status| status.as_u16());
        assert_eq!(found, Some(299));
        assert_eq!(status(Some(&map(&[(":status", b"2")]))), None);
        assert_eq!(status(None), None);
    }
}
