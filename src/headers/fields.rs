//! Header fields that end at a proxy (RFC 9110 §7.6.1).

use http::HeaderMap;
use http::header::{CONNECTION, HeaderName};

/// Whether a field ends here even when `Connection` does not name it. `Expect` is among them because it
/// is answered here.
pub fn is_hop_by_hop(name: &HeaderName) -> bool {
    matches!(
        name.as_str(),
        "connection"
            | "transfer-encoding"
            | "te"
            | "upgrade"
            | "expect"
            | "keep-alive"
            | "proxy-connection"
            | "proxy-authenticate"
            | "proxy-authorization"
            | "http2-settings"
    )
}

/// The fields that `Connection` names.
pub fn nominated(headers: &HeaderMap) -> Vec<HeaderName> {
    headers
        .get_all(CONNECTION)
        .iter()
        .flat_map(|line| line.as_bytes().split(|&byte| byte == b','))
        .map(<[u8]>::trim_ascii)
        .filter(|option| !is_about_the_connection(option))
        .filter_map(|option| HeaderName::from_bytes(option).ok())
        .collect()
}

/// Whether a connection option is known to name no field (RFC 9112 §9.3).
fn is_about_the_connection(option: &[u8]) -> bool {
    option.eq_ignore_ascii_case(b"close") || option.eq_ignore_ascii_case(b"keep-alive")
}

/// Whether a field carries meaning that `Connection` must not be able to take away: what frames, routes,
/// describes or authenticates a message, and what a proxy in front has said of its way here. Every sender
/// names its signature as it likes, so names that speak of one are recognised by that.
pub fn is_protected(name: &HeaderName) -> bool {
    if is_about_forwarding(name) {
        return true;
    }
    let name = name.as_str();
    matches!(
        name,
        "host"
            | "via"
            | "transfer-encoding"
            | "authorization"
            | "cookie"
            | "date"
            | "set-cookie"
            | "location"
    ) || name.starts_with("content-")
        || ["signature", "hmac", "-sig", "digest", "timestamp"]
            .iter()
            .any(|mark| name.contains(mark))
}

/// Whether a field says for whom a message was forwarded. It does so with `_` in the place of `-` as well: CGI and
/// those who follow it (WSGI, Rack, PHP) make one name of both.
pub fn is_about_forwarding(name: &HeaderName) -> bool {
    const STEM: &str = "x-forwarded-";
    let name = name.as_str();
    let is = |part: &str, meant: &str| {
        let mut pairs = part.bytes().zip(meant.bytes());
        part.len() == meant.len() && pairs.all(|(a, b)| a == b || (a == b'_' && b == b'-'))
    };
    let stem = name.get(..STEM.len());
    is(name, "forwarded") || is(name, "x-real-ip") || stem.is_some_and(|stem| is(stem, STEM))
}

/// The fields for which `keep` holds, in their order.
pub fn retain(mut headers: HeaderMap, keep: impl Fn(&HeaderName) -> bool) -> HeaderMap {
    // To remove a field moves the last one into its place, which does no harm to the last one itself. Most
    // upstreams write `Connection` last.
    while let Some(last) = headers.keys().last().filter(|name| !keep(name)).cloned() {
        headers.remove(last);
    }
    if headers.keys().all(&keep) {
        return headers;
    }
    let mut kept = HeaderMap::with_capacity(headers.len());
    let mut current = None;
    for (name, value) in headers {
        // A field of several lines gives its name with the first line only.
        if let Some(name) = name {
            current = keep(&name).then_some(name);
        }
        if let Some(name) = &current {
            kept.append(name, value);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn headers(lines: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for &(name, value) in lines {
            headers.append(name, HeaderValue::from_static(value));
        }
        headers
    }

    #[test]
    fn every_connection_line_is_read_and_its_options_are_field_names() {
        let headers = headers(&[
            ("connection", "close, X-One ,,"),
            ("connection", "keep-alive,x-two"),
            ("connection", "not a name"),
        ]);
        assert_eq!(nominated(&headers), ["x-one", "x-two"]);
    }

    #[test]
    fn what_is_kept_keeps_its_order() {
        let te = ("te", "x");
        let [a, b, b2, c, d] = [("a", "1"), ("b", "2"), ("b", "3"), ("c", "4"), ("d", "5")];
        for all in [
            &[a, te, b, b2, c, d][..],
            &[a, b, b2, c, d, te],
            &[te, a, b, b2, d, c, te],
            &[a, b, c, b2, d],
        ] {
            let kept = retain(headers(all), |name| !is_hop_by_hop(name) && name != "c");
            let kept: Vec<_> = kept
                .iter()
                .map(|(name, value)| (name.as_str(), value.to_str().unwrap()))
                .collect();
            assert_eq!(kept, [a, b, b2, d], "{all:?}");
        }
    }

    #[test]
    fn what_carries_meaning_is_protected() {
        for name in [
            "stripe-signature",
            "x-hub-signature-256",
            "x-shopify-hmac-sha256",
            "webhook-signature",
            "webhook-timestamp",
            "svix-signature",
            "x-slack-signature",
            "x-slack-request-timestamp",
            "x-twilio-signature",
            "paypal-transmission-sig",
            "content-length",
            "content-type",
            "host",
            "authorization",
            "via",
            "forwarded",
            "x-forwarded-for",
            "x_real_ip",
        ] {
            assert!(is_protected(&HeaderName::from_static(name)), "{name}");
        }
        for name in ["x-custom", "te", "upgrade", "http2-settings"] {
            assert!(!is_protected(&HeaderName::from_static(name)), "{name}");
        }
    }

    #[test]
    fn what_speaks_of_forwarding_does_so_in_either_spelling() {
        let is = |name| is_about_forwarding(&HeaderName::from_static(name));
        for name in [
            "forwarded",
            "x-real-ip",
            "x_real_ip",
            "x-real_ip",
            "x-forwarded-for",
            "x_forwarded_for",
            "x-forwarded_proto",
            "x_forwarded-anything",
        ] {
            assert!(is(name), "{name}");
        }
        for name in ["x-forwarded", "x-real-ips", "forwarded-x", "via", "x", "_"] {
            assert!(!is(name), "{name}");
        }
    }
}
