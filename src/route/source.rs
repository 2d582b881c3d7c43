//! Where the type of a request's event is: in its head, in its body, or put together from both.

use std::sync::Arc;

use http::HeaderName;
use http::request::Parts;

use crate::event::{self, Event, Finder, Path, Reading};
use crate::headers;

/// Where the type of a request's event is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The parts in the head, in their order: one for each [`event::Part::Given`].
    pub head: Vec<InHead>,
    /// All parts, and where in the body those are that are in it.
    pub event: event::Source,
    /// The parts as they were written, for whoever reads what is in force.
    pub written: Vec<Arc<str>>,
}

/// A part of a type that is in the head of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InHead {
    /// The value of this field. Each line of that name is a reading, and so are all of them with a comma between, as CGI and
    /// whatever is modelled on it have them.
    Header(HeaderName),
    /// The value of this parameter of the query, decoded.
    Query(Box<str>),
}

impl Source {
    /// The member `type` of the body: the default, since most senders have it there.
    #[must_use]
    pub fn default_member() -> Self {
        Self {
            head: Vec::new(),
            event: event::Source::member(Path::member("type")),
            written: vec![Arc::from("type")],
        }
    }

    /// Looks for it in the request with this head.
    pub fn finder<'a>(&'a self, head: &'a Parts) -> Finder<'a> {
        let given = self.head.iter().map(|part| part.read(head)).collect();
        Finder::new(&self.event, given)
    }
}

impl InHead {
    fn read<'a>(&self, head: &'a Parts) -> Event<'a> {
        match self {
            Self::Query(name) => event::field(head.uri.query().unwrap_or_default(), name),
            Self::Header(name) => header(head, name),
        }
    }
}

/// What is read in the field of this name, and in those which servers that keep fields as variables take for it.
fn header<'a>(head: &'a Parts, name: &HeaderName) -> Event<'a> {
    let mut event = Event::default();
    let lines: Vec<_> = head.headers.get_all(name).iter().collect();
    for line in &lines {
        event.push(text(line.as_bytes()), false);
    }
    if lines.len() > 1 {
        for comma in [", ", ","] {
            let lines: Vec<_> = lines.iter().map(|line| line.as_bytes()).collect();
            let joined = String::from_utf8(lines.join(comma.as_bytes()));
            event.push(
                joined.map_or(Reading::NotAString, |text| Reading::String(text.into())),
                false,
            );
        }
    }
    for line in headers::same_to_cgi(&head.headers, name) {
        event.push(text(line), true);
    }
    event
}

fn text(value: &[u8]) -> Reading<'_> {
    str::from_utf8(value).map_or(Reading::NotAString, |text| Reading::String(text.into()))
}
