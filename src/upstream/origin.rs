//! The upstream: how it is spoken to, and where: a host and a port, or a Unix socket.

use std::error::Error;
use std::fmt;
use std::net::Ipv6Addr;
use std::path::{Path, PathBuf};

use http::uri::Authority;

use crate::tls::ServerName;
use crate::transport::{NoSocketPath, UNIX, socket_path};

/// Where a server is: what a URL says before its path, or a Unix socket.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Origin {
    scheme: Scheme,
    host: String,
    port: u16,
    authority: Authority,
    /// By which alone it is reached, if it is on one.
    socket: Option<PathBuf>,
}

/// How a server is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scheme {
    /// Plain, `http://`.
    Http,
    /// By TLS, `https://`.
    Https,
}

/// Why a URL is no [`Origin`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OriginError {
    /// `unix:` and no path of a socket.
    Socket(NoSocketPath),
    /// It does not begin with `http://` or `https://`.
    Scheme,
    /// A user name: it would be added to requests, which go on as they came.
    Credentials,
    /// A path, a query or a fragment: requests have their own.
    Path,
    /// No host, or one that is no name and no address; for `https://`, one for which there can be no certificate.
    Host,
    /// A port that is none from 1 to 65535.
    Port,
}

impl Scheme {
    /// What is before the `:` of a URL.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }

    /// The port of a URL that has none.
    fn port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
        }
    }
}

impl Origin {
    /// Reads `http://host` or `http://host:port`, or the same with `https`, with at most a `/` behind it; or `unix:/path`.
    ///
    /// # Errors
    /// For anything else.
    pub fn parse(url: &str) -> Result<Self, OriginError> {
        let (scheme, rest) = match url.split_once(':') {
            Some(("http", rest)) => (Scheme::Http, rest),
            Some(("https", rest)) => (Scheme::Https, rest),
            Some(("unix", path)) => {
                let path = socket_path(path).map_err(OriginError::Socket)?;
                return Ok(Self::on_socket(path));
            }
            _ => return Err(OriginError::Scheme),
        };
        let rest = rest.strip_prefix("//").ok_or(OriginError::Scheme)?;
        let authority = rest.strip_suffix('/').unwrap_or(rest);
        if authority.contains('@') {
            return Err(OriginError::Credentials);
        }
        if authority.contains(['/', '?', '#']) {
            return Err(OriginError::Path);
        }
        let (host, port) = split_port(authority);
        let host = parse_host(host).ok_or(OriginError::Host)?;
        if scheme == Scheme::Https && ServerName::try_from(&*host).is_err() {
            return Err(OriginError::Host);
        }
        let port = parse_port(port, scheme.port()).ok_or(OriginError::Port)?;
        let authority = show(&host, port, scheme.port());
        let authority = authority.parse().map_err(|_| OriginError::Host)?;
        Ok(Self {
            scheme,
            host,
            port,
            authority,
            socket: None,
        })
    }

    /// The server on the socket at `path`. It goes by the name that others give such a server, since it has none.
    fn on_socket(path: PathBuf) -> Self {
        Self {
            scheme: Scheme::Http,
            host: "localhost".to_owned(),
            port: 80,
            authority: Authority::from_static("localhost"),
            socket: Some(path),
        }
    }

    /// The path of the Unix socket on which it is; then host and port are but what it is called.
    #[must_use]
    pub fn socket(&self) -> Option<&Path> {
        self.socket.as_deref()
    }

    /// How it is spoken to.
    #[must_use]
    pub fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// A name of ASCII letters, digits, `.`, `-` and `_`, or an IP address; IPv6 without brackets.
    ///
    /// A name is looked up when a connection is made, not when the config is read.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// 1 to 65535; where the URL has none 80, or 443 for `https`.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// What a `Host` field has: IPv6 in brackets, the port left out where a URL need not have it.
    #[must_use]
    pub fn authority(&self) -> &Authority {
        &self.authority
    }

    /// The whole URL, as the config may have it.
    #[must_use]
    pub fn url(&self) -> String {
        match &self.socket {
            Some(_) => self.to_string(),
            None => format!("{}://{}", self.scheme.name(), self.authority),
        }
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

fn parse_port(port: Option<&str>, default: u16) -> Option<u16> {
    let Some(port) = port else {
        return Some(default);
    };
    let digits = port.bytes().all(|byte| byte.is_ascii_digit());
    port.parse().ok().filter(|&port| digits && port != 0)
}

impl fmt::Display for Origin {
    /// The [`authority`](Self::authority), with the scheme where that is not `http`; or the socket as it is written in the
    /// config.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(path) = &self.socket {
            return write!(f, "{UNIX}{}", path.display());
        }
        if self.scheme != Scheme::Http {
            write!(f, "{}://", self.scheme.name())?;
        }
        f.write_str(self.authority.as_str())
    }
}

impl fmt::Display for OriginError {
    /// The rest of a sentence that begins with the URL.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Socket(wrong) => return wrong.fmt(f),
            Self::Scheme => "does not begin with http://",
            Self::Credentials => "has a user name, but requests go on as they came",
            Self::Path => "has a path or query, but requests keep their own",
            Self::Host => "has no valid host",
            Self::Port => "has no port from 1 to 65535",
        })
    }
}

impl Error for OriginError {}

fn show(host: &str, port: u16, default: u16) -> String {
    let host = if host.contains(':') {
        format!("[{host}]")
    } else {
        host.to_owned()
    };
    if port == default {
        host
    } else {
        format!("{host}:{port}")
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
    fn one_on_a_socket_shows_as_that_and_is_called_localhost() {
        let origin = Origin::parse("unix:/run/my app.sock").unwrap();
        assert_eq!(
            origin.socket(),
            Some(std::path::Path::new("/run/my app.sock"))
        );
        assert_eq!(origin.authority(), "localhost");
        assert_eq!(origin.url(), "unix:/run/my app.sock");
        assert_ne!(origin, Origin::parse("http://localhost").unwrap());
        assert_eq!(Origin::parse("http://app:80/").unwrap().url(), "http://app");
    }

    #[test]
    fn another_scheme_is_another_origin_with_another_port() {
        for (url, port, shown) in [
            ("https://app", 443, "https://app"),
            ("https://app:443/", 443, "https://app"),
            ("https://app:80", 80, "https://app:80"),
            ("https://[::1]", 443, "https://[::1]"),
            ("http://app:443", 443, "app:443"),
        ] {
            let origin = Origin::parse(url).unwrap();
            assert_eq!(
                (origin.port(), &*origin.to_string()),
                (port, shown),
                "{url}"
            );
            assert_eq!(Origin::parse(&origin.url()), Ok(origin), "{url}");
        }
        assert_ne!(
            Origin::parse("http://app:443"),
            Origin::parse("https://app")
        );
    }

    #[test]
    fn anything_else_is_refused() {
        use OriginError::{Credentials, Host, Path, Port, Scheme, Socket};
        for (url, wrong) in [
            ("https:app", Scheme),
            ("https://app/hooks", Path),
            ("https://a..b", Host),
            ("https://me@app", Credentials),
            ("https://app:0", Port),
            ("unix:run/app.sock", Socket(NoSocketPath::Relative)),
            ("unix:///run/app.sock", Socket(NoSocketPath::Slashes)),
            ("unix:@app", Socket(NoSocketPath::Abstract)),
            ("127.0.0.1:3000", Scheme),
            ("http:app", Scheme),
            ("ftp://app", Scheme),
            ("", Scheme),
            ("http://me:secret@app", Credentials),
            ("http://app/hooks", Path),
            ("http://app//", Path),
            ("http://app?x=1", Path),
            ("http://app#x", Path),
            ("http://", Host),
            ("http://:3000", Host),
            ("http://my app", Host),
            ("http://::1", Host),
            ("http://[::1", Host),
            ("http://[app]", Host),
            ("http://[::1]x:1", Host),
            ("http://app:", Port),
            ("http://app:0", Port),
            ("http://app:+1", Port),
            ("http://app:65536", Port),
        ] {
            assert_eq!(Origin::parse(url), Err(wrong), "{url}");
        }
    }
}
