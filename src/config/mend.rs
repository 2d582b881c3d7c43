//! What was probably meant by an address that can't be used, so that a remedy can repeat it mended.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use strsim::osa_distance;

use super::syntax::without_typographic_quotes;
use crate::upstream::{Origin, OriginError};

/// Where senders connect by default.
pub(super) const LISTEN: u16 = 8080;
/// What the URL of an upstream begins with to which TLS is spoken.
const SECURE: &str = "https://";
/// Where an endpoint is in all our examples.
const UPSTREAM: u16 = 3000;

/// Without the white space and the typographic quotes around it; what is wrong, if there were any.
pub(super) fn bare(written: &str) -> (&str, Option<&'static str>) {
    let trimmed = written.trim();
    match without_typographic_quotes(trimmed) {
        Some(bare) => (bare.trim(), Some("has typographic quotes in it")),
        None if trimmed.len() < written.len() => (trimmed, Some("begins or ends with white space")),
        None => (trimmed, None),
    }
}

/// The URL of the upstream that was meant: a host and perhaps a port, without all that may not stand there.
///
/// Never one for what begins with `unix:`, which is something else, and never what could be a part of a password.
pub(super) fn origin(written: &str) -> Option<String> {
    let text = bare(written).0;
    let (scheme, rest) = match text.split_at_checked(SECURE.len()) {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case(SECURE) => ("https", rest),
        _ => ("http", without_scheme(text)?),
    };
    if rest.starts_with("unix:/") {
        // As some write it behind `http://`.
        return Origin::parse(rest).is_ok().then(|| rest.to_owned());
    }
    let (authority, behind) = rest.split_at(rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len()));
    let host = match authority.rsplit_once('@') {
        // It may belong to the path or to a password.
        _ if behind.contains('@') => return None,
        Some((_credentials, host)) => host,
        None => authority,
    };
    let port = host.strip_prefix(':').unwrap_or(host);
    let url = match (port.parse(), bare_ipv6(host)) {
        (Ok(port), _) if scheme == "http" => origin_on_port(port)?,
        (_, Some((address, Some(port)))) => format!("{scheme}://[{address}]:{port}"),
        (_, Some((address, None))) => format!("{scheme}://[{address}]"),
        (_, None) => format!("{scheme}://{host}"),
    };
    if Origin::parse(&url) == Err(OriginError::Port) {
        let name_end = host.rfind(']').unwrap_or(0);
        let colon = name_end + host[name_end..].find(':')?;
        let name = &host[..colon];
        let url = match scheme {
            "http" => format!("http://{name}:{UPSTREAM}"),
            scheme => format!("{scheme}://{name}"),
        };
        return Origin::parse(&url).is_ok().then_some(url);
    }
    Origin::parse(&url).is_ok().then_some(url)
}

/// The URL of an upstream on this machine.
pub(super) fn origin_on_port(port: u16) -> Option<String> {
    (port != 0).then(|| format!("http://{}:{port}", Ipv4Addr::LOCALHOST))
}

/// The address to listen on that was meant, as the rest of a sentence that begins with `write`.
/// `default` is the port to propose where there is none.
pub(super) fn listen(written: &str, default: u16) -> Option<String> {
    let text = bare(written).0;
    let text = text.split_once("://").map_or(text, |(_scheme, rest)| rest);
    let text = text.split('/').next().unwrap_or_default();
    if let Some((address, port)) = bare_ipv6(text.trim_start_matches('[').trim_end_matches(']')) {
        return Some(quoted(address.into(), port.unwrap_or(default)));
    }
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) => (host, port.parse().ok()),
        None => match text.parse() {
            Ok(port) => ("", Some(port)),
            Err(_) => (text, None),
        },
    };
    let address = match host {
        "*" => IpAddr::from(Ipv4Addr::UNSPECIFIED),
        "localhost" => IpAddr::from(Ipv4Addr::LOCALHOST),
        host => match host.trim_matches(['[', ']']).parse() {
            Ok(address) => address,
            Err(_) => return port.map(listen_on_port),
        },
    };
    Some(quoted(address, port.unwrap_or(default)))
}

/// Whether `written` is an address and nothing else.
pub(super) fn is_without_port(written: &str) -> bool {
    let address = written.trim_matches(['[', ']']);
    match bare_ipv6(address) {
        Some((_, port)) => port.is_none(),
        None => address.parse::<IpAddr>().is_ok(),
    }
}

/// The addresses to listen on at this port, in the same way.
pub(super) fn listen_on_port(port: u16) -> String {
    let local = quoted(Ipv4Addr::LOCALHOST.into(), port);
    let all = quoted(Ipv4Addr::UNSPECIFIED.into(), port);
    format!("{local}, or {all} for all interfaces")
}

fn quoted(address: IpAddr, port: u16) -> String {
    format!("\"{}\"", SocketAddr::new(address, port))
}

/// What follows `http://`, or something like it; all of it where there is no scheme. `None` for another scheme.
fn without_scheme(url: &str) -> Option<&str> {
    let end = url.find([':', '/', '\\']).unwrap_or(url.len());
    let (scheme, rest) = url.split_at(end);
    let scheme = scheme.to_ascii_lowercase();
    let is_scheme = rest.starts_with("://");
    if ["https", "unix"].contains(&&*scheme) || (is_scheme && osa_distance(&scheme, "http") > 1) {
        None
    } else if is_scheme || scheme == "http" || scheme.is_empty() && rest.starts_with('/') {
        let rest = rest.strip_prefix(':').unwrap_or(rest);
        Some(rest.trim_start_matches(['/', '\\']))
    } else {
        Some(url)
    }
}

/// An IPv6 address without its brackets, and the port if one follows.
fn bare_ipv6(text: &str) -> Option<(Ipv6Addr, Option<u16>)> {
    let with_port = text.rsplit_once(':').and_then(|(address, port)| {
        let port = port.parse().ok().filter(|_| port.len() > 1)?;
        Some((address.parse().ok()?, Some(port)))
    });
    with_port.or_else(|| Some((text.parse().ok()?, None)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_mended_only_where_it_is_clear_what_was_meant() {
        for (written, meant) in [
            ("app", Some("http://app")),
            ("//app", Some("http://app")),
            ("http:app", Some("http://app")),
            ("http:\\\\app\\hook", Some("http://app")),
            ("http:///app", Some("http://app")),
            ("Http://App:1", Some("http://App:1")),
            ("http", None),
            ("", None),
            ("http://", None),
            ("3000", Some("http://127.0.0.1:3000")),
            ("0", None),
            ("https://app/x", Some("https://app")),
            ("HTTPS://App:1", Some("https://App:1")),
            ("https://app:", Some("https://app")),
            ("https://3000", None),
            ("https:app", None),
            ("https//app", None),
            ("tcp://app", None),
            ("unix:/run/app.sock", None),
            ("http://unix:/run/app.sock", Some("unix:/run/app.sock")),
            ("http://unix:/run/", None),
            ("me@app", Some("http://app")),
            ("http://me:a@b@app/x", Some("http://app")),
            ("http://me:a/b@app", None),
            ("http://me:a@b/c@app", None),
            ("http://app/@me", None),
            ("http://[::1]:3000/x", Some("http://[::1]:3000")),
            ("::1", Some("http://[::1]")),
            ("http://[::1]:x", Some("http://[::1]:3000")),
            ("http://app:", Some("http://app:3000")),
            ("http://[:x", None),
            ("http://a b", None),
        ] {
            assert_eq!(origin(written).as_deref(), meant, "{written}");
        }
    }

    #[test]
    fn whatever_is_proposed_can_be_used() {
        let pieces = [
            "", "http://", ":", "::1", "[", "]", "a", "80", "99999", "/", "@", "*", " ",
        ];
        for (first, second, third) in pieces.iter().flat_map(|first| {
            let rest = pieces
                .iter()
                .flat_map(|second| pieces.iter().map(move |third| (second, third)));
            rest.map(move |(second, third)| (first, second, third))
        }) {
            let written = format!("{first}{second}{third}");
            if let Some(url) = origin(&written) {
                assert!(Origin::parse(&url).is_ok(), "{written} {url}");
            }
            if let Some(listen) = listen(&written, LISTEN) {
                let address = listen.split('"').nth(1).unwrap();
                assert!(address.parse::<SocketAddr>().is_ok(), "{written} {listen}");
            }
        }
    }
}
