//! Which bytes are signed.

use aws_lc_rs::digest::{Context, SHA256};

use super::scheme::{Part, Scheme};
use super::{Encoding, Flaw, Said, form};

/// Where Twilio writes the hash of a body that is no form, in the query that it signs.
const BODY_HASH: &str = "bodySHA256=";

/// What is signed of one request, in pieces, but for the URL.
pub(super) struct Signed<'m, P> {
    parts: &'m [Part],
    said: &'m Said<'m>,
    query: Option<&'m str>,
    form: Vec<u8>,
    body: &'m [P],
}

/// The same with a URL.
pub(super) struct Message<'m, P> {
    signed: &'m Signed<'m, P>,
    url: &'m str,
}

impl<'m, P: AsRef<[u8]>> Signed<'m, P> {
    /// Fails where the body can't be signed, whatever the signature.
    pub(super) fn new(
        scheme: &'m Scheme,
        said: &'m Said<'m>,
        query: Option<&'m str>,
        body: &'m [P],
    ) -> Result<Self, Flaw> {
        let query = query.filter(|_| scheme.signs_query());
        let is_hashed = match query {
            Some(query) => is_hashed(query, body)?,
            None => false,
        };
        let has_form = scheme.signed.contains(&Part::Form) && !is_hashed;
        Ok(Self {
            parts: &scheme.signed,
            said,
            query,
            form: if has_form {
                form::sorted(body)?
            } else {
                Vec::new()
            },
            body,
        })
    }

    /// What is signed where this is what the sender calls.
    pub(super) fn with(&'m self, url: &'m str) -> Message<'m, P> {
        Message { signed: self, url }
    }
}

impl<P: AsRef<[u8]>> Message<'_, P> {
    /// Gives all of it to `take`, from the first byte to the last.
    pub(super) fn feed(&self, mut take: impl FnMut(&[u8])) {
        let signed = self.signed;
        for part in signed.parts {
            match part {
                Part::Text(text) => take(text.as_bytes()),
                Part::Time | Part::Id => take(signed.said.part(*part)),
                Part::Url => take(self.url.as_bytes()),
                Part::Query => {
                    if let Some(query) = signed.query {
                        take(b"?");
                        take(query.as_bytes());
                    }
                }
                Part::Form => take(&signed.form),
                Part::Body => signed.body.iter().for_each(|piece| take(piece.as_ref())),
            }
        }
    }
}

/// Whether the query has the hash of the body. Another body than that is not the one that was signed.
fn is_hashed<P: AsRef<[u8]>>(query: &str, body: &[P]) -> Result<bool, Flaw> {
    let mut hashes = query
        .split('&')
        .filter_map(|pair| pair.strip_prefix(BODY_HASH));
    let Some(written) = hashes.next() else {
        return Ok(false);
    };
    let mut hash = Context::new(&SHA256);
    for piece in body {
        hash.update(piece.as_ref());
    }
    let is_it = written == Encoding::Hex.write(hash.finish().as_ref());
    if is_it && hashes.next().is_none() {
        Ok(true)
    } else {
        Err(Flaw::Wrong)
    }
}
