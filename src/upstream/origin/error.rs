//! Why a URL is none of an upstream.

use std::error::Error;
use std::fmt;

use crate::transport::NoSocketPath;

/// Why a URL is no [`Origin`](super::Origin).
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
