//! The senders themselves, in the order in which they are listed.
//!
//! A preset sets `filter.handshake` whether it needs one or not, so that a route keeps none of another sender's from
//! above; one that wants a text of its own for an answer sets the status that goes with it.

use super::{Body, Fact, Known, Refused, Sender, Statuses};

/// Read in the sender's own documentation or code.
const fn verified(text: &'static str, address: &'static str) -> Fact {
    Fact {
        text,
        known: Known::Verified(address),
    }
}

/// Read where others write about the sender.
const fn second_hand(text: &'static str, address: &'static str) -> Fact {
    Fact {
        text,
        known: Known::SecondHand(address),
    }
}

/// Read nowhere.
const fn believed(text: &'static str) -> Fact {
    Fact {
        text,
        known: Known::Believed,
    }
}

/// What a sender is like of which nothing special is known.
const COMMON: Sender = Sender {
    name: "",
    title: "",
    settings: "",
    example: &[],
    types: believed(""),
    answer: believed("Any 2xx."),
    retries: believed("Not known."),
    handshake: believed("None."),
    signature: believed("Not known."),
    notes: &[],
    statuses: Statuses::Any2xx,
    body: Body::Any,
    refused: Refused::SentAgain,
    mandatory: &[],
};

/// All of them.
pub const ALL: &[Sender] = &[
    Sender {
        name: "stripe",
        title: "Stripe",
        settings: r#"
filter.type = "type"
filter.handshake = []
verify.scheme = "stripe"
"#,
        example: &["batch.*", "v2.core.batch_job.*"],
        types: verified(
            "In the body, often as its last key: `invoice.paid`. Thin events (`v2.…`) have it there too.",
            "https://www.npmjs.com/package/stripe/v/23.1.0",
        ),
        answer: second_hand(
            "Any 2xx. How long it waits is not published; 30 s are told.",
            "https://anyhook.net/blog/stripe-webhook-retries-production-guide",
        ),
        retries: second_hand(
            "For three days, further and further apart. An endpoint that fails for days is switched off as a whole, with \
             all its event types.",
            "https://sentryforge.royalruby.io/webhook/blog/retry-behavior/",
        ),
        signature: verified(
            "`Stripe-Signature: t=…,v1=…`: HMAC-SHA256 of `t.body` in hex, by the whole secret, its `whsec_` included; \
             300 s.",
            "https://www.npmjs.com/package/stripe/v/23.1.0",
        ),
        notes: &[believed(
            "`batch.*` matches the internal `batch.created` and `batch.updated`, but not the thin `v2.core.batch_job.*`.",
        )],
        ..COMMON
    },
    Sender {
        name: "github",
        title: "GitHub",
        settings: r#"
filter.type = ["header:X-GitHub-Event", "action"]
filter.handshake = []
verify.scheme = "github"
"#,
        example: &["workflow_job.*", "check_run.*"],
        types: verified(
            "The event in `X-GitHub-Event`, what happened in `action` of the body: `pull_request.opened`. Where there is \
             no action the event stands alone: `push`.",
            "https://github.com/github/docs/blob/main/content/webhooks/using-webhooks/best-practices-for-using-webhooks.md",
        ),
        answer: verified(
            "Any 2xx within 10 s (30 s on GitHub Enterprise Server).",
            "https://github.com/github/docs/blob/main/content/webhooks/using-webhooks/best-practices-for-using-webhooks.md",
        ),
        retries: verified(
            "None: what failed has to be redelivered by hand or by a script, so a 4xx or 5xx is a lost event.",
            "https://github.com/github/docs/blob/main/content/webhooks/using-webhooks/best-practices-for-using-webhooks.md",
        ),
        handshake: believed(
            "None that must be answered. An event `ping` comes first; it does no harm to drop it.",
        ),
        signature: verified(
            "`X-Hub-Signature-256: sha256=…`: HMAC-SHA256 of the body in hex. No time is signed.",
            "https://www.npmjs.com/package/@octokit/webhooks-methods/v/6.0.0",
        ),
        notes: &[
            believed(
                "Choose `application/json` for the hook. Of one that sends forms the action is read by \
                 `filter.type = [\"header:X-GitHub-Event\", \"form:payload:action\"]`.",
            ),
            believed("Bodies go up to 25 MB: over `limits.inspect` they are forwarded unread."),
        ],
        refused: Refused::Hurts("does not send it again by itself, so what is refused is lost"),
        ..COMMON
    },
    Sender {
        name: "gitlab",
        title: "GitLab",
        settings: r#"
filter.type = "header:X-Gitlab-Event"
filter.handshake = []
verify.scheme = "token"
verify.header = "X-Gitlab-Token"
"#,
        example: &["Pipeline Hook", "Job Hook"],
        types: verified(
            "In `X-Gitlab-Event`: `Push Hook`, `Merge Request Hook`. The body has it as `object_kind`: `push`.",
            "https://github.com/gitlabhq/gitlabhq/blob/master/doc/user/project/integrations/webhooks.md",
        ),
        answer: second_hand(
            "Any 2xx within 10 s.",
            "https://github.com/requilence/integram/issues/124",
        ),
        retries: second_hand(
            "A hook that failed four times in a row is switched off for a minute, then for up to a day; after 40 times \
             for good. Before 17.11 the first four 4xx did that.",
            "https://hookdeck.com/webhooks/platforms/how-to-solve-gitlab-automatic-webhook-disabling",
        ),
        signature: verified(
            "`X-Gitlab-Token` is the secret itself. Newer versions can sign as Standard Webhooks instead: write \
             `verify.scheme = \"standard-webhooks\"`.",
            "https://gitlab.com/gitlab-org/gitlab/-/merge_requests/230944",
        ),
        refused: Refused::Hurts(
            "switches the hook off after four refusals in a row, older versions for good",
        ),
        ..COMMON
    },
    Sender {
        name: "bitbucket",
        title: "Bitbucket Cloud",
        settings: r#"
filter.type = "header:X-Event-Key"
filter.handshake = []
verify.scheme = "bitbucket"
"#,
        example: &["pullrequest:comment_*"],
        types: second_hand(
            "In `X-Event-Key`: `repo:push`.",
            "https://www.fasthook.io/docs/sources/types/bitbucket",
        ),
        answer: second_hand(
            "Any 2xx within 10 s.",
            "https://hookdeck.com/webhooks/platforms/how-to-solve-bitbucket-webhook-timeout-errors",
        ),
        retries: second_hand(
            "Two more tries, after 5xx only: what was refused with a 4xx is lost.",
            "https://hookdeck.com/webhooks/platforms/how-to-solve-bitbucket-webhook-timeout-errors",
        ),
        signature: second_hand(
            "`X-Hub-Signature: sha256=…`: HMAC-SHA256 of the body in hex. No time is signed.",
            "https://www.fasthook.io/docs/sources/types/bitbucket",
        ),
        refused: Refused::Hurts("does not send again what was refused with a 4xx, so it is lost"),
        ..COMMON
    },
    Sender {
        name: "shopify",
        title: "Shopify",
        settings: r#"
filter.type = "header:X-Shopify-Topic"
filter.handshake = []
verify.scheme = "shopify"
"#,
        example: &["products/update", "inventory_levels/*"],
        types: verified(
            "In `X-Shopify-Topic`: `orders/create`.",
            "https://www.npmjs.com/package/@shopify/shopify-api/v/13.1.0",
        ),
        answer: second_hand(
            "Any 2xx within 5 s, 1 s of it to connect. A redirect is a failure.",
            "https://hookrescue.com/shopify-webhook-retry-policy",
        ),
        retries: verified(
            "Eight in four hours. Then the subscription may be deleted.",
            "https://shopify.dev/changelog/updates-to-webhook-retry-mechanism",
        ),
        signature: verified(
            "`X-Shopify-Hmac-Sha256`: HMAC-SHA256 of the body in Base64. No time is signed.",
            "https://www.npmjs.com/package/@shopify/shopify-api/v/13.1.0",
        ),
        notes: &[second_hand(
            "Apps in the app store have to act on `customers/redact`, `customers/data_request` and `shop/redact`: don't \
             drop them.",
            "https://github.com/hookdeck/webhook-skills",
        )],
        mandatory: &["customers/redact", "customers/data_request", "shop/redact"],
        ..COMMON
    },
    Sender {
        name: "woocommerce",
        title: "WooCommerce",
        settings: r#"
filter.type = "header:X-WC-Webhook-Topic"
filter.handshake = []
drop.status = 200
verify.scheme = "hmac-sha256"
verify.header = "X-WC-Webhook-Signature"
verify.prefix = ""
verify.encoding = "base64"
"#,
        example: &["product.*", "coupon.*"],
        types: verified(
            "In `X-WC-Webhook-Topic`: `order.created`.",
            "https://github.com/woocommerce/woocommerce/blob/trunk/plugins/woocommerce/includes/class-wc-webhook.php",
        ),
        answer: verified(
            "Any 2xx, 301 or 302 within 60 s; 200 and no other to the ping at set-up.",
            "https://github.com/woocommerce/woocommerce/blob/trunk/plugins/woocommerce/includes/class-wc-webhook.php",
        ),
        retries: verified(
            "None. After more than five failures in a row the hook is switched off.",
            "https://github.com/woocommerce/woocommerce/blob/trunk/plugins/woocommerce/includes/class-wc-webhook.php",
        ),
        handshake: verified(
            "At set-up a form `webhook_id=…` comes without a topic and without a signature. It passes a deny list; an \
             allow list drops it with the 200 that it wants; `verify` refuses it, so set the secret after the hook.",
            "https://github.com/woocommerce/woocommerce/blob/trunk/plugins/woocommerce/includes/class-wc-webhook.php",
        ),
        signature: verified(
            "`X-WC-Webhook-Signature`: HMAC-SHA256 of the body in Base64. No time is signed.",
            "https://github.com/woocommerce/woocommerce/blob/trunk/plugins/woocommerce/includes/class-wc-webhook.php",
        ),
        refused: Refused::Hurts(
            "does not send it again, and switches the hook off after some refusals",
        ),
        ..COMMON
    },
    Sender {
        name: "slack",
        title: "Slack Events API",
        settings: r#"
filter.type = "event.type"
filter.handshake = ["type=url_verification"]
verify.scheme = "slack"
"#,
        example: &["reaction_*"],
        types: verified(
            "In the body, in its `event`: `reaction_added`. The `type` beside that is `event_callback`.",
            "https://www.npmjs.com/package/@slack/bolt/v/5.1.0",
        ),
        answer: second_hand(
            "Any 2xx within 3 s.",
            "https://docs.agno.com/api-reference/slack/slack-events",
        ),
        retries: believed(
            "Three: at once, after 1 and after 5 minutes. `X-Slack-No-Retry: 1` in an answer stops them.",
        ),
        handshake: verified(
            "`\"type\": \"url_verification\"`, which the endpoint answers with 200 and the `challenge`.",
            "https://api.slack.com/apis/http",
        ),
        signature: verified(
            "`X-Slack-Signature: v0=…`: HMAC-SHA256 of `v0:time:body` in hex, the time in `X-Slack-Request-Timestamp`; \
             5 minutes.",
            "https://www.npmjs.com/package/@slack/bolt/v/5.1.0",
        ),
        notes: &[believed(
            "Slash commands and interactivity are forms. They are no events of this kind, and unreadable: forwarded by \
             default.",
        )],
        ..COMMON
    },
    Sender {
        name: "discord",
        title: "Discord webhook events",
        settings: r#"
filter.type = "event.type"
filter.handshake = ["type=0"]
drop.status = 204
drop.body = ""
verify.scheme = "discord"
"#,
        example: &["LOBBY_MESSAGE_*"],
        types: verified(
            "In the body, in its `event`: `ENTITLEMENT_CREATE`. The `type` beside that is 0 or 1.",
            "https://docs.discord.com/developers/events/webhook-events",
        ),
        answer: verified(
            "204 without a body within 3 s.",
            "https://docs.discord.com/developers/events/webhook-events",
        ),
        retries: verified(
            "Several, for up to 10 minutes. After too many failures it stops sending.",
            "https://docs.discord.com/developers/events/webhook-events",
        ),
        handshake: verified(
            "`\"type\": 0`, which the endpoint answers with 204.",
            "https://docs.discord.com/developers/events/webhook-events",
        ),
        signature: verified(
            "`X-Signature-Ed25519`: Ed25519 of time and body in hex, the time in `X-Signature-Timestamp`. \
             `verify.secret` is the public key of the application.",
            "https://www.npmjs.com/package/discord-interactions/v/4.4.0",
        ),
        notes: &[verified(
            "It sends wrongly signed requests on purpose, wants 401 for them, and removes the hook otherwise. The \
             endpoint gives that; of what is dropped only `verify` can give it.",
            "https://docs.discord.com/developers/events/webhook-events",
        )],
        statuses: Statuses::Only(&[204]),
        body: Body::Empty,
        ..COMMON
    },
    Sender {
        name: "twilio",
        title: "Twilio",
        settings: r#"
filter.type = ["form:MessageStatus", "form:CallStatus"]
filter.handshake = []
verify.scheme = "twilio"
"#,
        example: &["queued", "ringing"],
        types: believed(
            "Forms without one type for all. Status callbacks have `MessageStatus` (`delivered`) or `CallStatus` \
             (`ringing`); for others choose a field of yours.",
        ),
        answer: believed(
            "Any 2xx within 15 s. To calls and incoming messages the answer is TwiML, so don't drop those.",
        ),
        signature: verified(
            "`X-Twilio-Signature`: HMAC-SHA1 of the whole URL and the sorted fields in Base64; of a JSON body `bodySHA256` \
             in the query is signed. Needs `verify.url`. No time is signed.",
            "https://www.npmjs.com/package/twilio/v/6.3.1",
        ),
        ..COMMON
    },
    Sender {
        name: "sendgrid",
        title: "Twilio SendGrid event webhook",
        settings: r#"
filter.type = "[].event"
filter.handshake = []
verify.scheme = "sendgrid"
"#,
        example: &["open", "click"],
        types: second_hand(
            "In each element of a list, as `event`: `delivered`. The list is dropped only if all in it would be.",
            "https://asyncapi.apis.io/asyncapis/sendgrid/sendgrid-event-webhook-asyncapi/",
        ),
        answer: believed("Any 2xx within 10 s. Older documentation asks for 200."),
        retries: verified(
            "For 24 hours.",
            "https://sendgrid.com/docs/API_Reference/Webhooks/event_deprecated.html",
        ),
        signature: verified(
            "`X-Twilio-Email-Event-Webhook-Signature`: ECDSA (P-256, SHA-256) of time and body in Base64, the time in \
             `X-Twilio-Email-Event-Webhook-Timestamp`. `verify.secret` is the public key.",
            "https://www.npmjs.com/package/@sendgrid/eventwebhook/v/8.0.0",
        ),
        ..COMMON
    },
    Sender {
        name: "paypal",
        title: "PayPal",
        settings: r#"
filter.type = "event_type"
filter.handshake = []
drop.status = 200
"#,
        example: &["BILLING.PLAN.*"],
        types: second_hand(
            "In the body as `event_type`: `PAYMENT.CAPTURE.COMPLETED`.",
            "https://www.hooklistener.com/learn/paypal-webhooks-guide",
        ),
        answer: second_hand(
            "200 and no other.",
            "https://www.hooklistener.com/learn/paypal-webhooks-guide",
        ),
        retries: second_hand(
            "25 in three days.",
            "https://www.hooklistener.com/learn/paypal-webhooks-guide",
        ),
        signature: second_hand(
            "Can't be verified here: RSA by a certificate that has to be fetched from PayPal. Let the endpoint do it.",
            "https://crates.io/crates/webhook-verify",
        ),
        statuses: Statuses::Only(&[200]),
        ..COMMON
    },
    Sender {
        name: "mailchimp",
        title: "Mailchimp audiences",
        settings: r#"
filter.type = "form:type"
filter.handshake = []
drop.status = 200
"#,
        example: &["profile", "campaign"],
        types: second_hand(
            "In a form as `type`: `subscribe`.",
            "https://www.hooksbase.com/guides/receive-mailchimp-webhooks",
        ),
        answer: verified(
            "200 within 10 s.",
            "https://mailchimp.com/developer/marketing/guides/sync-audience-data-webhooks/",
        ),
        retries: verified(
            "For 75 minutes, further and further apart.",
            "https://mailchimp.com/developer/marketing/guides/sync-audience-data-webhooks/",
        ),
        handshake: second_hand(
            "A GET at set-up, which has no type and passes.",
            "https://glama.ai/mcp/servers/damientilman/mailchimp-mcp-server/tools/create_webhook",
        ),
        signature: second_hand(
            "Can't be verified here: none is sent. Keep a secret in the URL.",
            "https://automatelab.tech/saas-webhooks/mailchimp/",
        ),
        ..COMMON
    },
    Sender {
        name: "mandrill",
        title: "Mailchimp Transactional (Mandrill)",
        settings: r#"
filter.type = "form:mandrill_events:[].event"
filter.handshake = []
verify.scheme = "mandrill"
"#,
        example: &["open", "click"],
        types: verified(
            "In a form whose field `mandrill_events` is a list in JSON, in each element as `event`: `hard_bounce`. Events \
             of the block lists have none.",
            "https://mandrill.zendesk.com/hc/en-us/articles/360038740594-Webhook-Format",
        ),
        answer: believed("200."),
        handshake: verified(
            "At set-up a HEAD, which passes. Where that is not answered with 200, a POST with an empty list, which \
             passes the rules; it is signed by the key `test-webhook`, so `verify` refuses it.",
            "https://mandrill.zendesk.com/hc/en-us/articles/205583217-Introduction-to-Webhooks",
        ),
        signature: verified(
            "`X-Mandrill-Signature`: HMAC-SHA1 of the URL and the sorted fields in Base64. Needs `verify.url`, exactly as \
             it was entered. No time is signed.",
            "https://mandrill.zendesk.com/hc/en-us/articles/205583257-How-to-Authenticate-Webhook-Requests",
        ),
        ..COMMON
    },
    Sender {
        name: "mailgun",
        title: "Mailgun",
        settings: r#"
filter.type = "event-data.event"
filter.handshake = []
drop.status = 200
"#,
        example: &["opened", "clicked"],
        types: believed("In the body, in its `event-data`, as `event`: `delivered`."),
        answer: verified(
            "200 and no other.",
            "https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/webhook-retries",
        ),
        retries: verified(
            "For eight hours, 5 minutes to 4 hours apart; after 406 none.",
            "https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/webhook-retries",
        ),
        signature: verified(
            "Can't be verified here: it stands in the body, and covers a time and a token, not the event.",
            "https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/securing-webhooks",
        ),
        statuses: Statuses::Only(&[200]),
        ..COMMON
    },
    Sender {
        name: "postmark",
        title: "Postmark",
        settings: r#"
filter.type = "RecordType"
filter.handshake = []
drop.status = 200
"#,
        example: &["Open", "Click"],
        types: verified(
            "In the body as `RecordType`: `Bounce`. Inbound messages have none.",
            "https://app.unpkg.com/postmark@4.0.2/files/dist/client/models/bounces/Bounce.d.ts",
        ),
        answer: verified(
            "200 and no other.",
            "https://postmarkapp.com/support/article/understanding-inbound-webhook-retries-in-postmark",
        ),
        retries: verified(
            "Of inbound messages ten in 10.5 hours; after 403 none.",
            "https://postmarkapp.com/support/article/understanding-inbound-webhook-retries-in-postmark",
        ),
        signature: verified(
            "Can't be verified here: none is sent. A user name and a password in the URL come as `Authorization`.",
            "https://postmarkapp.com/email-webhooks",
        ),
        statuses: Statuses::Only(&[200]),
        ..COMMON
    },
    Sender {
        name: "square",
        title: "Square",
        settings: r#"
filter.type = "type"
filter.handshake = []
verify.scheme = "square"
"#,
        example: &["catalog.*", "inventory.*"],
        types: verified(
            "In the body as `type`: `payment.created`.",
            "https://www.npmjs.com/package/square/v/46.0.0",
        ),
        answer: verified(
            "Any 2xx, as soon as possible.",
            "https://developer.squareup.com/docs/webhooks/troubleshooting",
        ),
        retries: verified(
            "For 24 hours. After three weeks without one 2xx the hook is switched off.",
            "https://developer.squareup.com/docs/webhooks/step4manage",
        ),
        signature: verified(
            "`x-square-hmacsha256-signature`: HMAC-SHA256 of the URL and the body in Base64. Needs `verify.url`. No time \
             is signed.",
            "https://www.npmjs.com/package/square/v/46.0.0",
        ),
        ..COMMON
    },
    Sender {
        name: "adyen",
        title: "Adyen payments",
        settings: r#"
filter.type = "notificationItems[].NotificationRequestItem.eventCode"
filter.handshake = []
drop.status = 200
drop.body = "[accepted]"
"#,
        example: &["REPORT_AVAILABLE"],
        types: verified(
            "In the body, in each `NotificationRequestItem` as `eventCode`: `AUTHORISATION`.",
            "https://www.npmjs.com/package/@adyen/api-library/v/32.1.0",
        ),
        answer: verified(
            "Any 2xx within 10 s; of older accounts with the body `[accepted]`.",
            "https://docs.adyen.com/development-resources/webhooks/troubleshoot",
        ),
        retries: verified(
            "Three at once, then for 30 days, 2 minutes to 8 hours apart. All events behind the one that fails wait.",
            "https://docs.adyen.com/development-resources/webhooks/troubleshoot",
        ),
        signature: verified(
            "Can't be verified here: it stands in the body of payments (`hmacSignature`), and covers some fields. \
             Platform webhooks sign the body in a header.",
            "https://www.npmjs.com/package/@adyen/api-library/v/32.1.0",
        ),
        body: Body::Exactly("[accepted]"),
        ..COMMON
    },
    Sender {
        name: "paddle",
        title: "Paddle Billing",
        settings: r#"
filter.type = "event_type"
filter.handshake = []
drop.status = 200
verify.scheme = "paddle"
"#,
        example: &["address.*", "business.*"],
        types: verified(
            "In the body as `event_type`: `transaction.completed`.",
            "https://www.npmjs.com/package/@paddle/paddle-node-sdk/v/3.10.0",
        ),
        answer: verified(
            "200 and no other within 5 s.",
            "https://developer.paddle.com/webhooks/respond-to-webhooks",
        ),
        retries: verified(
            "60 in three days, 20 of them in the first hour.",
            "https://developer.paddle.com/webhooks/respond-to-webhooks",
        ),
        signature: verified(
            "`Paddle-Signature: ts=…;h1=…`: HMAC-SHA256 of `ts:body` in hex.",
            "https://www.npmjs.com/package/@paddle/paddle-node-sdk/v/3.10.0",
        ),
        statuses: Statuses::Only(&[200]),
        ..COMMON
    },
    Sender {
        name: "zoom",
        title: "Zoom",
        settings: r#"
filter.type = "event"
filter.handshake = ["event=endpoint.url_validation"]
verify.scheme = "zoom"
"#,
        example: &["meeting.participant_*"],
        types: second_hand(
            "In the body as `event`: `meeting.started`.",
            "https://blog.ast.moe",
        ),
        answer: verified(
            "200 or 204 within 3 s.",
            "https://developers.zoom.us/blog/webhook-delays.md",
        ),
        retries: verified(
            "After 5, 20 and 60 minutes.",
            "https://developers.zoom.us/blog/webhook-delays.md",
        ),
        handshake: second_hand(
            "`\"event\": \"endpoint.url_validation\"`, which the endpoint answers with the token and its HMAC. It comes \
             again every 72 hours: a rule that eats it switches the hook off days later.",
            "https://blog.ast.moe",
        ),
        signature: second_hand(
            "`x-zm-signature: v0=…`: HMAC-SHA256 of `v0:time:body` in hex, the time in `x-zm-request-timestamp`.",
            "https://crates.io/crates/webhook-verify",
        ),
        statuses: Statuses::Only(&[200, 204]),
        ..COMMON
    },
    Sender {
        name: "linear",
        title: "Linear",
        settings: r#"
filter.type = ["type", "action"]
filter.handshake = []
drop.status = 200
verify.scheme = "linear"
"#,
        example: &["Reaction.*", "Comment.update"],
        types: verified(
            "In the body as `type` and `action`: `Issue.create`.",
            "https://developers.linear.app/docs/graphql/webhooks",
        ),
        answer: verified(
            "200 and no other within 5 s.",
            "https://developers.linear.app/docs/graphql/webhooks",
        ),
        retries: verified(
            "After 1 minute, 1 hour and 6 hours.",
            "https://developers.linear.app/docs/graphql/webhooks",
        ),
        signature: verified(
            "`Linear-Signature`: HMAC-SHA256 of the body in hex. The time stands in the body as `webhookTimestamp`.",
            "https://www.npmjs.com/package/@linear/sdk/v/98.0.0",
        ),
        statuses: Statuses::Only(&[200]),
        ..COMMON
    },
    Sender {
        name: "standard-webhooks",
        title: "Standard Webhooks",
        settings: r#"
filter.type = "type"
filter.handshake = []
verify.scheme = "standard-webhooks"
"#,
        example: &["user.*"],
        types: verified(
            "In the body as `type`: `user.created`.",
            "https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md",
        ),
        answer: verified(
            "Any 2xx within 15 to 30 s; 410 ends the hook.",
            "https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md",
        ),
        retries: verified(
            "For days, further and further apart.",
            "https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md",
        ),
        signature: verified(
            "`webhook-signature: v1,…`: HMAC-SHA256 of `id.time.body` in Base64, by a secret `whsec_…`; or `v1a,…`: \
             Ed25519. Id and time in `webhook-id` and `webhook-timestamp`.",
            "https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md",
        ),
        ..COMMON
    },
    Sender {
        name: "svix",
        title: "Svix",
        settings: r#"
filter.type = "type"
filter.handshake = []
verify.scheme = "standard-webhooks"
"#,
        example: &["user.*"],
        types: believed(
            "In the body, mostly as `type`. What is in it is up to whoever sends by Svix.",
        ),
        answer: verified("Any 2xx within 15 s.", "https://docs.svix.com/retries"),
        retries: verified(
            "Seven in 28 hours. An endpoint at which all fails for five days is switched off.",
            "https://docs.svix.com/retries",
        ),
        signature: verified(
            "As Standard Webhooks, in `svix-signature`, `svix-id` and `svix-timestamp`.",
            "https://www.npmjs.com/package/svix/v/1.99.1",
        ),
        ..COMMON
    },
    Sender {
        name: "openai",
        title: "OpenAI",
        settings: r#"
filter.type = "type"
filter.handshake = []
verify.scheme = "standard-webhooks"
"#,
        example: &["eval.run.*"],
        types: verified(
            "In the body as `type`: `response.completed`.",
            "https://www.npmjs.com/package/openai/v/6.49.0",
        ),
        retries: believed("For 72 hours."),
        signature: verified(
            "As Standard Webhooks.",
            "https://www.npmjs.com/package/openai/v/6.49.0",
        ),
        notes: &[verified(
            "`batch.completed`, `batch.failed`, `batch.expired` and `batch.cancelled` are documented events: don't deny \
             `batch.*` if you want those.",
            "https://www.npmjs.com/package/openai/v/6.49.0",
        )],
        ..COMMON
    },
    Sender {
        name: "clerk",
        title: "Clerk",
        settings: r#"
filter.type = "type"
filter.handshake = []
verify.scheme = "standard-webhooks"
"#,
        example: &["session.*"],
        types: believed("In the body as `type`: `user.created`."),
        answer: believed("Any 2xx within 15 s: it sends by Svix."),
        retries: believed("As Svix."),
        signature: believed("As Svix."),
        ..COMMON
    },
    Sender {
        name: "resend",
        title: "Resend",
        settings: r#"
filter.type = "type"
filter.handshake = []
verify.scheme = "standard-webhooks"
"#,
        example: &["email.opened", "email.clicked"],
        types: believed("In the body as `type`: `email.delivered`."),
        answer: believed("Any 2xx within 15 s: it sends by Svix."),
        retries: believed("As Svix."),
        signature: verified(
            "As Svix: its library verifies as Standard Webhooks.",
            "https://www.npmjs.com/package/resend/v/6.38.0",
        ),
        ..COMMON
    },
    Sender {
        name: "telegram",
        title: "Telegram bots",
        settings: r#"
filter.handshake = []
verify.scheme = "token"
verify.header = "X-Telegram-Bot-Api-Secret-Token"
"#,
        types: second_hand(
            "Not one that rules could read: it is the name of the key beside `update_id` (`message`). Choose types with \
             `allowed_updates` at Telegram.",
            "https://docs.rs/telers",
        ),
        answer: second_hand("Any 2xx.", "https://docs.rs/telers"),
        retries: second_hand("\"A reasonable amount\" of them.", "https://docs.rs/telers"),
        signature: second_hand(
            "`X-Telegram-Bot-Api-Secret-Token` is the secret itself.",
            "https://docs.rs/telers",
        ),
        ..COMMON
    },
    Sender {
        name: "meta",
        title: "Meta (Facebook, Instagram, WhatsApp)",
        settings: r#"
filter.type = "entry[].changes[].field"
filter.handshake = []
drop.status = 200
verify.scheme = "meta"
"#,
        example: &["message_template_*"],
        types: believed(
            "In the body, in each of `changes` of each `entry`, as `field`: `messages`. Messenger has `messaging` \
             instead, and no type.",
        ),
        answer: believed("200."),
        retries: believed("For 36 hours."),
        handshake: verified(
            "A GET with `hub.challenge`, which has no type and passes.",
            "https://developers.facebook.com/docs/graph-api/webhooks/getting-started/",
        ),
        signature: second_hand(
            "`X-Hub-Signature-256: sha256=…`: HMAC-SHA256 of the body as it is sent, in hex. No time is signed.",
            "https://docs.naturalead.ai/api-reference/webhooks/whatsapp-inbound",
        ),
        ..COMMON
    },
    Sender {
        name: "twitch",
        title: "Twitch EventSub",
        settings: r#"
filter.type = "header:Twitch-Eventsub-Subscription-Type"
filter.handshake = ["header:Twitch-Eventsub-Message-Type=webhook_callback_verification", "header:Twitch-Eventsub-Message-Type=revocation"]
verify.scheme = "twitch"
"#,
        example: &["channel.chat.*"],
        types: believed(
            "In `Twitch-Eventsub-Subscription-Type`: `channel.follow`. The body has it as `subscription.type`.",
        ),
        answer: verified(
            "Any 2xx within a few seconds.",
            "https://dev.twitch.tv/docs/eventsub/handling-webhook-events/",
        ),
        retries: verified(
            "After too many answers that were late the subscription is revoked.",
            "https://dev.twitch.tv/docs/eventsub/handling-webhook-events/",
        ),
        handshake: verified(
            "`Twitch-Eventsub-Message-Type` is `webhook_callback_verification`, which the endpoint answers with the \
             challenge, or `revocation`. Both carry the type of the subscription.",
            "https://dev.twitch.tv/docs/eventsub/handling-webhook-events/",
        ),
        signature: second_hand(
            "`Twitch-Eventsub-Message-Signature: sha256=…`: HMAC-SHA256 of id, time and body in hex; both in \
             `Twitch-Eventsub-Message-Id` and `-Timestamp`.",
            "https://www.npmjs.com/package/tesjs",
        ),
        ..COMMON
    },
    Sender {
        name: "trello",
        title: "Trello",
        settings: r#"
filter.type = "action.type"
filter.handshake = []
drop.status = 200
verify.scheme = "trello"
"#,
        example: &["updateCheckItemStateOnCard"],
        types: verified(
            "In the body, in its `action`, as `type`: `updateCard`.",
            "https://developer.atlassian.com/cloud/trello/guides/rest-api/webhooks",
        ),
        answer: verified(
            "200.",
            "https://developer.atlassian.com/cloud/trello/guides/rest-api/webhooks",
        ),
        handshake: verified(
            "A HEAD, which has no type and passes.",
            "https://developer.atlassian.com/cloud/trello/guides/rest-api/webhooks",
        ),
        signature: verified(
            "`X-Trello-Webhook`: HMAC-SHA1 of the body and the URL in Base64. Needs `verify.url`. No time is signed.",
            "https://developer.atlassian.com/cloud/trello/guides/rest-api/webhooks",
        ),
        ..COMMON
    },
    Sender {
        name: "xero",
        title: "Xero",
        settings: r#"
filter.type = ["events[].eventCategory", "events[].eventType"]
filter.handshake = []
drop.status = 200
drop.body = ""
verify.scheme = "xero"
"#,
        example: &["CONTACT.*"],
        types: believed(
            "In the body, in each of `events`, as `eventCategory` and `eventType`: `INVOICE.UPDATE`.",
        ),
        answer: verified(
            "200 and no other within 5 s, without a body and without cookies; 401 where the signature is wrong.",
            "https://developer.xero.com/documentation/webhooks/configuring-your-server",
        ),
        retries: verified(
            "For 24 hours. Then the hook is switched off.",
            "https://developer.xero.com/documentation/webhooks/configuring-your-server",
        ),
        handshake: verified(
            "\"Intent to receive\": several requests with an empty list of events, some signed wrongly on purpose. They \
             pass all rules.",
            "https://developer.xero.com/documentation/webhooks/configuring-your-server",
        ),
        signature: verified(
            "`x-xero-signature`: HMAC-SHA256 of the body in Base64. No time is signed.",
            "https://developer.xero.com/documentation/webhooks/configuring-your-server",
        ),
        statuses: Statuses::Only(&[200]),
        body: Body::Empty,
        ..COMMON
    },
    Sender {
        name: "dropbox",
        title: "Dropbox",
        settings: r#"
filter.handshake = []
verify.scheme = "dropbox"
"#,
        types: verified(
            "None: a list of accounts in which something changed.",
            "https://github.com/dropbox/mdwebhook/blob/master/app.py",
        ),
        answer: believed("Any 2xx within 10 s."),
        handshake: verified(
            "A GET with `challenge`, which passes.",
            "https://github.com/dropbox/mdwebhook/blob/master/app.py",
        ),
        signature: verified(
            "`X-Dropbox-Signature`: HMAC-SHA256 of the body in hex. No time is signed.",
            "https://github.com/dropbox/mdwebhook/blob/master/app.py",
        ),
        ..COMMON
    },
    Sender {
        name: "dropbox-sign",
        title: "Dropbox Sign (HelloSign)",
        settings: r#"
filter.handshake = []
drop.status = 200
drop.body = "Hello API Event Received"
"#,
        types: second_hand(
            "Not one that rules could read: a multipart form, in its field `json`, as `event.event_type`. By default all \
             is forwarded.",
            "https://asyncapi.apis.io/asyncapis/dropbox-sign/dropbox-sign-events-asyncapi/",
        ),
        answer: verified(
            "200 with the text `Hello API Event Received`.",
            "https://help.dropbox.com/integrations/ruby-callback-handler-example",
        ),
        signature: second_hand(
            "Can't be verified here: it stands in the body (`event_hash`), and covers time and type, not the event.",
            "https://asyncapi.apis.io/asyncapis/dropbox-sign/dropbox-sign-events-asyncapi/",
        ),
        statuses: Statuses::Only(&[200]),
        body: Body::Exactly("Hello API Event Received"),
        ..COMMON
    },
    Sender {
        name: "hubspot",
        title: "HubSpot",
        settings: r#"
filter.type = "[].subscriptionType"
filter.handshake = []
"#,
        example: &["contact.propertyChange"],
        types: second_hand(
            "In each element of a list, as `subscriptionType`: `contact.creation`.",
            "https://clawmart.sh/api/listings/zR7TUY",
        ),
        answer: second_hand(
            "Any 2xx within 5 s.",
            "https://mcp.waymark.network/r/001f9605-c787-4fae-a9cb-c0f0ea14dce9",
        ),
        signature: verified(
            "Not verified in this version: `X-HubSpot-Signature-v3`, HMAC-SHA256 of method, URL, body and time in Base64.",
            "https://www.npmjs.com/package/@hubspot/api-client/v/13.5.0",
        ),
        ..COMMON
    },
    Sender {
        name: "microsoft-graph",
        title: "Microsoft Graph change notifications",
        settings: r#"
filter.type = ["value[].changeType", "value[].lifecycleEvent"]
filter.handshake = []
"#,
        example: &["deleted"],
        types: verified(
            "In the body, in each of `value`, as `changeType`: `created`.",
            "https://github.com/microsoftgraph/microsoft-graph-docs-contrib/blob/main/concepts/change-notifications-delivery-webhooks.md",
        ),
        answer: verified(
            "Any 2xx within 3 s.",
            "https://github.com/microsoftgraph/microsoft-graph-docs-contrib/blob/main/concepts/change-notifications-delivery-webhooks.md",
        ),
        retries: verified(
            "For four hours. Slow endpoints are throttled.",
            "https://github.com/microsoftgraph/microsoft-graph-docs-contrib/blob/main/concepts/change-notifications-delivery-webhooks.md",
        ),
        handshake: verified(
            "A request with `validationToken` in its query and without a body, which passes and is answered with that \
             token.",
            "https://github.com/microsoftgraph/microsoft-graph-docs-contrib/blob/main/concepts/change-notifications-delivery-webhooks.md",
        ),
        signature: verified(
            "Can't be verified here: `clientState` in the body is the secret.",
            "https://github.com/microsoftgraph/microsoft-graph-docs-contrib/blob/main/concepts/change-notifications-delivery-webhooks.md",
        ),
        notes: &[believed(
            "Lifecycle notifications have `lifecycleEvent` instead: let `reauthorizationRequired` pass, or the \
             subscription ends.",
        )],
        ..COMMON
    },
    Sender {
        name: "jira",
        title: "Jira Cloud",
        settings: r#"
filter.type = "webhookEvent"
filter.handshake = []
verify.scheme = "hmac-sha256"
verify.header = "X-Hub-Signature"
verify.prefix = "sha256="
verify.encoding = "hex"
"#,
        example: &["worklog_*", "sprint_*"],
        types: verified(
            "In the body as `webhookEvent`: `jira:issue_created`.",
            "https://developer.atlassian.com/cloud/jira/software/webhooks",
        ),
        answer: second_hand(
            "Any 2xx within 20 s, 5 s of it to connect.",
            "https://hookdeck.com/webhooks/platforms/guide-to-jira-webhooks-features-and-best-practices",
        ),
        retries: second_hand(
            "Some, at random intervals.",
            "https://hookdeck.com/webhooks/platforms/guide-to-jira-webhooks-features-and-best-practices",
        ),
        signature: second_hand(
            "`X-Hub-Signature: sha256=…`: HMAC-SHA256 of the body in hex, where the hook has a secret. No time is signed.",
            "https://hookdeck.com/webhooks/platforms/guide-to-jira-webhooks-features-and-best-practices",
        ),
        ..COMMON
    },
    Sender {
        name: "asana",
        title: "Asana",
        settings: r#"
filter.type = ["events[].resource.resource_type", "events[].action"]
filter.handshake = ["header:X-Hook-Secret=*"]
verify.scheme = "hmac-sha256"
verify.header = "X-Hook-Signature"
verify.prefix = ""
verify.encoding = "hex"
"#,
        example: &["story.*"],
        types: second_hand(
            "In the body, in each of `events`, as `resource.resource_type` and `action`: `task.changed`.",
            "https://automatelab.tech/saas-webhooks/asana/",
        ),
        answer: verified(
            "Any 2xx within 10 s.",
            "https://developers.asana.com/docs/webhooks-guide",
        ),
        retries: verified(
            "For 24 hours.",
            "https://developers.asana.com/docs/webhooks-guide",
        ),
        handshake: verified(
            "At set-up a POST with `X-Hook-Secret`, which the endpoint sends back. It is not signed, so set the hook up \
             before you write `verify`.",
            "https://developers.asana.com/docs/establish-a-webhook",
        ),
        signature: second_hand(
            "`X-Hook-Signature`: HMAC-SHA256 of the body in hex, by the secret of the handshake. No time is signed.",
            "https://raw.githubusercontent.com/api-evangelist/asana/refs/heads/main/asyncapi/asana-webhooks-asyncapi.yml",
        ),
        ..COMMON
    },
    Sender {
        name: "intercom",
        title: "Intercom",
        settings: r#"
filter.type = "topic"
filter.handshake = ["topic=ping"]
verify.scheme = "intercom"
"#,
        example: &["contact.*"],
        types: verified(
            "In the body as `topic`: `user.created`.",
            "https://intercom-developer-hub.readme.io/reference/signed-notifications",
        ),
        answer: second_hand(
            "Any 2xx within 5 s.",
            "https://automatelab.tech/saas-webhooks/intercom/",
        ),
        handshake: second_hand(
            "The topic `ping`, at set-up.",
            "https://www.skills.sh/hookdeck/webhook-skills/intercom-webhooks",
        ),
        signature: verified(
            "`X-Hub-Signature: sha1=…`: HMAC-SHA1 of the body in hex. No time is signed.",
            "https://intercom-developer-hub.readme.io/reference/signed-notifications",
        ),
        ..COMMON
    },
    Sender {
        name: "calendly",
        title: "Calendly",
        settings: r#"
filter.type = "event"
filter.handshake = []
"#,
        example: &["routing_form_submission.*"],
        types: second_hand(
            "In the body as `event`: `invitee.created`.",
            "https://automatelab.tech/saas-webhooks/calendly/",
        ),
        retries: second_hand(
            "After repeated failures the subscription is switched off.",
            "https://mcp.waymark.network/r/90fbdf9b-621a-4a25-ac53-582149478ecf",
        ),
        signature: second_hand(
            "Not verified in this version: `Calendly-Webhook-Signature: t=…,v1=…`, HMAC-SHA256 of `t.body` in hex.",
            "https://www.fasthook.io/docs/sources/types/calendly",
        ),
        ..COMMON
    },
    Sender {
        name: "typeform",
        title: "Typeform",
        settings: r#"
filter.type = "event_type"
filter.handshake = []
verify.scheme = "hmac-sha256"
verify.header = "Typeform-Signature"
verify.prefix = "sha256="
verify.encoding = "base64"
"#,
        example: &["form_response_partial"],
        types: second_hand(
            "In the body as `event_type`: `form_response`.",
            "https://www.hooksbase.com/guides/receive-typeform-webhooks",
        ),
        answer: second_hand(
            "Any 2xx within 30 s.",
            "https://asyncapi.apis.io/asyncapis/typeform/typeform-asyncapi/",
        ),
        retries: second_hand(
            "After 408, 423, 429 and 503 every few minutes for 10 hours, otherwise some in half a day. 404 and 410 switch \
             the hook off at once.",
            "https://asyncapi.apis.io/asyncapis/typeform/typeform-asyncapi/",
        ),
        signature: verified(
            "`Typeform-Signature: sha256=…`: HMAC-SHA256 of the body in Base64. No time is signed.",
            "https://www.typeform.com/developers/webhooks/secure-your-webhooks/",
        ),
        ..COMMON
    },
    Sender {
        name: "aws-sns",
        title: "Amazon SNS",
        settings: r#"
filter.type = "header:x-amz-sns-topic-arn"
filter.handshake = ["header:x-amz-sns-message-type=SubscriptionConfirmation", "header:x-amz-sns-message-type=UnsubscribeConfirmation"]
"#,
        example: &["arn:aws:sns:*:audit"],
        types: verified(
            "The topic, in `x-amz-sns-topic-arn`: `arn:aws:sns:us-west-2:123456789012:MyTopic`. What was published stands \
             as a text in `Message` of the body; rules don't look into that.",
            "https://docs.amazonaws.cn/en_us/sns/latest/dg/http-header.html",
        ),
        answer: believed("Any 2xx within 15 s."),
        retries: verified(
            "Three by default, 20 s apart, for an hour at most; after errors of the server only, so what was refused with a \
             4xx is lost.",
            "https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html",
        ),
        handshake: verified(
            "`x-amz-sns-message-type` is `SubscriptionConfirmation`, whose `SubscribeURL` the endpoint visits.",
            "https://docs.amazonaws.cn/en_us/sns/latest/dg/http-header.html",
        ),
        signature: verified(
            "Can't be verified here: it stands in the body, RSA by a certificate that has to be fetched.",
            "https://www.npmjs.com/package/sns-validator/v/0.3.5",
        ),
        refused: Refused::Hurts("does not send again what was refused with a 4xx, so it is lost"),
        ..COMMON
    },
    Sender {
        name: "azure-event-grid",
        title: "Azure Event Grid",
        settings: r#"
filter.type = "[].eventType"
filter.handshake = ["header:aeg-event-type=SubscriptionValidation"]
"#,
        example: &["Microsoft.Storage.BlobDeleted"],
        types: verified(
            "In each element of a list, as `eventType`: `Microsoft.Storage.BlobCreated`. Subscriptions with the schema of \
             CloudEvents: write `sender = \"cloudevents\"`.",
            "https://github.com/MicrosoftDocs/azure-docs/blob/main/articles/event-grid/delivery-and-retry.md",
        ),
        answer: verified(
            "200 to 204 within 30 s; 200 and no other to the handshake.",
            "https://github.com/MicrosoftDocs/azure-docs/blob/main/articles/event-grid/delivery-and-retry.md",
        ),
        retries: verified(
            "For 24 hours, 10 s to an hour apart. After 400 and 413 an event goes to the dead letters at once, if there \
             are any. Endpoints that fail wait longer for new events.",
            "https://github.com/MicrosoftDocs/azure-docs/blob/main/articles/event-grid/delivery-and-retry.md",
        ),
        handshake: verified(
            "`aeg-event-type: SubscriptionValidation`, which the endpoint answers with the code in it.",
            "https://github.com/MicrosoftDocs/azure-docs/blob/main/articles/event-grid/webhook-event-delivery.md",
        ),
        signature: believed(
            "Can't be verified here: none is sent. A secret may stand in the query, or a token of Microsoft Entra in \
             `Authorization`.",
        ),
        statuses: Statuses::Only(&[200, 201, 202, 203, 204]),
        ..COMMON
    },
    Sender {
        name: "cloudevents",
        title: "CloudEvents, structured and batch",
        settings: r#"
filter.type = "type"
filter.handshake = []
"#,
        example: &["com.example.object.deleted.*"],
        types: verified(
            "In the body as `type`; of a batch in each element of the list.",
            "https://www.npmjs.com/package/cloudevents/v/10.0.0",
        ),
        answer: verified(
            "Any 2xx; 410 ends the hook.",
            "https://github.com/cloudevents/spec/blob/main/cloudevents/http-webhook.md",
        ),
        retries: believed("Up to the sender."),
        handshake: verified(
            "An OPTIONS with `WebHook-Request-Origin`, which has no body and passes.",
            "https://github.com/cloudevents/spec/blob/main/cloudevents/http-webhook.md",
        ),
        signature: verified(
            "Can't be verified here: none is sent, but a token in `Authorization` or in the query.",
            "https://github.com/cloudevents/spec/blob/main/cloudevents/http-webhook.md",
        ),
        ..COMMON
    },
    Sender {
        name: "cloudevents-binary",
        title: "CloudEvents, binary",
        settings: r#"
filter.type = "header:ce-type"
filter.handshake = []
"#,
        example: &["com.example.object.deleted.*"],
        types: verified(
            "In `ce-type`.",
            "https://www.npmjs.com/package/cloudevents/v/10.0.0",
        ),
        answer: verified(
            "Any 2xx; 410 ends the hook.",
            "https://github.com/cloudevents/spec/blob/main/cloudevents/http-webhook.md",
        ),
        retries: believed("Up to the sender."),
        handshake: verified(
            "An OPTIONS with `WebHook-Request-Origin`, which has neither type nor body and passes.",
            "https://github.com/cloudevents/spec/blob/main/cloudevents/http-webhook.md",
        ),
        signature: verified(
            "Can't be verified here: none is sent, but a token in `Authorization` or in the query.",
            "https://github.com/cloudevents/spec/blob/main/cloudevents/http-webhook.md",
        ),
        ..COMMON
    },
];
