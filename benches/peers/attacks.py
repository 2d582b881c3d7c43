#!/usr/bin/env python3
"""Attacks hooksieve with the shipped limits, and prints what each made it hold or lose: the figures of
docs/security.md. See README.md; how long small events take beside large ones is measured by beside.py.
"""

import argparse
import json
import resource
import socket
import subprocess
import tempfile
import threading
import time
from contextlib import ExitStack
from pathlib import Path

from peers import BINARY
from process import Process

PORT, ENDPOINT = 28011, 28012
KIB, MIB = 2**10, 2**20
LARGE = 8 * MIB
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
EVENT = b'{"type":"invoice.paid","x":"' + b"y" * 470 + b'"}'


class Endpoint:
    """Answers each connection by `serve`, on a thread of its own."""

    def __init__(self, serve):
        self.listener = socket.create_server(("127.0.0.1", ENDPOINT), backlog=4096)
        threading.Thread(target=self.accept, args=(serve,), daemon=True).start()

    def accept(self, serve):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.quietly, args=(serve, connection), daemon=True).start()

    @staticmethod
    def quietly(serve, connection):
        with connection:
            try:
                serve(connection)
            except OSError:
                pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        # Ends the accept as well.
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()


def answer_small(connection):
    while data := connection.recv(65536):
        if data.endswith(b"}"):
            connection.sendall(OK)


def swallow(connection):
    while connection.recv(65536):
        pass


def answer_late(connection):
    connection.recv(65536)
    time.sleep(20)


def answer_large(connection):
    connection.recv(65536)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % (8 * MIB) + b"x" * (8 * MIB))


class Attack:
    """hooksieve with further lines in its config, before an endpoint."""

    def __init__(self, binary, serve, config="", command=()):
        self.stack = ExitStack()
        scratch = Path(self.stack.enter_context(tempfile.TemporaryDirectory()))
        lines = f'listen = "127.0.0.1:{PORT}"\nupstream = "http://127.0.0.1:{ENDPOINT}"\n{config}'
        (scratch / "config.toml").write_text(lines)
        self.stack.enter_context(Endpoint(serve))
        argv = [*command, str(binary), "--config", str(scratch / "config.toml")]
        self.process = self.stack.enter_context(Process(argv, PORT, None, scratch))
        self.log = scratch / f"{PORT}.log"
        self.senders = []

    def __enter__(self):
        post(EVENT)
        self.before = self.process.memory()
        return self

    def __exit__(self, *_):
        self.leave()
        self.stack.close()

    def send(self, number, data):
        """So many more senders, each of which sends this and waits."""
        for _ in range(number):
            sender = socket.create_connection(("127.0.0.1", PORT), 30)
            sender.setblocking(False)
            self.senders.append(sender)
            rest = memoryview(data)
            deadline = time.monotonic() + 1
            while rest and time.monotonic() < deadline:
                try:
                    rest = rest[sender.send(rest) :]
                except BlockingIOError:
                    time.sleep(0.005)
                except OSError:
                    break

    def leave(self):
        for sender in self.senders:
            sender.close()
        self.senders.clear()

    def held(self):
        """MiB more than before."""
        time.sleep(0.5)
        return self.process.memory() - self.before

    def report(self, name, each=None):
        held, number = self.held(), len(self.senders)
        self.leave()
        time.sleep(1)
        a_sender = f" ({held * KIB / (each or number):.0f} KiB each)"
        print(f"{name}: {held:.0f} MiB held{a_sender}, {self.held():.0f} MiB resident a second after they left", flush=True)


def head(length):
    return b"POST /webhook HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % length


def post(body):
    with socket.create_connection(("127.0.0.1", PORT), 60) as sender:
        sender.sendall(head(len(body)) + body)
        answer = sender.recv(4096)
        return int(answer.split()[1]) if answer else 0


def large_that_trickle(binary):
    chunk = b"%x\r\n" % (LARGE + 1) + b" " * (LARGE + 1) + b"\r\n"
    with Attack(binary, swallow) as attack:
        attack.send(31, b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk)
        attack.report("31 bodies just over `inspect` that trickle on")


def small_beside_large(binary):
    with Attack(binary, answer_small) as attack:
        attack.send(40, head(LARGE - 1) + b" " * (LARGE - 2))
        answers = [post(EVENT) for _ in range(200)]
        print(f"200 small events beside 40 senders of 8 MiB - 1: {answers.count(503)} answered 503")


def patterns(binary):
    def rule(form):
        return "[filter]\ndeny = [" + ", ".join(f'"{form.format(n)}"' for n in range(1000)) + "]\n"

    element = b'{"type":"invoice.payment_x%d.x"},'
    batch = b"[" + b"".join(element % (number % 7919 + 1000) for number in range(LARGE // 42)) + b"{}]"
    took = {}
    for name, form in (("1,000 exact names", "name.{}"), ("1,000 of *xN*", "*x{}z*")):
        with Attack(binary, answer_small, rule(form) + 'unreadable = "reject"\n') as attack:
            times = []
            for _ in range(3):
                post(batch)
            time.sleep(0.2)
            for line in attack.log.read_text().splitlines():
                line = json.loads(line)
                if line.get("bytes") == len(batch):
                    times.append((line["total_us"] - line.get("upstream_us", 0)) / 1000)
            took[name] = min(times)
    print("one batch of 8 MiB: " + ", ".join(f"{name} {ms:.0f} ms" for name, ms in took.items()))


def endless_heads(binary):
    with Attack(binary, answer_small) as attack:
        attack.send(9000, b"POST / HTTP/1.1\r\nHost: a\r\nX-Long: " + b"x" * (31 * KIB))
        attack.report("9,000 heads of 31 KiB that never end")


def pipelined(binary):
    with Attack(binary, answer_late) as attack:
        one = head(len(EVENT)) + EVENT
        attack.send(200, one * 1000)
        attack.report("200 senders that pipeline 0.5 MiB behind a slow endpoint")


def unread(binary):
    with Attack(binary, answer_large) as attack:
        attack.send(200, head(len(EVENT)) + EVENT)
        attack.report("200 answers of 8 MiB that nobody reads")


def pieces(binary):
    chunk = b"1000\r\n" + b" " * 4096 + b"\r\n"
    with Attack(binary, answer_small) as attack:
        attack.send(100, b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk * 256)
        attack.report("100 bodies of 1 MiB in pieces of 4 KiB")


def open_files(binary):
    limited = ("sh", "-c", 'ulimit -n 64; exec "$@"', "sh")
    with Attack(binary, answer_small, "", limited) as attack:
        with socket.create_connection(("127.0.0.1", PORT), 30) as sender:
            sender.sendall(head(len(EVENT)) + EVENT)
            sender.recv(4096)
            attack.send(80, b"")
            answers = []
            for _ in range(100):
                sender.sendall(head(len(EVENT)) + EVENT)
                answers.append(sender.recv(4096).startswith(b"HTTP/1.1 200"))
        print(f"64 open files, 80 idle senders: {sum(answers)} of 100 events got through")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("binary", nargs="?", type=Path, default=BINARY)
    binary = parser.parse_args().binary.resolve()
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    print(subprocess.run([binary, "--version"], capture_output=True, text=True).stdout.strip())
    for attack in (
        large_that_trickle,
        small_beside_large,
        patterns,
        endless_heads,
        pipelined,
        unread,
        pieces,
        open_files,
    ):
        attack(binary)


if __name__ == "__main__":
    main()
