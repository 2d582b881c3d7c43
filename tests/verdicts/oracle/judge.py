"""What becomes of a request, by the words of the documentation."""

import re
import tomllib
from typing import NamedTuple

from . import paths
from .document import Unreadable
from .readings import ABSENT, NOT_A_STRING, SCATTERED, too_many
from .source import Source

SEVERAL = "several types, and not one verdict"
ALIAS = "the type in another case would change the verdict"
CHARSET = "in a character set other than UTF-8"
ORDER = ["drop", "forward", "reject"]


class Request(NamedTuple):
    """A request. `plain` is what its body stands for, or why that can't be told."""

    target: str
    headers: list
    body: bytes
    plain: object


class Verdict(NamedTuple):
    action: str
    rule: object  # as the log has it, or None
    type: object = None


class Refused(Exception):
    """No route takes it, with the status that tells so."""


class Filter:
    """The rules of one route."""

    def __init__(self, config, route):
        def key(*names):
            for table in (route, config):
                for name in names:
                    table = table.get(name) if isinstance(table, dict) else None
                if table is not None:
                    return table
            return None

        self.source = Source(key("filter", "type") or "type")
        self.handshakes = key("filter", "handshake") or []
        self.deny = key("filter", "deny") or []
        self.allow = key("filter", "allow") or []
        self.unreadable = key("filter", "unreadable") or "forward"
        self.shadow = [key("filter", "shadow", name) for name in ("deny", "allow")]
        self.observe = key("mode") == "observe"
        self.drop = (key("drop", "status") or 200, key("drop", "body") or "")
        inspect = re.fullmatch(r"(\d+) (KiB|MiB)", key("limits", "inspect") or "8 MiB")
        self.inspect = int(inspect.group(1)) * {"KiB": 1024, "MiB": 1024**2}[inspect.group(2)]

    def lists(self, shadow):
        own = (self.deny, self.allow)
        return own if not shadow else tuple(b if a is None else a for a, b in zip(self.shadow, own))


def row(config_text, request):
    """What the table says of a request: action, rule, type, status and so on."""
    config = tomllib.loads(config_text)
    config["top"] = "UPSTREAM" not in config_text
    try:
        route = paths.find(config, request)
    except paths.NoRoute as none:
        return {"action": "refuse", "rule": None, "type": None, "status": none.status}
    rules = Filter(config, route)
    verdict = judged(rules, request, False)
    said = {"action": "forward" if rules.observe else verdict.action, "rule": verdict.rule, "type": verdict.type}
    if rules.observe and verdict.action != "forward":
        said["would"] = verdict.action
    if said["action"] == "drop":
        said["status"], answer = rules.drop
        said.update({"answer": answer} if answer else {})
    if said["action"] == "reject":
        said["status"] = status(verdict.rule)
    if any(name is not None for name in rules.shadow):
        shadow = judged(rules, request, True)
        if shadow.action != verdict.action:
            said.update({"shadow": shadow.action, "shadow_rule": shadow.rule})
    if verdict.action == "forward" and is_seen_through(rules, request):
        said["or_no_rule"] = True
    if route:
        said["route"] = route.get("host", "") + route["path"]
    return said


def status(rule):
    if "larger than" in rule or "more than limits" in rule:
        return 413
    return 415 if "content encoding" in rule or "character set" in rule else 422


def is_seen_through(rules, request):
    """Whether it is only looked through for its type, and something in the body is broken."""
    is_strict = rules.unreadable != "forward" or rules.allow or rules.shadow[1]
    is_json = [part.field for part in rules.source.parts if part.kind == "member"] != []
    if is_strict or not is_json or not request.body or len(request.body) > rules.inspect:
        return False
    try:
        if isinstance(request.plain, bytes):
            rules.source.events(request)
    except Unreadable:
        return True
    return False


def judged(rules, request, shadow):
    verdict = by_rules(rules, request, shadow)
    if verdict.action == "forward":
        return verdict
    answers = [(entry, is_handshake(entry, rules, request)) for entry in rules.handshakes]
    for entry, answer in answers:
        if answer is True:
            return Verdict("forward", f'handshake "{entry}"', verdict.type)
    doubts = [answer for _, answer in answers if answer]
    if doubts and not (verdict.rule or "").startswith("unreadable"):
        return Verdict(rules.unreadable, f"unreadable: {doubts[0]}", verdict.type)
    return verdict


def is_handshake(entry, rules, request):
    """True if it is one to everybody, false if to nobody, else why that can't be told."""
    place, _, value = entry.partition("=")
    source, value = Source(place.rstrip()), value.lstrip()
    if not source.in_body:
        events = [source.joined(request, None)]
    elif not request.body:
        return False
    elif len(request.body) > rules.inspect:
        return "larger than the inspection limit"
    elif not isinstance(request.plain, bytes):
        return request.plain
    else:
        try:
            events = source.events(request)
        except Unreadable as why:
            return str(why)
    answer = False
    for found in events:
        is_it = [isinstance(one.value, str) and matches(value, one.value) for one in found]
        if any(is_it):
            whole = all(is_it) and not all(one.is_alias for one in found)
            if whole and not too_many(found):
                return True
            answer = SEVERAL
    return answer


def by_rules(rules, request, shadow):
    lists = rules.lists(shadow)
    doubt = lambda why: Verdict(rules.unreadable, f"unreadable: {why}")
    if not request.body:
        found = rules.source.joined(request, None)
        is_typed = any(isinstance(reading.value, str) and not reading.is_alias for reading in found)
        return of_event(found, lists, rules.unreadable) if is_typed else Verdict("forward", None)
    if rules.source.in_body:
        if len(request.body) > rules.inspect:
            return doubt("larger than the inspection limit")
        if not isinstance(request.plain, bytes):
            return doubt(request.plain)
    try:
        events = rules.source.events(request)
    except Unreadable as why:
        return doubt(why)
    if not events:
        return Verdict("forward", "no event in the list")
    verdicts = [of_event(found, lists, rules.unreadable) for found in events]
    return max(verdicts, key=lambda verdict: ORDER.index(verdict.action))


def of_event(found, lists, unreadable):
    """What becomes of an event with these readings."""
    exact = [reading.value for reading in found if not reading.is_alias]
    name = next((value for value in exact if isinstance(value, str)), None)
    verdict = of_type(name, lists)
    leads_elsewhere = lambda value: any(of_type(one, lists).action != verdict.action for one in ways(value))
    if too_many(found):
        why = SEVERAL
    elif NOT_A_STRING in exact:
        why = "the type is not a string"
    elif SCATTERED in exact:
        why = "not one list of events to all receivers"
    elif any(leads_elsewhere(value) for value in exact):
        why = SEVERAL
    elif any(
        reading.value in (NOT_A_STRING, SCATTERED) or leads_elsewhere(reading.value)
        for reading in found
        if reading.is_alias
    ):
        why = ALIAS
    else:
        return verdict._replace(type=name)
    return Verdict(unreadable, f"unreadable: {why}", name)


def ways(value):
    """A type as it is, and as whoever ends it at a NUL has it."""
    if value is ABSENT:
        return [None]
    return [value, value.split("\0")[0]]


def of_type(name, lists):
    deny, allow = lists
    denied = [pattern for pattern in deny if name is not None and matches(pattern, name)]
    allowed = [pattern for pattern in allow if name is not None and matches(pattern, name)]
    if denied:
        return Verdict("drop", f'deny "{only(denied)}"')
    if not allow:
        return Verdict("forward", None)
    return Verdict("forward", f'allow "{only(allowed)}"') if allowed else Verdict("drop", "not in allow")


def only(patterns):
    """Which of several is named is nobody's business but the log's, so the table has none with several."""
    assert len(patterns) == 1, patterns
    return patterns[0]


def matches(pattern, name):
    return re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), name, re.DOTALL) is not None
