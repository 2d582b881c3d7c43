//! How a sender signs, as data.

mod table;

use http::HeaderName;

pub use table::NAMES;

use super::Encoding;

/// How a sender signs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scheme {
    /// As it is written in the file.
    pub name: &'static str,
    pub(super) algorithm: Algorithm,
    /// How a signature is written, once it is taken out of its field.
    pub(super) encoding: Encoding,
    /// Where it is. A request needs one set at least, and each that it has anything of must verify.
    pub(super) fields: Vec<Fields>,
    pub(super) layout: Layout,
    /// Which bytes are signed, in their order.
    pub(super) signed: Vec<Part>,
}

/// By what means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Algorithm {
    Hmac(Hash),
    Ed25519,
    /// ECDSA on P-256 with SHA-256; signatures in DER.
    EcdsaP256,
    /// Nothing is signed: the secret itself is sent.
    Token,
    /// HMAC-SHA-256, or Ed25519 where the secret is a public key.
    StandardWebhooks,
}

/// The hash of an HMAC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hash {
    /// SHA-1, which as an HMAC is not broken.
    Sha1,
    /// SHA-256.
    Sha256,
}

/// The fields of one signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fields {
    pub(super) signature: HeaderName,
    /// What else is signed of the head, and where it is.
    pub(super) beside: Vec<(Part, HeaderName)>,
}

/// What is in the field of the signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    /// One signature, behind a prefix.
    Prefixed(String),
    /// `t=1,v1=a,v1=b`: the time, and signatures.
    Pairs {
        separator: u8,
        time: &'static str,
        signature: &'static str,
    },
    /// `v1,a v1a,b`: signatures, each with its kind.
    Versions,
}

/// A part of what is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Text(&'static str),
    Time,
    Id,
    /// What the sender calls, as it is configured.
    Url,
    /// The query of the request, with its `?`.
    Query,
    /// The names and values of the form in the body, sorted. None where the [`Query`](Self::Query) has its hash.
    Form,
    Body,
}

/// A key of the file that only some schemes have a use for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setting {
    /// `header`: the scheme is no sender's in particular. It must be there then.
    Header,
    /// `prefix`, likewise, but empty where it is left out.
    Prefix,
    /// `encoding`, likewise, hex where it is left out.
    Encoding,
    /// `tolerance`: a time is signed.
    Tolerance,
    /// `url`: the URL is signed. It must be there then.
    Url,
}

impl Setting {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Header,
        Self::Prefix,
        Self::Encoding,
        Self::Tolerance,
        Self::Url,
    ];

    /// What the key is called.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Header => "header",
            Self::Prefix => "prefix",
            Self::Encoding => "encoding",
            Self::Tolerance => "tolerance",
            Self::Url => "url",
        }
    }
}

impl Scheme {
    /// The signature of the body, behind `prefix` in a field of any name.
    #[must_use]
    pub fn hmac(
        name: &'static str,
        hash: Hash,
        header: HeaderName,
        prefix: &str,
        encoding: Encoding,
    ) -> Self {
        Self {
            name,
            algorithm: Algorithm::Hmac(hash),
            encoding,
            fields: vec![Fields {
                signature: header,
                beside: Vec::new(),
            }],
            layout: Layout::Prefixed(prefix.to_owned()),
            signed: vec![Part::Body],
        }
    }

    /// The secret itself, in a field of any name.
    #[must_use]
    pub fn token(header: HeaderName) -> Self {
        Self {
            algorithm: Algorithm::Token,
            signed: Vec::new(),
            ..Self::hmac("token", Hash::Sha256, header, "", Encoding::Hex)
        }
    }

    /// The same with what the file says of its field. Nothing changes where the scheme says it itself.
    #[must_use]
    pub fn written(mut self, header: HeaderName, prefix: &str, encoding: Encoding) -> Self {
        if let (true, Some(fields)) = (self.uses(Setting::Header), self.fields.first_mut()) {
            fields.signature = header;
        }
        if self.uses(Setting::Prefix) {
            self.layout = Layout::Prefixed(prefix.to_owned());
            self.encoding = encoding;
        }
        self
    }

    /// Whether it has a use for a key of the file.
    #[must_use]
    pub fn uses(&self, setting: Setting) -> bool {
        let is_any_hmac = ["hmac-sha256", "hmac-sha1"].contains(&self.name);
        match setting {
            Setting::Header => is_any_hmac || self.name == "token",
            Setting::Prefix | Setting::Encoding => is_any_hmac,
            Setting::Tolerance => self.signed.contains(&Part::Time),
            Setting::Url => self.signed.contains(&Part::Url),
        }
    }

    /// Whether the query of the request is signed behind the URL, which must have none then.
    #[must_use]
    pub fn signs_query(&self) -> bool {
        self.signed.contains(&Part::Query)
    }

    /// Each field of a signature, and where the time is that is signed: in a field of its own, or behind this in the same.
    #[cfg(test)]
    pub(crate) fn times(&self) -> impl Iterator<Item = (String, Option<String>)> {
        self.fields.iter().map(|fields| {
            let mut beside = fields.beside.iter();
            let field =
                beside.find_map(|(part, name)| (*part == Part::Time).then(|| name.to_string()));
            let inside = match self.layout {
                Layout::Pairs { time, .. } => Some(format!("{time}=")),
                Layout::Prefixed(_) | Layout::Versions => None,
            };
            (fields.signature.to_string(), field.or(inside))
        })
    }

    /// The field of the signature.
    #[must_use]
    pub fn header(&self) -> &HeaderName {
        &self.fields[0].signature
    }

    /// What is before the signature in its field.
    #[must_use]
    pub fn prefix(&self) -> &str {
        match &self.layout {
            Layout::Prefixed(prefix) => prefix,
            Layout::Pairs { .. } | Layout::Versions => "",
        }
    }

    /// How the signature is written.
    #[must_use]
    pub fn encoding(&self) -> Encoding {
        self.encoding
    }
}
