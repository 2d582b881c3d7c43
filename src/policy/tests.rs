//! The judgement, as tables of what the log would say.

mod cost;
mod paths;
mod properties;
mod shadow;

use std::sync::LazyLock;

use super::*;
use crate::event::{self, Finder, Path, Source, Unreadable};

/// The type is in the member `type`.
pub(super) fn finder() -> Finder<'static> {
    static TYPE: LazyLock<Source> = LazyLock::new(|| Source::member(Path::member("type")));
    TYPE.finder()
}

fn patterns(texts: &[impl AsRef<str>]) -> Patterns {
    texts
        .iter()
        .map(|text| text.as_ref().parse::<Pattern>().unwrap())
        .collect()
}

fn policy(deny: &[&str], allow: &[&str], unreadable: Action) -> Policy {
    Policy {
        deny: patterns(deny),
        allow: patterns(allow),
        unreadable,
        ..Policy::default()
    }
}

/// What the log would say of `body`, by the strict pass; of a well-formed one the quick look says the same.
fn judged(policy: &Policy, body: &str) -> String {
    judged_by(policy, body, &finder())
}

/// The same, where the type is elsewhere.
fn judged_by<'b>(policy: &Policy, body: &'b str, finder: &Finder<'b>) -> String {
    let judgement = policy.judge_strictly(body.as_bytes(), finder);
    let pieces = [body];
    let quick = policy.judge(&pieces, finder);
    assert_eq!(quick.verdict.action, judgement.verdict.action, "{body}");
    if event::read(body.as_bytes(), finder, |_| {}).is_ok() {
        assert_eq!(quick, judgement, "{body}");
    }
    let Judgement {
        verdict: Verdict { action, rule },
        event_type,
        event_id,
        ..
    } = judgement;
    let [name, id] = [event_type, event_id].map(|text| text.unwrap_or("-".into()));
    format!("{name} {id} {action}: {rule}")
}

#[test]
fn one_event() {
    let deny = &policy(&["batch.*"], &[], Action::Forward);
    let allow = &policy(&[], &["invoice.*"], Action::Forward);
    let both = &policy(&["*.draft"], &["invoice.*"], Action::Reject);
    let table: &[(&Policy, &str, &str)] = &[
        (&Policy::default(), r#"{"type":"a"}"#, "a - forward: none"),
        (
            deny,
            r#"{"id":"1","type":"batch.a"}"#,
            r#"batch.a 1 drop: deny "batch.*""#,
        ),
        (deny, r#"{"type":"batch"}"#, "batch - forward: none"),
        (deny, "{}", "- - forward: none"),
        (deny, "7", "- - forward: none"),
        (deny, r#"{"data":{"type":"batch.a"}}"#, "- - forward: none"),
        (
            allow,
            r#"{"type":"invoice.a"}"#,
            r#"invoice.a - forward: allow "invoice.*""#,
        ),
        (allow, r#"{"type":"a"}"#, "a - drop: not in allow"),
        (allow, "{}", "- - drop: not in allow"),
        (
            both,
            r#"{"type":"invoice.draft"}"#,
            r#"invoice.draft - drop: deny "*.draft""#,
        ),
        (
            both,
            r#"{"type":"invoice.a"}"#,
            r#"invoice.a - forward: allow "invoice.*""#,
        ),
        // Several types.
        (
            deny,
            r#"{"type":"batch.a","type":"batch.b"}"#,
            r#"batch.a - drop: deny "batch.*""#,
        ),
        (deny, r#"{"type":"a","type":"b"}"#, "a - forward: none"),
        (
            deny,
            r#"{"type":"batch.a","type":"b"}"#,
            "batch.a - forward: unreadable: several types, and not one verdict",
        ),
        (
            both,
            r#"{"type":"invoice.a","type":"a"}"#,
            "invoice.a - reject: unreadable: several types, and not one verdict",
        ),
        // Not a string.
        (
            deny,
            r#"{"type":null}"#,
            "- - forward: unreadable: the type is not a string",
        ),
        (
            deny,
            r#"{"type":"batch.a","type":1.5,"type":"b"}"#,
            "batch.a - forward: unreadable: the type is not a string",
        ),
        // The document.
        (
            deny,
            r#"{"type":"batch.a"}}"#,
            "- - forward: unreadable: not JSON at line 1 column 19",
        ),
        (
            both,
            r#"{"type":"invoice.draft""#,
            "- - reject: unreadable: ends before its JSON does",
        ),
    ];
    for (policy, body, expected) in table {
        assert_eq!(judged(policy, body), *expected, "{body}");
    }
}

#[test]
fn a_key_that_some_take_for_the_type() {
    let deny = &policy(&["batch.*"], &[], Action::Forward);
    let allow = &policy(&[], &["invoice.*"], Action::Forward);
    let table: &[(&Policy, &str, &str)] = &[
        (deny, r#"{"Type":"a","type":"b"}"#, "b - forward: none"),
        (
            deny,
            r#"{"TYPE":"batch.a","type":"batch.b"}"#,
            r#"batch.b - drop: deny "batch.*""#,
        ),
        (allow, r#"{"Type":"a"}"#, "- - drop: not in allow"),
        (
            deny,
            r#"{"Type":"batch.a"}"#,
            "- - forward: unreadable: the type in another case would change the verdict",
        ),
        (
            deny,
            r#"{"type":"batch.a","Type":"a"}"#,
            "batch.a - forward: unreadable: the type in another case would change the verdict",
        ),
        (
            deny,
            r#"{"type":"batch.a","Type":null}"#,
            "batch.a - forward: unreadable: the type in another case would change the verdict",
        ),
        // What somebody else takes for the type.
        (
            deny,
            r#"{"type":"a","type\u0000x":"batch.a"}"#,
            "a - forward: unreadable: the type in another case would change the verdict",
        ),
        (
            allow,
            r#"{"type":"a","type\u0000":"invoice.a"}"#,
            "a - forward: unreadable: the type in another case would change the verdict",
        ),
    ];
    for (policy, body, expected) in table {
        assert_eq!(judged(policy, body), *expected, "{body}");
    }
}

#[test]
fn a_type_that_some_take_to_end_at_its_nul() {
    let deny = &policy(&["batch.*", "paid"], &[], Action::Reject);
    let allow = &policy(&[], &["invoice.paid"], Action::Forward);
    let doubt = "unreadable: several types, and not one verdict";
    let table = [
        // The whole and what is before the NUL lead to the same.
        (deny, r"batch.a\u0000x", "deny \"batch.*\""),
        (deny, r"other\u0000x", "none"),
        (allow, r"other\u0000", "not in allow"),
        // They don't.
        (deny, r"paid\u0000x", doubt),
        (allow, r"invoice.paid\u0000x", doubt),
    ];
    for (policy, name, rule) in table {
        let said = judged(policy, &format!(r#"{{"type":"{name}"}}"#));
        assert!(said.ends_with(&format!(": {rule}")), "{name} {said}");
    }
}

#[test]
fn a_batch() {
    let deny = &policy(&["batch.*"], &[], Action::Reject);
    let guard = &policy(&["batch.*"], &["in.*"], Action::Drop);
    let table: &[(&Policy, &str, &str)] = &[
        (deny, "[]", "- - forward: no event in the list"),
        (guard, "[]", "- - forward: no event in the list"),
        (
            deny,
            r#"[{"type":"batch.a","id":"1"},{"type":"batch.b","id":"2"}]"#,
            r#"batch.a 1 drop: deny "batch.*""#,
        ),
        (
            deny,
            r#"[{"type":"batch.a","id":"1"},{"type":"b","id":"2"},{"type":"c","id":"3"}]"#,
            "b 2 forward: none",
        ),
        (deny, r#"[{"type":"batch.a"},7]"#, "- - forward: none"),
        (
            deny,
            r#"[{"type":"a","id":"1"},{"type":null,"id":"2"},{"type":"batch.c"}]"#,
            "- 2 reject: unreadable: the type is not a string",
        ),
        (
            guard,
            r#"[{"type":null,"id":"1"},{"type":"a"}]"#,
            "- 1 drop: unreadable: the type is not a string",
        ),
        (
            guard,
            r#"[{"type":null},{"type":"in.a"}]"#,
            r#"in.a - forward: allow "in.*""#,
        ),
        (
            deny,
            r#"[{"type":"batch.a"},{"type":"b"}"#,
            "- - reject: unreadable: ends before its JSON does",
        ),
    ];
    for (policy, body, expected) in table {
        assert_eq!(judged(policy, body), *expected, "{body}");
    }
}

#[test]
fn a_broken_body_is_named_and_forwarded_at_once_but_never_dropped() {
    let forward = &policy(&["batch.*"], &[], Action::Forward);
    let allow = &policy(&[], &["a"], Action::Forward);
    let guards = &[Action::Drop, Action::Reject].map(|action| policy(&["batch.*"], &[], action));
    let broken = Rule::Unreadable(Unreadable::Syntax { line: 1, column: 0 }.into());
    let table = [
        (forward, r#"{"type":"a",}"#, Action::Forward, Rule::NoMatch),
        (allow, r#"{"type":"a",}"#, Action::Forward, broken),
        (forward, r#"{"type":"batch.a",}"#, Action::Forward, broken),
        (allow, r#"{"type":"b",}"#, Action::Forward, broken),
        (forward, r#"{"type":null,}"#, Action::Forward, broken),
        (forward, r#"[{"type":"a"},]"#, Action::Forward, broken),
        (&guards[0], r#"{"type":"a",}"#, Action::Drop, broken),
        (&guards[1], r#"{"type":"a",}"#, Action::Reject, broken),
    ];
    for (policy, body, action, rule) in table {
        let pieces = [&body[..9], &body[9..]];
        let Judgement {
            verdict,
            event_type,
            ..
        } = policy.judge(&pieces, &finder());
        let rule_found = match verdict.rule {
            Rule::Unreadable(Doubt::Unreadable(Unreadable::Syntax { .. })) => broken,
            rule => rule,
        };
        assert_eq!((verdict.action, rule_found), (action, rule), "{body}");
        assert_eq!(event_type.is_some(), rule != broken, "{body}");
    }
}

#[test]
fn too_many_types_are_not_judged() {
    let policy = policy(&["a"], &[], Action::Reject);
    let body = |count| format!("{{{}}}", vec![r#""type":"a""#; count].join(","));
    assert_eq!(
        judged(&policy, &body(event::MAX_READINGS)),
        r#"a - drop: deny "a""#
    );
    assert_eq!(
        judged(&policy, &body(event::MAX_READINGS + 1)),
        "a - reject: unreadable: several types, and not one verdict"
    );
}
