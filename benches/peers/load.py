"""Sending events through a proxy, and what that cost it."""

import http.client
import json
import os
import subprocess
import tempfile
from pathlib import Path
from typing import NamedTuple

from events import DENIED, event
from peers import HERE, LOAD_CORE

PASSED = "invoice.paid"


class Workload(NamedTuple):
    """Events of about `size` bytes, of which every so many is denied (0: none)."""

    size: int
    denied_every: int = 0
    connection: str = "keep-alive"

    def passed_body(self):
        return event(PASSED, self.size)

    def denied_body(self):
        return event(DENIED, self.size if self.denied_every == 1 else 0)


def check(peer, workload):
    """Whether `peer` does the job on events of this size: only then are its figures comparable."""
    if post(peer.port, workload.passed_body()) != b"received\n":
        return False
    return not peer.filters or post(peer.port, event(DENIED, workload.size)) == b""


def post(port, body):
    sender = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        sender.request("POST", "/webhook", body, {"Content-Type": "application/json; charset=utf-8"})
        answer = sender.getresponse()
        return answer.read() if answer.status == 200 else None
    finally:
        sender.close()


def measure(process, workload, connections, seconds):
    """CPU time per event in microseconds, and what else is to be seen from outside."""
    with tempfile.TemporaryDirectory() as directory:
        passed, denied = Path(directory, "passed"), Path(directory, "denied")
        passed.write_bytes(workload.passed_body())
        denied.write_bytes(workload.denied_body())
        argv = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s"]
        argv += ["--script", HERE / "post.lua", f"http://127.0.0.1:{process.port}", "--", passed, denied]
        argv += [str(workload.denied_every), workload.connection]
        before = process.cpu()
        run = subprocess.run(
            argv,
            check=True,
            text=True,
            stdout=subprocess.PIPE,
            preexec_fn=lambda: os.sched_setaffinity(0, {LOAD_CORE}),
        )
        used = process.cpu() - before
    result = json.loads(run.stdout.splitlines()[-1])
    result["cpu"] = used / result["events"] * 1e6
    result["memory"] = process.memory()
    return result


def lowest(rounds):
    """The figures of the round with the lowest cost; of errors all."""
    best = min(rounds, key=lambda one: one["cpu"])
    figures = {name: round(best[name], 2) for name in ("cpu", "rate", "p50", "p99", "memory")}
    return {**figures, "errors": sum(one["errors"] for one in rounds)}
