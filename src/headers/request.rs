//! The head of a request as it goes to the upstream.

use http::header::{CONTENT_LENGTH, HOST, HeaderValue, MAX_FORWARDS, TRANSFER_ENCODING};
use http::request::Parts;
use http::uri::Authority;
use http::{HeaderMap, Method, Uri, Version};

use super::{Trusted, fields, forwarded, via};
use crate::transport::{Encrypted, Peer};

/// What is changed in a request on its way. By default nothing, so that signatures verify.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Forward {
    /// Which `Host` the upstream sees. Default [`Host::Keep`], because some senders sign the URL.
    pub host: Host,
    /// Adds `X-Forwarded-For`, `-Proto` and `-Host`. Default off.
    pub x_forwarded: bool,
    /// Adds `Forwarded` (RFC 7239). Default off.
    pub forwarded: bool,
    /// Adds `Via` (RFC 9110 §7.6.3). Default off, although the RFC asks for it: nothing is added unasked.
    pub via: bool,
    /// Peers whose own `Forwarded` and `X-Forwarded-*` are kept and added to; those of others are replaced, if
    /// ours are added at all. Default empty.
    pub trusted: Vec<Trusted>,
}

/// Which `Host` the upstream sees.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Host {
    /// The sender's.
    #[default]
    Keep,
    /// The upstream's own authority, for servers that tell sites apart by it.
    Upstream,
}

/// Turns the head of a request as it came in into the head as it goes out: origin form, HTTP/1.1,
/// hop-by-hop fields taken out, and `Content-Length` in the place of `chunked` where `length` is known.
/// Where it is not, `chunked` stays: left to itself hyper sends a GET without the body that it came with.
/// Everything else stays as it is, unless `rules` ask for more.
#[must_use]
pub fn outgoing(
    mut parts: Parts,
    length: Option<u64>,
    peer: Peer,
    rules: &Forward,
    upstream: &Authority,
) -> Parts {
    let received = parts.version;
    parts.version = Version::HTTP_11;
    let was_chunked = parts.headers.contains_key(TRANSFER_ENCODING);
    let stays_chunked = was_chunked && length.is_none();
    if let Some(authority) = take_authority(&mut parts.uri) {
        parts.headers.insert(HOST, authority);
    }

    let nominated = fields::nominated(&parts.headers);
    let is_replaced = forwarded::replaced(rules, peer);
    parts.headers = fields::retain(parts.headers, |name| {
        stays_chunked && name == TRANSFER_ENCODING
            || !(fields::is_hop_by_hop(name) || nominated.contains(name) || is_replaced(name))
    });
    let headers = &mut parts.headers;

    if was_chunked && let Some(length) = length {
        headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
    }
    if parts.method == Method::OPTIONS {
        count_down(headers);
    }
    let is_encrypted = parts.extensions.get::<Encrypted>().is_some();
    let proto = if is_encrypted { "https" } else { "http" };
    forwarded::add(headers, rules, peer, proto);
    if rules.via {
        via::append(headers, received);
    }
    if rules.host == Host::Upstream || !headers.contains_key(HOST) {
        headers.insert(HOST, field(upstream));
    }
    parts
}

/// The host that a request is for, without its port: that of an absolute target, otherwise that of the `Host` field. `None`
/// where there is neither, in HTTP/1.0.
#[must_use]
pub fn host(parts: &Parts) -> Option<&str> {
    if let Some(authority) = parts.uri.authority() {
        return Some(authority.host());
    }
    let field = parts.headers.get(HOST)?.to_str().ok()?;
    let port = field.rfind(':').filter(|&at| !field[at..].contains(']'));
    Some(&field[..port.unwrap_or(field.len())])
}

/// Brings `uri` into origin form, and gives the authority that was in it (RFC 9112 §3.2.2).
fn take_authority(uri: &mut Uri) -> Option<HeaderValue> {
    let host = field(uri.authority()?);
    let target = uri.path_and_query().cloned();
    *uri = target.map_or_else(|| Uri::from_static("/"), Uri::from);
    Some(host)
}

fn field(authority: &Authority) -> HeaderValue {
    HeaderValue::from_str(authority.as_str()).expect("an authority is made of visible ASCII")
}

/// One hop less in `Max-Forwards` (RFC 9110 §7.6.2); what is no number is left alone.
fn count_down(headers: &mut HeaderMap) {
    let hops = headers
        .get(MAX_FORWARDS)
        .and_then(|hops| hops.to_str().ok()?.parse::<u64>().ok());
    if let Some(hops) = hops {
        headers.insert(MAX_FORWARDS, HeaderValue::from(hops.saturating_sub(1)));
    }
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use http::Request;

    use super::*;

    fn sent(request: http::request::Builder, length: Option<u64>, rules: &Forward) -> Parts {
        let parts = request.body(()).expect("a valid request").into_parts().0;
        let peer = Peer::from(SocketAddr::from(([203, 0, 113, 7], 40_000)));
        outgoing(
            parts,
            length,
            peer,
            rules,
            &Authority::from_static("10.0.0.1:3000"),
        )
    }

    fn field<'a>(parts: &'a Parts, name: &str) -> Vec<&'a str> {
        let values = parts.headers.get_all(name).iter();
        values.map(|value| value.to_str().expect("text")).collect()
    }

    #[test]
    fn a_known_length_takes_the_place_of_chunked() {
        let request = || {
            Request::post("/")
                .header("host", "a")
                .header("transfer-encoding", "chunked")
        };
        let known = sent(request(), Some(5), &Forward::default());
        assert_eq!(field(&known, "content-length"), ["5"]);
        assert!(field(&known, "transfer-encoding").is_empty());
        let unknown = sent(request(), None, &Forward::default());
        assert!(field(&unknown, "content-length").is_empty());
        assert_eq!(field(&unknown, "transfer-encoding"), ["chunked"]);
    }

    #[test]
    fn absolute_form_becomes_origin_form_and_its_authority_the_host() {
        let parts = sent(
            Request::post("http://b:81/x?y=%2F").header("host", "a"),
            None,
            &Forward::default(),
        );
        assert_eq!(parts.uri, "/x?y=%2F");
        assert_eq!(field(&parts, "host"), ["b:81"]);
    }

    #[test]
    fn max_forwards_counts_down_on_options_only() {
        let hops = |method: Method| {
            let request = Request::builder()
                .method(method)
                .uri("/")
                .header("max-forwards", "3");
            sent(request.header("host", "a"), None, &Forward::default())
        };
        assert_eq!(field(&hops(Method::OPTIONS), "max-forwards"), ["2"]);
        assert_eq!(field(&hops(Method::POST), "max-forwards"), ["3"]);
    }

    #[test]
    fn host_and_via_change_only_when_asked() {
        let request = || {
            Request::post("/")
                .header("host", "a")
                .header("via", "1.1 other")
        };
        let plain = sent(request(), None, &Forward::default());
        assert_eq!(
            (field(&plain, "host"), field(&plain, "via")),
            (vec!["a"], vec!["1.1 other"])
        );
        let asked = sent(
            request().version(Version::HTTP_10),
            None,
            &Forward {
                host: Host::Upstream,
                via: true,
                ..Forward::default()
            },
        );
        assert_eq!(field(&asked, "host"), ["10.0.0.1:3000"]);
        assert_eq!(field(&asked, "via"), ["1.1 other", "1.0 hooksieve"]);
    }
}
