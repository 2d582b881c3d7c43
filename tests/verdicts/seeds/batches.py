"""Lists of events."""

from .case import cases, each, rules

BATCHES = [
    "[]",
    " [ ] ",
    '[{"type":"batch.a"}]',
    '[{"type":"batch.a"},{"type":"batch.b"}]',
    '[{"type":"batch.a"},{"type":"invoice.a"}]',
    '[{"type":"invoice.a"},{"type":"batch.a"}]',
    '[{"type":"invoice.a"},{"type":"invoice.b"}]',
    '[{"type":"invoice.draft"},{"type":"other"}]',
    '[{"type":"batch.a"},7]',
    '[{"type":"batch.a"},{}]',
    '[{"type":"batch.a"},{"type":null}]',
    '[{"type":null},{"type":"batch.a"}]',
    '[{"type":null},{"type":"invoice.a"}]',
    '[{"type":"invoice.a"},{"type":null}]',
    '[{"type":"batch.a"},{"type":"batch.a","type":"invoice.a"}]',
    '[{"type":"batch.a"},{"Type":"invoice.a"}]',
    '[1e400,{"type":"batch.a"},"s",[{"type":"batch.b"}],null,{"Type":0},{}]',
    '[[{"type":"batch.a"}]]',
    "[[]]",
    "[[],[]]",
    "[{}]",
    "[null]",
    '[{"type":"batch.a"},{"type":"batch.b"}',
    '[{"type":"batch.a"},]',
    '[{"type":"batch.a"}]]',
    '[{"type":"invoice.a"},{"type":"batch.a",}]',
    "[" + ",".join(['{"type":"batch.a"}'] * 40) + "]",
    "[" + ",".join(['{"type":"batch.a"}'] * 40) + ',{"type":"invoice.a"}]',
]

IN_MEMBER = [
    '{"events":[{"type":"batch.a"},{"type":"batch.b"}]}',
    '{"events":[{"type":"batch.a"},{"type":"invoice.a"}]}',
    '{"events":[{"type":"invoice.a"}]}',
    '{"events":[]}',
    '{"events":null}',
    '{"events":[[]]}',
    '{"events":[7,null]}',
    '{"events":[{"type":"batch.a"},null]}',
    "{}",
    '{"type":"batch.a"}',
    '{"events":{"type":"batch.a"}}',
    '{"events":"batch.a"}',
    '{"events":7}',
    '{"events":true}',
    '{"events":[{"type":"batch.a"}],"events":[]}',
    '{"events":[],"events":[]}',
    '{"events":[{"type":"batch.a"}],"events":[{"type":"batch.b"}]}',
    '{"events":[{"type":"invoice.a"}],"Events":[{"type":"batch.a"}]}',
    '{"events":[{"type":"batch.a"}],"Events":[]}',
    '{"Events":[{"type":"batch.a"}]}',
    r'{"events\u0000":[]}',
    r'{"\u0065vents":[{"type":"batch.a"}]}',
    '{"events":[{"type":"batch.a","type":"invoice.a"}]}',
    '{"events":[{"Type":"batch.a"}]}',
    '{"events":[{"type":null}]}',
    '[{"events":[{"type":"batch.a"}]},{"events":[{"type":"batch.b"}]}]',
    '[{"events":[{"type":"batch.a"}]},{"events":[{"type":"invoice.b"}]}]',
    '[{"events":[]},{"events":null}]',
    '[{"events":[]},{}]',
    "[]",
    "7",
    "null",
    '"events"',
    '{"events":[{"type":"batch.a"}]',
    '{"events":[{"type":"batch.a"}]}]',
    '{"events":[{"type":"batch.a"}],}',
]

IN_LISTS = [
    '{"entry":[{"changes":[{"field":"batch.a"}]},{"changes":[{"field":"batch.b"}]}]}',
    '{"entry":[{"changes":[{"field":"batch.a"}]},{"changes":[{"field":"invoice.b"}]}]}',
    '{"entry":[{"changes":[{"field":"batch.a"},{"field":"invoice.a"}]}]}',
    '{"entry":[]}',
    '{"entry":[{"changes":[]}]}',
    '{"entry":[{"changes":null},{"changes":[]}]}',
    '{"entry":[{"changes":[]},{"changes":[{"field":"batch.a"}]}]}',
    '{"entry":[{}]}',
    '{"entry":[{},{"changes":[{"field":"batch.a"}]}]}',
    '{"entry":[7]}',
    '{"entry":["x"]}',
    '{"entry":[[{"changes":[]}]]}',
    '{"entry":{"changes":[{"field":"batch.a"}]}}',
    '{"entry":[{"changes":{"field":"batch.a"}}]}',
    '{"entry":[{"changes":[{"field":"batch.a"}],"changes":[]}]}',
    '{"entry":[{"changes":[{"field":"batch.a"}],"Changes":[]}]}',
    '{"entry":[],"Entry":[]}',
    '{"entry":[{"changes":[{"field":"batch.a","Field":"invoice.a"}]}]}',
    '{"entry":[{"changes":["field"]}]}',
    '{"changes":[{"field":"batch.a"}]}',
    "{}",
    "[]",
    '[{"entry":[{"changes":[{"field":"batch.a"}]}]}]',
    '{"entry":[{"changes":[{"field":"batch.a"}]}',
]

FURTHER_IN = [
    '{"a":{"b":[{"c":{"type":"batch.a"}}]}}',
    '{"a":{"b":[{"c":{"type":"invoice.a"}},{"c":{"type":"batch.a"}}]}}',
    '{"a":{"b":[]}}',
    '{"a":{"b":null}}',
    '{"a":null}',
    '{"a":{}}',
    '{"a":[]}',
    '{"a":[{"b":[]}]}',
    '{"a":"b"}',
    '{"a":{"b":[]},"a":{"b":[]}}',
    '{"A":{"b":[]}}',
    '{"a":{"B":[]}}',
    '{"a":{"b":[{"c":[{"type":"batch.a"}]}]}}',
    '{"a":{"b":[{"c":null}]}}',
    '{"a":{"b":[{"type":"batch.a"}]}}',
]

MUST_BE = [
    "[]",
    "{}",
    "null",
    "7",
    '{"type":"batch.a"}',
    '[{"type":"batch.a"}]',
    '[[{"type":"batch.a"}]]',
    "[[]]",
]

OF_LISTS = [
    "[]",
    "[[]]",
    "[[],null]",
    '[[{"type":"batch.a"}],[{"type":"batch.b"}]]',
    '[{"type":"batch.a"}]',
    "[7]",
]


def groups():
    yield from each("a body that is a list", cases(BATCHES))
    yield from each("a list in a member", cases(IN_MEMBER), type='"events[].type"')
    yield from each("lists within lists", cases(IN_LISTS), type='"entry[].changes[].field"', whole=False)
    yield from each("a list at the end of a path", cases(FURTHER_IN), type='"a.b[].c.type"', whole=False)
    yield from each(
        "a body that has to be a list",
        cases(MUST_BE),
        type='"[].type"',
    )
    yield from each(
        "a list of lists",
        cases(OF_LISTS),
        type='"[][].type"',
    )
    deny_all = rules('deny = ["*"]', "reject")
    some = ["[]", "{}", "[{}]", '{"type":""}', '{"type":"a"}', '[{"type":"a"},{}]']
    yield "whatever has a type is denied", deny_all, cases(some)
