"""Several types, names that resemble it, and what is no string."""

from .case import cases, each, rules


def repeated(key, count, value="batch.created"):
    return "{" + ",".join([f'"{key}":"{value}"'] * count) + "}"


SEVERAL = [
    '{"type":"batch.a","type":"batch.b"}',
    '{"type":"invoice.a","type":"invoice.b"}',
    '{"type":"batch.a","type":"invoice.a"}',
    '{"type":"invoice.a","type":"batch.a"}',
    '{"type":"invoice.draft","type":"invoice.a"}',
    '{"type":"batch.a","z":null,"type":"batch.a","type":"invoice.a"}',
    r'{"\u0074ype":"batch.a","type":"invoice.a"}',
    r'{"type":"invoice.a","\u0074ype":"batch.a"}',
    '{"type":"batch.a","type":null}',
    '{"type":null,"type":"batch.a"}',
    '{"type":"other","type":"another"}',
    repeated("type", 16),
    repeated("type", 17),
    repeated("type", 17, "invoice.a"),
    repeated("Type", 16),
    repeated("Type", 17),
    repeated("Type", 17, "other"),
]

RESEMBLING = [
    '{"Type":"batch.a"}',
    '{"Type":"invoice.a"}',
    '{"Type":"other"}',
    '{"TYPE":"batch.a","type":"batch.b"}',
    '{"type":"invoice.a","TYPE":"batch.a"}',
    '{"TYPE":"batch.a","type":"invoice.a"}',
    '{"type":"batch.a","tYpE":"invoice.a"}',
    '{"type":"invoice.a","Type":"invoice.b"}',
    '{"type":"batch.a","Type":null}',
    '{"type":"other","Type":1}',
    '{"type":"other","Type":1.5}',
    r'{"type\u0000":"batch.a"}',
    r'{"type\u0000x":"batch.a"}',
    r'{"TYPE\u0000":"batch.a"}',
    r'{"type":"batch.a","type\u0000":"invoice.a"}',
    r'{"type\u0000":"invoice.a","type":"batch.a"}',
    r'{"type":"invoice.a","type\u0000x":"invoice.b"}',
    r'{"\u0000type":"batch.a","ty\u0000pe":"batch.a"}',
    '{"týpe":"batch.a","tÿpe":"batch.a"}',
]

FOLDED = [
    '{"Kind":"batch.a"}',
    '{"\u212aind":"batch.a"}',
    '{"k\u0131nd":"batch.a"}',
    '{"k\u0130nd":"batch.a"}',
    '{"ki\u0307nd":"batch.a"}',
    '{"KI\u0307ND":"batch.a"}',
    '{"kind":"batch.a","\u212aind":"invoice.a"}',
    '{"kind":"batch.a","k\u0131nd":"invoice.a"}',
    '{"kind":"batch.a","k\u0130nd":"batch.b"}',
    '{"type":"batch.a"}',
    '{"kind":"batch.a","type":"invoice.a"}',
    '{"k\u00efnd":"batch.a"}',
]

SPREAD = [
    '{"cla\u00df":"batch.a"}',
    '{"CLA\u1e9e":"batch.a"}',
    '{"cla\u017f\u017f":"batch.a"}',
    '{"class":"batch.a","cla\u00df":"invoice.a"}',
    '{"clas":"batch.a"}',
]

VALUES = [
    '{"type":null}',
    '{"type":true}',
    '{"type":["batch.a"]}',
    '{"type":{"type":"batch.a"}}',
    '{"type":"batch.a","type":["batch.a"]}',
    r'{"type":"batch.a\u0000x"}',
    r'{"type":"batch.\u0000"}',
    r'{"type":"batch\u0000.a"}',
    r'{"type":"invoice.a\u0000x"}',
    r'{"type":"invoice.\u0000draft"}',
    r'{"type":"other\u0000"}',
    r'{"type":"\u0000batch.a"}',
    '{"type":"batch.a "}',
    '{"type":" batch.a"}',
    '{"type":"Batch.a"}',
    '{"type":1.5}',
    '{"type":"batch.a","type":1.5}',
    '{"type":"invoice.a","type":7}',
]

ENDED = [
    r'{"type":"\u0000.paid"}',
    r'{"type":"a\u0000.paid"}',
    r'{"type":"a.paid\u0000x"}',
    r'{"type":"a.paid\u0000.paid"}',
    r'{"type":"\u0000"}',
    r'{"type":"a\u0000\u0000"}',
    r'{"type":"a.paid","Type":"a\u0000.paid"}',
    r'{"type":"a.paid","Type":"a.paid\u0000.paid"}',
]

INTEGERS = [
    '{"type":0}',
    '{"type": 17 }',
    '{"type":"17"}',
    '{"type":-17}',
    '{"type":-0}',
    '{"type":999999999999999}',
    '{"type":-999999999999999}',
    '{"type":1000000000000000}',
    '{"type":1.0}',
    '{"type":1e2}',
    '{"type":17.0}',
    '{"type":17,"type":"17"}',
    '{"type":17,"type":18}',
    '{"type":17,"Type":0}',
    '{"Type":17}',
    '{"type":1e400}',
    '{"type":100}',
    '[{"type":17},{"type":0}]',
    '[{"type":17},{"type":1}]',
]


def groups():
    yield from each("several types", cases(SEVERAL))
    yield from each("names that only some take for that of the type", cases(RESEMBLING))
    yield from each("names in other letters", cases(FOLDED), type='"kind"', whole=False)
    yield from each("letters that become several", cases(SPREAD), type='"class"', whole=False)
    yield from each("values", cases(VALUES))
    for lists in ('deny = ["*.paid"]', 'allow = ["*.paid"]'):
        for unreadable in ("forward", "reject"):
            yield "types that end at a NUL to some", rules(lists, unreadable), cases(ENDED)
    for unreadable in ("forward", "drop", "reject"):
        lists = f'unreadable = "{unreadable}"\n'
        yield "integers", f'[filter]\ndeny = ["0", "17", "9*", "-9*"]\n{lists}', cases(INTEGERS)
        yield "integers", f'[filter]\nallow = ["17", "-*"]\n{lists}', cases(INTEGERS)
