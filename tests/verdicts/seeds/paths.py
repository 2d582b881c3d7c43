"""A type at the end of several keys."""

from .case import cases, each

INWARDS = [
    '{"event":{"type":"batch.a"}}',
    '{"event":{"type":"invoice.a"}}',
    '{"event":{"type":"invoice.draft"}}',
    r'{"\u0065vent":{"\u0074ype":"\u0062atch.a"}}',
    '{"type":"batch.a"}',
    '{"type":"batch.a","z":{"event":{"type":"batch.b"}}}',
    '{"event":{"event":{"type":"batch.a"}}}',
    '{"event":{}}',
    '{"event":{"id":1,"type":"batch.a","data":{"type":"invoice.a"}},"type":"invoice.b"}',
    '{"event":{"type":null}}',
    '{"event":{"type":17}}',
    '{"event":{"type":1.5}}',
    '{"event":{"type":{"type":"batch.a"}}}',
    # Each chain is a reading.
    '{"event":{"type":"batch.a","type":"batch.b"}}',
    '{"event":{"type":"batch.a","type":"invoice.a"}}',
    '{"event":{"type":"batch.a"},"event":{"type":"batch.b"}}',
    '{"event":{"type":"batch.a"},"event":{"type":"invoice.a"}}',
    '{"event":{"type":"batch.a"},"event":{}}',
    '{"event":{},"event":{"type":"batch.a"}}',
    '{"event":{"type":"invoice.a"},"event":{}}',
    '{"event":{"type":"other"},"event":{}}',
    '{"event":null,"event":{"type":"batch.a"}}',
    '{"event":null,"event":{"type":"other"}}',
    # Another case at any level.
    '{"Event":{"type":"batch.a"}}',
    '{"Event":{"type":"invoice.a"}}',
    '{"event":{"Type":"batch.a"}}',
    '{"event":{"Type":"invoice.a"}}',
    '{"EVENT":{"TYPE":"batch.a"}}',
    '{"EVENT":{"TYPE":"other"}}',
    '{"event":{"type":"batch.a","Type":"batch.b"},"Event":{"type":"batch.c"}}',
    '{"event":{"type":"batch.a","Type":"invoice.b"}}',
    '{"event":{"type":"batch.a"},"Event":{"type":"invoice.b"}}',
    '{"event":{"type":"batch.a"},"Event":{}}',
    '{"event":{"type":"other"},"Event":{}}',
    '{"event":{"type":"batch.a"},"Event":null}',
    '{"event":{"type":"batch.a"},"Event":""}',
    r'{"event\u0000":{"type":"batch.a"}}',
    r'{"event":{"type\u0000x":"batch.a"}}',
    # What is no object on the way.
    '{"event":null}',
    '{"event":1e400}',
    '{"event":true}',
    '{"event":"type"}',
    '{"event":[]}',
    '{"event":[{"type":"batch.a"}]}',
    '{"event":"x","event":{"type":"batch.a"}}',
    '"event"',
    "{}",
    '[{"event":{"type":"batch.a"}},{"event":{"type":"batch.b"}}]',
    '[{"event":{"type":"batch.a"}},{"type":"batch.b"}]',
    '[[{"event":{"type":"batch.a"}}]]',
    '{"event":{"type":"batch.a"}',
    '{"event":{"type":"batch.a"},}',
    '{"event":{"type":"invoice.a",}}',
    "{" + ",".join(['"event":{"type":"batch.a","type":"batch.b"}'] * 8) + "}",
    "{" + ",".join(['"event":{"type":"batch.a","type":"batch.b"}'] * 9) + "}",
    "{" + ",".join(['"event":{}'] * 17) + "}",
    "{" + ",".join(['"event":{"Type":"batch.a"}'] * 17) + "}",
]

DEEP = [
    '{"a":{"a":{"a":"batch.a"}}}',
    '{"a":{"a":{"a":"batch.a"},"A":{"a":"invoice.a"}}}',
    '{"a":{"a":{"a":"batch.a"},"a":7}}',
    '{"a":{"a":{"a":"batch.a"}},"A":{"A":{"A":"batch.b"}}}',
    '{"a":{"a":"batch.a"}}',
    '{"a":"batch.a"}',
    '{"a":{"a":{"a":{"a":"batch.a"}}}}',
    '{"b":{"a":{"a":"batch.a"}}}',
    '{"a":{"b":{"a":"batch.a"}}}',
    '{"a":{"a":{"a":"invoice.a"}},"a":{"a":{"a":"batch.a"}}}',
]


def groups():
    yield from each("a path", cases(INWARDS), type='"event.type"')
    yield from each("a longer path", cases(DEEP), type='"a.a.a"', whole=False)
    dashed = ['{"event-data":{"event":"batch.a"}}', '{"event":"batch.a"}', '{"event_data":{"event":"batch.a"}}']
    yield from each("a key with a dash", cases(dashed), type='"event-data.event"', whole=False)
