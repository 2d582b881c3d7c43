//! The judgement where the type is at the end of several keys.

use super::*;

#[test]
fn a_type_further_in() {
    let within = Source::member(Path::member("event").then("type"));
    let deny = &policy(&["batch.*"], &[], Action::Forward);
    let allow = &policy(&[], &["invoice.*"], Action::Forward);
    let several = "unreadable: several types, and not one verdict";
    let alias = "unreadable: the type in another case would change the verdict";
    let no_string = "unreadable: the type is not a string";
    let table: &[(&Policy, &str, &str)] = &[
        (
            deny,
            r#"{"event":{"type":"batch.a","id":"2"},"id":"1"}"#,
            r#"batch.a 1 drop: deny "batch.*""#,
        ),
        (deny, r#"{"type":"batch.a"}"#, "- - forward: none"),
        (deny, r#"{"event":{}}"#, "- - forward: none"),
        (allow, r#"{"event":{}}"#, "- - drop: not in allow"),
        (allow, r#"{"event":null}"#, "- - drop: not in allow"),
        // Each chain counts, and so does one that leads nowhere.
        (
            deny,
            r#"{"event":{"type":"batch.a"},"event":{"type":"batch.b"}}"#,
            r#"batch.a - drop: deny "batch.*""#,
        ),
        (
            deny,
            r#"{"event":{"type":"batch.a"},"event":{"type":"a"}}"#,
            &format!("batch.a - forward: {several}"),
        ),
        (
            deny,
            r#"{"event":{},"event":{"type":"batch.a"}}"#,
            &format!("batch.a - forward: {several}"),
        ),
        (
            deny,
            r#"{"event":null,"event":{"type":"a"}}"#,
            "a - forward: none",
        ),
        (
            allow,
            r#"{"event":{},"event":{"type":"a"}}"#,
            "a - drop: not in allow",
        ),
        (
            allow,
            r#"{"event":{"type":"invoice.a"},"event":0}"#,
            &format!("invoice.a - forward: {several}"),
        ),
        (
            deny,
            r#"{"Event":{"type":"batch.a"}}"#,
            &format!("- - forward: {alias}"),
        ),
        (
            deny,
            r#"{"event":{"type":"batch.a"},"Event":{}}"#,
            &format!("batch.a - forward: {alias}"),
        ),
        // Where an object should be.
        (
            allow,
            r#"{"event":"type"}"#,
            &format!("- - forward: {no_string}"),
        ),
        (
            deny,
            r#"{"event":[{"type":"batch.a"}]}"#,
            &format!("- - forward: {no_string}"),
        ),
    ];
    for (policy, body, expected) in table {
        assert_eq!(
            judged_by(policy, body, &within.finder()),
            *expected,
            "{body}"
        );
    }
}
