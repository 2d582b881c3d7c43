"""Content codings and character sets. What a body stands for is known, since it is encoded here."""

import gzip
import zlib

from oracle.judge import CHARSET

from .case import Case, each

ENCODED = "in a content encoding that can't be read"

DENIED = b'{"type":"batch.created","id":"evt_1"}'
ALLOWED = b'{"id":"evt_2", "type":"invoice.paid"}'


def in_gzip(data):
    return gzip.compress(data, mtime=0)


def bare(data):
    deflate = zlib.compressobj(wbits=-15)
    return deflate.compress(data) + deflate.flush()


def in_br(data):
    """One block that is not compressed, and the last, which is empty (RFC 7932 section 9.2)."""
    return (len(data) - 1 << 4 | 1 << 20).to_bytes(3, "little") + data + b"\3"


def in_zstd(data):
    """One raw block, in a frame with a window of 1 KiB (RFC 8878 section 3.1.1)."""
    return b"\x28\xb5\x2f\xfd\0\0" + (len(data) << 3 | 1).to_bytes(3, "little") + data


def sent(codings, body, plain):
    lines = [codings] if isinstance(codings, str) else codings
    return Case(body, tuple(("Content-Encoding", line) for line in lines), plain=plain)


def flipped(data, at):
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


PLAIN = [
    DENIED,
    ALLOWED,
    b"{}",
    b'[{"type":"batch.a"},{"type":"batch.b"}]',
    b'{"type":null}',
    b'{"type":"batch.a",}',
    b"type=batch.a",
]

DEFLATED = [("gzip", in_gzip), ("deflate", zlib.compress), ("deflate", bare)]


def decoded():
    for plain in PLAIN:
        for coding, encode in [*DEFLATED, ("br", in_br), ("zstd", in_zstd)]:
            yield sent(coding, encode(plain), plain)
    yield sent("X-GZip", in_gzip(DENIED), DENIED)
    yield sent("GZIP", in_gzip(ALLOWED), ALLOWED)
    yield sent("identity", DENIED, None)
    yield sent(["", " , identity,"], DENIED, None)
    yield sent("identity, gzip", in_gzip(DENIED), DENIED)
    yield sent("gzip, br", in_br(in_gzip(DENIED)), DENIED)
    yield sent(["gzip", "identity", "deflate,zstd"], in_zstd(zlib.compress(in_gzip(DENIED))), DENIED)
    yield sent("gzip,gzip,gzip", in_gzip(in_gzip(in_gzip(ALLOWED))), ALLOWED)
    yield sent("gzip", in_gzip(b""), b"")
    yield sent("gzip", in_gzip(b"\xef\xbb\xbf{}"), b"\xef\xbb\xbf{}")


def undecoded():
    for plain in (DENIED, ALLOWED):
        whole = in_gzip(plain)
        yield sent("gzip", whole[:-9], "gzip: cut short")
        yield sent("gzip", whole[:5], "gzip: cut short")
        yield sent("gzip", flipped(whole, len(whole) - 6), "gzip: broken")
        yield sent("gzip", flipped(whole, 0), "gzip: broken")
        yield sent("gzip", whole + b"\n", "gzip: something after its end")
        yield sent("gzip", whole * 2, "gzip: more than one stream")
        yield sent("gzip", zlib.compress(plain), "gzip: broken")
        yield sent("gzip", plain, "gzip: looks like JSON as it was sent")
        yield sent("deflate", plain, "deflate: looks like JSON as it was sent")
        yield sent("br", b"\n" + plain, "br: looks like JSON as it was sent")
        yield sent("zstd", b"\xef\xbb\xbf" + plain, "zstd: looks like JSON as it was sent")
        yield sent("deflate", zlib.compress(plain)[:-3], "deflate: cut short")
        yield sent("deflate", zlib.compress(plain) + b"x", "deflate: something after its end")
        yield sent("deflate", whole, "deflate: broken")
        yield sent("zstd", in_zstd(plain)[:-2], "zstd: cut short")
        yield sent("zstd", in_zstd(plain) * 2, "zstd: more than one stream")
        yield sent("zstd", whole, "zstd: broken")
        yield sent("br", in_br(plain)[:-1], "br: cut short")
        yield sent("br", in_br(plain) + b"x", "br: something after its end")
        yield sent("br, gzip", in_gzip(plain), "br: broken")
        yield sent("gzip, zstd", in_gzip(plain), "zstd: broken")
        yield sent("compress", plain, ENCODED)
        yield sent("gzip, x", whole, ENCODED)
        yield sent("x, gzip", whole, ENCODED)
        yield sent("gzip br", whole, ENCODED)
        yield sent(["gzip,gzip", "gzip, gzip"], in_gzip(in_gzip(in_gzip(whole))), ENCODED)
    for coding, encode in DEFLATED:
        yield sent(coding, encode(DENIED + b" " * 2000), f"{coding}: more than limits.inspect when decoded")
        yield sent(coding, encode(DENIED + b" " * (1024 - len(DENIED))), DENIED)


CHARSETS = [
    ("application/json", False),
    ("application/json; charset=utf-8", False),
    ("application/json;charset=UTF-8", False),
    ('application/json; charset="utf-8"; v=1', False),
    ("application/json; Charset = utf8", False),
    ("text/plain; charset=us-ascii", False),
    ("application/x-charset+json", False),
    ("application/json; charset=utf-7", True),
    ('application/json; charset="UTF-7"', True),
    ("application/json; charset=iso-8859-1", True),
    ("application/json; charset=cp037", True),
    ("application/json; charset=utf-8; charset=utf-7", True),
    ("application/json; charset=utf-7; charset=utf-8", True),
    ("application/json; CHARSET = utf-7", True),
    ("application/json; charset*=us-ascii''utf-7", True),
    ("application/json; charset*0=utf-; charset*1=7", True),
    ("application/json;;charset=utf-7", True),
    ("application/json; charset='utf-8'", True),
    ("application/json; charset=", True),
    ("application/json, application/json; charset=cp037", True),
]


def charsets():
    for kind, is_other in CHARSETS:
        for body in (DENIED, ALLOWED):
            yield Case(body, (("Content-Type", kind),), plain=CHARSET if is_other else None)
    seven = (("Content-Type", "application/json; charset=utf-7"),)
    yield Case(b'{"+AHQAeQBwAGU-":"batch.created"}', seven, plain=CHARSET)
    yield Case(b"{", seven, plain=CHARSET)
    two = (("Content-Type", "application/json"), ("Content-Type", "a/b; charset=utf-16"))
    yield Case(DENIED, two, plain=CHARSET)
    yield Case(in_gzip(DENIED), (*seven, ("Content-Encoding", "gzip")), plain=CHARSET)
    yield Case(DENIED, (*seven, ("Content-Encoding", "compress")), plain=ENCODED)


def large():
    for body in (DENIED, ALLOWED, b"{", b"[]"):
        yield Case(body + b" " * (1024 - len(body)))
        yield Case(body + b" " * (1025 - len(body)))


def groups():
    small = '[limits]\ninspect = "1 KiB"'
    yield from each("content codings", list(decoded()), whole=False)
    about = "content codings that can't be undone for certain"
    yield from each(about, list(undecoded()), more=small, whole=False)
    yield from each("character sets", list(charsets()), whole=False)
    yield from each("the inspection limit", list(large()), more=small)
    form = sent("gzip", in_gzip(b"type=batch.a"), b"type=batch.a")
    yield from each("a form in a coding", [form, sent("br", b"type=batch.a", "br: broken")], type='"form:type"', whole=False)
