//! What a request's body stands for.

use bytes::Bytes;
use http::request::Parts;

use super::{Body, Route};
use crate::coding::{self, Coding};
use crate::headers;
use crate::policy::Doubt;

/// What a body stands for, as far as it is in content codings.
#[derive(Debug, PartialEq, Eq)]
pub enum Plain {
    /// It is in none, or nothing in it is looked at.
    AsSent,
    /// It stands for these.
    Decoded(Vec<Bytes>),
    /// It can't be told what it stands for.
    Undecoded(Doubt),
}

impl Plain {
    /// What is to be judged of a body that was sent as `pieces`.
    #[must_use]
    pub fn body<'b, P>(&'b self, pieces: &'b [P]) -> Body<'b, P> {
        match self {
            Self::AsSent => Body::Whole(pieces),
            Self::Decoded(decoded) => Body::Decoded(decoded),
            Self::Undecoded(why) => Body::Undecoded(*why),
        }
    }
}

impl Route {
    /// Decodes a copy of a body up to [`inspect`](Route::inspect). `room` is asked for memory, and says whether there is
    /// any: see [`coding::decode`].
    #[must_use]
    pub fn decode<P: AsRef<[u8]>>(
        &self,
        head: &Parts,
        pieces: &[P],
        room: &mut dyn FnMut(usize) -> bool,
    ) -> Plain {
        if !headers::is_encoded(&head.headers) || !self.looks_into_bodies() {
            return Plain::AsSent;
        }
        let mut codings = Vec::new();
        for name in headers::codings(&head.headers) {
            match Coding::named(name) {
                Some(coding) if codings.len() < coding::MOST => codings.push(coding),
                _ => return Plain::Undecoded(Doubt::Encoded),
            }
        }
        match coding::decode(&codings, pieces, self.inspect, room) {
            // In the kind of pieces that come from a socket: compiled for two kinds, the scan took half as long again.
            Ok(decoded) => Plain::Decoded(decoded.into_iter().map(Bytes::from).collect()),
            Err((coding, flaw)) => Plain::Undecoded(Doubt::Undecoded(coding, flaw)),
        }
    }
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;
    use crate::coding::Flaw;
    use crate::config::Config;

    /// `{"type":"a"}` in gzip, by hand: one stored block.
    const GZIP: &[u8] =
        b"\x1f\x8b\x08\0\0\0\0\0\0\xff\x01\x0c\0\xf3\xff{\"type\":\"a\"}\x24\xfe\x5c\x4d\x0c\0\0\0";

    fn decoded(codings: &[&str], filter: &str) -> Plain {
        let text =
            format!("upstream = \"http://app\"\nlimits.inspect = \"1 KiB\"\n[filter]\n{filter}");
        let config = Config::parse(&text).unwrap();
        let request = codings.iter().fold(Request::post("/"), |request, coding| {
            request.header("content-encoding", *coding)
        });
        let head = request.body(()).unwrap().into_parts().0;
        let route = config.routes.named(None).unwrap();
        route.decode(&head, &[GZIP], &mut |_| true)
    }

    #[test]
    fn a_body_is_decoded_by_what_its_head_says() {
        let plain = || Plain::Decoded(vec![Bytes::from_static(br#"{"type":"a"}"#)]);
        let doubt = Plain::Undecoded;
        let broken = |coding| doubt(Doubt::Undecoded(coding, Flaw::Broken));
        for (codings, expected) in [
            (&[][..], Plain::AsSent),
            (&["identity"], Plain::AsSent),
            (&["gzip"], plain()),
            (&["X-GZIP"], plain()),
            (&["identity, gzip", ""], plain()),
            (&["br"], broken(Coding::Brotli)),
            (&["gzip, zstd"], broken(Coding::Zstd)),
            (
                &["zstd", "gzip"],
                doubt(Doubt::Undecoded(Coding::Zstd, Flaw::Broken)),
            ),
            (&["compress"], doubt(Doubt::Encoded)),
            (&["gzip", "x"], doubt(Doubt::Encoded)),
            (&["x, gzip"], doubt(Doubt::Encoded)),
            (&["br, br", "br, gzip"], doubt(Doubt::Encoded)),
        ] {
            assert_eq!(decoded(codings, ""), expected, "{codings:?}");
        }
    }

    #[test]
    fn what_is_not_looked_into_is_not_decoded() {
        let is_decoded = |filter| decoded(&["gzip"], filter) != Plain::AsSent;
        assert!(!is_decoded("type = ['header:X-Topic', 'query:a']"));
        assert!(is_decoded("type = ['header:X-Topic', 'action']"));
        assert!(is_decoded("type = 'form:a'"));
        assert!(is_decoded("type = 'query:a'\nhandshake = ['type=ping']"));
        assert!(!is_decoded(
            "type = 'query:a'\nhandshake = ['header:X=ping']"
        ));
    }
}
