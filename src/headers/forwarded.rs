//! `X-Forwarded-*` and `Forwarded` (RFC 7239), when the config asks for them.

use std::net::IpAddr;

use http::HeaderMap;
use http::header::{FORWARDED, HOST, HeaderName, HeaderValue};

use super::{Forward, fields};
use crate::transport::Peer;

const FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
const FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");

/// Which fields of the sender's are taken out before ours are added: all that speak of forwarding, when
/// this proxy is to speak of it and the peer is not trusted to.
///
/// From a trusted peer too those with a `_` in their name are taken out. No proxy writes them so: they are a
/// sender's, and a server that makes one name of `-` and `_` might take them for the proxy's.
pub fn replaced(rules: &Forward, peer: Peer) -> impl Fn(&HeaderName) -> bool {
    let (speaks, trusted) = (speaks(rules), is_trusted(rules, peer));
    move |name| {
        let is_a_proxys = trusted && !name.as_str().contains('_');
        speaks && fields::is_about_forwarding(name) && !is_a_proxys
    }
}

/// Adds what `rules` ask for to what a trusted peer already said; `proto` is how the request came, `http` or `https`.
pub fn add(headers: &mut HeaderMap, rules: &Forward, peer: Peer, proto: &'static str) {
    if !speaks(rules) {
        return;
    }
    let host = headers.get(HOST).cloned();
    if rules.x_forwarded {
        let address = peer.ip().map(|address| address.to_string());
        append(
            headers,
            &FOR,
            address.as_deref().unwrap_or("unknown").as_bytes(),
        );
        headers
            .entry(PROTO)
            .or_insert(HeaderValue::from_static(proto));
        if let Some(host) = &host {
            headers
                .entry(FORWARDED_HOST)
                .or_insert_with(|| host.clone());
        }
    }
    if rules.forwarded {
        append(headers, &FORWARDED, &element(peer, host.as_ref(), proto));
    }
}

/// One element of `Forwarded`; an IPv6 address goes in brackets and quotes (RFC 7239 §6).
fn element(peer: Peer, host: Option<&HeaderValue>, proto: &str) -> Vec<u8> {
    let mut element = match peer.ip() {
        Some(IpAddr::V4(peer)) => format!("for={peer}"),
        Some(IpAddr::V6(peer)) => format!("for=\"[{peer}]\""),
        None => "for=unknown".to_owned(),
    }
    .into_bytes();
    if let Some(host) = host {
        element.extend_from_slice(b";host=\"");
        element.extend_from_slice(host.as_bytes());
        element.push(b'"');
    }
    element.extend_from_slice(b";proto=");
    element.extend_from_slice(proto.as_bytes());
    element
}

/// Appends to the list in a field, which may be spread over several lines.
fn append(headers: &mut HeaderMap, name: &HeaderName, item: &[u8]) {
    let mut list = Vec::new();
    for line in headers.get_all(name) {
        list.extend_from_slice(line.as_bytes());
        list.extend_from_slice(b", ");
    }
    list.extend_from_slice(item);
    let list =
        HeaderValue::from_bytes(&list).expect("made of field values, addresses and punctuation");
    headers.insert(name.clone(), list);
}

fn speaks(rules: &Forward) -> bool {
    rules.x_forwarded || rules.forwarded
}

fn is_trusted(rules: &Forward, peer: Peer) -> bool {
    rules.trusted.iter().any(|trusted| trusted.include(peer))
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use super::*;

    fn after(
        rules: &Forward,
        peer: &str,
        said: &[(&'static str, &'static str)],
    ) -> Vec<(String, String)> {
        let peer = SocketAddr::new(peer.parse().expect("an address"), 40_000).into();
        let mut headers = HeaderMap::new();
        for &(name, value) in said {
            headers.append(name, HeaderValue::from_static(value));
        }
        let is_replaced = replaced(rules, peer);
        let mut headers = fields::retain(headers, |name| !is_replaced(name));
        headers.insert(HOST, HeaderValue::from_static("example.com"));
        add(&mut headers, rules, peer, "http");
        let headers = fields::retain(headers, |name| name != HOST);
        let lines = headers.iter();
        lines
            .map(|(name, value)| (name.to_string(), value.to_str().expect("text").to_owned()))
            .collect()
    }

    fn lines(expected: &[(&str, &str)]) -> Vec<(String, String)> {
        expected
            .iter()
            .map(|&(name, value)| (name.to_owned(), value.to_owned()))
            .collect()
    }

    const SAID: [(&str, &str); 3] = [
        ("x-forwarded-for", "1.1.1.1"),
        ("x-forwarded-proto", "https"),
        ("forwarded", "for=1.1.1.1"),
    ];

    #[test]
    fn nothing_is_touched_unless_asked_for() {
        assert_eq!(
            after(&Forward::default(), "203.0.113.7", &SAID),
            lines(&SAID)
        );
    }

    #[test]
    fn a_strangers_words_are_replaced() {
        let asked = Forward {
            x_forwarded: true,
            ..Forward::default()
        };
        assert_eq!(
            after(&asked, "203.0.113.7", &SAID),
            lines(&[
                ("x-forwarded-for", "203.0.113.7"),
                ("x-forwarded-proto", "http"),
                ("x-forwarded-host", "example.com"),
            ])
        );
    }

    #[test]
    fn a_trusted_peers_words_are_kept_and_appended_to() {
        let network = |text: &str| text.parse().expect("a network");
        let both = Forward {
            x_forwarded: true,
            forwarded: true,
            trusted: vec![network("10.0.0.0/8"), network("2001:db8::1/128")],
            ..Forward::default()
        };
        let standard = Forward {
            forwarded: true,
            ..Forward::default()
        };
        assert_eq!(
            after(&both, "10.1.2.3", &SAID),
            lines(&[
                ("x-forwarded-for", "1.1.1.1, 10.1.2.3"),
                ("x-forwarded-proto", "https"),
                (
                    "forwarded",
                    "for=1.1.1.1, for=10.1.2.3;host=\"example.com\";proto=http"
                ),
                ("x-forwarded-host", "example.com"),
            ])
        );
        assert_eq!(
            after(&standard, "2001:db8::1", &[]),
            lines(&[(
                "forwarded",
                "for=\"[2001:db8::1]\";host=\"example.com\";proto=http"
            )])
        );
    }
}
