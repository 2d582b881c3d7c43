//! What shadow rules say, beside those in force.

use super::*;

/// A policy with these lists tried beside its own.
fn with(policy: Policy, deny: Option<&[&str]>, allow: Option<&[&str]>) -> Policy {
    let shadow = Shadow {
        deny: deny.map(patterns),
        allow: allow.map(patterns),
    };
    Policy {
        shadow: Some(Box::new(shadow)),
        ..policy
    }
}

fn told(verdict: Verdict<'_>) -> String {
    format!("{}: {}", verdict.action, verdict.rule)
}

#[test]
fn a_list_that_is_left_out_is_that_in_force() {
    let policy = || policy(&["batch.*"], &["batch.a", "in.*"], Action::Forward);
    let deny = &with(policy(), Some(&["in.a"]), None);
    let allow = &with(policy(), None, Some(&["x", "batch.a"]));
    let neither = &with(policy(), Some(&[]), Some(&[]));
    let table = [
        (deny, "in.a", r#"drop: deny "in.a""#),
        (deny, "in.b", r#"forward: allow "in.*""#),
        (deny, "batch.a", r#"forward: allow "batch.a""#),
        (deny, "x", "drop: not in allow"),
        (allow, "x", r#"forward: allow "x""#),
        (allow, "in.a", "drop: not in allow"),
        (allow, "batch.a", r#"drop: deny "batch.*""#),
        (neither, "batch.b", "forward: none"),
    ];
    for (policy, name, expected) in table {
        let body = [format!(r#"{{"type":"{name}"}}"#)];
        let judgement = policy.judge(&body, &finder());
        assert_eq!(judgement.shadow.map(told).as_deref(), Some(expected));
        let real = policy.rules().verdict(Some(name));
        assert_eq!(judgement.verdict, real, "{name}");
    }
}

#[test]
fn doubts_and_batches_are_those_of_each_by_itself() {
    let ambiguous = "several types, and not one verdict";
    let table = [
        (
            r#"{"type":"a","type":"b"}"#,
            "forward: none",
            r#"drop: deny "*""#,
        ),
        (
            r#"{"type":"a","type":"batch.a"}"#,
            &format!("reject: unreadable: {ambiguous}"),
            r#"drop: deny "*""#,
        ),
        (
            r#"{"type":"batch.a"}"#,
            r#"drop: deny "batch.*""#,
            r#"drop: deny "*""#,
        ),
        ("{}", "forward: none", "forward: none"),
        (
            "[]",
            "forward: no event in the list",
            "forward: no event in the list",
        ),
        (
            r#"[{"type":"batch.a"},{"type":"b"}]"#,
            "forward: none",
            r#"drop: deny "*""#,
        ),
        (r#"[{"type":"a"},{}]"#, "forward: none", "forward: none"),
        (
            r#"[{"type":"a"},{"type":null}]"#,
            "reject: unreadable: the type is not a string",
            "reject: unreadable: the type is not a string",
        ),
        (
            "{",
            "reject: unreadable: ends before its JSON does",
            "reject: unreadable: ends before its JSON does",
        ),
    ];
    let policy = with(
        policy(&["batch.*"], &[], Action::Reject),
        Some(&["*"]),
        None,
    );
    for (body, real, shadow) in table {
        let judgement = policy.judge_strictly(body.as_bytes(), &finder());
        assert_eq!(told(judgement.verdict), real, "{body}");
        assert_eq!(
            judgement.shadow.map(told).as_deref(),
            Some(shadow),
            "{body}"
        );
    }
}

#[test]
fn without_any_nothing_is_said_of_them() {
    let policy = policy(&["batch.*"], &[], Action::Forward);
    for body in [r#"{"type":"a"}"#, r#"{"type":"batch.a"}"#, "{", "[]"] {
        assert_eq!(policy.judge(&[body], &finder()).shadow, None, "{body}");
    }
}

/// The quick look is enough where nobody is against it, and decides nothing else.
#[test]
fn the_quick_look_forwards_a_broken_body_only_where_both_do() {
    let deny_a = || policy(&["a"], &[], Action::Forward);
    let table = [
        (with(deny_a(), Some(&["b"]), None), "c", true),
        (with(deny_a(), Some(&["b"]), None), "b", false),
        (with(deny_a(), None, Some(&["c"])), "c", false),
        (with(deny_a(), Some(&[]), None), "a", false),
    ];
    for (policy, name, at_once) in table {
        let body = [format!(r#"{{"type":"{name}",}}"#)];
        let judgement = policy.judge(&body, &finder());
        let shadow = judgement.shadow.expect("there are some");
        for verdict in [judgement.verdict, shadow] {
            assert_eq!(verdict.action, Action::Forward);
            assert_eq!(verdict.rule == Rule::NoMatch, at_once, "{name}");
        }
    }
}
