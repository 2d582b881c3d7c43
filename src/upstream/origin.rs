//! The upstream: a host and a port.

use std::fmt;
use std::net::Ipv6Addr;

use http::uri::Authority;

const RIGHT: &str = r#"write it as "http://127.0.0.1:3000""#;

/// Where a server is: what an `http://` URL says before its path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    host: String,
    port: u16,
    authority: Authority,
}

impl Origin {
    /// Reads `http://host` or `http://host:port`, with at most a `/` behind it.
    ///
    /// # Errors
    /// For anything else, as the rest of a sentence that begins with the URL. Another scheme and a Unix
    /// socket are refused because this version can't reach them; a path, a query or credentials because
    /// they would be added to requests, which go on as they came.
    pub fn parse(url: &str) -> Result<Self, String> {
        let unsupported = |what| format!("is {what}, not supported in this version; {RIGHT}");
        let rest = match url.split_once(':') {
            Some(("http", rest)) => rest.strip_prefix("//"),
            Some(("https", _)) => return Err(unsupported("HTTPS")),
            Some(("unix", _)) => return Err(unsupported("a Unix socket")),
            _ => None,
        };
        let rest = rest.ok_or_else(|| format!("does not begin with http://; {RIGHT}"))?;
        let authority = rest.strip_suffix('/').unwrap_or(rest);
        if authority.contains('@') {
            return Err(format!(
                "has a user name, but requests go on as they came; {RIGHT}"
            ));
        }
        if authority.contains(['/', '?', '#']) {
            return Err(format!(
                "has a path or query, but requests keep their own; {RIGHT}"
            ));
        }
        let (host, port) = split_port(authority);
        let no_host = || format!("has no valid host; {RIGHT}");
        let host = parse_host(host).ok_or_else(no_host)?;
        let port = parse_port(port).ok_or("has no valid port; write one from 1 to 65535")?;
        let authority = show(&host, port).parse().map_err(|_| no_host())?;
        Ok(Self {
            host,
            port,
            authority,
        })
    }

    /// A name of ASCII letters, digits, `.`, `-` and `_`, or an IP address; IPv6 without brackets.
    ///
    /// A name is looked up when a connection is made, not when the config is read.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// 1 to 65535; 80 where the URL has none.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// What a `Host` field has: IPv6 in brackets, the port left out where it is 80.
    #[must_use]
    pub fn authority(&self) -> &Authority {
        &self.authority
    }
}

/// The host and, after the first colon that is not within brackets, the port.
fn split_port(authority: &str) -> (&str, Option<&str>) {
    let host_end = authority.find(']').map_or(0, |bracket| bracket + 1);
    match authority[host_end..].split_once(':') {
        Some((host, port)) => (&authority[..host_end + host.len()], Some(port)),
        None => (authority, None),
    }
}

fn parse_host(host: &str) -> Option<String> {
    if let Some(bracketed) = host.strip_prefix('[') {
        let address: Ipv6Addr = bracketed.strip_suffix(']')?.parse().ok()?;
        return Some(address.to_string());
    }
    let valid = |byte: u8| byte.is_ascii_alphanumeric() || b".-_".contains(&byte);
    (!host.is_empty() && host.bytes().all(valid)).then(|| host.to_owned())
}

fn parse_port(port: Option<&str>) -> Option<u16> {
    let Some(port) = port else { return Some(80) };
    let digits = port.bytes().all(|byte| byte.is_ascii_digit());
    port.parse().ok().filter(|&port| digits && port != 0)
}

impl fmt::Display for Origin {
    /// The [`authority`](Self::authority).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.authority.as_str())
    }
}

fn show(host: &str, port: u16) -> String {
    let host = if host.contains(':') {
        format!("[{host}]")
    } else {
        host.to_owned()
    };
    match port {
        80 => host,
        port => format!("{host}:{port}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_shows_as_its_authority() {
        for (url, host, port, authority) in [
            ("http://127.0.0.1:3000", "127.0.0.1", 3000, "127.0.0.1:3000"),
            ("http://app/", "app", 80, "app"),
            (
                "http://my_app-1.internal:80",
                "my_app-1.internal",
                80,
                "my_app-1.internal",
            ),
            ("http://[::1]:3000", "::1", 3000, "[::1]:3000"),
            ("http://[0:0::1]", "::1", 80, "[::1]"),
        ] {
            let origin = Origin::parse(url).unwrap();
            assert_eq!((origin.host(), origin.port()), (host, port), "{url}");
            assert_eq!(origin.to_string(), authority, "{url}");
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for (url, wrong) in [
            ("https://app", "is HTTPS, not supported"),
            ("unix:/run/app.sock", "is a Unix socket, not supported"),
            ("127.0.0.1:3000", "does not begin with http://"),
            ("http:app", "does not begin with http://"),
            ("ftp://app", "does not begin with http://"),
            ("", "does not begin with http://"),
            ("http://me:secret@app", "has a user name"),
            ("http://app/hooks", "has a path or query"),
            ("http://app//", "has a path or query"),
            ("http://app?x=1", "has a path or query"),
            ("http://app#x", "has a path or query"),
            ("http://", "has no valid host"),
            ("http://:3000", "has no valid host"),
            ("http://my app", "has no valid host"),
            ("http://::1", "has no valid host"),
            ("http://[::1", "has no valid host"),
            ("http://[app]", "has no valid host"),
            ("http://[::1]x:1", "has no valid host"),
            ("http://app:", "has no valid port"),
            ("http://app:0", "has no valid port"),
            ("http://app:+1", "has no valid port"),
            ("http://app:65536", "has no valid port"),
        ] {
            let problem = Origin::parse(url).unwrap_err();
            assert!(problem.starts_with(wrong), "{url} {problem}");
        }
    }
}
