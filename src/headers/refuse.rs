//! Requests that a proxy must not pass on, beyond those that hyper refuses when it parses them.

use std::fmt;

use http::header::{EXPECT, HOST, MAX_FORWARDS, TRANSFER_ENCODING};
use http::request::Parts;
use http::uri::Authority;
use http::{HeaderMap, Method, Version};

use super::fields;

/// Why a request is not passed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// A request target in a form that is not this method's, or with an authority that is no host
    /// (RFC 9112 §3.2).
    Target,
    /// HTTP/1.1 without exactly one valid `Host` (RFC 9112 §3.2).
    Host,
    /// `Transfer-Encoding` other than one `chunked` that reads as `chunked` more than once (RFC 9112 §6.1).
    Framing,
    /// A transfer coding other than `chunked` (RFC 9112 §6.1).
    TransferCoding,
    /// An expectation other than `100-continue` (RFC 9110 §10.1.1).
    Expectation,
    /// `CONNECT` or `TRACE`, which mean nothing to a gateway (RFC 9110 §9.3.6, §9.3.8).
    Method,
    /// `Connection` names a field that is not its to remove (RFC 9110 §7.6.1).
    Connection,
}

/// Looks at the head of a request before anything else is done with it.
///
/// # Errors
///
/// When the request is malformed, ambiguous, or asks for what is not done here.
pub fn check(parts: &Parts) -> Result<(), Refusal> {
    if parts.method == Method::CONNECT || parts.method == Method::TRACE {
        return Err(Refusal::Method);
    }
    check_target(parts)?;
    check_host(parts)?;
    check_transfer_coding(&parts.headers)?;
    let mut expectations = parts.headers.get_all(EXPECT).iter();
    if parts.version == Version::HTTP_11
        && expectations.any(|value| !value.as_bytes().eq_ignore_ascii_case(b"100-continue"))
    {
        return Err(Refusal::Expectation);
    }
    if fields::nominated(&parts.headers)
        .iter()
        .any(fields::is_protected)
    {
        return Err(Refusal::Connection);
    }
    Ok(())
}

/// Whether the request asks only this proxy and goes no further (RFC 9110 §7.6.2).
#[must_use]
pub fn ends_here(parts: &Parts) -> bool {
    parts.method == Method::OPTIONS
        && parts
            .headers
            .get(MAX_FORWARDS)
            .is_some_and(|hops| hops == "0")
}

fn check_target(parts: &Parts) -> Result<(), Refusal> {
    let is_valid = match (parts.uri.scheme(), parts.uri.authority()) {
        (Some(_), Some(authority)) => is_valid_host(authority.as_str().as_bytes()),
        (None, None) => parts.method == Method::OPTIONS || parts.uri.path() != "*",
        // An authority alone is the form of CONNECT.
        (None, Some(_)) | (Some(_), None) => false,
    };
    if is_valid {
        Ok(())
    } else {
        Err(Refusal::Target)
    }
}

fn check_host(parts: &Parts) -> Result<(), Refusal> {
    let mut hosts = parts.headers.get_all(HOST).iter();
    match (hosts.next(), hosts.next()) {
        (Some(host), None) if is_valid_host(host.as_bytes()) => Ok(()),
        (None, _) if parts.version == Version::HTTP_10 => Ok(()),
        _ => Err(Refusal::Host),
    }
}

fn is_valid_host(host: &[u8]) -> bool {
    Authority::try_from(host).is_ok_and(|authority| {
        let (all, host) = (authority.as_str(), authority.host());
        let is_port_valid = authority.port_u16().is_some() || all.len() <= host.len() + 1;
        // User information has no place in http URIs, and readers differ in which side of `@` they take for the
        // host (RFC 9110 §4.2.4).
        !host.is_empty() && is_port_valid && !all.contains('@')
    })
}

fn check_transfer_coding(headers: &HeaderMap) -> Result<(), Refusal> {
    let mut codings = headers
        .get_all(TRANSFER_ENCODING)
        .iter()
        .flat_map(|line| line.as_bytes().split(|&byte| byte == b','))
        .map(<[u8]>::trim_ascii)
        .filter(|coding| !coding.is_empty())
        .peekable();
    if codings.peek().is_none() {
        return Ok(());
    }
    let mut chunked = 0;
    for coding in codings {
        if !coding.eq_ignore_ascii_case(b"chunked") {
            return Err(Refusal::TransferCoding);
        }
        chunked += 1;
    }
    if chunked == 1 {
        Ok(())
    } else {
        Err(Refusal::Framing)
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Target => "the request target is not in a form that its method takes",
            Self::Host => "the request needs exactly one valid Host header",
            Self::Framing => "the request names the transfer coding \"chunked\" more than once",
            Self::TransferCoding => "the request uses a transfer coding other than \"chunked\"",
            Self::Expectation => "the request has an expectation other than \"100-continue\"",
            Self::Method => "CONNECT and TRACE are not served here",
            Self::Connection => "the Connection header names a field that must not be removed",
        })
    }
}

impl std::error::Error for Refusal {}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    fn refusal(fields: &[(&str, &str)]) -> Result<(), Refusal> {
        let mut request = Request::post("/hook");
        for &(name, value) in fields {
            request = request.header(name, value);
        }
        check(&request.body(()).expect("a valid request").into_parts().0)
    }

    type Case<'a> = (&'a [(&'a str, &'a str)], Result<(), Refusal>);

    #[test]
    fn what_is_refused() {
        let host = ("host", "example.com:8080");
        let cases: &[Case<'_>] = &[
            (&[host], Ok(())),
            (&[("host", "[::1]:80")], Ok(())),
            (&[], Err(Refusal::Host)),
            (&[host, host], Err(Refusal::Host)),
            (&[("host", "")], Err(Refusal::Host)),
            (&[("host", "user@example.com")], Err(Refusal::Host)),
            (&[("host", "a/b")], Err(Refusal::Host)),
            (&[("host", "a:b")], Err(Refusal::Host)),
            (&[("host", "a:65536")], Err(Refusal::Host)),
            (&[("host", "a:")], Ok(())),
            (&[host, ("transfer-encoding", "Chunked")], Ok(())),
            (
                &[host, ("transfer-encoding", "chunked, chunked")],
                Err(Refusal::Framing),
            ),
            (
                &[
                    host,
                    ("transfer-encoding", "chunked"),
                    ("transfer-encoding", "chunked"),
                ],
                Err(Refusal::Framing),
            ),
            (
                &[host, ("transfer-encoding", "gzip, chunked")],
                Err(Refusal::TransferCoding),
            ),
            (&[host, ("expect", "100-Continue")], Ok(())),
            (&[host, ("expect", "a-miracle")], Err(Refusal::Expectation)),
            (&[host, ("connection", "x-custom, close")], Ok(())),
            (
                &[host, ("connection", "Content-Length")],
                Err(Refusal::Connection),
            ),
            (
                &[host, ("connection", "close, stripe-signature")],
                Err(Refusal::Connection),
            ),
        ];
        for (fields, expected) in cases {
            assert_eq!(refusal(fields), *expected, "{fields:?}");
        }
    }

    #[test]
    fn a_target_is_in_the_form_of_its_method() {
        let refusal = |method: Method, target: &str| {
            let request = Request::builder().method(method).uri(target);
            let request = request.header("host", "a").body(());
            check(&request.expect("a valid request").into_parts().0)
        };
        for target in ["/", "/*", "http://b", "https://b:443/x", "http://[::1]/"] {
            assert_eq!(refusal(Method::POST, target), Ok(()), "{target}");
        }
        for target in ["b", "b:80", "*", "http://u@b/", "http://:80/"] {
            assert_eq!(
                refusal(Method::POST, target),
                Err(Refusal::Target),
                "{target}"
            );
        }
        assert_eq!(refusal(Method::OPTIONS, "*"), Ok(()));
    }
}
