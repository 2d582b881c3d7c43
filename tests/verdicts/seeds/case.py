"""What rows are made of."""

from typing import NamedTuple

DENY = 'deny = ["batch.*"]'
ALLOW = 'allow = ["invoice.*"]'
BOTH = 'deny = ["*.draft"]\nallow = ["invoice.*"]'


class Case(NamedTuple):
    """A request."""

    body: bytes = b""
    headers: tuple = ()
    target: str = "/"
    method: str = "POST"
    # What the body stands for, or why that can't be told; None where it is itself.
    plain: object = None


def case(body, *headers, **more):
    """A request with this body, text or bytes."""
    return Case(body.encode() if isinstance(body, str) else body, headers, **more)


def cases(bodies):
    return [case(body) for body in bodies]


def rules(lists, unreadable="forward", type=None, more=""):
    """The text of a config."""
    lines = ["[filter]", *([f"type = {type}"] if type else []), lists]
    lines += [f'unreadable = "{unreadable}"'] if unreadable != "forward" else []
    return "\n".join([*lines, *([more] if more else [])]) + "\n"


def each(about, cases, type=None, more="", whole=True):
    """The same under several configs: those that deny, those that allow, those that do both."""
    lists = [(DENY, "forward"), (DENY, "reject"), (ALLOW, "reject")]
    if whole:
        lists += [(DENY, "drop"), (ALLOW, "forward"), (BOTH, "drop")]
    for patterns, unreadable in lists:
        yield about, rules(patterns, unreadable, type, more), cases
