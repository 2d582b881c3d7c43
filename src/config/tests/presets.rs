//! What `sender` stands for.

use super::*;
use crate::senders::{ALL, Sender};

/// The route at the top level, without what a person knows it by.
fn meaning(text: &str) -> Route {
    let config = Config::parse(text).unwrap_or_else(|problems| {
        panic!("{}", problems.display_with(Path::new("c")));
    });
    Route {
        sender: None,
        ..top(&config).clone()
    }
}

fn named(sender: &Sender) -> String {
    format!("upstream = \"http://app\"\nsender = \"{}\"\n", sender.name)
}

#[test]
fn a_preset_is_a_name_for_lines_that_can_be_written_by_hand() {
    for sender in ALL {
        let by_hand = format!("upstream = \"http://app\"\n{}", sender.settings);
        assert_eq!(
            meaning(&named(sender)),
            meaning(&by_hand),
            "{}",
            sender.name
        );
    }
}

#[test]
fn the_example_of_each_sender_needs_no_advice_and_means_the_same_by_hand() {
    for sender in ALL {
        let example = crate::senders::Sheet(sender).to_string();
        let config = Config::parse(&example).unwrap();
        assert_eq!(top(&config).sender, Some(sender.name));
        assert_eq!(config.advice(&example, None), [], "{example}");
        let (_, lines) = example.split_once("\n\n").unwrap();
        let by_hand = lines.lines().filter(|line| !line.starts_with("sender"));
        let by_hand: Vec<_> = by_hand.map(|line| line.trim_start_matches("# ")).collect();
        let by_hand = by_hand.join("\n");
        assert_eq!(meaning(&example), meaning(&by_hand));
    }
}

#[test]
fn what_is_written_by_hand_wins_wherever_it_stands() {
    for lines in [
        "sender = 'paypal'\nfilter.type = 'kind'\ndrop.status = 202",
        "filter.type = 'kind'\ndrop.status = 202\nsender = 'paypal'",
    ] {
        let config = parse(lines);
        let expected = meaning("upstream = 'http://app'\nfilter.type = 'kind'\ndrop.status = 202");
        let route = Route {
            sender: None,
            ..top(&config).clone()
        };
        assert_eq!(route, expected, "{lines}");
    }
}

#[test]
fn a_preset_of_a_route_wins_over_what_is_above_only_where_it_says_something() {
    let config = parse(
        r#"
        sender = "discord"
        filter.deny = ["a"]
        drop = { status = 202, body = "thanks" }
        [[route]]
        path = "/own"
        sender = "paypal"
        filter.unreadable = "reject"
        [[route]]
        path = "/above"
        "#,
    );
    let own = config.routes.named(Some("/own")).unwrap();
    let expected = meaning(
        r#"
        upstream = "http://app"
        filter = { type = "event_type", deny = ["a"], unreadable = "reject", handshake = [] }
        drop = { status = 200, body = "thanks" }
        "#,
    );
    assert_eq!(own.sender, Some("paypal"));
    assert_eq!(own.policy, expected.policy);
    assert_eq!(own.drop, expected.drop);
    let above = config.routes.named(Some("/above")).unwrap();
    assert_eq!(above.sender, Some("discord"));
    assert_eq!(above.policy, top(&config).policy);
}

#[test]
fn what_a_preset_stands_for_is_shown_beside_it() {
    let shown = parse("sender = 'paypal'").shown();
    let shown: Vec<_> = shown
        .iter()
        .filter(|shown| ["sender", "type"].contains(&shown.key))
        .map(|shown| shown.value.to_string())
        .collect();
    assert_eq!(shown, ["\"paypal\"", "\"event_type\""]);
}
