//! How a sender signs, as data.

use http::HeaderName;

use super::Encoding;

/// The names of all schemes, as they are written in the file.
pub const NAMES: &[&str] = &[
    "stripe",
    "github",
    "shopify",
    "slack",
    "zoom",
    "paddle",
    "linear",
    "square",
    "twilio",
    "trello",
    "mandrill",
    "meta",
    "twitch",
    "dropbox",
    "bitbucket",
    "xero",
    "intercom",
    "standard-webhooks",
    "discord",
    "sendgrid",
    "token",
    "hmac-sha256",
    "hmac-sha1",
];

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
    /// The scheme of this name. One that needs a header has a name in its place that no request has.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        use Encoding::{Base64, Hex};
        use Part::{Body, Form, Id, Query, Text, Time, Url};
        let name = NAMES.iter().copied().find(|known| *known == name)?;
        let sha256 = |header, prefix, encoding| {
            let header = HeaderName::from_static(header);
            Self::hmac(name, Hash::Sha256, header, prefix, encoding)
        };
        let sha1 = |header, prefix, encoding| {
            let header = HeaderName::from_static(header);
            Self::hmac(name, Hash::Sha1, header, prefix, encoding)
        };
        Some(match name {
            "github" | "meta" => sha256("x-hub-signature-256", "sha256=", Hex),
            "bitbucket" => sha256("x-hub-signature", "sha256=", Hex),
            "intercom" => sha1("x-hub-signature", "sha1=", Hex),
            "shopify" => sha256("x-shopify-hmac-sha256", "", Base64),
            "xero" => sha256("x-xero-signature", "", Base64),
            "linear" => sha256("linear-signature", "", Hex),
            "dropbox" => sha256("x-dropbox-signature", "", Hex),
            "stripe" => sha256("stripe-signature", "", Hex)
                .in_pairs(b',', "t", "v1")
                .over(&[Time, Text("."), Body]),
            "paddle" => sha256("paddle-signature", "", Hex)
                .in_pairs(b';', "ts", "h1")
                .over(&[Time, Text(":"), Body]),
            "slack" => sha256("x-slack-signature", "v0=", Hex)
                .beside(&[(Time, "x-slack-request-timestamp")])
                .over(&[Text("v0:"), Time, Text(":"), Body]),
            "zoom" => sha256("x-zm-signature", "v0=", Hex)
                .beside(&[(Time, "x-zm-request-timestamp")])
                .over(&[Text("v0:"), Time, Text(":"), Body]),
            "twitch" => sha256("twitch-eventsub-message-signature", "sha256=", Hex)
                .beside(&[
                    (Id, "twitch-eventsub-message-id"),
                    (Time, "twitch-eventsub-message-timestamp"),
                ])
                .over(&[Id, Time, Body]),
            "square" => sha256("x-square-hmacsha256-signature", "", Base64).over(&[Url, Body]),
            "trello" => sha1("x-trello-webhook", "", Base64).over(&[Body, Url]),
            "mandrill" => sha1("x-mandrill-signature", "", Base64).over(&[Url, Form]),
            "twilio" => sha1("x-twilio-signature", "", Base64).over(&[Url, Query, Form]),
            "standard-webhooks" => Self {
                algorithm: Algorithm::StandardWebhooks,
                layout: Layout::Versions,
                ..sha256("webhook-signature", "", Base64)
                    .beside(&[(Id, "webhook-id"), (Time, "webhook-timestamp")])
                    .or(
                        "svix-signature",
                        &[(Id, "svix-id"), (Time, "svix-timestamp")],
                    )
                    .over(&[Id, Text("."), Time, Text("."), Body])
            },
            "discord" => Self {
                algorithm: Algorithm::Ed25519,
                ..sha256("x-signature-ed25519", "", Hex)
                    .beside(&[(Time, "x-signature-timestamp")])
                    .over(&[Time, Body])
            },
            "sendgrid" => Self {
                algorithm: Algorithm::EcdsaP256,
                ..sha256("x-twilio-email-event-webhook-signature", "", Base64)
                    .beside(&[(Time, "x-twilio-email-event-webhook-timestamp")])
                    .over(&[Time, Body])
            },
            "token" => Self::token(HeaderName::from_static(NONE)),
            "hmac-sha256" => sha256(NONE, "", Hex),
            "hmac-sha1" => sha1(NONE, "", Hex),
            _ => return None,
        })
    }

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

    fn over(self, signed: &[Part]) -> Self {
        Self {
            signed: signed.to_vec(),
            ..self
        }
    }

    fn in_pairs(self, separator: u8, time: &'static str, signature: &'static str) -> Self {
        let layout = Layout::Pairs {
            separator,
            time,
            signature,
        };
        Self { layout, ..self }
    }

    fn beside(mut self, beside: &[(Part, &'static str)]) -> Self {
        for fields in &mut self.fields {
            fields.beside = named(beside);
        }
        self
    }

    fn or(mut self, signature: &'static str, beside: &[(Part, &'static str)]) -> Self {
        self.fields.push(Fields {
            signature: HeaderName::from_static(signature),
            beside: named(beside),
        });
        self
    }
}

/// Stands for a header that the file is to name.
const NONE: &str = "x-signature";

fn named(beside: &[(Part, &'static str)]) -> Vec<(Part, HeaderName)> {
    let named = beside
        .iter()
        .map(|&(part, name)| (part, HeaderName::from_static(name)));
    named.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_name_is_a_scheme() {
        for name in NAMES {
            assert_eq!(Scheme::named(name).map(|scheme| scheme.name), Some(*name));
        }
        assert_eq!(Scheme::named("Stripe"), None);
    }

    #[test]
    fn what_is_signed_of_the_head_is_in_a_field() {
        for scheme in NAMES.iter().filter_map(|name| Scheme::named(name)) {
            let in_pairs = matches!(scheme.layout, Layout::Pairs { .. });
            for fields in &scheme.fields {
                for part in [Part::Time, Part::Id] {
                    let is_beside = fields.beside.iter().any(|(beside, _)| *beside == part);
                    let is_there = is_beside || (in_pairs && part == Part::Time);
                    assert_eq!(scheme.signed.contains(&part), is_there, "{}", scheme.name);
                }
            }
        }
    }
}
