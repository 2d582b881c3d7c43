"""JSON as RFC 8259 has it, strictly, into a tree that keeps what is there twice."""

import re
from typing import NamedTuple


class Unreadable(Exception):
    """The body as a whole can't be read for certain, and why, as the log says it."""


class Object(NamedTuple):
    """The members, in the order they were sent."""

    members: list


class Number(NamedTuple):
    """As it is written."""

    written: str


def read(body):
    """The value that these bytes are."""
    if body.startswith(b"\xef\xbb\xbf"):
        raise Unreadable("begins with a byte order mark")
    is_wide = len(body) > 1 and (body[0] == 0) != (body[1] == 0)
    if body.startswith((b"\xff\xfe", b"\xfe\xff")) or is_wide:
        raise Unreadable("UTF-16, not UTF-8")
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        raise Unreadable(f"not UTF-8 at byte {error.start}") from None
    half = lone_surrogate(text)
    if half is not None:
        raise Unreadable(f"lone surrogate at byte {len(text[:half].encode())}")
    reader = Reader(text)
    value = reader.value()
    reader.blank()
    if reader.rest():
        raise Unreadable("not JSON")
    return value


def lone_surrogate(text):
    """Where the first `\\u` of half a pair is."""
    pair = r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    for escape in re.finditer(rf"{pair}|(\\u[dD][89a-fA-F][0-9a-fA-F]{{2}})|\\.", text, re.DOTALL):
        if escape.group(1):
            return escape.start()
    return None


class Reader:
    """A text, and how far it has been read."""

    def __init__(self, text):
        self.text = text
        self.at = 0

    def rest(self):
        return self.text[self.at :]

    def next(self):
        if self.at == len(self.text):
            raise Unreadable("ends before its JSON does")
        return self.text[self.at]

    def take(self, sign):
        for char in sign:
            if self.next() != char:
                raise Unreadable("not JSON")
            self.at += 1

    def match(self, pattern):
        found = re.compile(pattern).match(self.text, self.at)
        if found:
            self.at = found.end()
            return found.group()
        return None

    def blank(self):
        self.match(r"[ \t\r\n]*")

    def value(self):
        self.blank()
        first = self.next()
        if first == "{":
            return Object(self.items("}", self.member))
        if first == "[":
            return self.items("]", self.value)
        if first == '"':
            return self.string()
        for word, value in (("true", True), ("false", False), ("null", None)):
            if first == word[0]:
                self.take(word)
                return value
        number = self.match(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
        # What goes on like a number is none: 01, 1.
        if number is None or self.match(r"[0-9.eE]"):
            raise Unreadable("not JSON")
        return Number(number)

    def items(self, end, item):
        self.at += 1
        items = []
        self.blank()
        if self.next() == end:
            self.at += 1
            return items
        while True:
            items.append(item())
            self.blank()
            if self.next() == end:
                self.at += 1
                return items
            self.take(",")

    def member(self):
        self.blank()
        if self.next() != '"':
            raise Unreadable("not JSON")
        key = self.string()
        self.blank()
        self.take(":")
        return key, self.value()

    def string(self):
        self.at += 1
        units = []
        while True:
            char = self.next()
            self.at += 1
            if char == '"':
                # Halves of pairs become what they stand for.
                return "".join(units).encode("utf-16", "surrogatepass").decode("utf-16")
            if char < " ":
                raise Unreadable("not JSON")
            units.append(self.escape() if char == "\\" else char)

    def escape(self):
        char = self.next()
        self.at += 1
        if char != "u":
            short = dict(zip('"\\/bfnrt', '"\\/\b\f\n\r\t'))
            if char not in short:
                raise Unreadable("not JSON")
            return short[char]
        digits = ""
        for _ in range(4):
            digits += self.next()
            self.at += 1
            if not re.fullmatch("[0-9a-fA-F]+", digits):
                raise Unreadable("not JSON")
        return chr(int(digits, 16))
