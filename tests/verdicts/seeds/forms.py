"""A type in a form."""

from urllib.parse import quote

from .case import case, cases, each

FIELDS = [
    "type=batch.a",
    "type=invoice.a",
    "a=b&type=invoice.draft&c=d",
    "a=b",
    "a=type&batch.a=type",
    "type",
    "type=",
    "&&type=batch.a&",
    "=batch.a",
    "t%79pe=%62atch.a",
    "type=batch.a%20b+c%2Bd",
    "type=batch.%C3%A9",
    "type=batch.a=b",
    "type=17",
    "type=batch.a&type=batch.b",
    "type=batch.a&type=invoice.a",
    "type=invoice.a&type=invoice.b",
    "Type=batch.a",
    "Type=invoice.a",
    "TYPE=other",
    "type=batch.a&Type=invoice.a",
    "type%00x=batch.a",
    "type=other&type%00=other",
    "+type=batch.a",
    "type+=batch.a",
    "ty+pe=batch.a",
    "types=batch.a",
    "type[]=batch.a",
    "type%5Bx%5D=other",
    "type=batch.a&type[]=batch.a",
    "type=batch.a;b",
    "type=batch.a;x=1",
    "type=batch.a;type=invoice.a",
    "x=1;type=batch.a",
    "x=1;type=other",
    "type=batch.%",
    "type=batch.%4",
    "type=batch.%zz",
    "type=batch.%+1",
    "type=batch.%ff",
    "typ%6=batch.a",
    "type=batch.a%00x",
    "type=invoice.draft%00",
    "type=null",
    "&".join(["type=batch.a"] * 16),
    "&".join(["type=batch.a"] * 17),
    # What is no form.
    '{"type":"batch.a"}',
    "[]",
    '"type=batch.a"',
    "<type>batch.a</type>",
    "type=batch.a\n",
    "type=batch.a b",
    "\ntype=batch.a",
    "type=batch.é",
    "type=batch.a\0",
    '--b\r\nContent-Disposition: form-data; name="type"\r\n\r\nbatch.a\r\n--b--\r\n',
    b"type=batch.\xff",
]

SIGNS = [
    "event-data.event=batch.a",
    "event-data_event=batch.a",
    "event-data_event=other",
    "event-data%20event=batch.a",
    "event-data.event=batch.a&event-data_event=invoice.a",
    "event_data_event=batch.a",
    "event-data[event=batch.a",
    "event-data%5Bevent=other",
    "event-data[event]=batch.a",
    "event-data[=batch.a",
]

BRACKETS = [
    "data[type]=batch.a",
    "data%5Btype%5D=batch.a&data[other]=invoice.a",
    "data[type]=batch.a&data[type]=invoice.a",
    "data=batch.a",
    "data[]=batch.a",
    "data[other]=batch.a",
    "data.type=batch.a",
]


def payload(text, name="payload", more=""):
    return f"{name}={quote(text, safe='')}{more}"


JSON = [
    payload('{"event":{"type":"batch.a"}}'),
    payload('{"event":{"type":"invoice.a"}}'),
    payload('{"event":{"type":"batch.a","type":"invoice.a"}}'),
    payload('{"event":{"type":"batch.a"},"Event":{"type":"invoice.a"}}'),
    payload('{"event":{"type":"batch.a"}}', more="&payload2=x"),
    payload('[{"event":{"type":"batch.a"}},{"event":{"type":"batch.b"}}]'),
    payload('[{"event":{"type":"batch.a"}},{"event":{"type":"invoice.b"}}]'),
    payload("[]"),
    payload("{}"),
    payload("null"),
    payload('{"event":{"type":"batch.a"}'),
    payload('{"event":{"type":"batch.a",}}'),
    payload('\ufeff{"event":{"type":"batch.a"}}'),
    payload('{"event":{"type":"batch.\\ud800"}}'),
    payload('{"event":{"type":"batch.é"}}'),
    'payload={"event":{"type":"batch.a"}}',
    "payload=",
    "payload=%",
    "payload=%ff",
    "a=b",
    "event=batch.a",
    payload("{}") + "&" + payload("{}"),
    payload('{"event":{"type":"batch.a"}}', name="Payload"),
    payload('{"event":{"type":"batch.a"}}', more="&Payload=x"),
    payload('{"event":{"type":"batch.a"}}', name="payload[]"),
    '{"payload":{"event":{"type":"batch.a"}}}',
    "payload=[]\n",
]

MANDRILL = [
    payload('[{"event":"batch.a"},{"event":"batch.b"}]', "mandrill_events"),
    payload('[{"event":"batch.a"},{"event":"invoice.b"}]', "mandrill_events"),
    payload("[]", "mandrill_events"),
    payload("null", "mandrill_events"),
    payload('{"event":"batch.a"}', "mandrill_events"),
    payload("[7]", "mandrill_events"),
    payload('[{"event":"batch.a"}]', "mandrill.events"),
    payload('[{"event":"batch.a"}]', "mandrill_events", "&mandrill.events=x"),
    "a=b",
]


def groups():
    yield from each("a field of a form", cases(FIELDS), type='"form:type"')
    yield from each("a field with a dot and a dash", cases(SIGNS), type='"form:event-data.event"', whole=False)
    yield from each("a field with brackets", cases(BRACKETS), type='"form:data[type]"', whole=False)
    yield from each("JSON in a field of a form", cases(JSON), type='"form:payload:event.type"', whole=False)
    yield from each("a list in a field of a form", cases(MANDRILL), type='"form:mandrill_events:[].event"', whole=False)
    both = ["a=batch&b=a", "a=batch.a", "b=batch.a", "a=invoice&b=a", "a=batch&b=a&b=c"]
    both += ["a=batch&a=other&b=a", "B=a&a=batch"]
    yield from each("two fields of a form", cases(both), type='["form:a", "form:b"]', whole=False)
    yield from each("an empty form", [case("")], type='"form:type"', whole=False)
