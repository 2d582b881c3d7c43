"""What is known of a sender."""

from dataclasses import dataclass, field
from typing import Callable


@dataclass
class Request:
    """What is signed of a request: where it goes, when, and the bytes. `headers` are those that arrived."""

    url: str
    signed: bytes
    at: int = 0
    headers: dict = field(default_factory=dict)

    @property
    def text(self):
        return self.signed.decode()


@dataclass
class Sender:
    """What README.md says of a sender in JavaScript, as far as it is asked here."""

    name: str
    sdk: str
    event: Callable
    sign: Callable
    verify: Callable
    secret: str = ""
    signature: str = ""
    unsigned: str = ""
    title: str = ""
    preset: str = ""
    bytes: bool = False
    timed: bool = False
    url: bool = False
    query: Callable = lambda signed: ""
