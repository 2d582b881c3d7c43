"""What is asked of hooksieve with each sender: two questions, each answered by requests through the real binary."""

import http.client
import time
from dataclasses import dataclass

from bodies import bodies
from endpoint import VERIFIED
from hooksieve import HOST, PATIENCE
from sender import Request

HOUR = 3600


class No(Exception):
    """Something is not as it should be."""


class NotAsked(Exception):
    """There is nothing to ask; says why."""


@dataclass
class World:
    """Where requests are sent, and what arrived at the endpoint."""

    port: int
    arrived: list


def accepted(sender, world):
    """What its sender signed is accepted, and nothing else."""
    if not sender.secret:
        raise NotAsked(sender.unsigned)
    for body in bodies(sender):
        # hooksieve verifies the bytes as sent, so that is what has to be signed.
        if body.sent != body.signed:
            continue
        path, headers = signed(sender, "verified", body)
        expect_verified(world, path, headers, body.sent, body.name)
        bad = changed(body.sent, len(body.sent) // 2)
        expect(world, path, headers, bad, f"{body.name}, one bit changed", 401, 0)
    body = next(bodies(sender))
    path, headers = signed(sender, "verified", body)
    value = headers[sender.signature]
    other = value[:-8] + ("5" if value[-8] == "4" else "4") + value[-7:]
    expect(world, path, {**headers, sender.signature: other}, body.sent, "another signature", 401, 0)
    expect(world, path, body.headers, body.sent, "no signature", 401, 0)
    if sender.timed:
        path, headers = signed(sender, "verified", body, -HOUR)
        expect(world, path, headers, body.sent, "an hour old", 401, 0)


def behind(sender, world):
    """The SDK verifies behind hooksieve what it would verify without, and refuses what it would refuse."""
    for body in bodies(sender):
        path, headers = signed(sender, "behind", body)
        expect_verified(world, path, headers, body.sent, body.name)
        # So that it parses as before, for it is the signature that must not fit.
        note = body.sent.rfind(b"note")
        if note >= 0:
            bad = changed(body.sent, note)
            expect(world, path, headers, bad, f"{body.name}, changed, which the SDK must refuse", 400, 1)


QUESTIONS = {"accepted by `[verify]`": accepted, "verifies behind": behind}


def signed(sender, purpose, body, late=0):
    """The path and the header fields of an event as its sender signs it."""
    path = f"/{sender.name}/{purpose}{sender.query(body.signed)}"
    request = Request(f"https://{HOST}{path}", body.signed, int(time.time()) + late)
    return path, {**body.headers, **sender.sign(request)}


def changed(body, at):
    return body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :]


def expect_verified(world, path, headers, body, name):
    told = expect(world, path, headers, body, name, 200, 1)
    if told != VERIFIED:
        raise No(f"{name}: told {told!r}")
    [(got, bytes_got)] = world.arrived
    if bytes_got != body:
        raise No(f"{name}: the endpoint got other bytes")
    for field, value in headers.items():
        if got.get_all(field) != [value]:
            raise No(f"{name}: the endpoint got {got.get_all(field)} for {field}")


def expect(world, path, headers, body, name, status, arrivals):
    """Sends a request and gives the answer. Fails unless it is that, and reaches the endpoint that many times."""
    world.arrived.clear()
    connection = http.client.HTTPConnection("127.0.0.1", world.port, timeout=PATIENCE)
    try:
        connection.request("POST", path, body, {"Host": HOST, **headers})
        response = connection.getresponse()
        told = response.read().decode()
    finally:
        connection.close()
    if response.status != status:
        raise No(f"{name}: {response.status} {told!r} instead of {status}")
    if len(world.arrived) != arrivals:
        raise No(f"{name}: reached the endpoint {len(world.arrived)} times")
    return told
