//! Whether a request was signed by somebody who has the secret: pure, without I/O and without a clock.
//!
//! What is alike in the schemes of senders is data (`scheme`): which fields there are, which bytes are signed in which
//! order, by which algorithm, in which encoding. Adding a sender is adding a row.
//!
//! | file | question it answers |
//! |---|---|
//! | `scheme` | how does a sender sign? |
//! | `said` | what do the header fields of a request say? |
//! | `signed` | which bytes are signed? |
//! | `form` | what of a form is signed? |
//! | `encoding` | how are bytes written in a field? |
//! | `key` | is this a signature of those bytes? |
//! | `source` | where is a secret kept? |
//! | `flaw` | why was it not signed? |
//!
//! In doubt nothing verifies: a field that comes twice, a second set of fields that does not agree, an encoding in another
//! way than the sender's are all refused, whatever else is right.

mod encoding;
mod flaw;
mod form;
mod key;
mod said;
mod scheme;
mod signed;
mod source;
#[cfg(test)]
mod tests;

use std::time::{Duration, SystemTime};

use http::Method;
use http::request::Parts;

pub use encoding::Encoding;
pub use flaw::Flaw;
pub use key::{BadKey, Key};
pub use scheme::{Hash, NAMES, Scheme, Setting};
pub use source::{BadSource, Source};

use said::Said;
use scheme::{Fields, Part};
use signed::Signed;

/// How long before or after now a signed time may be, where nothing else is set: what Stripe, Slack and Standard Webhooks
/// recommend.
pub const TOLERANCE: Duration = Duration::from_mins(5);

/// How the requests of a route are verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verify {
    /// How its sender signs.
    pub scheme: Scheme,
    /// Where its secrets are kept: one, or several while one is being replaced.
    pub secrets: Vec<Source>,
    /// How long before or after now a signed time may be, 1 s to 24 h. Default [`TOLERANCE`].
    pub tolerance: Duration,
    /// What the sender calls, where that is signed; empty where it is not.
    pub url: String,
    /// What is in [`secrets`](Self::secrets). Nothing verifies before it is there.
    pub keys: Vec<Key>,
}

impl Verify {
    /// Whether a request with this head and this whole body, as it was sent, is signed.
    ///
    /// A GET, HEAD or OPTIONS without a body is let pass: nobody signs one. Those are handshakes, which say nothing but
    /// that the endpoint is there. Only Twilio, which signs the query, sends events as GETs, and signs those too.
    ///
    /// # Errors
    ///
    /// When it is not, and why.
    pub fn check<P: AsRef<[u8]>>(
        &self,
        head: &Parts,
        body: &[P],
        now: SystemTime,
    ) -> Result<(), Flaw> {
        let is_bodiless = body.iter().all(|piece| piece.as_ref().is_empty());
        if is_bodiless && is_safe(&head.method) && !self.scheme.signs_query() {
            return Ok(());
        }
        let mut is_any = false;
        // Whichever of them a receiver looks at, it must hold.
        for fields in &self.scheme.fields {
            if fields.is_there(&head.headers) {
                is_any = true;
                self.check_set(fields, head, body, now)?;
            }
        }
        if is_any {
            Ok(())
        } else {
            Err(Flaw::Missing(self.scheme.header().clone()))
        }
    }

    fn check_set<P: AsRef<[u8]>>(
        &self,
        fields: &Fields,
        head: &Parts,
        body: &[P],
        now: SystemTime,
    ) -> Result<(), Flaw> {
        let said = Said::read(&self.scheme, fields, &head.headers)?;
        let query = head.uri.query();
        let signed = Signed::new(&self.scheme, &said, query, body)?;
        let urls = self.urls();
        said.check_form(&self.scheme.layout, &self.keys)?;
        let is_signed = self.keys.iter().any(|key| {
            let signatures = said.signatures(&self.scheme.layout, key);
            urls.iter()
                .any(|url| key.is_any(&signatures, self.scheme.encoding, &signed.with(url)))
        });
        if !is_signed {
            return Err(Flaw::Wrong);
        }
        match said.time()? {
            Some(time) => self.check_time(time, now),
            None => Ok(()),
        }
    }

    fn check_time(&self, time: SystemTime, now: SystemTime) -> Result<(), Flaw> {
        let is_beyond = |distance: Result<Duration, _>| {
            distance.is_ok_and(|distance| distance > self.tolerance)
        };
        if is_beyond(now.duration_since(time)) {
            Err(Flaw::TooOld)
        } else if is_beyond(time.duration_since(now)) {
            Err(Flaw::TooNew)
        } else {
            Ok(())
        }
    }

    /// Whether to check a body takes a copy of it.
    #[must_use]
    pub fn copies(&self) -> bool {
        self.scheme.signed.contains(&Part::Form) || self.keys.iter().any(Key::copies)
    }

    /// What the sender may have signed as the URL.
    fn urls(&self) -> Vec<String> {
        let mut urls = vec![self.url.clone()];
        if self.scheme.signed.contains(&Part::Query) {
            // Twilio signs the port sometimes, and sometimes not; its own libraries try both.
            urls.extend(with_other_port(&self.url));
        }
        urls
    }
}

/// Whether a method asks for nothing to be done (RFC 9110 §9.2.1).
fn is_safe(method: &Method) -> bool {
    [Method::GET, Method::HEAD, Method::OPTIONS].contains(method)
}

/// A URL without its port, or with that of its scheme where it has none.
fn with_other_port(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let port = authority
        .rfind(':')
        .filter(|&at| !authority[at..].contains(']'));
    let default = if scheme == "https" { 443 } else { 80 };
    let authority = match port {
        Some(at) => authority[..at].to_owned(),
        None => format!("{authority}:{default}"),
    };
    Some(format!("{scheme}://{authority}{path}"))
}
