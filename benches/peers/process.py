"""A program at work, pinned to a core or to none, and what it has used."""

import os
import signal
import socket
import subprocess
import time
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
EVERY_CORE = range(os.cpu_count())


class NotStarted(Exception):
    """A program is missing, or ended at once; says why."""


class Process:
    """A program that listens on `port`, together with all that it starts in turn."""

    def __init__(self, argv, port, core, directory):
        if accepts(port):
            raise NotStarted(f"something else listens on port {port}")
        log = Path(directory, f"{port}.log")
        try:
            with log.open("wb") as output:
                self.child = subprocess.Popen(
                    argv,
                    cwd=directory,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    # Its own session, so that the processes it starts are found again.
                    start_new_session=True,
                    preexec_fn=lambda: os.sched_setaffinity(0, EVERY_CORE if core is None else {core}),
                )
        except FileNotFoundError:
            raise NotStarted(f"{argv[0]} is not installed") from None
        self.port = port
        deadline = time.monotonic() + 15
        while not accepts(port):
            if self.child.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise NotStarted(log.read_text(errors="replace").strip()[-500:])
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

    def cpu(self):
        """Seconds of CPU time so far, user and system."""
        return sum(int(fields[11]) + int(fields[12]) for fields in self.stats().values()) / TICKS

    def memory(self):
        """Resident MiB. Pages that its processes share are counted in each."""
        pages = sum(int(fields[21]) for fields in self.stats().values())
        return pages * os.sysconf("SC_PAGE_SIZE") / 2**20

    def stats(self):
        """By pid, what /proc/PID/stat has after the name, which may hold spaces."""
        found = {}
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{pid}/stat") as file:
                    fields = file.read().rpartition(")")[2].split()
            except (FileNotFoundError, ProcessLookupError):
                continue
            if int(fields[3]) == self.child.pid:
                found[pid] = fields
        return found


def accepts(port):
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True
