"""A process as a container engine starts it: process 1, nobody's user, the image for a root that it can't write to.

Needs root, and Linux with util-linux and coreutils. Whoever uses it is in a network namespace of its own, so that what
the image listens at is free: see `alone`.
"""

import fcntl
import json
import os
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path

# How long anything may take that is expected to happen.
PATIENCE = 20
# Binds the root and its volumes, makes all but those read-only, and becomes the program. $1 is the root, $2 the user, $3
# where it starts; then come volumes as "from:to:ro" or "from:to:rw" up to "--", and the program.
ENTER = r"""
root=$1 user=$2 start=$3; shift 3
mount --bind "$root" "$root"
mount -t proc proc "$root/proc"
while [ "$1" != -- ]; do
    from=${1%%:*} rest=${1#*:}; to=$root${rest%:*}
    mount --bind "$from" "$to"
    mount -o "remount,bind,${rest##*:}" "$to"
    shift
done
shift
mount -o remount,bind,ro "$root"
exec setpriv --no-new-privs --clear-groups \
    unshare --root="$root" --wd="$start" --setgid="${user#*:}" --setuid="${user%:*}" "$@"
"""


def alone(script, *arguments):
    """Runs a script of Python's in a network namespace of its own, where there is nothing but loopback."""
    command = ["unshare", "--net", sys.executable, str(script), *map(str, arguments)]
    return subprocess.run(command).returncode


def loopback_up():
    """To be called first by what `alone` runs."""
    with socket.socket() as any_socket:
        fcntl.ioctl(any_socket, 0x8914, struct.pack("16sh14x", b"lo", 1))  # SIOCSIFFLAGS, IFF_UP


def wait_until(what, is_true):
    end = time.monotonic() + PATIENCE
    while not (found := is_true()):
        if time.monotonic() > end:
            raise AssertionError(f"waited too long until {what}")
        time.sleep(0.01)
    return found


def keep(stream, lines):
    for line in stream:
        lines.append(line)


class Container:
    """One that runs. Its log is read along, line by line."""

    def __init__(self, root, command, user, environment, volumes=(), start="/"):
        """`volumes` are triples: what is mounted, a directory or a file, where, and whether it may be written to."""
        self.root, self.user, self.environment = root, user, environment
        (root / "proc").mkdir(exist_ok=True)
        mounts = [f"{source}:{to}:{'rw' if is_writable else 'ro'}" for source, to, is_writable in volumes]
        for source, to, _ in volumes:
            # As engines do it: what something is mounted at is made first.
            place = root / to.lstrip("/")
            (place if source.is_dir() else place.parent).mkdir(parents=True, exist_ok=True)
            if source.is_file():
                place.touch()
        namespaces = ["unshare", "--mount", "--pid", "--fork", "--kill-child=KILL"]
        shell = ["sh", "-euc", ENTER, "enter", str(root), user, start]
        self.lines, self.others = [], []
        self.process = subprocess.Popen(
            [*namespaces, *shell, *mounts, "--", *command],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, text=True,
        )
        for stream, lines in [(self.process.stdout, self.lines), (self.process.stderr, self.others)]:
            threading.Thread(target=keep, args=(stream, lines), daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def first(self):
        """Process 1 in there, by its number out here."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return int(children[0])

    def log(self):
        return [json.loads(line) for line in list(self.lines)]

    def line(self, message, count=1):
        """The last of the first `count` lines with this message; waits for it."""
        def found():
            if self.process.poll() is not None:
                time.sleep(0.1)
            lines = [line for line in self.log() if line["message"] == message]
            if len(lines) < count and self.process.poll() is not None:
                raise AssertionError(f"it ended with {self.process.returncode}: {self.others} {self.lines[-3:]}")
            return lines[count - 1 : count]
        return wait_until(f"the log says {message!r}", found)[0]

    def run(self, *command):
        """Runs another program in there, as `docker exec` does, and waits for it."""
        uid, gid = self.user.split(":")
        enter = ["nsenter", "--target", str(self.first()), "--mount", "--pid", "--root", "--wd"]
        who = ["--setuid", uid, "--setgid", gid]
        return subprocess.run([*enter, *who, *command], env=self.environment, text=True, capture_output=True, timeout=PATIENCE)

    def status(self):
        """What the system says of process 1."""
        lines = Path(f"/proc/{self.first()}/status").read_text().splitlines()
        return dict(line.split(":\t", 1) for line in lines)

    def inside(self):
        """The state of each process in there: the second of these is Z where nobody waits for one that has ended."""
        namespace = os.readlink(f"/proc/{self.first()}/ns/pid")
        states = {}
        for process in Path("/proc").glob("[0-9]*"):
            try:
                if os.readlink(process / "ns/pid") == namespace:
                    states[int(process.name)] = (process / "stat").read_text().rsplit(") ", 1)[1][0]
            except OSError:
                continue
        return states

    def signal(self, number=signal.SIGTERM):
        os.kill(self.first(), number)

    def ended(self):
        """Its exit code; waits for it."""
        return self.process.wait(timeout=PATIENCE)
