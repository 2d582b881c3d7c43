//! A line of the record: written, and read again.
//!
//! It begins with its number and the hash of the line before, and ends with its own hash, which is that of all its bytes
//! in front of `,"hash":`. So each line can be checked by itself, the last one too.

#[cfg(test)]
pub(super) mod tests;

use std::borrow::Cow;
use std::fmt;
use std::io::{self, Write};
use std::time::SystemTime;

use aws_lc_rs::digest::{Context, SHA256};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde::Deserialize;

use super::Dropped;
use super::hash::{Hash, Link};
use crate::telemetry::in_json;

/// What a line begins with.
pub(super) const BEGIN: &[u8] = b"{\"number\":";
/// What is between what is hashed and the hash.
const SEAL: &[u8] = b",\"hash\":\"";
/// What is behind the hash.
const END: &[u8] = b"\"}";
/// How much of a body is encoded at once: a multiple of three, so that the pieces are one text.
const BLOCK: usize = 48 * 1024;

/// What a line says.
#[derive(Debug, PartialEq, Eq)]
pub struct Line<'a> {
    /// The line itself.
    pub link: Link,
    /// The hash of the line before it.
    pub previous: Hash,
    /// When the event came.
    pub time: SystemTime,
    /// The route that took it; `None` is the top level.
    pub route: Option<Cow<'a, str>>,
    /// Its type, cut as in the log.
    pub event_type: Option<Cow<'a, str>>,
    /// Its `id`, likewise.
    pub event_id: Option<Cow<'a, str>>,
    /// Who sent it.
    pub peer: Cow<'a, str>,
    /// Its head, of which each byte is the character with that number.
    head: Cow<'a, str>,
    /// Its body, encoded.
    body: Option<Cow<'a, str>>,
}

/// Why bytes are no line of a record: they were not written so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Broken;

/// The members of a line that count. All else in it is left alone.
#[derive(Deserialize)]
struct Members<'a> {
    number: u64,
    #[serde(rename = "prev")]
    previous: Hash,
    #[serde(borrow)]
    time: Text<'a>,
    #[serde(borrow)]
    route: Option<Text<'a>>,
    #[serde(borrow, rename = "type")]
    event_type: Option<Text<'a>>,
    #[serde(borrow, rename = "id")]
    event_id: Option<Text<'a>>,
    #[serde(borrow)]
    peer: Text<'a>,
    #[serde(borrow)]
    head: Text<'a>,
    #[serde(borrow)]
    body: Option<Text<'a>>,
}

/// Borrowed unless it has escapes. In an `Option`, a bare `Cow` would always be copied.
#[derive(Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

/// Writes the line of an event behind `last`, and gives the link to it.
///
/// # Errors
///
/// Those of `out`, which has part of a line then.
pub(super) fn write(out: &mut impl Write, last: &Link, event: &Dropped) -> io::Result<Link> {
    let number = last.number + 1;
    let mut out = Hashing {
        out,
        digest: Context::new(&SHA256),
    };
    out.write_all(BEGIN)?;
    write!(out, "{number},\"prev\":\"{}\"", last.hash)?;
    let time = humantime::format_rfc3339_micros(event.time);
    write!(out, ",\"time\":\"{time}\"")?;
    for (name, text) in [
        ("route", event.route.as_deref()),
        ("type", event.event_type.as_deref()),
        ("id", event.event_id.as_deref()),
        ("rule", event.rule.as_deref()),
    ] {
        if let Some(text) = text {
            write!(out, ",\"{name}\":{}", in_json(text))?;
        }
    }
    let head: String = event.head.iter().copied().map(char::from).collect();
    let (peer, bytes) = (event.peer, event.bytes);
    write!(out, ",\"peer\":\"{peer}\",\"head\":{}", in_json(&head))?;
    write!(out, ",\"bytes\":{bytes}")?;
    if let Some(pieces) = &event.body {
        out.write_all(b",\"body\":\"")?;
        write_base64(&mut out, pieces)?;
        out.write_all(b"\"")?;
    }
    let Hashing { out, digest } = out;
    let hash = Hash::from(digest.finish());
    out.write_all(SEAL)?;
    write!(out, "{hash}")?;
    out.write_all(END)?;
    out.write_all(b"\n")?;
    Ok(Link { number, hash })
}

fn write_base64(out: &mut impl Write, pieces: &[Bytes]) -> io::Result<()> {
    let mut block = Vec::with_capacity(BLOCK);
    for piece in pieces {
        let mut rest = &piece[..];
        while !rest.is_empty() {
            let (now, later) = rest.split_at(rest.len().min(BLOCK - block.len()));
            block.extend_from_slice(now);
            rest = later;
            if block.len() == BLOCK {
                out.write_all(STANDARD.encode(&block).as_bytes())?;
                block.clear();
            }
        }
    }
    out.write_all(STANDARD.encode(&block).as_bytes())
}

impl<'a> Line<'a> {
    /// Reads a line, without its end.
    ///
    /// # Errors
    ///
    /// When it is none, or is not as it was written.
    pub fn read(line: &'a [u8]) -> Result<Self, Broken> {
        let own = sealed(line)?;
        let members: Members<'_> = serde_json::from_slice(line).map_err(|_| Broken)?;
        Ok(Self {
            link: Link {
                number: members.number,
                hash: own,
            },
            previous: members.previous,
            time: humantime::parse_rfc3339(&members.time.0).map_err(|_| Broken)?,
            route: members.route.map(|text| text.0),
            event_type: members.event_type.map(|text| text.0),
            event_id: members.event_id.map(|text| text.0),
            peer: members.peer.0,
            head: members.head.0,
            body: members.body.map(|text| text.0),
        })
    }

    /// Request line, fields and empty line, as they came.
    ///
    /// # Errors
    ///
    /// When there is a character in it that no byte is.
    pub fn head(&self) -> Result<Vec<u8>, Broken> {
        let bytes = self.head.chars().map(u8::try_from);
        bytes.collect::<Result<_, _>>().map_err(|_| Broken)
    }

    /// The body as it came, if it was recorded.
    ///
    /// # Errors
    ///
    /// When it is not encoded as it should be.
    pub fn body(&self) -> Result<Option<Vec<u8>>, Broken> {
        let decode = |text: &Cow<'_, str>| STANDARD.decode(&**text).map_err(|_| Broken);
        self.body.as_ref().map(decode).transpose()
    }

    /// Whether the body was recorded.
    #[must_use]
    pub fn has_body(&self) -> bool {
        self.body.is_some()
    }
}

/// The hash at the end of a line, if it is that of the line.
fn sealed(line: &[u8]) -> Result<Hash, Broken> {
    let rest = line.strip_suffix(END).ok_or(Broken)?;
    let at = rest.len().checked_sub(Hash::LENGTH).ok_or(Broken)?;
    let (rest, hash) = rest.split_at(at);
    let hashed = rest.strip_suffix(SEAL).ok_or(Broken)?;
    let hash = Hash::parse(hash).ok_or(Broken)?;
    (Hash::of(hashed) == hash).then_some(hash).ok_or(Broken)
}

/// Passes on what is written, and hashes it.
struct Hashing<W> {
    out: W,
    digest: Context,
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.digest.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a line of a record, or not as it was written")
    }
}

impl std::error::Error for Broken {}
