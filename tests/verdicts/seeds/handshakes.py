"""Requests that are no events, and reach the endpoint whatever the rules say."""

import gzip

from oracle.judge import CHARSET

from .case import case

SLACK = [
    case('{"type":"url_verification","challenge":"c"}'),
    case(r'{"\u0074ype":"\u0075rl_verification"}'),
    case('{"type":"url_verification","event":{"type":"reaction"}}'),
    case('{"type":"url_verification","event":{"type":"message"}}'),
    case('{"type":"event_callback","event":{"type":"reaction"}}'),
    case('{"type":"event_callback","event":{"type":"message"}}'),
    case('{"type":"url_verification","type":"event_callback","event":{"type":"reaction"}}'),
    case('{"type":"url_verification","type":"url_verification","event":{"type":"reaction"}}'),
    case('{"type":"url_verification","type":"event_callback","event":{"type":"message"}}'),
    case('{"Type":"url_verification","event":{"type":"reaction"}}'),
    case('{"type":"url_verification","Type":"event_callback","event":{"type":"reaction"}}'),
    case('{"type":"url_verification","TYPE":"url_verification","event":{"type":"reaction"}}'),
    case(r'{"type":"url_verification\u0000x","event":{"type":"reaction"}}'),
    case('{"type":"url_verification ","event":{"type":"reaction"}}'),
    case('{"type":"URL_VERIFICATION","event":{"type":"reaction"}}'),
    case('{"type":["url_verification"],"event":{"type":"reaction"}}'),
    case('{"type":"url_verification","event":{"type":null}}'),
    case('{"type":"url_verification","event":{"type":"reaction","type":"message"}}'),
    case('{"data":{"type":"url_verification"},"event":{"type":"reaction"}}'),
    case('[{"type":"url_verification"},{"event":{"type":"reaction"}}]'),
    case('[{"event":{"type":"reaction"}},{"type":"url_verification"}]'),
    case('[{"event":{"type":"reaction"}},{"Type":"url_verification"}]'),
    case('{"type":"url_verification"'),
    case('{"type":"url_verification","event":{"type":"reaction"},}'),
    case('{"event":{"type":"reaction"}}', ("X-Kind", "check")),
    case('{"event":{"type":"reaction"}}', ("X-Kind", "Check")),
    case('{"event":{"type":"reaction"}}', ("X-Kind", "check"), ("X-Kind", "event")),
    case('{"event":{"type":"reaction"}}', ("X-Kind", "check"), ("X_Kind", "check")),
    case('{"event":{"type":"reaction"}}', ("X_Kind", "check")),
    case("{", ("X-Kind", "check")),
    case('{"event":{"type":"reaction"}}' + " " * 1024, ("X-Kind", "check")),
    case('{"type":"url_verification"}' + " " * 1024),
    case('{"type":"url_verification"}', ("Content-Type", "a/b; charset=utf-7"), plain=CHARSET),
    case("{}"),
    case("[]"),
    case(""),
]

LISTS = [
    case('[{"eventType":"check","data":{}}]'),
    case('[{"eventType":"check"},{"eventType":"batch.a"}]'),
    case('[{"eventType":"batch.a"}]'),
    case('{"eventType":"check"}'),
    case("[]"),
    case('[{"eventType":"batch.a","eventType":"check"}]'),
]

NUMBERS = [
    case('{"type":0}'),
    case('{"type":"0"}'),
    case('{"type":1}'),
    case('{"type":0,"type":1}'),
    case('{"type":-0}'),
    case('{"type":0.0}'),
    case('{"type":0,"event":{"type":"batch.a"}}'),
]


def groups():
    entries = 'handshake = ["type=url_verification", "header:X-Kind = check"]'
    small = '[limits]\ninspect = "1 KiB"\n'
    for lists in ('allow = ["message"]', 'deny = ["reaction"]'):
        for unreadable in ("forward", "reject", "drop"):
            config = f'[filter]\ntype = "event.type"\n{entries}\n{lists}\nunreadable = "{unreadable}"\n{small}'
            yield "a handshake beside an event", config, SLACK
    config = '[filter]\ntype = "[].eventType"\nhandshake = ["[].eventType=check"]\nallow = ["none"]\nunreadable = "reject"\n'
    yield "a handshake in a list", config, LISTS
    config = '[filter]\ntype = "event.type"\nhandshake = ["type=0"]\nallow = ["none"]\nunreadable = "reject"\n'
    yield "a handshake that is a number", config, NUMBERS
    config = '[filter]\ntype = "header:X-Kind"\nhandshake = ["header:X-Kind=check"]\ndeny = ["*"]\nunreadable = "reject"\n'
    heads = [
        case("x", ("X-Kind", "check")),
        case("x", ("X-Kind", "event")),
        case("", ("X-Kind", "check")),
        case("", ("X-Kind", "event")),
        case("x", ("X-Kind", "check"), ("X-Kind", "event")),
        case("x"),
    ]
    yield "a handshake by the type itself", config, heads
    config = '[filter]\ntype = "header:X-Kind"\nhandshake = ["type=ping"]\ndeny = ["batch.*"]\nunreadable = "reject"\n'
    config += small
    denied, ping = ("X-Kind", "batch.a"), b'{"type":"ping"}'
    bodies = [
        case('{"type":"ping"}', denied),
        case('{"type":"ping"}', denied, ("Content-Type", "a/b; charset=utf-8")),
        case('{"type":"ping"}', denied, ("Content-Type", "a/b; charset=utf-7"), plain=CHARSET),
        case('{"type":"pong"}', denied, ("Content-Type", "a/b; charset=utf-7"), plain=CHARSET),
        case(gzip.compress(ping, mtime=0), denied, ("Content-Encoding", "gzip"), plain=ping),
        case('{"type":"ping","type":"pong"}', denied),
        case('{"type":"pong"}', denied),
        case("{}", denied),
        case("", denied),
        case("{", denied),
        case('{"type":"ping"}}', denied),
        case('{"type":"pong"}' + " " * 1024, denied),
        case('{"type":"pong"}', denied, ("Content-Encoding", "compress"), plain="in a content encoding that can't be read"),
        case('{"type":"ping"}', ("X-Kind", "other")),
        case('{"type":"ping"}'),
    ]
    yield "a handshake in the body beside a type in the head", config, bodies
    config = '[filter]\ntype = "type"\nhandshake = ["header:X-Secret=*", "type=*.check"]\nallow = ["a"]\n'
    patterns = [
        case('{"type":"b"}', ("X-Secret", "any")),
        case('{"type":"b"}', ("X-Secret", "")),
        case('{"type":"b"}', ("X_Secret", "any")),
        case('{"type":"b"}'),
        case('{"type":"b.check"}'),
        case('{"type":"check"}'),
        case('{"type":"b.check","type":"c.check"}'),
        case('{"type":"b.check","type":"c"}'),
    ]
    yield "handshakes by a pattern", config, patterns
    config = '[filter]\ntype = "form:type"\nhandshake = ["form:mode=test = 1"]\ndeny = ["*"]\nunreadable = "reject"\n'
    forms = ["type=a&mode=test+%3D+1", "type=a&mode=test+=+1", "type=a&mode=test"]
    forms += ["type=a&mode=test+=+1&mode=x", "type=a", "mode=x"]
    yield "a handshake in a form", config, [case(body) for body in forms]
