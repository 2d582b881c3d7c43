//! Readers: from one value of the file to what it means.
//!
//! The error of each is the rest of a sentence that begins with the value: what is wrong, then what to write.

use std::net::{IpAddr, SocketAddr};
use std::ops::RangeInclusive;
use std::path::PathBuf;

use ipnet::{IpNet, Ipv4Net};
use toml::de::{DeInteger, DeValue};

use super::listen::{Listen, SYSTEMD};
use super::mend;
use super::syntax::without_typographic_quotes;
use crate::headers::Trusted;
use crate::server::{Account, NoAccount};
use crate::transport::{Address, UNIX, socket_path};

/// What a value is, by the look of it: `a string`, `an integer`, ….
pub(super) fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) => "an integer",
        DeValue::Float(_) => "a fraction",
        DeValue::Boolean(_) => "a boolean",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a section",
    }
}

/// The string itself; `right` says what to write if it is none.
pub(super) fn string<'v>(value: &'v DeValue<'_>, right: &str) -> Result<&'v str, String> {
    let text = value
        .as_str()
        .ok_or_else(|| format!("is {}; write {right}", kind(value)))?;
    plain(text)
}

/// `text`, unless there are typographic quotes around it: no name, number or pattern has those.
pub(super) fn plain(text: &str) -> Result<&str, String> {
    match without_typographic_quotes(text) {
        Some(bare) => Err(format!("has typographic quotes in it; write {bare:?}")),
        None => Ok(text),
    }
}

/// `true` or `false`.
pub(super) fn flag(value: &DeValue<'_>) -> Result<bool, String> {
    value
        .as_bool()
        .ok_or_else(|| format!("is {}; write true or false", kind(value)))
}

/// The path of a file.
pub(super) fn file(value: &DeValue<'_>) -> Result<PathBuf, String> {
    path(
        value,
        r#"the path of a file, as "/var/lib/hooksieve/dropped.jsonl""#,
    )
}

/// The path of a file of certificates or of a key.
pub(super) fn pem(value: &DeValue<'_>) -> Result<PathBuf, String> {
    path(value, r#"the path of a file, as "/etc/hooksieve/cert.pem""#)
}

/// Such a path, or a list of them.
pub(super) fn pems(value: &DeValue<'_>) -> Result<Vec<PathBuf>, String> {
    match value {
        DeValue::Array(entries) if entries.is_empty() => {
            Err("is empty; write the path of a file, or leave the key out".to_owned())
        }
        DeValue::Array(entries) => entries.iter().map(|entry| pem(entry.get_ref())).collect(),
        one => Ok(vec![pem(one)?]),
    }
}

fn path(value: &DeValue<'_>, right: &str) -> Result<PathBuf, String> {
    match string(value, right)? {
        "" => Err(format!("is empty; write {right}")),
        path if path.ends_with('/') => Err(format!("is a directory; write {right}")),
        path if path.contains('\0') => Err(format!("has a NUL in it; write {right}")),
        path => Ok(PathBuf::from(path)),
    }
}

/// A whole number within `range`.
pub(super) fn integer(
    range: RangeInclusive<usize>,
) -> impl Fn(&DeValue<'_>) -> Result<usize, String> {
    move |value| {
        let right = format!(
            "write a whole number from {} to {}",
            range.start(),
            range.end()
        );
        let parse =
            |written: &DeInteger<'_>| usize::from_str_radix(written.as_str(), written.radix()).ok();
        match value {
            DeValue::Integer(written) => parse(written)
                .filter(|number| range.contains(number))
                .ok_or_else(|| format!("is out of range; {right}")),
            other => Err(format!("is {}; {right}", kind(other))),
        }
    }
}

/// One of a few words, each with its meaning.
pub(super) fn word<T: Copy>(words: &[(&str, T)]) -> impl Fn(&DeValue<'_>) -> Result<T, String> {
    move |value| {
        let quoted: Vec<_> = words.iter().map(|(word, _)| format!("{word:?}")).collect();
        let right = quoted.join(" or ");
        let written = string(value, &right)?;
        let found = words.iter().find(|(word, _)| *word == written);
        found
            .map(|&(_, meaning)| meaning)
            .ok_or_else(|| format!("is not known; write {right}"))
    }
}

/// The port that an integer could stand for.
pub(super) fn port(value: &DeValue<'_>) -> Option<u16> {
    let written = value.as_integer()?;
    u16::from_str_radix(written.as_str(), written.radix()).ok()
}

/// Where senders connect: an IP address and a port, port 0 for any that is free; a Unix socket; or what is handed over.
pub(super) fn listen(value: &DeValue<'_>) -> Result<Listen, String> {
    const RIGHT: &str =
        r#"an IP address and a port, as "127.0.0.1:8080", or "unix:/run/hooksieve/in.sock""#;
    if value.as_str() == Some(SYSTEMD) {
        return Ok(Listen::Systemd);
    }
    let listen = address(value, RIGHT, "unix:/run/hooksieve/in.sock", mend::LISTEN);
    listen.map(Listen::At)
}

/// The same for those who run this, to whom nothing is handed over.
pub(super) fn listener(value: &DeValue<'_>) -> Result<Address, String> {
    const RIGHT: &str =
        r#"an IP address and a port, as "127.0.0.1:9090", or "unix:/run/hooksieve/admin.sock""#;
    const PORT: u16 = 9090;
    address(value, RIGHT, "unix:/run/hooksieve/admin.sock", PORT)
}

/// A Unix socket.
pub(super) fn socket(value: &DeValue<'_>) -> Result<PathBuf, String> {
    const EXAMPLE: &str = "unix:/run/hooksieve/handover.sock";
    let right = format!("a Unix socket, as \"{EXAMPLE}\"");
    let written = string(value, &right)?;
    let path = written
        .strip_prefix(UNIX)
        .ok_or_else(|| format!("is no Unix socket; write {right}"))?;
    socket_path(path).map_err(|wrong| format!("{wrong}; {}", wrong.remedy(EXAMPLE)))
}

fn address(value: &DeValue<'_>, right: &str, socket: &str, port: u16) -> Result<Address, String> {
    let Some(path) = value.as_str().and_then(|text| text.strip_prefix(UNIX)) else {
        return ip_and_port(value, right, port).map(Address::Tcp);
    };
    socket_path(path)
        .map(Address::Unix)
        .map_err(|wrong| format!("{wrong}; {}", wrong.remedy(socket)))
}

/// The mode of a file, without the bits that mean nothing for a socket.
pub(super) fn mode(value: &DeValue<'_>) -> Result<u32, String> {
    const RIGHT: &str = r#"an octal mode in quotes, as "0660""#;
    let written = string(value, RIGHT)?;
    let digits = written.strip_prefix('0').unwrap_or(written);
    let mode = u32::from_str_radix(digits, 8).ok();
    mode.filter(|_| digits.len() == 3 && !digits.starts_with('+'))
        .ok_or_else(|| format!("is no mode; write {RIGHT}"))
}

/// A user or a group, which is looked up at the start.
pub(super) fn account(value: &DeValue<'_>) -> Result<Account, String> {
    const RIGHT: &str = r#"a name or a number in quotes, as "www-data""#;
    let written = string(value, RIGHT)?;
    written
        .parse()
        .map_err(|NoAccount| format!("is no name and no number of one; write {RIGHT}"))
}

fn ip_and_port(value: &DeValue<'_>, right: &str, port: u16) -> Result<SocketAddr, String> {
    let Some(written) = value.as_str() else {
        let right = self::port(value).map_or(right.to_owned(), mend::listen_on_port);
        return Err(format!("is {}; write {right}", kind(value)));
    };
    written.parse().map_err(|_| {
        let (_, around) = mend::bare(written);
        let wrong = if mend::is_without_port(written) {
            "has no port"
        } else {
            "is not an address"
        };
        let right = mend::listen(written, port).unwrap_or(right.to_owned());
        format!("{}; write {right}", around.unwrap_or(wrong))
    })
}

/// Peers to trust: a network, or whoever is on a Unix socket.
pub(super) fn trusted(written: &str) -> Result<Trusted, String> {
    match written.parse() {
        Ok(Trusted::Local) => Ok(Trusted::Local),
        _ => network(written).map(Trusted::from),
    }
}

/// An IP address, or a network as its first address and the length of its prefix. IPv4 in IPv6 clothes
/// (`::ffff:10.0.0.0/104`) is the IPv4 that it stands for, as a peer's address is.
fn network(written: &str) -> Result<IpNet, String> {
    if let Ok(address) = written.parse::<IpAddr>() {
        return Ok(address.to_canonical().into());
    }
    let network: IpNet = written.parse().map_err(|_| {
        r#"is not a network; write an IP address or a network, as "10.0.0.0/8", or "unix" for Unix sockets"#.to_owned()
    })?;
    let network = unmapped(network).unwrap_or(network);
    let first = network.trunc();
    if first == network {
        Ok(network)
    } else {
        let address = network.addr();
        Err(format!(
            r#"is neither network nor address; write "{first}" or "{address}""#
        ))
    }
}

/// The IPv4 network for which an IPv6 one stands, if it does (RFC 4291 §2.5.5.2).
fn unmapped(network: IpNet) -> Option<IpNet> {
    const MAPPED: u8 = 96;
    let IpNet::V6(network) = network else {
        return None;
    };
    let address = network.addr().to_ipv4_mapped()?;
    let length = network.prefix_len().checked_sub(MAPPED)?;
    Ipv4Net::new(address, length).ok().map(IpNet::from)
}
