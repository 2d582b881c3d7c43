//! By which names it may be asked for.
//!
//! A page anywhere can have its own name lead to this machine, and a browser that has that page open then takes what is
//! here for a part of it (DNS rebinding). The browser says the name all the same, so a name that nobody has allowed is
//! refused. It can't be an address: to those no name leads.

use std::net::{IpAddr, Ipv6Addr};

use http::request::Parts;

use crate::headers::host;
use crate::transport::Peer;

/// The names that are allowed.
#[derive(Debug, Default)]
pub struct Hosts(Vec<String>);

impl Hosts {
    /// These, in whatever case, beside addresses and `localhost`.
    pub fn new(names: &[String]) -> Self {
        Self(names.iter().map(|name| name.to_ascii_lowercase()).collect())
    }

    /// Whether a request of `peer` with this head names one of them. No page reaches a Unix socket, so there any will do.
    pub fn allow(&self, peer: Peer, head: &Parts) -> bool {
        if peer == Peer::Local {
            return true;
        }
        let Some(name) = host(head) else {
            return false;
        };
        let name = name.trim_end_matches('.').to_ascii_lowercase();
        is_address(&name)
            || name == "localhost"
            || name.ends_with(".localhost")
            || self.0.contains(&name)
    }
}

fn is_address(name: &str) -> bool {
    let bare = name
        .strip_prefix('[')
        .and_then(|name| name.strip_suffix(']'));
    match bare {
        Some(bare) => bare.parse::<Ipv6Addr>().is_ok(),
        None => name
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_ipv4()),
    }
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use http::Request;

    use super::*;

    #[test]
    fn a_name_that_nobody_has_allowed_is_refused() {
        let hosts = Hosts::new(&["Metrics.internal".to_owned()]);
        let peer = Peer::from(SocketAddr::from(([127, 0, 0, 1], 1)));
        for (name, is_allowed) in [
            ("127.0.0.1:9090", true),
            ("127.0.0.1", true),
            ("[::1]:9090", true),
            ("10.1.2.3", true),
            ("localhost", true),
            ("LOCALHOST:9090", true),
            ("a.localhost:1", true),
            ("metrics.internal:9090", true),
            ("metrics.internal.", true),
            ("evil.example", false),
            ("127.0.0.1.evil.example:9090", false),
            ("localhost.evil.example", false),
            ("evilmetrics.internal", false),
            ("xlocalhost", false),
            ("::1", false),
            ("2130706433", false),
            ("", false),
        ] {
            let request = Request::get("/").header("host", name);
            let (head, ()) = request.body(()).unwrap().into_parts();
            assert_eq!(hosts.allow(peer, &head), is_allowed, "{name}");
            assert!(hosts.allow(Peer::Local, &head), "{name}");
        }
        // What the target says is what counts (RFC 9112 §3.2.2).
        let request = Request::get("http://evil.example/").header("host", "localhost");
        let (head, ()) = request.body(()).unwrap().into_parts();
        assert!(!hosts.allow(peer, &head));
        let (head, ()) = Request::get("/").body(()).unwrap().into_parts();
        assert!(!hosts.allow(peer, &head));
    }
}
