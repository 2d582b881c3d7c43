//! Where the type is, other than in a member of the body: what is done, and what goes on.

use serde_json::Value;

use crate::support::{Hooksieve, Message, OK, Upstream, exchange, post_with};

/// A POST with these lines and this body to a target.
fn request(target: &str, lines: &str, body: &str) -> String {
    post_with(lines, body).replacen("/webhook", target, 1)
}

/// What the log says of each request: verdict, type and rule.
fn told(config: &str, requests: &[String]) -> Vec<String> {
    let upstream = Upstream::answering(OK);
    let hooksieve = Hooksieve::with(&upstream, config);
    for request in requests {
        exchange(hooksieve.address(), request);
    }
    let lines = hooksieve.events(requests.len());
    // What was forwarded came as it was sent.
    let forwarded = lines
        .iter()
        .zip(requests)
        .filter(|(line, _)| line["verdict"] == "forward");
    let bodies: Vec<_> = forwarded
        .map(|(_, request)| request.split_once("\r\n\r\n").expect("a head").1)
        .collect();
    let arrived = upstream.requests();
    let arrived: Vec<_> = arrived.iter().map(Message::text).collect();
    assert_eq!(arrived, bodies);
    let say = |line: &Value| {
        let fields = ["verdict", "type", "rule"].map(|field| line[field].as_str().unwrap_or("-"));
        fields.join(" | ")
    };
    lines.iter().map(say).collect()
}

#[test]
fn a_type_in_a_header_is_judged_whatever_the_body_is() {
    let config = "[filter]\ntype = \"header:X-Topic\"\ndeny = [\"orders/*\"]\nunreadable = \"reject\"\n\
                  [limits]\ninspect = \"1 KiB\"\n";
    let topic = |topic: &str, body: &str| request("/hook", &format!("x-topic: {topic}\r\n"), body);
    let xml = "<order><type>a</type></order>";
    let large = "x".repeat(100_000);
    let requests = [
        topic("orders/create", xml),
        topic("shop/redact", xml),
        topic("orders/create", &large),
        topic("shop/redact", &large),
        // Nothing in the body can make a doubt.
        request(
            "/hook",
            "X-Topic: orders/create\r\nContent-Encoding: lzma\r\n",
            "?",
        ),
        request(
            "/hook",
            "X-Topic: orders/create\r\nContent-Type: a/b; charset=utf-7\r\n",
            "?",
        ),
        // Several readings.
        topic("orders/create\r\nX-Topic: orders/edited", xml),
        topic("orders/create\r\nX-Topic: shop/redact", xml),
        topic("orders/create\r\nX_Topic: shop/redact", xml),
        request("/hook", "", xml),
    ];
    assert_eq!(
        told(config, &requests),
        [
            "drop | orders/create | deny \"orders/*\"",
            "forward | shop/redact | -",
            "drop | orders/create | deny \"orders/*\"",
            "forward | shop/redact | -",
            "drop | orders/create | deny \"orders/*\"",
            "drop | orders/create | deny \"orders/*\"",
            "drop | orders/create | deny \"orders/*\"",
            "reject | orders/create | unreadable: several types, and not one verdict",
            "reject | orders/create | unreadable: the type in another case would change the verdict",
            "forward | - | -",
        ]
    );
}

#[test]
fn a_request_without_a_body_is_judged_if_it_has_a_type_in_its_head() {
    let get =
        |target: &str, lines: &str| format!("GET {target} HTTP/1.1\r\nHost: a\r\n{lines}\r\n");
    for (source, dropped, passed) in [
        (
            "\"query:topic\"",
            get("/?topic=%61", ""),
            get("/?topic=c", ""),
        ),
        (
            "\"header:Topic\"",
            get("/", "Topic: a\r\n"),
            get("/", "Topic: c\r\n"),
        ),
        (
            "[\"header:Topic\", \"action\"]",
            get("/", "Topic: a\r\n"),
            get("/", "Topic: c\r\n"),
        ),
    ] {
        let config = format!("[filter]\ntype = {source}\nallow = [\"c\"]\n");
        let challenge = get("/?hub.challenge=1", "");
        assert_eq!(
            told(&config, &[dropped, passed, challenge]),
            [
                "drop | a | not in allow",
                "forward | c | allow \"c\"",
                "forward | - | -"
            ],
            "{source}"
        );
    }
}

#[test]
fn parts_in_head_and_body_make_one_type() {
    let config = "[filter]\ntype = [\"header:X-GitHub-Event\", \"action\"]\ndeny = [\"pull_request.opened\", \"push\"]\n\
                  unreadable = \"reject\"\n";
    let event = |name: &str, body: &str| request("/", &format!("X-GitHub-Event: {name}\r\n"), body);
    let requests = [
        event("pull_request", r#"{"action":"opened"}"#),
        event("pull_request", r#"{"action":"closed"}"#),
        event("push", "{}"),
        event("push", r#"{"action":"opened"}"#),
        event("pull_request", r#"{"action":"opened","action":"closed"}"#),
        event("pull_request", "payload=%7B%7D"),
        request("/", "", r#"{"action":"push"}"#),
    ];
    assert_eq!(
        told(config, &requests),
        [
            "drop | pull_request.opened | deny \"pull_request.opened\"",
            "forward | pull_request.closed | -",
            "drop | push | deny \"push\"",
            "forward | push.opened | -",
            "reject | pull_request.opened | unreadable: several types, and not one verdict",
            "reject | - | unreadable: not JSON at line 1 column 1",
            "drop | push | deny \"push\"",
        ]
    );
}

#[test]
fn a_form_is_judged_by_a_field_and_goes_on_as_it_was_written() {
    let config =
        "[filter]\ntype = \"form:MessageStatus\"\ndeny = [\"sent\"]\nunreadable = \"reject\"\n";
    let form = |body: &str| {
        let lines = "Content-Type: application/x-www-form-urlencoded\r\n";
        request("/", lines, body)
    };
    let requests = [
        form("MessageSid=SM1&MessageStatus=sent"),
        form("MessageStatus=%73ent&To=%2B1+2"),
        form("MessageStatus=delivered&%41=%7e%7E+%20"),
        form("MessageStatus=sent&MessageStatus=delivered"),
        form("{\"MessageStatus\":\"sent\"}"),
    ];
    assert_eq!(
        told(config, &requests),
        [
            "drop | sent | deny \"sent\"",
            "drop | sent | deny \"sent\"",
            "forward | delivered | -",
            "reject | sent | unreadable: several types, and not one verdict",
            "reject | - | unreadable: not a form at byte 0",
        ]
    );
}

#[test]
fn json_in_a_field_of_a_form_may_be_a_list_of_events() {
    let config =
        "[filter]\ntype = \"form:mandrill_events:[].event\"\ndeny = [\"open\", \"click\"]\n";
    let form = |events: &str| {
        let events: Vec<_> = events.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let events = events.concat();
        request("/", "", &format!("mandrill_events={events}"))
    };
    let requests = [
        form(r#"[{"event":"open"},{"event":"click"}]"#),
        form(r#"[{"event":"open"},{"event":"spam"}]"#),
        form("[]"),
    ];
    assert_eq!(
        told(config, &requests),
        [
            "drop | open | deny \"open\"",
            "forward | spam | -",
            "forward | - | no event in the list",
        ]
    );
}

#[test]
fn lists_lead_to_events() {
    let config = "[filter]\ntype = \"entry[].changes[].field\"\ndeny = [\"feed\"]\nunreadable = \"reject\"\n";
    let field = |field: &str| format!("{{\"changes\":[{{\"field\":\"{field}\"}}]}}");
    let entry =
        |entries: &[String]| request("/", "", &format!("{{\"entry\":[{}]}}", entries.join(",")));
    let requests = [
        entry(&[field("feed"), field("feed")]),
        entry(&[field("feed"), field("messages")]),
        entry(&[]),
        entry(&["{\"changes\":null}".to_owned()]),
        request("/", "", r#"{"entry":[],"Entry":[]}"#),
        request("/", "", r#"{"entry":{"changes":[]}}"#),
        request("/", "", "{}"),
    ];
    assert_eq!(
        told(config, &requests),
        [
            "drop | feed | deny \"feed\"",
            "forward | messages | -",
            "forward | - | no event in the list",
            "forward | - | no event in the list",
            "reject | - | unreadable: not one list of events to all receivers",
            "reject | - | unreadable: the type is not a string",
            "forward | - | -",
        ]
    );
}

#[test]
fn handshakes_reach_the_endpoint_and_what_is_beside_them_is_judged() {
    let config = "[filter]\ntype = \"event.type\"\nhandshake = [\"type=url_verification\", \"header:X-Kind = check\"]\n\
                  allow = [\"message\"]\nunreadable = \"reject\"\n";
    let requests = [
        request("/", "", r#"{"type":"url_verification","challenge":"c"}"#),
        request(
            "/",
            "",
            r#"{"type":"url_verification","event":{"type":"reaction"}}"#,
        ),
        request("/", "X-Kind: check\r\n", r#"{"event":{"type":"reaction"}}"#),
        request(
            "/",
            "",
            r#"{"type":"event_callback","event":{"type":"reaction"}}"#,
        ),
        request(
            "/",
            "",
            r#"{"type":"event_callback","event":{"type":"message"}}"#,
        ),
        request(
            "/",
            "",
            r#"{"type":"url_verification","type":"event_callback","event":{"type":"reaction"}}"#,
        ),
        request(
            "/",
            "",
            r#"{"Type":"url_verification","event":{"type":"reaction"}}"#,
        ),
        request(
            "/",
            "",
            r#"[{"type":"url_verification"},{"event":{"type":"reaction"}}]"#,
        ),
        request("/", "", r#"{"type":"url_verification""#),
    ];
    assert_eq!(
        told(config, &requests),
        [
            "forward | - | handshake \"type=url_verification\"",
            "forward | reaction | handshake \"type=url_verification\"",
            "forward | reaction | handshake \"header:X-Kind = check\"",
            "drop | reaction | not in allow",
            "forward | message | allow \"message\"",
            "reject | reaction | unreadable: several types, and not one verdict",
            "reject | reaction | unreadable: several types, and not one verdict",
            "forward | - | handshake \"type=url_verification\"",
            "reject | - | unreadable: ends before its JSON does",
        ]
    );
}
