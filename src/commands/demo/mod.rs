//! `hooksieve demo`: an endpoint, hooksieve before it with the shipped config, and a few events.
//!
//! The endpoint verifies a signature over the raw body, as Stripe's libraries do, so what it accepts has come
//! through byte for byte.

mod endpoint;
mod events;
mod sender;
mod signature;

use std::io::{self, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};

use crate::config::Config;
use crate::server::Bound;
use crate::tls::Sides;
use crate::workers;
use endpoint::{Endpoint, Received};
use events::Event;
use sender::Told;

/// The config as shipped.
const CONFIG: &str = include_str!("../../../config.toml");
/// The port of its `upstream`.
const PORT: u16 = 3000;
/// Its `listen`.
const SENDERS: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8080);

const CONCLUSION: &str = "\
Denied events were answered by hooksieve. All others came through byte for byte, and so did the answers,
the endpoint's 500 included: its sender will try again. A list passes whole if anything in it may pass.
What can't be read for certain, here a body that is no JSON, passes as well.";

/// Shows what hooksieve does with each of a few events, on stdout.
///
/// Listens where the shipped config says, or on free ports if those are taken.
///
/// # Errors
///
/// When a socket can't be had, or what came of an event differs from what the demo is there to show.
pub fn run() -> io::Result<()> {
    let wanted = SocketAddr::from((Ipv4Addr::LOCALHOST, PORT));
    let endpoint = Endpoint::start(bind(wanted)?)?;
    let [shipped, at_hand] =
        [wanted, endpoint.address()].map(|address| format!("http://{address}"));
    let config = Config::parse(&CONFIG.replacen(&shipped, &at_hand, 1))
        .map_err(|_| io::Error::other("the shipped config is invalid"))?;
    let listener = bind(SENDERS)?;
    let address = listener.local_addr()?;
    let listeners = vec![Bound::Tcp(listener)];
    let workers = workers::prepare(&config, listeners, None, &Sides::default())?;
    let (proxy, _rules) = workers.start()?;

    let out = &mut io::stdout().lock();
    writeln!(out, "hooksieve   http://{address}")?;
    writeln!(
        out,
        "            with the shipped config.toml, deny = [\"batch.*\"]"
    )?;
    writeln!(out, "endpoint    http://{}", endpoint.address())?;
    writeln!(
        out,
        "            behind it, verifies the signature over each raw body\n"
    )?;
    row(
        out,
        ["EVENT", "SENT", "ENDPOINT RECEIVED", "SENDER WAS TOLD"],
    )?;
    let mut went_as_meant = true;
    for event in events::all() {
        let told = sender::send(address, &event.body)?;
        let received = endpoint.received();
        show(out, &event, received.as_ref(), &told)?;
        went_as_meant &= is_as_meant(&event, received.as_ref(), &told);
    }
    let _stopped = proxy.threads.stop();
    if !went_as_meant {
        return Err(io::Error::other("not all events were treated as announced"));
    }
    writeln!(out, "\n{CONCLUSION}")
}

fn show(
    out: &mut impl Write,
    event: &Event,
    received: Option<&Received>,
    told: &Told,
) -> io::Result<()> {
    let sent = bytes(event.body.len());
    let received = received.map_or("nothing".to_owned(), |received| {
        let verifies = if received.is_signed {
            "signature verifies"
        } else {
            "SIGNATURE WRONG"
        };
        format!("{}, {verifies}", bytes(received.body.len()))
    });
    let told = format!("{} {:?}", told.status, told.body);
    row(out, [event.name, &sent, &received, &told])
}

fn row(out: &mut impl Write, [event, sent, received, told]: [&str; 4]) -> io::Result<()> {
    writeln!(out, "{event:<30} {sent:>5}   {received:<25}   {told}")
}

/// As wide as any other, so that they stand below each other.
fn bytes(count: usize) -> String {
    format!("{count:>3} B")
}

/// Whether an event passed or not, whole, and with its answer, as was to be shown.
fn is_as_meant(event: &Event, received: Option<&Received>, told: &Told) -> bool {
    let passed = received.map(|received| (&*received.body, received.answer));
    let meant = event.passes.then_some(event.body.as_bytes());
    passed.map(|(body, _)| body) == meant
        && told.body == passed.map_or("", |(_, answer)| answer)
        && told.status == event.status
}

/// Listens on `wanted`, or on a free port if that is taken.
fn bind(wanted: SocketAddr) -> io::Result<TcpListener> {
    TcpListener::bind(wanted).or_else(|_| TcpListener::bind(SocketAddr::new(wanted.ip(), 0)))
}
