//! The upstream: a host and a port, or a Unix socket.

use std::error::Error;
use std::fmt;
use std::net::Ipv6Addr;
use std::path::{Path, PathBuf};

use http::uri::Authority;

use crate::transport::{NoSocketPath, UNIX, socket_path};

/// Where a server is: what an `http://` URL says before its path, or a Unix socket.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Origin {
    host: String,
    port: u16,
    authority: Authority,
    /// By which alone it is reached, if it is on one.
    socket: Option<PathBuf>,
}

/// Why a URL is no [`Origin`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OriginError {
    /// `https://`, which this version can't speak.
    Https,
    /// `unix:` and no path of a socket.
    Socket(NoSocketPath),
    /// It does not begin with `http://`.
    Scheme,
    /// A user name: it would be added to requests, which go on as they came.
    Credentials,
    /// A path, a query or a fragment: requests have their own.
    Path,
    /// No host, or one that is no name and no address.
    Host,
    /// A port that is none from 1 to 65535.
    Port,
}

impl Origin {
    /// Reads `http://host` or `http://host:port`, with at most a `/` behind it; or `unix:/path`.
    ///
    /// # Errors
    /// For anything else.
    pub fn parse(url: &str) -> Result<Self, OriginError> {
        let rest = match url.split_once(':') {
            Some(("http", rest)) => rest.strip_prefix("//"),
            Some(("https", _)) => return Err(OriginError::Https),
            Some(("unix", path)) => {
                let path = socket_path(path).map_err(OriginError::Socket)?;
                return Ok(Self::on_socket(path));
            }
            _ => None,
        };
        let rest = rest.ok_or(OriginError::Scheme)?;
        let authority = rest.strip_suffix('/').unwrap_or(rest);
        if authority.contains('@') {
            return Err(OriginError::Credentials);
        }
        if authority.contains(['/', '?', '#']) {
            return Err(OriginError::Path);
        }
        let (host, port) = split_port(authority);
        let host = parse_host(host).ok_or(OriginError::Host)?;
        let port = parse_port(port).ok_or(OriginError::Port)?;
        let authority = show(&host, port).parse().map_err(|_| OriginError::Host)?;
        Ok(Self {
            host,
            port,
            authority,
            socket: None,
        })
    }

    /// The server on the socket at `path`. It goes by the name that others give such a server, since it has none.
    fn on_socket(path: PathBuf) -> Self {
        Self {
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

    /// As it is written in the config.
    #[must_use]
    pub fn url(&self) -> String {
        match &self.socket {
            Some(_) => self.to_string(),
            None => format!("http://{self}"),
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

fn parse_port(port: Option<&str>) -> Option<u16> {
    let Some(port) = port else { return Some(80) };
    let digits = port.bytes().all(|byte| byte.is_ascii_digit());
    port.parse().ok().filter(|&port| digits && port != 0)
}

impl fmt::Display for Origin {
    /// The [`authority`](Self::authority), or the socket as it is written in the config.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.socket {
            Some(path) => write!(f, "{UNIX}{}", path.display()),
            None => f.write_str(self.authority.as_str()),
        }
    }
}

impl fmt::Display for OriginError {
    /// The rest of a sentence that begins with the URL.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Https => "is HTTPS, not supported in this version",
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
    fn anything_else_is_refused() {
        use OriginError::{Credentials, Host, Https, Path, Port, Scheme, Socket};
        for (url, wrong) in [
            ("https://app", Https),
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
