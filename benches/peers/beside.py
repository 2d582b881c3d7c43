#!/usr/bin/env python3
"""Measures how long small events take beside senders of large bodies, and without them.

The large bodies are of denied types, so that hooksieve alone has to do with them; each kind is hard on it in
another way. hooksieve has both cores, as have those who send. What that alone does to small events is measured too:
the same bodies are sent to an nginx that throws them away, while hooksieve has only the small events. See README.md.
"""

import argparse
import socket
import tempfile
import threading
from pathlib import Path

import load
from load import Workload
from peers import BINARY, LOAD_CORE, SINK, UPSTREAM, hooksieve

LARGE = 8 * 2**20 - 1
SMALL = Workload(500)
# Of small events at once.
CONNECTIONS = 8
DENIED = b'"type":"batch.created"'


def kinds():
    """Bodies just within `limits.inspect`, by what is hard about them."""
    element = b'{"k":"some text","n":12345},'
    yield "one event, many values", filled(b'{"data":[', element, b"0]," + DENIED + b"}")
    yield "a batch of tiny events", filled(b"[", b"{" + DENIED + b"},", b"{" + DENIED + b"}]")
    nested = (LARGE - 40) // 2
    yield "one event, deeply nested", b'{"data":' + b"[" * nested + b"]" * nested + b"," + DENIED + b"}"


def filled(begin, repeated, end):
    return begin + repeated * ((LARGE - len(begin) - len(end)) // len(repeated)) + end


class Senders:
    """Threads that send the same body again and again."""

    def __init__(self, number, port, body):
        head = f"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {len(body)}\r\n\r\n".encode()
        self.stopped, self.answers, self.failures = False, 0, 0
        self.threads = [
            threading.Thread(target=self.send, args=(port, head, body), daemon=True) for _ in range(number)
        ]

    def send(self, port, head, body):
        while not self.stopped:
            with socket.create_connection(("127.0.0.1", port), 60) as sender:
                try:
                    sender.sendall(head)
                    sender.sendall(body)
                    ok = sender.recv(1024).startswith(b"HTTP/1.1 200")
                except OSError:
                    ok = False
            self.answers += ok
            self.failures += not ok

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.stopped = True
        for thread in self.threads:
            thread.join(60)


def main():
    arguments = parse()
    peer = hooksieve(arguments.binary)
    # Where the large bodies go, and how many senders they have.
    cases = {"alone": (peer, 0), "elsewhere": (SINK, arguments.senders), "beside": (peer, arguments.senders)}
    with tempfile.TemporaryDirectory() as scratch, UPSTREAM.start(scratch, LOAD_CORE), SINK.start(scratch, core=None):
        for name, body in kinds():
            rounds = {case: [] for case in cases}
            for _ in range(arguments.rounds):
                for case, (target, number) in cases.items():
                    with peer.start(scratch, core=None) as process, Senders(number, target.port, body) as large:
                        result = load.measure(process, SMALL, CONNECTIONS, arguments.seconds)
                    rounds[case].append({**result, "large": large.answers, "refused": large.failures})
            show(name, {case: min(results, key=lambda one: one["p99"]) for case, results in rounds.items()})


def show(name, best):
    for case, result in best.items():
        times = result["p99"] / best["alone"]["p99"]
        print(
            f"{name:26} {case:9} p50 {result['p50']:6.0f} µs, p99 {result['p99']:6.0f} µs ({times:4.1f}x), "
            f"{result['errors']} errors; {result['large']} large, {result['refused']} refused",
            flush=True,
        )


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary", nargs="?", type=Path, default=BINARY)
    parser.add_argument("--senders", type=int, default=64)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=3)
    return parser.parse_args()


if __name__ == "__main__":
    main()
