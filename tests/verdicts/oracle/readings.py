"""What receivers may take for a type: in JSON, in fields, in heads."""

import re
from typing import NamedTuple, Union

from .document import Number, Object

MOST = 16


class Mark(NamedTuple):
    """Something in place of a type."""

    what: str


NOT_A_STRING = Mark("not a string")
SCATTERED = Mark("scattered")
ABSENT = Mark("absent")


class Reading(NamedTuple):
    """What is read, and whether only some receivers look there."""

    value: Union[str, Mark]
    is_alias: bool


def too_many(readings):
    """Whether there are more of a kind than are looked at."""
    aliases = sum(reading.is_alias for reading in readings)
    return aliases > MOST or len(readings) - aliases > MOST


def folded(name):
    """A name as whoever sees the least of it has it: up to a NUL, in no case, with one i."""
    name = re.sub("[\u0130\u0131]", "i", name.split("\0")[0])
    return name.replace("\u0307", "").casefold().upper().casefold().replace("\u0307", "")


def is_alias(name, other):
    return name != other and folded(name) == folded(other)


def of_value(value):
    """The type that a value is."""
    if isinstance(value, str):
        return value
    if isinstance(value, Number) and re.fullmatch("0|-?[1-9][0-9]{0,14}", value.written):
        return value.written
    return NOT_A_STRING


def at_path(value, keys):
    """Each reading at the end of these keys. None where the first of them is not there."""
    if not isinstance(value, Object):
        return []
    if not any(key == keys[0] or is_alias(key, keys[0]) for key, _ in value.members):
        return []
    readings = chains(value, keys, False)
    if not any(key == keys[0] for key, _ in value.members):
        # There is nothing to whom who minds the case, and that is no chain.
        readings.remove(Reading(ABSENT, False))
    return readings


def chains(value, keys, alias):
    if not keys:
        return [Reading(of_value(value), alias)]
    if isinstance(value, (str, list)):
        return [Reading(NOT_A_STRING, alias)]
    if not isinstance(value, Object):
        return [Reading(ABSENT, alias)]
    readings = []
    for key, inner in value.members:
        if key == keys[0] or is_alias(key, keys[0]):
            readings += chains(inner, keys[1:], alias or key != keys[0])
    if not any(key == keys[0] for key, _ in value.members):
        readings.append(Reading(ABSENT, alias))
    return readings


def elements(value, lists):
    """The events of a document: each a value, or a mark in place of one."""
    if isinstance(value, list) and (not lists or lists[0]):
        return [event for element in value for event in within(element, lists)]
    return within(value, lists)


def within(value, lists):
    if not lists:
        return [value]
    keys, inner = lists[0], lists[1:]
    if not keys:
        if isinstance(value, list):
            return [event for element in value for event in within(element, inner)]
        return [] if value is None else [NOT_A_STRING]
    if isinstance(value, (str, list)):
        return [NOT_A_STRING]
    if not isinstance(value, Object):
        return [ABSENT]
    exact = [inner for key, inner in value.members if key == keys[0]]
    others = [key for key, _ in value.members if is_alias(key, keys[0])]
    events = [event for one in exact for event in within(one, [keys[1:], *inner])]
    if len(exact) == 1 and not others:
        return events
    return [*events, SCATTERED if exact or others else ABSENT]


def in_fields(text, name):
    """Each reading of a field of this name, in a form or a query."""
    readings = []
    for pair in text.split("&"):
        readings += of_pair(pair, name)
        if ";" in pair:
            readings += [Reading(found.value, True) for part in pair.split(";") for found in of_pair(part, name)]
    return readings


def of_pair(pair, name):
    written, _, value = pair.partition("=")
    key = decoded(written)
    if key is None:
        return []
    value = decoded(value)
    value = NOT_A_STRING if value is None else value
    if key == name:
        return [Reading(value, False)]
    if is_alias(key, name) or folded(in_php(key)) == folded(in_php(name)):
        return [Reading(value, True)]
    if "[" in key and folded(in_php(key.split("[")[0])) == folded(in_php(name)):
        return [Reading(NOT_A_STRING, True)]
    return []


def in_php(key):
    """A name as PHP has it, unless it is an array; of those only what has no `]` gets here with that."""
    if "]" not in key.partition("[")[2]:
        key = key.replace("[", "_")
    return re.sub("[ .]", "_", key.lstrip(" "))


def decoded(text):
    """What is written with `+` and `%`; None if that is nothing."""
    if re.search("%(?![0-9a-fA-F]{2})", text):
        return None
    raw = text.replace("+", " ").encode()
    raw = re.sub(rb"%([0-9a-fA-F]{2})", lambda found: bytes([int(found.group(1), 16)]), raw)
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return None


def in_header(headers, name):
    """Each reading of a header field; values are one character a byte."""
    exact = [value for key, value in headers if key.lower() == name.lower()]
    if len(exact) > 1:
        exact += [", ".join(exact), ",".join(exact)]
    others = [value for key, value in headers if key.lower() != name.lower() and in_cgi(key) == in_cgi(name)]
    return [Reading(as_text(value), False) for value in exact] + [Reading(as_text(value), True) for value in others]


def in_cgi(name):
    return re.sub("[^a-z0-9]", "_", name.lower())


def as_text(value):
    try:
        return value.encode("latin-1").decode()
    except UnicodeDecodeError:
        return NOT_A_STRING
