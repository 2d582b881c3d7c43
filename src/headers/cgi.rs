//! Names of fields as they are in the environment of a program.
//!
//! CGI (RFC 3875 §4.1.18), and what is modelled on it (WSGI, Rack, PHP), have `X-GitHub-Event` as
//! `HTTP_X_GITHUB_EVENT`. To those a field `X_GitHub_Event` is the same, and which of the two such a program sees differs.

use http::{HeaderMap, HeaderName};

/// The lines of other fields that have the same name there.
pub fn same_to_cgi<'h>(
    headers: &'h HeaderMap,
    name: &HeaderName,
) -> impl Iterator<Item = &'h [u8]> {
    let others = headers
        .iter()
        .filter(move |(other, _)| *other != name && is_same(other.as_str(), name.as_str()));
    others.map(|(_, line)| line.as_bytes())
}

/// Whether both are the same when all but letters and digits is `_`, as some have it; the others only for `-`.
fn is_same(one: &str, other: &str) -> bool {
    let variable = |byte: u8| {
        if byte.is_ascii_alphanumeric() {
            byte
        } else {
            b'_'
        }
    };
    one.len() == other.len() && one.bytes().map(variable).eq(other.bytes().map(variable))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn what_differs_only_in_signs_is_the_same() {
        for (field, is_same) in [
            ("x-github-event", false),
            ("x_github_event", true),
            ("x-github_event", true),
            ("x.github.event", true),
            ("x-github-events", false),
            ("xgithubevent", false),
            ("x-github-evenz", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.append(field, HeaderValue::from_static("push"));
            let name = HeaderName::from_static("x-github-event");
            let found: Vec<_> = same_to_cgi(&headers, &name).collect();
            assert_eq!(found.len(), usize::from(is_same), "{field}");
        }
    }
}
