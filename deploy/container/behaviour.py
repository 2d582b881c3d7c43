"""What a container of the image does, from its first line to its last. Run by check.py, in a network of its own."""

import os
import sys
import tempfile
import threading
from pathlib import Path

import image
from confined import Container, loopback_up, wait_until
from network import Endpoint, Names, ask, event

IMAGE = image.read(image.CONTAINERFILE)[1]
CONFIG = """
listen = "0.0.0.0:8080"
upstream = "http://endpoint.example:3000"
[filter]
deny = ["batch.*"]
[admin]
listen = "127.0.0.1:9090"
[audit]
path = "/var/lib/hooksieve/dropped.jsonl"
[[route]]
path = "/by-hosts"
upstream = "http://endpoint-2:3000"
[[route]]
path = "/nowhere"
upstream = "http://unheard-of.example:3000"
timeouts.connect = "500ms"
"""


def main():
    root = Path(sys.argv[1])
    loopback_up()
    names, endpoint = Names("endpoint.example"), Endpoint(3000)
    with tempfile.TemporaryDirectory() as directory:
        volumes = mounted(Path(directory))
        without_a_config(root)
        with started(root, volumes) as container:
            as_process_1(container)
            events(container, endpoint, names)
            health(container)
            nothing_else(container)
            drain(container, endpoint)
    print("the container passed: names, events, health, process 1, read-only, drain")


def mounted(directory):
    """What an engine mounts, with the config and a place for the audit."""
    files = {
        "hosts": "127.0.0.1 localhost\n127.0.0.1 endpoint-2\n",
        "resolv.conf": "nameserver 127.0.0.1\noptions timeout:1 attempts:1\n",
        "config/config.toml": CONFIG,
    }
    for name, text in files.items():
        path = directory / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    audit = directory / "audit"
    audit.mkdir()
    os.chown(audit, *(int(number) for number in IMAGE.user.split(":")))
    return [
        (directory / "hosts", "/etc/hosts", False),
        (directory / "resolv.conf", "/etc/resolv.conf", False),
        (directory / "config", IMAGE.workdir, False),
        (audit, "/var/lib/hooksieve", True),
    ]


def started(root, volumes):
    return Container(root, IMAGE.entrypoint, IMAGE.user, IMAGE.environment, volumes, IMAGE.workdir)


def without_a_config(root):
    """Nothing is mounted: it says what it misses, and ends."""
    with started(root, []) as container:
        assert container.ended() == 2
        wait_until("it says why", lambda: "can't read config.toml" in "".join(container.others))


def as_process_1(container):
    ready = container.line("ready")
    assert ready["listen"] == "0.0.0.0:8080", ready
    status = container.status()
    uid, gid = IMAGE.user.split(":")
    assert status["NSpid"].split()[-1] == "1", "it is process 1"
    assert (status["Uid"].split(), status["Gid"].split()) == ([uid] * 4, [gid] * 4)
    assert status["Groups"].split() == [], "no other group's"
    assert (int(status["CapEff"], 16), int(status["CapPrm"], 16), status["NoNewPrivs"]) == (0, 0, "1")
    root = Path(f"/proc/{container.first()}/mountinfo").read_text().splitlines()
    (root,) = [line.split() for line in root if line.split()[4] == "/"]
    assert "ro" in root[5].split(","), "its root can't be written to"


def events(container, endpoint, names):
    """One by a name of the name server, one by /etc/hosts, one to nowhere, and one that is dropped."""
    passed, other, dropped, lost = (event(kind) for kind in ["invoice.paid", "a.b", "batch.created", "c.d"])
    assert ask(8080, body=passed)[0] == 200
    assert "endpoint.example" in names.asked
    assert ask(8080, "/by-hosts", other)[0] == 200
    assert ask(8080, body=dropped)[0] == 200
    assert ask(8080, "/nowhere", lost)[0] == 502
    assert endpoint.bodies == [passed, other], "what passes arrives as it was, and nothing else"
    lines = [container.line("event", count) for count in range(1, 5)]
    assert [line["verdict"] for line in lines] == ["forward", "forward", "drop", "fail"], lines
    assert "failed to lookup address" in lines[3]["error"], "whose name nobody knows"
    record = Path(f"/proc/{container.first()}/root/var/lib/hooksieve/dropped.jsonl").read_text()
    assert len(record.splitlines()) == 1, "the drop is recorded on a volume"


def health(container):
    """The image's own command, again and again: nothing of it stays."""
    for _ in range(5):
        asked = container.run(*IMAGE.healthcheck)
        assert (asked.returncode, asked.stdout, asked.stderr) == (0, "ok\n", ""), asked
    ready = container.run(*IMAGE.healthcheck, "--ready")
    assert (ready.returncode, ready.stdout) == (0, "ready\n"), ready
    assert list(container.inside()) == [container.first()], "it is alone, and waits for nobody"
    checked = container.run(*IMAGE.entrypoint, "check", "--strict")
    assert checked.returncode == 0, checked.stderr


def nothing_else(container):
    """Nothing to start but hooksieve, and nowhere to write but the volume."""
    for program in ["/bin/sh", "/bin/busybox", "/usr/bin/env", "sh"]:
        tried = container.run(program)
        assert tried.returncode == 127 and "No such file" in tried.stderr, tried
    assert not container.others, f"nothing is said on stderr: {container.others}"


def drain(container, endpoint):
    """SIGTERM while an event is on its way: it is finished, nobody else is let in, and the exit code is 0."""
    endpoint.go_on.clear()
    answers, before = [], len(endpoint.bodies)
    sender = threading.Thread(target=lambda: answers.append(ask(8080, body=event("late.event"))))
    sender.start()
    wait_until("the endpoint has it", lambda: len(endpoint.bodies) > before)
    container.signal()
    container.line("stopping: what is in flight is finished, a second signal ends it at once")
    wait_until("nobody else is let in", lambda: ask(8080, body=event("too.late"))[0] == 0)
    draining = container.run(*IMAGE.healthcheck, "--ready")
    assert draining.returncode == 1 and "answers 503: draining" in draining.stderr, draining
    assert container.run(*IMAGE.healthcheck).returncode == 0, "who drains lives"
    endpoint.go_on.set()
    sender.join()
    assert [status for status, _ in answers] == [200], answers
    assert container.ended() == 0
    container.line("stopped, everything in flight was finished")
    assert not container.others, f"nothing is said on stderr: {container.others}"


if __name__ == "__main__":
    main()
