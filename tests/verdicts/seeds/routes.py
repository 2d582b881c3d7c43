"""Other paths and hosts, other rules."""

from .case import Case

ROUTES = """[filter]
deny = ["batch.*"]
unreadable = "reject"

[[route]]
path = "/hooks/*"
filter.deny = ["invoice.*"]

[[route]]
path = "/hooks/github"
filter = { allow = ["push"], deny = [], unreadable = "drop" }
drop = { status = 202, body = "ok" }

[[route]]
path = "/observed"
mode = "observe"

[[route]]
path = "/hooks/slack/*"
filter.type = "event.type"
filter.handshake = ["type=url_verification"]

[[route]]
path = "/*"
host = "hooks.example.com"
filter = { deny = ["*"], unreadable = "forward" }

[[route]]
path = "/hooks/github"
host = "Hooks.Example.com"
filter.type = "header:X-GitHub-Event"
filter.deny = ["push"]

[[route]]
path = "/small"
limits.inspect = "1 KiB"

[[route]]
path = "/v6"
host = "[::1]"
filter.deny = ["other"]
"""

ONLY = """[[route]]
path = "/a/*"
upstream = "UPSTREAM"
filter.deny = ["batch.*"]

[[route]]
path = "/b"
host = "h.example"
upstream = "UPSTREAM"
filter.allow = ["invoice.*"]
"""

PLAIN = [
    "/", "/x", "/hooks", "/hooks/", "/hooks/x", "/hooks/x/y", "/hooksx", "/Hooks/x", "/hooks/github", "/hooks/github/",
    "/hooks/github?x=/../y", "/observed", "/observed/", "/hooks/slack", "/hooks/slack/x", "/small", "/hooks/x//y",
    "/hooks/x/../y", "/hooks/a%2Fb%20c;v=1", "/x//y/%2e%2e/;z", "/x?y=/../hooks/x", "/x/%", "/x/%zz", "/hooks/...", "/hooks.",
]  # fmt: skip

NORMALISED = [
    "//hooks/x", "/./hooks/x", "/x/../hooks/x", "/%68ooks/x", "/hooks%2Fx", "/hooks%252Fx", "/x/%2e%2e/hooks/x",
    "/x/%252e%252e/hooks", "/hooks;v=1/x", "/x/..;/hooks/x", "/hooks\\x", "/hooks%5cx", "/hooks/..", "/hooks/../x",
    "/hooks/x/..%2f..%2Fy", "/hooks//github", "/hooks/./github", "/hooks/github;v", "/hooks/%67ithub", "/hooks/github/x/..",
    "/hooks/github%3Fx", "/hooks/github%23x", "/hooks/github%00", "/observed/.", "/observed%3Bv", "/observed%25%33%42v",
    "/hooks/slack/..", "/hooks/slack/../github", "/hooks/x\\..\\github",
]  # fmt: skip

BODIES = [b'{"type":"batch.a"}', b'{"type":"invoice.a"}', b'{"type":"push"}']
OTHERS = [b"{", b"{}", b"[]", b"", b'{"type":"push"}' + b" " * 1024]
OTHERS += [b'{"type":"url_verification"}', b'{"event":{"type":"batch.a"}}']


def to(target, body, host=None, *headers):
    return Case(body, ((("Host", host),) if host else ()) + headers, target)


def cases():
    for target in PLAIN:
        yield from (to(target, body) for body in BODIES)
    for target in ("/x", "/hooks/x", "/hooks/github", "/observed", "/hooks/slack/x", "/small"):
        yield from (to(target, body) for body in OTHERS)
    for target in NORMALISED:
        yield to(target, BODIES[0])
    for host in ("hooks.example.com", "HOOKS.example.com.:8443", "hooks.example.com:", "hooks.example.co"):
        for target in ("/", "/hooks/x", "/hooks/github", "/hooks/x/../github"):
            yield from (to(target, body, host) for body in (BODIES[0], b"{"))
    for target in ("http://hooks.example.com:81/x", "http://x/hooks/github", "http://x", "http://a//hooks/x"):
        yield to(target, BODIES[0], "hooks.example.com")
    github = "hooks.example.com"
    yield to("/hooks/github", b"x", github, ("X-GitHub-Event", "push"))
    yield to("/hooks/github", b"x", github, ("X-GitHub-Event", "ping"))
    yield to("/hooks/github", b"x", "x", ("X-GitHub-Event", "push"))
    for host in ("[::1]", "[0:0::1]:80", "[::2]"):
        yield to("/v6", b'{"type":"other"}', host)


def only():
    for target in ("/a", "/a/x", "/", "/b", "/ab", "/b/../a", "/a/../b", "/a/x/../b", "/c/../b"):
        for host in (None, "h.example"):
            yield to(target, BODIES[0], host)


def groups():
    yield "routes", ROUTES, list(cases())
    yield "no top level", ONLY, list(only())
