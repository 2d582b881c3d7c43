"""Where a type is, as `filter.type` says it, and what is read there in one request."""

import itertools
import re
from typing import NamedTuple

from . import document, readings
from .document import Unreadable
from .readings import ABSENT, NOT_A_STRING, SCATTERED, Mark, Reading


class Part(NamedTuple):
    kind: str  # header, query, field, member
    name: object  # a name, or the keys of a path
    field: object = None  # the form's field that the JSON is in
    lists: tuple = ()


def part(text):
    kind, colon, name = text.partition(":")
    if colon and kind in ("header", "query"):
        return Part(kind, name)
    if kind == "form" and ":" not in name:
        return Part("field", name)
    field, _, path = name.partition(":") if colon else (None, "", text)
    lists, keys = [], []
    for segment in path.split("."):
        key, brackets = re.fullmatch(r"([^\[]*)((?:\[\])*)", segment).groups()
        keys += [key] if key else []
        for _ in range(len(brackets) // 2):
            lists.append(keys)
            keys = []
    return Part("member", keys, field, tuple(map(tuple, lists)))


class Source:
    """All parts of a type."""

    def __init__(self, written):
        self.parts = [part(text) for text in ([written] if isinstance(written, str) else written)]
        self.in_body = any(part.kind in ("field", "member") for part in self.parts)

    def events(self, request):
        """The readings of each event of a request with a body."""
        members = [part for part in self.parts if part.kind == "member"]
        if not self.in_body:
            return [self.joined(request, None)]
        if not members:
            return [self.joined(request, form(request.plain))]
        if members[0].field is None:
            return self.of_document(request, document.read(request.plain), members[0].lists)
        found = readings.in_fields(form(request.plain), members[0].field)
        if not found:
            return [self.joined(request, None)]
        if len(found) > 1 or found[0].is_alias:
            return [[Reading(SCATTERED, False)]]
        if found[0].value is NOT_A_STRING:
            return [[Reading(NOT_A_STRING, False)]]
        return self.of_document(request, document.read(found[0].value.encode()), members[0].lists)

    def of_document(self, request, value, lists):
        return [
            [Reading(event, False)] if isinstance(event, Mark) else self.joined(request, event)
            for event in readings.elements(value, [list(keys) for keys in lists])
        ]

    def joined(self, request, event):
        """Each way to read all parts; `event` is a value, a form, or None where nothing is known of a body."""
        ways = []
        for part in self.parts:
            found = self.read(part, request, event)
            if all(reading.is_alias for reading in found) and len(self.parts) > 1:
                found = [Reading(ABSENT, False), *found]
            ways.append(sorted(found, key=lambda reading: reading.is_alias))
        return [together(way) for way in itertools.product(*ways)] if len(ways) > 1 else ways[0]

    @staticmethod
    def read(part, request, event):
        if part.kind == "header":
            return readings.in_header(request.headers, part.name)
        if part.kind == "query":
            return readings.in_fields(request.target.partition("?")[2], part.name)
        if event is None:
            return []
        return readings.in_fields(event, part.name) if part.kind == "field" else readings.at_path(event, part.name)


def together(way):
    alias = any(reading.is_alias for reading in way)
    values = [reading.value for reading in way]
    if NOT_A_STRING in values:
        return Reading(NOT_A_STRING, alias)
    names = [value for value in values if isinstance(value, str)]
    return Reading(".".join(names) if names else ABSENT, alias)


def form(body):
    """A form is visible ASCII, and does not begin like JSON or XML."""
    if body[:1] in (b"{", b"[", b'"', b"<"):
        raise Unreadable("not a form at byte 0")
    for at, byte in enumerate(body):
        if not 0x21 <= byte <= 0x7E:
            raise Unreadable(f"not a form at byte {at}")
    return body.decode()
