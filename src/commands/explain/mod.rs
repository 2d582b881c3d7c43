//! `hooksieve explain`: what would become of an event, and why, without sending anything.

mod account;
mod readings;
mod request;

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use bytes::Bytes;
use clap::{ArgGroup, Args};
use http::Uri;
use http::request::Parts;

use super::Error;
use super::load::load;
use super::print::print;
use crate::config::{Config, Places};
use crate::event::Event;
use crate::headers;
use crate::proxy::{self, Failure};
use crate::route::{self, Decision, Mode, Plain, Route};
use crate::telemetry::{cut, in_json, visible};
use crate::verify::Flaw;
use account::Account;
use request::Field;

/// Stands for stdin among the files.
const STDIN: &str = "-";

/// What was asked.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("asked").required(true).multiple(true)))]
pub struct Arguments {
    /// The configuration
    #[arg(long, short, value_name = "FILE", default_value = "config.toml")]
    pub config: PathBuf,

    /// Where the event is sent to: the path, and the query if there is one, as in the request line
    #[arg(long, value_name = "PATH", default_value = "/", value_parser = request::target)]
    pub path: Uri,

    /// The Host that it is sent to [default: localhost]
    #[arg(long, value_name = "HOST")]
    pub host: Option<String>,

    /// A header line that comes with it, as 'Content-Type: application/json'; once for each line
    #[arg(long = "header", short = 'H', value_name = "LINE", value_parser = request::field)]
    pub headers: Vec<Field>,

    /// A type, for what the rules say of it without a body; once for each type
    #[arg(long = "type", value_name = "TYPE", group = "asked")]
    pub types: Vec<String>,

    /// Files with the body of an event; - is stdin
    #[arg(value_name = "EVENT", group = "asked")]
    pub events: Vec<PathBuf>,
}

/// What would become of an event. Of several, the greatest is told: who asks for many wants to know whether all pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// The endpoint gets it.
    Forwarded,
    /// It is acknowledged, and the endpoint never sees it.
    Dropped,
    /// The sender is told that it was refused.
    Refused,
}

/// Explains each event on stdout, and gives the greatest [`Fate`].
///
/// # Errors
///
/// When the config or an event can't be read, which is told after what was explained before it, or stdout can't be
/// written.
pub fn run(arguments: &Arguments) -> Result<Fate, Error> {
    let (text, config) = load(&arguments.config).map_err(Error::Unusable)?;
    let head = request::head(arguments).map_err(Error::Unusable)?;
    let explain = Explain {
        file: &arguments.config,
        places: Places::of(&text),
        config: &config,
        head,
    };
    let mut greatest = Fate::Forwarded;
    let mut tell = |number: usize, account: &Account| {
        greatest = greatest.max(account.fate);
        let gap = if number > 0 { "\n" } else { "" };
        print(|out| write!(out, "{gap}{account}"))
    };
    for (number, name) in arguments.types.iter().enumerate() {
        tell(number, &explain.named(name))?;
    }
    for (number, event) in arguments.events.iter().enumerate() {
        let account = explain.file(event).map_err(Error::Unusable)?;
        tell(arguments.types.len() + number, &account)?;
    }
    Ok(greatest)
}

/// A config, and the head of a request, for one body after another.
struct Explain<'c> {
    file: &'c Path,
    places: Places<'c>,
    config: &'c Config,
    head: Parts,
}

impl Explain<'_> {
    /// What the rules say of a type, wherever that would be.
    fn named(&self, name: &str) -> Account {
        let subject = format!("type {}", in_json(&cut(name)));
        let route = match self.route() {
            Ok(route) => route,
            Err(failure) => return Account::refused(subject, &failure, &proxy::failed(&failure)),
        };
        let event = Event::named(name);
        self.account(subject, route, &route.decide_event(&event))
    }

    /// What becomes of the event in a file, or what to tell the user if it can't be read.
    fn file(&self, path: &Path) -> Result<Account, String> {
        let route = self.route();
        // A longer one is not looked into, and may have no end.
        let most = route.as_ref().map_or(0, |route| route.inspect as u64 + 1);
        let mut body = Vec::new();
        let read = if path.as_os_str() == STDIN {
            io::stdin().lock().take(most).read_to_end(&mut body)
        } else {
            File::open(path).and_then(|file| file.take(most).read_to_end(&mut body))
        };
        let name = visible(&path.to_string_lossy());
        read.map_err(|error| {
            format!("hooksieve: can't read {name}: {error}; name a file with the body of an event, or - for stdin")
        })?;
        Ok(match route {
            Ok(route) => self.body(name, route, Bytes::from(body)),
            Err(failure) => Account::refused(name, &failure, &proxy::failed(&failure)),
        })
    }

    /// What becomes of the event with this body.
    fn body(&self, subject: String, route: &Route, body: Bytes) -> Account {
        match body.len() {
            0 => self.judged(subject, route, route::Body::Absent),
            length if length > route.inspect => match &route.verify {
                Some(_) if route.mode == Mode::Enforce => {
                    let failure = Flaw::TooLarge.into();
                    Account::refused(subject, &failure, &proxy::failed(&failure))
                }
                _ => self.judged(subject, route, route::Body::TooLarge),
            },
            _ => {
                let pieces = [body];
                let plain = route.decode(&self.head, &pieces, &mut |_| true);
                let mut account = self.judged(subject, route, plain.body(&pieces));
                if matches!(plain, Plain::Decoded(_)) && !account.readings.is_empty() {
                    account.say_that_it_was_decoded();
                }
                account
            }
        }
    }

    fn judged(&self, subject: String, route: &Route, body: route::Body<'_, Bytes>) -> Account {
        let decision = route.decide(&self.head, body);
        let mut account = self.account(subject, route, &decision);
        account.look_into(route, &self.head, body.concat().as_deref(), &decision);
        account
    }

    fn account(&self, subject: String, route: &Route, decision: &Decision<'_, '_>) -> Account {
        let reply = proxy::decided(decision, &route.drop);
        let written = account::Written {
            file: self.file,
            places: &self.places,
        };
        Account::decided(subject, route, decision, reply.as_ref(), &written)
    }

    /// The route that takes the request, unless it is refused for its head; in the order in which the proxy goes.
    fn route(&self) -> Result<&Route, Failure> {
        headers::check(&self.head)?;
        Ok(self.config.routes.find(&self.head)?)
    }
}
