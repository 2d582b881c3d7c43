//! `hooksieve senders`, and the presets that it tells of, as a user sees them.

use std::fs;

use hooksieve::senders::ALL;
use tempfile::TempDir;

use crate::support::{Hooksieve, OK, Run, Upstream, exchange, post_with, run};

fn directory() -> TempDir {
    tempfile::tempdir().expect("a directory")
}

fn senders(arguments: &[&str]) -> Run {
    run(directory().path(), &[&["senders"], arguments].concat())
}

#[test]
fn all_of_them_are_listed_with_type_and_scheme() {
    let told = senders(&[]);
    assert_eq!((told.code, told.stderr.as_str()), (Some(0), ""));
    let mut lines = told.stdout.lines();
    let head: Vec<_> = lines.next().expect("a head").split_whitespace().collect();
    assert_eq!(head, ["NAME", "SENDER", "TYPE", "SCHEME"]);
    for (sender, line) in ALL.iter().zip(&mut lines) {
        assert!(line.starts_with(&format!("{} ", sender.name)), "{line}");
        assert!(line.contains(sender.title), "{line}");
    }
    assert_eq!(lines.next(), Some(""));
    let row = |name: &str| {
        let is_its = |line: &&str| line.starts_with(&format!("{name} "));
        let row = told.stdout.lines().find(is_its).expect("it is listed");
        row.split("  ")
            .map(str::trim)
            .filter(|cell| !cell.is_empty())
            .collect::<Vec<_>>()
    };
    let github = [
        "github",
        "GitHub",
        "header:X-GitHub-Event, action",
        "github",
    ];
    assert_eq!(row("github"), github);
    assert_eq!(row("telegram")[2..], ["–", "token"]);
    assert_eq!(row("paypal")[2..], ["event_type", "–"]);
}

#[test]
fn one_of_them_is_told_as_a_config_that_can_be_used_as_it_stands() {
    for sender in ALL {
        let told = senders(&[sender.name]);
        assert_eq!((told.code, told.stderr.as_str()), (Some(0), ""));
        let directory = directory();
        fs::write(directory.path().join("config.toml"), &told.stdout).expect("it can be written");
        let checked = run(directory.path(), &["check", "--strict"]);
        assert_eq!((checked.code, checked.stderr.as_str()), (Some(0), ""));
        let named = format!("sender = \"{}\"", sender.name);
        assert!(checked.stdout.contains(&named), "{}", checked.stdout);
        let is_long = |line: &&str| line.chars().count() > 100 && !line.contains("://");
        let facts = told.stdout.lines().take_while(|line| !line.is_empty());
        assert_eq!(facts.clone().find(is_long), None);
        for fact in ["TYPES", "ANSWER", "RETRIES", "HANDSHAKE", "SIGNATURE"] {
            let begin = format!("# {fact} ");
            assert!(facts.clone().any(|line| line.starts_with(&begin)), "{fact}");
        }
    }
}

#[test]
fn what_was_not_verified_is_marked() {
    let told = senders(&["clerk"]).stdout;
    assert!(told.contains("In the body as type: user.created. (not verified)"));
    let told = senders(&["typeform"]).stdout;
    assert!(told.contains("second hand:") && told.contains("(https://www.typeform.com/"));
}

#[test]
fn a_name_that_is_not_known_is_answered_with_what_may_be_meant() {
    for (name, told) in [
        ("Strpe", "did you mean \"stripe\"?"),
        ("acme", "`hooksieve senders` lists those that are"),
        ("", "`hooksieve senders` lists those that are"),
    ] {
        let run = senders(&[name]);
        let expected = format!("hooksieve: the sender {name:?} is not known; {told}\n");
        assert_eq!((run.code, run.stderr), (Some(2), expected));
        assert_eq!(run.stdout, "");
    }
    assert_eq!(senders(&["stripe", "github"]).code, Some(2));
}

#[test]
fn the_page_is_printed() {
    const PAGE: &str = include_str!("../../docs/senders.md");
    let told = senders(&["--markdown"]);
    assert_eq!(told.code, Some(0));
    let head = |page: &str| page.split("<!-- matrix -->").next().map(str::to_owned);
    assert_eq!(head(&told.stdout), head(PAGE));
    let help = senders(&["--help"]).stdout;
    assert!(!help.contains("markdown"), "{help}");
}

/// One route for each of these, named by its sender and with these rules, behind rules that would drop everything.
fn with_routes(upstream: &Upstream, routes: &[(&str, &str)]) -> Hooksieve {
    let above = "filter = { allow = [\"nothing\"], unreadable = \"drop\" }\ndrop = { status = 202, body = \"above\" }\n";
    let routes = routes.iter().map(|(sender, rules)| {
        let unreadable = "filter.unreadable = \"forward\"";
        format!("[[route]]\npath = \"/{sender}\"\nsender = \"{sender}\"\n{unreadable}\n{rules}\n")
    });
    Hooksieve::with(upstream, &(above.to_owned() + &routes.collect::<String>()))
}

/// What a sender is told who sends these header lines and this body to its route.
fn told(hooksieve: &Hooksieve, sender: &str, lines: &str, body: &str) -> (u16, Vec<u8>) {
    let request = post_with(lines, body).replacen("/webhook", &format!("/{sender}"), 1);
    let told = exchange(hooksieve.address(), request);
    (told.status, told.body)
}

#[test]
fn what_is_denied_is_dropped_and_answered_as_its_sender_wants() {
    let deny = |pattern: &str| format!("filter.allow = []\nfilter.deny = [\"{pattern}\"]");
    let table = [
        (
            "adyen",
            "REPORT_AVAILABLE",
            "",
            r#"{"notificationItems": [{"NotificationRequestItem": {"eventCode": "REPORT_AVAILABLE"}}]}"#,
            200,
            "[accepted]",
        ),
        (
            "discord",
            "LOBBY_*",
            "",
            r#"{"type": 1, "event": {"type": "LOBBY_MESSAGE_CREATE"}}"#,
            204,
            "",
        ),
        (
            "github",
            "workflow_job.*",
            "X-GitHub-Event: workflow_job\r\n",
            r#"{"action": "queued"}"#,
            202,
            "above",
        ),
        (
            "linear",
            "Reaction.*",
            "",
            r#"{"action": "create", "type": "Reaction"}"#,
            200,
            "above",
        ),
        (
            "mailchimp",
            "profile",
            "Content-Type: application/x-www-form-urlencoded\r\n",
            "type=profile&fired_at=now",
            200,
            "above",
        ),
        (
            "mandrill",
            "open",
            "Content-Type: application/x-www-form-urlencoded\r\n",
            "mandrill_events=%5B%7B%22event%22%3A%22open%22%7D%5D",
            202,
            "above",
        ),
        (
            "sendgrid",
            "open",
            "",
            r#"[{"event": "open"}, {"event": "open"}]"#,
            202,
            "above",
        ),
        (
            "shopify",
            "products/*",
            "X-Shopify-Topic: products/update\r\n",
            "{}",
            202,
            "above",
        ),
        (
            "twilio",
            "queued",
            "Content-Type: application/x-www-form-urlencoded\r\n",
            "SmsStatus=queued&MessageStatus=queued",
            202,
            "above",
        ),
        (
            "xero",
            "CONTACT.*",
            "",
            r#"{"events": [{"eventCategory": "CONTACT", "eventType": "UPDATE"}]}"#,
            200,
            "",
        ),
    ];
    let upstream = Upstream::answering(OK);
    let rules = table.map(|(sender, pattern, ..)| (sender, deny(pattern)));
    let routes: Vec<_> = rules
        .iter()
        .map(|(name, rules)| (*name, rules.as_str()))
        .collect();
    let hooksieve = with_routes(&upstream, &routes);
    for (sender, _, lines, body, status, text) in table {
        let expected = (status, text.as_bytes().to_vec());
        assert_eq!(told(&hooksieve, sender, lines, body), expected, "{sender}");
    }
    assert_eq!(upstream.requests().len(), 0);
    // What is not denied reaches the endpoint.
    told(&hooksieve, "github", "X-GitHub-Event: push\r\n", "{}");
    told(
        &hooksieve,
        "sendgrid",
        "",
        r#"[{"event": "open"}, {"event": "click"}]"#,
    );
    told(
        &hooksieve,
        "linear",
        "",
        r#"{"action": "create", "type": "Issue"}"#,
    );
    assert_eq!(upstream.requests().len(), 3);
}

#[test]
fn handshakes_and_empty_lists_reach_the_endpoint_whatever_is_allowed() {
    let table = [
        (
            "slack",
            "",
            r#"{"type": "url_verification", "challenge": "x"}"#,
        ),
        (
            "zoom",
            "",
            r#"{"event": "endpoint.url_validation", "payload": {}}"#,
        ),
        ("discord", "", r#"{"version": 1, "type": 0}"#),
        (
            "intercom",
            "",
            r#"{"type": "notification_event", "topic": "ping"}"#,
        ),
        (
            "twitch",
            "Twitch-Eventsub-Message-Type: revocation\r\nTwitch-Eventsub-Subscription-Type: channel.follow\r\n",
            "{}",
        ),
        (
            "aws-sns",
            "x-amz-sns-message-type: SubscriptionConfirmation\r\nx-amz-sns-topic-arn: arn:aws:sns:a:1:b\r\n",
            "{}",
        ),
        (
            "azure-event-grid",
            "aeg-event-type: SubscriptionValidation\r\n",
            r#"[{"eventType": "Microsoft.EventGrid.SubscriptionValidationEvent"}]"#,
        ),
        ("xero", "", r#"{"events": [], "entropy": "x"}"#),
        ("asana", "", r#"{"events": []}"#),
        (
            "mandrill",
            "Content-Type: application/x-www-form-urlencoded\r\n",
            "mandrill_events=%5B%5D",
        ),
    ];
    let upstream = Upstream::answering(OK);
    let routes = table.map(|(sender, ..)| (sender, "filter.allow = [\"nothing\"]"));
    let hooksieve = with_routes(&upstream, &routes);
    for (number, (sender, lines, body)) in table.into_iter().enumerate() {
        assert_eq!(told(&hooksieve, sender, lines, body).0, 200, "{sender}");
        assert_eq!(upstream.requests().len(), number + 1, "{sender}");
    }
    // Anything else is not allowed.
    told(
        &hooksieve,
        "slack",
        "",
        r#"{"event": {"type": "reaction_added"}, "type": "event_callback"}"#,
    );
    told(&hooksieve, "zoom", "", r#"{"event": "meeting.started"}"#);
    assert_eq!(upstream.requests().len(), table.len());
}
