"""Patterns, modes, answers, shadow rules."""

import json

from .case import case

TYPES = ["batch", "batch.", "batch.a", "batch.a.b", "v2.batch.a", "Batch.a", "xbatch.a", "a", "a.b", "a.b.c", "ab"]
TYPES += ["a*b", "", "é.ü", "é", "x y", "invoice.paid", "invoice.paid.late", "x.\n.y", "x.y"]

SHADOWS = ['deny = ["invoice.*"]', 'allow = ["batch.*"]', "deny = []", 'deny = ["*.b"]\nallow = ["batch.*"]']

LISTS = [
    'deny = ["batch.*"]',
    'deny = ["*"]',
    'deny = ["batch"]',
    'deny = ["*.b"]',
    'deny = ["a*b"]',
    'deny = ["a.*.c"]',
    'deny = ["*batch*"]',
    'deny = ["x.*.y"]',
    'deny = ["é*"]',
    'deny = ["a", "batch.a", "x y", "v2.*"]',
    'allow = ["batch.*", "a.b"]',
    'allow = ["*"]',
    'allow = ["*.*"]',
    'allow = ["*paid"]',
    'deny = ["*.paid"]\nallow = ["invoice.*"]',
    'deny = ["batch.*"]\nallow = ["*.a"]',
    'deny = []\nallow = []',
]


def event(name):
    return case(json.dumps({"type": name}, ensure_ascii=False))


MIXED = [
    case('{"type":"batch.a"}'),
    case('{"type":"invoice.a"}'),
    case('{"type":"other"}'),
    case("{}"),
    case("{"),
    case('{"type":null}'),
    case('{"type":"batch.a","type":"invoice.a"}'),
    case('{"type":"batch.a","type":"batch.b"}'),
    case('[{"type":"batch.a"},{"type":"invoice.a"}]'),
    case('[{"type":"batch.a"},{"type":"batch.b"}]'),
    case("[]"),
    case(""),
    case('{"type":"invoice.a",}'),
    case('{"type":"invoice.a"}' + " " * 1024),
]


def groups():
    for lists in LISTS:
        yield "patterns", f"[filter]\n{lists}\n", [event(name) for name in TYPES]
    small = '[limits]\ninspect = "1 KiB"\n'
    for unreadable in ("forward", "drop", "reject"):
        for lists in ('deny = ["batch.*"]', 'allow = ["invoice.*"]'):
            rules = f'[filter]\n{lists}\nunreadable = "{unreadable}"\n{small}'
            yield "observe mode", f'mode = "observe"\n{rules}', MIXED
            yield "another answer", f'{rules}[drop]\nstatus = 202\nbody = "ok"\n', MIXED
            yield "no content", f"{rules}[drop]\nstatus = 204\n", MIXED
            for shadow in SHADOWS:
                if (lists, shadow) == ('allow = ["invoice.*"]', "deny = []"):
                    continue
                yield "shadow rules", f"{rules}[filter.shadow]\n{shadow}\n", MIXED
    yield "a config that says nothing", "", MIXED
