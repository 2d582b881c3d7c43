"""The licences of the crates that are in the program, word for word, as most of them ask for."""

import json
import re
import subprocess
from collections import defaultdict
from pathlib import Path

FILE = re.compile(r"(licen[cs]e|copying|copyright|notice|unlicense)", re.IGNORECASE)
LINE = "-" * 100
# What comes along with any Rust program, and with one that needs no library.
BESIDES = """
The Rust standard library: MIT OR Apache-2.0. In the static program also the GNU C library: LGPL-2.1-or-later; who wants
another version of it in there builds the program anew from its sources, as docs/releasing.md says.
"""


def licences(source, target):
    """One text for all, from the sources that Cargo has."""
    crates = sorted(used(source, target), key=lambda crate: (crate["name"], crate["version"]))
    texts = defaultdict(list)
    for crate in crates:
        for path in sorted(Path(crate["manifest_path"]).parent.iterdir()):
            if path.is_file() and FILE.match(path.name):
                texts[path.read_text(errors="replace").strip()].append(named(crate))
    parts = ["hooksieve holds these crates, under these licences. Their texts follow.\n"]
    parts += [f"{named(crate)}: {crate['license'] or 'see below'}" for crate in crates]
    parts.append(BESIDES)
    for text, owners in sorted(texts.items(), key=lambda pair: pair[1]):
        parts += [LINE, ", ".join(owners), LINE, text, ""]
    return "\n".join(parts)


def named(crate):
    return f"{crate['name']} {crate['version']}"


def used(source, target):
    """The crates that hooksieve is built of there, without those that only build or test it."""
    command = ["cargo", "metadata", "--format-version=1", "--locked", f"--filter-platform={target}"]
    told = json.loads(subprocess.run(command, cwd=source, check=True, stdout=subprocess.PIPE).stdout)
    packages = {package["id"]: package for package in told["packages"]}
    nodes = {node["id"]: node for node in told["resolve"]["nodes"]}
    [own] = [package["id"] for package in told["packages"] if package["name"] == "hooksieve"]
    found, left = set(), [own]
    while left:
        here = left.pop()
        found.add(here)
        below = [dependency["pkg"] for dependency in nodes[here]["deps"] if is_normal(dependency)]
        left += [crate for crate in below if crate not in found]
    return [packages[crate] for crate in found - {own}]


def is_normal(dependency):
    return any(kind["kind"] is None for kind in dependency["dep_kinds"])
