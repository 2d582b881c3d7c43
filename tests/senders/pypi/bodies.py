"""One event in many bodies: what a sender may write one day, and still the same to whoever parses it."""

import gzip
import json
from typing import NamedTuple
from urllib.parse import quote, urlencode

PLAIN = "a note"
UNICODE = "Zo\u00eb, \u6f22\u5b57, \U0001f600, \u2028, \u007f, \u0001, </script>, a+b=c&d%20"
LARGE = "a note of 24 bytes, Zo\u00eb" * 2**17
TYPES = {"json": "application/json; charset=utf-8", "form": "application/x-www-form-urlencoded"}


class Body(NamedTuple):
    """The bytes of a body, what its sender signs of it, and the header fields that tell what it is."""

    name: str
    sent: bytes
    signed: bytes
    headers: dict


def bodies(sender):
    """All of them, with that first that its sender writes today."""
    [kind] = sender.event(PLAIN)
    headers = {"Content-Type": TYPES[kind]}
    ways = {"json": jsons, "form": forms}[kind](lambda note: sender.event(note)[kind])
    for name, text in ways:
        yield Body(name, text.encode(), text.encode(), headers)
    plain = ways[0][1].encode()
    zipped = gzip.compress(plain)
    # An SDK that takes text gets it unzipped, so that is what can be signed.
    yield Body("gzip", zipped, zipped if sender.bytes else plain, {**headers, "Content-Encoding": "gzip"})


def jsons(event):
    return [
        ("as its sender writes it", compact(event(PLAIN))),
        ("odd white space", spaced(event(PLAIN), "\t\n  \r ", compact)),
        ("escapes", spaced(event("a / note"), "", escaped)),
        ("unicode", compact(event(UNICODE))),
        ("CRLF", json.dumps(event(PLAIN), indent=2).replace("\n", "\r\n")),
        ("final line feed", compact(event(PLAIN)) + "\n"),
        ("3 MB", compact(event(LARGE))),
    ]


def forms(event):
    again = [("Again", "b"), ("Again", "a"), ("Again", "b")]
    return [
        ("as its sender writes it", urlencode(event(PLAIN))),
        ("spaces as %20", urlencode(event(PLAIN), quote_via=quote)),
        ("all escaped, in small letters", "&".join(f"{whole(name)}={whole(value)}" for name, value in event(PLAIN))),
        ("unicode", urlencode(event(UNICODE))),
        ("CRLF in a value", urlencode(event("a\r\nnote\n"))),
        ("an empty value", urlencode(event(""))),
        ("a field that comes again", urlencode(event(PLAIN) + again)),
        ("3 MB", urlencode(event(LARGE))),
    ]


def compact(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def spaced(value, space, string):
    """JSON with white space wherever it may stand."""

    def listed(start, items, end):
        return space + start + space + f"{space},{space}".join(items) + space + end + space

    if isinstance(value, list):
        return listed("[", [spaced(item, space, string) for item in value], "]")
    if isinstance(value, dict):
        colon = f"{space}:{space}"
        members = [string(key) + colon + spaced(inner, space, string) for key, inner in value.items()]
        return listed("{", members, "}")
    return string(value) if isinstance(value, str) else compact(value)


def escaped(text):
    """A string with each second character escaped, in either case."""

    def unit(index, letter):
        if letter == "/":
            return "\\/"
        return letter if index % 2 else f"\\u{ord(letter):04{'X' if index % 4 else 'x'}}"

    return '"' + "".join(unit(*pair) for pair in enumerate(text)) + '"'


def whole(text):
    return "".join(f"%{byte:02x}" for byte in text.encode())
