#!/usr/bin/env python3
"""Measures what TLS towards senders costs in hooksieve and in nginx: an event, a handshake, a connection that idles.

The same certificate (P-256) in both, TLS 1.3. Events are 0.5 KB on 64 connections; a handshake is one without
resumption, and an event on it; the memory is that of connections which have sent one event and stay. Without TLS the
same for comparison. See README.md.
"""

import argparse
import os
import shutil
import socket
import ssl
import subprocess
import tempfile
import time
from datetime import date
from pathlib import Path

import load
from load import Workload
from peers import BINARY, HERE, LOAD_CORE, NGINX_PASS, UPSTREAM, Peer, hooksieve, nginx
from process import NotStarted

SMALL = Workload(500)
REQUEST = b"POST /webhook HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}"


def peers(binary, scratch):
    """Each with whether it speaks TLS."""
    # nginx looks for certificates beside its config.
    for name in ("nginx-tls.conf", "nginx-scratch.conf"):
        shutil.copy(HERE / name, scratch)
    with_tls = hooksieve(binary, HERE / "hooksieve-tls.toml", "hooksieve, TLS", 28014)
    yield with_tls, True
    yield Peer("nginx, passing, TLS", nginx(Path(scratch, "nginx-tls.conf")), 28013, False), True
    yield hooksieve(binary), False
    yield NGINX_PASS, False


def certificate(directory):
    subprocess.run(
        ["openssl", "req", "-x509", "-nodes", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-keyout",
         "key.pem", "-out", "cert.pem", "-days", "30", "-subj", "/CN=localhost", "-addext",
         "subjectAltName=DNS:localhost"],
        cwd=directory, check=True, capture_output=True,
    )


def sender(port, context):
    stream = socket.create_connection(("127.0.0.1", port), 10)
    stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return context.wrap_socket(stream, server_hostname="localhost") if context else stream


def ask(stream):
    stream.sendall(REQUEST)
    answer = stream.recv(4096)
    assert answer.startswith(b"HTTP/1.1 200"), answer


def new_context(directory):
    """One that resumes nothing, as each has its own."""
    context = ssl.create_default_context(cafile=Path(directory, "cert.pem"))
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    return context


def connections(process, context, seconds):
    """CPU time of a new connection with one event on it, in microseconds."""
    before, count, end = process.cpu(), 0, time.monotonic() + seconds
    while time.monotonic() < end:
        with sender(process.port, context) as stream:
            ask(stream)
        count += 1
    return (process.cpu() - before) / count * 1e6


def idle(process, context, count):
    """KiB of memory of a connection that has sent an event and stays."""
    ask(sender(process.port, context))
    before, streams = process.memory(), []
    for _ in range(count):
        stream = sender(process.port, context)
        ask(stream)
        streams.append(stream)
    time.sleep(1)
    after = process.memory()
    for stream in streams:
        stream.close()
    return (after - before) * 1024 / count


def event(process, is_tls, seconds):
    """CPU time of an event on a connection that is there, in microseconds."""
    # wrk verifies nothing, and says so nowhere.
    url = f"{'https' if is_tls else 'http'}://127.0.0.1:{process.port}"
    with tempfile.TemporaryDirectory() as directory:
        passed = Path(directory, "passed")
        passed.write_bytes(SMALL.passed_body())
        argv = ["wrk", "-t1", "-c64", f"-d{seconds}s", "--timeout", "10s", "--script", HERE / "post.lua", url, "--", passed,
                passed, "0", "keep-alive"]
        before = process.cpu()
        run = subprocess.run(argv, check=True, text=True, stdout=subprocess.PIPE,
                             preexec_fn=lambda: os.sched_setaffinity(0, {LOAD_CORE}))
        used = process.cpu() - before
    result = load.json.loads(run.stdout.splitlines()[-1])
    assert result["errors"] == 0, result
    return used / result["events"] * 1e6


def main():
    arguments = parse()
    os.sched_setaffinity(0, {LOAD_CORE})
    print(f"{date.today()}, load {os.getloadavg()[0]:.1f} before the run\n")
    print("|  | CPU µs/event | CPU µs/new connection | KiB/idle connection |")
    print("| --- | --: | --: | --: |")
    with tempfile.TemporaryDirectory() as scratch, UPSTREAM.start(scratch, LOAD_CORE):
        certificate(scratch)
        for peer, is_tls in peers(arguments.binary.resolve(), scratch):
            context = new_context(scratch) if is_tls else None
            try:
                with peer.start(scratch) as process:
                    events = min(event(process, is_tls, arguments.seconds) for _ in range(arguments.rounds))
                    fresh = min(connections(process, context, arguments.seconds) for _ in range(arguments.rounds))
                # Anew, so that nothing is there that could be used again.
                with peer.start(scratch) as process:
                    memory = idle(process, context, arguments.idle)
            except NotStarted as why:
                print(f"{peer.name} is left out: {why}")
                continue
            print(f"| {peer.name} | {events:.1f} | {fresh:.0f} | {memory:.1f} |")


def parse():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", type=Path, default=BINARY)
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--seconds", type=int, default=2)
    parser.add_argument("--idle", type=int, default=1000, help="connections that idle")
    return parser.parse_args()


if __name__ == "__main__":
    main()
