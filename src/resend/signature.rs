//! Who signed an event, and until when that holds: by its header fields, which need no config.
//!
//! An endpoint that verifies signatures refuses one that is older than some minutes, where a time is signed. Nobody but
//! the sender can sign it anew.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::headers;

/// How long a signed time is good for at most endpoints: what the libraries of most senders allow.
const USUAL: Duration = Duration::from_mins(5);

/// A way to sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Signature {
    /// Whose it is.
    pub name: &'static str,
    /// When it was signed.
    pub validity: Validity,
}

/// How long a signature holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Validity {
    /// No time is signed: it holds for as long as the secret does.
    Unlimited,
    /// This time is signed.
    Since(SystemTime),
    /// A time is signed that can't be read here: it is in the body, or is written in another way.
    Unknown,
}

/// Where the time is that is signed.
enum Time {
    None,
    /// In the body.
    Body,
    /// In this field.
    Field(&'static str),
    /// In the field of the signature itself, behind this and up to a comma or a semicolon.
    Part(&'static str),
}

/// The fields that signatures are in, and where the time is.
const SCHEMES: [(&str, &str, Time); 21] = [
    ("stripe-signature", "Stripe", Time::Part("t=")),
    ("paddle-signature", "Paddle", Time::Part("ts=")),
    (
        "x-slack-signature",
        "Slack",
        Time::Field("x-slack-request-timestamp"),
    ),
    (
        "x-zm-signature",
        "Zoom",
        Time::Field("x-zm-request-timestamp"),
    ),
    (
        "webhook-signature",
        "Standard Webhooks",
        Time::Field("webhook-timestamp"),
    ),
    ("svix-signature", "Svix", Time::Field("svix-timestamp")),
    (
        "twitch-eventsub-message-signature",
        "Twitch",
        Time::Field("twitch-eventsub-message-timestamp"),
    ),
    (
        "x-signature-ed25519",
        "Discord",
        Time::Field("x-signature-timestamp"),
    ),
    (
        "x-twilio-email-event-webhook-signature",
        "SendGrid",
        Time::Field("x-twilio-email-event-webhook-timestamp"),
    ),
    (
        "paypal-transmission-sig",
        "PayPal",
        Time::Field("paypal-transmission-time"),
    ),
    ("linear-signature", "Linear", Time::Body),
    ("x-shopify-hmac-sha256", "Shopify", Time::None),
    ("shopify-hmac-sha256", "Shopify", Time::None),
    ("x-square-hmacsha256-signature", "Square", Time::None),
    ("x-dropbox-signature", "Dropbox", Time::None),
    ("x-trello-webhook", "Trello", Time::None),
    ("x-twilio-signature", "Twilio", Time::None),
    ("x-mandrill-signature", "Mandrill", Time::None),
    ("x-xero-signature", "Xero", Time::None),
    ("x-hub-signature-256", "GitHub, Meta", Time::None),
    ("x-hub-signature", "Bitbucket, Intercom", Time::None),
];

impl Signature {
    /// That of a head, if it has one that is known.
    #[must_use]
    pub fn of(head: &[u8]) -> Option<Self> {
        SCHEMES.iter().find_map(|(header, name, time)| {
            let value = field(head, header)?;
            let read = |text: Option<&str>| {
                let time = text.and_then(moment);
                time.map_or(Validity::Unknown, Validity::Since)
            };
            let validity = match time {
                Time::None => Validity::Unlimited,
                Time::Body => Validity::Unknown,
                Time::Field(header) => read(field(head, header)),
                Time::Part(begin) => {
                    let mut parts = value.split([',', ';']).map(str::trim);
                    read(parts.find_map(|part| part.strip_prefix(begin)))
                }
            };
            Some(Self { name, validity })
        })
    }
}

impl Validity {
    /// Whether most endpoints that verify it refuse it `now`; `None` where that can't be told.
    #[must_use]
    pub fn is_over(&self, now: SystemTime) -> Option<bool> {
        match self {
            Self::Unlimited => Some(false),
            Self::Since(signed) => Some(now.duration_since(*signed).unwrap_or_default() > USUAL),
            Self::Unknown => None,
        }
    }
}

/// The first value of a field, if it is text.
fn field<'h>(head: &'h [u8], name: &str) -> Option<&'h str> {
    let mut fields = headers::fields(head);
    let (_, value) = fields.find(|(own, _)| own.eq_ignore_ascii_case(name.as_bytes()))?;
    str::from_utf8(value).ok()
}

/// A time in seconds or milliseconds since 1970, or as RFC 3339.
fn moment(text: &str) -> Option<SystemTime> {
    // Seconds reach that in the year 5138, milliseconds reached it in 1973.
    const MILLISECONDS: u64 = 100_000_000_000;
    match text.parse::<u64>() {
        Ok(millis) if millis >= MILLISECONDS => {
            UNIX_EPOCH.checked_add(Duration::from_millis(millis))
        }
        Ok(seconds) => UNIX_EPOCH.checked_add(Duration::from_secs(seconds)),
        Err(_) => humantime::parse_rfc3339(text).ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verify::{NAMES, Scheme, Setting};

    /// What is said here of a sender is what its requests are verified by.
    #[test]
    fn every_sender_that_can_be_verified_is_known_with_its_time() {
        let schemes = NAMES.iter().filter_map(|name| Scheme::named(name));
        for scheme in schemes.filter(|scheme| !scheme.uses(Setting::Header)) {
            for (header, time) in scheme.times() {
                let known = SCHEMES.iter().find(|(known, ..)| *known == header);
                let (_, _, known) = known.unwrap_or_else(|| panic!("{header}"));
                let known = match known {
                    Time::Field(text) | Time::Part(text) => Some((*text).to_owned()),
                    Time::Body | Time::None => None,
                };
                assert_eq!(known, time, "{header}");
            }
        }
    }

    #[test]
    fn each_scheme_is_known_by_its_field_and_its_time_is_found() {
        let since = Validity::Since(UNIX_EPOCH + Duration::from_secs(1_796_000_000));
        for (fields, name, validity) in [
            (
                "Stripe-Signature: t=1796000000,v1=ab,v0=cd",
                "Stripe",
                since,
            ),
            ("Stripe-Signature: v1=ab, t=1796000000", "Stripe", since),
            ("stripe-signature: v1=ab", "Stripe", Validity::Unknown),
            ("Paddle-Signature: ts=1796000000;h1=ab", "Paddle", since),
            (
                "X-Slack-Signature: v0=a\r\nX-Slack-Request-Timestamp: 1796000000",
                "Slack",
                since,
            ),
            ("X-Slack-Signature: v0=a", "Slack", Validity::Unknown),
            (
                "x-zm-signature: v0=a\r\nx-zm-request-timestamp: 1796000000000",
                "Zoom",
                since,
            ),
            (
                "webhook-timestamp: 1796000000\r\nwebhook-signature: v1,a",
                "Standard Webhooks",
                since,
            ),
            (
                "svix-signature: v1,a\r\nsvix-timestamp: 1796000000",
                "Svix",
                since,
            ),
            (
                "Twitch-Eventsub-Message-Signature: sha256=a\r\nTwitch-Eventsub-Message-Timestamp: \
                 2026-11-30T00:53:20.000000000Z",
                "Twitch",
                since,
            ),
            (
                "X-Signature-Ed25519: a\r\nX-Signature-Timestamp: 1796000000",
                "Discord",
                since,
            ),
            (
                "X-Twilio-Email-Event-Webhook-Signature: a\r\nX-Twilio-Email-Event-Webhook-Timestamp: 1796000000",
                "SendGrid",
                since,
            ),
            (
                "PAYPAL-TRANSMISSION-SIG: a\r\nPAYPAL-TRANSMISSION-TIME: 2026-11-30T00:53:20Z",
                "PayPal",
                since,
            ),
            ("Linear-Signature: a", "Linear", Validity::Unknown),
            (
                "X-Hub-Signature-256: sha256=a\r\nX-Hub-Signature: sha1=b",
                "GitHub, Meta",
                Validity::Unlimited,
            ),
            ("X-Shopify-Hmac-Sha256: a", "Shopify", Validity::Unlimited),
        ] {
            let head = format!("POST / HTTP/1.1\r\nHost: a\r\n{fields}\r\n\r\n");
            let expected = Some(Signature { name, validity });
            assert_eq!(Signature::of(head.as_bytes()), expected, "{fields}");
        }
        assert_eq!(Signature::of(b"POST / HTTP/1.1\r\nHost: a\r\n\r\n"), None);
    }

    #[test]
    fn a_signed_time_is_over_after_some_minutes() {
        let signed = UNIX_EPOCH + Duration::from_secs(1_796_000_000);
        let after = |seconds| signed + Duration::from_secs(seconds);
        let since = Validity::Since(signed);
        assert_eq!(since.is_over(after(300)), Some(false));
        assert_eq!(since.is_over(after(301)), Some(true));
        assert_eq!(since.is_over(signed - Duration::from_secs(9)), Some(false));
        assert_eq!(Validity::Unlimited.is_over(after(301)), Some(false));
        assert_eq!(Validity::Unknown.is_over(after(301)), None);
    }
}
