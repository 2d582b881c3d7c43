//! The judgement, against one so naive that it is obviously right.

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use super::*;

/// One element of a batch: values of `type`, and of `Type`.
type Element = (Vec<Value>, Vec<Value>);

/// Whether `pattern` matches the whole of `name`: which beginnings of it are matched by more and more of the pattern.
fn naive_glob(pattern: &str, name: &str) -> bool {
    let mut matched = vec![""];
    for sign in pattern.chars() {
        let mut longer: Vec<&str> = Vec::new();
        for beginning in matched {
            let rest = &name[beginning.len()..];
            if sign == '*' {
                let ends = rest.char_indices().map(|(at, _)| at).chain([rest.len()]);
                longer.extend(ends.map(|at| &name[..beginning.len() + at]));
            } else if rest.starts_with(sign) {
                longer.push(&name[..beginning.len() + sign.len_utf8()]);
            }
        }
        longer.sort_unstable();
        longer.dedup();
        matched = longer;
    }
    matched.contains(&name)
}

/// The pattern that the log names: the exact name, else the shortest prefix, else the first of the others.
fn naive_find<'p>(patterns: &'p [String], name: &str) -> Option<&'p str> {
    let rank = |pattern: &&str| match pattern.find('*') {
        None => (0, 0),
        Some(star) if star + 1 == pattern.len() => (1, star),
        Some(_) => (2, 0),
    };
    let all = patterns.iter().map(String::as_str);
    all.filter(|pattern| naive_glob(pattern, name))
        .min_by_key(rank)
}

fn naive_action(deny: &[String], allow: &[String], unreadable: Action, event: &Element) -> Action {
    // `None` is the reading that there is no type; a reading that is not a string has no action.
    let action = |name: Option<&str>| {
        let denied = name.is_some_and(|name| naive_find(deny, name).is_some());
        let allowed =
            allow.is_empty() || name.is_some_and(|name| naive_find(allow, name).is_some());
        if allowed && !denied {
            Action::Forward
        } else {
            Action::Drop
        }
    };
    let of_value = |value: &Value| match value {
        Value::String(name) => Some(action(Some(name))),
        Value::Number(number) => number.as_i64().map(|it| action(Some(&it.to_string()))),
        _ => None,
    };
    let (types, aliases) = event;
    let mut actions: Vec<_> = types.iter().chain(aliases).map(of_value).collect();
    if types.is_empty() {
        actions.push(Some(action(None)));
    }
    match actions[0] {
        Some(first) if actions.iter().all(|other| *other == Some(first)) => first,
        _ => unreadable,
    }
}

fn naive_batch(actions: &[Action]) -> Action {
    if actions.contains(&Action::Reject) {
        Action::Reject
    } else if actions.is_empty() || actions.contains(&Action::Forward) {
        Action::Forward
    } else {
        Action::Drop
    }
}

/// Well-formed ones; `#` is there because it sorts before a star.
fn any_patterns(most: usize) -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec("(\\*?[ab#é]){1,4}\\*?|\\*", 0..most)
}

/// Ones that it takes long to tell apart: of several literals, many of which end with one another.
fn long_patterns() -> impl Strategy<Value = Vec<String>> {
    let literal = "[ab]{1,4}|a{1,6}|[ab]#";
    let literals = prop::collection::vec(literal, 1..5).prop_map(|literals| literals.join("*"));
    let pattern = (any::<bool>(), literals, any::<bool>()).prop_map(|(first, literals, last)| {
        let star = |there| if there { "*" } else { "" };
        format!("{}{literals}{}", star(first), star(last))
    });
    prop::collection::vec(pattern, 0..60)
}

fn any_action() -> impl Strategy<Value = Action> {
    select(vec![Action::Drop, Action::Forward, Action::Reject])
}

fn any_value() -> impl Strategy<Value = Value> {
    let name = "[ab]{0,4}|[ab#é*]{0,3}".prop_map(Value::from);
    prop_oneof![8 => name, 1 => select(vec![json!(null), json!(1), json!(1.5), json!({"type": "a"})])]
}

fn any_element() -> impl Strategy<Value = Element> {
    let values = |most| prop::collection::vec(any_value(), 0..=most);
    (values(2), values(1))
}

fn write_element((types, aliases): &Element) -> String {
    let aliases = aliases.iter().map(|value| format!(r#""tYpe":{value}"#));
    let types = types.iter().map(|value| format!(r#""type":{value}"#));
    format!("{{{}}}", aliases.chain(types).collect::<Vec<_>>().join(","))
}

/// Any JSON to stand beside the type; keys include `type`, which must not count when nested.
fn any_json() -> impl Strategy<Value = Value> {
    let key = || "type|Type|[a-c\"\\\\é😀]{0,3}";
    let leaf = prop_oneof![
        key().prop_map(Value::from),
        Just(json!(null)),
        Just(json!(-1.5e300))
    ];
    leaf.prop_recursive(3, 12, 3, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::btree_map(key(), inner, 0..3)
                .prop_map(|members| members.into_iter().collect()),
        ]
    })
}

/// The escapes of one letter.
const SHORT: [(char, char); 8] = [
    ('"', '"'),
    ('\\', '\\'),
    ('/', '/'),
    ('\u{8}', 'b'),
    ('\u{c}', 'f'),
    ('\n', 'n'),
    ('\r', 'r'),
    ('\t', 't'),
];

/// A JSON string in one of the many ways to write it, picked by `choices`.
fn encode(text: &str, choices: &mut impl Iterator<Item = u8>) -> String {
    let mut json = String::from('"');
    for char in text.chars() {
        let short = SHORT.iter().find(|(meant, _)| *meant == char);
        match (choices.next().unwrap() % 4, short) {
            (0, Some((_, letter))) => json.extend(['\\', *letter]),
            (1, _) if char >= ' ' && char != '"' && char != '\\' => json.push(char),
            (choice, _) => {
                for unit in char.encode_utf16(&mut [0; 2]) {
                    let lower = format!("\\u{unit:04x}");
                    let upper = format!("\\u{unit:04X}");
                    json += if choice == 2 { &lower } else { &upper };
                }
            }
        }
    }
    json + "\""
}

/// White space, picked by `choices`.
fn any_space(choices: &mut impl Iterator<Item = u8>) -> String {
    ["", " ", "\n", "\r\n\t "][usize::from(choices.next().unwrap() % 4)].to_owned()
}

proptest! {
    #[test]
    fn finds_what_the_naive_glob_finds(
        texts in any_patterns(12),
        name in "[ab#]{0,8}|[ab#é*]{0,8}",
    ) {
        let found = patterns(&texts);
        prop_assert_eq!(found.find(&name), naive_find(&texts, &name));
    }

    #[test]
    fn finds_what_the_naive_glob_finds_in_long_names(
        texts in long_patterns(),
        name in "[ab#]{0,40}|([ab]{0,3}a{0,6}#?){0,6}",
    ) {
        let found = patterns(&texts);
        prop_assert_eq!(found.find(&name), naive_find(&texts, &name));
    }

    #[test]
    fn judges_as_the_naive_judge(
        (deny, allow, unreadable) in (any_patterns(4), any_patterns(3), any_action()),
        elements in prop::collection::vec(any_element(), 0..4),
    ) {
        let policy = Policy {
            deny: patterns(&deny),
            allow: patterns(&allow),
            unreadable,
            ..Policy::default()
        };
        let naive = |element: &Element| naive_action(&deny, &allow, unreadable, element);
        let objects: Vec<_> = elements.iter().map(write_element).collect();
        let actions: Vec<_> = elements.iter().map(naive).collect();
        for (object, action) in objects.iter().zip(&actions) {
            prop_assert_eq!(policy.judge(&[object], &finder()).verdict.action, *action);
        }
        let batch = format!("[{}]", objects.join(","));
        let expected = naive_batch(&actions);
        prop_assert_eq!(policy.judge(&[batch], &finder()).verdict.action, expected);
    }

    #[test]
    fn shadow_rules_say_what_they_would_in_force_and_change_nothing(
        (deny, allow, unreadable) in (any_patterns(4), any_patterns(3), any_action()),
        (other_deny, other_allow) in (any_patterns(4), prop::option::of(any_patterns(3))),
        elements in prop::collection::vec(any_element(), 0..4),
        (batch, broken) in (any::<bool>(), any::<bool>()),
    ) {
        let plain = Policy {
            deny: patterns(&deny),
            allow: patterns(&allow),
            unreadable,
            ..Policy::default()
        };
        let shadow = Shadow {
            deny: Some(patterns(&other_deny)),
            allow: other_allow.as_ref().map(|allow| patterns(allow)),
        };
        let in_force = Policy {
            deny: patterns(&other_deny),
            allow: patterns(&other_allow.unwrap_or(allow)),
            ..plain.clone()
        };
        let both = Policy { shadow: Some(Box::new(shadow)), ..plain.clone() };
        let objects: Vec<_> = elements.iter().map(write_element).collect();
        let mut body = match objects.as_slice() {
            [first, ..] if !batch => first.clone(),
            all => format!("[{}]", all.join(",")),
        };
        if broken {
            body.push(',');
        }
        let strictly = both.judge_strictly(body.as_bytes(), &finder());
        let expected = Judgement {
            shadow: Some(in_force.judge_strictly(body.as_bytes(), &finder()).verdict),
            ..plain.judge_strictly(body.as_bytes(), &finder())
        };
        prop_assert_eq!(&strictly, &expected, "{}", body);
        let pieces = [&body];
        let judged = both.judge(&pieces, &finder());
        if broken {
            let action = |judgement: &Judgement<'_, '_>| {
                (judgement.verdict.action, judgement.shadow.map(|verdict| verdict.action))
            };
            prop_assert_eq!(action(&judged), action(&expected), "{}", body);
        } else {
            prop_assert_eq!(judged, expected, "{}", body);
        }
    }

    #[test]
    fn the_encoding_of_a_type_changes_nothing(
        name in "batch\\.[a-c]|batch|[a-c\"\\\\/é😀\u{0}-\u{1f}]{0,6}",
        before in prop::collection::vec(("[a-c]{1,3}", any_json()), 0..3),
        after in prop::collection::vec(("[a-c]{1,3}", any_json()), 0..3),
        choices in prop::collection::vec(any::<u8>(), 1..64),
        batch in any::<bool>(),
    ) {
        let policy = policy(&["batch.*", "é*"], &[], Action::Reject);
        let mut choices = choices.into_iter().cycle();
        let member = |key: &str, value: &Value| format!("{}:{value}", json!(key));
        let others = |all: &[(String, Value)]| {
            all.iter().map(|(key, value)| member(key, value)).collect::<Vec<_>>()
        };
        let colon = any_space(&mut choices) + ":" + &any_space(&mut choices);
        let typed = encode("type", &mut choices) + &colon + &encode(&name, &mut choices);
        let members = [others(&before), vec![typed], others(&after)].concat();
        let comma = any_space(&mut choices) + "," + &any_space(&mut choices);
        let object = format!("{}{{{}}}\n", any_space(&mut choices), members.join(&comma));
        let body = if batch { format!("[{object}]") } else { object };

        let pieces = [&body];
        let judgement = policy.judge(&pieces, &finder());
        prop_assert_eq!(judgement.verdict, policy.rules().verdict(Some(&name)), "{}", body);
        prop_assert_eq!(judgement.event_type.as_deref(), Some(name.as_str()), "{}", body);
    }
}
