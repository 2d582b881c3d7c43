#!/usr/bin/env python3
"""Builds hooksieve by a profile of itself: the same program, with the code laid out by what runs often.

A build that counts what it runs goes through the workloads of run.py, and a second build uses the counts. Needs
what run.py needs, and an llvm-profdata that knows the format of the counts: `rustup component add llvm-tools`, or
Debian's llvm-19 or later. See README.md.
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
# The first LLVM whose llvm-profdata reads what rustc 1.95 writes.
OLDEST = 19


def main():
    find_profdata()
    target = PGO_BINARY.parent.parent
    counts, profile = target / "counts", target / "hooksieve.profdata"
    counting = build(target / "counting", f"-Cprofile-generate={counts}")
    record(counting, counts, profile)
    print(build(target, f"-Cprofile-use={profile}"))


def record(counting, counts, profile):
    """Makes a profile of what `counting` leaves in `counts` while it goes through the workloads."""
    # Build scripts count as well.
    shutil.rmtree(counts, ignore_errors=True)
    with tempfile.TemporaryDirectory() as scratch, UPSTREAM.start(scratch, LOAD_CORE):
        with hooksieve(counting).start(scratch) as process:
            for workload in WORKLOADS.values():
                load.measure(process, workload, CONNECTIONS, SECONDS)
    subprocess.run([find_profdata(), "merge", "-o", profile, *counts.iterdir()], check=True)


def build(target, flags):
    """The binary that Cargo makes of this in `target`."""
    environment = {**os.environ, "RUSTFLAGS": flags}
    command = ["cargo", "build", "--release", "--locked", "--target-dir", target]
    subprocess.run(command, cwd=ROOT, env=environment, check=True)
    return target / "release/hooksieve"


def find_profdata():
    """Rust's own, or else Debian's: rustc 1.95 counts in the format that LLVM has had since 19."""
    rustc = subprocess.run(["rustc", "-vV"], check=True, text=True, stdout=subprocess.PIPE).stdout
    host, version = (re.search(f"^{name}: (.+)$", rustc, re.MULTILINE).group(1) for name in ("host", "LLVM version"))
    sysroot = subprocess.run(["rustc", "--print", "sysroot"], check=True, text=True, stdout=subprocess.PIPE).stdout
    rusts = Path(sysroot.strip(), "lib/rustlib", host, "bin/llvm-profdata")
    majors = range(int(version.partition(".")[0]), OLDEST - 1, -1)
    for name in (rusts, *(f"llvm-profdata-{major}" for major in majors)):
        if found := shutil.which(name):
            return found
    raise SystemExit(f"llvm-profdata is missing: rustup component add llvm-tools, or apt-get install llvm-{OLDEST}")


if __name__ == "__main__":
    main()
