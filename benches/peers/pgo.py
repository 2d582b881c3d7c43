#!/usr/bin/env python3
"""Builds hooksieve by a profile of itself: the same program, with the code laid out by what runs often.

A build that counts what it runs goes through the workloads of run.py, and a second build uses the counts. Needs
what run.py needs, and an llvm-profdata of the LLVM that rustc has or a later one: `rustup component add llvm-tools`,
or Debian's llvm. See README.md.
"""

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import load
from peers import BINARY, LOAD_CORE, PGO_BINARY, UPSTREAM, hooksieve
from run import WORKLOADS

ROOT = BINARY.parent.parent.parent
SECONDS = 5
CONNECTIONS = 64


def main():
    profdata = find_profdata()
    target = PGO_BINARY.parent.parent
    counts, profile = target / "counts", target / "hooksieve.profdata"
    counting = build(target / "counting", f"-Cprofile-generate={counts}")
    # Build scripts count as well.
    shutil.rmtree(counts, ignore_errors=True)
    with tempfile.TemporaryDirectory() as scratch, UPSTREAM.start(scratch, LOAD_CORE):
        with hooksieve(counting).start(scratch) as process:
            for workload in WORKLOADS.values():
                load.measure(process, workload, CONNECTIONS, SECONDS)
    subprocess.run([profdata, "merge", "-o", profile, *counts.iterdir()], check=True)
    print(build(target, f"-Cprofile-use={profile}"))


def build(target, flags):
    """The binary that Cargo makes of this in `target`."""
    environment = {**os.environ, "RUSTFLAGS": flags}
    command = ["cargo", "build", "--release", "--locked", "--target-dir", target]
    subprocess.run(command, cwd=ROOT, env=environment, check=True)
    return target / "release/hooksieve"


def find_profdata():
    """Rust's own, or else Debian's of the same version."""
    rustc = subprocess.run(["rustc", "-vV"], check=True, text=True, stdout=subprocess.PIPE).stdout
    host, version = (re.search(f"^{name}: (.+)$", rustc, re.MULTILINE).group(1) for name in ("host", "LLVM version"))
    sysroot = subprocess.run(["rustc", "--print", "sysroot"], check=True, text=True, stdout=subprocess.PIPE).stdout
    major = version.partition(".")[0]
    rusts = Path(sysroot.strip(), "lib/rustlib", host, "bin/llvm-profdata")
    for name in (rusts, f"llvm-profdata-{major}", "llvm-profdata"):
        if found := shutil.which(name):
            return found
    raise SystemExit(f"llvm-profdata is missing: rustup component add llvm-tools, or apt-get install llvm-{major}")


if __name__ == "__main__":
    main()
