"""A type in a header or in the query, and requests without a body."""

from .case import Case, case, each

XML = "<order><type>batch.a</type></order>"


def header(*values, name="X-Topic", more=(), body=XML):
    return case(body, *[(name, value) for value in values], *more)


HEADERS = [
    header("batch.a"),
    header("invoice.a"),
    header("invoice.draft"),
    header("Batch.a"),
    header("batch.a", name="x-TOPIC"),
    header(""),
    header(),
    header("17"),
    header("batch.a, invoice.a"),
    header('"batch.a"'),
    header("batch.\u00c3\u00a9"),
    header("batch.\u00e9"),
    header("invoice.\u00e9"),
    # Several lines are several readings, and one with commas.
    header("batch.a", "batch.b"),
    header("batch.a", "batch.a"),
    header("batch.a", "invoice.a"),
    header("invoice.a", "batch.a"),
    header("invoice.a", "invoice.draft"),
    header("invoice.a", "invoice.b"),
    header("other", "another"),
    header(*["batch.a"] * 14),
    header(*["batch.a"] * 15),
    # The same name to whatever keeps fields as variables.
    header("batch.a", more=[("X_Topic", "batch.b")]),
    header("batch.a", more=[("X_Topic", "invoice.a")]),
    header("invoice.a", more=[("X.Topic", "batch.a")]),
    header("batch.a", name="X_Topic"),
    header("invoice.a", name="X_Topic"),
    header("other", name="X_Topic"),
    header("batch.a", more=[("X-Topics", "invoice.a"), ("XTopic", "invoice.a")]),
    # Whatever the body is.
    header("batch.a", body='{"type":"invoice.a"}'),
    header("invoice.a", body='{"type":"batch.a"}'),
    header("batch.a", body="x" * 3000),
    header("invoice.a", body="x" * 3000),
    header("batch.a", body=b"\xff\xfe\0"),
    header("batch.a", more=[("Content-Encoding", "lzma")]),
    header("batch.a", more=[("Content-Encoding", "gzip")]),
    header("batch.a", more=[("Content-Type", "text/xml; charset=utf-7")]),
    header("batch.a", body=""),
    header("invoice.a", body=""),
    header("other", body=""),
    header("", body=""),
    header(body=""),
    header("batch.\u00e9", body=""),
    header("batch.a", name="X_Topic", body=""),
    header("batch.a", "invoice.a", body=""),
    Case(b"", (("X-Topic", "batch.a"),), method="GET"),
    Case(b"", (("X-Topic", "other"),), method="HEAD"),
    Case(b"", (), method="GET"),
    Case(b"x", (("X-Topic", "batch.a"),), method="PUT"),
]


def query(text, body=XML, method="POST"):
    return Case(body.encode(), (), f"/hook?{text}", method)


QUERIES = [
    query("topic=batch.a"),
    query("topic=invoice.a"),
    query("topic=invoice.draft&x=y"),
    query("x=y&topic=%62atch%2Ea"),
    query("t%6Fpic=batch.a"),
    query("topic=batch.a+b"),
    query("topic=batch.%C3%A9"),
    query("topic="),
    query("topic"),
    query(""),
    query("x=topic&batch.a=topic"),
    query("topic=batch.a=b"),
    query("topic=batch.a&topic=batch.b"),
    query("topic=batch.a&topic=invoice.a"),
    query("topic=invoice.a&topic=batch.a"),
    query("topic=batch.a&Topic=invoice.a"),
    query("Topic=batch.a"),
    query("Topic=invoice.a"),
    query("TOPIC=other"),
    query("topic%00=batch.a"),
    query("topic%00x=other&topic=other"),
    query("+topic=batch.a"),
    query("topic+=batch.a"),
    query("topic[]=batch.a"),
    query("topic=batch.a&topic[]=batch.b"),
    query("topic%5B0%5D=invoice.a"),
    query("topic=batch.a;topic=invoice.a"),
    query("topic=batch.a;x=1"),
    query("x=1;topic=batch.a"),
    query("topic=batch.%"),
    query("topic=batch.%4"),
    query("topic=batch.%zz"),
    query("topic=batch.%+1"),
    query("topic=batch.%ff"),
    query("topi%c=batch.a"),
    query("topic=batch.a%00x"),
    query("topic=invoice.draft%00&x"),
    query("topic=batch.a?topic=invoice.a"),
    query("&".join(["topic=batch.a"] * 16)),
    query("&".join(["topic=batch.a"] * 17)),
    query("topic=batch.a", ""),
    query("topic=other", ""),
    query("hub.challenge=1", "", "GET"),
    query("topic=batch.a", "", "GET"),
    query("topic=other", "", "GET"),
    query("topic=invoice.a", "", "HEAD"),
]

BODILESS = [
    Case(method="GET"),
    Case(method="HEAD"),
    Case(),
    Case(method="DELETE"),
    Case(method="GET", target="/hook?type=batch.a"),
    Case(b"", (("Type", "batch.a"),)),
    Case(b'{"type":"batch.a"}', (), method="PUT"),
    Case(b'{"type":"invoice.a"}', (), method="PATCH"),
    Case(b'{"type":"batch.a"}', (), method="DELETE"),
    Case(b'{"type":"batch.a"}', (), method="GET"),
    Case(b'{"type":"batch.a"}', (("Content-Type", "text/plain"),)),
    Case(b'{"type":"batch.a"}', (("Content-Type", "application/x-www-form-urlencoded"),)),
    Case(b"", (("Content-Encoding", "gzip"),)),
    Case(b"", (("Content-Type", "application/json; charset=utf-7"),)),
]


def groups():
    small = '[limits]\ninspect = "1 KiB"'
    yield from each("a header", HEADERS, type='"header:X-Topic"', more=small)
    yield from each("the query", QUERIES, type='"query:topic"', whole=False)
    dotted = [
        query("hook.topic=batch.a"),
        query("hook_topic=batch.a"),
        query("hook_topic=other"),
        query("hook+topic=batch.a"),
        query("hook.topic=batch.a&hook_topic=invoice.a"),
        query("hook%2Etopic=batch.a"),
        query("hook%5Btopic=batch.a"),
        query("hook[topic=other"),
    ]
    yield from each("a parameter with a dot", dotted, type='"query:hook.topic"', whole=False)
    yield from each("no body, and other methods", BODILESS)
