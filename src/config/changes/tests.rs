use super::*;

const BEFORE: &str = r#"
    upstream = "http://app:3000"
    [filter]
    deny = ["a", "b.*"]
    allow = ["c"]
    [forward]
    trusted = ["::1", "10.0.0.0/8"]
"#;

/// What is said when `before` becomes `after`: what is applied, and what needs a restart.
fn changes(before: &str, after: &str) -> (Vec<String>, Vec<String>) {
    let [old, new] = [before, after].map(|text| Config::parse(text).unwrap());
    let Changes { live, at_start } = Changes::between(&old, &new);
    let shown = |changes: Vec<Change>| changes.into_iter().map(|change| change.text).collect();
    (shown(live), shown(at_start))
}

/// What is written above [`BEFORE`], and what is said of it.
const LIVE: &str = r#"
    mode = "observe"           => mode enforce -> observe
    sender = "telegram"        => sender none -> telegram
    reload = "signal"          => reload watch -> signal
    drop.status = 202          => drop.status 200 -> 202
    drop.body = "o'k"          => drop.body "" -> "o'k"
    limits.inspect = "1 MiB"   => limits.inspect 8 MiB -> 1 MiB
    timeouts.connect = "1ms"   => timeouts.connect 5s -> 1ms
    timeouts.response = "1h"   => timeouts.response 30s -> 1h
    audit.record = false       => audit.record true -> false
    audit.body = true          => audit.body false -> true
    audit.on_error = "drop"    => audit.on_error refuse -> drop
    # a word                   =>
"#;
const AT_START: &str = r#"
    listen = "[::1]:0"              => listen 127.0.0.1:8080 -> [::1]:0
    limits.memory = "1 GiB"         => limits.memory 256 MiB -> 1 GiB
    limits.connections = 5          => limits.connections 10000 -> 5
    limits.headers = 5              => limits.headers 100 -> 5
    limits.header_size = "8 KiB"    => limits.header_size 32 KiB -> 8 KiB
    timeouts.header = "1s"          => timeouts.header 10s -> 1s
    timeouts.body = "1s"            => timeouts.body 30s -> 1s
    timeouts.idle = "1s"            => timeouts.idle 1m -> 1s
    timeouts.reuse = "0s"           => timeouts.reuse 100ms -> 0ms
    timeouts.drain = "1s"           => timeouts.drain 30s -> 1s
    log.format = "json"             => log.format auto -> json
    log.level = "warn"              => log.level info -> warn
    audit.path = "a b"              => audit.path none -> "a b"
    audit.max_size = "1 GiB"        => audit.max_size 64 MiB -> 1 GiB
    audit.keep = 1                  => audit.keep 10 -> 1
    admin.listen = "unix:/run/a"    => admin.listen none -> unix:/run/a
    admin.hosts = ["a"]             => admin.hosts + "a"
    admin.public = true             => admin.public false -> true
    admin.strict_ready = true       => admin.strict_ready false -> true
    listen = ["systemd", "unix:/a"] => listen 127.0.0.1:8080 -> ["systemd", "unix:/a"]
    socket.mode = "0600"            => socket.mode 0660 -> 0600
    socket.owner = "www-data"       => socket.owner none -> www-data
    socket.group = "7"              => socket.group none -> 7
    socket.handover = "unix:/a"     => socket.handover none -> unix:/a
"#;

#[test]
fn every_key_is_either_applied_or_needs_a_restart() {
    for (table, is_live) in [(LIVE, true), (AT_START, false)] {
        for line in table.lines().filter(|line| !line.trim().is_empty()) {
            let (written, said) = line.split_once("=>").unwrap();
            let said = [said.trim()].into_iter().filter(|said| !said.is_empty());
            let said: Vec<_> = said.map(str::to_owned).collect();
            let expected = if is_live {
                (said, Vec::new())
            } else {
                (Vec::new(), said)
            };
            let after = format!("{written}\n{BEFORE}");
            assert_eq!(changes(BEFORE, &after), expected, "{line}");
        }
    }
}

#[test]
fn lists_are_told_entry_by_entry_and_their_order_is_not() {
    for (from, to, said) in [
        (
            "http://app:3000",
            "http://app",
            "upstream http://app:3000 -> http://app",
        ),
        (
            r#"["a", "b.*"]"#,
            r#"["b.*", "d e"]"#,
            r#"deny - "a", deny + "d e""#,
        ),
        (r#"["a", "b.*"]"#, r#"["b.*", "a"]"#, ""),
        (r#"["c"]"#, "[]", r#"allow - "c""#),
        (r#""::1", "#, "", r#"forward.trusted - "::1/128""#),
    ] {
        let (live, at_start) = changes(BEFORE, &BEFORE.replace(from, to));
        assert_eq!(live.join(", "), said, "{to}");
        assert_eq!(at_start, [""; 0]);
    }
}

#[test]
fn shadow_rules_are_told_like_those_in_force() {
    let shadow = |lists: &str| format!("{BEFORE}[filter.shadow]\n{lists}\n");
    for (before, after, said) in [
        ("", "deny = [\"a\"]", "filter.shadow.deny none -> [\"a\"]"),
        ("deny = []", "", "filter.shadow.deny [] -> none"),
        (
            "deny = [\"a\"]\nallow = [\"b\"]",
            "deny = [\"c\"]\nallow = [\"b\"]",
            "shadow.deny - \"a\", shadow.deny + \"c\"",
        ),
    ] {
        let (live, at_start) = changes(&shadow(before), &shadow(after));
        assert_eq!(live.join(", "), said);
        assert_eq!(at_start, [""; 0]);
    }
}

#[test]
fn routes_are_told_by_their_names() {
    let route = |path: &str, lines: &str| format!("[[route]]\npath = {path:?}\n{lines}\n");
    let top = "upstream = \"http://app\"\n";
    let told = |before: &str, after: &str| {
        let [old, new] = [before, after].map(|text| Config::parse(text).unwrap());
        let changes = Changes::between(&old, &new).live.into_iter();
        let told = changes.map(|Change { route, text }| match route {
            Some(route) => format!("{route}: {text}"),
            None => text,
        });
        told.collect::<Vec<_>>().join(", ")
    };
    let (a, b) = (route("/a", ""), route("/b/*", "mode = \"observe\""));
    let denying = route("/a", "filter.deny = [\"x\"]");
    for (before, after, expected) in [
        (
            a.clone(),
            a.clone() + &b,
            "/b/*: added, upstream http://app",
        ),
        (a.clone() + &b, b.clone() + &a, ""),
        (a.clone() + &b, b.clone(), "/a: removed"),
        (a.clone() + &b, denying + &b, "/a: deny + \"x\""),
        // What all of them take from above is told once.
        (
            a.clone() + &b,
            format!("filter.deny = [\"y\"]\n{a}{b}"),
            "deny + \"y\"",
        ),
        (
            a.clone() + &b,
            format!("mode = \"observe\"\n{a}{b}"),
            "mode enforce -> observe",
        ),
    ] {
        let [before, after] = [before, after].map(|text| format!("{top}{text}"));
        assert_eq!(told(&before, &after), expected, "{after}");
    }
    let only = route("/a", "upstream = \"http://app\"");
    assert_eq!(
        told(&only, &format!("{top}{only}")),
        "upstream none -> http://app"
    );
    assert_eq!(
        told(&format!("{top}{only}"), &only),
        "upstream http://app -> none"
    );
}

#[test]
fn keys_of_a_section_are_compared_one_by_one() {
    let before = "upstream = \"http://app\"\n";
    let after = "upstream = \"http://app\"\n[filter]\ntype = \"kind\"\nunreadable = \"drop\"\n\
                 [forward]\nhost = \"upstream\"\nx_forwarded = true\nforwarded = true\nvia = true\n";
    let said = [
        r#"filter.type "type" -> "kind""#,
        "filter.unreadable forward -> drop",
        "forward.host keep -> upstream",
        "forward.x_forwarded false -> true",
        "forward.forwarded false -> true",
        "forward.via false -> true",
    ];
    assert_eq!(changes(before, after).0, said);
    assert_eq!(changes(after, after).0, [""; 0]);
}

#[test]
fn of_signatures_it_is_told_where_secrets_are_kept_and_that_they_are_others() {
    let file = |verify: &str| format!("upstream = \"http://app\"\nverify = {{ {verify} }}\n");
    let before = file(r#"scheme = "stripe", secret = "env:A""#);
    for (after, expected) in [
        (
            r#"scheme = "stripe", secret = "env:A", tolerance = "1m""#,
            &["verify.tolerance 5m -> 1m"][..],
        ),
        (
            r#"scheme = "github", secret = "env:A""#,
            &["verify.scheme stripe -> github"],
        ),
        (
            r#"scheme = "stripe", secret = ["env:B", "file:/a"]"#,
            &[r#"verify.secret env:A -> ["env:B", "file:/a"]"#],
        ),
        (
            "secret = []",
            &[
                "verify.scheme stripe -> none",
                "verify.secret env:A -> none",
            ],
        ),
    ] {
        assert_eq!(changes(&before, &file(after)).0, expected, "{after}");
    }
    let with = |secret: &str, text: &str| {
        let config = Config::parse(text).unwrap();
        config.with_secrets(text, |_| Ok(secret.into())).unwrap()
    };
    let text =
        before + "[[route]]\npath = \"/a\"\n[[route]]\npath = \"/b\"\nverify.scheme = \"github\"\n";
    let between = |old, new| {
        let Changes { live, .. } = Changes::between(&with(old, &text), &with(new, &text));
        let told = live.into_iter();
        told.map(|change| (change.route.as_deref().map(str::to_owned), change.text))
            .collect::<Vec<_>>()
    };
    assert_eq!(between("a", "a"), []);
    let expected = (None, "verify.secret is another where it is kept".to_owned());
    assert_eq!(between("a", "b"), [expected]);
}
