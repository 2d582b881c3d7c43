//! What is told, and what is not.

use proptest::collection::{hash_set, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::*;

/// What is said of these lines, which begin in line 2.
fn told(lines: &str, days: u64) -> Vec<String> {
    let text = format!("upstream = \"http://app\"\n{lines}");
    let config = Config::parse(&text).unwrap();
    let age = DAY * u32::try_from(days).unwrap() + Duration::from_secs(1);
    let advice = config.advice(&text, Some(age));
    advice.iter().map(ToString::to_string).collect()
}

#[test]
fn what_is_surely_not_meant_is_told_with_its_line_and_what_would_be_right() {
    let table = [
        (
            "sender = 'stripe'\nverify.secret = 'env:A'\n[[route]]\npath = '/a'\nsender = 'github'",
            r#"line 4: [verify] secret in line 3 is that of scheme = "stripe", and a route takes it for scheme = "github", so that nothing verifies there; write one for the route, or secret = [] to verify nothing"#,
        ),
        (
            "[filter]\ndeny = [\n\"batch.created\",\n\"batch.*\"]",
            r#"line 4: [filter] deny: "batch.created" changes nothing, since "batch.*" in line 5 matches all that it matches; take one of them out"#,
        ),
        (
            "[filter]\nallow = ['*', 'a*']\nunreadable = 'reject'",
            r#"line 3: [filter] allow: "a*" changes nothing, since "*" in line 3 matches all that it matches; take one of them out"#,
        ),
        (
            "[filter]\nunreadable = 'reject'\ndeny = ['*.draft']\nallow = ['invoice.*',\n'a.draft']",
            r#"line 6: [filter] allow: "a.draft" lets nothing through, since "*.draft" of deny in line 4 matches all that it matches; take one of them out"#,
        ),
        (
            "[filter]\nunreadable = 'reject'\ndeny = ['a*']\nallow = ['ab']",
            r#"line 5: [filter] allow: "ab" lets nothing through, since "a*" of deny in line 4 matches all that it matches; narrow that one, since nothing passes at all"#,
        ),
        (
            "[filter]\nunreadable = 'reject'\ndeny = ['batch.*', '*.draft']\n\nallow = ['invoice.*']",
            r#"line 4: [filter] deny: "batch.*" changes nothing, since allow in line 6 has no type that it matches; take it out"#,
        ),
        (
            "[filter]\ndeny = ['Batch.*',\n'é', 'É', 'batch.*']",
            "line 4: [filter] deny: \"É\" differs from \"é\" in line 4 only in case, and case matters; write it as the sender does\n\
             line 4: [filter] deny: \"batch.*\" differs from \"Batch.*\" in line 3 only in case, and case matters; write it as the sender does",
        ),
        (
            "[filter]\nunreadable = 'drop'",
            r#"line 3: [filter] unreadable = "drop" loses events whose type can't be told for certain, wanted ones too; write "reject", so that their senders try again and the log says why"#,
        ),
        (
            "filter.allow = ['a']",
            r#"line 2: [filter] allow lets pass what can't be read for certain, whatever is in it, since unreadable is "forward"; write unreadable = "reject" to keep that out"#,
        ),
        (
            "[audit]\nbody = true",
            r#"line 3: [audit] body = true records nothing, since there is no path; write path = "/var/lib/hooksieve/dropped.jsonl" beside it"#,
        ),
        (
            "[drop]\nstatus = 202",
            "line 3: [drop] status = 202 is a failure to senders that take nothing but 200; write 200 unless yours asks for 202",
        ),
        (
            "[admin]\nlisten = '0.0.0.0:9090'",
            r#"line 3: [admin] listen = "0.0.0.0:9090" is open to other networks: whoever reaches it reads which events come here, and what becomes of them; write a loopback address, one of a private network, or public = true where that is meant"#,
        ),
        (
            "mode = 'observe'\n[filter]\ndeny = ['a']",
            r#"line 2: mode = "observe" has dropped nothing for 20 days, by the time of the file, though there are rules; write "enforce" if the log shows what you want"#,
        ),
        (
            "sender = 'linear'\ndrop.status = 202",
            "line 3: [drop] status = 202 is a failure to Linear, which takes 200 and no other; write 200",
        ),
        (
            "drop = { status = 202, body = 'thanks' }\n[[route]]\npath = '/'\nsender = 'zoom'",
            "line 2: [drop] status = 202 is a failure to Zoom, which takes 200 or 204 and no other; write 200\n\
             line 2: [drop] status = 202 is a failure to senders that take nothing but 200; write 200 unless yours asks for 202",
        ),
        (
            "[[route]]\npath = '/'\nsender = 'dropbox-sign'\ndrop.body = 'ok'",
            r#"line 5: [drop] body = "ok" is not what Dropbox Sign (HelloSign) takes for an answer; write "Hello API Event Received""#,
        ),
        (
            "sender = 'xero'\ndrop.body = 'ok'",
            r#"line 3: [drop] body = "ok" is not what Xero takes for an answer; write """#,
        ),
        (
            "sender = 'adyen'\ndrop.body = ''",
            r#"line 3: [drop] body = "" is not what Adyen payments takes for an answer; write "[accepted]""#,
        ),
        (
            "sender = 'gitlab'\nfilter.unreadable = 'reject'",
            r#"line 3: [filter] unreadable = "reject" refuses with a 4xx, and GitLab switches the hook off after four refusals in a row, older versions for good; write "forward""#,
        ),
        (
            "sender = 'github'\nfilter.unreadable = 'drop'",
            r#"line 3: [filter] unreadable = "drop" loses events whose type can't be told for certain, wanted ones too; write "forward""#,
        ),
        (
            "sender = 'shopify'\n[filter]\nunreadable = 'reject'\ndeny = ['shop/*',\n'customers/*']\nallow = ['shop*', 'c*']",
            "line 5: [filter] deny: \"shop/*\" drops \"shop/redact\", which Shopify wants the endpoint to act on; narrow it\n\
             line 6: [filter] deny: \"customers/*\" drops \"customers/redact\", \"customers/data_request\", which Shopify wants the endpoint to act on; narrow it",
        ),
        (
            "sender = 'shopify'\n[filter]\nunreadable = 'reject'\nallow = ['orders/*', 'shop/*']",
            "line 5: [filter] allow drops \"customers/redact\", \"customers/data_request\", which Shopify wants the endpoint to act on; add that to it",
        ),
        (
            "sender = 'telegram'\n[filter]\nunreadable = 'reject'\nallow = ['message']",
            "line 5: [filter] allow lets nothing of Telegram bots through, whose types can't be read; take it out",
        ),
        (
            "sender = 'twitch'\n[filter]\ndeny = ['channel.*']\nhandshake = ['header:Twitch-Eventsub-Message-Type=revocation']",
            r#"line 5: [filter] handshake leaves out "header:Twitch-Eventsub-Message-Type=webhook_callback_verification", without which Twitch EventSub sends nothing, or stops to; add that to it"#,
        ),
        // What is said at the start is among them.
        (
            "[filter]\ndeny = ['batch.[ab]']",
            "line 3: [filter] deny: 'batch.[ab]' has brackets, which stand for themselves; for one of several characters write one entry for each",
        ),
    ];
    for (lines, expected) in table {
        assert_eq!(told(lines, 20).join("\n"), expected, "{lines}");
    }
}

#[test]
fn what_may_well_be_meant_is_not_told() {
    for (lines, days) in [
        ("", 100),
        (
            "[filter]\ndeny = ['batch.*', 'batch', '*.draft', 'b*.x']",
            100,
        ),
        (
            "[filter]\ndeny = ['a.b']\nallow = ['a.*', 'b.*']\nunreadable = 'reject'",
            100,
        ),
        (
            "[filter]\ndeny = ['*.draft']\nallow = ['a.*']\nunreadable = 'reject'",
            100,
        ),
        ("mode = 'observe'\n[filter]\ndeny = ['a']", 13),
        ("mode = 'observe'", 100),
        ("[drop]\nstatus = 200\nbody = 'ok'", 100),
        ("sender = 'zoom'\ndrop.status = 204", 100),
        ("sender = 'discord'", 100),
        ("sender = 'zoom'\nfilter.handshake = []", 100),
        (
            "drop.body = 'ok'\n[[route]]\npath = '/'\nsender = 'dropbox-sign'",
            100,
        ),
        ("sender = 'gitlab'\nfilter.allow = ['Push Hook']", 100),
        (
            "sender = 'shopify'\nfilter.deny = ['orders/*', 'customers/create', 'shop/update']",
            100,
        ),
        (
            "sender = 'telegram'\nfilter = { type = 'kind', allow = ['a'], unreadable = 'reject' }",
            100,
        ),
    ] {
        assert_eq!(told(lines, days), [""; 0], "{lines}");
    }
    let text = "upstream = 'http://app'\nmode = 'observe'\nfilter.deny = ['a']";
    let config = Config::parse(text).unwrap();
    assert!(
        config.advice(text, None).is_empty(),
        "of a pipe no age is known"
    );
}

#[test]
fn the_shipped_file_needs_none() {
    let text = include_str!("../../../config.toml");
    let advice = Config::parse(text).unwrap().advice(text, Some(LONG * 2));
    assert_eq!(advice, []);
}

fn any_list() -> impl Strategy<Value = Vec<String>> {
    let text = vec(select(vec!['a', 'b', '*']), 1..4).prop_map(|text| text.into_iter().collect());
    let text = text.prop_filter("it is refused", |text: &String| !text.contains("**"));
    hash_set(text, 0..5).prop_map(|list| list.into_iter().collect())
}

/// All names of two letters up to this length.
fn names(longest: usize) -> Vec<String> {
    let of_length = |length: usize| {
        (0..1_u32 << length).map(move |bits| {
            let letters = (0..length).map(|at| if bits >> at & 1 == 0 { 'a' } else { 'b' });
            letters.collect::<String>()
        })
    };
    (0..=longest).flat_map(of_length).collect()
}

/// A file with the lists of the top level and of one route, which may leave out either, one in a line.
fn with_lists(lists: &[Option<Vec<String>>; 4]) -> String {
    let line = |key: &str, list: &Option<Vec<String>>| {
        let list = list.as_ref().map(|list| format!("filter.{key} = {list:?}"));
        list.unwrap_or_default()
    };
    let [deny, allow, own_deny, own_allow] = lists;
    format!(
        "upstream = 'http://app'\n{}\n{}\n[[route]]\npath = '/own'\n{}\n{}\n",
        line("deny", deny),
        line("allow", allow),
        line("deny", own_deny),
        line("allow", own_allow)
    )
}

/// Where these lists are.
const LINES: [usize; 4] = [2, 3, 6, 7];

proptest! {
    #[test]
    fn what_changes_nothing_can_be_taken_out(
        deny in any_list(),
        allow in any_list(),
        own_deny in option::of(any_list()),
        own_allow in option::of(any_list()),
    ) {
        let mut lists = [Some(deny), Some(allow), own_deny, own_allow];
        // No pattern may be in both lists of one table.
        for (deny, allow) in [(0, 1), (2, 3)] {
            let denied = lists[deny].clone().unwrap_or_default();
            if let Some(allow) = &mut lists[allow] {
                allow.retain(|pattern| !denied.contains(pattern));
            }
        }
        let with = with_lists(&lists);
        let config = Config::parse(&with).unwrap();
        let advice = config.advice(&with, None);
        for (list, line) in lists.iter_mut().zip(LINES) {
            let changes_nothing = |pattern: &String| advice.iter().any(|problem| {
                let quoted = format!(": \"{pattern}\" ");
                let why = problem.text().split_once(&quoted).map(|(_, why)| why);
                problem.line() == Some(line) && why.is_some_and(|why| {
                    why.starts_with("changes nothing") || why.ends_with("; take one of them out")
                })
            });
            if let Some(list) = list {
                list.retain(|pattern| !changes_nothing(pattern));
            }
        }
        let without = with_lists(&lists);
        let less = Config::parse(&without).unwrap();
        for name in names(6) {
            let body = [format!("{{\"type\":\"{name}\"}}")];
            for route in [None, Some("/own")] {
                let action = |config: &Config| {
                    let route = config.routes.named(route).unwrap();
                    route.policy.judge(&body, &route.source.event.finder()).verdict.action
                };
                prop_assert_eq!(action(&config), action(&less), "{}\n{}\n{}", name, with, without);
            }
        }
    }
}

#[test]
fn what_a_route_takes_from_above_is_odd_only_where_it_is_odd_for_all() {
    let table = [
        // A deny list for all, beside a route that lets little through.
        (
            "filter.deny = ['batch.*']\n[[route]]\npath = '/a'\n[route.filter]\nallow = ['a']\nunreadable = 'reject'",
            "",
        ),
        (
            "filter.deny = ['b']\n[[route]]\npath = '/a'\n[route.filter]\ndeny = ['batch.*']\nallow = ['a']\nunreadable = 'reject'",
            "line 6: [filter] deny: \"batch.*\" changes nothing, since allow in line 7 has no type that it matches; take it out",
        ),
        (
            "filter.deny = ['a*']\n[[route]]\npath = '/a'\n[route.filter]\nallow = ['ab', 'b']\nunreadable = 'reject'",
            "line 6: [filter] allow: \"ab\" lets nothing through, since \"a*\" of deny in line 2 matches all that it matches; take one of them out",
        ),
        // Once, though two routes have it.
        (
            "mode = 'observe'\nfilter.deny = ['a*', 'ab']\n[[route]]\npath = '/a'\n[[route]]\npath = '/b'\ndrop.status = 202",
            "line 2: mode = \"observe\" has dropped nothing for 20 days, by the time of the file, though there are rules; write \"enforce\" if the log shows what you want\n\
             line 3: [filter] deny: \"ab\" changes nothing, since \"a*\" in line 3 matches all that it matches; take one of them out\n\
             line 8: [drop] status = 202 is a failure to senders that take nothing but 200; write 200 unless yours asks for 202",
        ),
        (
            "filter.deny = ['A']\n[[route]]\npath = '/a'\nfilter.deny = ['a']",
            "line 2: [filter] deny: \"A\" differs from \"a\" in line 5 only in case, and case matters; write it as the sender does",
        ),
    ];
    for (lines, expected) in table {
        assert_eq!(told(lines, 20).join("\n"), expected, "{lines}");
    }
}
