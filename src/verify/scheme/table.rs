//! The schemes of senders, a row for each.

use http::HeaderName;

use super::{Algorithm, Encoding, Fields, Hash, Layout, Part, Scheme};

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

impl Scheme {
    /// The scheme of this name. One that needs a header has `x-signature` until one is [`written`](Self::written).
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
            // Shopify's Events have the field without its `X-`.
            "shopify" => sha256("x-shopify-hmac-sha256", "", Base64).or("shopify-hmac-sha256", &[]),
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
