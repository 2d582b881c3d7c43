//! Every key of the file: what may be written, its default, and what it means.
//!
//! The one list of them: `docs/configuration.md` shows it, and [`schema`](super::schema) makes a JSON Schema of it for
//! editors. Tests hold it against what the file is read by.

mod table;
#[cfg(test)]
mod tests;

use std::ops::RangeInclusive;

pub use table::KEYS;

/// A key of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// The section it stands in; empty for one above all sections.
    pub section: &'static str,
    /// Its name.
    pub name: &'static str,
    /// What may be written.
    pub kind: Kind,
    /// What it is where it is left out, as it would be written, if that can be written.
    pub default: Option<&'static str>,
    /// Where it may stand.
    pub scope: Scope,
    /// What it means, in Markdown and in half a sentence.
    pub about: &'static str,
}

/// What may be written for a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `true` or `false`.
    Flag,
    /// A whole number in this range.
    Integer(RangeInclusive<u32>),
    /// One of a few words.
    Word(&'static [&'static str]),
    /// A number of bytes with its unit.
    Size,
    /// A time with its unit.
    Time,
    /// Any text.
    Text,
    /// The name of a preset.
    Sender,
    /// Where to listen, a list of such places, or sockets that are handed over.
    Listeners,
    /// Where to listen.
    Listener,
    /// A URL without a path, or a Unix socket.
    Origin,
    /// A Unix socket.
    Socket,
    /// The mode of a file.
    Mode,
    /// A user or a group.
    Account,
    /// The path of a file.
    File,
    /// The path of a file, or a list of them.
    Files,
    /// The name of a server, or its address.
    ServerName,
    /// Where a type is, or a list of such places, joined.
    Source,
    /// A list of places, each with what is there, none of them twice.
    Handshakes,
    /// A list of patterns, none of them twice.
    Patterns,
    /// A list of addresses and networks, none of them twice.
    Networks,
    /// Where a secret is kept, or a list of that.
    Secrets,
    /// The name of a header field.
    Header,
    /// A URL of any path.
    Url,
    /// A list of names of hosts, none of them twice.
    Hosts,
}

/// Where a key may stand, and when a change of it counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// At the top level, for the whole program, from the next start on.
    Start,
    /// At the top level, for the whole program, as soon as the file is applied.
    Live,
    /// At the top level and in each route, as soon as the file is applied.
    Route,
}

/// What only a route has, which says what it takes, and what that means.
pub const OF_ROUTES: [(&str, &str); 2] = [
    (
        "path",
        "exact, or a prefix at a segment border, as `\"/hooks/*\"`",
    ),
    ("host", "only what is sent to this host"),
];

impl Key {
    /// Its name with that of its section in front, as `filter.deny`.
    #[must_use]
    pub fn path(&self) -> String {
        match self.section {
            "" => self.name.to_owned(),
            section => format!("{section}.{}", self.name),
        }
    }
}
