//! What the user wrote in `config.toml`, and what it means.
//!
//! [`Config::parse`] goes from the text to a [`Config`] in one step, and nothing else makes one: a value of
//! this type is valid. It takes text or its bytes; files and environment stay outside.
//!
//! - Every key but `upstream` has a default, given at its field, here or where the field's type is used, and, as
//!   TOML, in the shipped `config.toml`. Adding a key to a later version must not change what an existing file means.
//! - An unknown key or section is a problem, never ignored: a misspelt `deny` would let everything through.
//! - All [`Problems`] are found in one go, each with its line, its key and what would be right.
//! - One thing has one spelling: sizes and times are strings with a unit, paths and names are never guessed at.

mod admin_listen;
mod advice;
mod certificates;
mod changes;
mod encoding;
mod endpoint;
pub mod keys;
mod listen;
mod mend;
mod places;
mod problem;
mod read;
mod schema;
mod secrets;
mod section;
mod sections;
mod shown;
mod syntax;
#[cfg(test)]
mod tests;
mod units;
mod unknown;
mod value;

use toml::de::DeTable;

pub use changes::{Change, Changes};
pub use endpoint::Endpoint;
pub use listen::Listen;
pub use places::Places;
pub use problem::{Problem, Problems};
pub use schema::schema;
pub use sections::{Admin, Audit, Files, Limits, Log, Reload, Socket, Timeouts, Tls, UpstreamTls};
pub use shown::{Shown, Value};

use crate::route::Routes;
use section::Section;
pub(crate) use unknown::nearest;

/// A whole, valid configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Config {
    /// Where senders connect, at least one place. Default `127.0.0.1:8080`, so that nothing is open to the world
    /// unasked; port 0 is any free port.
    pub listen: Vec<Listen>,
    /// What becomes of requests: everything that may change while the program runs.
    pub routes: Routes,
    /// When the file is read again.
    pub reload: Reload,
    /// `[limits]`
    pub limits: Limits,
    /// `[timeouts]`
    pub timeouts: Timeouts,
    /// `[log]`
    pub log: Log,
    /// `[audit]`
    pub audit: Audit,
    /// `[admin]`
    pub admin: Admin,
    /// `[socket]`
    pub socket: Socket,
    /// `[tls]`
    pub tls: Tls,
    /// `[upstream_tls]`
    pub upstream_tls: UpstreamTls,
    /// What the file says that may be meant otherwise, in its order. It is taken as it is all the same.
    pub warnings: Vec<Problem>,
}

impl Problems {
    /// What is wrong with the value of a key of some routes in the file `text`, which is a valid config by itself: as the
    /// rest of a sentence that begins with the key and the value. `is_wrong` says it by the
    /// [line](crate::route::Route::line) of a route.
    #[must_use]
    pub fn of_key(
        text: &str,
        key: &str,
        wrong: &str,
        is_wrong: impl Fn(Option<usize>) -> bool,
    ) -> Self {
        let problems = DeTable::parse(text).map(|table| {
            let table = table.get_ref();
            Section::objections(text, table, read::ROUTES, key, wrong, is_wrong)
        });
        Self::new(problems.unwrap_or_default())
    }
}

impl Config {
    /// Reads the bytes of a config file, which are to be UTF-8.
    ///
    /// # Errors
    /// As [`parse`](Self::parse), or where the first byte is that is no UTF-8.
    pub fn from_bytes(bytes: &[u8], endpoint: Endpoint) -> Result<Self, Problems> {
        let text = encoding::text(bytes).map_err(|problem| Problems::new(vec![problem]))?;
        Self::parse_for(text, endpoint)
    }

    /// Reads the text of a config file.
    ///
    /// # Errors
    /// If anything in it is wrong: all [`Problems`] with keys and values, or the first error of syntax.
    pub fn parse(text: &str) -> Result<Self, Problems> {
        Self::parse_for(text, Endpoint::Named)
    }

    /// The same for whoever may know where events go.
    ///
    /// # Errors
    /// As [`parse`](Self::parse).
    pub fn parse_for(text: &str, endpoint: Endpoint) -> Result<Self, Problems> {
        let table = DeTable::parse(text)
            .map_err(|error| Problems::new(vec![syntax::problem(text, &error)]))?;
        let upstream = endpoint.of_file(table.get_ref());
        let read = |s: &mut Section<'_>| read::config(s, upstream);
        let (config, notes) = Section::read_file(text, table.get_ref(), read);
        match config {
            Some(config) if notes.problems.is_empty() => Ok(Self {
                warnings: problem::in_order(notes.warnings),
                ..config
            }),
            _ => Err(Problems::new(notes.problems)),
        }
    }
}
