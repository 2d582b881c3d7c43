"""The documents: JSON as senders write it, and as it can be written to be read in two ways.

Each says a denied type, an allowed one, or both, to somebody.
"""

from typing import NamedTuple

DENIED = "batch.created"
ALLOWED = "invoice.paid"


class Document(NamedTuple):
    """A body, and how it is sent."""

    group: str
    shown: str  # as Markdown, in the table
    body: bytes
    key: str = "type"
    content_type: str = "application/json"


def documents():
    """All of them, group by group."""
    return [
        *_strict(),
        *_several(),
        *_other_names(),
        *_folded(),
        *_values(),
        *_characters(),
        *_syntax(),
        *_charsets(),
    ]


def _group(group, key="type"):
    def document(text, shown=None, content_type="application/json"):
        body = text if isinstance(text, bytes) else text.encode()
        return Document(group, shown or f"`{text}`", body, key, content_type)

    return document


def _strict():
    of = _group("Strict JSON")
    yield of('{"type":"batch.created"}')
    yield of('{"type":"invoice.paid"}')
    yield of(r'{"\u0074ype":"batch.created"}')
    yield of(r'{"type":"\u0062atch.created"}')
    yield of('{"data":{"type":"batch.created"}}')
    yield of('{"data":{"type":"invoice.paid"},"type":"batch.created"}')
    yield of('{"__proto__":{"type":"batch.created"}}')


def _several():
    of = _group("Several types")
    yield of('{"type":"batch.created","type":"invoice.paid"}')
    yield of('{"type":"invoice.paid","type":"batch.created"}')
    yield of(r'{"\u0074ype":"batch.created","type":"invoice.paid"}')
    yield of(r'{"type":"invoice.paid","\u0074ype":"batch.created"}')
    yield of('{"type":"batch.created","type":null}')


def _other_names():
    of = _group("Names that resemble it")
    yield of('{"Type":"batch.created"}')
    yield of('{"type":"invoice.paid","TYPE":"batch.created"}')
    yield of('{"TYPE":"batch.created","type":"invoice.paid"}')
    yield of('{"type":"batch.created","TYPE":"invoice.paid"}')
    yield of(r'{"type\u0000":"batch.created"}')
    yield of(r'{"type\u0000x":"batch.created"}')
    yield of(r'{"type":"batch.created","type\u0000":"invoice.paid"}')
    yield of(r'{"type\u0000":"invoice.paid","type":"batch.created"}')
    yield of('{"type ":"batch.created"}')
    yield of(r'{"type\u200b":"batch.created"}')
    yield of(r'{"\uff54ype":"batch.created"}', r'`{"\uff54ype":"batch.created"}`, a full-width `t`')


def _folded():
    of = _group("The same where the type is in `kind`", key="kind")
    for name, what in [
        ("Kind", ""),
        ("\u212aind", ", the Kelvin sign"),
        ("k\u0131nd", ", a dotless i"),
        ("k\u0130nd", ", a dotted I"),
        ("ki\u0307nd", ", a combining dot"),
    ]:
        said = name.encode("ascii", "backslashreplace").decode()
        yield of(f'{{"{name}":"batch.created"}}', f'`{{"{said}":"batch.created"}}`{what}')
    for name in ("\u212aind", "k\u0131nd", "k\u0130nd"):
        said = name.encode("ascii", "backslashreplace").decode()
        body = '{"kind":"batch.created","%s":"invoice.paid"}'
        yield of(body % name, f"`{body % said}`")


def _values():
    of = _group("Values")
    yield of(r'{"type":"batch.created\u0000x"}')
    yield of(r'{"type":"invoice.paid\u0000x"}')
    yield of('{"type":["batch.created"]}')
    yield of('{"type":"batch.created ","type ":1}', '`{"type":"batch.created ","type ":1}`, with blanks')
    yield of('{"type":"batch.created","n":1e400}')
    yield of('{"type":"batch.created","n":' + "9" * 400 + "}", '`{"type":"batch.created","n":999…}`, 400 digits')
    yield of(
        '{"type":"batch.created","n":' + "[" * 2000 + "]" * 2000 + "}",
        '`{"type":"batch.created","n":[[[…]]]}`, 2,000 deep',
    )


def _characters():
    of = _group("Characters")
    plain = '{"type":"batch.created"}'
    yield of(plain.encode("utf-8-sig"), "a UTF-8 byte order mark in front")
    yield of(plain.encode("utf-16"), "UTF-16, with a byte order mark")
    yield of(plain.encode("utf-16-le"), "UTF-16, without one")
    yield of(plain.encode("utf-32-le"), "UTF-32, without one")
    yield of(b'{"type":"batch.created","a":"\xff"}', '`{"type":"batch.created","a":"\\xff"}`, not UTF-8')
    yield of(b'{"ty\xffpe":"batch.created"}', '`{"ty\\xffpe":"batch.created"}`, not UTF-8')
    yield of(b'{"\xc1\xb4ype":"batch.created"}', '`{"\\xc1\\xb4ype":"batch.created"}`, an overlong `t`')
    yield of(r'{"type":"batch.created","a":"\ud800"}', r'`{"type":"batch.created","a":"\ud800"}`, half a pair')
    yield of(r'{"type\ud800":"batch.created"}', r'`{"type\ud800":"batch.created"}`, half a pair')
    yield of(b'{"type":"batch.created","a":"\n"}', '`{"type":"batch.created","a":"\\n"}`, a raw line break')
    yield of(b'{"type\0":"batch.created"}', '`{"type\\0":"batch.created"}`, a raw NUL')
    yield of(b'{"type":"batch.created"}\0', "a NUL behind it")


def _syntax():
    of = _group("Not quite JSON")
    yield of('{"type":"batch.created"} x')
    yield of('{"type":"batch.created"}{"type":"invoice.paid"}')
    yield of('{"type":"batch.created",}')
    yield of('{"type":"batch.created"')
    yield of('/* */{"type":"batch.created"}')
    yield of('{"type":"batch.created"}// x')
    yield of('# x\n{"type":"batch.created"}', "`# x` and a line break in front")
    yield of('{"type":"batch.created","n":NaN}')
    yield of('{"type":"batch.created","n":Infinity}')
    yield of('{"type":"batch.created","n":+1}')
    yield of('{"type":"batch.created","n":01}')
    yield of("{'type':'batch.created'}")
    yield of('{type:"batch.created"}')
    yield of(r'{"t\ype":"batch.created"}')
    yield of(r'{"\x74ype":"batch.created"}')
    yield of('{"type"="batch.created"}')
    yield of('{"type":"batch.created";"n":1}')
    yield of(")]}'\n" + '{"type":"batch.created"}', "`)]}'` and a line break in front")
    yield of('\x0c{"type":"batch.created"}', "a form feed in front")
    yield of('\u00a0{"type":"batch.created"}', "a no-break space in front")


def _charsets():
    of = _group("A charset in the Content-Type")
    utf7 = "application/json; charset=utf-7"
    yield of('{"type":"batch.created"}', '`{"type":"batch.created"}` as `utf-8`', "application/json; charset=utf-8")
    yield of('{"+AHQAeQBwAGU-":"batch.created"}', '`{"+AHQAeQBwAGU-":"batch.created"}` as `utf-7`', utf7)
    yield of(
        '{"type":"batch.created","+AHQAeQBwAGU-":"invoice.paid"}',
        '`{"type":"batch.created","+AHQAeQBwAGU-":"invoice.paid"}` as `utf-7`',
        utf7,
    )
    python = "application/json; charset=unicode_escape"
    yield of(r'{"\\u0074ype":"batch.created"}', r'`{"\\u0074ype":"batch.created"}` as `unicode_escape`', python)
    for parameters in (
        "charset=utf-8; charset=utf-7",
        "charset=utf-7; charset=utf-8",
        'charset="utf-7"',
        "charset*=us-ascii''utf-7",
        "charset*0=utf-; charset*1=7",
        "CHARSET = utf-7",
        ";;charset=utf-7",
    ):
        body = '{"+AHQAeQBwAGU-":"batch.created"}'
        yield of(body, f"`{body}` with `{parameters}`", f"application/json; {parameters}")
    ebcdic = '{"type":"batch.created"}'.encode("cp037")
    yield of(ebcdic, "EBCDIC, as `cp037`", "application/json; charset=cp037")
