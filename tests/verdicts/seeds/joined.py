"""A type of several parts."""

from .case import Case, case, each


def event(name, body, *more):
    return case(body, ("X-GitHub-Event", name), *more)


GITHUB = [
    event("batch", '{"action":"opened"}'),
    event("invoice", '{"action":"opened"}'),
    event("invoice", '{"action":"draft"}'),
    event("batch", "{}"),
    event("batch.a", "{}"),
    event("invoice.a", "{}"),
    event("batch", '{"action":""}'),
    event("", '{"action":"batch.a"}'),
    event("batch", '{"action":null}'),
    event("batch", '{"action":17}'),
    event("batch", '{"action":["opened"]}'),
    event("batch", '{"action":"a","action":"b"}'),
    event("batch.a", '{"action":"a","Action":"b"}'),
    event("batch", '{"Action":"a"}'),
    event("batch.a", '{"Action":"a"}'),
    event("invoice", '{"Action":"draft"}'),
    event("invoice.a", '{"action":"b","Action":"draft"}'),
    event("batch", '{"action":"a\\u0000b"}'),
    event("batch", "[]"),
    event("batch.a", "[]"),
    event("batch", '[{"action":"a"},{"action":"b"}]'),
    event("batch", '[{"action":"a"},{}]'),
    event("batch", "7"),
    event("batch.a", "7"),
    event("batch", "payload=%7B%7D"),
    event("batch", '{"action":"a"'),
    event("invoice", '{"action":"a",}'),
    event("batch", ""),
    event("batch.a", ""),
    event("other", ""),
    case('{"action":"batch.a"}'),
    case('{"action":"invoice.a"}'),
    case("{}"),
    case(""),
    case('{"action":"a"}', ("X-GitHub-Event", "batch"), ("X-GitHub-Event", "invoice")),
    case('{"action":"a"}', ("X-GitHub-Event", "batch"), ("X-GitHub-Event", "batch")),
    case('{"action":"a"}', ("X-GitHub-Event", "batch"), ("X_GitHub_Event", "invoice")),
    case('{"action":"a"}', ("X-GitHub-Event", "batch"), ("X_GitHub_Event", "batch")),
    case('{"action":"a"}', ("X_GitHub_Event", "batch")),
    case("{" + ",".join(['"action":"a"'] * 5) + "}", *[("X-GitHub-Event", "batch")] * 2),
    case("{" + ",".join(['"action":"a"'] * 6) + "}", *[("X-GitHub-Event", "batch")] * 2),
    case("{" + ",".join(['"action":"a"'] * 17) + "}", ("X-GitHub-Event", "batch")),
    event("batch", '{"action":"a"}', ("Content-Type", "application/json")),
]

MEMBERS = [
    '{"object":"batch","event":{"name":"a"}}',
    '{"object":"invoice","event":{"name":"a"}}',
    '{"object":"batch"}',
    '{"event":{"name":"batch.a"}}',
    '{"object":"batch.a","event":{}}',
    '{"object":"batch","event":null}',
    '{"object":"batch","event":"name"}',
    '{"object":"batch","object":"invoice","event":{"name":"a"}}',
    '{"object":"batch","event":{"name":"a"},"Event":{"name":"b"}}',
    '{"object":"batch","event":{"name":"a"},"Event":{}}',
    '{"Object":"batch","event":{"name":"a"}}',
    '{"object":17,"event":{"name":"a"}}',
    '{"object":null,"event":{"name":"a"}}',
    "{}",
    "[]",
    '[{"object":"batch","event":{"name":"a"}},{"object":"batch","event":{"name":"b"}}]',
]

LISTED = [
    ("page", '{"e":[{"a":"x","c":"y"}]}'),
    ("batch", '{"e":[{"a":"batch","c":"y"},{"a":"batch","c":"z"}]}'),
    ("batch", '{"e":[{"a":"batch"},{"a":"invoice"}]}'),
    ("a", '{"e":[{"a":"batch","c":1}]}'),
    ("a", '{"e":[]}'),
    ("a", "{}"),
    ("a", '{"e":[{"a":"batch"}],"E":[]}'),
]


def groups():
    yield from each("a header and a member", GITHUB, type='["header:X-GitHub-Event", "action"]')
    yield from each("two paths", [case(body) for body in MEMBERS], type='["object", "event.name"]')
    listed = [Case(body.encode(), (), f"/?b={kind}") for kind, body in LISTED]
    yield from each("members of a list and the query", listed, type='["e[].a", "query:b", "e[].c"]', whole=False)
    heads = [
        case("x", ("A", "batch"), ("B", "a")),
        case("x", ("A", "invoice"), ("B", "a")),
        case("x", ("B", "batch.a")),
        case("x", ("A", "batch.a")),
        case("x", ("A", "batch"), ("B", "a"), ("B", "b")),
        case("x", ("A", "batch"), ("A", "other"), ("B", "a")),
        case("x"),
        case("", ("A", "batch"), ("B", "a")),
        case("", ("A", "other")),
    ]
    yield from each("two headers", heads, type='["header:A", "header:B"]')
