//! `hooksieve demo`: an endpoint, hooksieve before it with the shipped config, and a few events.
//!
//! The endpoint verifies a signature over the raw body, as Stripe's libraries do, so what it accepts has come
//! through byte for byte.

mod endpoint;
mod events;
mod sender;
mod signature;

use std::io::{self, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};

use crate::config::{Config, Origin};
use crate::run;
use endpoint::Endpoint;

/// The config as shipped.
const CONFIG: &str = include_str!("../../config.toml");

/// Shows what hooksieve does with each of a few events, on stdout.
///
/// Listens where the shipped config says, or on free ports if those are taken.
///
/// # Errors
///
/// When a socket can't be had, or what came back differs from what the demo is there to show.
pub fn run() -> io::Result<()> {
    let mut config =
        Config::parse(CONFIG).map_err(|_| io::Error::other("the shipped config is invalid"))?;
    let wanted = SocketAddr::from((Ipv4Addr::LOCALHOST, config.upstream.port));
    let endpoint = Endpoint::start(bind(wanted)?)?;
    config.upstream = Origin {
        host: endpoint.address().ip().to_string(),
        port: endpoint.address().port(),
    };
    let proxy = run::start(&config, bind(config.listen)?)?;

    let out = &mut io::stdout().lock();
    writeln!(
        out,
        "endpoint   http://{}, which verifies the signature of every event",
        endpoint.address()
    )?;
    writeln!(
        out,
        "hooksieve  http://{}, with the shipped config.toml: deny = [\"batch.*\"]\n",
        proxy.address()
    )?;
    let mut surprises = 0;
    for event in events::all() {
        let told = sender::send(proxy.address(), &event.body)?;
        let received = endpoint.received();
        writeln!(out, "sent       {}", event.what)?;
        writeln!(
            out,
            "endpoint   {}",
            received.as_deref().unwrap_or("was not bothered")
        )?;
        writeln!(out, "sender     was told {} {:?}\n", told.status, told.body)?;
        surprises += usize::from(received.is_some() != event.passes || told.status != event.status);
    }
    let _stopped = proxy.stop();
    if surprises > 0 {
        return Err(io::Error::other("not all events were treated as announced"));
    }
    writeln!(
        out,
        "Denied events were answered by hooksieve; all others came through byte for byte, and so did the answers."
    )
}

/// Listens on `wanted`, or on a free port if that is taken.
fn bind(wanted: SocketAddr) -> io::Result<TcpListener> {
    TcpListener::bind(wanted).or_else(|_| TcpListener::bind(SocketAddr::new(wanted.ip(), 0)))
}
