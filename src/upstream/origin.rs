//! The upstream: how it is spoken to, and where: a host and a port, or a Unix socket.

mod error;

use std::fmt;
use std::net::Ipv6Addr;
use std::path::{Path, PathBuf};

use http::uri::Authority;

use crate::tls::ServerName;
use crate::transport::{UNIX, socket_path};
pub use error::OriginError;

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
mod tests;
