use super::*;
use crate::config::keys::Scope;
use crate::route::Routes;
use crate::telemetry::visible;

const SHIPPED: &str = include_str!("../../../config.toml");

/// No value is its default.
const OTHERS: &str = r#"
listen = ["[::1]:8081", "unix:/run/a b", "systemd"]
upstream = "http://[::2]:81"
mode = "observe"
sender = "postmark"
reload = "signal"
[filter]
type = ["a\"\u202e", "header:x-y"]
handshake = ["type = é\u202e"]
deny = ["é.*", 'x\yz "y"', "\U000e0041"]
allow = ["b"]
unreadable = "reject"
[filter.shadow]
deny = ["c"]
allow = ["d"]
[drop]
status = 202
body = "\"\n\\\u001b\U0010ffff😀"
[verify]
scheme = "hmac-sha256"
secret = ["env:A", "file:/b \"c"]
header = "x-s"
prefix = "v0="
encoding = "base64"
[forward]
host = "upstream"
x_forwarded = true
forwarded = true
via = true
trusted = ["10.0.0.0/8", "::1", "unix"]
[tls]
cert = ["a\"", "b"]
key = ["c", "d"]
client_ca = "e"
[upstream_tls]
ca = "f"
cert = "g"
key = "h"
server_name = "i.example"
[limits]
connections = 7
inspect = "3 KiB"
memory = "1 GiB"
headers = 5
header_size = "9 KiB"
[timeouts]
header = "1ms"
body = "90s"
connect = "2h"
response = "1500ms"
idle = "3s"
reuse = "0s"
drain = "24h"
[log]
format = "json"
level = "debug"
[audit]
path = "a\"\u202e"
record = false
body = true
on_error = "drop"
max_size = "1 MiB"
keep = 3
[admin]
listen = "unix:/run/hook sieve.sock"
hosts = ["a.example"]
public = true
strict_ready = true
[socket]
mode = "0606"
owner = "a"
group = "7"
handover = "unix:/run/b"
"#;

const ROUTES: &str = r#"
upstream = "http://127.0.0.1:1"
filter.deny = ["a"]
[drop]
status = 202
[[route]]
path = "/a/*"
filter.allow = ["b"]
[[route]]
path = "/a"
host = "[::1]"
upstream = "http://b"
mode = "observe"
[route.filter]
deny = []
[route.limits]
inspect = "1 KiB"
[route.timeouts]
response = "3s"
[route.audit]
body = true
"#;

/// What is shown, as a file.
fn written(config: &Config) -> String {
    let lines = |within: &'static str, shown: Vec<Shown>| {
        let mut section = "";
        let lines = shown.into_iter().map(move |shown| {
            let is_new = shown.section != section;
            section = shown.section;
            let head = if is_new {
                format!("[{within}{section}]\n")
            } else {
                String::new()
            };
            format!("{head}{} = {}\n", shown.key, shown.value)
        });
        lines.collect::<String>()
    };
    let routes = config.shown_routes();
    let routes = routes.map(|(_, shown)| "[[route]]\n".to_owned() + &lines("route.", shown));
    lines("", config.shown()) + &routes.collect::<String>()
}

/// Without the lines where it was written.
fn meaning(text: &str) -> (Config, Vec<Route>) {
    let mut config = Config::parse(text).unwrap();
    let routes = config.routes.iter().map(|route| Route {
        line: None,
        ..Route::clone(route)
    });
    let routes = routes.collect();
    config.routes = Routes::new(Vec::new(), None).unwrap();
    (config, routes)
}

#[test]
fn what_is_shown_can_be_written_and_means_the_same() {
    let only_routes = "log.level = 'warn'\n[[route]]\npath = '/'\nupstream = 'http://a'";
    for text in [
        SHIPPED,
        OTHERS,
        ROUTES,
        only_routes,
        "upstream = 'http://a'\nverify = { scheme = 'stripe', secret = 'env:A', tolerance = '90s' }",
        "upstream = 'http://a'\nverify = { scheme = 'twilio', secret = 'env:A', url = 'https://a:1/b' }",
        "upstream = 'http://a'\nverify = { scheme = 'token', secret = 'env:A', header = 'x-t' }",
        "upstream = 'http://a'",
    ] {
        let config = Config::parse(text).unwrap();
        let shown = written(&config);
        assert_eq!(meaning(&shown), meaning(text), "{shown}");
        assert!(shown.lines().all(|line| visible(line) == line), "{shown}");
    }
}

#[test]
fn every_key_is_shown_in_its_order() {
    let config = Config::parse(OTHERS).unwrap();
    // Its scheme has no use for these.
    let counts = |key: &&Key| !["verify.tolerance", "verify.url"].contains(&&*key.path());
    let keys = KEYS.iter().filter(counts);
    let keys = keys.map(|key| (key.section, key.name));
    let shown = config.shown();
    assert!(
        keys.eq(shown.iter().map(|shown| (shown.section, shown.key))),
        "{shown:?}"
    );
    let of_routes = KEYS.iter().filter(counts);
    let of_routes = of_routes.filter(|key| key.scope == Scope::Route);
    let of_routes = of_routes.map(|key| (key.section, key.name));
    let routes = format!("{OTHERS}\n[[route]]\npath = \"/\"\nhost = \"a\"\n");
    let config = Config::parse(&routes).unwrap();
    let (_, shown) = config.shown_routes().next().unwrap();
    let shown = shown.iter().map(|shown| (shown.section, shown.key));
    assert!(shown.eq([("", "path"), ("", "host")].into_iter().chain(of_routes)));
}
