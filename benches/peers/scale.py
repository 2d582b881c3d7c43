#!/usr/bin/env python3
"""Measures what an event costs hooksieve as rules, connections and bodies grow, and what idle connections hold.

Every point has a fresh process on core 0, which first gets to know its endpoint; wrk and the endpoint share
core 1. Rounds are interleaved, and of each point the cheapest is taken. See README.md.
"""

import argparse
import json
import resource
import shutil
import socket
import tempfile
from pathlib import Path
from typing import NamedTuple

import load
import record
from events import event
from load import Workload
from peers import BINARY, HAPROXY, HERE, LOAD_CORE, UPSTREAM, Peer, hooksieve

RULES = (1, 10, 100, 1_000, 10_000, 100_000)
CONNECTIONS = (1, 8, 64, 512, 5_000)
BODIES = (500, 5_000, 50_000, 500_000, 4_000_000)
IDLE = 5_000
# Seconds of the same load before each measurement.
WARM_UP = 2
# Bodies of 4 MB from more senders than these would not fit into `limits.memory`.
CONNECTIONS_OF_BODIES = 16
INVOICE = Workload(5_000)


class Point(NamedTuple):
    series: str
    x: object
    peer: Peer
    workload: Workload = INVOICE
    connections: int = 64


def main():
    arguments = parse()
    raise_file_limit()
    with tempfile.TemporaryDirectory() as scratch, UPSTREAM.start(scratch, LOAD_CORE):
        compared = [hooksieve(arguments.binary), *([HAPROXY] if shutil.which("haproxy") else [])]
        about = record.about(compared, rounds=arguments.rounds, seconds=arguments.seconds, connections=64)
        points = list(plan(arguments.binary, compared, Path(scratch)))
        rounds = {point: [] for point in points}
        for _ in range(arguments.rounds):
            for point in points:
                with point.peer.start(scratch) as process:
                    load.measure(process, point.workload, point.connections, WARM_UP)
                    result = load.measure(process, point.workload, point.connections, arguments.seconds)
                rounds[point].append(result)
                print(f"{point.peer.name:10} {point.series:12} {point.x:>10}  {result['cpu']:9.1f} µs", end="")
                print(f"  {result['errors']} errors" if result["errors"] else "", flush=True)
        rows = [row(point, results) for point, results in rounds.items()]
        rows.append(idle(hooksieve(arguments.binary), scratch))
    record.write(HERE / "results/scale.jsonl", about, rows)


def plan(binary, compared, scratch):
    shipped = hooksieve(binary)
    for count in RULES:
        yield Point("rules", count, hooksieve(binary, denying(count, scratch)))
    for count in CONNECTIONS:
        for peer in compared:
            yield Point("connections", count, peer, connections=count)
    for size in BODIES:
        yield Point("bodies", size, shipped, Workload(size), CONNECTIONS_OF_BODIES)
    for connection in ("keep-alive", "close"):
        for peer in compared:
            yield Point("reuse", connection, peer, INVOICE._replace(connection=connection))


def denying(count, scratch):
    """A config with so many rules, names and prefixes in turn, none of which matches the events."""
    shapes = ("ledger.entry_{}", "ledger.family_{}.*")
    deny = [shapes[number % 2].format(number) for number in range(count)]
    config = (HERE / "hooksieve.toml").read_text().replace('["batch.*"]', json.dumps(deny))
    path = scratch / f"{count}.toml"
    path.write_text(config)
    return path


def row(point, results):
    about = {"series": point.series, "x": point.x, "peer": point.peer.name}
    if point.series == "bodies":
        about["x"] = len(point.workload.passed_body())
    return {**about, **load.lowest(results)}


def idle(peer, scratch):
    """Resident memory with senders connected that sent one event each and now are silent."""
    body = event(load.PASSED, 500)
    request = b"POST /webhook HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n" % len(body) + body
    with peer.start(scratch) as process:
        before = process.memory()
        senders = []
        for _ in range(IDLE):
            senders.append(socket.create_connection(("127.0.0.1", peer.port), 10))
            senders[-1].sendall(request)
            answer = b""
            while not answer.endswith(b"received\n"):
                received = senders[-1].recv(4096)
                if not received:
                    raise ConnectionError(f"no answer but {answer!r}")
                answer += received
        after = process.memory()
        for sender in senders:
            sender.close()
    return {"series": "idle", "x": IDLE, "peer": peer.name, "memory_before": round(before, 2), "memory": round(after, 2)}


def raise_file_limit():
    """For the senders' side and, inherited, for all that is started."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most < 2 * IDLE + 1_000:
        raise SystemExit(f"{most} open files are too few, ask for more: ulimit -Hn 20000")
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=5, help="of each measurement")
    parser.add_argument("--binary", type=lambda path: Path(path).resolve(), default=BINARY)
    arguments = parser.parse_args()
    if not arguments.binary.exists():
        parser.error(f"{arguments.binary} is missing; cargo build --release makes it")
    return arguments


if __name__ == "__main__":
    main()
