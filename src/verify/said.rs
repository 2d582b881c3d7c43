//! What the header fields of a request say of its signature.

use std::str;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::{HeaderMap, HeaderName};

use super::scheme::{Fields, Layout, Part, Scheme};
use super::{Flaw, Key};
use crate::headers::{Lines, lines};

/// How many signatures of one kind are looked at. Senders write one for each of their secrets, two or three.
const MOST: usize = 16;

/// What the fields say: each of them once, and nothing left out.
pub(super) struct Said<'h> {
    field: HeaderName,
    /// What is in the field of the signature.
    signature: &'h [u8],
    /// What else is signed of the head, and which field has it.
    beside: Vec<(Part, &'h [u8], HeaderName)>,
}

impl Fields {
    /// Whether a request has any of them.
    pub(super) fn is_there(&self, headers: &HeaderMap) -> bool {
        let is_there = |name| lines(headers, name) != Lines::None;
        let mut beside = self.beside.iter().map(|(_, name)| name);
        is_there(&self.signature) || beside.any(is_there)
    }
}

impl<'h> Said<'h> {
    /// What the `fields` of a request say.
    pub(super) fn read(
        scheme: &Scheme,
        fields: &Fields,
        headers: &'h HeaderMap,
    ) -> Result<Self, Flaw> {
        let signature = only(headers, &fields.signature)?;
        let mut beside = Vec::new();
        for (part, name) in &fields.beside {
            beside.push((*part, only(headers, name)?, name.clone()));
        }
        if let Layout::Pairs {
            separator, time, ..
        } = scheme.layout
        {
            let mut times = pairs(signature, separator, time);
            let (Some(time), None) = (times.next(), times.next()) else {
                return Err(Flaw::Malformed(fields.signature.clone()));
            };
            beside.push((Part::Time, time, fields.signature.clone()));
        }
        Ok(Self {
            field: fields.signature.clone(),
            signature,
            beside,
        })
    }

    /// The signatures that may be of this key.
    pub(super) fn signatures(&self, layout: &Layout, key: &Key) -> Vec<&'h [u8]> {
        match layout {
            Layout::Prefixed(prefix) => {
                let bare = self.signature.strip_prefix(prefix.as_bytes());
                bare.into_iter().collect()
            }
            Layout::Pairs {
                separator,
                signature,
                ..
            } => pairs(self.signature, *separator, signature)
                .take(MOST)
                .collect(),
            Layout::Versions => {
                let all = self.signature.split(|&byte| byte == b' ');
                let kind: &[u8] = if key.is_public() { b"v1a," } else { b"v1," };
                all.filter_map(|one| one.strip_prefix(kind))
                    .take(MOST)
                    .collect()
            }
        }
    }

    /// What is signed of the head as this part.
    pub(super) fn part(&self, part: Part) -> &'h [u8] {
        let found = self.beside.iter().find(|(beside, ..)| *beside == part);
        found.map(|(_, value, _)| *value).unwrap_or_default()
    }

    /// When it was signed, where that is signed.
    pub(super) fn time(&self) -> Result<Option<SystemTime>, Flaw> {
        let times = self.beside.iter().filter(|(part, ..)| *part == Part::Time);
        let read = |(_, value, field): &(Part, &[u8], HeaderName)| {
            time(value).ok_or_else(|| Flaw::Malformed(field.clone()))
        };
        times.map(read).next().transpose()
    }

    /// Why there is no signature to look at, if there is none for any of these keys.
    pub(super) fn check_form(&self, layout: &Layout, keys: &[Key]) -> Result<(), Flaw> {
        let is_any = |key| !self.signatures(layout, key).is_empty();
        if keys.is_empty() || keys.iter().any(is_any) {
            Ok(())
        } else {
            Err(Flaw::Malformed(self.field.clone()))
        }
    }
}

fn only<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Result<&'h [u8], Flaw> {
    match lines(headers, name) {
        Lines::One(value) => Ok(value),
        Lines::None => Err(Flaw::Missing(name.clone())),
        Lines::Several => Err(Flaw::Several(name.clone())),
    }
}

/// What is behind each `name=` between separators.
fn pairs<'h>(field: &'h [u8], separator: u8, name: &'static str) -> impl Iterator<Item = &'h [u8]> {
    let pairs = field.split(move |&byte| byte == separator);
    pairs.filter_map(move |pair| pair.strip_prefix(name.as_bytes())?.strip_prefix(b"="))
}

/// A time in seconds since 1970, or as RFC 3339 has it in UTC.
fn time(written: &[u8]) -> Option<SystemTime> {
    /// Digits of a second before the year 5138.
    const LONGEST: usize = 11;
    let written = str::from_utf8(written).ok()?;
    if written.bytes().all(|byte| byte.is_ascii_digit()) {
        let seconds = written.parse().ok().filter(|_| written.len() <= LONGEST)?;
        Some(UNIX_EPOCH + Duration::from_secs(seconds))
    } else {
        humantime::parse_rfc3339(written).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_read_in_the_ways_that_senders_write_it() {
        let at = |nanos| Some(UNIX_EPOCH + Duration::from_nanos(nanos));
        for (written, expected) in [
            ("0", at(0)),
            ("1700000000", at(1_700_000_000_000_000_000)),
            ("2023-11-14T22:13:20Z", at(1_700_000_000_000_000_000)),
            (
                "2023-11-14T22:13:20.634234626Z",
                at(1_700_000_000_634_234_626),
            ),
            ("", None),
            ("+1", None),
            ("-1", None),
            ("1.5", None),
            ("0x1", None),
            ("99999999999999999999", None),
            ("1700000000000", None),
            ("2023-11-14", None),
            ("now", None),
        ] {
            assert_eq!(time(written.as_bytes()), expected, "{written:?}");
        }
    }
}
