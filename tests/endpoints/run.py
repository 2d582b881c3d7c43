#!/usr/bin/env python3
"""Whether idle connections of hooksieve's keep the workers of real endpoints from other events.

    apt-get install -y puma ruby-webrick apache2 gunicorn nginx-light    # whichever are missing is left out
    cargo build --release
    tests/endpoints/run.py [--only puma,apache] [--rounds 5] [--binary target/release/hooksieve]

Each endpoint is sent the same events through two hooksieves in turn, one with the shipped `timeouts.reuse` and one
with "0s", which opens a connection for each event. No event should take 10 ms longer with the first. Times wander
when the machine has other work: look for the steps of 40 ms (a delayed ACK), 200 ms (Puma) and 1 s (Apache).
Takes six minutes. Run by hand: the suite imitates these endpoints on raw sockets instead (tests/it/workers.rs).
"""

import argparse
import contextlib
import os
import signal
import socket
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

import senders
from endpoints import ENDPOINTS

HERE = Path(__file__).parent
# Of hooksieve; its endpoint is at the next one. Each has its own, so that none meets the other's idle connections.
PORTS = {"shipped": 28100, "none": 28102}
SLOWER = 10
PATTERNS = {"bursts": senders.bursts, "stream": senders.stream}


class NotStarted(Exception):
    """A program is missing, or ended at once; says why."""


class Process:
    """A program that listens on `port`, ended with all that it has started."""

    def __init__(self, argv, port, directory):
        if accepts(port):
            raise NotStarted(f"something else listens on port {port}")
        self.log = Path(directory, f"{port}.log")
        try:
            with self.log.open("wb") as output:
                self.child = subprocess.Popen(
                    argv, cwd=directory, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
                )
        except FileNotFoundError:
            raise NotStarted(f"{argv[0]} is not installed") from None
        deadline = time.monotonic() + 20
        while not accepts(port):
            if self.child.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise NotStarted(self.log.read_text(errors="replace").strip()[-500:])
            time.sleep(0.05)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        for end in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(self.child.pid, end)
                self.child.wait(5)
                return
            except ProcessLookupError:
                return
            except subprocess.TimeoutExpired:
                continue


def accepts(port):
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


def started(stack, endpoint, name, binary, directory):
    """Starts an endpoint, and a hooksieve before it."""
    port = PORTS[name]
    place = Path(directory, name)
    place.mkdir()
    # Apache's processes are another user's.
    place.chmod(0o755)
    stack.enter_context(Process(endpoint.prepare(place, port + 1), port + 1, place))
    text = f'listen = "127.0.0.1:{port}"\nupstream = "http://127.0.0.1:{port + 1}"\n'
    if name == "none":
        text += '[timeouts]\nreuse = "0s"\n'
    config = place / "hooksieve.toml"
    config.write_text(text)
    return stack.enter_context(Process([binary, "--config", config], port, place))


def measure(endpoint, arguments):
    """Milliseconds, by pattern and number of senders, and by which hooksieve."""
    times = {}
    with tempfile.TemporaryDirectory() as directory, contextlib.ExitStack() as stack:
        Path(directory).chmod(0o755)
        for name in PORTS:
            started(stack, endpoint, name, arguments.binary, directory)
        for count in arguments.senders:
            for pattern, send in PATTERNS.items():
                for number in range(arguments.rounds):
                    # In turn the first and the second.
                    for name in sorted(PORTS, reverse=number % 2 == 1):
                        took = send(PORTS[name], count, arguments.events, number)
                        times.setdefault((count, pattern), {}).setdefault(name, []).extend(took)
    return times


def p99(times):
    return statistics.quantiles(times, n=100)[98]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", type=Path, default=HERE.parents[1] / "target/release/hooksieve")
    parser.add_argument("--only", default="", help="endpoints whose names hold one of these words")
    parser.add_argument("--senders", type=lambda text: [int(n) for n in text.split(",")], default=[1, 10, 50])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--events", type=int, default=200, help="in each round")
    arguments = parser.parse_args()
    arguments.binary = arguments.binary.resolve()

    print(f"{'endpoint':26} {'senders':>7} {'pattern':7} | {'p50':>6} {'p99':>6} {'max':>6} | "
          f"{'p50':>6} {'p99':>6} {'max':>6} | slower by, ms")
    print(f"{'':42} | {'shipped':^20} | {chr(34) + '0s' + chr(34):^20} |")
    slower_ones = 0
    for name, endpoint in ENDPOINTS.items():
        if not any(word in name for word in arguments.only.split(",")):
            continue
        try:
            measured = measure(endpoint, arguments)
        except NotStarted as why:
            print(f"{name}: left out: {why}")
            continue
        for (count, pattern), by_name in measured.items():
            shipped, none = by_name["shipped"], by_name["none"]
            slower = max(shipped) - max(none)
            events = sum(time > max(none) + SLOWER for time in shipped)
            slower_ones += slower > SLOWER
            verdict = f"{events} of {len(shipped)} TOO SLOW" if slower > SLOWER else "ok"
            columns = [f"{f(times):6.1f}" for times in (shipped, none) for f in (statistics.median, p99, max)]
            print(f"{name:26} {count:7} {pattern:7} | {' '.join(columns[:3])} | {' '.join(columns[3:])} | "
                  f"{slower:+7.1f}  {verdict}", flush=True)
    raise SystemExit(1 if slower_ones else 0)


if __name__ == "__main__":
    main()
