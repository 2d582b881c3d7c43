//! For whom a certificate is, by whom, and until when: what a person needs to know to put a wrong one right.

#[cfg(test)]
mod tests;

use std::fmt::{self, Write};
use std::net::IpAddr;
use std::time::{Duration, SystemTime};

use humantime::format_rfc3339_seconds;

use super::der::{BOOLEAN, INTEGER, OCTETS, OID, Reader, SEQUENCE, SET};
use super::time::time;
use crate::telemetry::{cut, visible};

/// How many names are told; a certificate may have thousands.
const TOLD: usize = 5;
/// So long before its end whoever runs this is told that a certificate expires.
pub const SOON: Duration = Duration::from_hours(24 * 14);

const VERSION: u8 = 0xa0;
const EXTENSIONS: u8 = 0xa3;
const DNS_NAME: u8 = 0x82;
const ADDRESS: u8 = 0x87;
const COMMON_NAME: &[u8] = &[0x55, 4, 3];
const ORGANIZATION: &[u8] = &[0x55, 4, 10];
const ALTERNATIVE_NAMES: &[u8] = &[0x55, 0x1d, 0x11];
const PURPOSES: &[u8] = &[0x55, 0x1d, 0x25];
const ANY_PURPOSE: &[u8] = &[0x55, 0x1d, 0x25, 0];
const FOR_SERVERS: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 3, 1];
const FOR_CLIENTS: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 3, 2];

/// What a certificate says of itself. Nothing of it is verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// The names and addresses that it is for, in its order. What else it calls itself counts for nobody.
    pub names: Vec<String>,
    /// What it calls itself, if it does.
    pub subject: Option<String>,
    /// Who made it, if that is told.
    pub issuer: Option<String>,
    /// From when on it holds.
    pub from: SystemTime,
    /// Until when.
    pub until: SystemTime,
    /// Whether who made it is itself.
    pub is_self_issued: bool,
    /// Whether a server may show it.
    pub is_for_servers: bool,
    /// Whether a client may.
    pub is_for_clients: bool,
}

/// How a certificate stands at some time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Validity {
    /// It does not hold yet.
    NotYet,
    /// It holds for a while.
    Good,
    /// It holds for so many more days, which are few.
    Soon(u64),
    /// It holds no more.
    Expired,
}

impl Certificate {
    /// Reads it; `None` if it can't be read.
    #[must_use]
    pub fn read(der: &[u8]) -> Option<Self> {
        let mut signed = Reader::new(der).within(SEQUENCE)?.within(SEQUENCE)?;
        let _version = signed.expect(VERSION);
        signed.expect(INTEGER)?;
        signed.expect(SEQUENCE)?;
        let issuer = signed.expect(SEQUENCE)?;
        let mut validity = signed.within(SEQUENCE)?;
        let mut next = || {
            let (tag, text) = validity.value()?;
            time(tag, text)
        };
        let (from, until) = (next()?, next()?);
        let subject = signed.expect(SEQUENCE)?;
        signed.expect(SEQUENCE)?;
        let extensions = signed.find(|(tag, _)| *tag == EXTENSIONS);
        let extensions = extensions.and_then(|(_, all)| Reader::new(all).within(SEQUENCE));
        let mut read = Self {
            names: Vec::new(),
            subject: called(subject),
            issuer: called(issuer),
            from,
            until,
            is_self_issued: issuer == subject,
            is_for_servers: true,
            is_for_clients: true,
        };
        for (_, extension) in extensions.into_iter().flatten() {
            read.extend(extension)?;
        }
        Some(read)
    }

    fn extend(&mut self, extension: &[u8]) -> Option<()> {
        let mut parts = Reader::new(extension);
        let kind = parts.expect(OID)?;
        let _critical = parts.expect(BOOLEAN);
        let mut value = Reader::new(parts.expect(OCTETS)?);
        match kind {
            ALTERNATIVE_NAMES => {
                let names = value.within(SEQUENCE)?;
                self.names
                    .extend(names.filter_map(|(tag, name)| alternative(tag, name)));
            }
            PURPOSES => {
                let purposes: Vec<_> = value.within(SEQUENCE)?.map(|(_, oid)| oid).collect();
                let is_for = |one| purposes.contains(&one) || purposes.contains(&ANY_PURPOSE);
                self.is_for_servers = is_for(FOR_SERVERS);
                self.is_for_clients = is_for(FOR_CLIENTS);
            }
            _ => {}
        }
        Some(())
    }

    /// How it stands at `now`.
    #[must_use]
    pub fn at(&self, now: SystemTime) -> Validity {
        if now < self.from {
            return Validity::NotYet;
        }
        match self.until.duration_since(now) {
            Err(_) => Validity::Expired,
            Ok(left) if left < SOON => Validity::Soon(left.as_secs() / 86_400),
            Ok(_) => Validity::Good,
        }
    }

    /// The names that it is for, the first few of them, in a list.
    #[must_use]
    pub fn told_names(&self) -> String {
        let told: Vec<_> = self.names.iter().take(TOLD).map(|name| cut(name)).collect();
        let mut list = told.join(", ");
        if let more @ 1.. = self.names.len().saturating_sub(TOLD) {
            let _ = write!(list, " and {more} more");
        }
        list
    }
}

impl fmt::Display for Certificate {
    /// As it stands behind "the certificate".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&*self.names, &self.subject) {
            ([], Some(subject)) => write!(f, "of \"{subject}\", for no name,")?,
            ([], None) => f.write_str("for no name,")?,
            _ => write!(f, "for {},", self.told_names())?,
        }
        match &self.issuer {
            _ if self.is_self_issued => f.write_str(" issued by itself,")?,
            Some(issuer) => write!(f, " issued by \"{issuer}\",")?,
            None => {}
        }
        let [from, until] = [self.from, self.until].map(format_rfc3339_seconds);
        write!(f, " valid from {from} until {until}")
    }
}

/// What a name is in short: its `CN`, or else its `O`.
fn called(name: &[u8]) -> Option<String> {
    let attributes: Vec<_> = Reader::new(name)
        .filter(|(tag, _)| *tag == SET)
        .filter_map(|(_, set)| {
            let mut attribute = Reader::new(set).within(SEQUENCE)?;
            let kind = attribute.expect(OID)?;
            Some((kind, attribute.value()?.1))
        })
        .collect();
    let first = |kind| attributes.iter().find(|(found, _)| *found == kind);
    let (_, text) = first(COMMON_NAME).or_else(|| first(ORGANIZATION))?;
    Some(shown(text))
}

/// A name that a certificate is for; `None` for one that no server is called by.
fn alternative(tag: u8, name: &[u8]) -> Option<String> {
    match (tag, name) {
        (DNS_NAME, name) => Some(shown(name)),
        (ADDRESS, &[a, b, c, d]) => Some(IpAddr::from([a, b, c, d]).to_string()),
        (ADDRESS, bytes) => {
            let bytes: [u8; 16] = bytes.try_into().ok()?;
            Some(IpAddr::from(bytes).to_string())
        }
        _ => None,
    }
}

fn shown(text: &[u8]) -> String {
    visible(&cut(&String::from_utf8_lossy(text)))
}
