"""Who is measured: programs, the configs their users would write, and the ports in these."""

import re
import subprocess
from pathlib import Path
from typing import NamedTuple

from process import Process

HERE = Path(__file__).resolve().parent
BINARY = HERE.parent.parent / "target/release/hooksieve"
# What pgo.py builds.
PGO_BINARY = HERE.parent.parent / "target/pgo/release/hooksieve"

PROXY_CORE = 0
LOAD_CORE = 1


class Peer(NamedTuple):
    name: str
    argv: tuple
    port: int
    # Whether it looks into events at all; those that don't are what a proxy costs that only passes bytes on.
    filters: bool

    def start(self, directory, core=PROXY_CORE):
        return Process(self.argv, self.port, core, directory)

    def program(self):
        return re.match(r"\w+", self.name).group()

    def version(self):
        flag = "-v" if self.argv[0] in ("haproxy", "nginx") else "--version"
        run = subprocess.run([self.argv[0], flag], text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        # Some begin with their own path, which may hold a version too.
        return re.findall(r"\d+\.\d+\.\d+", run.stdout.strip().splitlines()[0])[-1]


def nginx(config):
    return ("nginx", "-p", ".", "-e", "stderr", "-c", str(HERE / config))


def haproxy(config):
    return ("haproxy", "-f", str(HERE / config))


def envoy(config):
    # Each a segment of shared memory of its own, so that another Envoy on the machine does not matter.
    return ("envoy", "-c", str(HERE / config), "--concurrency", "1", "--log-level", "warn", "--use-dynamic-base-id")


def hooksieve(binary, config=HERE / "hooksieve.toml", name="hooksieve", port=28001):
    return Peer(name, (str(binary), "--config", str(config)), port, True)


PGO = hooksieve(PGO_BINARY, HERE / "hooksieve-pgo.toml", "hooksieve, PGO", 28007)
UPSTREAM = Peer("upstream", nginx("upstream.conf"), 28000, False)
# Takes bodies of any size, and throws them away.
SINK = Peer("sink", nginx("sink.conf"), 28008, False)
HAPROXY = Peer("HAProxy", haproxy("haproxy.cfg"), 28002, True)
NGINX = Peer("nginx + njs", nginx("nginx-njs.conf"), 28004, True)
ENVOY = Peer("Envoy", envoy("envoy.yaml"), 28006, True)
# Two programs, whose CPU time and memory are added.
EXTPROC = Peer("Envoy, hooksieve-extproc", (str(HERE / "envoy-extproc.sh"),), 28009, True)
HAPROXY_PASS = Peer("HAProxy, passing", haproxy("haproxy-pass.cfg"), 28003, False)
NGINX_PASS = Peer("nginx, passing", nginx("nginx-pass.conf"), 28005, False)


def peers(binary):
    return [hooksieve(binary), PGO, HAPROXY, NGINX, ENVOY, EXTPROC, HAPROXY_PASS, NGINX_PASS]
