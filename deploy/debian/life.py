"""The life of a package, step by step: each needs those before it."""

import gzip
import json
import re
import socket
import time
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread, Timer

CONFIG = "/etc/hooksieve/config.toml"
UNIT = "/usr/lib/systemd/system/hooksieve.service"
STATE = "/var/lib/hooksieve"
PATIENCE = 20


def installs(system, packages):
    """it installs, with a user of its own, and serves nobody yet"""
    system.install(packages["before"])
    user = system.run("getent", "passwd", "hooksieve").strip().split(":")
    assert user[5:] == [STATE, "/usr/sbin/nologin"], user
    assert CONFIG in system.run("dpkg-query", "--show", "--showformat=${Conffiles}", "hooksieve")
    for unit in ("hooksieve.service", "hooksieve.socket"):
        assert system.run("systemctl", "is-enabled", unit, check=False).strip() == "disabled", unit
    assert system.run("hooksieve", "check", "--config", CONFIG)


def explains_itself(system, _):
    """each command has a manual page without a mistake"""
    told = system.run("hooksieve", "--help").partition("Commands:\n")[2].partition("\n\n")[0]
    commands = re.findall(r"^  (\w+)", told, re.MULTILINE)
    assert "check" in commands and "help" in commands, told
    names = ["hooksieve", *(f"hooksieve-{command}" for command in commands if command != "help")]
    for name in names:
        page = f"/usr/share/man/man1/{name}.1.gz"
        assert gzip.decompress(system.path(page).read_bytes())
        system.run("sh", "-c", f"! man --warnings --local-file {page} 2>&1 >/dev/null | grep .")


def is_completed(system, _):
    """bash, zsh and fish complete it"""
    bash = "COMP_WORDS=(hooksieve expl); COMP_CWORD=1; _hooksieve hooksieve expl hooksieve; echo ${COMPREPLY[@]}"
    source = "source /usr/share/bash-completion/completions/hooksieve"
    assert system.run("bash", "-c", f"{source}; {bash}").strip() == "explain"
    assert system.run("fish", "--command", "complete --do-complete 'hooksieve expl'").startswith("explain\t")
    zsh = "autoload -U compinit; compinit -u -d /tmp/zsh; echo $_comps[hooksieve]"
    assert system.run("zsh", "-c", zsh).strip() == "_hooksieve"
    system.run("zsh", "-n", "/usr/share/zsh/vendor-completions/_hooksieve")


def runs(system, _):
    """what the units start passes an event on, drops one and records it"""
    unit = settings(system.path(UNIT)) | settings(system.path(f"{UNIT}.d/user.conf"))
    assert f"/var/lib/{unit['StateDirectory']}" == STATE, unit
    assert unit["User"] == "hooksieve" and unit["DynamicUser"] == "no", unit
    # As systemd does it: the state directory, and the socket, at which somebody waits before hooksieve is there.
    system.run("install", "--directory", f"--owner={unit['User']}", f"--group={unit['User']}", STATE)
    arrived = []
    edit(system, endpoint(arrived))
    port = free_port()
    by_socket = ["systemd-socket-activate", f"--listen=127.0.0.1:{port}"]
    child = system.start(unit["User"], *by_socket, *unit["ExecStart"].split())
    late = Timer(PATIENCE, child.kill)
    late.start()
    assert send(port, "invoice.paid") == b"received"
    assert send(port, "batch.created") == b""
    assert [json.loads(body)["type"] for body in arrived] == ["invoice.paid"], arrived
    child.terminate()
    assert child.wait() == 0
    late.cancel()
    record = system.path(f"{STATE}/dropped.jsonl")
    assert json.loads(record.read_text())["type"] == "batch.created"
    assert record.stat().st_mode & 0o777 == 0o600


def keeps_what_is_edited(system, packages):
    """an upgrade keeps the config that somebody has edited, and says where the new one is"""
    system.run("systemctl", "enable", "hooksieve.service")
    edited = system.path(CONFIG).read_text()
    system.install(packages["now"], "--force-confdef", "--force-confold")
    assert system.path(CONFIG).read_text() == edited
    assert "As it was shipped before" not in system.path(f"{CONFIG}.dpkg-dist").read_text()
    assert system.run("systemctl", "is-enabled", "hooksieve.service").strip() == "enabled"
    # Where the shipped one is the same, there is nothing to ask.
    system.install(packages["after"])
    assert system.path(CONFIG).read_text() == edited


def is_removed(system, _):
    """a removal takes the program and leaves the config"""
    system.dpkg("--remove", "hooksieve")
    assert not system.path("/usr/bin/hooksieve").exists() and not system.path(UNIT).exists()
    assert system.path(CONFIG).exists()


def is_purged(system, _):
    """a purge takes all but the record of dropped events, and says so"""
    said = system.dpkg("--purge", "hooksieve")
    assert f"{STATE} is kept" in said, said
    assert system.left() == {f"{STATE}/dropped.jsonl"[1:]}, system.left()


def leaves_nothing(system, packages):
    """what nobody has edited or recorded is upgraded without a question, and a purge leaves nothing"""
    system.path(f"{STATE}/dropped.jsonl").unlink()
    system.install(packages["before"])
    assert "As it was shipped before" in system.path(CONFIG).read_text()
    system.install(packages["now"])
    assert "As it was shipped before" not in system.path(CONFIG).read_text()
    said = system.dpkg("--purge", "hooksieve")
    assert "is kept" not in said, said
    assert not system.left(), system.left()
    assert not system.path(STATE).exists() and not system.path("/etc/hooksieve").exists()


LIFE = [installs, explains_itself, is_completed, runs, keeps_what_is_edited, is_removed, is_purged, leaves_nothing]


def edit(system, behind):
    """Edits the shipped config as its comments say: where events go, and that drops are recorded."""
    text = system.path(CONFIG).read_text()
    text, times = re.subn(r"^upstream = \S+", f'upstream = "http://127.0.0.1:{behind}"', text, flags=re.MULTILINE)
    assert times == 1
    text, times = re.subn(r'^# (\[audit\])\n# (path = ".*")', r"\1\n\2", text, flags=re.MULTILINE)
    assert times == 1
    system.path(CONFIG).write_text(text)


def endpoint(arrived):
    """The port of an endpoint that answers all, and tells what arrived."""

    class Endpoint(BaseHTTPRequestHandler):
        def do_POST(self):
            arrived.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Length", "8")
            self.end_headers()
            self.wfile.write(b"received")

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Endpoint)
    Thread(target=server.serve_forever, daemon=True).start()
    return server.server_port


def settings(unit):
    return dict(re.findall(r"^(\w+)=(.*)$", unit.read_text(), re.MULTILINE))


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def send(port, event_type):
    """What the answer to such an event has in it. Tries until there is somebody who listens."""
    body = json.dumps({"type": event_type}).encode()
    request = urllib.request.Request(f"http://127.0.0.1:{port}/hook", body, {"Content-Type": "application/json"})
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                return answer.read()
        except urllib.error.URLError as why:
            if not isinstance(why.reason, ConnectionRefusedError) or time.monotonic() > deadline:
                raise AssertionError(why) from why
            time.sleep(0.05)
