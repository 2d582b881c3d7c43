"""The real binary: one process, with routes for each sender."""

import json
import os
import subprocess
import tempfile
from collections import deque
from pathlib import Path
from threading import Thread, Timer

# Where senders believe the endpoint to be.
HOST = "hooks.example.com"
PATIENCE = 20


class Hooksieve:
    """Runs before the endpoint on this port until the end of a `with`. Fails when it does not listen in time."""

    def __init__(self, binary, endpoint, senders):
        self.directory = tempfile.TemporaryDirectory(prefix="hooksieve-pypi-")
        path = Path(self.directory.name) / "config.toml"
        path.write_text(config(endpoint, senders))
        env = {**os.environ, **{variable(sender): sender.secret for sender in senders}}
        self.child = subprocess.Popen([binary, "--config", path], env=env, stdout=subprocess.PIPE)
        late = Timer(PATIENCE, self.child.kill)
        late.start()
        self.port = next((port for port in map(listening, self.child.stdout) if port), None)
        late.cancel()
        if not self.port:
            self.__exit__()
            raise SystemExit("hooksieve is not ready")
        Thread(target=deque, args=(self.child.stdout, 0), daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.child.kill()
        self.child.wait()
        self.directory.cleanup()


def listening(line):
    entry = json.loads(line)
    return int(entry["listen"].rpartition(":")[2]) if entry["message"] == "ready" else None


def variable(sender):
    """Where its secret is found."""
    return f"SECRET_OF_{sender.name.upper().replace('-', '_')}"


def config(endpoint, senders):
    lines = [
        'listen = "127.0.0.1:0"',
        f'upstream = "http://127.0.0.1:{endpoint}"',
        'reload = "signal"',
        'log.format = "json"',
        # What would be read of an event is read.
        'filter.deny = ["hooksieve.names.none.such"]',
    ]
    for sender in senders:
        lines += route(sender, "behind")
        if sender.secret:
            lines += [*route(sender, "verified"), f'verify.secret = "env:{variable(sender)}"']
        if sender.url:
            lines.append(f'verify.url = "https://{HOST}/{sender.name}/verified"')
    return "\n".join(lines) + "\n"


def route(sender, purpose):
    return ["[[route]]", f'path = "/{sender.name}/{purpose}"', f'sender = "{sender.preset or sender.name}"']
